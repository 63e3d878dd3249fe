"""no-valid-anchor: everything has expired, and who is left without an anchor."""

from datetime import timedelta

from tests import programs
from tests.cli.inside import unpin as run
from tests.pki import NOW, Authority, pem
from tests.referees.openssl_verify import ACCEPTED, verdict
from tests.rules.stores import MIDDLE, ROOT, found, only, shipped, store
from unpin.model.finding import Severity
from unpin.stores.opening import open_bytes

RULE = "no-valid-anchor"
ENDED = NOW - timedelta(days=1)
OLD = Authority("Old Root", ends=ENDED)
OLDER = Authority("Older Root", ends=NOW - timedelta(days=800))
REFUSE = {
    "openssl", "openssl-partial-chain", "openssl-strict", "go", "gnutls", "dotnet",
}  # fmt: skip
"""Who refuses an expired anchor: store "only an expired DigiCert Global Root G2" in docs/clients.md."""


def test_every_anchor_has_expired():
    """[Old Root, expired]; [Older Root, expired]."""
    finding = only(RULE, store(OLD.certificate, OLDER.certificate))
    assert finding.severity is Severity.ERROR
    assert set(finding.clients) == REFUSE
    assert finding.message == (
        "no valid trust anchor is left for OpenSSL, OpenSSL with partial chains and 4 more client "
        "families: all 2 trusted certificates have expired, the last on "
        "2026-11-23"
    )


def test_openssl_refuses_every_server(tmp_path):
    """[Old Root, expired] > server; then with [Old Root, renewed]."""
    server = Authority("db.example.org", OLD, ca=False)
    renewed = Authority("Old Root", key=OLD.key)
    assert verdict(tmp_path, [OLD.certificate], [server.certificate]) == "certificate has expired"
    both = [OLD.certificate, renewed.certificate]
    assert verdict(tmp_path, both, [server.certificate]) == ACCEPTED
    assert RULE in {rule for rule, _ in found(store(OLD.certificate), clients="openssl")}
    assert RULE not in {rule for rule, _ in found(store(*both), clients="openssl")}


def test_java_and_rustls_do_not_read_the_dates_of_an_anchor():
    """[Old Root, expired]."""
    assert RULE not in {
        rule for rule, _ in found(store(OLD.certificate), clients="java,java-sunx509,rustls")
    }


def test_one_anchor_that_goes_on_is_enough():
    """[Old Root, expired]; [Some Root]."""
    assert RULE not in {rule for rule, _ in found(store(OLD.certificate, ROOT.certificate))}


def test_a_pin_is_no_anchor_of_openssl():
    """[Old Root, expired]; Some Root > [Some Issuing CA]: an anchor of Go, and none of OpenSSL."""
    held = store(OLD.certificate, MIDDLE.certificate)
    finding = only(RULE, held, clients="openssl,go")
    assert finding.clients == ("openssl",)
    assert finding.message == (
        "no valid trust anchor is left for OpenSSL: 1 of 2 trusted certificates has expired and "
        "OpenSSL accepts none of the others"
    )


def test_what_openssl_is_told_to_reject_is_no_anchor(tmp_path):
    """[Old Root, expired]; [Some Root, a TRUSTED CERTIFICATE that `openssl x509` rejects]."""
    source = tmp_path / "some.pem"
    source.write_bytes(pem(ROOT.certificate))
    openssl = programs.program("openssl")
    reject = ("x509", "-in", source, "-trustout", "-addreject", "serverAuth")
    rejected = programs.run(openssl, *reject).stdout
    bundle = pem(OLD.certificate) + rejected
    assert RULE in {
        rule for rule, _ in found(open_bytes(bundle, source="a.pem"), clients="openssl")
    }
    trusted = pem(OLD.certificate, ROOT.certificate)
    held = open_bytes(trusted, source="a.pem")
    assert RULE not in {rule for rule, _ in found(held, clients="openssl")}


def test_a_distrusted_root_is_no_anchor_of_java():
    """[Entrust Root G2, which the JDK distrusts for new servers]; then beside [Some Root]."""
    entrust = shipped("entrust-root-ca-g2")
    finding = only(RULE, store(entrust), clients="java,openssl")
    assert finding.clients == ("java",)
    assert finding.message == (
        "no valid trust anchor is left for Java: Java refuses newer servers under the only trusted "
        "certificate"
    )
    assert RULE not in {rule for rule, _ in found(store(entrust, ROOT.certificate), clients="java")}


def test_all_but_the_distrusted_ones_have_expired():
    """[Entrust Root G2, distrusted]; [Old Root, expired], which Java still takes."""
    both = store(shipped("entrust-root-ca-g2"), OLD.certificate)
    assert RULE not in {rule for rule, _ in found(both, clients="java,openssl")}


def test_a_bundle_that_has_ended_is_no_success(tmp_path):
    """[Old Root, expired]; [Older Root, expired]: exit code 1, also without a profile."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(pem(OLD.certificate, OLDER.certificate))
    ran = run("audit", "--profile", "none", "--at", "2026-11-24", bundle)
    assert ran.returncode == 1
    said = " ".join(ran.stdout.decode().split())
    assert "no-valid-anchor" in said
    assert "FAILING" in said
