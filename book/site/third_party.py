"""The files of others that the site carries: book/third_party.toml lists and pins all of them.

The build refuses a file that is not the one of the list. The page about them and the bill of
materials are made from the same list.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from folders import ROOT

LIST = ROOT / "book" / "third_party.toml"


@dataclass(frozen=True)
class Component:
    """One component, as the list has it.

    Attributes
    ----------
    name, version, licence, home : of the project; the licence as SPDX calls it
    use : what it does here
    where : the folder or file of the site where its files lie
    package, files, sha256 : the installed package that ships the files, which of them are taken,
        and their digest; empty if they are downloaded
    hashes : name of a downloaded file -> the digests that it may have
    """

    name: str
    version: str
    licence: str
    home: str
    use: str
    where: str
    package: str = ""
    files: tuple[str, ...] = ()
    sha256: str = ""
    hashes: Mapping[str, list[str]] = field(default_factory=dict)


def components(text: str | None = None) -> list[Component]:
    """Every component of the list."""
    text = LIST.read_text(encoding="utf-8") if text is None else text
    return [Component(**entry) for entry in tomllib.loads(text)["component"]]


def verify(listed: Iterable[Component] | None = None) -> None:
    """Check every installed file that the site takes.

    Raises
    ------
    ValueError
        naming each component whose files are missing or others than those of the list.
    """
    faults = [fault for one in listed or components() if one.package and (fault := _fault(one))]
    if faults:
        raise ValueError(
            "\n".join(faults) + f"\nIf that is meant, renew {LIST.relative_to(ROOT).as_posix()}."
        )


def _fault(one: Component) -> str:
    try:
        version = distribution(one.package).version
    except PackageNotFoundError:
        return f"{one.name}: the package {one.package} is not installed; run make book again"
    files = installed(one.package, one.files)
    found = digest(files)
    if not files:
        return f"{one.name}: {one.package} {version} has no file like {', '.join(one.files)}"
    if found == one.sha256:
        return ""
    return f"{one.name}: {one.package} {version} has the sha256 {found}, not {one.sha256}"


def installed(package: str, patterns: Iterable[str]) -> dict[str, Path]:
    """The files of an installed package whose names fit, with the place of each."""
    named = {str(f).replace("\\", "/").lstrip("./"): f for f in distribution(package).files or ()}
    fitting = (name for name in named if any(fnmatch(name, pattern) for pattern in patterns))
    return {name: Path(str(named[name].locate())) for name in sorted(fitting)}


def digest(files: Mapping[str, Path]) -> str:
    """The sha256 of what `sha256sum` would print of the files."""
    lines = (f"{sha256(path.read_bytes())}  {name}\n" for name, path in sorted(files.items()))
    return sha256("".join(lines).encode())


def sha256(data: bytes) -> str:
    """The sha256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def check(name: str, data: bytes, listed: Iterable[Component] | None = None) -> bytes:
    """The bytes of a downloaded file, if they are those of the list.

    A file that the list does not name passes: the lock file of Pyodide pins its packages.
    """
    for one in listed or components():
        if name in one.hashes and sha256(data) not in one.hashes[name]:
            raise ValueError(
                f"{name} is not the file of {one.name} {one.version} that "
                f"{LIST.relative_to(ROOT).as_posix()} pins: its sha256 is {sha256(data)}, "
                f"not {' or '.join(one.hashes[name])}"
            )
    return data


if __name__ == "__main__":
    for one in components():
        print(_fault(one) or f"{one.name} {one.version}: as listed" if one.package else one.name)
