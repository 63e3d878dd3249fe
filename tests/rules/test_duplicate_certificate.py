"""duplicate-certificate: one certificate, two entries."""

from tests.rules.stores import MIDDLE, ROOT, found, store

RULE = ("duplicate-certificate", "note")


def test_twice():
    """[Some Root]; [Some Root]."""
    assert found(store(ROOT.certificate, ROOT.certificate)) == {RULE}


def test_two_certificates():
    """[Some Root] > [Some Issuing CA]."""
    assert RULE not in found(store(ROOT.certificate, MIDDLE.certificate))
