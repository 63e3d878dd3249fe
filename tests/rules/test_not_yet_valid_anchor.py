"""not-yet-valid-anchor: a certificate that begins tomorrow."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import found, store

FUTURE = store(Authority("Future Root", begins=NOW + timedelta(days=1)).certificate)


def test_before_its_first_day():
    """[Future Root, valid from tomorrow]."""
    assert found(FUTURE) == {("not-yet-valid-anchor", "warning")}


def test_on_its_first_day():
    """[Future Root], asked tomorrow."""
    assert found(FUTURE, now=NOW + timedelta(days=1)) == set()
