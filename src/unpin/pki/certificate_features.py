"""The features of a certificate that path validation checks besides names, keys and dates."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, TypeVar, cast

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import SIGNATURE_ALGORITHMS, SignatureScheme
from unpin.model import x509
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.names import Name
from unpin.model.values import frozen
from unpin.model.x509 import DIGITAL_SIGNATURE, KEY_CERT_SIGN
from unpin.pki.encoding_checks import find_flaws
from unpin.pki.encoding_flaws import JUDGED, Flaw
from unpin.pki.name_flaws import NameFlaw, name_flaws
from unpin.pki.path_validation.name_constraints import (
    CertificateNames,
    GeneralNameType,
    NameConstraints,
    certificate_names,
    parse_name_constraints,
)
from unpin.pki.pss import PssKind, pss_key_parameters, pss_kind

_T = TypeVar("_T", bound=Hashable)


class PathPosition(IntEnum):
    """Where a certificate stands in a certification path (RFC 5280 3.2)."""

    SERVER = 0
    INTERMEDIATE = 1
    ANCHOR = 2


class Oddity(StrEnum):
    """A deviation from the certificates of public CAs that clients judge differently."""

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
    NAME = "name that parsers judge differently"
    URI = "URI that some parsers may not read"


BASIC_EXTENSIONS: Final = frozenset(
    {
        oids.BASIC_CONSTRAINTS,
        oids.KEY_USAGE,
        oids.EXT_KEY_USAGE,
        oids.SUBJECT_ALT_NAME,
        oids.NAME_CONSTRAINTS,
    }
)
"""The extensions that every family understands."""
POLICY_EXTENSIONS: Final = frozenset(
    {
        oids.CERTIFICATE_POLICIES,
        oids.POLICY_MAPPINGS,
        oids.POLICY_CONSTRAINTS,
        oids.INHIBIT_ANY_POLICY,
    }
)
"""The extensions of certificate policies (RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14)."""
_MEANINGFUL: Final = {
    oids.POLICY_CONSTRAINTS: Oddity.POLICY,
    oids.TLS_FEATURE: Oddity.FEATURE,
    oids.NETSCAPE_CERT_TYPE: Oddity.NETSCAPE,
}
_DSA: Final = frozenset({oids.DSA_WITH_SHA1, oids.DSA_WITH_SHA224, oids.DSA_WITH_SHA256})
"""The signatures with DSA that any client verifies."""
_CURVES: Final = {
    oids.SECP192R1: "P-192",
    oids.SECP224R1: "P-224",
    oids.SECP256R1: "P-256",
    oids.SECP384R1: "P-384",
    oids.SECP521R1: "P-521",
}
PSS_KEY: Final = "RSASSA-PSS"
"""The `key_algorithm` of a key for RSASSA-PSS alone, with any parameters or usual ones."""
RESTRICTED_PSS_KEY: Final = "RSASSA-PSS with unusual parameters"
_USUAL_DIGESTS: Final = frozenset({"SHA256", "SHA384", "SHA512"})
_USUAL_CURVES: Final = frozenset({"P-256", "P-384"})
_USUAL_RSA: Final = range(2048, 8193)


@frozen
class CertificateFeatures:
    """The fields behind the oddities of one certificate.

    `signature` is the algorithm of its own signature (OID), `digest` names the hash of it ("DSA",
    "Ed25519" for the schemes of their own, a PssKind for RSASSA-PSS). `stated_ca` is the cA flag,
    None without BasicConstraints; `key_usage` the bits of KeyUsage and `extended_key_usage` the
    OIDs of ExtendedKeyUsage, None without them. `names` are the names to which name constraints
    apply, None where no bytes are at hand. `key_algorithm` is the algorithm or curve of its public
    key (PSS_KEY and RESTRICTED_PSS_KEY for RSASSA-PSS alone), with `key_bits`. `subject_der` and
    `issuer_der` are what Go and webpki compare. `flaws` and `name_flaws` are what parsers judge
    differently, `oddities` what clients judge differently in each PathPosition.
    """

    version: int = 3
    stated_ca: bool | None = None
    key_usage: frozenset[int] | None = None
    extended_key_usage: frozenset[str] | None = None
    name_constraints: NameConstraints | None = None
    names: CertificateNames | None = None
    signature: str = oids.ECDSA_WITH_SHA256
    digest: str = "SHA256"
    key_algorithm: str = "P-256"
    key_bits: int | None = 256
    critical_extensions: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    serial: int | None = None
    authority_serial: int | None = None
    authority_issuer: str | None = None
    subject_der: bytes | None = None
    issuer_der: bytes | None = None
    flaws: frozenset[Flaw] = frozenset()
    name_flaws: frozenset[NameFlaw] = frozenset()
    oddities: tuple[frozenset[Oddity], ...] = (frozenset(),) * len(PathPosition)


UNKNOWN_FEATURES: Final = CertificateFeatures()
"""Of a certificate that is known by facts alone: nothing is held against it."""


@kept
def features(certificate: Certificate) -> CertificateFeatures:
    """Read the features. Raises tlv.TlvError where `certificate.problem` is not None."""
    fields = certificate.fields
    purposes = fields.extended_key_usage
    found = CertificateFeatures(
        version=fields.version,
        stated_ca=fields.ca,
        key_usage=fields.key_usage,
        extended_key_usage=None if purposes is None else frozenset(purposes),
        name_constraints=parse_name_constraints(fields.name_constraints),
        names=certificate_names(fields),
        signature=fields.signature_oid,
        digest=_digest(fields),
        key_algorithm=_key(fields),
        key_bits=fields.public_key.bits,
        critical_extensions=fields.critical_extensions,
        extensions=_same(frozenset(fields.extensions)),
        serial=fields.serial,
        authority_serial=fields.authority_serial,
        authority_issuer=_authority_issuer(fields),
        subject_der=fields.subject.der,
        issuer_der=fields.issuer.der,
        flaws=_same(find_flaws(certificate)),
        name_flaws=_same(
            name_flaws((fields.issuer.der, fields.subject.der), fields.alternative_names)
        ),
    )
    everywhere = frozenset(_oddities_everywhere(found))
    own = fields.subject == fields.issuer
    oddities = tuple(everywhere.union(_oddities(fields, found, own, at)) for at in PathPosition)
    return replace(found, oddities=_same(oddities))


@lru_cache(maxsize=1024)
def _remembered(value: Hashable) -> Hashable:
    return value


def _same(value: _T) -> _T:
    """The same object for equal values: most certificates of a store have one of few."""
    return cast("_T", _remembered(value))


def _oddities(
    fields: x509.Fields, found: CertificateFeatures, own: bool, position: PathPosition
) -> Iterator[Oddity]:
    """The oddities that depend on the position; `own` says that it is self-issued."""
    if found.version < 3 and not (position is PathPosition.ANCHOR and found.version == 1 and own):
        yield Oddity.VERSION
    elif (
        found.stated_ca is not (position is not PathPosition.SERVER)
        and (
            found.stated_ca is not None
            or (position is not PathPosition.SERVER and found.version == 3)
        )
    ) or (found.stated_ca is False and fields.path_length is not None):
        yield Oddity.BASIC_CONSTRAINTS
    needed = DIGITAL_SIGNATURE if position is PathPosition.SERVER else KEY_CERT_SIGN
    if (found.key_usage is None and position is PathPosition.INTERMEDIATE) or (
        found.key_usage is not None and needed not in found.key_usage
    ):
        yield Oddity.KEY_USAGE
    if position is not PathPosition.ANCHOR and found.digest not in _USUAL_DIGESTS:
        yield Oddity.SIGNATURE
    # NOTE: BouncyCastle knows it in a server certificate only.
    if position is PathPosition.INTERMEDIATE and oids.EXT_KEY_USAGE in found.critical_extensions:
        yield Oddity.CRITICAL


def _oddities_everywhere(found: CertificateFeatures) -> Iterator[Oddity]:
    if found.extended_key_usage is not None and oids.SERVER_AUTH not in found.extended_key_usage:
        yield Oddity.PURPOSE
    if found.name_constraints is not None:
        yield Oddity.NAME_CONSTRAINTS
    if found.key_algorithm not in _USUAL_CURVES and not (
        found.key_algorithm == "RSA" and found.key_bits in _USUAL_RSA
    ):
        yield Oddity.KEY
    if found.critical_extensions - BASIC_EXTENSIONS:
        yield Oddity.CRITICAL
    for oid, oddity in _MEANINGFUL.items():
        if oid in found.extensions:
            yield oddity
    if found.flaws - JUDGED:
        yield Oddity.ENCODING
    if found.name_flaws:
        yield Oddity.NAME
    if NameFlaw.UNUSUAL_URI in found.name_flaws:
        yield Oddity.URI


def _digest(fields: x509.Fields) -> str:
    oid = fields.signature_oid
    if oid == oids.RSASSA_PSS:
        return pss_kind(fields.signature_parameters)
    algorithm = SIGNATURE_ALGORITHMS.get(oid)
    if algorithm is None:
        return oid
    if algorithm.scheme is SignatureScheme.DSA:
        return algorithm.scheme if oid in _DSA else oid
    return algorithm.digest or algorithm.scheme


def _key(fields: x509.Fields) -> str:
    key = fields.public_key
    if key.algorithm == "RSA" and (only := pss_key_parameters(key.der)) is not None:
        usual = not only or pss_kind(only) in (PssKind.USUAL, PssKind.REWRITTEN)
        return PSS_KEY if usual else RESTRICTED_PSS_KEY
    return key.algorithm if key.curve is None else _CURVES.get(key.curve, f"EC {key.curve}")


def _authority_issuer(fields: x509.Fields) -> str | None:
    """The directory name in AuthorityKeyIdentifier's authorityCertIssuer (RFC 5280 4.2.1.1)."""
    value = fields.extensions.get(oids.AUTHORITY_KEY_IDENTIFIER)
    if value is None:
        return None
    try:
        for child in tlv.read(value):
            for name in child if child.tag == tlv.CONTEXT_1 else ():
                if name.tag == GeneralNameType.DIRECTORY:
                    return Name(name.content).canonical
    except tlv.TlvError:
        return None
    return None
