"""orphan-intermediate: OpenSSL stops at a store certificate whose issuer is absent."""

from tests.rules.stores import POSTGRESQL, found, only, real, roots, store
from unpin.model.finding import Severity

RULE = "orphan-intermediate"


def test_beside_the_right_roots_it_breaks_openssl_only():
    """G2, MS 2017, DigiCert CA, and [OCSP 02] whose issuer is absent."""
    bundle = store(*roots(), real("microsoft-tls-g2-rsa-ca-ocsp-02"))
    finding = only(RULE, bundle, profile=POSTGRESQL, clients="java,openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("openssl",)
    assert found(bundle, profile=POSTGRESQL, clients="java") == {(RULE, "warning")}


def test_with_its_issuer_it_is_none():
    """G2 ── [TLS RSA Root G2, cross-signed] ── [OCSP 02]: the path is whole."""
    whole = store(
        *roots(),
        real("microsoft-tls-rsa-root-g2-xsign"),
        real("microsoft-tls-g2-rsa-ca-ocsp-02"),
    )
    assert RULE not in {rule for rule, _ in found(whole, profile=POSTGRESQL)}


def test_the_other_twin_of_a_presented_intermediate():
    """G2 and the Microsoft-signed Issuing CA 03, whose issuer is absent: OpenSSL stops there."""
    twin = store(
        *roots("microsoft-rsa-root-ca-2017"), real("microsoft-azure-rsa-tls-issuing-ca-03-ms")
    )
    assert (RULE, "error") in found(twin, profile=POSTGRESQL, clients="openssl")


def test_bridge_alone_is_said_to_carry_the_new_chain():
    """[TLS RSA Root G2, cross-signed] without DigiCert Global Root G2."""
    finding = only(
        RULE, store(real("microsoft-tls-rsa-root-g2-xsign")), profile=POSTGRESQL, clients="java"
    )
    assert finding.severity is Severity.WARNING
    assert "Java trusts servers below it only" in finding.message


def test_order_of_a_bundle():
    """The cross-signed bridge before its self-signed twin, without the cross-signer."""
    cross, new = real("microsoft-tls-rsa-root-g2-xsign"), real("microsoft-tls-rsa-root-g2")
    others = roots("digicert-global-root-g2")
    first = found(store(*others, cross, new), profile=POSTGRESQL, clients="openssl")
    second = found(store(*others, new, cross), profile=POSTGRESQL, clients="openssl")
    assert ("orphan-intermediate", "error") in first
    assert ("orphan-intermediate", "warning") in second
