"""Parse an X.509 certificate (RFC 5280 4.1) field by field: what one field hides, the others show.

NOTE: cryptography's parser is not used here. It refuses 14 of 1,167 certificates found in public
key stores that Java reads (ECDSA with NULL parameters), and warns on the nine roots with serial
number 0 in Debian's bundle, with an error announced (docs/dependencies.md). It is the referee of
this module in the tests, and does all cryptography elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeVar

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import SIGNATURE_ALGORITHMS
from unpin.model.names import Name

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


_KEY_CERT_SIGN_BIT: Final = 5
_CACHE_SIZE: Final = 2048

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A SubjectPublicKeyInfo: its DER, and what it is called."""

    der: bytes
    algorithm: str
    bits: int | None

    def __str__(self) -> str:
        return self.algorithm if self.bits is None else f"{self.algorithm} {self.bits}"


class Field(StrEnum):
    """The parts of a certificate that are parsed each on its own (RFC 5280 4.1, 4.2)."""

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


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a field could not be parsed, or what is wrong with it."""

    field: Field
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one certificate.

    A field that could not be parsed has its empty value and its reason in `problems`; it never
    hides the others. Times are aware UTC. `ca` is None where BasicConstraints is absent.
    `extensions` has the value of every extension by its OID, the first where one is repeated.
    """

    version: int
    serial: int
    subject: Name
    issuer: Name
    not_before: datetime | None
    not_after: datetime | None
    public_key: PublicKey
    signature_oid: str
    signature_parameters: bytes
    signature: bytes
    tbs: bytes
    ca: bool | None
    path_length: int | None
    key_cert_sign: bool | None
    extended_key_usage: tuple[str, ...] | None
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    authority_serial: int | None
    dns_names: tuple[str, ...]
    ip_addresses: tuple[bytes, ...]
    name_constraints: bytes | None
    critical_extensions: frozenset[str]
    extensions: Mapping[str, bytes]
    trailing: int
    problems: tuple[FieldProblem, ...]

    @property
    def signature_algorithm(self) -> str:
        """The signature algorithm's usual name, or its OID."""
        algorithm = SIGNATURE_ALGORITHMS.get(self.signature_oid)
        return self.signature_oid if algorithm is None else algorithm.name


@lru_cache(maxsize=_CACHE_SIZE)
def parse(der: bytes) -> Fields:
    """Parse `der`. Raises tlv.TlvError where not even the frame of a certificate is there.

    The last few thousand are remembered: of a thousand stores, nearly all hold the same roots.
    """
    outer = tlv.read(der)
    tbs, algorithm, signature = outer.sequence("certificate", at_least=3)[:3]
    body = tbs.sequence("TBSCertificate", at_least=6)
    version, at = 1, 0
    if body[0].tag == 0xA0:
        number = next(iter(body[0]), None)
        if number is None:
            raise tlv.TlvError("empty version")
        version, at = number.integer() + 1, 1
    if len(body) < at + 6:
        raise tlv.TlvError(f"TBSCertificate has {len(body)} elements, {at + 6} expected")
    issuer = Name(body[at + 2].expect(tlv.SEQUENCE, "issuer").raw)
    subject_der = body[at + 4].expect(tlv.SEQUENCE, "subject").raw
    subject = issuer if subject_der == issuer.der else Name(subject_der)
    public_key = body[at + 5].expect(tlv.SEQUENCE, "SubjectPublicKeyInfo")
    algorithm_nodes = algorithm.sequence("signatureAlgorithm", at_least=1)

    fields = _Tolerant()
    no_nodes: list[tlv.Node] = []
    validity = fields.read(
        Field.VALIDITY, no_nodes, lambda: body[at + 3].sequence("validity", at_least=2)
    )
    no_extensions: tuple[dict[str, bytes], frozenset[str], list[str]] = ({}, frozenset(), [])
    values, critical, repeated = fields.read(
        Field.EXTENSIONS, no_extensions, lambda: _extensions(body[at + 6 :])
    )
    fields.problems += [FieldProblem(Field.REPEATED_EXTENSION, oid) for oid in repeated]
    extensions = _Extensions(values, fields)
    ca, path_length = extensions.basic_constraints()
    authority_key_id, authority_serial = extensions.authority_key_id()
    no_key: tuple[str, int | None] = ("unknown key", None)
    algorithm_name, bits = fields.read(Field.PUBLIC_KEY, no_key, lambda: _describe_key(public_key))
    for field, name in ((Field.ISSUER, issuer), (Field.SUBJECT, subject)):
        if not name.rdns and name.problem:
            fields.problems.append(FieldProblem(field, name.problem))
    return Fields(
        version=version,
        serial=fields.read(Field.SERIAL, 0, body[at].integer),
        subject=subject,
        issuer=issuer,
        not_before=fields.read(Field.NOT_BEFORE, None, lambda: _time(validity[0])),
        not_after=fields.read(Field.NOT_AFTER, None, lambda: _time(validity[1])),
        public_key=PublicKey(public_key.raw, algorithm_name, bits),
        signature_oid=algorithm_nodes[0].oid(),
        signature_parameters=algorithm_nodes[1].raw if len(algorithm_nodes) > 1 else b"",
        signature=signature.content[1:],
        tbs=tbs.raw,
        ca=ca,
        path_length=path_length,
        key_cert_sign=extensions.key_cert_sign(),
        extended_key_usage=extensions.extended_key_usage(),
        subject_key_id=extensions.subject_key_id(),
        authority_key_id=authority_key_id,
        authority_serial=authority_serial,
        dns_names=tuple(name.decode("ascii", "replace") for name in extensions.general_names(0x82)),
        ip_addresses=extensions.general_names(0x87),
        name_constraints=values.get(oids.NAME_CONSTRAINTS),
        critical_extensions=critical,
        extensions=MappingProxyType(values),
        trailing=len(der) - outer.end,
        problems=tuple(fields.problems),
    )


class _Tolerant:
    """Reads one field at a time and remembers what could not be read."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def read(self, field: Field, default: _T, parse: Callable[[], _T]) -> _T:
        try:
            return parse()
        except (ValueError, OverflowError, StopIteration, IndexError) as error:
            self.problems.append(FieldProblem(field, str(error)))
            return default


class _Extensions:
    """The extensions unpin reasons about (RFC 5280 4.2), each parsed on its own."""

    def __init__(self, values: dict[str, bytes], fields: _Tolerant) -> None:
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
                    ca = child.content != b"\x00"
                elif child.tag == tlv.INTEGER:
                    length = child.integer()
            return ca, length

        absent: tuple[bool | None, int | None] = (None, None)
        return self._read(oids.BASIC_CONSTRAINTS, Field.BASIC_CONSTRAINTS, absent, parse)

    def key_cert_sign(self) -> bool | None:
        def parse(node: tlv.Node) -> bool | None:
            bits = node.expect(tlv.BIT_STRING, "KeyUsage").content
            return len(bits) > 1 and bool(bits[1] & 0x80 >> _KEY_CERT_SIGN_BIT)

        return self._read(oids.KEY_USAGE, Field.KEY_USAGE, None, parse)

    def extended_key_usage(self) -> tuple[str, ...] | None:
        return self._read(
            oids.EXT_KEY_USAGE,
            Field.EXT_KEY_USAGE,
            None,
            lambda node: tuple(child.oid() for child in node.sequence("ExtKeyUsage")),
        )

    def subject_key_id(self) -> bytes | None:
        return self._read(
            oids.SUBJECT_KEY_IDENTIFIER,
            Field.SUBJECT_KEY_IDENTIFIER,
            None,
            lambda node: node.octets(),
        )

    def authority_key_id(self) -> tuple[bytes | None, int | None]:
        def parse(node: tlv.Node) -> tuple[bytes | None, int | None]:
            key_id, serial = None, None
            for child in node.sequence("AuthorityKeyIdentifier"):
                if child.tag == 0x80:
                    key_id = child.content
                elif child.tag == 0x82 and child.content:
                    serial = int.from_bytes(child.content, "big", signed=True)
            return key_id, serial

        absent: tuple[bytes | None, int | None] = (None, None)
        return self._read(
            oids.AUTHORITY_KEY_IDENTIFIER, Field.AUTHORITY_KEY_IDENTIFIER, absent, parse
        )

    def general_names(self, tag: int) -> tuple[bytes, ...]:
        """The contents of the subjectAltName's names with this tag (RFC 5280 4.2.1.6)."""
        return self._read(
            oids.SUBJECT_ALT_NAME,
            Field.SUBJECT_ALT_NAME,
            (),
            lambda node: tuple(
                child.content for child in node.sequence("SubjectAltName") if child.tag == tag
            ),
        )


def _extensions(rest: list[tlv.Node]) -> tuple[dict[str, bytes], frozenset[str], list[str]]:
    values: dict[str, bytes] = {}
    critical: set[str] = set()
    repeated: list[str] = []
    for node in rest:
        if node.tag != 0xA3:
            continue
        for extension in next(iter(node)).sequence("extensions"):
            parts = extension.sequence("extension", at_least=2)
            oid = parts[0].oid()
            if len(parts) > 2 and parts[1].content != b"\x00":
                critical.add(oid)
            if oid in values:
                repeated.append(oid)
            values.setdefault(oid, parts[-1].octets())
    return values, frozenset(critical), repeated


def _describe_key(node: tlv.Node) -> tuple[str, int | None]:
    identifier, key = node.sequence("SubjectPublicKeyInfo", at_least=2)[:2]
    parts = identifier.sequence("AlgorithmIdentifier", at_least=1)
    oid = parts[0].oid()
    if oid in {oids.RSA_ENCRYPTION, oids.RSASSA_PSS, oids.EA_RSA}:
        modulus = tlv.read(key.content, 1).sequence("RSAPublicKey", at_least=2)[0].integer()
        return "RSA", modulus.bit_length()
    if oid == oids.EC_PUBLIC_KEY:
        if len(parts) > 1 and parts[1].tag == tlv.OID:
            curve = parts[1].oid()
            bits = _CURVE_BITS.get(curve)
            return f"EC {curve}" if bits is None else "EC", bits
        return "EC with explicit parameters", None
    if oid == oids.DSA:
        if len(parts) > 1 and parts[1].tag == tlv.SEQUENCE:
            return "DSA", parts[1].sequence("DSA parameters", at_least=1)[0].integer().bit_length()
        return "DSA", None
    return {oids.ED25519: "Ed25519", oids.ED448: "Ed448"}.get(oid, oid), None


def _time(node: tlv.Node) -> datetime:
    """Read UTCTime or GeneralizedTime, with the offsets and missing seconds of old certificates."""
    text = node.content.decode("ascii")
    digits = text.rstrip("Z")
    offset = timedelta()
    for sign in "+-":
        if sign in digits:
            digits, _, zone = digits.partition(sign)
            offset = timedelta(hours=int(zone[:2]), minutes=int(zone[2:4] or 0))
            offset = -offset if sign == "-" else offset
    digits = digits.partition(".")[0]
    if node.tag == 0x17:
        year, rest = int(digits[:2]), digits[2:]
        year += 2000 if year < 50 else 1900
    else:
        year, rest = int(digits[:4]), digits[4:]
    month, day, hour, minute, second = (int(rest[i : i + 2] or 0) for i in range(0, 10, 2))
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset))
    return moment.astimezone(UTC)
