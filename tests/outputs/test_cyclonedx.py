"""The inventory is valid by the schemas of CycloneDX 1.6 and 1.7, and has every certificate once."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.cli.inside import unpin
from tests.outputs import machine

VERSIONS = {"cyclonedx": "1.6", "cyclonedx17": "1.7"}


def valid_bill(text):
    """The document, which is valid by the schema of its version."""
    bill = json.loads(text)
    version = SchemaVersion.from_version(bill["specVersion"])
    error = JsonStrictValidator(version).validate_str(text)
    assert error is None, error
    refs = [component["bom-ref"] for component in bill["components"]]
    assert len(set(refs)) == len(refs)
    for dependency in bill["dependencies"]:
        assert {dependency["ref"], *dependency["dependsOn"]} <= set(refs)
    return bill


def properties(component, name):
    return [each["value"] for each in component.get("properties", ()) if each["name"] == name]


@pytest.fixture
def names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return machine.stores(tmp_path)


@pytest.mark.parametrize("output", VERSIONS)
@pytest.mark.parametrize("command", ["audit", "list"])
def test_each_store_and_certificate_is_an_asset(names, command, output):
    at = machine.CLIENTS if command == "audit" else ()
    bill = valid_bill(unpin(command, *at, "--format", output, *names).stdout.decode())
    assert bill["specVersion"] == VERSIONS[output]
    kinds = {"certificate": [], "related-crypto-material": [], "algorithm": []}
    for component in bill["components"]:
        kinds[component["cryptoProperties"]["assetType"]].append(component)
    assert sorted(each["name"] for each in kinds["certificate"]) == [
        "Issuing CA 1",
        "Old CA",
        "Root A",
    ]
    assert len(kinds["algorithm"]) == 1
    stores = {
        each["name"]: properties(each, "unpin:verdict") for each in kinds["related-crypto-material"]
    }
    assert stores["gone.pem"] == stores["broken.jks"] == ["NOT READ"]
    assert set(stores) >= {"pinned.pem", "two.pem", "values.yaml#data.ca.crt"}
    held = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    by_name = {each["name"]: each["bom-ref"] for each in bill["components"]}
    assert held[by_name["pinned.pem"]] == [by_name["Issuing CA 1"]]
    assert held[by_name["values.yaml#data.ca.crt"]] == [by_name["Issuing CA 1"]]
    assert held[by_name["two.pem"]] == [by_name["Root A"], by_name["Old CA"]]


def test_the_state_of_a_certificate_is_that_of_the_moment(names):
    text = unpin("audit", *machine.CLIENTS, "--format", "cyclonedx17", *names).stdout.decode()
    states = {
        each["name"]: each["cryptoProperties"]["certificateProperties"]["certificateState"][0][
            "state"
        ]
        for each in valid_bill(text)["components"]
        if each["cryptoProperties"]["assetType"] == "certificate"
    }
    assert states == {"Issuing CA 1": "active", "Root A": "active", "Old CA": "deactivated"}


@pytest.mark.parametrize("output", VERSIONS)
def test_the_same_call_gives_the_same_bytes(names, output):
    calls = [unpin("audit", *machine.CLIENTS, "--format", output, *names).stdout for _ in range(2)]
    assert calls[0] == calls[1]
