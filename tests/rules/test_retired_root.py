"""retired-root: a root that no chain needs any more."""

from tests.rules.stores import found, shipped, store

RULE = ("retired-root", "note")


def test_retired():
    """[Baltimore CyberTrust Root] > no chain any more."""
    assert RULE in found(store(shipped("baltimore-cybertrust-root")))


def test_in_use():
    """[DigiCert Global Root G2] > today's and tomorrow's chains."""
    assert RULE not in found(store(shipped("digicert-global-root-g2")))
