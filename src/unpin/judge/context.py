"""One store under audit: every entry judged once, and the rehearsals that rules ask for."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import cached_property
from itertools import compress, count, filterfalse
from operator import attrgetter, not_, or_
from typing import Final

from unpin.catalogue.handshakes import FULL, Handshake, handshakes_of, names_sent, view_of
from unpin.catalogue.model import Catalogue, CatalogueCertificate, Profile
from unpin.catalogue.profile_choice import profile_options
from unpin.judge.audited_entry import AuditedEntries, AuditedEntry, audited_entries
from unpin.judge.convertible import convertible
from unpin.judge.ordinary_roots import is_ordinary, ordinary_roots
from unpin.model.entries import TrustedEntry
from unpin.model.finding import Location
from unpin.model.grouping import Grouped, grouped
from unpin.model.known_certificates import KnownCertificates
from unpin.model.store import Store
from unpin.model.store_policy import NO_STORE_POLICY, StorePolicy
from unpin.model.values import frozen
from unpin.pki.certificate_view import (
    CertificateView,
    IssuedPool,
    is_issuer,
    is_self_signed,
    same_name_and_key,
)
from unpin.pki.clients.rules import ClientRules
from unpin.pki.path_building.relevance import NOTHING, IssuerNames
from unpin.pki.roles import Role
from unpin.pki.trust_anchors import entry_views, places_by_subject
from unpin.pki.verdict import Reason, Verdict
from unpin.pki.work import MOST_CANDIDATES, WorkLimitError, spend, work_is_done
from unpin.rehearsal.presumed_server import recorded_issuers, verdict_alone
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import Rehearsal

_PINS: Final = frozenset(
    {
        Role.INTERMEDIATE,
        Role.CROSS_SIGNED,
        Role.SERVER,
        Role.SELF_SIGNED_SERVER,
        Role.END_ENTITY,
    }
)
"""The roles that are pins in a store: "a standalone intermediate or a server certificate"."""

_SUBJECT: Final = attrgetter("view.subject")

ALL_PINS: Final = "--all-pins"
"""The option of `unpin fix` that removes what the catalogue does not know, too."""


@frozen(slots=False)
class AuditContext:
    """The store and the question: for which clients, which profile, at which moment.

    `now` is aware UTC. `set_aside` is the default profile, if the store is not for its servers;
    `profile` is None then. Rules are functions of an AuditContext and nothing else.
    """

    store: Store
    catalogue: Catalogue
    profile: Profile | None
    clients: tuple[ClientRules, ...]
    now: datetime
    expires_within: timedelta
    set_aside: Profile | None = None
    policy: StorePolicy = NO_STORE_POLICY

    @cached_property
    def rehearser(self) -> Rehearser:
        """What answers whether a client connects."""
        return Rehearser(self.store, self.catalogue, self.now)

    @cached_property
    def unfinished(self) -> list[str]:
        """The idents of the rules that used up the work allowed for the store (pki.work)."""
        return []

    @cached_property
    def entries(self) -> AuditedEntries:
        """The entries in store order, judged."""
        return audited_entries(self.store, self.catalogue)

    @cached_property
    def trusted(self) -> Sequence[AuditedEntry]:
        """The trusted entries whose certificate can be parsed."""
        if self.store.is_all_trusted and all(entry_views(self.store)):
            return self.entries
        return tuple(
            [
                entry
                for entry in self.entries
                if entry.view is not None and isinstance(entry.entry, TrustedEntry)
            ]
        )

    @cached_property
    def remarkable(self) -> tuple[AuditedEntry, ...]:
        """The trusted entries of which the certificate alone may be worth a finding."""
        horizon = max(self.now, self.now + self.expires_within)
        ordinary = ordinary_roots(self.catalogue, self.now, horizon)
        return tuple(
            self.trusted_but(
                ordinary, lambda entry: is_ordinary(entry, self.catalogue, self.now, horizon)
            )
        )

    def trusted_but(
        self, known: KnownCertificates, is_one: Callable[[AuditedEntry], bool]
    ) -> list[AuditedEntry]:
        """The trusted entries, in their order, that are not what `is_one` says of an entry.

        It depends on the certificate alone. Those of the stores before are `known`, which learns.
        """
        if self.trusted is self.entries:
            others = map(not_, map(known.__contains__, self.entries.certificates))
            found = [self.entries[at] for at in compress(count(), others)]
        else:
            found = [entry for entry in self.trusted if entry.certificate not in known]
        new = {each.certificate for each in found if each.certificate is not None and is_one(each)}
        known.learn(new)
        return [entry for entry in found if entry.certificate not in new]

    @cached_property
    def judged(self) -> Sequence[AuditedEntry]:
        """The trusted entries whose handshakes are rehearsed: their names lead to few others.

        The rule gave-up reports the others as not judged.
        """
        if len(self.trusted) <= MOST_CANDIDATES:
            return self.trusted
        return tuple(entry for entry in self.trusted if self._is_within_reach(entry))

    def is_judged(self, entry: AuditedEntry) -> bool:
        """Whether a trusted entry is among `judged`."""
        return self._is_each_judged or self._is_within_reach(entry)

    @cached_property
    def _is_each_judged(self) -> bool:
        return len(self.judged) == len(self.trusted)

    def judged_as(self, *roles: Role) -> Sequence[AuditedEntry]:
        """The judged and remarkable entries with one of `roles`, in the order of the store."""
        found = [entry for each in roles for entry in self._by_role.get(each, ())]
        return sorted(found, key=lambda entry: entry.index) if len(roles) > 1 else found

    @cached_property
    def _by_role(self) -> dict[Role | None, list[AuditedEntry]]:
        found: dict[Role | None, list[AuditedEntry]] = {}
        for entry in self.remarkable:
            if self.is_judged(entry):
                found.setdefault(entry.role, []).append(entry)
        return found

    def _is_within_reach(self, entry: AuditedEntry) -> bool:
        assert entry.view is not None
        known = self._within_reach.get(entry.view.id)
        if known is None:
            spend(1)
            try:
                known = all(map(self.rehearser.is_within_reach, self.handshakes_through(entry)))
            except WorkLimitError:
                known = False
            self._within_reach[entry.view.id] = known
        if work_is_done():
            raise WorkLimitError
        return known

    @cached_property
    def _within_reach(self) -> dict[str, bool]:
        return {}

    @cached_property
    def namesakes(self) -> Sequence[Sequence[AuditedEntry]]:
        """The trusted entries that share their subject with another one, by their subjects."""
        shared = self._places_by_subject.shared.values()
        return [[self.trusted[at] for at in places] for places in shared]

    @cached_property
    def issued(self) -> IssuedPool:
        """The trusted certificates by their issuers."""
        return IssuedPool(entry.view for entry in self.trusted if entry.view is not None)

    @property
    def is_unreadable(self) -> bool:
        """Whether nothing in the store can be read; no roots complete such a file."""
        return bool(self.store.entries) and not self.trusted and not self.store.keys

    def fix_command(self, *options: str) -> tuple[str, ...]:
        """The call of `unpin fix` for the profile of this audit, up to the name of the store.

        Empty where unpin does not write the format, or nothing in the store can be read.
        """
        if not self.store.format.is_writable or self.is_unreadable:
            return ()
        return ("unpin", "fix", *self._profile_options, *options)

    @cached_property
    def _profile_options(self) -> tuple[str, ...]:
        if self.profile is None:
            return ()
        return profile_options(self.store, self.catalogue, self.profile)

    def removal_command(self, entry: AuditedEntry) -> tuple[str, ...]:
        """The call of `unpin fix` that removes `entry`, whose root is in the store."""
        return self.fix_command(*(() if self.is_replaceable(entry) else (ALL_PINS,)))

    def is_replaceable(self, entry: AuditedEntry) -> bool:
        """Whether the catalogue knows the CA of `entry`: its roots can take the place of a pin."""
        if entry.role is Role.SERVER and entry.view is not None:
            return entry.view.issuer in self.catalogue.by_subject
        return entry.in_catalogue or self._is_a_copy(entry)

    def _is_a_copy(self, entry: AuditedEntry) -> bool:
        """Whether the catalogue knows a CA with the name and key of `entry`, which is no root."""
        view = entry.view
        return (
            view is not None
            and entry.role is not Role.ROOT
            and any(
                twin.spki_sha256 == view.key
                for twin in self.catalogue.by_subject.get(view.subject, ())
            )
        )

    def is_pin(self, entry: AuditedEntry) -> bool:
        """Whether the store trusts a certificate that is not the root of its servers' path."""
        return entry.is_trusted_entry and entry.view is not None and entry.role in _PINS

    def roots_above(self, entry: AuditedEntry) -> tuple[AuditedEntry, ...]:
        """The trusted roots to which a path from `entry` leads within the store.

        Raises WorkLimitError where the work allowed for the store is done.
        """
        found: dict[int, AuditedEntry] = {}
        todo, seen = [entry], {entry.index}
        for lower in todo:
            assert lower.view is not None
            candidates = self.called(lower.view.issuer)
            spend(len(candidates))
            for other in candidates:
                if other.index in seen or other.view is None:
                    continue
                if is_issuer(other.view, lower.view):
                    seen.add(other.index)
                    if other.role is Role.ROOT:
                        found[other.index] = other
                    else:
                        todo.append(other)
        return tuple(found.values())

    def called(self, name: str) -> Sequence[AuditedEntry]:
        """The trusted entries whose subject is `name`, in its canonical form."""
        return [self.trusted[at] for at in self._places_by_subject.under(name)]

    @cached_property
    def _places_by_subject(self) -> Grouped[str, int]:
        """Where in `trusted` the entries with a subject are."""
        if len(self.trusted) == len(self.entries):
            return places_by_subject(self.store)
        return grouped(map(_SUBJECT, self.trusted), range(len(self.trusted)))

    @cached_property
    def profile_roots(self) -> tuple[CatalogueCertificate, ...]:
        """The roots of the profile, or of the catalogue's own where no profile is asked about.

        `unpin fix` adds them.
        """
        profile = self.profile or self.catalogue.profile()
        return tuple(self.catalogue.certificate(root.slug) for root in profile.roots)

    def recorded_roots(self, entry: AuditedEntry) -> tuple[CatalogueCertificate, ...]:
        """The catalogue's roots to which paths from `entry` lead, or whose twin it is."""
        if entry.view is None:
            return ()
        above = (entry.view, *recorded_issuers(entry.view, self.catalogue))
        return tuple(
            record
            for record in self.catalogue.certificates
            if record.is_root and _leads_to(view_of(self.catalogue, record), above)
        )

    def convert_command(self, *options: str, keys: bool = True) -> tuple[str, ...]:
        """The call of `unpin convert` that writes the store anew, up to the name of the store.

        `keys`: the keys of the store are copied too. What cannot be read is left out; empty where
        nothing else is there.
        """
        found = convertible(self.store)
        copied = keys and bool(self.store.keys)
        if not found.some and not copied:
            return ()
        if not found.every and "--skip-unreadable" not in options:
            options = ("--skip-unreadable", *options)
        if copied:
            options = ("--keys", *options)
        return (
            "unpin",
            "convert",
            *options,
            "-o",
            "new.p12" if self.store.format.is_java else "new.pem",
        )

    @cached_property
    def has_unreadable(self) -> bool:
        """Whether the store has an entry or a certificate that cannot be read."""
        if len(self.trusted) == len(self.entries):
            return False
        return any(entry.role is Role.UNREADABLE for entry in self.entries)

    def location(self, entry: AuditedEntry | None = None) -> Location:
        """Where a finding about `entry` (or the whole store) is."""
        if entry is None:
            return Location(self.store.source)
        return Location(
            self.store.source,
            entry.alias or None,
            entry.index,
            entry.certificate.sha256 if entry.certificate else None,
            getattr(entry.entry, "line", None),
            getattr(entry.entry, "file", None),
            entry.certificate.label if entry.certificate else None,
        )

    def holds_root(self, root: CatalogueCertificate) -> bool:
        """Whether the store has `root`, or a copy with its name and key whose root is here."""
        for entry in self.called(root.canonical_subject):
            if entry.rooted and entry.view is not None and entry.view.key == root.spki_sha256:
                return True
        return False

    @cached_property
    def handshakes(self) -> tuple[Handshake, ...]:
        """The profile's chains in the documented shape, each under every CA that may issue."""
        if self.profile is None:
            return ()
        return tuple(handshakes_of(self.catalogue, self.profile.chains, (FULL,)))

    def handshakes_through(self, entry: AuditedEntry) -> tuple[Handshake, ...]:
        """The handshakes in which the server sends the CA of `entry`, or its own certificate.

        Those of the profile that present its name and key (a twin is in the chain as much as the
        certificate itself); where none does, the handshake for which it was presumably imported.
        """
        view = entry.view
        if view is None:
            return ()
        return self.rehearser.handshakes_through(entry.index, view, self.handshakes)

    def verdict(
        self, client: ClientRules, handshake: Handshake, without: frozenset[int] = NOTHING
    ) -> Verdict:
        """Rehearse `client` and `handshake`, as if the entries `without` were gone.

        Raises WorkLimitError where the work allowed for the store is used up.
        """
        found = self.rehearser.verdict(client, handshake, without=without)
        if found.reason is Reason.GAVE_UP and work_is_done():
            raise WorkLimitError
        return found

    def accepts(
        self, client: ClientRules, handshake: Handshake, without: frozenset[int] = NOTHING
    ) -> bool:
        """Whether `verdict` is yes; an unknown verdict is no."""
        return self.verdict(client, handshake, without).accepted is True

    def accepts_alone(self, client: ClientRules, entry: AuditedEntry, at: datetime) -> bool:
        """Whether `client` accepts a server under `entry` at `at`, if the store holds only that."""
        return (
            entry.view is not None and self.verdict_alone(client, entry.view, at).accepted is True
        )

    def verdict_alone(self, client: ClientRules, view: CertificateView, at: datetime) -> Verdict:
        """The verdict of `client` on a server under `view` at `at`, with `view` as its store."""
        return verdict_alone(client, view, self.catalogue, at)

    def dependents(
        self, entry: AuditedEntry, handshakes: Iterable[Handshake]
    ) -> tuple[ClientRules, ...]:
        """The clients that accept some of `handshakes` only because `entry` is in the store."""
        return self.rehearser.affected(
            self.clients, entry.index, tuple(handshakes), accepted_with_it=True
        )

    def victims(self, entry: AuditedEntry) -> tuple[ClientRules, ...]:
        """The clients that fail on a handshake only because `entry` is in the store."""
        if entry.index not in self._victims:
            self._victims[entry.index] = self._find_victims(entry)
        return self._victims[entry.index]

    @cached_property
    def may_have_victims(self) -> Sequence[AuditedEntry]:
        """The judged entries that may keep a client from a server; `victims` of others is empty."""
        names = self._issuer_names
        judged = self.judged
        views = entry_views(self.store) if judged is self.entries else [e.view for e in judged]
        named = map(names.__contains__, map(attrgetter("subject"), views))
        others = map(not_, map(attrgetter("is_self_signed"), views))
        return [judged[at] for at in compress(count(), map(or_, named, others))]

    @cached_property
    def _victims(self) -> dict[int, tuple[ClientRules, ...]]:
        return {}

    def _find_victims(self, entry: AuditedEntry) -> tuple[ClientRules, ...]:
        if entry.view is None:
            return ()
        asked = list(self.handshakes) if entry.view.subject in self._issuer_names else []
        if not is_self_signed(entry.view):
            asked += [other for other in self.handshakes_through(entry) if other not in asked]
        return self.rehearser.affected(self.clients, entry.index, asked, accepted_with_it=False)

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """The profile's chains in the documented shape, as `unpin rehearse` rehearses them."""
        return self.rehearser.rehearse(self.clients, self.handshakes)

    @cached_property
    def _issuer_names(self) -> AbstractSet[str]:
        """Every name at which a client may look for an issuer; other entries change no path."""
        views = filter(None, entry_views(self.store))
        above = [*filterfalse(attrgetter("is_self_signed"), views)]
        return IssuerNames(above).reached(names_sent(self.handshakes))


def _leads_to(root: CertificateView, above: Iterable[CertificateView]) -> bool:
    return any(is_issuer(root, view) or same_name_and_key(root, view) for view in above)
