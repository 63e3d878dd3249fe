"""`fix` takes nothing from anybody, and what it has done once it has not to do again."""

import base64
import re
from collections import Counter
from dataclasses import replace

from hypothesis import given, note
from hypothesis import strategies as st
from tests.examples import examples
from tests.fixed_keys import salts
from tests.pki import NOW
from tests.rotation import rotation
from tests.unit.stores import jks_writer, p12_writer

from unpin import audit
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import TrustedEntry
from unpin.model.errors import RefusedPlanError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.operations.repair import RepairOptions, repair
from unpin.pki.certificate_view import CertificateView, IssuerPool
from unpin.pki.clients import reading_clients
from unpin.pki.roles import Role, role
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.rehearser import Rehearser
from unpin.rewrite.removal_candidates import PlanOptions, RemovalScope
from unpin.stores.encoders import encode
from unpin.stores.opening import Password, open_bytes

R = rotation()
_LEAVING = tuple(
    replace(record, leaving="which servers elsewhere need")
    if record.slug == "other-root"
    else record
    for record in R.catalogue.certificates
)
CATALOGUE = replace(R.catalogue, certificates=_LEAVING)
PROFILE = CATALOGUE.profile()
ACTS = handshakes_of(CATALOGUE, PROFILE.chains, (FULL,))
MOMENT = 1_700_000_000_000
SETTINGS = examples(60)

NAMES = sorted(R.certificates)
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=7)
aliases = st.sampled_from(
    ["same", "SAME", "old-root", "New-Root", "", "\0", "\u0131", "\u0130", "😀", "a b"]
)


@st.composite
def bundles(draw):
    """A PEM bundle with comments, perhaps a key, a broken block and the line ends of Windows."""
    blocks = []
    for name in draw(names):
        comment = draw(st.sampled_from(["", f"# {name}\n", f"subject={name}\n\n"]))
        blocks.append(comment + block("CERTIFICATE", R[name].der))
        if draw(st.integers(0, 7)) == 0:
            blocks.append(block("ENCRYPTED PRIVATE KEY", name.encode() * 20))
        if draw(st.integers(0, 11)) == 0:
            blocks.append(block("CERTIFICATE", b"0\x03not"))
    text = "".join(blocks) + draw(st.sampled_from(["", "\n# the end\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


def block(label, der):
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


@st.composite
def java_stores(draw):
    """A JKS or JCEKS with odd aliases and dates, keys, and certificates that nobody can read."""
    magic = draw(st.sampled_from([jks_writer.JKS, jks_writer.JCEKS]))
    entries = []
    for position, name in enumerate(draw(names)):
        der = R[name].der
        alias = draw(aliases) if draw(st.booleans()) else f"alias {position}"
        date = draw(st.sampled_from([0, MOMENT, -1, 2**63 - 1]))
        what = draw(st.integers(0, 11))
        if what == 0:
            entries.append(jks_writer.key(alias, der, date=date))
        elif what == 1 and magic == jks_writer.JCEKS:
            entries.append(jks_writer.secret(alias, jks_writer.sealed_object(), date=date))
        elif what == 2:
            entries.append(jks_writer.trusted(alias, b"0\x03not", date=date))
        else:
            entries.append(jks_writer.trusted(alias, der, date=date))
    return jks_writer.store(*entries, magic=magic)


@st.composite
def pkcs12_stores(draw):
    """A PKCS12 without password: keys with chains, trusted bags and others, odd aliases."""
    bags = []
    seen = set()
    for position, name in enumerate(draw(names)):
        alias = draw(aliases) if draw(st.booleans()) else f"alias {position}"
        if (name, alias) in seen:  # of two equal bags the encoder cannot know which one goes
            alias = f"alias {position}"
        seen.add((name, alias))
        identity = bytes([draw(st.integers(0, 2))])
        what = draw(st.integers(0, 9))
        if what == 0:
            bags.append(p12_writer.key_bag(p12_writer.attributes(alias, identity)))
        marks = (
            p12_writer.attributes(None, identity)
            if what < 3
            else p12_writer.attributes(alias, trusted=what < 9)
        )
        bags.append(p12_writer.cert_bag(R[name].der, marks))
    safe = p12_writer.safe_of(p12_writer.plain(*bags))
    return p12_writer.pfx(safe)


@st.composite
def other_stores(draw):
    """The formats without Java's defaults: BKS of both versions, PKCS7."""
    kind = draw(st.sampled_from([Format.BKS, Format.PKCS7]))
    chosen = (
        draw(names)
        if kind is Format.BKS
        else draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=7, unique=True))
    )
    entries = tuple(
        TrustedEntry(
            f"Alias {position}" if draw(st.booleans()) else f"a{position}", R[name], b"", MOMENT
        )
        for position, name in enumerate(chosen)
    )
    with salts(0):
        return encode(Store("test", kind, entries), password="changeit")


every_wish = st.builds(
    PlanOptions,
    scope=st.sampled_from(RemovalScope),
    drop_retired=st.booleans(),
    with_new_root=st.booleans(),
) | st.builds(
    PlanOptions, keep_pins=st.just(True), drop_retired=st.booleans(), with_new_root=st.booleans()
)


def opened(data):
    return open_bytes(data, source="test", password=Password("changeit", "the test"))


def way(plan_options):
    return RepairOptions(CATALOGUE, PROFILE, NOW, MOMENT, plan_options=plan_options)


def verdicts(store, handshakes):
    """(client, chain, number): what the client says."""
    run = Rehearser(store, CATALOGUE, NOW).rehearse(reading_clients(store), handshakes)
    return {
        (scenario.client.ident, scenario.chain, number): one.verdict.accepted
        for scenario in run.scenarios
        for number, one in enumerate(scenario.attempts)
    }


def own_acts(store, added):
    """The handshake that each trusted entry is there for, whoever's it is."""
    hidden = hidden_from_java(store)
    views = [
        CertificateView.of(entry.certificate)
        for index, entry in enumerate(store.entries)
        if isinstance(entry, TrustedEntry) and not entry.certificate.problem and index not in hidden
    ]
    pool = views + [CertificateView.of(record.certificate) for record in added]
    return [
        presumed_handshake(str(i), view, IssuerPool(pool), CATALOGUE, NOW)
        for i, view in enumerate(views)
    ]


def connecting(store, handshakes):
    return {key for key, accepted in verdicts(store, handshakes).items() if accepted}


def pieces(data, store):
    """The blocks of a bundle, or the slices of the entries: what a plan takes or leaves."""
    if store.format is Format.PEM:
        return Counter(re.findall(rb"-----BEGIN .*?-----END [^-]*-----", data, re.DOTALL))
    return Counter(entry.raw for entry in store.entries)


def untouchable(entry, plan_options):
    """Whether every plan carries the entry over: a key, the unreadable, the root of another."""
    if not isinstance(entry, TrustedEntry):
        return True
    return plan_options.scope is not RemovalScope.EVERYTHING and (
        entry.certificate.problem is not None or foreign_root(entry)
    )


def foreign_root(entry):
    certificate = entry.certificate
    known = {(one.canonical_subject, one.spki_sha256) for one in CATALOGUE.certificates}
    view = CertificateView.of(certificate)
    return role(certificate) is Role.ROOT and (view.subject, view.key) not in known


def pins(store):
    """The findings about certificates of the catalogue that a plan is there to cure."""
    judged = audit(store, profile="test", catalogue=CATALOGUE, now=NOW)
    return {
        (finding.rule, finding.location.sha256)
        for finding in judged.findings
        if finding.rule.startswith(("pinned-", "orphan-", "shadowing-"))
        and finding.location.sha256 in CATALOGUE.by_sha256
    }


def check(data, plan_options):
    store = opened(data)
    fix = repair(store, way(plan_options))
    note(f"{[type(e).__name__ for e in store.entries]} {fix.plan} {fix.refusal}")
    if fix.data is None:
        # Java takes a new root into the chain of a key under it: then the store is not written.
        assert (
            fix.refusal is None
            or isinstance(fix.refusal, RefusedPlanError)
            or "its chain would" in fix.refusal.message
        ), fix.refusal
        assert fix.refusal or not fix.due
        return fix
    after = opened(fix.data)

    assert connecting(store, ACTS) <= connecting(after, ACTS)
    if plan_options.scope is not RemovalScope.EVERYTHING and not plan_options.drop_retired:
        own = own_acts(store, fix.plan.add)
        assert connecting(store, own) <= connecting(after, own)
    assert not [
        line for line in fix.plan.remove if untouchable(store.entries[line.index], plan_options)
    ]
    old, new = pieces(data, store), pieces(fix.data, after)
    assert (old - new).total() == len(fix.plan.remove)
    assert (new - old).total() == len(fix.plan.add)
    stays = {line.sha256 for line in fix.plan.keep}
    if not plan_options.keep_pins:
        assert not {finding for finding in pins(after) if finding[1] not in stays}
    # Handshakes are equal if they are the same: after many other tests ACTS are older ones.
    chains = handshakes_of(CATALOGUE, PROFILE.chains, (FULL,))
    found = Rehearser(after, CATALOGUE, NOW).rehearse(fix.then.clients, chains)
    assert found.scenarios == fix.then.scenarios
    again = repair(opened(fix.data), way(plan_options))
    assert again.plan.is_empty
    assert not again.due
    assert again.data is None
    return fix


@SETTINGS
@given(data=bundles(), plan_options=every_wish)
def test_a_bundle(data, plan_options):
    check(data, plan_options)


@SETTINGS
@given(data=java_stores(), plan_options=every_wish)
def test_a_java_store(data, plan_options):
    check(data, plan_options)


@SETTINGS
@given(data=pkcs12_stores(), plan_options=every_wish)
def test_a_pkcs12_store(data, plan_options):
    check(data, plan_options)


@SETTINGS
@given(data=other_stores(), plan_options=every_wish)
def test_a_store_of_another_format(data, plan_options):
    check(data, plan_options)
