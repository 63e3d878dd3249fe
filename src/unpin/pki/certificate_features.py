"""What verifiers hold against a certificate besides names, keys and dates, read once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final

from unpin.asn1 import tlv
from unpin.model import x509
from unpin.model.certificate import Certificate
from unpin.model.names import Name
from unpin.pki.encoding_flaws import JUDGED, Flaw, flaws
from unpin.pki.path_validation.name_constraints import (
    Constraints,
    Kind,
    Names,
    constraints_of,
    names_of,
)

_CACHE_SIZE: Final = 16384


class Place(IntEnum):
    """Where a certificate stands in a path."""

    SERVER = 0
    MIDDLE = 1
    ANCHOR = 2


class Oddity(StrEnum):
    """What is not as in every certificate of a public CA; clients differ about each."""

    VERSION = "version 1 or 2"
    BASIC_CONSTRAINTS = "a CA without BasicConstraints, or with CA:FALSE"
    KEY_USAGE = "key usage"
    PURPOSE = "extended key usage without serverAuth"
    NAME_CONSTRAINTS = "name constraints"
    SIGNATURE = "weak or rare signature algorithm"
    KEY = "weak or rare key"
    CRITICAL = "critical extension"
    POLICY = "policy constraints"
    FEATURE = "TLS feature"
    NETSCAPE = "Netscape certificate type"
    ENCODING = "encoding that parsers judge differently"


SERVER_AUTH: Final = x509.SERVER_AUTH
ANY_PURPOSE: Final = x509.ANY_EXTENDED_KEY_USAGE
NETSCAPE_SGC: Final = "2.16.840.1.113730.4.1"
MICROSOFT_SGC: Final = "1.3.6.1.4.1.311.10.3.3"

POLICIES: Final = "2.5.29.32"
POLICY_MAPPINGS: Final = "2.5.29.33"
POLICY_CONSTRAINTS: Final = "2.5.29.36"
INHIBIT_ANY_POLICY: Final = "2.5.29.54"
CRL_POINTS: Final = "2.5.29.31"
ISSUER_ALT_NAME: Final = "2.5.29.18"
AUTHORITY_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
TLS_FEATURE: Final = "1.3.6.1.5.5.7.1.24"
NETSCAPE_TYPE: Final = "2.16.840.1.113730.1.1"

DIGITAL_SIGNATURE: Final = 0
KEY_CERT_SIGN: Final = 5

_EVERYBODY_KNOWS: Final = frozenset(
    {
        x509.BASIC_CONSTRAINTS,
        x509.KEY_USAGE,
        x509.EXTENDED_KEY_USAGE,
        x509.SUBJECT_ALT_NAME,
        x509.NAME_CONSTRAINTS,
    }
)
_MEANINGFUL: Final = {
    POLICY_CONSTRAINTS: Oddity.POLICY,
    TLS_FEATURE: Oddity.FEATURE,
    NETSCAPE_TYPE: Oddity.NETSCAPE,
}
_DIGESTS: Final = {
    "1.2.840.113549.1.1.2": "MD2",
    "1.2.840.113549.1.1.3": "MD4",
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA1",
    "1.3.14.3.2.29": "SHA1",
    "1.2.840.113549.1.1.10": "PSS",
    "1.2.840.113549.1.1.11": "SHA256",
    "1.2.840.113549.1.1.12": "SHA384",
    "1.2.840.113549.1.1.13": "SHA512",
    "1.2.840.113549.1.1.14": "SHA224",
    "1.2.840.10045.4.1": "SHA1",
    "1.2.840.10045.4.3.1": "SHA224",
    "1.2.840.10045.4.3.2": "SHA256",
    "1.2.840.10045.4.3.3": "SHA384",
    "1.2.840.10045.4.3.4": "SHA512",
    "1.2.840.10040.4.3": "DSA",
    "2.16.840.1.101.3.4.3.1": "DSA",
    "2.16.840.1.101.3.4.3.2": "DSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
_CURVES: Final = {
    "1.2.840.10045.3.1.1": "P-192",
    "1.3.132.0.33": "P-224",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
}
_USUAL_DIGESTS: Final = frozenset({"SHA256", "SHA384", "SHA512"})
_USUAL_CURVES: Final = frozenset({"P-256", "P-384"})
_USUAL_RSA: Final = range(2048, 8193)


@dataclass(frozen=True, slots=True)
class CertificateFeatures:
    """The fields behind the oddities of one certificate.

    `basic` is the cA flag, None without BasicConstraints; `usage` the bits of KeyUsage and
    `purposes` the OIDs of ExtendedKeyUsage, None without them. `names` are the names that
    constraints are held against, None where no bytes are at hand. `digest` names the hash of its
    signature ("PSS", "DSA", "Ed25519" for the schemes of their own), `key` its public key's
    algorithm or curve, with `bits`. `subject_der` and `issuer_der` are what Go and webpki
    compare. `flaws` is what parsers judge differently, `odd` has the oddities of each Place.
    """

    version: int = 3
    basic: bool | None = None
    usage: frozenset[int] | None = None
    purposes: frozenset[str] | None = None
    constraints: Constraints | None = None
    names: Names | None = None
    digest: str = "SHA256"
    key: str = "P-256"
    bits: int | None = 256
    critical: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    serial: int | None = None
    authority_serial: int | None = None
    authority_issuer: str | None = None
    subject_der: bytes | None = None
    issuer_der: bytes | None = None
    flaws: frozenset[Flaw] = frozenset()
    odd: tuple[frozenset[Oddity], ...] = (frozenset(),) * len(Place)


UNKNOWN: Final = CertificateFeatures()
"""Of a certificate that is known by facts alone: nothing is held against it."""


@lru_cache(maxsize=_CACHE_SIZE)
def features(certificate: Certificate) -> CertificateFeatures:
    """Read the traits. Raises tlv.TlvError where `certificate.problem` is not None."""
    fields = certificate.fields
    purposes = fields.extended_key_usage
    found = CertificateFeatures(
        version=fields.version,
        basic=fields.ca,
        usage=_usage(fields),
        purposes=None if purposes is None else frozenset(purposes),
        constraints=constraints_of(fields.name_constraints),
        names=names_of(fields),
        digest=_DIGESTS.get(fields.signature_oid, fields.signature_oid),
        key=_key(fields),
        bits=fields.public_key.bits,
        critical=fields.critical_extensions,
        extensions=frozenset(fields.extensions),
        serial=fields.serial,
        authority_serial=fields.authority_serial,
        authority_issuer=_authority_issuer(fields),
        subject_der=fields.subject.der,
        issuer_der=fields.issuer.der,
        flaws=flaws(certificate),
    )
    everywhere = frozenset(_oddities_everywhere(found))
    own = fields.subject == fields.issuer
    odd = tuple(everywhere.union(_oddities(fields, found, own, at)) for at in Place)
    return replace(found, odd=odd)


def _oddities(
    fields: x509.Fields, found: CertificateFeatures, own: bool, place: Place
) -> Iterator[Oddity]:
    """The oddities that are some only in one place of a path; `own` says that it is self-issued."""
    if found.version < 3 and not (place is Place.ANCHOR and found.version == 1 and own):
        yield Oddity.VERSION
    elif (
        found.basic is not (place is not Place.SERVER)
        and (found.basic is not None or (place is not Place.SERVER and found.version == 3))
    ) or (found.basic is False and fields.path_length is not None):
        yield Oddity.BASIC_CONSTRAINTS
    needed = DIGITAL_SIGNATURE if place is Place.SERVER else KEY_CERT_SIGN
    if (found.usage is None and place is Place.MIDDLE) or (
        found.usage is not None and needed not in found.usage
    ):
        yield Oddity.KEY_USAGE
    if place is not Place.ANCHOR and found.digest not in _USUAL_DIGESTS:
        yield Oddity.SIGNATURE


def _oddities_everywhere(found: CertificateFeatures) -> Iterator[Oddity]:
    if found.purposes is not None and SERVER_AUTH not in found.purposes:
        yield Oddity.PURPOSE
    if found.constraints is not None:
        yield Oddity.NAME_CONSTRAINTS
    if found.key not in _USUAL_CURVES and not (found.key == "RSA" and found.bits in _USUAL_RSA):
        yield Oddity.KEY
    if found.critical - _EVERYBODY_KNOWS:
        yield Oddity.CRITICAL
    for oid, oddity in _MEANINGFUL.items():
        if oid in found.extensions:
            yield oddity
    if found.flaws - JUDGED:
        yield Oddity.ENCODING


def _usage(fields: x509.Fields) -> frozenset[int] | None:
    if fields.key_cert_sign is None:
        return None
    content = tlv.read(fields.extensions[x509.KEY_USAGE]).content[1:]
    return frozenset(
        8 * at + bit for at, octet in enumerate(content) for bit in range(8) if octet & 0x80 >> bit
    )


def _key(fields: x509.Fields) -> str:
    name = fields.public_key.algorithm
    if not name.startswith("EC"):
        return name
    try:
        algorithm = next(iter(tlv.read(fields.public_key.der))).children()
        oid = algorithm[1].oid()
    except (tlv.TlvError, IndexError, StopIteration):
        return name
    return _CURVES.get(oid, f"EC {oid}")


def _authority_issuer(fields: x509.Fields) -> str | None:
    """The directory name in AuthorityKeyIdentifier's authorityCertIssuer (RFC 5280 4.2.1.1)."""
    value = fields.extensions.get(x509.AUTHORITY_KEY_ID)
    if value is None:
        return None
    try:
        for child in tlv.read(value):
            for name in child if child.tag == 0xA1 else ():
                if name.tag == Kind.DIRECTORY:
                    return Name(name.content).canonical
    except tlv.TlvError:
        return None
    return None
