"""The public keys that the JDK refuses (sun.security.x509.X509Key.parse)."""

from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk import der_values
from unpin.jdk.algorithms import Algorithm, read_algorithm
from unpin.jdk.der_values import JavaRefusalError
from unpin.jdk.known_identifiers import CURVE_BITS

_RSA: Final = frozenset({oids.RSA_ENCRYPTION, oids.RSASSA_PSS, oids.EA_RSA, oids.PKCS1_ARC})
_ONE_NUMBER: Final = frozenset({oids.DSA, oids.OIW_DSA})
_DH: Final = frozenset({oids.DH_KEY_AGREEMENT, oids.DH_PUBLIC_NUMBER})
_RAW: Final = {
    oids.X25519: ("X25519", 32),
    oids.X448: ("X448", 56),
    oids.ED25519: ("Ed25519", 32),
    oids.ED448: ("Ed448", 57),
}
_MODULE_LATTICE: Final = frozenset(
    f"{oids.NIST_ALGORITHM_ARC}.{arc}" for arc in ("3.17", "3.18", "3.19", "4.1", "4.2", "4.3")
)
"""ML-DSA-44, -65, -87 and ML-KEM-512, -768, -1024, which the JDK knows since 24."""

_MIN_RSA_BITS: Final = 512
_MAX_RSA_BITS: Final = 16384
_MAX_RSA_EXPONENT_BITS: Final = 64
_RESTRICTED_RSA_BITS: Final = 3072


def check_public_key(node: tlv.Node) -> None:
    """X509Key.parse: the algorithm with its parameters, then the key as its factory reads it.

    Raises JavaRefusalError or tlv.TlvError.
    """
    fields = list(der_values.sequence(node, "SubjectPublicKeyInfo"))
    if len(fields) != 2:
        raise JavaRefusalError(f"a public key of {len(fields)} fields instead of 2")
    algorithm = read_algorithm(fields[0])
    _check_key(algorithm, der_values.bits(fields[1]))


def _check_key(algorithm: Algorithm, bits: bytes) -> None:
    oid, parameters = algorithm
    key = bits[1:]
    if oid in _RSA:
        _check_rsa(key)
    elif oid == oids.EC_PUBLIC_KEY:
        _check_ec(parameters, key)
    elif oid in _ONE_NUMBER or oid in _DH:
        if parameters is None and oid in _DH:
            raise JavaRefusalError("a DH key without parameters")
        tlv.read(key).expect(tlv.INTEGER, "DSA key").integer()
    elif oid in _RAW:
        name, size = _RAW[oid]
        if len(key) * 8 - bits[0] != size * 8:
            raise JavaRefusalError(f"an {name} key of {len(key)} bytes instead of {size}")
    elif oid in _MODULE_LATTICE:
        if parameters is not None:
            raise JavaRefusalError(
                "an ML-DSA or ML-KEM key with parameters, which Java 17 and 21 still accept"
            )
    elif oid == oids.HSS_LMS_HASH_SIGNATURE and not _is_hss(key):
        raise JavaRefusalError("an HSS/LMS key that Java cannot read, which Java 17 still accepts")


def _check_rsa(key: bytes) -> None:
    numbers = [
        der_values.positive(number, "RSA key")
        for number in der_values.sequence(der_values.der_value(key, "RSA key"), "RSA key")
    ]
    if len(numbers) != 2:
        raise JavaRefusalError(f"an RSA key of {len(numbers)} numbers instead of 2")
    modulus, exponent = numbers
    size = modulus.bit_length() + 7 & ~7
    if size < _MIN_RSA_BITS:
        raise JavaRefusalError(f"an RSA key of {modulus.bit_length()} bits, fewer than 512")
    if size > _MAX_RSA_BITS:
        raise JavaRefusalError(f"an RSA key of {modulus.bit_length()} bits, more than 16384")
    if size > _RESTRICTED_RSA_BITS and exponent.bit_length() > _MAX_RSA_EXPONENT_BITS:
        raise JavaRefusalError("an RSA key of more than 3072 bits with an exponent of more than 64")
    if not 3 <= exponent < modulus:
        raise JavaRefusalError("an RSA key whose exponent is below 3 or beyond its modulus")


def _check_ec(parameters: tlv.Node | None, key: bytes) -> None:
    if parameters is None:
        raise JavaRefusalError("an EC key without a curve")
    if key[:1] != b"\x04":
        raise JavaRefusalError("an EC key with a compressed point")
    if (len(key) - 1) // 2 != (CURVE_BITS[parameters.oid()] + 7) // 8:
        raise JavaRefusalError("an EC key whose point does not fit its curve")


def _is_hss(key: bytes) -> bool:
    """sun.security.provider.HSS: the types of RFC 8554 over SHA-256 with 32 octets alone."""
    if len(key) < 12:
        return False
    if key[0] == tlv.OCTET_STRING and key[1] == len(key) - 2:
        key = key[2:]
    lms, ots = (int.from_bytes(key[at : at + 4], "big") for at in (4, 8))
    return len(key) == 60 and 5 <= lms <= 9 and 1 <= ots <= 4
