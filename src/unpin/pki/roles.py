"""The role of a certificate: root, intermediate, server certificate; decided by signatures."""

from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.pki.signatures import Signed, verify_self_signed

_SERVERS: Final = frozenset(
    {
        oids.SERVER_AUTH,
        oids.ANY_EXTENDED_KEY_USAGE,
        oids.NETSCAPE_SERVER_GATED_CRYPTO,
        oids.MICROSOFT_SERVER_GATED_CRYPTO,
    }
)


_MAILBOX: Final = 0x81
"""The tag of rfc822Name in a GeneralName."""


class Role(StrEnum):
    """What a certificate is; what it does in a store (anchor, pin) is another question."""

    ROOT = "root"
    CROSS_SIGNED = "cross-signed"
    INTERMEDIATE = "intermediate"
    SERVER = "server certificate"
    SELF_SIGNED_SERVER = "self-signed server certificate"
    END_ENTITY = "end-entity certificate"
    """Neither a CA nor for servers: a client's, a person's, a code signer's."""
    UNREADABLE = "unreadable"


def may_sign(certificate: Certificate) -> bool:
    """Whether the certificate claims to be a CA.

    BasicConstraints decides where it is there (RFC 5280 4.2.1.9). Without it, a certificate is a
    CA if KeyUsage lets it sign certificates; the version 1 roots of the 1990s have neither.
    """
    fields = certificate.fields
    if fields.ca is not None:
        return fields.ca
    if fields.key_cert_sign is not None:
        return fields.key_cert_sign
    return fields.version < 3 and fields.subject == fields.issuer


@kept
def forbids_signing(certificate: Certificate) -> bool:
    """Whether it is marked as a CA, and its key usage does not let it sign certificates."""
    fields = certificate.fields
    return bool(fields.ca) and fields.key_cert_sign is False


def may_serve(certificate: Certificate) -> bool:
    """Whether the certificate may be a TLS server's (RFC 5280 4.2.1.12).

    Without ExtendedKeyUsage, one that names mailboxes alone is a person's (RFC 5280 4.2.1.6).
    """
    fields = certificate.fields
    purposes = fields.extended_key_usage
    if purposes is not None:
        return not _SERVERS.isdisjoint(purposes)
    return {tag for tag, _ in fields.alternative_names} != {_MAILBOX}


def role(certificate: Certificate, known_roots: AbstractSet[tuple[str, str]] = frozenset()) -> Role:
    """The role of `certificate`.

    `known_roots` holds (canonical subject, SPKI SHA-256) of the roots of the store and the
    catalogue: a CA with such a pair and another issuer is a cross-signed copy. Where the
    signature of a self-issued certificate cannot be checked (MD2, GOST), names and key
    identifiers decide.
    """
    found = own_role(certificate)
    if found is Role.INTERMEDIATE:
        fields = certificate.fields
        if (fields.subject.canonical, certificate.spki_sha256) in known_roots:
            return Role.CROSS_SIGNED
    return found


@kept
def own_role(certificate: Certificate) -> Role:
    """The role, whatever roots are known."""
    if certificate.problem is not None:
        return Role.UNREADABLE
    fields = certificate.fields
    own = verify_self_signed(certificate)
    if own is Signed.UNCHECKED:
        ids = (fields.authority_key_id, fields.subject_key_id)
        own = Signed.YES if None in ids or ids[0] == ids[1] else Signed.NO
    authority = may_sign(certificate)
    if own is Signed.YES:
        if authority:
            return Role.ROOT
        return Role.SELF_SIGNED_SERVER if may_serve(certificate) else Role.END_ENTITY
    if not authority:
        return Role.SERVER if may_serve(certificate) else Role.END_ENTITY
    return Role.INTERMEDIATE
