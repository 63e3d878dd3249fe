"""A text that a client prints, and what it means."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from unpin.model.values import frozen


class Cause(NamedTuple):
    """Why a client prints a text, and what to do about it."""

    sentence: str
    remedy: str


@frozen(slots=False)
class ErrorText:
    """One text and who prints it. "..." stands for whatever the client puts there.

    `measured` is False where the text was read in the client's source or in public reports.
    `general` says that the text stands around a more precise one, where the client prints any.
    """

    text: str
    client: str
    cause: Cause
    measured: bool = False
    general: bool = False

    @cached_property
    def fragments(self) -> tuple[str, ...]:
        """The parts that are always there, folded for comparison, in their order."""
        return tuple(
            part for piece in self.text.split("...") if (part := folded_text(piece).strip())
        )

    @cached_property
    def weight(self) -> int:
        """How many characters the text fixes: of two texts at one place the longer is meant."""
        return sum(map(len, self.fragments))


def texts(
    client: str, cause: Cause, *printed: str, measured: bool = False, general: bool = False
) -> Iterator[ErrorText]:
    """A row for each text that `client` prints for one cause."""
    for text in printed:
        yield ErrorText(text, client, cause, measured, general)


_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d`", "''\"\"'")


def folded_text(text: str) -> str:
    """`text` for comparison: no case, one blank between words, straight quotes.

    OpenSSL wrote "self signed" up to 1.1.1, and writes "self-signed" from 3.0 on.
    """
    plain = " ".join(text.translate(_QUOTES).casefold().split())
    return plain.replace("self-signed", "self signed")
