"""A link of a chain: a certificate, or what is known of one whose bytes are not at hand."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from unpin.model.certificate import Certificate
from unpin.pki import signatures
from unpin.pki.signatures import Signed

_CACHE_SIZE: Final = 16384


@dataclass(frozen=True, slots=True)
class Link:
    """What path building asks of a certificate.

    `id` is the SHA-256 of the certificate (or whatever names a fact), `label` what a person calls
    it. `subject` and `issuer` are canonical names (Name.canonical), `key` the SHA-256 of the
    SubjectPublicKeyInfo. `certificate` is None where only facts are known; `issuer_key` is then
    the `key` of its real issuer, if that is known. Times are aware; None is not limited.
    """

    id: str
    label: str
    subject: str
    issuer: str
    key: str
    key_id: bytes | None
    authority_key_id: bytes | None
    not_before: datetime | None
    not_after: datetime | None
    ca: bool
    path_length: int | None
    certificate: Certificate | None = None
    issuer_key: str | None = None

    @staticmethod
    @lru_cache(maxsize=_CACHE_SIZE)
    def of(certificate: Certificate) -> "Link":
        """Describe a certificate. Raises tlv.TlvError where `certificate.problem` is not None."""
        fields = certificate.fields
        subject, issuer = fields.subject.canonical, fields.issuer.canonical
        # NOTE: certificates of versions 1 and 2 cannot say that they are CAs (RFC 5280 6.1.4 (k)
        # leaves it to other means); clients take old self-issued roots without it for CAs.
        ca = fields.version < 3 or subject == issuer if fields.ca is None else fields.ca
        return Link(
            id=certificate.sha256,
            label=certificate.label,
            subject=subject,
            issuer=issuer,
            key=certificate.spki_sha256,
            key_id=fields.subject_key_id,
            authority_key_id=fields.authority_key_id,
            not_before=fields.not_before,
            not_after=fields.not_after,
            ca=ca,
            path_length=fields.path_length,
            certificate=certificate,
        )

    def valid(self, at: datetime) -> bool:
        """Is `at` within the validity period (RFC 5280 4.1.2.5: both ends included)?"""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at <= self.not_after
        )


@lru_cache(maxsize=_CACHE_SIZE)
def issued(parent: Link, child: Link) -> bool:
    """Did `parent` issue `child`? By the signature where both are certificates.

    Where it cannot be checked: by names, the issuer's key if known, and key identifiers. Whether
    `parent` may act as a CA is not asked; `authorised` does.
    """
    if parent.subject != child.issuer or contradicting(parent, child):
        return False
    if child.issuer_key is not None and child.issuer_key != parent.key:
        return False
    if parent.certificate is not None and child.certificate is not None:
        return signatures.issued(parent.certificate, child.certificate) is not Signed.NO
    return True


def authorised(parent: Link, child: Link) -> bool:
    """Is `parent` a CA that issued `child`? Path length and name constraints are not asked."""
    return parent.ca and issued(parent, child)


def self_signed(link: Link) -> bool:
    """Is it signed with its own key? By the signature where the certificate is at hand."""
    return link.subject == link.issuer and issued(link, link)


def contradicting(parent: Link, child: Link) -> bool:
    """Do the key identifiers say that another key than `parent`'s signed `child`?"""
    return (
        child.authority_key_id is not None
        and parent.key_id is not None
        and child.authority_key_id != parent.key_id
    )


def same_key(one: Link, other: Link) -> bool:
    """Do both certify the same name for the same key, whoever signed them?"""
    return one.subject == other.subject and one.key == other.key
