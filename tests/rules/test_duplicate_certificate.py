"""duplicate-certificate: one certificate, two entries."""

from tests.rules.stores import MIDDLE, ROOT, SERVER, found, only, store
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.rehearsal.copies import later_copies

RULE = ("duplicate-certificate", "note")


def test_twice():
    """[Some Root]; [Some Root]."""
    assert found(store(ROOT.certificate, ROOT.certificate)) == {RULE}


def test_two_certificates():
    """[Some Root] > [Some Issuing CA]."""
    assert RULE not in found(store(ROOT.certificate, MIDDLE.certificate))


def test_twice_beside_a_key_whose_chain_makes_up_for_the_copy():
    """[Some Root]; [Some Root]; a key with [db.example.org] and Some Issuing CA: 3 and 3."""
    chain = (SERVER.certificate, MIDDLE.certificate)
    entries = (
        TrustedEntry("first", ROOT.certificate, b"1"),
        TrustedEntry("second", ROOT.certificate, b"2"),
        KeyEntry("key", KeyKind.PRIVATE, chain, b"3"),
    )
    held = Store("test", Format.JKS, entries)
    assert only(RULE[0], held).location.entry == "second"
    assert later_copies(held) == {1: 0}
