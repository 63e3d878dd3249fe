"""weak-anchor: short keys, and old digests where they count."""

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.pki import Authority
from tests.rules.stores import found, shipped, store
from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import DIGEST_BITS, SIGNATURE_ALGORITHMS, SignatureScheme
from unpin.model.certificate import Certificate

RULE = ("weak-anchor", "warning")


def test_short_key():
    """[Short Root, RSA of 1024 bits]; then [Root, RSA of 2048 bits]."""
    short = Authority("Short Root", key=rsa.generate_private_key(65537, 1024))
    assert found(store(short.certificate)) == {RULE}
    enough = Authority("Root", key=rsa.generate_private_key(65537, 2048))
    assert found(store(enough.certificate)) == set()


def test_every_digest_below_sha_224():
    """DigiCert Global Root CA > [DigiCert TLS RSA SHA256 2020 CA1], as if signed with the other."""
    signed = shipped("digicert-tls-rsa-sha256-2020-ca1")
    own = tlv.encode_oid(oids.SHA256_WITH_RSA_ENCRYPTION)
    weak = set()
    for oid, algorithm in SIGNATURE_ALGORITHMS.items():
        other = tlv.encode_oid(oid)
        if algorithm.scheme is SignatureScheme.PKCS1 and len(other) == len(own):
            renamed = Certificate(signed.der.replace(own, other))
            if RULE in found(store(renamed)):
                weak.add(algorithm.digest)
    assert weak == {"MD2", "MD4", "MD5", "SHA1"}


def test_every_digest_of_a_signature_has_its_length():
    """No store, but the table that the rule asks: [] is the store."""
    named = {one.digest for one in SIGNATURE_ALGORITHMS.values() if one.digest is not None}
    assert named == set(DIGEST_BITS)


def test_sha1_counts_below_a_root_only():
    """[Baltimore CyberTrust Root], signed by itself with SHA-1; then GTE CyberTrust > [its twin]."""
    assert RULE not in found(store(shipped("baltimore-cybertrust-root")))
    assert RULE in found(store(shipped("baltimore-cybertrust-root-xsign-gte")))
