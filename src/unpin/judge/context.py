"""One store under audit: every entry judged once, and the rehearsals that rules ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from unpin.catalogue.handshakes import FULL, Handshake, handshakes_of
from unpin.catalogue.model import Catalogue, Profile
from unpin.judge.audited_entry import AuditedEntry, audited_entries
from unpin.model.finding import Location
from unpin.model.store import Store
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import same_key, self_signed
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import NOTHING, reached
from unpin.pki.verdict import Verdict
from unpin.rehearsal.presumed_server import presumed_handshake
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import Rehearsal


@dataclass(frozen=True)
class AuditContext:
    """The store and the question: for which clients, which profile, at which moment.

    `now` is aware UTC. Rules are functions of an AuditContext and nothing else.
    """

    store: Store
    catalogue: Catalogue
    profile: Profile | None
    clients: tuple[ClientRules, ...]
    now: datetime
    expires_within: timedelta

    @cached_property
    def rehearser(self) -> Rehearser:
        """What answers whether a client connects."""
        return Rehearser(self.store, self.catalogue, self.now)

    @cached_property
    def judged(self) -> tuple[AuditedEntry, ...]:
        """The entries in store order, judged."""
        return audited_entries(self.store, self.catalogue)

    @cached_property
    def trusted(self) -> tuple[AuditedEntry, ...]:
        """The trusted entries that could be read."""
        return tuple(one for one in self.judged if one.is_trusted_entry and one.readable)

    def location(self, one: AuditedEntry | None = None) -> Location:
        """Where a finding about `one` (or the whole store) is."""
        if one is None:
            return Location(self.store.source)
        return Location(
            self.store.source,
            one.alias or None,
            one.index,
            one.certificate.sha256 if one.certificate else None,
            getattr(one.entry, "line", None),
            getattr(one.entry, "file", None),
            one.certificate.label if one.certificate else None,
        )

    @cached_property
    def handshakes(self) -> tuple[Handshake, ...]:
        """The profile's chains in the documented shape, each under every CA that may issue."""
        if self.profile is None:
            return ()
        return tuple(handshakes_of(self.catalogue, self.profile.chains, (FULL,)))

    def handshakes_through(self, one: AuditedEntry) -> tuple[Handshake, ...]:
        """The handshakes that `one` is about.

        Those of the profile that present its name and key (a twin is in the chain as much as the
        certificate itself); where none does, the handshake for which it must have been imported.
        """
        view = one.view
        if view is None:
            return ()
        told = tuple(
            handshake
            for handshake in self.handshakes
            if any(same_key(sent, view) for sent in handshake.certificates)
        )
        return told or (self.rehearser.presumed_handshake(one.index, view),)

    def verdict(
        self, client: ClientRules, handshake: Handshake, without: frozenset[int] = NOTHING
    ) -> Verdict:
        """Rehearse `client` and `handshake`, as if the entries `without` were gone."""
        return self.rehearser.verdict(client, handshake, without=without)

    def accepts(
        self, client: ClientRules, handshake: Handshake, without: frozenset[int] = NOTHING
    ) -> bool:
        """Whether `verdict` is yes; a doubt is no."""
        return self.verdict(client, handshake, without).accepted is True

    def alone(self, client: ClientRules, one: AuditedEntry, at: datetime) -> bool:
        """Whether `client` accepts a server under `one` at `at`, with nothing else in the store."""
        if one.view is None:
            return False
        handshake = presumed_handshake(str(one.index), one.view, (), self.catalogue, at)
        return verdict_on(client, [one.view], handshake.certificates, at).accepted is True

    def dependents(
        self, one: AuditedEntry, handshakes: Iterable[Handshake]
    ) -> tuple[ClientRules, ...]:
        """The clients that accept one of `handshakes` only because `one` is in the store."""
        return self._who(one, handshakes, accepted_with_it=True)

    def victims(self, one: AuditedEntry) -> tuple[ClientRules, ...]:
        """The clients that fail on a handshake only because `one` is in the store."""
        if one.view is None:
            return ()
        asked = list(self.handshakes) if one.view.subject in self._names else []
        if not self_signed(one.view):
            asked += [other for other in self.handshakes_through(one) if other not in asked]
        return self._who(one, asked, accepted_with_it=False)

    def _who(
        self, one: AuditedEntry, handshakes: Iterable[Handshake], *, accepted_with_it: bool
    ) -> tuple[ClientRules, ...]:
        handshakes, gone = tuple(handshakes), frozenset({one.index})
        return tuple(
            client
            for client in self.clients
            if any(
                self.verdict(client, handshake).accepted is accepted_with_it
                and self.verdict(client, handshake, gone).accepted is (not accepted_with_it)
                for handshake in handshakes
            )
        )

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """The profile's chains in the documented shape, as `unpin rehearse` rehearses them."""
        return self.rehearser.rehearse(self.clients, self.handshakes)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every name at which a client may look for an issuer; other entries change no path."""
        views = [one.view for one in self.judged if one.view is not None]
        sent = [view for handshake in self.handshakes for view in handshake.certificates]
        return frozenset(view.subject for view in reached(views, sent))
