"""redundant-intermediate: a pin that nothing needs."""

from tests.rules.stores import MIDDLE, ROOT, found, store

REDUNDANT = ("redundant-intermediate", "warning")


def test_intermediate_beside_its_root():
    assert found(store(ROOT.certificate, MIDDLE.certificate)) == {REDUNDANT}


def test_intermediate_alone():
    assert REDUNDANT not in found(store(MIDDLE.certificate))
