"""The files of others: listed with a licence, pinned, and refused when they differ."""

import re

import pytest

import third_party
from extensions.third_party_pages import table
from live import pyodide, release

LISTED = third_party.components()


def test_what_is_installed_here_is_what_the_list_pins():
    third_party.verify(LISTED)


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one.name)
def test_each_has_a_licence_a_home_a_use_and_a_pin(one):
    assert re.fullmatch(r"[\w.-]+", one.licence), "an identifier of SPDX"
    assert one.home.startswith("https://")
    assert one.use
    assert one.where
    pins = [one.sha256] if one.package else [pin for pins in one.hashes.values() for pin in pins]
    assert pins
    assert all(re.fullmatch(r"[0-9a-f]{64}", pin) for pin in pins)


def entry(**changed):
    kept = {
        "name": "Thing", "version": "1", "licence": "MIT", "home": "https://a.org", "use": "u",
        "where": "w", "package": "pybtex", "files": ("pybtex/__init__.py",), "sha256": "0" * 64,
    }  # fmt: skip
    return third_party.Component(**(kept | changed))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, r"Thing: pybtex \S+ has the sha256 [0-9a-f]{64}, not 0000"),
        ({"files": ("pybtex/nothing.js",)}, "has no file like pybtex/nothing.js"),
        ({"package": "no-such-package"}, "is not installed"),
    ],
)
def test_other_files_missing_files_and_missing_packages_are_named(changed, said):
    with pytest.raises(ValueError, match=said):
        third_party.verify([entry(**changed)])


def test_the_digest_sees_a_changed_byte_and_a_changed_name(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    first = third_party.digest({"a": tmp_path / "a"})
    assert first != third_party.digest({"a": tmp_path / "b"})
    assert first != third_party.digest({"b": tmp_path / "a"})
    line = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a\n"
    assert first == third_party.sha256(line.encode())


def test_a_downloaded_file_that_is_another_one_is_refused():
    listed = [entry(hashes={"a.js": [third_party.sha256(b"right")]})]
    assert third_party.check("a.js", b"right", listed) == b"right"
    assert third_party.check("unlisted.whl", b"any", listed) == b"any"
    with pytest.raises(ValueError, match=r"a\.js is not the file of Thing 1"):
        third_party.check("a.js", b"wrong", listed)


def test_every_file_that_starts_python_in_the_browser_is_pinned():
    (one,) = [one for one in LISTED if one.name == "Pyodide"]
    assert set(one.hashes) == {*pyodide.CORE, release.LOCK}
    assert one.version.startswith(pyodide.SERIES)
    with pytest.raises(ValueError, match="of Pyodide"):
        release.listed(lambda name: b"something else")("pyodide.asm.wasm")


@pytest.mark.parametrize("name", pyodide.PURE)
def test_every_wheel_that_is_downloaded_for_the_browser_is_pinned(name):
    names = {file for one in LISTED for file in one.hashes}
    assert any(file.startswith(f"{name.replace('-', '_')}-") for file in names)


def test_the_page_shows_them_all():
    rows = table(LISTED).split("\n")
    assert len(rows) == len(LISTED) + 2
    for one, row in zip(LISTED, rows[2:], strict=True):
        assert one.licence in row
        assert (one.sha256 or next(iter(one.hashes.values()))[0])[:8] in row
