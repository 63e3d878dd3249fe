"""Hold names against name constraints as BoringSSL does (crypto/x509/v3_ncons.cc)."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.pki.openssl_names import canonical_encoding
from unpin.pki.path_validation.name_constraints import (
    CertificateNames,
    GeneralName,
    GeneralNameType,
    NameConstraints,
)

_LOCAL_PART: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN: Final = re.compile(rb"[A-Za-z0-9.-]+")
_HOST: Final = re.compile(
    rb"(?:\*\.)?(?:[A-Za-z0-9_:][A-Za-z0-9_:-]*)(?:\.[A-Za-z0-9_:][A-Za-z0-9_:-]*)*\.?"
)
_SCHEME: Final = re.compile(rb"[^:]*://")


class _UnsupportedError(Exception):
    """A name or a constraint that BoringSSL does not understand."""


def outside(constraints: NameConstraints, names: CertificateNames) -> bool:
    """Whether NAME_CONSTRAINTS_check refuses a name, or the constraints on names of its kind.

    What it does not understand it refuses: names of other kinds than DNS, directory, email and
    URI, odd ones of these, and a minimum or a maximum. Constraints on kinds of which the
    certificate has no name do not count. A malformed subject has no attributes here.
    """
    try:
        return any(_refused(constraints, *name) for name in _names(names))
    except _UnsupportedError:
        return True


def names_a_host(subject: bytes) -> bool:
    """Whether a CN of `subject` (DER) looks like a host's name (x509v3_looks_like_dns_name).

    Where a path has name constraints, the server's certificate needs a SubjectAltName then
    (check_name_constraints).
    """
    return any(
        kind.oid() == oids.COMMON_NAME and _HOST.fullmatch(value.content)
        for kind, value in _attributes(subject)
    )


def _attributes(name: bytes) -> list[tuple[tlv.Node, tlv.Node]]:
    try:
        every = [list(attribute) for rdn in tlv.read(name) for attribute in rdn]
    except tlv.TlvError:
        return []
    return [(some[0], some[1]) for some in every if len(some) > 1]


def _names(names: CertificateNames) -> Iterator[tuple[int, bytes, bool]]:
    """Tag, value, and whether it is an email address in the subject, whose case does not count."""
    attributes = _attributes(names.subject)
    if attributes:
        yield GeneralNameType.DIRECTORY, names.subject, False
    for kind, value in attributes:
        if kind.oid() == oids.EMAIL_ADDRESS:
            if value.tag != tlv.IA5_STRING:
                raise _UnsupportedError
            yield GeneralNameType.EMAIL, value.content, True
    for tag, name in names.alternative:
        yield tag, name, False


def _refused(constraints: NameConstraints, tag: int, name: bytes, folded: bool) -> bool:
    """nc_match: outside all that is permitted to names of this kind, or within what is not."""
    permitted, excluded = _bases(constraints.permitted, tag), _bases(constraints.excluded, tag)
    if tag in constraints.limited:
        raise _UnsupportedError
    if permitted and not any(_within(tag, name, base) for base in permitted):
        return True
    return any(_within(tag, name, base, excluding=True, folded=folded) for base in excluded)


def _bases(subtrees: tuple[GeneralName, ...], tag: int) -> list[bytes]:
    return [base for kind, base in subtrees if kind == tag]


def _within(
    tag: int, name: bytes, base: bytes, *, excluding: bool = False, folded: bool = False
) -> bool:
    """nc_match_single."""
    match tag:
        case GeneralNameType.DIRECTORY:
            return canonical_encoding(name).startswith(canonical_encoding(base))
        case GeneralNameType.DNS:
            return _dns_within(name.lower(), base.lower(), excluding)
        case GeneralNameType.EMAIL:
            return _email_within(name, base, folded)
        case GeneralNameType.URI:
            return _uri_within(name, base.lower())
        case _:
            raise _UnsupportedError


def _dns_within(name: bytes, base: bytes, excluding: bool) -> bool:
    """nc_dns: a wildcard is within what excludes one of its names."""
    if not base:
        return True
    name, base = name.removesuffix(b"."), base.removesuffix(b".")
    if excluding and name.startswith(b"*.") and name[1:] == base[base.find(b".") :]:
        return True
    if base.startswith(b"."):
        return name.endswith(base)
    return name == base or name.endswith(b"." + base)


def _email_within(name: bytes, base: bytes, folded: bool) -> bool:
    """nc_email: a mailbox, a host or, behind a dot, a domain."""
    local, at, domain = name.partition(b"@")
    if not at or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise _UnsupportedError
    mailbox, at, host = base.rpartition(b"@")
    if not _DOMAIN.fullmatch(host) or (at and not _LOCAL_PART.fullmatch(mailbox)):
        raise _UnsupportedError
    domain, host = domain.lower(), host.lower()
    if at:
        same = mailbox.lower() == local.lower() if folded else mailbox == local
        return same and host == domain
    return domain.endswith(host) if host.startswith(b".") else domain == host


def _uri_within(name: bytes, base: bytes) -> bool:
    """nc_uri: the host ends at a colon, else at a slash, else with the URI."""
    scheme = _SCHEME.match(name)
    if scheme is None or not _DOMAIN.fullmatch(base):
        raise _UnsupportedError
    rest = name[scheme.end() :].lower()
    host = rest.partition(b":" if b":" in rest else b"/")[0]
    if not host:
        raise _UnsupportedError
    return host.endswith(base) if base.startswith(b".") else host == base
