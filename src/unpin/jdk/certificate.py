"""Why the JDK refuses a certificate that unpin reads; Java then refuses the whole store.

Follows sun.security.x509.X509CertImpl.parse and X509CertInfo.parse of JDK 25; tests/referees
compares it with the JVMs. A certificate that the JDK parses may still be refused by every client.
"""

from collections.abc import Iterator
from typing import TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk import der_values
from unpin.jdk.algorithms import Algorithm, read_algorithm
from unpin.jdk.der_values import JavaRefusalError, take
from unpin.jdk.extensions import check_extension
from unpin.jdk.general_names import check_name
from unpin.jdk.keys import check_public_key
from unpin.jdk.known_identifiers import KNOWN_EXTENSIONS
from unpin.model import proven_roots
from unpin.model.answers import kept
from unpin.model.certificate import Certificate

_Extensions: TypeAlias = dict[str, bool]
"""Criticality by OID."""


def certificate_refusal(der: bytes) -> str | None:
    """Why the JDK refuses `der` as a certificate, in words; None where it accepts it.

    sun.security.x509.X509CertImpl and X509CertInfo. What an earlier JDK accepts, the text says.
    """
    return refusal_of(Certificate(der))


@kept
def refusal_of(certificate: Certificate) -> str | None:
    """The same of a certificate: why the JDK refuses its DER."""
    if certificate.sha256 in proven_roots.PROVEN_ROOTS:
        return None
    try:
        _check(certificate.der)
    except ValueError as error:
        return str(error)
    return None


def _check(der: bytes) -> None:
    fields = list(der_values.sequence(der_values.der_value(der, "certificate"), "certificate"))
    if len(fields) != 3:
        raise JavaRefusalError(f"a certificate of {len(fields)} fields instead of 3")
    body = der_values.sequence(fields[0], "TBSCertificate")
    outer = read_algorithm(fields[1])
    der_values.bits(fields[2])
    inner = _check_body(body)
    if not outer.equals(inner):
        raise JavaRefusalError("its two signature algorithms differ")


def _check_body(fields: Iterator[tlv.Node]) -> Algorithm:
    """X509CertInfo.parse. Returns the signature algorithm."""
    version = 0
    node = take(fields, "serial number")
    if node.tag & 0xDF == tlv.PRIMITIVE_CONTEXT_0:
        if node.constructed:
            version = der_values.small(der_values.first(node, "version"))
        node = take(fields, "serial number")
    node.integer()
    algorithm = read_algorithm(take(fields, "signature algorithm"))
    issuer = take(fields, "issuer")
    if not check_name(issuer):
        raise JavaRefusalError("its issuer is empty")
    _check_validity(take(fields, "validity"))
    subject = take(fields, "subject")
    named = subject.raw == issuer.raw or check_name(subject)
    if not named and version == 0:
        raise JavaRefusalError("its subject is empty, in version 1")
    check_public_key(take(fields, "public key"))
    extensions = _optional_fields(fields, version)
    if extensions is not None and not named and not extensions.get(oids.SUBJECT_ALT_NAME):
        # RFC 5280 4.1.2.6, which X509CertInfo.verifyCert enforces.
        raise JavaRefusalError("its subject is empty, and it has no critical SubjectAltName")
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
            der_values.bits(node, implicit=True)
            node = next(fields, None)
            if node is None:
                return None
    if version != 2:
        raise JavaRefusalError("it has extensions, which only version 3 allows")
    return _extensions(node) if node.tag == tlv.CONTEXT_3 else {}


def _extensions(node: tlv.Node) -> _Extensions:
    found: _Extensions = {}
    extensions = der_values.sequence(der_values.first(node, "extensions"), "extensions")
    for extension in list(extensions):
        if extension.tag not in (tlv.SEQUENCE, tlv.SET):
            raise JavaRefusalError(f"an extension with tag {extension.tag:#04x}")
        parts = der_values.elements(extension)
        oid = der_values.oid(take(parts, "extension"))
        value, critical = take(parts, "extension"), False
        if value.tag == tlv.BOOLEAN:
            critical = der_values.java_boolean(value)
            value = take(parts, "extension")
        content = der_values.octets(value)
        if oid in KNOWN_EXTENSIONS:
            try:
                check_extension(oid, content, critical=critical)
            except ValueError:
                if critical:
                    raise
                continue  # an extension that Java cannot parse counts as absent
        if oid in found:
            raise JavaRefusalError(f"it has the extension {oid} twice")
        found[oid] = critical
    return found


def _check_validity(node: tlv.Node) -> None:
    times = list(der_values.sequence(node, "validity"))
    if len(times) != 2:
        raise JavaRefusalError(f"a validity of {len(times)} times instead of 2")
    for time in times:
        if time.tag not in (tlv.UTC_TIME, tlv.GENERALIZED_TIME):
            raise JavaRefusalError("a time that Java cannot read")
        der_values.check_time(time, time.tag)
