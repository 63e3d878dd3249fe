"""One store under audit: every entry judged once, and the rehearsals that rules ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from unpin.catalogue.model import Catalogue, CatalogueCertificate, ChainFacts, Profile
from unpin.catalogue.presented import present
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.finding import Location
from unpin.model.java_view import hidden_from_java
from unpin.model.store import Store
from unpin.model.verdict import Verdict
from unpin.pki.anchors import anchors, reads_as_java
from unpin.pki.clients import ClientRules
from unpin.pki.links import Link, issued, self_signed
from unpin.pki.paths import rehearse
from unpin.pki.roles import Role, role


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with everything the rules ask about it.

    `certificate` is the entry's anchor: its certificate, or the first of a key's chain; None
    where there is none. `rooted` says that a path from it to a root lies wholly in the store.
    """

    index: int
    entry: Entry
    role: Role | None
    certificate: Certificate | None = None
    link: Link | None = None
    record: CatalogueCertificate | None = None
    hidden: str | None = None
    rooted: bool = False

    @property
    def is_trusted_entry(self) -> bool:
        return isinstance(self.entry, TrustedEntry)

    @property
    def readable(self) -> bool:
        return self.link is not None

    @property
    def alias(self) -> str:
        return self.entry.alias


@dataclass(frozen=True)
class Case:
    """The store and the question: for which clients, which profile, at which moment.

    `now` is aware UTC. Rules are functions of a Case and nothing else.
    """

    store: Store
    catalogue: Catalogue
    profile: Profile | None
    clients: tuple[ClientRules, ...]
    now: datetime
    expires_within: timedelta
    _verdicts: dict[tuple[str, str, str, frozenset[int]], Verdict] = field(default_factory=dict)
    _anchors_seen: dict[bool, tuple[tuple[int, Link], ...]] = field(default_factory=dict)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """The entries in store order, judged."""
        hidden = hidden_from_java(self.store)
        raw: list[Judged] = []
        for index, entry in enumerate(self.store.entries):
            certificate = _anchor(entry)
            if certificate is None or certificate.problem is not None:
                unreadable = certificate is not None or isinstance(entry, UnreadableEntry)
                raw.append(
                    Judged(
                        index,
                        entry,
                        Role.UNREADABLE if unreadable else None,
                        certificate,
                        hidden=hidden.get(index),
                    )
                )
                continue
            raw.append(
                Judged(
                    index,
                    entry,
                    None,
                    certificate,
                    Link.of(certificate),
                    self.catalogue.by_sha256.get(certificate.sha256),
                    hidden.get(index),
                )
            )
        roots = {
            (one.link.subject, one.link.key)
            for one in raw
            if one.link is not None and one.is_trusted_entry and self_signed(one.link)
        } | set(self.catalogue.root_keys)
        pool = [one.link for one in raw if one.link is not None and one.is_trusted_entry]
        return tuple(self._finish(one, pool, frozenset(roots)) for one in raw)

    def _finish(self, one: Judged, pool: list[Link], roots: frozenset[tuple[str, str]]) -> Judged:
        if one.link is None or one.certificate is None:
            return one
        link = one.link
        return replace(
            one,
            role=role(one.certificate, roots),
            rooted=self_signed(link) or _rooted(link, pool),
        )

    @cached_property
    def trusted(self) -> tuple[Judged, ...]:
        """The trusted entries that could be read."""
        return tuple(one for one in self.judged if one.is_trusted_entry and one.readable)

    def location(self, one: Judged | None = None) -> Location:
        """Where a finding about `one` (or the whole store) is."""
        if one is None:
            return Location(self.store.source)
        line = getattr(one.entry, "line", None)
        return Location(
            self.store.source,
            one.alias or None,
            one.index,
            one.certificate.sha256 if one.certificate else None,
            line,
            getattr(one.entry, "file", None),
            one.certificate.label if one.certificate else None,
        )

    def chains(self) -> Iterator[tuple[ChainFacts, str]]:
        """The profile's chains, each once for every issuing CA: (chain, issuing slug)."""
        if self.profile is None:
            return
        for name in self.profile.chains:
            chain = self.catalogue.chain(name)
            for slug in chain.issuing:
                yield chain, slug

    def verdict(
        self,
        client: ClientRules,
        chain: ChainFacts,
        issuing: str,
        without: frozenset[int] = frozenset(),
    ) -> Verdict:
        """Rehearse `client` and `chain` (full shape), as if the entries `without` were gone."""
        key = (client.ident, chain.name, issuing, without)
        if key not in self._verdicts:
            presented = present(self.catalogue, chain, issuing)
            store = [link for index, link in self._anchors(client) if index not in without]
            self._verdicts[key] = rehearse(
                client, store, presented.links, presented.moment(self.now)
            )
        return self._verdicts[key]

    def accepts(
        self,
        client: ClientRules,
        chain: ChainFacts,
        issuing: str,
        without: frozenset[int] = frozenset(),
    ) -> bool:
        """Whether `verdict` is yes; "not modelled" is no."""
        return self.verdict(client, chain, issuing, without).accepted is True

    def victims(self, one: Judged) -> tuple[ClientRules, ...]:
        """The clients that fail on a chain of the profile because `one` is in the store."""
        if one.link is None or one.link.subject not in self._issuer_names:
            return ()
        return tuple(
            client
            for client in self.clients
            if any(
                not self.accepts(client, chain, issuing)
                and self.accepts(client, chain, issuing, frozenset({one.index}))
                for chain, issuing in self.chains()
            )
        )

    @cached_property
    def _issuer_names(self) -> frozenset[str]:
        """Every name at which a client may look for an issuer; other entries change no path."""
        links = [one.link for one in self.judged if one.link is not None]
        names = {
            link.issuer
            for chain, issuing in self.chains()
            for link in present(self.catalogue, chain, issuing).links
        }
        while more := {link.issuer for link in links if link.subject in names} - names:
            names |= more
        return frozenset(names)

    def _anchors(self, client: ClientRules) -> tuple[tuple[int, Link], ...]:
        java = reads_as_java(client)
        if java not in self._anchors_seen:
            self._anchors_seen[java] = tuple(anchors(self.store, client))
        return self._anchors_seen[java]


def _anchor(entry: Entry) -> Certificate | None:
    match entry:
        case TrustedEntry():
            return entry.certificate
        case KeyEntry():
            return entry.chain[0] if entry.chain else None
        case UnreadableEntry():
            return None


def _rooted(link: Link, pool: list[Link]) -> bool:
    """Whether a path from `link` to a root lies in `pool`; each certificate is visited once."""
    seen = {link.id}
    todo = [link]
    while todo:
        child = todo.pop()
        for parent in pool:
            if parent.subject != child.issuer or parent.id in seen or not issued(parent, child):
                continue
            if self_signed(parent):
                return True
            seen.add(parent.id)
            todo.append(parent)
    return False
