"""Every configuration of the *.toml gets the class, the store and the check that its driver has."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.doctor.client_machine import HOME, ClientMachine
from unpin.connections.drivers import drivers_named
from unpin.references.find import references_in

HERE = Path(__file__).parent
CASES = [
    case
    for name in (
        "cases.toml",
        "rules.toml",
        "programs.toml",
        "commands.toml",
        "frameworks.toml",
        "servers.toml",
        "strangers.toml",
        "public_files.toml",
        "open_options.toml",
        "branches.toml",
        "products.toml",
        "unverified.toml",
    )
    for case in tomllib.loads((HERE / name).read_text(encoding="utf-8"))["case"]
]
ORDER = (
    "AFFECTED",
    "AFFECTED SILENTLY",
    "BROKEN CONFIG",
    "NOT VERIFIED",
    "NOT KNOWN",
    "NOT AFFECTED",
)


def diagnosed(case, tmp_path):
    """The answers of unpin on a case."""
    machine = ClientMachine(tmp_path, case.get("given", {}))
    path = machine.write(case["file"], case["input"])
    words = [path, *machine.inputs, *machine.options, "--format", "json", "--at", "2026-11-24"]
    if "client" in case:
        words += ["--client", case["client"]]
    if "version" in case:
        words += ["--driver-version", case["version"]]
    ran = unpin("doctor", *words)
    if ran.returncode == 4:
        return ran, []
    document = json.loads(ran.stdout)
    return ran, [a for i in document["inputs"] for c in i["connections"] for a in c["answers"]]


def short(store, tmp_path):
    """A store as the case spells it."""
    if store is None:
        return None
    return store.replace(str(tmp_path), "").replace(HOME, "~").removeprefix("./")


def spelled(store):
    """The store of a case in one spelling: without ./ and what stands behind it."""
    if store is None:
        return None
    return store.partition(" (")[0].removeprefix("./")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case.get('kind', 'rule')}")
def test_the_answer_is_that_of_the_driver(case, tmp_path):
    ran, answers = diagnosed(case, tmp_path)
    assert b"Traceback" not in ran.stderr
    assert b"fault in unpin" not in ran.stderr
    kinds = {answer["class"] for answer in answers}
    found = next((kind for kind in ORDER if kind in kinds), None)
    assert found == case.get("class"), [(a["driver"], a["class"], a["why"]) for a in answers]
    if "class" not in case and not answers:
        return
    stores = [short(answer["store"], tmp_path) for answer in answers]
    wanted = case.get("store")
    if wanted is not None:
        for each in wanted.split("; "):
            part = spelled(each.removeprefix("producers: "))
            assert part in stores or any(part in store.split(" + ") for store in stores if store)
    elif "class" in case:
        deciding = [each["store"] for each in answers if each["class"] == found]
        assert set(deciding) == {None}
    assert case.get("verifies", "no") in {answer["verifies"] for answer in answers}
    assert case.get("count", len(answers)) == len(answers)


READ = [
    case
    for case in CASES
    if str(case.get("store", "")).startswith(("/", "certs/")) and case["store"] in case["input"]
]


@pytest.mark.parametrize("case", READ, ids=lambda case: str(case["id"]))
def test_discover_lists_the_store_that_decides(case):
    chosen = drivers_named(case["client"]) if "client" in case else ()
    found = references_in(case["file"], case["input"].encode(), None, chosen).references
    assert spelled(case["store"]) in {each.store for each in found}
