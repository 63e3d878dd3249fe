"""Why the JDK refuses a certificate that unpin reads; Java then refuses the whole store.

Follows sun.security.x509.X509CertImpl.parse and X509CertInfo.parse of JDK 25; tests/referees
compares it with the JVMs. A certificate that the JDK parses may still be refused by every client.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk.extensions import check_bits, check_critical, check_unused_bits
from unpin.jdk.keys import JavaRefusalError, check_key, check_parameters

_CACHE_SIZE: Final = 2048

_Extensions: TypeAlias = dict[str, tuple[bool, bytes]]
"""Criticality and value by OID."""


@lru_cache(maxsize=_CACHE_SIZE)
def certificate_refusal(der: bytes) -> str | None:
    """Why the JDK refuses `der` as a certificate, in words; None where it accepts it.

    sun.security.x509.X509CertImpl and X509CertInfo.
    """
    try:
        _check(der)
    except ValueError as error:
        return str(error)
    return None


def _check(der: bytes) -> None:
    fields = _elements(tlv.only(der, "certificate").expect(tlv.SEQUENCE, "certificate"))
    if len(fields) != 3:
        raise JavaRefusalError(f"a certificate of {len(fields)} fields instead of 3")
    outer = _algorithm(fields[1])
    check_bits(fields[2])
    inner = _check_body(fields[0].expect(tlv.SEQUENCE, "TBSCertificate"))
    if outer != inner:
        raise JavaRefusalError("its two signature algorithms differ")


def _check_body(body: tlv.Node) -> tuple[str, bytes]:
    """X509CertInfo.parse. Returns the signature algorithm."""
    fields = iter(body)
    version = 0
    node = _next(fields, "serial number")
    if node.tag & 0xDF == tlv.PRIMITIVE_CONTEXT_0:
        if node.constructed:
            version = _first_child(node, "version").integer()
        node = _next(fields, "serial number")
    node.integer()
    algorithm = _algorithm(_next(fields, "signature algorithm"))
    issuer = _next(fields, "issuer")
    if not _name(issuer):
        raise JavaRefusalError("its issuer is empty")
    _check_validity(_next(fields, "validity"))
    subject = _next(fields, "subject")
    named = subject.raw == issuer.raw or _name(subject)
    if not named and version == 0:
        raise JavaRefusalError("its subject is empty, in version 1")
    _check_public_key(_next(fields, "public key"))
    extensions = _optional_fields(fields, version)
    if extensions is not None and not named:
        _check_unnamed(extensions)
    return algorithm


def _optional_fields(fields: Iterator[tlv.Node], version: int) -> _Extensions | None:
    """The extensions behind the public key and the unique identifiers; None if there are none."""
    node = next(fields, None)
    if node is None:
        return None
    if version == 0:
        raise JavaRefusalError("it has more fields than version 1 allows")
    for tag in (tlv.PRIMITIVE_CONTEXT_1, tlv.PRIMITIVE_CONTEXT_2):
        if node.tag & 0xDF == tag:
            check_unused_bits(node.content)
            node = next(fields, None)
            if node is None:
                return None
    if version != 2:
        raise JavaRefusalError("it has extensions, which only version 3 allows")
    return _extensions(node) if node.tag == tlv.CONTEXT_3 else {}


def _extensions(node: tlv.Node) -> _Extensions:
    found: _Extensions = {}
    for extension in _first_child(node, "extensions").expect(tlv.SEQUENCE, "extensions"):
        if extension.tag not in (tlv.SEQUENCE, tlv.SET):
            raise JavaRefusalError(f"an extension with tag {extension.tag:#04x}")
        parts = iter(extension)
        oid = _next(parts, "extension").oid()
        value, critical = _next(parts, "extension"), False
        if value.tag == tlv.BOOLEAN:
            if len(value.content) != 1:
                raise JavaRefusalError("an extension whose critical flag is not a BOOLEAN")
            critical = value.content != b"\0"
            value = _next(parts, "extension")
        if oid in found:
            raise JavaRefusalError(f"it has the extension {oid} twice")
        found[oid] = critical, _octets(value)
        if critical:
            check_critical(oid, found[oid][1])
    return found


def _check_unnamed(extensions: _Extensions) -> None:
    """RFC 5280 4.1.2.6, which X509CertInfo.verifyCert enforces."""
    critical, _ = extensions.get(oids.SUBJECT_ALT_NAME, (False, b""))
    if not critical:
        raise JavaRefusalError("its subject is empty, and it has no critical SubjectAltName")


def _check_validity(node: tlv.Node) -> None:
    times = _elements(node.expect(tlv.SEQUENCE, "validity"))
    if len(times) != 2:
        raise JavaRefusalError(f"a validity of {len(times)} times instead of 2")
    for time in times:
        if time.tag not in (tlv.UTC_TIME, tlv.GENERALIZED_TIME) or not _is_time(time):
            raise JavaRefusalError("a time that Java cannot read")


def _is_time(node: tlv.Node) -> bool:
    """DerValue.getTimeInternal: seconds are optional, and an offset is allowed."""
    text = node.content
    year = 2 if node.tag == tlv.UTC_TIME else 4
    if node.tag == tlv.UTC_TIME and not 11 <= len(text) <= 17:
        return False
    digits = text[: len(text) - (1 if text.endswith(b"Z") else 5)]
    zone = text[len(digits) :]
    if zone != b"Z" and not (zone[:1] in b"+-" and zone[1:].isdigit()):
        return False
    if node.tag != tlv.UTC_TIME:
        digits, separator, fraction = digits.replace(b",", b".").partition(b".")
        if separator and (not fraction.isdigit() or len(digits) != year + 10):
            return False
    if not digits.isdigit() or len(digits) not in (year + 8, year + 10):
        return False
    month, day, hour, minute, second = (
        int(digits[at : at + 2] or b"0") for at in range(year, year + 10, 2)
    )
    if zone != b"Z" and (int(zone[1:3]) > 23 or int(zone[3:]) > 59):
        return False
    return 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60


def _check_public_key(node: tlv.Node) -> None:
    fields = _elements(node.expect(tlv.SEQUENCE, "SubjectPublicKeyInfo"))
    if len(fields) != 2:
        raise JavaRefusalError(f"a public key of {len(fields)} fields instead of 2")
    parts = _elements(fields[0].expect(tlv.SEQUENCE, "AlgorithmIdentifier"))
    oid, _ = _algorithm(fields[0])
    parameters = parts[1] if len(parts) > 1 and parts[1].tag != tlv.NULL else None
    check_parameters(oid, parameters)
    check_key(oid, parameters, check_bits(fields[1]))


def _algorithm(node: tlv.Node) -> tuple[str, bytes]:
    """AlgorithmId.parse: the OID and the parameters; NULL counts as absent."""
    parts = _elements(node.expect(tlv.SEQUENCE, "AlgorithmIdentifier"))
    if not 1 <= len(parts) <= 2:
        raise JavaRefusalError(f"an AlgorithmIdentifier of {len(parts)} fields")
    if len(parts) == 1:
        return parts[0].oid(), b""
    oid, parameters = parts[0].oid(), parts[1]
    if parameters.tag == tlv.NULL:
        if parameters.content:
            raise JavaRefusalError("a NULL that is not empty")
        return oid, b""
    if oid == oids.RSASSA_PSS:
        parameters.expect(tlv.SEQUENCE, "RSASSA-PSS parameters")
    return oid, parameters.raw


def _name(node: tlv.Node) -> bool:
    """X500Name.parseDER: whether the name has an attribute."""
    filled = False
    for rdn in node.expect(tlv.SEQUENCE, "name"):
        for attribute in rdn.expect(tlv.SET, "RDN"):
            parts = _elements(attribute.expect(tlv.SEQUENCE, "name attribute"))
            if len(parts) != 2:
                raise JavaRefusalError(f"a name attribute of {len(parts)} fields instead of 2")
            parts[0].oid()
            if parts[1].tag == tlv.BMP_STRING:
                _check_bmp(parts[1].content)
            filled = True
    return filled


def _check_bmp(content: bytes) -> None:
    """DerValue.validateBMPString, which JDK 17 lacks and JDK 25 has."""
    if any(0xD8 <= high < 0xE0 for high in content[::2]):
        raise JavaRefusalError("a surrogate in a BMPString, which Java 17 still accepts")


def _octets(node: tlv.Node) -> bytes:
    if node.tag != tlv.OCTET_STRING and not (node.constructed and node.tag & 0x1F == 4):
        raise JavaRefusalError(f"an OCTET STRING expected, found tag {node.tag:#04x}")
    return node.octets()


def _elements(node: tlv.Node) -> list[tlv.Node]:
    return list(node)


def _next(nodes: Iterator[tlv.Node], what: str) -> tlv.Node:
    node = next(nodes, None)
    if node is None:
        raise JavaRefusalError(f"it ends before its {what}")
    return node


def _first_child(node: tlv.Node, what: str) -> tlv.Node:
    return _next(iter(node), what)
