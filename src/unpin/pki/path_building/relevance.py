"""The trust anchors that can matter to a handshake; all others change no path."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from unpin.pki.certificate_view import CertificateView

NOTHING: frozenset[int] = frozenset()


def reached(
    store: Sequence[CertificateView], presented: Iterable[CertificateView]
) -> tuple[CertificateView, ...]:
    """The certificates of `store` at which a client looks, in their order.

    Every family looks for issuers by name and for pins by identity. A certificate that has neither
    the name of a presented one, nor of an issuer reached from one, is never looked at.
    """
    names: set[str] = set()
    for view in presented:
        names.add(view.subject)
        names.add(view.issuer)
    while more := {view.issuer for view in store if view.subject in names} - names:
        names |= more
    return tuple(view for view in store if view.subject in names)


class AnchorIndex:
    """The trust anchors of a store, in the order of the file, found by name.

    `anchors` are (position of the entry, certificate).
    """

    def __init__(self, anchors: Iterable[tuple[int, CertificateView]]) -> None:
        self.anchors = tuple(anchors)
        self._by_subject: dict[str, list[tuple[int, CertificateView]]] = defaultdict(list)
        for anchor in self.anchors:
            self._by_subject[anchor[1].subject].append(anchor)

    def relevant(
        self,
        presented: Iterable[CertificateView],
        *,
        without: AbstractSet[int] = NOTHING,
        plus: Sequence[CertificateView] = (),
    ) -> tuple[CertificateView, ...]:
        """What `reached` finds, as if the entries `without` were gone and `plus` stood at the end.

        Where it finds nothing, the first anchor: clients say other things of an empty store.
        """
        names = {name for view in presented for name in (view.subject, view.issuer)}
        todo = list(names)
        found: list[tuple[int, CertificateView]] = []
        for name in todo:
            for view in self._called(name, without, plus, found):
                if view.issuer not in names:
                    names.add(view.issuer)
                    todo.append(view.issuer)
        found.sort(key=lambda anchor: anchor[0])
        near = (*(view for _, view in found), *(view for view in plus if view.subject in names))
        return near or self._first(without, plus)

    def _called(
        self,
        name: str,
        without: AbstractSet[int],
        plus: Sequence[CertificateView],
        found: list[tuple[int, CertificateView]],
    ) -> Iterator[CertificateView]:
        for anchor in self._by_subject.get(name, ()):
            if anchor[0] not in without:
                found.append(anchor)
                yield anchor[1]
        yield from (view for view in plus if view.subject == name)

    def _first(
        self, without: AbstractSet[int], plus: Sequence[CertificateView]
    ) -> tuple[CertificateView, ...]:
        kept = (view for index, view in self.anchors if index not in without)
        return tuple(view for view in (next(kept, None), *plus[:1]) if view is not None)[:1]
