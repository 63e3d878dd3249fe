"""required-certificate: what a policy requires is not in the store."""

import unpin.judge.run as judge
from tests.pki import NOW, Authority
from tests.rules.stores import CATALOGUE, ROOT, shipped, store
from unpin.model.formats import Format
from unpin.model.store_policy import ListedCertificate, StorePolicy

G2 = shipped("digicert-global-root-g2")


def found(a_store, *required):
    listed = tuple(ListedCertificate(each.sha256, "Named", "why") for each in required)
    policy = StorePolicy(required=listed)
    audit = judge.audit(a_store, catalogue=CATALOGUE, profile=None, now=NOW, policy=policy)
    return [each for each in audit.findings if each.rule == "required-certificate"]


def test_what_is_there():
    """[Some Root]."""
    assert found(store(ROOT.certificate), ROOT.certificate) == []
    assert found(store(ROOT.certificate)) == []


def test_what_is_missing_and_known():
    """[Some Root] without DigiCert Global Root G2, which the catalogue has."""
    (finding,) = found(store(ROOT.certificate), G2)
    assert str(finding.severity) == "error"
    assert finding.message == "Named is not in the store, and the policy requires it: why"
    assert finding.remedy.command[-2:] == ("--root", "digicert-global-root-g2")


def test_what_is_missing_and_unknown():
    """[Some Root] without Other Root, which is nowhere."""
    (finding,) = found(store(ROOT.certificate), Authority("Other Root").certificate)
    assert finding.remedy.command[-2:] == ("--root", "new-root.pem")


def test_a_store_that_unpin_does_not_write():
    """[Some Root] in a folder: no command."""
    (finding,) = found(store(ROOT.certificate, format=Format.FOLDER), G2)
    assert finding.remedy.command == ()
