"""A rehearsal that is remembered is that of the store asked about."""

from datetime import timedelta

import pytest
from tests.pki import NOW, Authority
from tests.rotation import rotation

from unpin.catalogue.handshakes import FULL, handshakes_of
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
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
