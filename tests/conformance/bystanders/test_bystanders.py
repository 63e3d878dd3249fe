"""One odd root in a store keeps those families from it that unpin says, and no others.

The measurements are replayed every day; the clients at hand are asked again, the quick ones every
day, all of them with UNPIN_CONFORMANCE=full.
"""

import base64

import pytest
from tests import programs
from tests.conformance.bystanders.families import (
    KINDS,
    MEASURED,
    MEMBERS,
    outcome,
)
from tests.conformance.bystanders.odd_roots import draw
from tests.conformance.bystanders.record import CHAIN, NEEDED, refusals, tries
from tests.conformance.clients import CLIENTS
from tests.conformance.lab.certificates import draw as draw_lab
from tests.conformance.lab.scenes import CHAINS
from tests.conformance.policy.certs import NOW
from tests.conformance.sampling import FULL

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.certificate import Certificate
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS as FAMILIES
from unpin.pki.clients import choose_clients
from unpin.pki.encoding_flaws import Flaw
from unpin.rehearsal.rehearser import Rehearser
from unpin.stores.opening import open_bytes

QUICK = ("openssl-verify", "node-tls", "go-tls", "certtool")
DIED = {("wolfssl", "name: empty CN"): "+-"}
"""Not refused: wolfSSL 5.5.4 frees what it did not allocate, and the process dies."""
_AS_THE_JDK = (
    "path length: of 9 octets",
    "unreadable: critical ExtendedKeyUsage",
    "unreadable: public key",
    "time: UTCTime without Z",
    "time: GeneralizedTime without Z",
    "time: second 60",
    "name: empty",
    "algorithm: explicit curve",
    "algorithm: unknown curve",
    "algorithm: RSA exponent 1",
)
DIVERGENCES = {
    # BouncyCastle's parser takes these; unpin says of it what the JDK's does (anchors.reader).
    **{("bouncycastle", kind): False for kind in _AS_THE_JDK},
    # Node reads what stands before it.
    **{
        (family, f"trailing: {what}"): (None, True)
        for family in ("openssl", "openssl-partial-chain")
        for what in ("one zero", "two octets", "a line's end")
    },
    # Of an outermost length unpin does not say which of the two it is.
    **{
        (family, f"length: {what}, of all"): None
        for family in ("gnutls", "boringssl")
        for what in ("long form", "indefinite")
    },
    # webpki refuses it for an extension that it knows.
    ("rustls", "extension: twice"): None,
    ("rustls", "extension: BasicConstraints twice"): None,
    ("wolfssl", "name: empty CN"): True,
    # Where the JDK reads an indefinite length inside a definite one depends on its version: unpin
    # says of all such certificates that it refuses them.
    **{
        (family, "length: indefinite, of the extensions"): False
        for family in ("java", "java-sunx509", "bouncycastle")
    },
}
"""What unpin says where it is not what was measured."""


RULES = {client.ident: client for client in FAMILIES}


def test_every_kind_was_measured_and_every_flaw_is_in_a_kind():
    assert list(KINDS) == MEASURED["kinds"]
    assert {flaw for found in KINDS.values() for flaw in found} == set(Flaw) - {Flaw.OTHER}
    assert set(MEMBERS) == {client.ident for client in FAMILIES if client.model is not None}


def refused(family, kind):
    """What the measurements say: True, False, or None where the order decides."""
    outcomes = [outcome(client, kind) for client in MEMBERS[family]]
    if "--" in outcomes:
        return True
    return False if set(outcomes) == {"++"} else None


@pytest.fixture(scope="module")
def drawn():
    return draw_lab().der | draw()


@pytest.mark.parametrize("family", MEMBERS)
def test_what_was_measured_is_what_unpin_says(drawn, family):
    wrong = {}
    for kind, told in verdicts(family, drawn).items():
        seen = refused(family, kind)
        expected = None if seen is None else not seen
        if seen is None and RULES[family].loading.keeps_what_precedes:
            (member,) = MEMBERS[family]
            expected = tuple(sign == "+" for sign in outcome(member, kind))
        expected = DIVERGENCES.get((family, kind), expected)
        both = expected if isinstance(expected, tuple) else (expected, expected)
        if tuple(told) != both:
            wrong[kind] = (told, expected)

    assert wrong == {}


def test_what_has_no_flaw_hurts_nobody():
    refused = {
        (client, kind): outcome(client, kind)
        for members in MEMBERS.values()
        for client in members
        for kind, found in KINDS.items()
        if not found and outcome(client, kind) != "++"
    }

    assert refused == DIED


def bundle(ders):
    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(der)
        for der in ders
    )


def verdicts(family, der):
    """By kind, what unpin says with the odd root first and last."""
    views = tuple(CertificateView.of(Certificate(der[name])) for name in CHAINS[CHAIN])
    handshakes = [Handshake(Phase.BOTH, "old", "", "as sent", views)]
    clients = choose_clients(family)
    found = {}
    for kind in KINDS:
        orders = ((kind, NEEDED), (NEEDED, kind))
        stores = (open_bytes(bundle(der[one] for one in names), source="x") for names in orders)
        found[kind] = [
            Rehearser(store, load_builtin(), NOW)
            .rehearse(clients, handshakes)
            .scenarios[0]
            .accepted
            for store in stores
        ]
    return found


@pytest.mark.referee
@pytest.mark.parametrize("ident", [one.ident for one in CLIENTS] if FULL else QUICK)
def test_client_does_as_predicted(ident, bench):
    client = next((one for one in CLIENTS if one.ident == ident), None)
    family = next((name for name, members in MEMBERS.items() if ident in members), None)
    if client is None or family is None:
        pytest.skip(f"NOT RUN: {ident} has no measured family")
    if told := client.missing():
        programs.not_run(f"{ident}: {told}")
    programs.note(f"{ident}: {client.version()}")
    bench.files.drawn.der.update(draw())
    kinds, handshakes = tries()
    answers = client.attempt(bench, handshakes)
    seen = refusals(kinds, [(one.connected, one.said) for one in answers])
    said = {kind: [one is None for one in seen.get(kind, [None, None])] for kind in kinds}
    told = verdicts(family, bench.files.drawn.der)

    # A family refuses where one of its clients does: another may connect.
    assert [kind for kind in kinds if not _safe(told[kind], said[kind])] == []
    assert told["nothing"] == told["serial: negative"] == [True, True]


def _safe(told, said):
    return all(ok or accepted is not True for accepted, ok in zip(told, said, strict=True))
