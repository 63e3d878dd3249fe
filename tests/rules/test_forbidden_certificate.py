"""forbidden-certificate: what a policy forbids, or does not list, is in the store."""

import unpin.judge.run as judge
from tests.pki import NOW, Authority
from tests.rules.stores import CATALOGUE, ROOT, store
from unpin.model.store_policy import ListedCertificate, StorePolicy

OTHER = Authority("Other Root")


def listed(*authorities):
    return tuple(ListedCertificate(each.certificate.sha256, "Named", "") for each in authorities)


def found(policy):
    """[Some Root, Other Root]."""
    a_store = store(ROOT.certificate, OTHER.certificate)
    audit = judge.audit(a_store, catalogue=CATALOGUE, profile=None, now=NOW, policy=policy)
    return [each for each in audit.findings if each.rule == "forbidden-certificate"]


def test_what_is_forbidden():
    """[Some Root, Other Root]: the second is forbidden."""
    (finding,) = found(StorePolicy(forbidden=listed(OTHER)))
    assert (str(finding.severity), finding.location.index) == ("error", 1)
    assert finding.message == "Other Root is in the store, and the policy forbids it"
    assert finding.remedy.command[:4] == ("unpin", "fix", "--write", "--profile")


def test_what_is_not_listed():
    """[Some Root, Other Root]: only the first is listed."""
    (finding,) = found(StorePolicy(allowed=listed(ROOT), only_listed=True))
    assert finding.message == "Other Root is in the store, and the policy does not list it"


def test_everything_is_listed():
    """[Some Root, Other Root]: required or allowed."""
    policy = StorePolicy(required=listed(ROOT), allowed=listed(OTHER), only_listed=True)
    assert found(policy) == []
    assert found(StorePolicy()) == []
