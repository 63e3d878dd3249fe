"""gave-up: what unpin did not judge, it says, and the store does not pass."""

import pytest

import unpin
from fuzz import bombs
from tests.pki import NOW, Authority
from tests.rules.stores import POSTGRESQL, ROOT, findings, found, roots, store
from unpin.model.certificate import Certificate
from unpin.model.errors import LimitExceededError
from unpin.model.finding import AuditStatus
from unpin.pki import work
from unpin.pki.work import MOST_CANDIDATES

RULE = ("gave-up", "error")
CLIENTS = "openssl,go"


def store_of(ders, *others):
    return store(*others, *map(Certificate, ders))


def namesakes(count):
    return store_of(bombs.namesakes(count), *roots())


def test_too_many_namesakes_of_a_root():
    """[DigiCert Global Root G2], and 200 others of that name."""
    (about_entries, about_chains) = (
        finding
        for finding in findings(namesakes(MOST_CANDIDATES), profile=POSTGRESQL, clients=CLIENTS)
        if finding.rule == "gave-up"
    )
    assert about_entries.message == (
        "gave up: 201 entries not judged, this one and 200 others: their names lead to more than "
        "200 certificates of the store"
    )
    assert len(about_entries.remedy.entries) == 201
    assert about_chains.message.startswith("gave up: the chains current and new not judged")


def test_a_few_namesakes_of_a_root():
    """[DigiCert Global Root G2], and 3 others of that name."""
    assert RULE not in found(namesakes(3), profile=POSTGRESQL, clients=CLIENTS)


def test_the_store_does_not_pass():
    """[DigiCert Global Root G2], and 200 others of that name."""
    a_store = namesakes(MOST_CANDIDATES)
    audit = unpin.audit(a_store, profile=POSTGRESQL, clients=CLIENTS, now=NOW)
    assert audit.status is not AuditStatus.READY
    with pytest.raises(LimitExceededError, match="gave up"):
        unpin.plan_fix(a_store, profile=POSTGRESQL, now=NOW)
    with pytest.raises(LimitExceededError):
        unpin.diff(a_store, profile=POSTGRESQL, now=NOW)


def test_nothing_is_said_of_what_was_not_judged():
    """201 x [CA]: each signed by another, which is not there."""
    a_store = store_of(bombs.renewed_pins(MOST_CANDIDATES + 1))
    rules = {rule for rule, _ in found(a_store, clients=CLIENTS)}
    assert "gave-up" in rules
    assert "pinned-intermediate" not in rules


def test_the_other_entries_are_judged():
    """[Pinned], whose root is not there, and 201 roots of one name."""
    pin = Authority("Pinned", ROOT).certificate
    a_store = store_of(bombs.unnamed_namesakes(MOST_CANDIDATES + 1), pin)
    (finding,) = (
        finding
        for finding in findings(a_store, clients=CLIENTS)
        if finding.rule == "pinned-intermediate"
    )
    assert finding.location.index == 0


def test_the_work_is_done(monkeypatch):
    """10 x [CA] whose roots are not there, and less work than they take."""
    monkeypatch.setattr(work, "_BASE", -2_000)
    a_store = store_of(bombs.orphans(10))
    (finding,) = (one for one in findings(a_store, clients=CLIENTS) if one.rule == "gave-up")
    assert "not judged in full by the rules pinned-intermediate" in finding.message


def test_not_even_the_roles_are_found_out(monkeypatch):
    """10 x [Root], and less work than their signatures take."""
    monkeypatch.setattr(work, "_BASE", -2_999)
    with pytest.raises(LimitExceededError, match="test: gave up"):
        findings(store_of(bombs.roots(10)))


def test_more_certificates_than_an_audit_can_report(monkeypatch):
    """10 x [Root], and less work than it takes to read them: not even that is begun."""
    monkeypatch.setattr(work, "MOST_CERTIFICATES", 9)
    with pytest.raises(LimitExceededError, match="test: gave up: 10 different certificates"):
        findings(store_of(bombs.roots(10)))
    assert RULE not in found(store_of([*bombs.roots(1)] * 10))


@pytest.mark.parametrize("kind", ["same", "same_pin"])
def test_a_certificate_is_judged_once(kind):
    """1,000 x [Root], or 1,000 x [Middle] without its root."""
    few, many = (store_of(getattr(bombs, kind)(count)) for count in (3, 1000))
    assert found(few, clients=CLIENTS) == found(many, clients=CLIENTS)
    assert RULE not in found(many, clients=CLIENTS)
