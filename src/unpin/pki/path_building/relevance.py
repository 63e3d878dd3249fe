"""The trust anchors that can matter to a handshake; all others change no path."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from unpin.model.grouping import Grouped, grouped
from unpin.pki.certificate_view import CertificateView
from unpin.pki.work import MOST_CANDIDATES, WorkLimitError

NOTHING: frozenset[int] = frozenset()


class IssuerNames:
    """Where the names in certificates lead: from a subject to the issuers called by it."""

    def __init__(self, views: Iterable[CertificateView]) -> None:
        self._above: dict[str, set[str]] = defaultdict(set)
        for view in views:
            if view.issuer != view.subject:
                self._above[view.subject].add(view.issuer)

    def reached(self, presented: AbstractSet[str]) -> AbstractSet[str]:
        """The names `presented`, and those of their issuers, and so on upwards."""
        if not self._above:
            return presented
        names = set(presented)
        todo = list(names)
        for name in todo:
            more = self._above.get(name, set()) - names
            names |= more
            todo += more
        return names


def names_in(views: Iterable[CertificateView]) -> set[str]:
    """The subjects and issuers of certificates, in their canonical form."""
    return {name for view in views for name in (view.subject, view.issuer)}


def reached(
    store: Sequence[CertificateView], presented: Iterable[CertificateView]
) -> tuple[CertificateView, ...]:
    """The certificates of `store` at which a client looks, in their order.

    Every family looks for issuers by name and for pins by identity. A certificate that has neither
    the name of a presented one, nor of an issuer reached from one, is never looked at.
    """
    names = IssuerNames(store).reached(names_in(presented))
    return tuple(view for view in store if view.subject in names)


class _Copies:
    """A certificate, and the positions of the entries that hold it, in the order of the file."""

    __slots__ = ("positions", "view")

    def __init__(self, view: CertificateView, *positions: int) -> None:
        self.view = view
        self.positions = list(positions)

    def first(self, without: AbstractSet[int]) -> int | None:
        """The first of the positions that is not left out."""
        if not without:
            return self.positions[0]
        return next((at for at in self.positions if at not in without), None)


class AnchorIndex:
    """The trust anchors of a store, in the order of the file, found by name.

    `anchors` are (position of the entry, certificate); `places` says where in `anchors` those of a
    subject are, if that is known.
    """

    def __init__(
        self,
        anchors: Iterable[tuple[int, CertificateView]],
        places: Grouped[str, int] | None = None,
    ) -> None:
        self.anchors = tuple(anchors)
        if places is None:
            subjects = [view.subject for _, view in self.anchors]
            places = grouped(subjects, range(len(subjects)))
        self._places = places
        self._namesakes: dict[str, tuple[_Copies, ...]] = {}

    def _called(self, name: str) -> tuple[_Copies, ...]:
        """The certificates with the subject `name`, each once."""
        at = self._places.under(name)
        if not at:
            return ()
        if len(at) == 1:
            position, view = self.anchors[at[0]]
            return (_Copies(view, position),)
        if name not in self._namesakes:
            found: dict[tuple[str, bool | None], _Copies] = {}
            for position, view in (self.anchors[number] for number in at):
                copies = found.setdefault((view.id, view.trust), _Copies(view))
                copies.positions.append(position)
            self._namesakes[name] = tuple(found.values())
        return self._namesakes[name]

    def relevant(
        self,
        presented: Iterable[CertificateView],
        *,
        without: AbstractSet[int] = NOTHING,
        plus: Sequence[CertificateView] = (),
    ) -> tuple[CertificateView, ...]:
        """What `reached` finds, as if the entries `without` were gone and `plus` stood at the end.

        A certificate that several entries hold counts once, where the first of them stands. Where
        nothing is found, the first anchor: clients say other things of an empty store. Raises
        WorkLimitError for more than MOST_CANDIDATES certificates.
        """
        found, names = self._near(names_in(presented), without, plus)
        near = (*(view for _, view in found), *(view for view in plus if view.subject in names))
        return near or self._first(without, plus)

    def relevant_to_any(
        self, chains: Sequence[Sequence[CertificateView]], names: AbstractSet[str]
    ) -> tuple[tuple[CertificateView, ...], tuple[CertificateView, ...]]:
        """What decides what is `relevant` to each of `chains`: the certificates, the first anchor.

        `names` are the subjects and issuers in them. The first anchor only where nothing else is
        relevant to a chain. Raises WorkLimitError for
        more than MOST_CANDIDATES certificates.
        """
        found, _ = self._near(set(names), NOTHING, ())
        near = tuple(view for _, view in found)
        held = self._places.by_key
        every = all(
            any(view.subject in held or view.issuer in held for view in chain) for chain in chains
        )
        return near, () if every else self._first(NOTHING, ())

    def positions(self, presented: Iterable[CertificateView]) -> tuple[int, ...]:
        """Where the certificates stand that matter; of several copies the first.

        Raises WorkLimitError for more than MOST_CANDIDATES certificates.
        """
        found, _ = self._near(names_in(presented), NOTHING, ())
        return tuple(position for position, _ in found)

    def _near(
        self,
        names: set[str],
        without: AbstractSet[int],
        plus: Sequence[CertificateView],
    ) -> tuple[list[tuple[int, CertificateView]], set[str]]:
        """What matters of the anchors, in the order of the file, and all names reached.

        `names` are those of the presented certificates, which become all.
        """
        todo = list(names)
        held, room = self._places.by_key, MOST_CANDIDATES + len(without)
        found: list[tuple[int, CertificateView]] = []
        for name in todo:
            called = self._called(name) if name in held else ()
            if len(found) + len(called) > room:
                raise WorkLimitError
            for copies in called:
                first = copies.first(without)
                if first is not None:
                    found.append((first, copies.view))
                    if copies.view.issuer not in names:
                        names.add(copies.view.issuer)
                        todo.append(copies.view.issuer)
            for view in plus:
                if view.subject == name and view.issuer not in names:
                    names.add(view.issuer)
                    todo.append(view.issuer)
        found.sort(key=lambda anchor: anchor[0])
        return found, names

    def is_crowded(self, names: Iterable[str], most: int) -> bool:
        """Whether any of `names` belongs to several certificates, in more than `most` entries."""
        return any(
            len(called) > 1 and sum(len(copies.positions) for copies in called) > most
            for called in map(self._called, names)
        )

    def _first(
        self, without: AbstractSet[int], plus: Sequence[CertificateView]
    ) -> tuple[CertificateView, ...]:
        kept = (view for index, view in self.anchors if index not in without)
        return tuple(view for view in (next(kept, None), *plus[:1]) if view is not None)[:1]
