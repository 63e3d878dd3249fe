"""The configurations of tests/doctor/cases.toml: what they refer to, for which client, as what."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.discover.listing import references_of
from unpin.catalogue.load import load_builtin
from unpin.connections.drivers import drivers_named
from unpin.references.find import references_in

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "configs.md"
CASES = tomllib.loads((HERE.parent / "doctor" / "cases.toml").read_text(encoding="utf-8"))["case"]
CATALOGUE = load_builtin()
ROWS = tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8"))
SAME = {"Connector/J": "MySQL Connector/J", "Kafka": "Kafka (Java)", "PDO": "mysqlnd"}
"""Readers that unpin calls by the name of their driver, as doctor does."""
HTML = 80
"""The case whose file decides its format: it is there, and a web page."""


def rows_of(case):
    return ROWS.get(str(case["id"]), {"rows": []})["rows"]


def spelled(store):
    """The spellings of a store that mean the same: of a resource also its usual folder."""
    plain = store.removeprefix("./")
    if plain.startswith("classpath:"):
        return {plain, "src/main/resources/" + plain.removeprefix("classpath:").lstrip("/")}
    return {plain}


def agrees(found, row):
    """Whether a reference says what the row says; a key of YAML is the last of its path."""
    line, key, store, form, reader, role = row
    return (
        found.line == line
        and (found.key == key or found.key.endswith(f".{key}") or found.variable == key)
        and store.removeprefix("./") in spelled(found.store)
        and (found.format == form.replace("|", " or ") or form == "HTML")
        and found.reader == SAME.get(reader, reader)
        and str(found.role) == role
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['kind']}")
def test_the_references_are_listed(case):
    chosen = drivers_named(case["client"]) if "client" in case else ()
    found = references_in(case["file"], case["input"].encode(), CATALOGUE, chosen)
    rows = rows_of(case)
    assert len(found.references) == len(rows), found.references
    for each, row in zip(found.references, rows, strict=True):
        assert agrees(each, row), (each, row)


def test_what_is_in_the_place_of_a_store_is_said(tmp_path):
    case = next(case for case in CASES if case["id"] == HTML)
    (tmp_path / case["file"]).write_text(case["input"])
    (tmp_path / "global-bundle.pem").write_text("<!DOCTYPE html>\n<html><body></body></html>\n")
    (found,) = references_of(unpin("discover", tmp_path, "--format", "json"))
    assert [found["found"].upper(), found["leads"]] == [rows_of(case)[0][3], "here"]


def test_the_rows_are_those_that_were_measured():
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not on this machine: the rows are held against rows.toml alone")
    import yaml

    text = SHARED.read_text(encoding="utf-8")
    known = yaml.safe_load(re.search(r"## 3.*?```yaml\n(.*?)```", text, re.DOTALL)[1])
    assert len(known) == len(CASES)
    for case, measured in zip(CASES, known, strict=True):
        assert (case["id"], rows_of(case)) == (measured["id"], measured["discover"])
        assert case["input"].strip() == measured["input"].strip()
