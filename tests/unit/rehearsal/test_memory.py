"""A rehearsal that is remembered is that of the store asked about."""

import gc
import weakref
from datetime import timedelta

import pytest
from cryptography import x509
from tests.pki import NOW, Authority
from tests.rotation import rotation

import unpin
from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.recent import Recent
from unpin.model.store import Store
from unpin.pki.answer_cache import MOST_LONG
from unpin.pki.clients import choose_clients
from unpin.rehearsal import memory
from unpin.rehearsal.rehearser import Rehearser

ROTATION = rotation()
HANDSHAKES = handshakes_of(ROTATION.catalogue, ("current", "new"), (FULL,))


@pytest.fixture(scope="module")
def namesakes():
    root = ROTATION["old-root"]
    others = [
        Authority("Old Root", begins=NOW - timedelta(days=number)).certificate
        for number in range(1, 60)
    ]
    return [root, *others]


def verdicts(certificates, aliases):
    entries = [
        TrustedEntry(alias, certificate, b"raw")
        for alias, certificate in zip(aliases, certificates, strict=True)
    ]
    rehearser = Rehearser(Store("test", Format.JKS, tuple(entries)), ROTATION.catalogue, NOW)
    found = rehearser.rehearse(choose_clients("go,rustls"), HANDSHAKES)
    return [attempt.verdict for scenario in found.scenarios for attempt in scenario.attempts]


def test_copies_that_java_does_not_see_are_no_other_rehearsal(namesakes):
    """[Old Root]; its namesakes; and, in another store, a copy of each in capital letters."""
    aliases = [f"a{number}" for number in range(len(namesakes))]
    twice = ([*namesakes, *namesakes], [*aliases, *map(str.upper, aliases)])
    memory._known.clear()
    alone = verdicts(*twice)
    memory._known.clear()
    assert verdicts(namesakes, aliases) != alone
    assert verdicts(*twice) == alone


@pytest.mark.parametrize("format", [Format.PEM, Format.JKS])
@pytest.mark.parametrize("ended", [False, True])
def test_long_certificates_go_with_their_store(format, ended):
    """Each of many stores: [Long Root] > [Long CA]."""
    blank = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), bytes(Recent.longest))
    ends = {"ends": NOW - timedelta(days=1)} if ended else {}
    root = Authority("Long Root", extensions=(blank,), **ends)
    below = Authority("Long CA", root, extensions=(blank,), **ends)
    held = []
    for number in range(MOST_LONG * 4):
        certificates = [
            Certificate(each.certificate.der[:-4] + number.to_bytes(4)) for each in (root, below)
        ]
        entries = [TrustedEntry(f"a{i}", each, b"raw") for i, each in enumerate(certificates)]
        unpin.audit(Store("test", format, tuple(entries)), profile="azure-postgresql", now=NOW)
        held += map(weakref.ref, certificates)
    del certificates, entries
    gc.collect()
    assert sum(each() is not None for each in held) <= MOST_LONG * 2
