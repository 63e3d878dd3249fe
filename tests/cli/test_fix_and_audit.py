"""`unpin fix` ends with what `unpin audit` says, with its exit code, and with the next command.

[Old Vendor Root] (expired) > [Old Vendor CA] (expired)    [New Vendor Root]
[db.example.org] is the key of a key store
"""

import json
import shlex
from datetime import timedelta

import pytest

from tests.cli.inside import unpin
from tests.pki import NOW, Authority, pem
from tests.rules.stores import roots, shipped
from tests.unit.stores import jks_writer as w
from unpin.operations.opening import open_path

ENDED = NOW - timedelta(days=400)
OLD = Authority("Old Vendor Root", ends=ENDED)
OLD_CA = Authority("Old Vendor CA", OLD, ends=ENDED)
OLD_SERVER = Authority("old.example.org", OLD, ca=False, ends=ENDED)
NEW = Authority("New Vendor Root")
SERVER = Authority("db.example.org", NEW, ca=False)
PIN = shipped("digicert-tls-rsa-sha256-2020-ca1")
BROKEN = pem(NEW.certificate).replace(b"MII", b"MIA", 1)
AT = ("--at", NOW.isoformat())

STORES = {
    "ready": pem(*roots()),
    "pinned": pem(PIN),
    "expired": pem(OLD.certificate, OLD_CA.certificate),
    "partly expired": pem(OLD.certificate, NEW.certificate),
    "broken": pem(NEW.certificate) + BROKEN,
    "cut": pem(*roots())[:-200],
    "private pin": pem(OLD_CA.certificate, Authority("Some CA", NEW).certificate),
    "own server": pem(SERVER.certificate),
    "keys": w.store(w.key("server", SERVER.certificate.der)),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(ran):
    return [line.rstrip() for line in ran.stdout.decode().splitlines()]


@pytest.mark.parametrize("profile", [(), ("--profile", "none"), ("--profile", "azure-postgresql")])
@pytest.mark.parametrize("name", STORES)
def test_check_fails_where_audit_fails(here, name, profile):
    (here / "store").write_bytes(STORES[name])
    audited = unpin("audit", *AT, *profile, "store").returncode
    checked = unpin("fix", "--check", *AT, *profile, "store").returncode
    assert audited in {0, 1}
    assert checked in {1, 3} if audited else checked in {0, 1}


@pytest.mark.parametrize("name", STORES)
def test_the_last_lines_are_the_verdict_of_audit_and_the_next_step(here, name):
    """What is printed to be pasted writes the plan, and the verdict is that of the new file."""
    (here / "store").write_bytes(STORES[name])
    shown = lines(unpin("fix", *AT, "store", "--width", "0"))
    (said,) = [line for line in shown if " unpin audit says " in line]
    if name == "cut":
        assert shown[-2].startswith("=> the download or copy of the file broke off: get it again")
    elif shown[1].startswith("PLANNED: "):
        assert said.startswith("=> afterwards unpin audit says ")
        assert shown[-2] == "=> this writes it, and keeps the old file:"
        command = shlex.split(shown[-1])
        assert command[:3] == ["unpin", "fix", "--write"]
        assert unpin(*command[1:]).returncode in {0, 1}
    if name == "cut":
        return
    verdict = lines(unpin("audit", *AT, "store", "--width", "0"))[1]
    assert said.split("audit says ")[1].startswith(verdict)


def test_a_bundle_of_another_vendor_that_has_expired(here):
    (here / "old.pem").write_bytes(STORES["expired"])
    ran = unpin("fix", *AT, "old.pem", "--width", "0")
    assert ran.returncode == 1
    assert lines(ran)[1].startswith("NOT CURED: no certificate of the catalogue is in the store")
    assert lines(ran)[-1] == "=> get the current bundle where this one came from"


def test_expired_certificates_go_only_by_wish(here):
    """Roots and CAs; a server's own certificate stays, for Java trusts it as long as it is sent."""
    certificates = (OLD.certificate, OLD_CA.certificate, OLD_SERVER.certificate, NEW.certificate)
    (here / "a.pem").write_bytes(pem(*certificates))
    assert "out " not in unpin("fix", *AT, "a.pem").stdout.decode()
    ran = unpin("fix", *AT, "--drop-expired", "a.pem", "--width", "0")
    out = [line for line in lines(ran) if line.startswith("out ")]
    assert [line.endswith(f"that expired on {ENDED:%Y-%m-%d}") for line in out] == [True, True]
    assert any("beware: 2 entries are removed without a replacement" in line for line in lines(ran))
    assert f"   unpin fix --write --at {NOW.isoformat()} --drop-expired a.pem" in lines(ran)
    unpin("fix", *AT, "--drop-expired", "--write", "a.pem")
    assert [e.certificate for e in open_path("a.pem").trusted] == [*certificates[2:]]


def test_a_store_of_which_all_has_expired_is_not_emptied(here):
    (here / "old.pem").write_bytes(STORES["expired"])
    ran = unpin("fix", *AT, "--drop-expired", "--write", "old.pem")
    assert ran.returncode == 3
    assert b"hint: get the current bundle where this one came from" in ran.stderr
    assert (here / "old.pem").read_bytes() == STORES["expired"]


def test_no_cure_empties_a_store(here):
    """Where all has expired, the cure is a new bundle, and no command that unpin fix refuses."""
    (here / "old.pem").write_bytes(STORES["expired"])
    assert b"--drop-expired" not in unpin("audit", *AT, "-v", "old.pem").stdout


def test_the_cure_of_an_expired_root_is_one_command(here):
    (here / "a.pem").write_bytes(STORES["partly expired"])
    shown = lines(unpin("audit", *AT, "-v", "a.pem"))
    cure = "unpin fix --write --profile none --drop-expired a.pem"
    assert cure in [line.strip() for line in shown]


class TestKeyStore:
    """A key store that clients use as their trust store."""

    @pytest.fixture
    def keys(self, here):
        (here / "root.pem").write_bytes(pem(NEW.certificate))
        (here / "key.jks").write_bytes(STORES["keys"])
        return here / "key.jks"

    def test_a_root_that_the_user_gave_is_added(self, keys):
        ran = unpin("fix", *AT, "--root", "root.pem", "key.jks")
        assert (ran.returncode, lines(ran)[1]) == (0, "PLANNED: 1 root in; nothing is written yet")
        assert unpin("fix", *AT, "--root", "root.pem", "--write", "key.jks").returncode == 0
        store = open_path("key.jks")
        assert [entry.certificate for entry in store.trusted] == [NEW.certificate]
        assert [entry.alias for entry in store.keys] == ["server"]

    def test_a_named_profile_is_held_against_it(self, keys):
        named = (*AT, "--profile", "azure-postgresql")
        assert unpin("audit", *named, "key.jks").returncode == 1
        assert unpin("fix", "--check", *named, "key.jks").returncode == 1
        assert unpin("fix", "--write", *named, "key.jks").returncode == 0
        assert unpin("audit", *named, "key.jks").returncode == 0

    @pytest.mark.parametrize("profile", [(), ("--profile", "none")])
    def test_it_is_never_ready(self, keys, profile):
        ran = unpin("audit", *AT, *profile, "key.jks", "--width", "0")
        assert (ran.returncode, lines(ran)[1]) == (
            0,
            (
                "NOT-FOR-PROFILE: a key store (1 key, no trusted certificate): clients that use it "
                "as their trust store trust no CA"
            ),
        )


def test_undo_takes_a_folder(here):
    (here / "a").mkdir()
    before = {}
    for name in ("a/one.pem", "two.pem"):
        (here / name).write_bytes(pem(PIN))
        before[name] = (here / name).read_bytes()
    (here / "ready.pem").write_bytes(pem(*roots()))
    assert unpin("fix", "--write", ".").returncode == 0
    ran = unpin("fix", "--undo", ".")
    assert ran.returncode == 0
    assert [line.split(": restored")[0] for line in lines(ran)] == ["two.pem", "a/one.pem"]
    assert {name: (here / name).read_bytes() for name in before} == before
    ran = unpin("fix", "--undo", ".")
    assert (ran.returncode, ran.stderr) == (
        3,
        b"unpin: error: .: no file below it has a backup: nothing to undo\n",
    )


def test_the_overview_names_the_next_command(here):
    (here / "stores").mkdir()
    for name in ("one.pem", "two.pem"):
        (here / "stores" / name).write_bytes(pem(PIN))
    shown = lines(unpin("audit", *AT, "stores"))
    assert shown[-1] == "   unpin fix stores"
    assert unpin("fix", *AT, "stores").returncode == 0


def test_json_has_the_verdict_afterwards(here):
    (here / "a.pem").write_bytes(pem(PIN))
    (row,) = json.loads(unpin("fix", *AT, "--format", "json", "a.pem").stdout)["stores"]
    assert row["status_after"] == "ready"
    assert row["verdict_after"].startswith("READY: ")
