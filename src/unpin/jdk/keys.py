"""The public keys that the JDK refuses (sun.security.x509.X509Key.parse)."""

from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

_RSA: Final = frozenset({oids.RSA_ENCRYPTION, oids.RSASSA_PSS})
_DSA: Final = frozenset({oids.DSA, oids.OIW_DSA})
_RAW: Final = {
    oids.X25519: ("X25519", 32),
    oids.X448: ("X448", 56),
    oids.ED25519: ("Ed25519", 32),
    oids.ED448: ("Ed448", 57),
}

_MIN_RSA_BITS: Final = 512
_MAX_RSA_BITS: Final = 16384
_MAX_RSA_EXPONENT_BITS: Final = 64
_RESTRICTED_RSA_BITS: Final = 3072

_CURVE_BITS: Final = {
    **{
        f"{oids.SEC2_CURVE_ARC}.{arc}": bits
        for arc, bits in {
            1: 163, 2: 163, 3: 239, 4: 113, 5: 113, 6: 112, 7: 112, 8: 160, 9: 160, 10: 256,
            15: 163, 16: 283, 17: 283, 22: 131, 23: 131, 24: 193, 25: 193, 26: 233, 27: 233,
            28: 128, 29: 128, 30: 160, 31: 192, 32: 224, 33: 224, 34: 384, 35: 521, 36: 409,
            37: 409, 38: 571, 39: 571,
        }.items()
    },
    **{
        f"{oids.X962_CHARACTERISTIC_TWO_CURVE_ARC}.{arc}": bits
        for arc, bits in {
            1: 163, 2: 163, 3: 163, 4: 176, 5: 191, 6: 191, 7: 191, 10: 208, 11: 239, 12: 239,
            13: 239, 16: 272, 17: 304, 18: 359, 19: 368, 20: 431,
        }.items()
    },
    **{
        f"{oids.X962_PRIME_CURVE_ARC}.{arc}": bits
        for arc, bits in {1: 192, 2: 192, 3: 192, 4: 239, 5: 239, 6: 239, 7: 256}.items()
    },
    **{
        f"{oids.BRAINPOOL_CURVE_ARC}.{arc}": bits
        for arc, bits in {1: 160, 3: 192, 5: 224, 7: 256, 9: 320, 11: 384, 13: 512}.items()
    },
}  # fmt: skip
"""The curves of sun.security.util.CurveDB by OID, with the size of their field in bits."""


class JavaRefusalError(ValueError):
    """The JDK refuses these bytes as a certificate; the text says why."""


def check_parameters(oid: str, parameters: tlv.Node | None) -> None:
    """Check the parameters of a key as AlgorithmId.decodeParams does. Raises JavaRefusalError."""
    if parameters is None:
        return
    if oid == oids.EC_PUBLIC_KEY:
        if parameters.tag != tlv.OID:
            raise JavaRefusalError("an EC key with explicit curve parameters")
        if parameters.oid() not in _CURVE_BITS:
            raise JavaRefusalError(
                f"an EC key on a curve that Java does not know ({parameters.oid()})"
            )
    elif oid in _DSA:
        numbers = [node.integer() for node in parameters.expect(tlv.SEQUENCE, "DSA parameters")]
        if len(numbers) != 3:
            raise JavaRefusalError(f"a DSA key with {len(numbers)} parameters instead of 3")
    elif oid == oids.DH_KEY_AGREEMENT:
        numbers = [node.integer() for node in parameters.expect(tlv.SEQUENCE, "DH parameters")]
        if not 2 <= len(numbers) <= 3:
            raise JavaRefusalError(f"a DH key with {len(numbers)} parameters instead of 2 or 3")


def check_key(oid: str, parameters: tlv.Node | None, bits: bytes) -> None:
    """Check the content of a subjectPublicKey as the JDK's key factories do.

    `bits` begins with the number of unused bits. Raises JavaRefusalError or tlv.TlvError.
    """
    key = bits[1:]
    if oid in _RSA:
        _check_rsa(key)
    elif oid == oids.EC_PUBLIC_KEY:
        _check_ec(parameters, key)
    elif oid in _DSA or oid == oids.DH_KEY_AGREEMENT:
        if parameters is None and oid == oids.DH_KEY_AGREEMENT:
            raise JavaRefusalError("a DH key without parameters")
        tlv.read(key).expect(tlv.INTEGER, "DSA key").integer()
    elif oid in _RAW:
        name, size = _RAW[oid]
        if len(key) * 8 - bits[0] != size * 8:
            raise JavaRefusalError(f"an {name} key of {len(key)} bytes instead of {size}")


def _check_rsa(key: bytes) -> None:
    numbers = [node.integer() for node in tlv.only(key, "RSA key").expect(tlv.SEQUENCE, "RSA key")]
    if len(numbers) != 2:
        raise JavaRefusalError(f"an RSA key of {len(numbers)} numbers instead of 2")
    modulus, exponent = numbers
    if modulus < 0 or exponent < 0:
        return  # NOTE: read as positive (getPositiveBigInteger); too odd to follow further
    size = modulus.bit_length() + 7 & ~7
    if size < _MIN_RSA_BITS:
        raise JavaRefusalError(f"an RSA key of {modulus.bit_length()} bits, fewer than 512")
    if size > _MAX_RSA_BITS:
        raise JavaRefusalError(f"an RSA key of {modulus.bit_length()} bits, more than 16384")
    if not 3 <= exponent < modulus:
        raise JavaRefusalError("an RSA key whose exponent is below 3 or beyond its modulus")
    if size > _RESTRICTED_RSA_BITS and exponent.bit_length() > _MAX_RSA_EXPONENT_BITS:
        raise JavaRefusalError("an RSA key of more than 3072 bits with an exponent of more than 64")


def _check_ec(parameters: tlv.Node | None, key: bytes) -> None:
    if parameters is None:
        raise JavaRefusalError("an EC key without a curve")
    if key[:1] != b"\x04":
        raise JavaRefusalError("an EC key with a compressed point")
    if (len(key) - 1) // 2 != (_CURVE_BITS[parameters.oid()] + 7) // 8:
        raise JavaRefusalError("an EC key whose point does not fit its curve")
