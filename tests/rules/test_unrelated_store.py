"""unrelated-store: the default profile binds only the stores that are for its servers."""

import pytest

import unpin
from tests.pki import NOW, Authority
from tests.rules.stores import MIDDLE, ROOT, roots, shipped, store
from unpin.catalogue import profile_choice
from unpin.catalogue.profile_choice import is_for_catalogue
from unpin.model.entries import KeyEntry, KeyKind
from unpin.model.finding import AuditStatus
from unpin.model.formats import Format
from unpin.model.store import Store

RULE = "unrelated-store"


def audited(a_store, profile=None):
    return unpin.audit(a_store, profile=profile, now=NOW)


def rules(audit):
    return {finding.rule for finding in audit.findings}


def test_the_ca_of_a_company_needs_no_roots_of_azure():
    """[Some Root]."""
    audit = audited(store(ROOT.certificate))
    assert audit.status is AuditStatus.NOT_FOR_PROFILE
    assert (audit.profile, audit.outcomes) == (None, {})
    assert {(finding.rule, str(finding.severity)) for finding in audit.findings} == {
        (RULE, "warning")
    }


def test_a_named_profile_binds():
    """[Some Root]."""
    audit = audited(store(ROOT.certificate), "azure-postgresql")
    assert audit.status is AuditStatus.FAILING
    assert "missing-root" in rules(audit)
    assert RULE not in rules(audit)


def test_a_certificate_of_the_catalogue_binds():
    """[Some Root]; [DigiCert Global Root CA]."""
    audit = audited(store(ROOT.certificate, shipped("digicert-global-root-ca")))
    assert (audit.profile, RULE in rules(audit)) == ("azure-postgresql", False)


def test_a_pin_of_another_company_is_judged_all_the_same():
    """Some Root > [Some Issuing CA]."""
    audit = audited(store(MIDDLE.certificate))
    assert audit.status is AuditStatus.PINNED
    assert {"pinned-intermediate", RULE} <= rules(audit)


@pytest.mark.parametrize(("number", "bound"), [(9, False), (10, True)])
def test_a_general_bundle_binds(number, bound):
    """[Root 0] to [Root 9], each of an organisation of its own."""
    bundle = [Authority(f"Root {index}").certificate for index in range(number)]
    assert (audited(store(*bundle)).profile is not None) is bound


def test_a_key_store_has_nothing_to_fix():
    """[Some Root] in the chain of a key."""
    key = KeyEntry("me", KeyKind.PRIVATE, (ROOT.certificate,), b"", sealed=b"1")
    audit = audited(Store("test", Format.JKS, (key,)))
    assert audit.status is AuditStatus.NOT_FOR_PROFILE
    assert RULE not in rules(audit)
    assert audit.fix_command == ()


def test_no_profile_is_a_profile_too():
    """[Some Root], then the roots of the default profile."""
    for certificates in ([ROOT.certificate], roots()):
        audit = audited(store(*certificates), "none")
        assert (audit.status, audit.profile) == (AuditStatus.READY, None)


def test_it_is_asked_once_whatever_the_number_of_findings(monkeypatch):
    """Some Root > 30 x [Some Issuing CA]: each finding has a command with the profile."""
    asked = []

    def counted(a_store, catalogue):
        asked.append(a_store)
        return is_for_catalogue(a_store, catalogue)

    monkeypatch.setattr(profile_choice, "is_for_catalogue", counted)
    pins = [Authority(f"Some Issuing CA {number}", ROOT).certificate for number in range(30)]
    audit = audited(store(ROOT.certificate, *pins), "azure-postgresql")
    commands = [finding.remedy.command for finding in audit.findings]
    assert sum("azure-postgresql" in command for command in commands) >= 30
    assert len(asked) == 1
