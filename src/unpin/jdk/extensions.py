"""The extensions that the JDK cannot parse (sun.security.x509.*Extension).

A critical one makes it refuse the certificate. It accepts any content in an extension that is not
critical (CertificateExtensions.parseExtension) or that it does not know.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.jdk import der_values
from unpin.jdk.der_values import JavaRefusalError, context, elements, sequence, take, with_tag
from unpin.jdk.general_names import check_general_name, check_general_names, check_rdn

_Tag: TypeAlias = tuple[int, bool] | None
"""What der_values.context tells of a field."""


def check_extension(oid: str, value: bytes, *, critical: bool) -> None:
    """Check the value of an extension. Raises JavaRefusalError or tlv.TlvError."""
    check = _CHECKS.get(oid)
    if oid == oids.INHIBIT_ANY_POLICY and not critical:
        raise JavaRefusalError("inhibitAnyPolicy that is not critical")
    if oid == oids.KEY_USAGE and value[:1] == b"\x04":
        value = der_values.octets(der_values.der_value(value, "keyUsage"))
    if check is not None:
        check(der_values.der_value(value, f"critical extension {oid}"))


def _new_tag(field: tlv.Node, found: set[_Tag], name: str) -> _Tag:
    """The context tag of a field, which is added to `found`. Raises JavaRefusalError if there."""
    tag = context(field)
    if tag in found:
        raise JavaRefusalError(f"{name} with a field twice")
    found.add(tag)
    return tag


def _basic_constraints(node: tlv.Node) -> None:
    fields = sequence(node, "basicConstraints")
    ca = next(fields, None)
    if ca is None or ca.tag != tlv.BOOLEAN:
        return
    if len(ca.content) != 1:
        raise JavaRefusalError("critical basicConstraints with a malformed BOOLEAN")
    length = next(fields, None)
    if length is not None:
        der_values.small(length)


def _private_key_usage(node: tlv.Node) -> None:
    found = set()
    for field in sequence(node, "privateKeyUsagePeriod"):
        tag = context(field)
        if tag not in ((0, False), (1, False)) or tag in found:
            raise JavaRefusalError("critical privateKeyUsagePeriod with an odd field")
        found.add(tag)
        der_values.check_time(field, tlv.GENERALIZED_TIME)


def _extended_key_usage(node: tlv.Node) -> None:
    for usage in sequence(node, "extKeyUsage"):
        der_values.oid(usage)


def _names(node: tlv.Node) -> None:
    check_general_names(node.expect(tlv.SEQUENCE, "alternative names"))


def _name_constraints(node: tlv.Node) -> None:
    found: set[_Tag] = set()
    for subtrees in sequence(node, "nameConstraints"):
        if _new_tag(subtrees, found, "critical nameConstraints") not in ((0, True), (1, True)):
            raise JavaRefusalError("critical nameConstraints with an unknown field")
        for subtree in elements(subtrees):
            _subtree(subtree)


def _subtree(node: tlv.Node) -> None:
    fields = sequence(node, "subtree")
    check_general_name(take(fields, "subtree"), constraint=True)
    for field in fields:
        if context(field) not in ((0, False), (1, False)):
            raise JavaRefusalError("critical nameConstraints with an odd subtree")
        der_values.small(with_tag(field, tlv.INTEGER))


def _authority_key_identifier(node: tlv.Node) -> None:
    found: set[_Tag] = set()
    for field in sequence(node, "authorityKeyIdentifier"):
        match _new_tag(field, found, "critical authorityKeyIdentifier"):
            case (0, False):
                pass
            case (1, True):
                check_general_names(field)
            case (2, False):
                with_tag(field, tlv.INTEGER).integer()
            case _:
                raise JavaRefusalError("critical authorityKeyIdentifier with an unknown field")


def _distribution_points(node: tlv.Node) -> None:
    for point in sequence(node, "distribution points"):
        _distribution_point(point)


def _distribution_point(node: tlv.Node) -> None:
    found: set[_Tag] = set()
    for field in sequence(node, "distribution point"):
        match _new_tag(field, found, "a distribution point"):
            case (0, True):
                _distribution_point_name(field)
            case (1, False):
                der_values.bits(field, implicit=True)
            case (2, True):
                check_general_names(field)
            case _:
                raise JavaRefusalError("a distribution point with an unknown field")
    if not found & {(0, True), (2, True)}:
        raise JavaRefusalError("a distribution point without a name")


def _distribution_point_name(node: tlv.Node) -> None:
    name = der_values.first(node, "distribution point")
    match context(name):
        case (0, True):
            check_general_names(name)
        case (1, True):
            check_rdn(with_tag(name, tlv.SET))
        case _:
            raise JavaRefusalError("a distribution point with an odd name")


def _issuing_distribution_point(node: tlv.Node) -> None:
    for field in sequence(node, "issuingDistributionPoint"):
        match context(field):
            case (0, True):
                _distribution_point_name(field)
            case (1 | 2 | 4 | 5, False):
                der_values.java_boolean(field)
            case (3, False):
                der_values.bits(field, implicit=True)
            case _:
                raise JavaRefusalError("critical issuingDistributionPoint with an unknown field")


def _certificate_policies(node: tlv.Node) -> None:
    for policy in sequence(node, "certificatePolicies"):
        fields = sequence(policy, "policy")
        der_values.oid(take(fields, "policy"))
        qualifiers = next(fields, None)
        if qualifiers is None:
            continue
        if not qualifiers.expect(tlv.SEQUENCE, "policy qualifiers").content:
            raise JavaRefusalError("a policy with an empty list of qualifiers")
        for qualifier in elements(qualifiers):
            der_values.oid(take(sequence(qualifier, "policy qualifier"), "policy qualifier"))


def _policy_mappings(node: tlv.Node) -> None:
    for mapping in sequence(node, "policyMappings"):
        policies = sequence(mapping, "policy mapping")
        for _ in range(2):
            der_values.oid(take(policies, "policy mapping"))


def _policy_constraints(node: tlv.Node) -> None:
    found: dict[tuple[int, bool] | None, int] = {}
    for field in sequence(node, "policyConstraints"):
        tag = context(field)
        if tag not in ((0, False), (1, False)):
            raise JavaRefusalError("critical policyConstraints with an unknown field")
        if found.get(tag, -1) != -1:
            raise JavaRefusalError("critical policyConstraints with a field twice")
        found[tag] = der_values.small(with_tag(field, tlv.INTEGER))


def _inhibit_any_policy(node: tlv.Node) -> None:
    if der_values.small(node) < -1:
        raise JavaRefusalError("inhibitAnyPolicy below -1")


def _information_access(node: tlv.Node) -> None:
    for description in sequence(node, "information access"):
        fields = elements(description)
        der_values.oid(take(fields, "access method"))
        check_general_name(take(fields, "access location"))


def _enumerated(node: tlv.Node) -> None:
    der_values.small(node, tlv.ENUMERATED)


_CHECKS: Final[Mapping[str, Callable[[tlv.Node], object]]] = MappingProxyType(
    {
        oids.SUBJECT_KEY_IDENTIFIER: der_values.octets,
        oids.KEY_USAGE: der_values.bits,
        oids.PRIVATE_KEY_USAGE_PERIOD: _private_key_usage,
        oids.SUBJECT_ALT_NAME: _names,
        oids.ISSUER_ALT_NAME: _names,
        oids.BASIC_CONSTRAINTS: _basic_constraints,
        oids.CRL_NUMBER: tlv.Node.integer,
        oids.REASON_CODE: _enumerated,
        oids.DELTA_CRL_INDICATOR: tlv.Node.integer,
        oids.ISSUING_DISTRIBUTION_POINT: _issuing_distribution_point,
        oids.CERTIFICATE_ISSUER: _names,
        oids.NAME_CONSTRAINTS: _name_constraints,
        oids.CRL_DISTRIBUTION_POINTS: _distribution_points,
        oids.CERTIFICATE_POLICIES: _certificate_policies,
        oids.POLICY_MAPPINGS: _policy_mappings,
        oids.AUTHORITY_KEY_IDENTIFIER: _authority_key_identifier,
        oids.POLICY_CONSTRAINTS: _policy_constraints,
        oids.EXT_KEY_USAGE: _extended_key_usage,
        oids.FRESHEST_CRL: _distribution_points,
        oids.INHIBIT_ANY_POLICY: _inhibit_any_policy,
        oids.AUTHORITY_INFO_ACCESS: _information_access,
        oids.SUBJECT_INFO_ACCESS: _information_access,
        oids.NETSCAPE_CERT_TYPE: der_values.bits,
    }
)
