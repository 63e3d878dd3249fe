"""shadowing-twin: a copy in the store that defeats a good root."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import MIDDLE, ROOT, found, only, store

RULE = "shadowing-twin"


def test_expired_copy_of_a_private_intermediate():
    """[Some Root] > [Renewed CA, expired]: its owner renewed it under the same key."""
    old = Authority("Renewed CA", ROOT, ends=NOW - timedelta(days=1))
    both = store(ROOT.certificate, old.certificate)
    finding = only(RULE, both, clients="java,openssl")
    assert finding.clients == ("openssl",)
    assert finding.message == (
        "Renewed CA defeats a good root: OpenSSL takes it before what the server sends, and fails "
        "because it is here"
    )
    assert RULE not in {rule for rule, _ in found(both, clients="java,go")}


def test_valid_copy_shadows_nothing():
    """[Some Root] > [Some Issuing CA]."""
    assert RULE not in {rule for rule, _ in found(store(ROOT.certificate, MIDDLE.certificate))}
