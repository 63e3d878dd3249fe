"""redundant-intermediate: a pin that nothing needs."""

from tests.rules.stores import MIDDLE, ROOT, found, store

REDUNDANT = ("redundant-intermediate", "warning")


def test_intermediate_beside_its_root():
    """[Some Root] > [Some Issuing CA]."""
    assert found(store(ROOT.certificate, MIDDLE.certificate)) == {REDUNDANT}


def test_intermediate_alone():
    """Some Root > [Some Issuing CA]."""
    assert REDUNDANT not in found(store(MIDDLE.certificate))
