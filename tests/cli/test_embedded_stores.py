"""Stores that are values of another file: each is a store, and that file is never written."""

import base64
import json
from pathlib import Path

import pytest

from tests.cli.running import unpin
from tests.pki import pem
from tests.rules.stores import roots
from tests.unit.stores import jks_writer as w
from unpin.reports.names import shell_command
from unpin.stores.opening import open_bytes

GOOD = pem(*roots()).decode()
PINNED = (Path(__file__).parents[2] / "fixtures" / "pinned.pem").read_text("ascii")
(PIN,) = open_bytes(PINNED.encode(), source="pinned.pem").certificates()


def block(text):
    return "|\n" + "".join(f"    {line}\n" for line in text.splitlines())


CONFIG_MAP = f"kind: ConfigMap\ndata:\n  good.crt: {block(GOOD)}  pinned.crt: {block(PINNED)}"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cm.yaml").write_text(CONFIG_MAP)
    (tmp_path / "one.yaml").write_text(f"tls:\n  ca: {block(PINNED)}")
    return tmp_path


def stores(result):
    return {one["source"]: one for one in json.loads(result.stdout)["stores"]}


def test_each_value_is_audited_as_a_store(here):
    found = stores(unpin("audit", "--format", "json", "cm.yaml"))
    assert list(found) == ["cm.yaml#data.good.crt", "cm.yaml#data.pinned.crt"]
    assert {one["embedded_in"] for one in found.values()} == {"YAML"}
    pinned = found["cm.yaml#data.pinned.crt"]["findings"]
    (line,) = {one["line"] for one in pinned if one["rule"] == "pinned-intermediate"}
    text = (here / "cm.yaml").read_text().splitlines()
    assert text[line - 1] == "    -----BEGIN CERTIFICATE-----"
    rules = {one["rule"] for store in found.values() for one in store["findings"]}
    assert "encoding-fault" not in rules


def test_it_is_called_embedded(here):
    out = unpin("list", "one.yaml").stdout.decode()
    assert out.startswith("one.yaml#tls.ca: PEM embedded in YAML, ")
    assert unpin("audit", "one.yaml").stdout.startswith(b"one.yaml#tls.ca: PEM embedded in YAML, ")


def test_the_commands_of_the_audit_can_be_pasted(here):
    out = unpin("audit", "-v", "cm.yaml").stdout.decode()
    assert "--write" not in out
    assert "unpin fix 'cm.yaml#data.pinned.crt'" in out
    store = open_bytes(f"tls:\n  ca: {block(PINNED)}".encode(), source="a b.yaml")
    assert shell_command(("unpin", "fix", "--write"), store) == (
        "unpin fix --patch 'a b.yaml#tls.ca' | patch -p0"
    )
    ran = unpin("fix", "cm.yaml#data.pinned.crt")
    assert ran.returncode == 0
    assert (
        b"=> unpin does not change such a file; this changes it by a patch:\n"
        b"   unpin fix --patch 'cm.yaml#data.pinned.crt' | patch -p0\n" in ran.stdout
    )


@pytest.mark.parametrize("name", ["one.yaml", "one.yaml#tls.ca"])
def test_fix_writes_the_value_and_never_the_file(here, name):
    before = (here / "one.yaml").read_bytes()
    ran = unpin("fix", "--write", name)
    assert ran.returncode == 3
    assert ran.stderr.decode().splitlines() == [
        "unpin: error: one.yaml#tls.ca: PEM embedded in YAML; unpin does not overwrite such a file",
        "  hint: unpin fix --patch 'one.yaml#tls.ca' | patch -p0 changes it",
    ]
    assert [path.name for path in here.iterdir() if "one" in path.name] == ["one.yaml"]
    assert (here / "one.yaml").read_bytes() == before
    ran = unpin("fix", name, "-o", "new.pem")
    assert ran.returncode == 0
    (here / "plain.pem").write_text(PINNED)
    assert unpin("fix", "plain.pem", "-o", "plain-new.pem").returncode == 0
    assert (here / "new.pem").read_bytes() == (here / "plain-new.pem").read_bytes()


def test_nothing_to_fix_is_no_refusal(here):
    before = (here / "cm.yaml").read_bytes()
    assert unpin("fix", "--write", "cm.yaml#data.good.crt").returncode == 0
    assert (here / "cm.yaml").read_bytes() == before
    assert unpin("fix", "cm.yaml#data.good.crt", "-o", "same.pem").returncode == 0
    assert (here / "same.pem").read_text() == GOOD


def test_standard_input(here):
    one = (here / "one.yaml").read_bytes()
    assert list(stores(unpin("list", "--format", "json", "-", stdin=one))) == [
        "standard input#tls.ca"
    ]
    ran = unpin("fix", "--write", "-", stdin=one)
    assert (ran.returncode, ran.stdout) == (3, b"")
    good = f"ca: {block(GOOD)}".encode()
    ran = unpin("fix", "--write", "-", stdin=good)
    assert (ran.returncode, ran.stdout) == (0, good)
    ran = unpin("list", "-", stdin=CONFIG_MAP.encode())
    assert ran.returncode == 3
    assert b"holds 2 stores as values: data.good.crt, data.pinned.crt" in ran.stderr
    assert b"name one of them: 'FILE#data.good.crt'" in ran.stderr


def test_convert_takes_every_value(here):
    ran = unpin("convert", "cm.yaml", "-o", "all.pem")
    assert ran.returncode == 0
    ran = unpin("list", "--format", "json", "all.pem")
    (store,) = stores(ran).values()
    assert len(store["entries"]) == len(roots()) + 1
    assert store["embedded_in"] is None


def test_the_file_around_a_value_is_no_output(here):
    before = (here / "one.yaml").read_bytes()
    for name in ("one.yaml", "one.yaml#tls.ca"):
        ran = unpin("convert", name, "--to", "pem", "-o", "one.yaml", "--force")
        assert (ran.returncode, b"would be overwritten" in ran.stderr) == (3, True)
        ran = unpin("fix", name, "-o", "one.yaml", "--force")
        assert (ran.returncode, b"-o names the store itself" in ran.stderr) == (2, True)
    assert (here / "one.yaml").read_bytes() == before


def test_secret_with_a_key_store(here):
    jks = w.store(w.trusted("pin", PIN.der))
    secret = "kind: Secret\ndata:\n  t.jks: " + base64.b64encode(jks).decode() + "\n"
    (here / "secret.yaml").write_text(secret)
    ran = unpin("list", "secret.yaml")
    assert ran.stdout.startswith(b"secret.yaml#data.t.jks: base64 of JKS embedded in YAML, 1 entry")
    ran = unpin("fix", "--write", "secret.yaml")
    assert ran.returncode == 3
    assert b"unpin fix --patch 'secret.yaml#data.t.jks' | patch -p0 changes it" in ran.stderr
    assert (here / "secret.yaml").read_text() == secret


def test_a_folder_with_such_files(here):
    (here / "values.yaml").write_text("replicas: 3\n")
    found = stores(unpin("list", "--format", "json", here))
    assert {name.removeprefix(f"{here}/") for name in found} == {
        "cm.yaml#data.good.crt",
        "cm.yaml#data.pinned.crt",
        "one.yaml#tls.ca",
    }


def test_a_value_that_is_none(here):
    ran = unpin("list", "cm.yaml#data.other")
    assert ran.returncode == 3
    assert ran.stderr.decode().splitlines() == [
        "unpin: error: cm.yaml: no value 'data.other' is a store",
        "  hint: the values that are: data.good.crt, data.pinned.crt",
    ]
    assert unpin("list", "nothing.yaml#a").returncode == 3


def test_a_file_whose_name_has_a_number_sign(here):
    (here / "one.yaml#tls.ca").write_text(GOOD)
    (store,) = stores(unpin("list", "--format", "json", "one.yaml#tls.ca")).values()
    assert (store["source"], store["embedded_in"]) == ("one.yaml#tls.ca", None)


def test_diff_of_two_values(here):
    ran = unpin("diff", "cm.yaml#data.good.crt", "cm.yaml#data.pinned.crt")
    assert ran.returncode == 1
    ran = unpin("diff", "cm.yaml", "one.yaml")
    assert ran.returncode == 3
    assert b"name one of them: 'cm.yaml#data.good.crt'" in ran.stderr
