"""retired-root: a root that no chain needs any more."""

from tests.rules.stores import found, shipped, store

RULE = ("retired-root", "note")


def test_retired():
    assert RULE in found(store(shipped("baltimore-cybertrust-root")))


def test_in_use():
    assert RULE not in found(store(shipped("digicert-global-root-g2")))
