"""What clients judge differently in a signature or key of RSASSA-PSS (RFC 4055 3)."""

from enum import StrEnum
from typing import Final, NamedTuple

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HASHES
from unpin.asn1.fields import algorithm_identifier

_HASHES: Final = {**HASHES, oids.SHA3_256: "sha3_256"}
_USUAL: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The hashes of TLS's rsa_pss_pss_* (RFC 8446 4.2.3), each with its length in octets."""
_WEAK: Final = frozenset({"md5", "sha1"})
_USUAL_OCTETS: Final = frozenset(
    bytes.fromhex(
        f"3034a00f300d06096086480165030402{last}0500"
        f"a11c301a06092a864886f70d010108300d06096086480165030402{last}0500a2030201{size:02x}"
    )
    for last, size in (("01", 32), ("02", 48), ("03", 64))
)
"""RSASSA-PSS-params of the usual hashes, as RFC 4055 3.1 and webpki write them."""
_OID: Final = bytes.fromhex("06092a864886f70d01010a")
_HEAD: Final = 32
"""Octets of a SubjectPublicKeyInfo in which the OID of its algorithm ends."""
_NULL: Final = b"\x05\x00"


class PssKind(StrEnum):
    """A kind of RSASSA-PSS signature that some clients verify and others refuse.

    USUAL is SHA-256, SHA-384 or SHA-512, the same hash in the mask, and a salt as long as the hash,
    in the very octets that RFC 4055 shows; webpki compares these. Of several kinds that fit, the
    first of SILENT, UNREADABLE, WEAK, RARE, MASK, SALT and REWRITTEN counts.
    """

    USUAL = "PSS"
    REWRITTEN = "PSS in other octets"
    SALT = "PSS with another salt length"
    MASK = "PSS with another hash in the mask"
    RARE = "PSS with a rare hash"
    WEAK = "PSS with SHA-1 or MD5"
    SILENT = "PSS without parameters"
    UNREADABLE = "PSS with parameters that unpin cannot read"


class PssParameters(NamedTuple):
    """RSASSA-PSS-params: the hash, the hash of MGF1 (names in hashlib), the octets of the salt."""

    digest: str
    mask: str
    salt: int


def read_pss(parameters: bytes) -> PssParameters:
    """Read the DER of RSASSA-PSS-params (RFC 4055 3.1), b"" for none.

    Raises tlv.TlvError for what is malformed or names what is unknown.
    """
    digest = mask = "sha1"
    salt = 20
    for field in tlv.read(parameters).sequence("RSASSA-PSS-params") if parameters else ():
        inner = next(iter(field), None)
        if inner is None:
            raise tlv.TlvError("empty RSASSA-PSS parameter")
        if field.tag == tlv.CONTEXT_0:
            digest = _named_hash(inner)
        elif field.tag == tlv.CONTEXT_1:
            generator = algorithm_identifier(inner, "maskGenAlgorithm")
            if generator.oid != oids.MGF1:
                raise tlv.TlvError("unknown mask generation function")
            mask = _named_hash(generator.required("maskGenAlgorithm"))
        elif field.tag == tlv.CONTEXT_2:
            salt = inner.integer()
    return PssParameters(digest, mask, salt)


def pss_key_parameters(public_key: bytes) -> bytes | None:
    """The DER of the parameters of a SubjectPublicKeyInfo for RSASSA-PSS alone (RFC 4055 1.2).

    b"" where it has none and so allows any; None for another kind of key. Raises tlv.TlvError for
    a malformed one.
    """
    if _OID not in public_key[:_HEAD]:
        return None
    found = algorithm_identifier(next(iter(tlv.read(public_key))), "AlgorithmIdentifier")
    if found.oid != oids.RSASSA_PSS:
        return None
    return b"" if found.parameters is None else found.parameters.raw


def pss_kind(parameters: bytes) -> PssKind:
    """The kind of signature that has these parameters. Never raises."""
    if parameters in (b"", _NULL):
        return PssKind.SILENT
    try:
        digest, mask, salt = read_pss(parameters)
    except tlv.TlvError:
        return PssKind.UNREADABLE
    if digest in _WEAK:
        return PssKind.WEAK
    if digest not in _USUAL:
        return PssKind.RARE
    if mask != digest:
        return PssKind.MASK
    if salt != _USUAL[digest]:
        return PssKind.SALT
    return PssKind.USUAL if parameters in _USUAL_OCTETS else PssKind.REWRITTEN


def _named_hash(node: tlv.Node) -> str:
    oid = algorithm_identifier(node, "hashAlgorithm").oid
    if oid not in _HASHES:
        raise tlv.TlvError(f"unknown hash {oid}")
    return _HASHES[oid]
