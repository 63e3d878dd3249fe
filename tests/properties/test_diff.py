"""diff(A, A) is empty, diff(A, B) mirrors diff(B, A), coverage is what the rehearsal says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.pki import NOW
from tests.rotation import rotation

import unpin
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.comparison.coverage import cover
from unpin.comparison.differences import Change, compare
from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Attribute, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.model.store import Protection, Store
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import choose_clients
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING, RotationOutcome

R = rotation()
CERTIFICATES = (*R.certificates.values(), Certificate(b"\x30\x00"))
CLIENTS = "java,java-sunx509,openssl,openssl-partial-chain,go,gnutls,dotnet,boringssl,mbedtls"

aliases = st.sampled_from(["", "a", "A", "b"])
certificates = st.sampled_from(CERTIFICATES)
dates = st.sampled_from([None, 0, 1, 1 << 62])
attributes = st.lists(
    st.builds(
        Attribute,
        st.sampled_from(["1.2.3", "1.2.840.113549.1.9.20", "1.2.840.113549.1.9.21"]),
        st.sampled_from([b"", b"1"]),
    ),
    max_size=2,
).map(tuple)
places = {"line": st.sampled_from([None, 1, 9]), "file": st.sampled_from([None, "a.pem"])}
raw = st.sampled_from([b"", b"1", b"2"])
entries = st.one_of(
    st.builds(TrustedEntry, aliases, certificates, raw, dates, attributes, st.booleans(), **places),
    st.builds(
        KeyEntry,
        aliases,
        st.sampled_from(KeyKind),
        st.lists(certificates, max_size=2).map(tuple),
        raw,
        dates,
        attributes,
        sealed=raw,
        **places,
    ),
    st.builds(UnreadableEntry, aliases, raw, st.sampled_from(["broken", "cut"]), **places),
)
protections = st.builds(
    Protection,
    mac=st.sampled_from([None, "MAC"]),
    encryption=st.sampled_from([(), ("AES",), ("AES", "RC2-40")]),
    needs_password=st.booleans(),
)
stores = st.builds(
    Store,
    st.sampled_from(["one", "two"]),
    st.sampled_from(Format),
    st.lists(entries, max_size=7).map(tuple),
    protections,
    st.sampled_from(["", "version 1"]),
    st.sampled_from([(), (EncodingFault(FaultKind.UTF_8_BOM),)]),
    st.sampled_from([(), ("a note",)]),
)


@examples(200)
@given(stores)
def test_a_store_does_not_differ_from_itself(store):
    found = compare(store, store)
    assert (found.differences, found.store, found.uncompared) == ((), (), ())


@examples(200)
@given(stores, stores)
def test_exchanging_the_stores_exchanges_the_sides(one, other):
    there, back = compare(one, other), compare(other, one)
    turned = {Change.ADDED: Change.REMOVED, Change.REMOVED: Change.ADDED}
    mirrored = [
        (
            turned.get(found.change, found.change),
            found.after,
            found.before,
            [(detail.field, detail.after, detail.before) for detail in found.details],
        )
        for found in there.differences
    ]
    plain = [
        (
            found.change,
            found.before,
            found.after,
            [(detail.field, detail.before, detail.after) for detail in found.details],
        )
        for found in back.differences
    ]
    assert sorted(mirrored, key=repr) == sorted(plain, key=repr)
    turned_store = {(detail.field, detail.after, detail.before) for detail in there.store}
    assert turned_store == {(detail.field, detail.before, detail.after) for detail in back.store}
    assert there.uncompared == back.uncompared


@examples(100)
@given(stores, st.randoms(use_true_random=False))
def test_every_entry_is_accounted_for_once(store, random):
    shuffled = list(store.entries)
    random.shuffle(shuffled)
    cut = len(shuffled) // 2
    other = replace(store, entries=tuple(shuffled[cut:] + shuffled[:1]))
    pairing = compare(store, other).pairing
    assert sorted([left for left, _ in pairing.pairs] + list(pairing.removed)) == list(
        range(len(store.entries))
    )
    assert sorted([right for _, right in pairing.pairs] + list(pairing.added)) == list(
        range(len(other.entries))
    )


chosen = st.lists(st.sampled_from(sorted(R.certificates)), max_size=6)


def drawn(names):
    entries = tuple(TrustedEntry(name, R[name], b"") for name in names)
    return Store("test", Format.PEM, entries)


def covering(store):
    return cover(
        store,
        clients=choose_clients(CLIENTS),
        catalogue=R.catalogue,
        profile=R.catalogue.profile(),
        now=NOW,
    )


def blocking(found):
    """The clients that each blocking entry concerns, by its position."""
    every = [(index, row.blocking) for row in found.rows for index in row.own]
    every += [(extra.index, extra.blocking) for extra in found.extras]
    return [(index, who) for index, who in every if index in found.blocking]


def outcomes(store):
    clients = choose_clients(CLIENTS)
    handshakes = handshakes_of(R.catalogue, R.catalogue.profile().chains, (FULL,))
    rehearsal = Rehearser(store, R.catalogue, NOW).rehearse(clients, handshakes)
    return {client.ident: rehearsal.outcome(client) for client in clients}


@examples(35)
@given(chosen)
def test_covered_is_what_the_rehearsal_says(names):
    store = drawn(names)
    found = covering(store)
    survive = all(outcome is RotationOutcome.SURVIVES for outcome in outcomes(store).values())
    below = {ident for _, who in blocking(found) for ident in who.otherwise}
    assert found.covered == (survive and not below)


@examples(35)
@given(chosen)
def test_what_blocks_servers_below_it_does(names):
    """Such a client connects to a server under the CA once the entry is gone, and not before."""
    store = drawn(names)
    with_all = Rehearser(store, R.catalogue, NOW)
    for index, who in blocking(covering(store)):
        view = CertificateView.of(store.entries[index].certificate)
        server = with_all.presumed_handshake(index, view)
        for client in choose_clients(",".join(who.otherwise)) if who.otherwise else ():
            assert with_all.verdict(client, server).accepted is False
            assert with_all.verdict(client, server, without=frozenset({index})).accepted is True


@examples(35)
@given(chosen)
def test_every_failure_has_its_reason(names):
    store = drawn(names)
    found = covering(store)
    reasons = [found.stuck, *(who for row in found.rows for who in (row.missing, row.blocking))]
    reasons += [extra.blocking for extra in found.extras]
    said = {
        (ident, when)
        for when in ("today", "after")
        for who in reasons
        for ident in getattr(who, when)
    }
    assert said == {
        (scenario.client.ident, when)
        for scenario in found.rehearsal.scenarios
        for when in ("today", "after")
        if scenario.shape == FULL
        and scenario.accepted is False
        and getattr(scenario.phase, f"is_{when}")
    }


@examples(35)
@given(chosen)
def test_adding_what_is_missing_and_removing_what_blocks_cures(names):
    store = drawn(names)
    found = covering(store)
    left = [one for index, one in enumerate(store.entries) if index not in found.blocking]
    added = [
        TrustedEntry("new", row.record.certificate, b"")
        for row in found.rows
        if row.missing.documented
    ]
    cured = outcomes(replace(store, entries=(*left, *added)))
    failing = {ident for ident, outcome in cured.items() if outcome in FAILING}
    assert failing == set(found.stuck.documented)


@examples(35)
@given(chosen)
def test_what_nobody_needs_can_go_all_at_once(names):
    store = drawn(names)
    found = covering(store)
    rows = {index for row in found.rows if row.needed for index in row.own}
    kept = rows | {extra.index for extra in found.extras if extra.needed}
    left = tuple(one for index, one in enumerate(store.entries) if index in kept)
    before, after = outcomes(store), outcomes(replace(store, entries=left))
    for ident, outcome in before.items():
        if outcome is RotationOutcome.SURVIVES:
            assert after[ident] is RotationOutcome.SURVIVES


@examples(35)
@given(chosen)
def test_the_audit_finds_no_outage_where_all_is_covered(names):
    """None of the profile's: of a private CA the coverage says nothing."""
    store = drawn(names)
    private = {R[name].sha256 for name in R.certificates if name.startswith("private")}
    found = covering(store)
    audit = unpin.audit(
        store, profile="test", catalogue=R.catalogue, clients=choose_clients(CLIENTS), now=NOW
    )
    outages = {
        finding.rule
        for finding in audit.findings
        if finding.severity is Severity.ERROR
        and finding.rule in {"missing-root", "orphan-intermediate", "shadowing-twin"}
        and finding.location.sha256 not in private
    }
    assert not (found.covered and outages)
