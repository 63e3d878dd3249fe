"""expiring-anchor: what ends within --expires-within."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import found, only, store

SOON = store(Authority("Soon Root", ends=NOW + timedelta(days=10)).certificate)


def test_within():
    """[Soon Root, 10 days before its end]."""
    assert found(SOON) == {("expiring-anchor", "warning")}
    assert only("expiring-anchor", SOON, clients="java,go").message == (
        "Soon Root expires on 2026-12-04, in 10 days: then Java keeps trusting it, Go refuses "
        "every path through it"
    )


def test_beyond():
    """[Soon Root, 10 days before its end], asked about 9 days."""
    assert found(SOON, expires_within=timedelta(days=9)) == set()
