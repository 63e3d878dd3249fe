"""The algorithms behind object identifiers: signature schemes, hashes, HMACs.

These tables say what an identifier means, not what any program supports.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from unpin.asn1 import object_identifiers as oids


class SignatureScheme(StrEnum):
    """How a signature is computed."""

    PKCS1 = "RSASSA-PKCS1-v1_5"
    PSS = "PSS"
    ECDSA = "ECDSA"
    DSA = "DSA"
    ED25519 = "Ed25519"
    ED448 = "Ed448"


class SignatureAlgorithm(NamedTuple):
    """A signature algorithm: its usual name, its scheme, and the name of its hash.

    `digest` is None for Ed25519 and Ed448, whose hash is fixed, and for PSS, whose parameters name
    the hash.
    """

    name: str
    scheme: SignatureScheme
    digest: str | None


def _pkcs1(digest: str) -> SignatureAlgorithm:
    name = f"{digest.lower()}WithRSAEncryption"
    return SignatureAlgorithm(name, SignatureScheme.PKCS1, digest)


def _ecdsa(digest: str) -> SignatureAlgorithm:
    return SignatureAlgorithm(f"ecdsa-with-{digest}", SignatureScheme.ECDSA, digest)


def _dsa(digest: str) -> SignatureAlgorithm:
    return SignatureAlgorithm(f"dsa-with-{digest}", SignatureScheme.DSA, digest)


SIGNATURE_ALGORITHMS: Final = {
    oids.MD2_WITH_RSA_ENCRYPTION: _pkcs1("MD2"),
    oids.MD4_WITH_RSA_ENCRYPTION: _pkcs1("MD4"),
    oids.MD5_WITH_RSA_ENCRYPTION: _pkcs1("MD5"),
    oids.SHA1_WITH_RSA_ENCRYPTION: _pkcs1("SHA1"),
    oids.OIW_SHA1_WITH_RSA_SIGNATURE: _pkcs1("SHA1"),
    oids.SHA224_WITH_RSA_ENCRYPTION: _pkcs1("SHA224"),
    oids.SHA256_WITH_RSA_ENCRYPTION: _pkcs1("SHA256"),
    oids.SHA384_WITH_RSA_ENCRYPTION: _pkcs1("SHA384"),
    oids.SHA512_WITH_RSA_ENCRYPTION: _pkcs1("SHA512"),
    oids.RSASSA_PSS: SignatureAlgorithm("rsassaPss", SignatureScheme.PSS, None),
    oids.ECDSA_WITH_SHA1: _ecdsa("SHA1"),
    oids.ECDSA_WITH_SHA224: _ecdsa("SHA224"),
    oids.ECDSA_WITH_SHA256: _ecdsa("SHA256"),
    oids.ECDSA_WITH_SHA384: _ecdsa("SHA384"),
    oids.ECDSA_WITH_SHA512: _ecdsa("SHA512"),
    oids.DSA_WITH_SHA1: _dsa("SHA1"),
    oids.OIW_DSA_WITH_SHA1: _dsa("SHA1"),
    oids.DSA_WITH_SHA224: _dsa("SHA224"),
    oids.DSA_WITH_SHA256: _dsa("SHA256"),
    oids.DSA_WITH_SHA384: _dsa("SHA384"),
    oids.DSA_WITH_SHA512: _dsa("SHA512"),
    oids.ED25519: SignatureAlgorithm("Ed25519", SignatureScheme.ED25519, None),
    oids.ED448: SignatureAlgorithm("Ed448", SignatureScheme.ED448, None),
}

DIGEST_BITS: Final = {
    "MD2": 128,
    "MD4": 128,
    "MD5": 128,
    "SHA1": 160,
    "SHA224": 224,
    "SHA256": 256,
    "SHA384": 384,
    "SHA512": 512,
}
"""The length in bits of the output of each hash of a signature algorithm."""

HASHES: Final = {
    oids.MD5: "md5",
    oids.SHA1: "sha1",
    oids.SHA224: "sha224",
    oids.SHA256: "sha256",
    oids.SHA384: "sha384",
    oids.SHA512: "sha512",
    oids.SHA512_224: "sha512_224",
    oids.SHA512_256: "sha512_256",
}
"""The hash functions by object identifier, under their names in hashlib."""

HMACS: Final = {
    oids.HMAC_WITH_SHA1: "sha1",
    oids.HMAC_WITH_SHA224: "sha224",
    oids.HMAC_WITH_SHA256: "sha256",
    oids.HMAC_WITH_SHA384: "sha384",
    oids.HMAC_WITH_SHA512: "sha512",
    oids.HMAC_WITH_SHA512_224: "sha512_224",
    oids.HMAC_WITH_SHA512_256: "sha512_256",
}
"""The hash function of each HMAC by object identifier, under its name in hashlib."""
