"""A whole pipeline: a repository is red, is fixed, is green, and turns red when an exception ends."""

import json
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.rules.stores import shipped
from tests.unit.stores import jks_writer as jks

ROOT = Path(__file__).parents[2]
AT = ("--at", "2026-11-24")
POLICY = """
profile = "azure-postgresql"
[[path]]
match = "*.jks"
clients = "java"
[[path]]
match = "config/*"
clients = "psql"
[[exception]]
rule = "missing-root"
path = "legacy/*"
owner = "team legacy"
reason = "is switched off in spring"
until = 2027-03-31
[[exception]]
rule = "pinned-intermediate"
path = "legacy/*"
owner = "team legacy"
reason = "is switched off in spring"
until = 2027-03-31
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A Dockerfile, a JKS and a root.crt that pin, a store that an exception covers, and a policy."""
    pinned = (ROOT / "fixtures" / "pinned.pem").read_bytes()
    pin = shipped("digicert-tls-rsa-sha256-2020-ca1")
    for name, data in (
        ("Dockerfile", b"FROM eclipse-temurin:21\nCOPY trust/truststore.jks /app/\n"),
        ("trust/truststore.jks", jks.store(jks.trusted("azure", pin.der))),
        ("config/root.crt", pinned),
        ("legacy/root.crt", pinned),
        ("unpin.toml", POLICY.encode()),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*at):
    """The step of the pipeline: its exit code, and the errors that count by store."""
    ran = unpin("audit", ".", *(at or AT), "--format", "json", "--output", "junit=report.xml")
    assert Path("report.xml").read_bytes().startswith(b"<?xml")
    failing = {
        finding["source"].removeprefix("./")
        for store in json.loads(ran.stdout)["stores"]
        for finding in store["findings"]
        if finding["severity"] == "error" and finding["accepted"] is None
    }
    return ran.returncode, failing


def test_red_fixed_green_and_red_again(repository):
    assert check() == (1, {"config/root.crt", "trust/truststore.jks"})

    legacy = Path("legacy/root.crt").read_bytes()
    assert unpin("fix", "--check", ".", *AT).returncode == 1
    fixed = unpin("fix", "--write", ".", *AT)
    assert fixed.returncode == 0
    assert b"=> 3 stores: 1 accepted, 2 written" in fixed.stdout
    assert unpin("fix", "--check", ".", *AT).returncode == 0
    assert Path("legacy/root.crt").read_bytes() == legacy

    assert check() == (0, set())
    assert check("--at", "2027-03-31") == (0, set())
    assert check("--at", "2027-04-01") == (1, {"legacy/root.crt"})
    assert unpin("policy", "check", "--at", "2027-04-01").returncode == 1
    assert unpin("fix", "--check", ".", "--at", "2027-03-31").returncode == 0
    assert unpin("fix", "--check", ".", "--at", "2027-04-01").returncode == 1
