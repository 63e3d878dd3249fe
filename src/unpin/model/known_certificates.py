"""Certificates of the last stores of which something is known."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress, count
from operator import not_
from typing import Final, Generic, TypeVar

from unpin.model.certificate import Certificate

_Answer = TypeVar("_Answer")

_MOST: Final = 8192


class KnownCertificates(set[Certificate]):
    """Certificates of which the same is known, in all stores that hold them.

    Long ones are not kept, and of too many, none of those before: memory stays flat.
    """

    def learn(self, found: AbstractSet[Certificate]) -> None:
        """Keep those of a store."""
        short = {each for each in found if not each.is_long}
        if len(self) + len(short) > _MOST:
            self.clear()
        if len(short) <= _MOST:
            self.update(short)


class Usual:
    """The certificates to which a pure question has its usual answer: they are asked once for all.

    Of the certificates of a store, nearly all were in the store before it. `is_usual` asks one.
    """

    def __init__(self, is_usual: Callable[[Certificate], bool]) -> None:
        self._is_usual = is_usual
        self._known = KnownCertificates()

    def holds_of(self, values: AbstractSet[Certificate]) -> bool:
        """Whether the answer is the usual one for all of `values`."""
        asked = values - self._known
        if not asked:
            return True
        usual = {value for value in asked if self._is_usual(value)}
        self._known.learn(usual)
        return len(usual) == len(asked)


class UsualAnswers(Generic[_Answer]):
    """What a pure question gives for certificates: asked once for those of the last stores.

    `ask` gives no answer that is false, but None.
    """

    def __init__(self, ask: Callable[[Certificate], _Answer | None]) -> None:
        self._ask = ask
        self._known: dict[Certificate | None, _Answer] = {}

    def of_each(self, certificates: Sequence[Certificate | None]) -> list[_Answer | None]:
        """The answers in the order of the certificates; None for None."""
        known = self._known
        found = list(map(known.get, certificates))
        if all(found):
            return found
        new: dict[Certificate | None, _Answer] = {}
        for at in [*compress(count(), map(not_, found))]:
            certificate = certificates[at]
            answer = None if certificate is None else self._ask(certificate)
            found[at] = answer
            if certificate is not None and answer is not None and not certificate.is_long:
                new[certificate] = answer
        if len(known) + len(new) > _MOST:
            known.clear()
        if len(new) <= _MOST:
            known |= new
        return found
