"""The types of a catalogue: certificates by fingerprint, chains served, roots needed."""

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from unpin.model.certificate import Certificate
from unpin.model.errors import UnknownNameError
from unpin.model.finding import Severity
from unpin.model.names import canonical_text
from unpin.model.values import frozen


class Phase(StrEnum):
    """When servers send a chain: before the rotation, after it, or both."""

    TODAY = "today"
    AFTER = "after"
    BOTH = "both"

    @property
    def is_today(self) -> bool:
        return self is not Phase.AFTER

    @property
    def is_after(self) -> bool:
        return self is not Phase.TODAY


@frozen(slots=False)
class CatalogueCertificate:
    """The facts of a CA certificate, and the certificate itself if it is bundled or downloaded.

    `subject` and `issuer` are RFC 4514 text, digests are lower-case hexadecimal, times aware UTC.
    `issued_by` are the slugs of the certificates whose keys signed it; a root names itself.
    `source` is the source of the facts, `origin` that of the shipped bytes. `retired` says why no
    client needs the certificate any more. `leaving` says which clients still need a root that the
    service is giving up.
    """

    slug: str
    name: str
    role: str
    chains: tuple[str, ...]
    subject: str
    issuer: str
    serial: int
    sha256: str
    sha1: str
    spki_sha256: str
    key_id: bytes | None
    authority_key_id: bytes | None
    not_before: datetime
    not_after: datetime
    key: str
    signature_algorithm: str
    ca: bool
    path_length: int | None
    issued_by: tuple[str, ...]
    source: str
    url: str | None = None
    origin: str | None = None
    retired: str | None = None
    leaving: str | None = None
    certificate: Certificate | None = None

    @cached_property
    def canonical_subject(self) -> str:
        """The subject in the form in which names compare (RFC 5280 7.1)."""
        return canonical_text(self.subject)

    @cached_property
    def canonical_issuer(self) -> str:
        """The issuer in the form in which names compare (RFC 5280 7.1)."""
        return canonical_text(self.issuer)

    @property
    def is_root(self) -> bool:
        return self.role == "root"


@frozen
class KnownCertificate:
    """A certificate that is known only from a row in a list; it is recognised by its SHA-1.

    `sha256_probable` comes from a source that does not name the SHA-1: it is likely, not proven.
    """

    name: str
    sha1: str
    serial: int | None
    url: str | None
    sha256_probable: str | None
    source: str


@frozen
class ChainFacts:
    """A chain that servers send: one of the `issuing` CAs, then the `bridge`, up to `root`.

    All are slugs. `bridge` is a cross-signed certificate, or None. `bridge_self_signed` is the
    root with the name and key of the bridge, which some servers send instead. `not_after` (aware
    UTC) is the expiry of the chain, `served` says when servers send it.
    """

    name: str
    title: str
    issuing: tuple[str, ...]
    bridge: str | None
    bridge_self_signed: str | None
    root: str
    source: str
    not_after: datetime
    served: Phase = Phase.BOTH

    @property
    def shapes(self) -> tuple[str, ...]:
        """The shapes in which servers send the chain (docs/catalogue.md)."""
        if self.bridge is None:
            return ("full",)
        if self.bridge_self_signed is None:
            return ("full", "no-bridge")
        return ("full", "no-bridge", "self-signed-bridge")


@frozen
class ProfileRoot:
    """A root that the clients of a service should have.

    `otherwise` is the severity of its absence if no chain fails without it; `who` says which
    clients need it.
    """

    slug: str
    otherwise: Severity
    who: str


@frozen
class Profile:
    """The needs of the clients of a service: chains that must validate, and roots to have."""

    name: str
    title: str
    source: str
    date: date
    chains: tuple[str, ...]
    roots: tuple[ProfileRoot, ...]


@frozen(slots=False, eq=False)
class Catalogue:
    """The certificates, chains and profiles of a rotation.

    `known` are the certificates that are known only from a row in a list. Two catalogues are equal
    only if they are the same object.
    """

    name: str
    title: str
    date_seen: date
    sources: tuple[str, ...]
    default_profile: str
    certificates: tuple[CatalogueCertificate, ...]
    known: tuple[KnownCertificate, ...]
    chains: tuple[ChainFacts, ...]
    profiles: tuple[Profile, ...]

    @cached_property
    def by_sha256(self) -> dict[str, CatalogueCertificate]:
        """The records by the SHA-256 of the certificate."""
        return {record.sha256: record for record in self.certificates}

    @cached_property
    def known_by_sha1(self) -> dict[str, KnownCertificate]:
        """The certificates that are known only from a row in a list, by SHA-1."""
        return {known.sha1: known for known in self.known}

    @cached_property
    def by_slug(self) -> dict[str, CatalogueCertificate]:
        """The records by slug."""
        return {record.slug: record for record in self.certificates}

    @cached_property
    def by_subject(self) -> dict[str, tuple[CatalogueCertificate, ...]]:
        """The records by canonical subject: certificates of the same CA name are together."""
        groups: dict[str, tuple[CatalogueCertificate, ...]] = {}
        for record in self.certificates:
            groups[record.canonical_subject] = (*groups.get(record.canonical_subject, ()), record)
        return groups

    @cached_property
    def root_by_subject(self) -> dict[str, CatalogueCertificate]:
        """The records that are called root, by canonical subject; the last of a name."""
        return {
            record.canonical_subject: record
            for record in self.certificates
            if record.role == "root"
        }

    @cached_property
    def root_keys(self) -> frozenset[tuple[str, str]]:
        """The (canonical subject, SPKI SHA-256) of every root."""
        return frozenset(
            (record.canonical_subject, record.spki_sha256)
            for record in self.certificates
            if record.is_root
        )

    def certificate(self, slug: str) -> CatalogueCertificate:
        """The record with this slug, name or SHA-256. Raises UnknownNameError for another."""
        if slug not in self.by_slug:
            folded = slug.strip().lower().replace(":", "")
            for record in self.certificates:
                if folded in (record.name.lower(), record.sha256):
                    return record
            raise UnknownNameError(
                f"catalogue {self.name}: no certificate is named {slug!r}",
                "unpin catalogue lists them",
            )
        return self.by_slug[slug]

    def chain(self, name: str) -> ChainFacts:
        """The chain with this name. Raises UnknownNameError for an unknown name."""
        for chain in self.chains:
            if chain.name == name:
                return chain
        raise UnknownNameError(
            f"catalogue {self.name}: no chain is named {name!r}",
            hint="chains: " + ", ".join(chain.name for chain in self.chains),
        )

    def profile(self, name: str | None = None) -> Profile:
        """The profile with this name; None is the default. Raises UnknownNameError."""
        wanted = self.default_profile if name is None else name
        for profile in self.profiles:
            if profile.name == wanted:
                return profile
        raise UnknownNameError(
            f"catalogue {self.name}: no profile is named {wanted!r}",
            hint="profiles: " + ", ".join(profile.name for profile in self.profiles) + ", or none",
        )

    def roots_of(self, profile: Profile) -> tuple[CatalogueCertificate, ...]:
        """The records of the roots of a profile, in its order."""
        return tuple(self.certificate(root.slug) for root in profile.roots)
