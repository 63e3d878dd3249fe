"""forbidden-certificate: what a policy forbids, or does not list, is in the store."""

from datetime import date

import unpin.judge.run as judge
from tests.pki import NOW, Authority
from tests.rules.stores import CATALOGUE, ROOT, store
from unpin.judge.acceptance_by_policy import under_policy
from unpin.model.finding import Finding, Location, Remedy, RemedyKind, Severity
from unpin.model.store_policy import Exemption, ListedCertificate, StorePolicy

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


def test_what_was_not_judged_cannot_be_accepted():
    """[Some Root]: a policy that accepts every finding leaves gave-up an error."""
    location = Location("test")
    given = [
        Finding(rule, Severity.ERROR, location, "said", Remedy(RemedyKind.REDUCE_STORE))
        for rule in ("gave-up", "expired-anchor")
    ]
    ends = date(2100, 1, 1)
    policy = StorePolicy(
        severities=dict.fromkeys(("gave-up", "expired-anchor"), Severity.NOTE),
        exemptions=tuple(Exemption(each.rule, None, "a", "b", ends) for each in given),
        baseline=frozenset(each.key_at("") for each in given),
    )
    first, second = under_policy(given, policy, NOW)
    assert (first.severity, first.accepted) == (Severity.ERROR, None)
    assert second.accepted is not None


def test_everything_is_listed():
    """[Some Root, Other Root]: required or allowed."""
    policy = StorePolicy(required=listed(ROOT), allowed=listed(OTHER), only_listed=True)
    assert found(policy) == []
    assert found(StorePolicy()) == []
