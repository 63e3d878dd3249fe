"""pinned-intermediate: an intermediate that does a root's work."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import MIDDLE, POSTGRESQL, ROOT, found, only, real, roots, shipped, store
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.reports.audit_wording import remedy_text

RULE = "pinned-intermediate"
CURRENT = "microsoft-azure-rsa-tls-issuing-ca-03-xsign"


def test_private_intermediate_alone():
    """Some Root ── [Some Issuing CA]: said to be nobody's that the catalogue knows."""
    finding = only(RULE, store(MIDDLE.certificate), clients="java,openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java",)
    assert finding.message == (
        "Some Issuing CA is a standalone intermediate (not in the catalogue, so unpin cannot say "
        "when its issuer will change it): Java trusts servers under it only through this entry "
        "and fails once the server uses another intermediate"
    )
    assert "Azure" not in finding.message + remedy_text(finding.remedy)


def test_client_that_never_accepted_it():
    finding = only(RULE, store(MIDDLE.certificate), clients="openssl")
    assert finding.severity is Severity.ERROR
    assert "OpenSSL does not accept it as a trust anchor" in finding.message


def test_with_its_root_it_is_redundant():
    """[Some Root] ── [Some Issuing CA]."""
    assert RULE not in {rule for rule, _ in found(store(ROOT.certificate, MIDDLE.certificate))}


def test_azure_pin_alone_breaks_java_at_the_rotation():
    """DigiCert Global Root G2 ── [Issuing CA 03]: works today, dead after."""
    finding = only(RULE, store(real(CURRENT), format=Format.JKS), profile=POSTGRESQL)
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java",)
    assert finding.message == (
        "Microsoft Azure RSA TLS Issuing CA 03 is a standalone intermediate (in the catalogue): "
        "Java trusts servers under it only through this entry and fails after the rotation"
    )


def test_pin_of_the_new_chain_waits_for_the_next_rotation():
    pin = real("microsoft-tls-g2-rsa-ca-ocsp-02")
    finding = only(RULE, store(pin, format=Format.JKS), profile=POSTGRESQL)
    assert "fails when that CA is replaced" in finding.message


def test_new_root_beside_the_pin_survives():
    """[Microsoft TLS RSA Root G2, self-signed] carries the new chain, [Issuing CA 03] today's."""
    new = real("microsoft-tls-rsa-root-g2")
    finding = only(RULE, store(real(CURRENT), new, format=Format.JKS), profile=POSTGRESQL)
    assert finding.severity is Severity.WARNING
    assert "the chain after the rotation validates without it" in finding.message


def test_hidden_pin_beside_a_root_of_its_own():
    """[Microsoft RSA Root CA 2017] ── [Issuing CA 03, its twin]: servers send the other twin."""
    twin = real("microsoft-azure-rsa-tls-issuing-ca-03-ms")
    hidden = store(shipped("microsoft-rsa-root-ca-2017"), twin)
    finding = only(RULE, hidden, profile=POSTGRESQL, clients="openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("openssl",)


def test_right_roots_beside_the_pin_are_enough():
    assert RULE not in {
        rule for rule, _ in found(store(*roots(), real(CURRENT)), profile=POSTGRESQL)
    }


def test_intermediate_of_another_catalogue_chain():
    """DigiCert Global Root CA ── [DigiCert TLS RSA SHA256 2020 CA1], of no chain of the profile."""
    pin = shipped("digicert-tls-rsa-sha256-2020-ca1")
    finding = only(RULE, store(*roots("digicert-global-root-ca"), pin), clients="java")
    assert "Java trusts servers under it only through this entry" in finding.message
    assert RULE not in {rule for rule, _ in found(store(*roots(), pin), clients="java")}


def test_expired_pin_of_a_ca_that_goes_on():
    """The store's copy is over, its owner renewed it: Java still trusts servers under it."""
    old = Authority("Old Issuing CA", ROOT, ends=NOW - timedelta(days=1))
    finding = only(RULE, store(old.certificate), clients="java,go")
    assert finding.clients == ("java",)
