"""pinned-intermediate: an intermediate that does a root's work."""

from dataclasses import replace
from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import (
    AT_ROTATION,
    MIDDLE,
    POSTGRESQL,
    ROOT,
    ROTATION,
    found,
    only,
    roots,
    rotating,
    shipped,
    store,
)
from unpin.model.finding import RemedyKind, Severity
from unpin.model.formats import Format
from unpin.reports.audit_wording import remedy_text

RULE = "pinned-intermediate"


def test_private_intermediate_alone():
    """Some Root > [Some Issuing CA]: said to be nobody's that the catalogue knows."""
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
    """Some Root > [Some Issuing CA]."""
    finding = only(RULE, store(MIDDLE.certificate), clients="openssl")
    assert finding.severity is Severity.ERROR
    assert "OpenSSL does not accept it as a trust anchor" in finding.message


def test_with_its_root_it_is_redundant():
    """[Some Root] > [Some Issuing CA]."""
    assert RULE not in {rule for rule, _ in found(store(ROOT.certificate, MIDDLE.certificate))}


def test_pin_alone_breaks_java_at_the_rotation():
    """Old Root > [Old CA 1]: works today, fails after. In a JKS."""
    finding = only(RULE, rotating("old-ca-1", format=Format.JKS), **AT_ROTATION)
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("java",)
    assert finding.message == (
        "Old Ca 1 is a standalone intermediate (in the catalogue): Java trusts servers under it "
        "only through this entry and fails after the rotation"
    )


def test_pin_of_the_new_chain_waits_for_the_next_rotation():
    """Old Root > New Root (cross-signed) > [New CA], in a JKS."""
    finding = only(RULE, rotating("new-ca", format=Format.JKS), **AT_ROTATION)
    assert "fails when that CA is replaced" in finding.message


def test_new_root_beside_the_pin_survives():
    """Old Root > [Old CA 1] today; [New Root, self-signed] > New CA after. In a JKS."""
    both = rotating("old-ca-1", "new-root", format=Format.JKS)
    finding = only(RULE, both, **AT_ROTATION)
    assert finding.severity is Severity.WARNING
    assert "the chain after the rotation validates without it" in finding.message


def test_hidden_pin_beside_a_root_of_its_own():
    """[Other Root] > [Old CA 1, its twin]: servers send the twin that Old Root signs."""
    hidden = rotating("other-root", "old-ca-1-other")
    finding = only(RULE, hidden, **AT_ROTATION, clients="openssl")
    assert finding.severity is Severity.ERROR
    assert finding.clients == ("openssl",)


def test_right_roots_beside_the_pin_are_enough():
    """[Old Root] > [Old CA 1]; [Other Root]."""
    whole = rotating("old-root", "other-root", "old-ca-1")
    assert RULE not in {rule for rule, _ in found(whole, **AT_ROTATION)}


def test_intermediate_of_another_catalogue_chain():
    """DigiCert Global Root CA > [DigiCert TLS RSA SHA256 2020 CA1]; then with [its root]."""
    pin = shipped("digicert-tls-rsa-sha256-2020-ca1")
    finding = only(RULE, store(*roots("digicert-global-root-ca"), pin), clients="java")
    assert "Java trusts servers under it only through this entry" in finding.message
    assert RULE not in {rule for rule, _ in found(store(*roots(), pin), clients="java")}


def test_a_root_that_the_profile_lacks_is_named():
    """Old Root > [Old CA 1]; the profile asks for Other Root alone, then for both."""
    whole = ROTATION.catalogue
    other = tuple(root for root in whole.profile().roots if root.slug == "other-root")
    lacking = replace(whole, profiles=(replace(whole.profile(), roots=other),))
    remedies = [
        only(RULE, rotating("old-ca-1"), catalogue=one, profile="test", clients="java").remedy
        for one in (lacking, whole)
    ]
    assert [remedy.kind for remedy in remedies] == [
        RemedyKind.REPLACE_BY_ROOT,
        RemedyKind.REPLACE_PIN,
    ]
    assert remedy_text(remedies[0]) == (
        f"add Old Root (SHA-256 {ROTATION['old-root'].sha256}), then remove this entry"
    )


def test_no_server_has_a_ca_under_a_retired_root():
    """Baltimore CyberTrust Root > [Microsoft IT TLS CA 1]: the profile has no root for it."""
    finding = only(RULE, store(shipped("microsoft-it-tls-ca-1")), profile=POSTGRESQL)
    assert finding.remedy.kind is RemedyKind.REMOVE_UNUSED


def test_expired_pin_of_a_ca_that_goes_on():
    """Some Root > [Old Issuing CA, expired]: its owner renewed it, Java trusts servers under it."""
    old = Authority("Old Issuing CA", ROOT, ends=NOW - timedelta(days=1))
    finding = only(RULE, store(old.certificate), clients="java,go")
    assert finding.clients == ("java",)
