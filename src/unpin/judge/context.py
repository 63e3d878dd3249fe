"""One store under audit: every entry judged once, and the rehearsals that rules ask for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from unpin.catalogue.handshakes import FULL, Act, acts_of
from unpin.catalogue.model import Catalogue, Profile
from unpin.judge.audited_entry import Judged, judge_entries
from unpin.model.finding import Location
from unpin.model.store import Store
from unpin.model.verdict import Verdict
from unpin.pki.acceptance import rehearse
from unpin.pki.certificate_view import CertificateView, same_key, self_signed
from unpin.pki.clients.families import ClientRules
from unpin.pki.path_building.relevance import relevant
from unpin.pki.trust_anchors import Damage, anchors, damaged, loading, reads_as_java
from unpin.rehearsal.presumed_server import act_under

NONE: frozenset[int] = frozenset()


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
    _verdicts: dict[tuple[str, int, frozenset[int]], Verdict] = field(default_factory=dict)
    _anchors: dict[bool, Sequence[tuple[int, CertificateView]]] = field(default_factory=dict)
    _near: dict[tuple[bool, int], Sequence[tuple[int, CertificateView]]] = field(
        default_factory=dict
    )
    _hypotheses: dict[int, Act] = field(default_factory=dict)

    @cached_property
    def judged(self) -> tuple[Judged, ...]:
        """The entries in store order, judged."""
        return judge_entries(self.store, self.catalogue)

    @cached_property
    def trusted(self) -> tuple[Judged, ...]:
        """The trusted entries that could be read."""
        return tuple(one for one in self.judged if one.is_trusted_entry and one.readable)

    def location(self, one: Judged | None = None) -> Location:
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
    def acts(self) -> tuple[Act, ...]:
        """The profile's chains in the documented shape, each under every CA that may issue."""
        if self.profile is None:
            return ()
        return tuple(acts_of(self.catalogue, self.profile.chains, (FULL,)))

    def acts_through(self, one: Judged) -> tuple[Act, ...]:
        """The handshakes that `one` is about.

        Those of the profile that present its name and key (a twin is in the chain as much as the
        certificate itself); where none does, the handshake for which it must have been imported.
        """
        view = one.view
        if view is None:
            return ()
        told = tuple(
            act for act in self.acts if any(same_key(sent, view) for sent in act.presented.views)
        )
        if told:
            return told
        if one.index not in self._hypotheses:
            pool = [other.view for other in self.trusted if other.view is not None]
            self._hypotheses[one.index] = act_under(
                str(one.index), view, pool, self.catalogue, self.now
            )
        return (self._hypotheses[one.index],)

    def verdict(self, client: ClientRules, act: Act, without: frozenset[int] = NONE) -> Verdict:
        """Rehearse `client` and `act`, as if the entries `without` were gone."""
        key = (client.ident, id(act), without)
        if key not in self._verdicts:
            near = self._looked_at(client, act)
            store = [view for index, view in near if index not in without]
            damages = (damage for index, damage in self.damaged if index not in without)
            self._verdicts[key] = rehearse(
                client,
                store,
                act.presented.views,
                act.presented.moment(self.now),
                loading=loading(client, damages),
            )
        return self._verdicts[key]

    def accepts(self, client: ClientRules, act: Act, without: frozenset[int] = NONE) -> bool:
        """Whether `verdict` is yes; "not modelled" is no."""
        return self.verdict(client, act, without).accepted is True

    def alone(self, client: ClientRules, one: Judged, at: datetime) -> bool:
        """Whether `client` accepts a server under `one` at `at`, with nothing else in the store."""
        if one.view is None:
            return False
        act = act_under(str(one.index), one.view, (), self.catalogue, at)
        return rehearse(client, [one.view], act.presented.views, at).accepted is True

    def dependents(self, one: Judged, acts: Iterable[Act]) -> tuple[ClientRules, ...]:
        """The clients that accept one of `acts` only because `one` is in the store."""
        return self._who(one, acts, accepted_with_it=True)

    def victims(self, one: Judged) -> tuple[ClientRules, ...]:
        """The clients that fail on a handshake only because `one` is in the store."""
        if one.view is None:
            return ()
        acts = [act for act in self.acts if one.view.subject in self._names]
        if not self_signed(one.view):
            acts += [act for act in self.acts_through(one) if act not in acts]
        return self._who(one, acts, accepted_with_it=False)

    def _who(
        self, one: Judged, acts: Iterable[Act], *, accepted_with_it: bool
    ) -> tuple[ClientRules, ...]:
        acts, gone = tuple(acts), frozenset({one.index})
        return tuple(
            client
            for client in self.clients
            if any(
                self.verdict(client, act).accepted is accepted_with_it
                and self.verdict(client, act, gone).accepted is (not accepted_with_it)
                for act in acts
            )
        )

    @cached_property
    def damaged(self) -> tuple[tuple[int, Damage], ...]:
        """The entries at which a client may fail to load the store (anchors.damaged)."""
        return tuple(damaged(self.store))

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every name at which a client may look for an issuer; other entries change no path."""
        views = [one.view for one in self.judged if one.view is not None]
        sent = [view for act in self.acts for view in act.presented.views]
        return frozenset(view.subject for view in relevant(views, sent))

    def _looked_at(self, client: ClientRules, act: Act) -> Sequence[tuple[int, CertificateView]]:
        """The anchors at which a client looks in this handshake, with their entries' positions."""
        java = reads_as_java(client)
        if java not in self._anchors:
            self._anchors[java] = tuple(anchors(self.store, client))
        key, every = (java, id(act)), self._anchors[java]
        if key not in self._near:
            near = set(relevant([view for _, view in every], act.presented.views))
            self._near[key] = [(index, view) for index, view in every if view in near]
        return self._near[key]
