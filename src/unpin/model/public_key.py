"""Public keys: algorithm, size and curve of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7)."""

from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.fields import algorithm_identifier
from unpin.model.values import frozen

EXPLICIT_CURVE: Final = "EC with explicit parameters"
"""The `algorithm` of a PublicKey without a named curve (RFC 3279 2.3.5)."""

_CURVE_BITS: Final = {
    oids.SECP192R1: 192,
    oids.SECP224R1: 224,
    oids.SECP256R1: 256,
    oids.SECP256K1: 256,
    oids.SECP384R1: 384,
    oids.SECP521R1: 521,
    oids.BRAINPOOL_P256R1: 256,
    oids.BRAINPOOL_P384R1: 384,
    oids.BRAINPOOL_P512R1: 512,
}

MAX_MODULUS_BITS: Final = 16_384
"""The longest modulus of an RSA key with which a signature is verified; OpenSSL and the JDK agree
(OPENSSL_RSA_MAX_MODULUS_BITS; sun.security.rsa.RSAKeyFactory.MAX_MODLEN)."""

MAX_EXPONENT_BITS: Final = 64
"""The longest public exponent; both hold it against long moduli (OPENSSL_RSA_MAX_PUBEXP_BITS;
MAX_RESTRICTED_EXPLEN). An exponent as long as the modulus takes a hundred times as long."""

MAX_DSA_BITS: Final = 10_000
"""The longest prime of a DSA key (OPENSSL_DSA_MAX_MODULUS_BITS)."""

_RSA: Final = frozenset({oids.RSA_ENCRYPTION, oids.RSASSA_PSS, oids.EA_RSA})
_EDWARDS: Final = {oids.ED25519: "Ed25519", oids.ED448: "Ed448"}


@frozen
class PublicKey:
    """A SubjectPublicKeyInfo.

    `der` is its DER, `algorithm` its usual name or its OID, `bits` the size of the key (None where
    it is fixed or unknown), `curve` the OID of a named curve, `exponent_bits` the size
    of the public exponent of an RSA key.
    """

    der: bytes
    algorithm: str
    bits: int | None
    curve: str | None = None
    exponent_bits: int = 0

    @property
    def is_bounded(self) -> bool:
        """Whether the numbers of the key are small enough to verify signatures with them."""
        most = MAX_DSA_BITS if self.algorithm == "DSA" else MAX_MODULUS_BITS
        return (self.bits or 0) <= most and self.exponent_bits <= MAX_EXPONENT_BITS

    def __str__(self) -> str:
        return self.algorithm if self.bits is None else f"{self.algorithm} {self.bits}"


def read_public_key(node: tlv.Node) -> PublicKey:
    """Read a SubjectPublicKeyInfo (RFC 3279 2.3, RFC 5480 2.1, RFC 8410 4).

    Raises tlv.TlvError for a malformed key.
    """
    identifier, key = node.sequence("SubjectPublicKeyInfo", at_least=2)[:2]
    oid, parameters = algorithm_identifier(identifier, "AlgorithmIdentifier")
    name, bits, curve, exponent_bits = oid, None, None, 0
    if oid in _RSA:
        modulus, exponent = tlv.read(key.content, 1).sequence("RSAPublicKey", at_least=2)[:2]
        name, bits = "RSA", modulus.integer().bit_length()
        exponent_bits = int.from_bytes(exponent.content, "big").bit_length()
    elif oid == oids.EC_PUBLIC_KEY:
        if parameters is not None and parameters.tag == tlv.OID:
            curve = parameters.oid()
            bits = _CURVE_BITS.get(curve)
            name = f"EC {curve}" if bits is None else "EC"
        else:
            name = EXPLICIT_CURVE
    elif oid == oids.DSA:
        name = "DSA"
        if parameters is not None and parameters.tag == tlv.SEQUENCE:
            prime = parameters.sequence("DSA parameters", at_least=1)[0]
            bits = prime.integer().bit_length()
    elif oid in _EDWARDS:
        name = _EDWARDS[oid]
    return PublicKey(node.raw, name, bits, curve, exponent_bits)
