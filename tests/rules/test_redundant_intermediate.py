"""redundant-intermediate: a pin that nothing needs."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import MIDDLE, ROOT, found, only, store
from unpin.model.formats import Format

RULE = "redundant-intermediate"

REDUNDANT = (RULE, "warning")


def test_intermediate_beside_its_root():
    """[Some Root] > [Some Issuing CA]."""
    assert found(store(ROOT.certificate, MIDDLE.certificate)) == {REDUNDANT}


def test_intermediate_alone():
    """Some Root > [Some Issuing CA]."""
    assert REDUNDANT not in found(store(MIDDLE.certificate))


def test_what_has_expired_does_not_expire_later():
    """[Some Root] > [Some Issuing CA, expired], which Java alone reads."""
    ended = Authority("Some Issuing CA", ROOT, ends=NOW - timedelta(days=1))
    finding = only(RULE, store(ROOT.certificate, ended.certificate, format=Format.JKS))
    assert finding.message == (
        "Some Issuing CA is an intermediate whose root Some Root is in the store too: nothing needs "
        "it, and it expired on 2026-11-23"
    )
