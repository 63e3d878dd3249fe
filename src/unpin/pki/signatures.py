"""Verify signatures of certificates (RFC 5280 6.1.3 (a)), old algorithms included."""

import warnings
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import SIGNATURE_ALGORITHMS, SignatureScheme
from unpin.model import proven_roots
from unpin.model.answers import kept_for
from unpin.model.certificate import Certificate
from unpin.model.public_key import PublicKey, read_public_key
from unpin.pki.pss import PssParameters, pss_key_parameters, read_pss
from unpin.pki.work import spend

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import PSS
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_EDWARDS: Final = frozenset({SignatureScheme.ED25519, SignatureScheme.ED448})
_NO_DIGEST_HERE: Final = frozenset({"MD2", "MD4"})
"""cryptography has neither."""

_CURVE_COST: Final = {oids.SECP256R1: 130, oids.SECP224R1: 130, "Ed25519": 130, "Ed448": 420}
_RARE_COST: Final = 3_000
"""Of DSA, and of curves for which OpenSSL has no code of their own."""

_KNOWN: Final = frozenset(
    oid
    for oid, algorithm in SIGNATURE_ALGORITHMS.items()
    if algorithm.digest not in _NO_DIGEST_HERE
)


class Signed(StrEnum):
    """Whether a key made a signature. UNCHECKED: unpin cannot use the algorithm or the key."""

    YES = "yes"
    NO = "no"
    UNCHECKED = "unchecked"


@kept_for
def verify_signature(child: Certificate, public_key_der: bytes) -> Signed:
    """Did the key `public_key_der` (a SubjectPublicKeyInfo) sign `child`?

    A key whose numbers are too large (PublicKey.is_bounded) is not used. Raises WorkLimitError
    where the work allowed for a store is done (pki.work), and nothing else.

    NOTE: Certificate.verify_directly_issued_by of cryptography is not used: it raises ValueError
    for SHA-1 self-signed roots, the very type that it raises for names that do not chain.
    """
    if child.problem is not None or child.fields.signature_oid not in _KNOWN:
        return Signed.UNCHECKED
    if child.sha256 in proven_roots.PROVEN_ROOTS and public_key_der == child.fields.public_key.der:
        return Signed.YES
    try:
        key = read_public_key(tlv.read(public_key_der))
    except tlv.TlvError:
        return Signed.UNCHECKED
    if not key.is_bounded:
        return Signed.UNCHECKED
    spend(_cost(key) + len(child.fields.tbs) // 500)
    from cryptography.exceptions import (
        InternalError,
        InvalidSignature,
        UnsupportedAlgorithm,
    )
    from cryptography.hazmat.primitives.serialization import (
        load_der_public_key,
    )

    with warnings.catch_warnings():
        # NOTE: cryptography announces the end of old curves and short keys as warnings.
        warnings.simplefilter("ignore")
        try:
            if not _key_allows(public_key_der, child):
                return Signed.NO
            return _check(child, load_der_public_key(public_key_der))
        except InvalidSignature:
            return Signed.NO
        except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError):
            return Signed.UNCHECKED


def _cost(key: PublicKey) -> int:
    """The work of one verification, in units of pki.work: about what OpenSSL takes."""
    if key.algorithm == "RSA":
        bits = key.bits or 0
        return 30 + bits * bits // 100_000 * (1 + key.exponent_bits // 16)
    return _CURVE_COST.get(key.curve or key.algorithm, _RARE_COST)


def verify_self_signed(certificate: Certificate) -> Signed:
    """Is it issued by itself: names equal, key ids not contradicting, signature by its own key?"""
    return verify_issuer(certificate, certificate)


def verify_issuer(parent: Certificate, child: Certificate) -> Signed:
    """Did `parent` issue `child`: names equal, key ids not contradicting, signature verified?

    RFC 5280 6.1.3 (a) and, for the key identifiers, 4.2.1.1. Whether `parent` may act as a CA is
    not asked.
    """
    if parent.problem is not None or child.problem is not None:
        return Signed.UNCHECKED
    if parent.fields.subject != child.fields.issuer:
        return Signed.NO
    wanted, has = child.fields.authority_key_id, parent.fields.subject_key_id
    if wanted is not None and has is not None and wanted != has:
        return Signed.NO
    return verify_signature(child, parent.fields.public_key.der)


def _key_allows(public_key_der: bytes, child: Certificate) -> bool:
    """Whether a key for RSASSA-PSS alone may make this signature (RFC 4055 1.2, 3.3).

    Any key of another kind may. Raises tlv.TlvError for parameters that unpin cannot read.

    NOTE: Java verifies signatures of PKCS #1 with such a key, and BouncyCastle a shorter salt.
    """
    found = pss_key_parameters(public_key_der)
    if found is None:
        return True
    fields = child.fields
    if fields.signature_oid != oids.RSASSA_PSS:
        return False
    if not found:
        return True
    key, signature = read_pss(found), read_pss(fields.signature_parameters)
    return (key.digest, key.mask) == (signature.digest, signature.mask) and (
        key.salt <= signature.salt
    )


def _check(child: Certificate, key: "PublicKeyTypes") -> Signed:
    """Return YES or NO; raise what cryptography raises, InvalidSignature for a wrong signature."""
    from cryptography.hazmat.primitives.asymmetric import (
        dsa,
        ec,
        ed448,
        ed25519,
        padding,
        rsa,
    )

    fields = child.fields
    _, made, digest = SIGNATURE_ALGORITHMS[fields.signature_oid]
    signature, tbs = fields.signature, fields.tbs
    match key:
        case rsa.RSAPublicKey() if made is SignatureScheme.PKCS1 and digest:
            key.verify(signature, tbs, padding.PKCS1v15(), _hash(digest))
        case rsa.RSAPublicKey() if made is SignatureScheme.PSS:
            key.verify(signature, tbs, *_pss(read_pss(fields.signature_parameters)))
        case ec.EllipticCurvePublicKey() if made is SignatureScheme.ECDSA and digest:
            key.verify(signature, tbs, ec.ECDSA(_hash(digest)))
        case dsa.DSAPublicKey() if made is SignatureScheme.DSA and digest:
            key.verify(signature, tbs, _hash(digest))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if made in _EDWARDS:
            key.verify(signature, tbs)
        case _:
            return Signed.NO
    return Signed.YES


def _hash(name: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    made: HashAlgorithm = getattr(hashes, name)()
    return made


def _pss(signature: PssParameters) -> "tuple[PSS, HashAlgorithm]":
    from cryptography.hazmat.primitives.asymmetric import padding

    mask = padding.MGF1(_hash(signature.mask.upper()))
    return padding.PSS(mask, signature.salt), _hash(signature.digest.upper())
