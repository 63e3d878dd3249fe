"""Find the flaws in the encoding of a certificate (RFC 5280 4.1, X.690 8 to 11)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model import x509
from unpin.model.certificate import Certificate
from unpin.model.names import is_long_name
from unpin.model.public_key import EXPLICIT_CURVE
from unpin.model.x509 import Field
from unpin.pki.answer_cache import cached_answers
from unpin.pki.encoding_flaws import Flaw

_BY_FIELD: Final[Mapping[Field, Flaw | None]] = MappingProxyType(
    {
        Field.SERIAL: Flaw.EMPTY_SERIAL,
        Field.ISSUER: Flaw.OTHER,
        Field.VALIDITY: Flaw.OTHER,
        Field.NOT_BEFORE: None,
        Field.NOT_AFTER: None,
        Field.SUBJECT: Flaw.OTHER,
        Field.PUBLIC_KEY: Flaw.PUBLIC_KEY,
        Field.EXTENSIONS: Flaw.EXTENSIONS,
        Field.REPEATED_EXTENSION: Flaw.REPEATED_EXTENSION,
        Field.BASIC_CONSTRAINTS: Flaw.BASIC_CONSTRAINTS,
        Field.KEY_USAGE: Flaw.KEY_USAGE,
        Field.EXT_KEY_USAGE: Flaw.PURPOSES,
        Field.SUBJECT_ALT_NAME: Flaw.ALTERNATIVE_NAMES,
        Field.SUBJECT_KEY_IDENTIFIER: Flaw.KEY_ID,
        Field.AUTHORITY_KEY_IDENTIFIER: Flaw.KEY_ID,
    }
)
"""What a field that could not be parsed is (Fields.problems); times have their own check."""

_UTC, _GENERALIZED = tlv.UTC_TIME, tlv.GENERALIZED_TIME
_TIMES: Final = (
    (_UTC, re.compile(rb"\d{12}Z"), None),
    (_GENERALIZED, re.compile(rb"\d{14}Z"), None),
    (_UTC, re.compile(rb"\d{10}Z"), Flaw.UTC_SHORT),
    (_UTC, re.compile(rb"\d{10}(\d\d)?[+-]\d{4}"), Flaw.UTC_OFFSET),
    (_UTC, re.compile(rb"\d{12}"), Flaw.UTC_LOCAL),
    (_GENERALIZED, re.compile(rb"\d{12}Z"), Flaw.GENERALIZED_SHORT),
    (_GENERALIZED, re.compile(rb"\d{14}\.\d+Z"), Flaw.GENERALIZED_FRACTION),
    (_GENERALIZED, re.compile(rb"\d{14}[+-]\d{4}"), Flaw.GENERALIZED_OFFSET),
    (_GENERALIZED, re.compile(rb"\d{14}"), Flaw.GENERALIZED_LOCAL),
)
"""Tags, forms and their flaws: None is DER's own form (X.690 11.7, 11.8)."""
_STRINGS: Final = frozenset(
    {
        tlv.BIT_STRING,
        tlv.UTF8_STRING,
        tlv.NUMERIC_STRING,
        tlv.PRINTABLE_STRING,
        tlv.TELETEX_STRING,
        tlv.IA5_STRING,
        tlv.UNIVERSAL_STRING,
        tlv.BMP_STRING,
        tlv.SEQUENCE,
    }
)
"""What OpenSSL accepts as the value of a name: B_ASN1_PRINTABLE (crypto/x509/x_name.c)."""
_MOST_NAMES: Final = 1024
"""Of so many names the flaws are remembered."""
_VERSION_TAG: Final = tlv.CONTEXT_0
_UNIQUE_IDS: Final = frozenset(
    {tlv.PRIMITIVE_CONTEXT_1, tlv.PRIMITIVE_CONTEXT_2, tlv.CONTEXT_1, tlv.CONTEXT_2}
)
_EXTENSIONS_TAG: Final = tlv.CONTEXT_3
_SHORT_FORM: Final = 128
_SMALLEST_EXPONENT: Final = 3
_LEAP_SECOND: Final = b"60Z"
_LAX: Final = re.compile(rb"\x01\x01[^\x00\xff]", re.DOTALL)
"""What every BOOLEAN outside DER looks like, and some other octets."""


def find_flaws(certificate: Certificate) -> frozenset[Flaw]:
    """Every flaw of a certificate. Raises tlv.TlvError where `certificate.problem` is not None."""
    fields = certificate.fields
    outer, tbs = tlv.read(certificate.der), tlv.read(fields.tbs)
    body = tbs.sequence("TBSCertificate")
    written = body[0].tag == _VERSION_TAG
    serial, algorithm, issuer, validity, subject, key, *rest = body[1:] if written else body
    found: set[Flaw] = set()
    for some in (
        _problems(fields),
        _version(fields, written=written),
        _serial(serial.content),
        _times(fields, validity),
        _name(issuer.raw),
        _name(subject.raw),
        _empty(fields, issuer, subject),
        _key(fields, key),
        _extensions(fields, rest),
        _lengths((outer, tbs, *body)),
    ):
        try:
            found.update(some)
        except tlv.TlvError:
            found.add(Flaw.OTHER)  # x509 reads past it, and nobody was asked about it
    if fields.trailing:
        found.add(Flaw.TRAILING)
    if _algorithm(algorithm) != (fields.signature_oid, fields.signature_parameters):
        found.add(Flaw.TWO_ALGORITHMS)
    return frozenset(found)


def _lengths(frame: Iterable[tlv.Node]) -> Iterator[Flaw]:
    """X.690 10.1, in the frame alone: encoders that write other lengths do so there as well."""
    for node in frame:
        size = node.body_end - node.body
        octets = 0 if size < _SHORT_FORM else (size.bit_length() + 7) // 8
        if node.indefinite:
            yield Flaw.INDEFINITE_LENGTH
        elif node.body - node.start != 2 + octets:
            yield Flaw.LONG_LENGTH


def _problems(fields: x509.Fields) -> Iterator[Flaw]:
    for problem in fields.problems:
        flaw = _BY_FIELD[problem.field]
        if flaw is not None:
            yield flaw
        if flaw is Flaw.PURPOSES and oids.EXT_KEY_USAGE in fields.critical_extensions:
            yield Flaw.CRITICAL_PURPOSES


def _version(fields: x509.Fields, *, written: bool) -> Iterator[Flaw]:
    match fields.version:
        case 1:
            if fields.extensions:
                yield Flaw.EXTENDED_VERSION_1
            elif written:
                yield Flaw.WRITTEN_VERSION_1
        case 2:
            yield Flaw.EXTENDED_VERSION_2 if fields.extensions else Flaw.VERSION_2
        case version if version != 3:
            yield Flaw.NEGATIVE_VERSION if version < 1 else Flaw.LATE_VERSION


def _serial(content: bytes) -> Iterator[Flaw]:
    """X.690 8.3.2: the first nine bits are not alike."""
    if content and content[0] & 0x80:
        yield Flaw.NEGATIVE_SERIAL
    if len(content) > 1 and (content[0], content[1] >> 7) in {(0x00, 0), (0xFF, 1)}:
        yield Flaw.PADDED_SERIAL


def _times(fields: x509.Fields, validity: tlv.Node) -> Iterator[Flaw]:
    """RFC 5280 4.1.2.5.1 and 4.1.2.5.2. Every parser accepts GeneralizedTime before 2050."""
    nodes = validity.children() if validity.constructed else []
    for node, moment in zip(nodes, (fields.not_before, fields.not_after), strict=False):
        flaw = next(
            (
                flaw
                for tag, form, flaw in _TIMES
                if node.tag == tag and form.fullmatch(node.content)
            ),
            Flaw.NO_TIME,
        )
        if flaw is not None:
            yield flaw
        elif node.content.endswith(_LEAP_SECOND):
            yield Flaw.LEAP_SECOND
        elif moment is None:
            yield Flaw.NO_SUCH_DAY


@cached_answers(_MOST_NAMES, is_long_name)
def _name(name: bytes) -> frozenset[Flaw]:
    """The flaws of a name, which many certificates have."""
    try:
        values = [list(attribute)[1] for rdn in tlv.read(name) for attribute in rdn]
    except (tlv.TlvError, IndexError):
        return frozenset({Flaw.OTHER})
    return frozenset(_flaws_of_values(values))


def _flaws_of_values(values: Iterable[tlv.Node]) -> Iterator[Flaw]:
    for value in values:
        if value.tag not in _STRINGS:
            yield Flaw.NAME_TYPE
        elif value.tag == tlv.BMP_STRING and len(value.content) % 2:
            yield Flaw.BMP_NAME
        elif value.tag == tlv.UTF8_STRING:
            try:
                value.content.decode()
            except UnicodeDecodeError:
                yield Flaw.UTF8_NAME


def _empty(fields: x509.Fields, issuer: tlv.Node, subject: tlv.Node) -> Iterator[Flaw]:
    """RFC 5280 4.1.2.6: an empty subject needs a critical SubjectAltName (sun X509CertInfo)."""
    named = subject.content or oids.SUBJECT_ALT_NAME in fields.critical_extensions
    if not (issuer.content and named):
        yield Flaw.EMPTY_NAME


def _key(fields: x509.Fields, key: tlv.Node) -> Iterator[Flaw]:
    own = fields.public_key
    if own.curve is not None:
        if own.bits is None:
            yield Flaw.UNKNOWN_CURVE
    elif own.algorithm == EXPLICIT_CURVE:
        yield Flaw.EXPLICIT_CURVE
    elif own.algorithm == "RSA":
        try:
            numbers = tlv.read(key.children()[1].content, 1).children()
            if numbers[1].integer() < _SMALLEST_EXPONENT:
                yield Flaw.RSA_EXPONENT
        except (tlv.TlvError, IndexError):
            yield Flaw.PUBLIC_KEY


def _algorithm(node: tlv.Node) -> tuple[str, bytes] | None:
    try:
        parts = node.children()
        return parts[0].oid(), parts[1].raw if len(parts) > 1 else b""
    except (tlv.TlvError, IndexError):
        return None


def _extensions(fields: x509.Fields, rest: Sequence[tlv.Node]) -> Iterator[Flaw]:
    if any(node.tag in _UNIQUE_IDS for node in rest):
        yield Flaw.UNIQUE_IDS
    if fields.path_length is not None and fields.path_length < 0:
        yield Flaw.NEGATIVE_PATH_LENGTH
    if fields.path_length is not None and fields.path_length.bit_length() > 31:
        yield Flaw.HUGE_PATH_LENGTH
    for oid, flaw in (
        (oids.NAME_CONSTRAINTS, Flaw.NAME_CONSTRAINTS),
        (oids.CRL_DISTRIBUTION_POINTS, Flaw.CRL_POINTS),
    ):
        if oid in fields.extensions and not _whole(fields.extensions[oid]):
            yield flaw
    value = fields.extensions.get(oids.BASIC_CONSTRAINTS)
    if value is not None and fields.ca is not None and not _whole(value):
        yield Flaw.EXTRA_CONSTRAINTS
    if any(node.tag == _EXTENSIONS_TAG and _LAX.search(node.raw) and _lax(node) for node in rest):
        yield Flaw.LAX_CRITICAL


def _whole(value: bytes) -> bool:
    """Is it one SEQUENCE of elements, and nothing after it?"""
    try:
        node = tlv.read(value)
        node.sequence("value")
    except tlv.TlvError:
        return False
    return node.end == len(value)


def _lax(extensions: tlv.Node) -> bool:
    try:
        return any(
            part.tag == tlv.BOOLEAN and part.content not in {b"\x00", b"\xff"}
            for wrapper in extensions
            for extension in wrapper
            for part in extension
        )
    except tlv.TlvError:
        return False
