"""What is said twice, dropped silently, or broken over lines: once, refused, whole."""

import gzip
import json
import shlex
from datetime import timedelta

import pytest

from tests.cli.inside import unpin
from tests.pki import NOW, Authority, pem
from tests.rules.stores import roots, shipped
from tests.unit.stores import jks_writer as w

ENDED = NOW - timedelta(days=400)
ROOT = Authority("Some Root")
OLD = Authority("Old Root", ends=ENDED)
OLD_CA = Authority("Old CA", OLD, ends=ENDED)
SERVER = Authority("db.example.org", ROOT, ca=False, ends=ENDED)
KEY = Authority("key.example.org", ROOT, ca=False)
PIN = shipped("digicert-tls-rsa-sha256-2020-ca1")
AT = ("--at", NOW.isoformat())
LONG = "debian:a_global_certification_authority_with_a_long_name.pem"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(ran):
    return [line.rstrip() for line in ran.stdout.decode().splitlines()]


def commands(ran):
    return [
        shlex.split(line)[1:] for line in map(str.strip, lines(ran)) if line.startswith("unpin")
    ]


def test_an_expired_server_certificate_that_was_sent(here):
    """Some Root > db.example.org (expired): the answer names it, and its end, once."""
    (here / "sent.pem").write_bytes(pem(SERVER.certificate, ROOT.certificate))
    (here / "root.pem").write_bytes(pem(ROOT.certificate))
    ran = unpin("rehearse", *AT, "--chain-file", "sent.pem", "root.pem", "--width", "0")
    assert lines(ran)[1] == (
        f"=> every client fails to connect; db.example.org expired on {ENDED:%Y-%m-%d}: the server "
        "needs another certificate; no trust store cures that"
    )


def test_a_server_certificate_alone_and_expired(here):
    """[db.example.org] (expired): no bundle has it."""
    (here / "server.pem").write_bytes(pem(SERVER.certificate))
    found = json.loads(unpin("audit", *AT, "--format", "json", "server.pem").stdout)
    remedies = {f["rule"]: f["remedy_kind"] for f in found["stores"][0]["findings"]}
    assert remedies["no-valid-anchor"] == "renew-server-certificate"


def test_a_certificate_with_two_findings_and_one_cure(here):
    """[Old Root] > [Old CA], both expired, beside [Some Root]."""
    (here / "a.pem").write_bytes(pem(OLD.certificate, OLD_CA.certificate, ROOT.certificate))
    ran = unpin("audit", *AT, "-v", "--profile", "none", "a.pem", "--width", "80")
    heads = [line for line in lines(ran) if "(Old CA)" in line and line.startswith("warning")]
    line = 1 + pem(OLD.certificate).count(b"\n")
    assert heads == [f"warning  redundant-intermediate, expired-anchor  line {line} (Old CA)"]


@pytest.mark.parametrize(
    ("command", "option", "first", "second"),
    [
        ("rehearse", "--chain-file", "a.pem", "a.pem"),
        ("audit", "--profile", "azure-mysql", "azure-china"),
        ("audit", "--client", "java", "psql"),
        ("fix", "--at", "2026-01-01", "2027-01-01"),
        ("convert", "-o", "x.pem", "y.pem"),
    ],
)
def test_an_option_that_would_lose_a_value(here, command, option, first, second):
    (here / "a.pem").write_bytes(pem(*roots()))
    ran = unpin(command, option, first, option, second, "a.pem")
    name = {"-o": "--out"}.get(option, option)
    assert ran.returncode == 2
    assert ran.stderr.decode().splitlines()[0] == (
        f"unpin: error: {name} is given twice, and takes one value"
    )
    assert [path.name for path in here.iterdir()] == ["a.pem"]


def test_options_that_take_several_values(here):
    (here / "a.pem").write_bytes(pem(PIN))
    for name, root in (("r.pem", ROOT), ("o.pem", Authority("Other Root"))):
        (here / name).write_bytes(pem(root.certificate))
    ran = unpin("fix", *AT, "--profile", "none", "--root", "r.pem", "--root", "o.pem", "a.pem")
    assert lines(ran)[1].startswith("PLANNED: 2 roots in")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_an_alias_is_never_broken(here, width):
    (here / "cacerts").write_bytes(
        w.store(w.trusted(LONG, ROOT.certificate.der), w.trusted("g2", roots()[0].der))
    )
    shown = lines(unpin("list", "--width", width, "cacerts"))
    assert any(line.startswith(LONG) for line in shown)


@pytest.mark.parametrize(
    ("name", "data", "said", "hint"),
    [
        (
            "a.log.gz",
            gzip.compress(b"PKIX path building failed", mtime=0),
            "this is a file",
            "it is packed; to read the log in it: gzip -dc a.log.gz | unpin explain -",
        ),
        (
            "a.pem",
            pem(ROOT.certificate),
            "this is a file",
            "it holds certificates: unpin audit a.pem judges them; to read it: unpin explain - < a.pem",
        ),
        ("a.log", b"hello", "this is a file", "to read it: unpin explain - < a.log"),
        (
            "none.log",
            None,
            "no such file, rule or error message",
            "to read a log: unpin explain - < FILE",
        ),
    ],
)
def test_explain_of_a_file(here, name, data, said, hint):
    if data is not None:
        (here / name).write_bytes(data)
    ran = unpin("explain", name)
    assert ran.returncode == 2
    assert ran.stderr.decode().splitlines() == [f"unpin: error: {name}: {said}", f"  hint: {hint}"]


class TestCures:
    """The printed commands of one audit can all be run, one after the other."""

    def test_those_that_write_do_not_collide(self, here):
        """A JKS of a pin and a key: two conversions, of one file each."""
        (here / "a.jks").write_bytes(
            w.store(w.trusted("ca", ROOT.certificate.der), w.key("k", KEY.certificate.der))
        )
        outputs = [
            c[c.index("-o") + 1] for c in commands(unpin("audit", *AT, "a.jks")) if "-o" in c
        ]
        assert outputs == ["new.p12", "new-2.p12"]

    def test_none_writes_to_the_store_itself(self, here):
        (here / "new.p12").write_bytes(w.store(w.trusted("ca", ROOT.certificate.der)))
        (cure,) = [c for c in commands(unpin("audit", *AT, "new.p12")) if "-o" in c]
        assert cure[cure.index("-o") + 1] == "new-2.p12"
        assert unpin(*cure).returncode == 0

    def test_the_password_file_is_kept(self, here):
        (here / "a.jks").write_bytes(w.store(w.trusted("pin", PIN.der), password="secret12"))
        (here / "pw").write_text("secret12\n")
        ran = unpin("audit", *AT, "--password-file", "pw", "a.jks")
        found = [c for c in commands(ran) if c[0] in {"fix", "convert"}]
        assert found
        for command in found:
            assert command[command.index("--password-file") + 1] == "pw"
            assert unpin(*command).returncode == 0

    def test_an_unknown_password_has_a_place(self, here):
        """The commands work once the password is in the file that they name."""
        (here / "a.jks").write_bytes(w.store(w.trusted("pin", PIN.der), password="secret12"))
        found = [c for c in commands(unpin("audit", *AT, "a.jks")) if c[0] in {"fix", "convert"}]
        (here / "password.txt").write_text("secret12\n")
        assert found
        for command in found:
            assert unpin(*command).returncode == 0

    @pytest.mark.parametrize("chain", [(), (ROOT.certificate.der,)], ids=["alone", "with root"])
    def test_a_key_store_gets_a_trust_store(self, here, chain):
        (here / "key.jks").write_bytes(w.store(w.key("k", KEY.certificate.der, *chain)))
        ran = unpin("audit", *AT, "key.jks")
        cures = [c for c in commands(ran) if "--chains" in c]
        assert len(cures) == bool(chain)
        if chain:
            assert unpin(*cures[0]).returncode == 0
            assert b"Some Root" in unpin("list", cures[0][cures[0].index("-o") + 1]).stdout
        else:
            assert b"give them one with the root of their servers" in ran.stdout
