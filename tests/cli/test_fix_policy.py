"""`unpin fix` under a policy: its rules by path, and the stores of its exceptions stay as they are."""

import json
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.pki import pem
from tests.rules.stores import roots

PINNED = (Path(__file__).parents[2] / "fixtures" / "pinned.pem").read_bytes()
AT = ("--at", "2026-11-24")


def exception(rule, path="legacy/*"):
    return f"""
[[exception]]
rule = "{rule}"
path = "{path}"
owner = "team legacy"
reason = "moves in spring"
until = 2027-03-31
"""


LEGACY = exception("pinned-intermediate") + exception("missing-root")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """The same pinned bundle twice; an exception is for one of them."""
    monkeypatch.chdir(tmp_path)
    for folder in ("app", "legacy"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "root.crt").write_bytes(PINNED)
    Path("unpin.toml").write_text(LEGACY)
    return tmp_path


def stores(*args):
    ran = unpin("fix", *AT, "--format", "json", *args)
    return {store["source"]: store for store in json.loads(ran.stdout)["stores"]}


def test_what_an_exception_accepts_stays_until_it_ends(tree):
    ran = unpin("fix", "--write", *AT, ".")
    assert ran.returncode == 0
    lines = [" ".join(line.split()) for line in ran.stdout.decode().splitlines()]
    accepted = "accepted until 2027-03-31 by team legacy: moves in spring"
    assert any(
        line.startswith(f"ACCEPTED ./legacy/root.crt 1 entry out, 3 roots in; {accepted}")
        for line in lines
    )
    assert "=> 2 stores: 1 accepted, 1 written; unpin fix -v shows each plan" in lines
    assert (tree / "legacy" / "root.crt").read_bytes() == PINNED
    assert (tree / "app" / "root.crt").read_bytes() != PINNED
    assert unpin("fix", "--check", *AT, ".").returncode == 0
    assert unpin("fix", "--check", "--at", "2027-04-01", ".").returncode == 1


@pytest.mark.parametrize("call", [("legacy/root.crt",), ("--policy", "none", ".")])
def test_named_by_itself_or_without_the_policy_it_is_fixed(tree, call):
    assert unpin("fix", "--write", *AT, *call).returncode == 0
    assert (tree / "legacy" / "root.crt").read_bytes() != PINNED


def test_an_exception_for_some_of_the_errors_is_none(tree):
    Path("unpin.toml").write_text(exception("missing-root"))
    assert stores(".")["./legacy/root.crt"]["accepted"] is None
    assert unpin("fix", "--write", *AT, ".").returncode == 0
    assert (tree / "legacy" / "root.crt").read_bytes() != PINNED


def test_equal_stores_have_the_rules_of_their_paths(tree):
    Path("unpin.toml").write_text(
        '[[path]]\nmatch = "legacy/*"\nprofile = "none"\nclients = "psql"\n'
    )
    found = stores(".")
    assert found["./app/root.crt"]["profile"] == "azure-postgresql"
    assert found["./legacy/root.crt"]["profile"] is None
    assert set(found["./app/root.crt"]["before"]) > {"java", "openssl"}
    Path("unpin.toml").write_text('[[path]]\nmatch = "legacy/*"\nclients = "psql"\n')
    assert set(stores(".")["./legacy/root.crt"]["before"]) == {"openssl"}
    assert set(stores("--client", "java", ".")["./legacy/root.crt"]["before"]) == {"java"}


def test_the_end_is_what_the_audit_says_under_the_policy(tree):
    """A required certificate that no fix adds is missing afterwards."""
    Path("good.pem").write_bytes(pem(*roots()))
    assert stores("good.pem")["good.pem"]["status_after"] == "ready"
    required = "baltimore-cybertrust-root"
    Path("unpin.toml").write_text(f'[[required]]\ncertificate = "{required}"\n')
    assert unpin("audit", *AT, "good.pem").returncode == 1
    for mode in ("--check", "--write"):
        ran = unpin("fix", mode, *AT, "good.pem")
        assert ran.returncode == 1
        assert b"NOT CURED" in ran.stdout
    Path("unpin.toml").write_text(
        'fail-on = "warning"\n[severity]\nredundant-intermediate = "note"\n'
    )
    assert unpin("audit", *AT, "good.pem").returncode == (
        unpin("fix", "--check", *AT, "good.pem").returncode
    )


def test_a_pipeline_sees_an_accepted_store_as_a_note(tree):
    ran = unpin("fix", "--check", *AT, "--format", "github", "legacy")
    assert ran.returncode == 0
    assert b"::error" not in ran.stdout
    assert b"accepted until 2027-03-31 by team legacy" in ran.stdout


def test_the_command_of_the_plan_keeps_the_policy(tree):
    Path("other.toml").write_text("")
    page = unpin("fix", *AT, "--policy", "other.toml", "legacy/root.crt").stdout.decode()
    assert "unpin fix --write --at 2026-11-24 --policy other.toml legacy/root.crt\n" in page
