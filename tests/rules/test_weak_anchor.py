"""weak-anchor: short keys, and old digests where they count."""

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.pki import Authority
from tests.rules.stores import found, shipped, store

RULE = ("weak-anchor", "warning")


def test_short_key():
    """[Short Root, RSA of 1024 bits]; then [Root, RSA of 2048 bits]."""
    short = Authority("Short Root", key=rsa.generate_private_key(65537, 1024))
    assert found(store(short.certificate)) == {RULE}
    enough = Authority("Root", key=rsa.generate_private_key(65537, 2048))
    assert found(store(enough.certificate)) == set()


def test_sha1_counts_below_a_root_only():
    """[Baltimore CyberTrust Root], signed by itself with SHA-1; then GTE CyberTrust > [its twin]."""
    assert RULE not in found(store(shipped("baltimore-cybertrust-root")))
    assert RULE in found(store(shipped("baltimore-cybertrust-root-xsign-gte")))
