"""Verify who signed a certificate, with the public key itself and whatever the algorithm's age."""

import warnings
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import PSS
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

_CACHE_SIZE: Final = 8192


_PKCS1: Final = {
    oids.MD5_WITH_RSA_ENCRYPTION: "MD5",
    oids.SHA1_WITH_RSA_ENCRYPTION: "SHA1",
    oids.OIW_SHA1_WITH_RSA_SIGNATURE: "SHA1",
    oids.SHA256_WITH_RSA_ENCRYPTION: "SHA256",
    oids.SHA384_WITH_RSA_ENCRYPTION: "SHA384",
    oids.SHA512_WITH_RSA_ENCRYPTION: "SHA512",
    oids.SHA224_WITH_RSA_ENCRYPTION: "SHA224",
}
_ECDSA: Final = {
    oids.ECDSA_WITH_SHA1: "SHA1",
    oids.ECDSA_WITH_SHA224: "SHA224",
    oids.ECDSA_WITH_SHA256: "SHA256",
    oids.ECDSA_WITH_SHA384: "SHA384",
    oids.ECDSA_WITH_SHA512: "SHA512",
}
_DSA: Final = {
    oids.DSA_WITH_SHA1: "SHA1",
    oids.OIW_DSA_WITH_SHA1: "SHA1",
    oids.DSA_WITH_SHA224: "SHA224",
    oids.DSA_WITH_SHA256: "SHA256",
    oids.DSA_WITH_SHA384: "SHA384",
    oids.DSA_WITH_SHA512: "SHA512",
}
_EDWARDS: Final = frozenset({oids.ED25519, oids.ED448})
_KNOWN: Final = _PKCS1.keys() | _ECDSA.keys() | _DSA.keys() | _EDWARDS | {oids.RSASSA_PSS}

_HASHES: Final = {
    oids.MD5: "MD5",
    oids.SHA1: "SHA1",
    oids.SHA256: "SHA256",
    oids.SHA384: "SHA384",
    oids.SHA512: "SHA512",
    oids.SHA224: "SHA224",
}


class Signed(StrEnum):
    """Whether a key made a signature. UNCHECKED: the algorithm or the key cannot be used here."""

    YES = "yes"
    NO = "no"
    UNCHECKED = "unchecked"


@lru_cache(maxsize=_CACHE_SIZE)
def verify(child: Certificate, public_key_der: bytes) -> Signed:
    """Did the key `public_key_der` (a SubjectPublicKeyInfo) sign `child`? Never raises.

    NOTE: Certificate.verify_directly_issued_by of cryptography is not used: it raises ValueError
    for SHA-1 self-signed roots, the very type that it raises for names that do not chain.
    """
    if child.problem is not None or child.fields.signature_oid not in _KNOWN:
        return Signed.UNCHECKED
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
            return _check(child, load_der_public_key(public_key_der))
        except InvalidSignature:
            return Signed.NO
        except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InternalError):
            return Signed.UNCHECKED


def is_self_signed(certificate: Certificate) -> Signed:
    """Is it issued by itself: names equal, key ids not contradicting, signature by its own key?"""
    return issued(certificate, certificate)


def issued(parent: Certificate, child: Certificate) -> Signed:
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
    return verify(child, parent.fields.public_key.der)


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
    oid, signature, tbs = fields.signature_oid, fields.signature, fields.tbs
    match key:
        case rsa.RSAPublicKey() if oid in _PKCS1:
            key.verify(signature, tbs, padding.PKCS1v15(), _hash(_PKCS1[oid]))
        case rsa.RSAPublicKey() if oid == oids.RSASSA_PSS:
            scheme, digest = _pss(fields.signature_parameters)
            key.verify(signature, tbs, scheme, digest)
        case ec.EllipticCurvePublicKey() if oid in _ECDSA:
            key.verify(signature, tbs, ec.ECDSA(_hash(_ECDSA[oid])))
        case dsa.DSAPublicKey() if oid in _DSA:
            key.verify(signature, tbs, _hash(_DSA[oid]))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if oid in _EDWARDS:
            key.verify(signature, tbs)
        case _:
            return Signed.NO
    return Signed.YES


def _hash(name: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    made: HashAlgorithm = getattr(hashes, name)()
    return made


def _pss(parameters: bytes) -> "tuple[PSS, HashAlgorithm]":
    """Read RSASSA-PSS-params (RFC 4055 3.1); ValueError where they name what is unknown."""
    from cryptography.hazmat.primitives.asymmetric import padding

    digest = mask = "SHA1"
    salt = 20
    for child in tlv.read(parameters).sequence("RSASSA-PSS-params") if parameters else ():
        inner = next(iter(child), None)
        if inner is None:
            raise ValueError("empty RSASSA-PSS parameter")
        if child.tag == 0xA0:
            digest = _named_hash(inner)
        elif child.tag == 0xA1:
            generator = inner.sequence("maskGenAlgorithm", at_least=2)
            if generator[0].oid() != oids.MGF1:
                raise ValueError("unknown mask generation function")
            mask = _named_hash(generator[1])
        elif child.tag == 0xA2:
            salt = inner.integer()
    return padding.PSS(padding.MGF1(_hash(mask)), salt), _hash(digest)


def _named_hash(node: tlv.Node) -> str:
    oid = node.sequence("hashAlgorithm", at_least=1)[0].oid()
    if oid not in _HASHES:
        raise ValueError(f"unknown hash {oid}")
    return _HASHES[oid]
