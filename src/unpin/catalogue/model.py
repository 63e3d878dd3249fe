"""The types of a catalogue: certificates by fingerprint, chains served, roots needed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from unpin.model.certificate import Certificate
from unpin.model.errors import UnknownNameError
from unpin.model.finding import Severity
from unpin.model.names import canonical_text


class Phase(StrEnum):
    """When servers present a chain: before the rotation, after it, or all the time."""

    TODAY = "today"
    AFTER = "after"
    BOTH = "both"

    @property
    def is_today(self) -> bool:
        return self is not Phase.AFTER

    @property
    def is_after(self) -> bool:
        return self is not Phase.TODAY


@dataclass(frozen=True)
class CatalogueCertificate:
    """The facts of one CA certificate; its bytes where the catalogue, or the user, has them.

    `subject` and `issuer` are RFC 4514 text, digests lower-case hexadecimal, times aware UTC.
    `issued_by` holds the slugs of the records that signed it, itself for a root. `source` says
    who vouches for the facts, `origin` where shipped bytes came from. `retired` is the reason for
    which nothing needs it any more, `leaving` who still needs one that the service is giving up.
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


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """A certificate of which only a list's row is known: recognised by its SHA-1, no more.

    `sha256_probable` comes from a source that does not name the SHA-1: likely, not proven.
    """

    name: str
    sha1: str
    serial: int | None
    url: str | None
    sha256_probable: str | None
    source: str


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What servers present: one of the `issuing` CAs, then the `bridge`; the path ends at `root`.

    `bridge_self_signed` is the root with the bridge's name and key, which some servers send in
    its place. `not_after` is the moment at which the first of the certificates ends.
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
        """The shapes in which servers present this chain (docs/catalogue.md)."""
        if self.bridge is None:
            return ("full",)
        if self.bridge_self_signed is None:
            return ("full", "no-bridge")
        return ("full", "no-bridge", "self-signed-bridge")


@dataclass(frozen=True, slots=True)
class ProfileRoot:
    """A root that clients of a service should have.

    `otherwise` is how bad its absence is where no chain fails for it; `who` says for whom.
    """

    slug: str
    otherwise: Severity
    who: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What the clients of one service need: chains that must validate, roots to hold."""

    name: str
    title: str
    source: str
    date: date
    chains: tuple[str, ...]
    roots: tuple[ProfileRoot, ...]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Certificates, chains and profiles of one rotation, each reachable by what identifies it.

    Two catalogues are equal only if they are the same object.
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
        return {one.sha256: one for one in self.certificates}

    @cached_property
    def known_by_sha1(self) -> dict[str, KnownCertificate]:
        """What is known by a list's row only, by SHA-1."""
        return {one.sha1: one for one in self.known}

    @cached_property
    def by_slug(self) -> dict[str, CatalogueCertificate]:
        """The records by slug."""
        return {one.slug: one for one in self.certificates}

    @cached_property
    def by_subject(self) -> dict[str, tuple[CatalogueCertificate, ...]]:
        """The records by canonical subject: twins share one place."""
        groups: dict[str, tuple[CatalogueCertificate, ...]] = {}
        for one in self.certificates:
            groups[one.canonical_subject] = (*groups.get(one.canonical_subject, ()), one)
        return groups

    @cached_property
    def root_keys(self) -> frozenset[tuple[str, str]]:
        """(canonical subject, SPKI SHA-256) of every root."""
        return frozenset(
            (one.canonical_subject, one.spki_sha256) for one in self.certificates if one.is_root
        )

    def certificate(self, slug: str) -> CatalogueCertificate:
        """The record named `slug`. Raises UnknownNameError where there is none."""
        if slug not in self.by_slug:
            raise UnknownNameError(
                f"catalogue {self.name}: no certificate is named {slug!r}",
                "unpin catalogue lists them",
            )
        return self.by_slug[slug]

    def chain(self, name: str) -> ChainFacts:
        """The chain named `name`. Raises UnknownNameError where there is none."""
        for one in self.chains:
            if one.name == name:
                return one
        raise UnknownNameError(
            f"catalogue {self.name}: no chain is named {name!r}",
            hint="chains: " + ", ".join(one.name for one in self.chains),
        )

    def profile(self, name: str | None = None) -> Profile:
        """The profile named `name`, or the default. Raises UnknownNameError where there is none."""
        wanted = self.default_profile if name is None else name
        for one in self.profiles:
            if one.name == wanted:
                return one
        raise UnknownNameError(
            f"catalogue {self.name}: no profile is named {wanted!r}",
            hint="profiles: " + ", ".join(one.name for one in self.profiles),
        )

    def roots_of(self, profile: Profile) -> tuple[CatalogueCertificate, ...]:
        """The records of the roots a profile asks for, in its order."""
        return tuple(self.certificate(root.slug) for root in profile.roots)
