"""The critical extensions that the JDK cannot parse; Java then refuses the whole store.

The JDK accepts any content in an extension that is not critical or that it does not know
(sun.security.x509.CertificateExtensions.parseExtension). GeneralNames are not checked here.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk.keys import JavaRefusalError

_MAX_INTEGER: Final = 4


def check_critical(oid: str, value: bytes) -> None:
    """Check the value of a critical extension. Raises JavaRefusalError or tlv.TlvError."""
    check = _CHECKS.get(oid)
    if check is not None:
        check(tlv.only(value, f"critical extension {oid}"))


def _basic_constraints(node: tlv.Node) -> None:
    fields = iter(node.expect(tlv.SEQUENCE, "basicConstraints"))
    ca = next(fields, None)
    if ca is None or ca.tag != tlv.BOOLEAN:
        return
    if len(ca.content) != 1:
        raise JavaRefusalError("critical basicConstraints with a malformed BOOLEAN")
    length = next(fields, None)
    if length is not None:
        _integer(length)


def _extended_key_usage(node: tlv.Node) -> None:
    for usage in node.expect(tlv.SEQUENCE, "extKeyUsage"):
        usage.oid()


def _names(node: tlv.Node) -> None:
    if not node.expect(tlv.SEQUENCE, "alternative names").content:
        raise JavaRefusalError("critical alternative names without a name")


def _policy_constraints(node: tlv.Node) -> None:
    for field in node.expect(tlv.SEQUENCE, "policyConstraints"):
        if field.tag not in (tlv.PRIMITIVE_CONTEXT_0, tlv.PRIMITIVE_CONTEXT_1) or not field.content:
            raise JavaRefusalError("critical policyConstraints with an unknown field")


def _sequence(node: tlv.Node) -> None:
    for _ in node.expect(tlv.SEQUENCE, "critical extension"):
        pass


def _integer(node: tlv.Node) -> None:
    node.integer()
    if len(node.content.lstrip(b"\0")) > _MAX_INTEGER:
        raise JavaRefusalError("a number of more than 31 bits")


def check_bits(node: tlv.Node) -> bytes:
    """DerValue.getBitString: the content octets, the number of unused bits first.

    Raises JavaRefusalError or tlv.TlvError.
    """
    content = node.expect(tlv.BIT_STRING, "BIT STRING").content
    check_unused_bits(content)
    return content


def check_unused_bits(content: bytes) -> None:
    """Check the number of unused bits in the content of a BIT STRING. Raises JavaRefusalError."""
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):
        raise JavaRefusalError("a malformed BIT STRING")


_CHECKS: Final[Mapping[str, Callable[[tlv.Node], object]]] = MappingProxyType(
    {
        oids.KEY_USAGE: check_bits,
        oids.SUBJECT_ALT_NAME: _names,
        oids.ISSUER_ALT_NAME: _names,
        oids.BASIC_CONSTRAINTS: _basic_constraints,
        oids.CRL_NUMBER: tlv.Node.integer,
        oids.DELTA_CRL_INDICATOR: tlv.Node.integer,
        oids.NAME_CONSTRAINTS: _sequence,
        oids.CRL_DISTRIBUTION_POINTS: _sequence,
        oids.CERTIFICATE_POLICIES: _sequence,
        oids.POLICY_MAPPINGS: _sequence,
        oids.POLICY_CONSTRAINTS: _policy_constraints,
        oids.EXT_KEY_USAGE: _extended_key_usage,
        oids.FRESHEST_CRL: _sequence,
        oids.INHIBIT_ANY_POLICY: _integer,
    }
)
