"""`audit`, `rehearse` and `diff` are three expressions of one judgement and never contradict."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.pki import NOW
from tests.rotation import rotation

from unpin import audit
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.comparison.blocked_below import blocked_below
from unpin.comparison.coverage import cover
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import CLIENTS
from unpin.rehearsal import memory
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.rewrite.plan import make_plan, planned

R = rotation()
CATALOGUE, PROFILE = R.catalogue, R.catalogue.profile()
MODELLED = tuple(client for client in CLIENTS if client.model is not None)
ACTS = handshakes_of(CATALOGUE, PROFILE.chains, (FULL,))
FAULT = EncodingFault(FaultKind.UTF_8_BOM)

names = st.lists(st.sampled_from(sorted(R.certificates)), max_size=7)


@st.composite
def stores(draw):
    """A bundle, or a JKS with odd aliases and perhaps a key entry."""
    chosen = draw(names)
    form = draw(st.sampled_from([Format.PEM, Format.JKS, Format.PKCS12]))
    entries = []
    for position, name in enumerate(chosen):
        certificate = R[name]
        alias = draw(st.sampled_from([f"a{position}", f"A{position}", "same"]))
        if form is not Format.PEM and draw(st.integers(0, 9)) == 0:
            entries.append(KeyEntry(alias, KeyKind.PRIVATE, (certificate,), b""))
        else:
            trusted = form is not Format.PKCS12 or draw(st.integers(0, 5)) > 0
            entries.append(TrustedEntry(alias, certificate, b"", trusted=trusted))
    faulty = form is Format.PEM and draw(st.integers(0, 9)) == 0
    return Store("test", form, tuple(entries), faults=(FAULT,) if faulty else ())


def judged(store, clients):
    return audit(store, profile="test", catalogue=CATALOGUE, clients=clients, now=NOW)


def rehearsed(store, clients):
    return Rehearser(store, CATALOGUE, NOW).rehearse(clients, ACTS)


@pytest.mark.parametrize("client", MODELLED, ids=lambda client: client.ident)
@examples(60)
@given(store=stores())
def test_what_rehearse_refuses_audit_reports(client, store):
    outcome = rehearsed(store, (client,)).outcome(client)
    findings = judged(store, (client,)).findings
    errors = [f for f in findings if f.severity is Severity.ERROR]
    if outcome in FAILING:
        assert errors, outcome
    if not errors:
        assert outcome in {RotationOutcome.SURVIVES, RotationOutcome.UNKNOWN}
    unknown = any(f.rule == "unknown-outcome" for f in findings)
    assert unknown is (outcome is RotationOutcome.UNKNOWN)


@examples(100)
@given(store=stores())
def test_what_is_remembered_of_other_stores_changes_nothing(store):
    known = rehearsed(store, MODELLED)
    memory._known.clear()
    fresh = rehearsed(store, MODELLED)
    assert known.scenarios == fresh.scenarios
    assert rehearsed(store, MODELLED).scenarios == fresh.scenarios


@examples(100)
@given(store=stores())
def test_diff_covers_what_survives(store):
    coverage = cover(store, clients=MODELLED, catalogue=CATALOGUE, profile=PROFILE, now=NOW)
    rehearsal = rehearsed(store, MODELLED)
    blocked = blocked_below(Rehearser(store, CATALOGUE, NOW), MODELLED, PROFILE)
    outcomes = {rehearsal.outcome(client) for client in MODELLED}
    survives = outcomes == {RotationOutcome.SURVIVES}
    assert coverage.covered is (survives and not coverage.blocking)
    findings = judged(store, MODELLED).findings
    if not any(f.severity is Severity.ERROR for f in findings):
        assert not blocked
        assert coverage.covered or any(f.rule == "unknown-outcome" for f in findings)


@examples(100)
@given(store=stores())
def test_the_plan_never_makes_it_worse(store):
    """Whoever connects today and after never fails, and a plan that was carried out is done."""
    before = rehearsed(store, MODELLED)
    fixed = planned(store, make_plan(Rehearser(store, CATALOGUE, NOW), PROFILE, clients=MODELLED))
    after = rehearsed(fixed, MODELLED)
    for client in MODELLED:
        if before.outcome(client) is RotationOutcome.SURVIVES:
            assert after.outcome(client) not in FAILING, client.ident
    again = make_plan(Rehearser(fixed, CATALOGUE, NOW), PROFILE, clients=MODELLED)
    assert again.is_empty or store.format is not Format.PEM


@pytest.mark.parametrize(
    "names", list(permutations(("new-root-x", "old-root", "new-root-hidden"))), ids=" ".join
)
def test_a_pin_does_not_stay_for_the_servers_of_one_that_goes(names):
    """[Old Root] > [New Root, cross-signed]; Hidden Root > [New Root]; some clients refuse the mark."""
    entries = tuple(TrustedEntry(name, R[name], b"") for name in names)
    mark = EncodingFault(FaultKind.UTF_8_BOM)
    store = Store("test", Format.PEM, entries, faults=(mark,))
    plan = make_plan(Rehearser(store, CATALOGUE, NOW), PROFILE, clients=MODELLED)
    fixed = Rehearser(planned(store, plan), CATALOGUE, NOW)
    assert make_plan(fixed, PROFILE, clients=MODELLED).is_empty


def test_the_laboratory_survives_with_its_root_alone():
    root = Store("test", Format.PEM, (TrustedEntry("", R["old-root"], b""),))
    rehearsal = rehearsed(root, MODELLED)
    assert {rehearsal.outcome(client) for client in MODELLED} == {RotationOutcome.SURVIVES}
