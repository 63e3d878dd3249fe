"""docs/json.md names every field that the documents of `rehearse`, `diff` and `fix` have."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from tests.cli.test_hostile_text import answer_of_a_database, answer_of_mysql
from tests.pki import Authority
from tests.servers import scripted, tls_behind

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
PINNED = ROOT / "fixtures" / "pinned.pem"


def fields(value, keyed):
    """Every name in a document, but for the clients that are names of the members `keyed`."""
    if isinstance(value, list):
        return set().union(*(fields(each, keyed) for each in value))
    if not isinstance(value, dict):
        return set()
    below = (fields(each, keyed) for name, each in value.items() if name not in keyed)
    return set(value).union(*below)


@pytest.mark.parametrize(
    "args",
    [
        ("rehearse", "--fixed", PINNED),
        ("diff", PINNED),
        ("diff", PINNED, "-"),
        ("fix", PINNED),
    ],
    ids=["rehearse", "coverage", "comparison", "fix"],
)
def test_every_field_is_named(args):
    ran = unpin(*args, "--client", "java", "--format", "json", stdin=b"-----BEGIN X-----\n")
    document = json.loads(ran.stdout)
    by_client = {"before", "after"} if args[0] == "fix" else {"outcomes"}
    found = fields(document, by_client)
    assert len(found) > 20
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []


def test_every_field_of_a_probe_is_named(tmp_path):
    with scripted(tls_behind(tmp_path, Authority("db.example.org", ca=False))) as port:
        ran = unpin("probe", f"127.0.0.1:{port}", "--store", PINNED, "--client", "java",
                    "--format", "json")  # fmt: skip
    found = fields(json.loads(ran.stdout), {"outcomes"})
    assert {"servers", "forms", "versions", "wants_certificate"} <= found
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []


@pytest.mark.parametrize("answer", [answer_of_a_database, answer_of_mysql])
def test_every_field_of_a_database_is_named(answer):
    ran = unpin("server", "--result", "-", "--format", "json", stdin=answer().encode())
    found = fields(json.loads(ran.stdout), {"settings"})
    assert {"databases", "hidden_sessions", "commands", "left_out_groups"} <= found
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []


def test_every_field_of_a_diagnosis_is_named():
    calls = [f"postgres://h{i}/a?sslmode=verify-full&sslrootcert={PINNED}" for i in range(2)]
    ran = unpin("doctor", *calls, "--client", "libpq", "--format", "json")
    found = fields(json.loads(ran.stdout), {"outcomes"})
    assert {"inputs", "together", "answers", "unresolved", "rule"} <= found
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []


def test_every_field_of_an_inventory_is_named(tmp_path):
    (tmp_path / "a.env").write_text(f"SSL_CERT_FILE={PINNED}\nCURL_CA_BUNDLE=gone.pem\n")
    ran = unpin("discover", tmp_path, PINNED, "--format", "json")
    found = fields(json.loads(ran.stdout), {"outcomes"})
    assert {"inventories", "users", "leads", "if_missing", "breaks", "rule"} <= found
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []


def test_every_field_of_a_conversion_is_named(tmp_path):
    ran = unpin("convert", PINNED, "-o", tmp_path / "a.jks", "--format", "json")
    document = json.loads(ran.stdout)
    found = fields(document, set())
    assert {"written", "remarks", "chain_sha256", "topic"} <= found
    assert sorted(found - set(re.findall(r"`(\w+)`", PAGE)) - {"schema"}) == []
