"""Parse an X.509 certificate (RFC 5280 4.1) field by field: a malformed field hides no other.

NOTE: cryptography's parser is not used here. It refuses 14 of 1,167 certificates found in public
key stores that Java reads (ECDSA with NULL parameters), and warns on the nine roots with serial
number 0 in Debian's bundle, with an error announced (docs/dependencies.md). It is the referee of
this module in the tests, and does all cryptography elsewhere.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import SIGNATURE_ALGORITHMS
from unpin.asn1.fields import (
    algorithm_identifier,
    boolean,
    general_names,
    named_bits,
    object_identifiers,
    time_of,
)
from unpin.model.names import Name, shared_name
from unpin.model.public_key import PublicKey, read_public_key
from unpin.model.values import frozen

DIGITAL_SIGNATURE: Final = 0
KEY_CERT_SIGN: Final = 5
"""Numbers of the bits of KeyUsage (RFC 5280 4.2.1.3)."""

_DNS_NAME: Final = 0x82
_IP_ADDRESS: Final = 0x87
_CACHE_SIZE: Final = 1024
_FEW: Final = 256
"""Of how many certificates the extensions are remembered, beside the fields."""

_T = TypeVar("_T")


class Field(StrEnum):
    """The fields and extensions that are parsed separately (RFC 5280 4.1, 4.2)."""

    SERIAL = "serial"
    ISSUER = "issuer"
    VALIDITY = "validity"
    NOT_BEFORE = "notBefore"
    NOT_AFTER = "notAfter"
    SUBJECT = "subject"
    PUBLIC_KEY = "public key"
    EXTENSIONS = "extensions"
    REPEATED_EXTENSION = "repeated extension"
    BASIC_CONSTRAINTS = "basicConstraints"
    KEY_USAGE = "keyUsage"
    EXT_KEY_USAGE = "extKeyUsage"
    SUBJECT_ALT_NAME = "subjectAltName"
    SUBJECT_KEY_IDENTIFIER = "subjectKeyIdentifier"
    AUTHORITY_KEY_IDENTIFIER = "authorityKeyIdentifier"


@frozen
class FieldProblem:
    """A field that could not be parsed, and the reason."""

    field: Field
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


@frozen
class Fields:
    """The fields of a certificate.

    A field that could not be parsed has an empty value, and a reason in `problems`. `version` is
    1, 2 or 3. Times are aware UTC. `ca`, `key_usage` (the numbers of the set bits) and
    `extended_key_usage` (OIDs) are None where the extension is absent. `trailing` is the number of
    bytes after the certificate. What is long is not copied, but read from `der` when it is asked.
    """

    der: bytes
    version: int
    serial: int
    subject: Name
    issuer: Name
    not_before: datetime | None
    not_after: datetime | None
    public_key: PublicKey
    signature_oid: str
    signature_parameters: bytes
    ca: bool | None
    path_length: int | None
    key_usage: frozenset[int] | None
    extended_key_usage: tuple[str, ...] | None
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    authority_serial: int | None
    critical_extensions: frozenset[str]
    trailing: int
    problems: tuple[FieldProblem, ...]

    @property
    def tbs(self) -> bytes:
        """The TBSCertificate, which is signed."""
        return next(iter(tlv.read(self.der))).raw

    @property
    def signature(self) -> bytes:
        """The octets of the signature."""
        return tlv.read(self.der).children()[2].content[1:]

    @property
    def extensions(self) -> Mapping[str, bytes]:
        """The values by OID; of a repeated extension, the first."""
        return _values(self.der)

    @property
    def name_constraints(self) -> bytes | None:
        """The value of NameConstraints."""
        return self.extensions.get(oids.NAME_CONSTRAINTS)

    @property
    def alternative_names(self) -> tuple[tuple[int, bytes], ...]:
        """The tag and the content octets of each GeneralName of SubjectAltName."""
        return _names(self.extensions.get(oids.SUBJECT_ALT_NAME))

    @property
    def key_cert_sign(self) -> bool | None:
        """Whether KeyUsage has keyCertSign; None where the extension is absent."""
        return None if self.key_usage is None else KEY_CERT_SIGN in self.key_usage

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The DNS names of SubjectAltName."""
        names = (name for tag, name in self.alternative_names if tag == _DNS_NAME)
        return tuple(name.decode("ascii", "replace") for name in names)

    @property
    def ip_addresses(self) -> tuple[bytes, ...]:
        """The IP addresses of SubjectAltName; well-formed addresses have 4 or 16 octets."""
        return tuple(name for tag, name in self.alternative_names if tag == _IP_ADDRESS)

    @property
    def signature_algorithm(self) -> str:
        """The usual name of the signature algorithm, or its OID."""
        algorithm = SIGNATURE_ALGORITHMS.get(self.signature_oid)
        return self.signature_oid if algorithm is None else algorithm.name


def parse(der: bytes) -> Fields:
    """Parse the DER of a certificate.

    Raises tlv.TlvError if the outer structure is not that of a certificate.
    """
    outer = tlv.read(der)
    tbs, algorithm = outer.sequence("certificate", at_least=3)[:2]
    body = tbs.sequence("TBSCertificate", at_least=6)
    version, at = 1, 0
    if body[0].tag == tlv.CONTEXT_0:
        number = next(iter(body[0]), None)
        if number is None:
            raise tlv.TlvError("empty version")
        version, at = number.integer() + 1, 1
    if len(body) < at + 6:
        raise tlv.TlvError(f"TBSCertificate has {len(body)} elements, {at + 6} expected")
    issuer = shared_name(body[at + 2].expect(tlv.SEQUENCE, "issuer").raw)
    subject_der = body[at + 4].expect(tlv.SEQUENCE, "subject").raw
    subject = issuer if subject_der == issuer.der else shared_name(subject_der)
    spki = body[at + 5].expect(tlv.SEQUENCE, "SubjectPublicKeyInfo")
    signature_oid, parameters = algorithm_identifier(algorithm, "signatureAlgorithm")

    fields = _Tolerant()
    no_nodes: list[tlv.Node] = []
    validity = fields.read(
        Field.VALIDITY, no_nodes, lambda: body[at + 3].sequence("validity", at_least=2)
    )
    found = fields.read(Field.EXTENSIONS, _NO_EXTENSIONS, lambda: _extensions(body[at + 6 :]))
    fields.problems += [FieldProblem(Field.REPEATED_EXTENSION, oid) for oid in found.repeated]
    extensions = _Extensions(found.values, fields)
    extensions.alternative_names()
    ca, path_length = extensions.basic_constraints()
    authority_key_id, authority_serial = extensions.authority_key_id()
    no_key = PublicKey(spki.raw, "unknown key", None)
    key = fields.read(Field.PUBLIC_KEY, no_key, lambda: read_public_key(spki))
    for field, name in ((Field.ISSUER, issuer), (Field.SUBJECT, subject)):
        if not name.rdns and name.problem:
            fields.problems.append(FieldProblem(field, name.problem))
    return Fields(
        der=der,
        version=version,
        serial=fields.read(Field.SERIAL, 0, body[at].integer),
        subject=subject,
        issuer=issuer,
        not_before=fields.read(Field.NOT_BEFORE, None, lambda: time_of(validity[0])),
        not_after=fields.read(Field.NOT_AFTER, None, lambda: time_of(validity[1])),
        public_key=key,
        signature_oid=signature_oid,
        signature_parameters=b"" if parameters is None else parameters.raw,
        ca=ca,
        path_length=path_length,
        key_usage=extensions.key_usage(),
        extended_key_usage=extensions.extended_key_usage(),
        subject_key_id=extensions.subject_key_id(),
        authority_key_id=authority_key_id,
        authority_serial=authority_serial,
        critical_extensions=found.critical,
        trailing=len(der) - outer.end,
        problems=tuple(fields.problems),
    )


class _Tolerant:
    """Reads field by field, and collects the problems."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def read(self, field: Field, default: _T, parse: Callable[[], _T]) -> _T:
        try:
            return parse()
        except (ValueError, OverflowError, StopIteration, IndexError) as error:
            self.problems.append(FieldProblem(field, str(error)))
            return default


class _Extensions:
    """The extensions that unpin judges (RFC 5280 4.2), each parsed separately."""

    def __init__(self, values: Mapping[str, bytes], fields: _Tolerant) -> None:
        self._values = values
        self._fields = fields

    def _read(self, oid: str, field: Field, default: _T, parse: Callable[[tlv.Node], _T]) -> _T:
        value = self._values.get(oid)
        if value is None:
            return default
        return self._fields.read(field, default, lambda: parse(tlv.read(value)))

    def basic_constraints(self) -> tuple[bool | None, int | None]:
        def parse(node: tlv.Node) -> tuple[bool | None, int | None]:
            ca, length = False, None
            for child in node.sequence("BasicConstraints"):
                if child.tag == tlv.BOOLEAN:
                    ca = boolean(child)
                elif child.tag == tlv.INTEGER:
                    length = child.integer()
            return ca, length

        absent: tuple[bool | None, int | None] = (None, None)
        return self._read(oids.BASIC_CONSTRAINTS, Field.BASIC_CONSTRAINTS, absent, parse)

    def key_usage(self) -> frozenset[int] | None:
        return self._read(
            oids.KEY_USAGE, Field.KEY_USAGE, None, lambda node: named_bits(node, "KeyUsage")
        )

    def extended_key_usage(self) -> tuple[str, ...] | None:
        return self._read(
            oids.EXT_KEY_USAGE,
            Field.EXT_KEY_USAGE,
            None,
            lambda node: object_identifiers(node, "ExtKeyUsage"),
        )

    def subject_key_id(self) -> bytes | None:
        return self._read(
            oids.SUBJECT_KEY_IDENTIFIER, Field.SUBJECT_KEY_IDENTIFIER, None, tlv.Node.octets
        )

    def authority_key_id(self) -> tuple[bytes | None, int | None]:
        def parse(node: tlv.Node) -> tuple[bytes | None, int | None]:
            key_id, serial = None, None
            for child in node.sequence("AuthorityKeyIdentifier"):
                if child.tag == tlv.PRIMITIVE_CONTEXT_0:
                    key_id = child.content
                elif child.tag == tlv.PRIMITIVE_CONTEXT_2 and child.content:
                    serial = int.from_bytes(child.content, "big", signed=True)
            return key_id, serial

        absent: tuple[bytes | None, int | None] = (None, None)
        return self._read(
            oids.AUTHORITY_KEY_IDENTIFIER, Field.AUTHORITY_KEY_IDENTIFIER, absent, parse
        )

    def alternative_names(self) -> tuple[tuple[int, bytes], ...]:
        return self._read(
            oids.SUBJECT_ALT_NAME,
            Field.SUBJECT_ALT_NAME,
            (),
            _alternative_names,
        )


class _Found(NamedTuple):
    """The values of extensions by OID, which of them are critical, and which come twice."""

    values: Mapping[str, bytes]
    critical: frozenset[str]
    repeated: tuple[str, ...]


_NO_EXTENSIONS: Final = _Found(MappingProxyType({}), frozenset(), ())


def _extensions(rest: list[tlv.Node]) -> _Found:
    values: dict[str, bytes] = {}
    critical: set[str] = set()
    repeated: list[str] = []
    for node in rest:
        if node.tag != tlv.CONTEXT_3:
            continue
        for extension in next(iter(node)).sequence("extensions"):
            parts = extension.sequence("extension", at_least=2)
            oid = parts[0].oid()
            if len(parts) > 2 and boolean(parts[1]):
                critical.add(oid)
            if oid in values:
                repeated.append(oid)
            values.setdefault(oid, parts[-1].octets())
    return _Found(MappingProxyType(values), _same_set(frozenset(critical)), tuple(repeated))


@lru_cache(maxsize=_FEW)
def _values(der: bytes) -> Mapping[str, bytes]:
    """The extensions of a certificate whose other fields were parsed; empty if malformed."""
    body = next(iter(tlv.read(der))).children()
    first = 7 if body[0].tag == tlv.CONTEXT_0 else 6
    return (
        _Tolerant().read(Field.EXTENSIONS, _NO_EXTENSIONS, lambda: _extensions(body[first:])).values
    )


@lru_cache(maxsize=_FEW)
def _names(value: bytes | None) -> tuple[tuple[int, bytes], ...]:
    """The names of SubjectAltName; none if it is absent or malformed."""
    if value is None:
        return ()
    return _Tolerant().read(Field.SUBJECT_ALT_NAME, (), lambda: _alternative_names(tlv.read(value)))


def _alternative_names(node: tlv.Node) -> tuple[tuple[int, bytes], ...]:
    return general_names(node, "SubjectAltName")


@lru_cache(maxsize=_CACHE_SIZE)
def _same_set(oids: frozenset[str]) -> frozenset[str]:
    """The same object for equal sets: most certificates of a store have one of few."""
    return oids
