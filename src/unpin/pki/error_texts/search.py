"""Find the known texts in what a client printed: a message, a stack trace, a log."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from unpin.pki.clients import CLIENTS
from unpin.pki.error_texts import ERROR_TEXTS
from unpin.pki.error_texts.model import Cause, ErrorText, folded_text

_GAP: Final = 600
"""Most characters that a client may put where a text has "..."."""
_SHORTEST: Final = 8
"""Fewest characters of a piece that is looked for inside the texts."""
_CONTINUED: Final = re.compile(r"\s|Caused by:|Suppressed:|at \S+\(|\.\.\. \d+ more")
"""How a line begins that belongs to the message before it: a stack trace, a wrapped line."""


class Found(NamedTuple):
    """A known text in a log: its line, from 1, and what it means."""

    line: int
    text: ErrorText


def explain_text(said: str) -> tuple[ErrorText, ...]:
    """The texts that `said`, one message of a client, holds, in their order; () for none.

    Of two texts at one place the longer is meant. A general text gives way to any other.
    """
    message = folded_text(said)
    found = _in_message(message, ERROR_TEXTS) or list(_from_the_rules(message))
    return _once(_most_precise(found))


def texts_with(piece: str) -> tuple[ErrorText, ...]:
    """The texts of which `piece` is a part: a message that was cut off; () if it is too short."""
    part = folded_text(piece).strip(" .:")
    if len(part) < _SHORTEST or " " not in part:
        return ()
    return _once(
        text for text in ERROR_TEXTS if any(part in fragment for fragment in text.fragments)
    )


def explain_log(lines: Sequence[str]) -> tuple[Found, ...]:
    """The texts of a log, each once, with the line of the message in which it comes first."""
    whole = folded_text("\n".join(lines))
    likely = [text for text in ERROR_TEXTS if all(part in whole for part in text.fragments)]
    found: list[Found] = []
    for line, message in _messages(lines):
        precise = _most_precise(_in_message(folded_text(message), likely))
        found += (Found(line, text) for text in precise)
    first: dict[Cause, Found] = {}
    for message_text in found:
        first.setdefault(message_text.text.cause, message_text)
    return tuple(first.values())


def _messages(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The messages of a log with the line of each: a line and those that continue it."""
    message: list[str] = []
    begin = 1
    for number, line in enumerate(lines, 1):
        if message and not _CONTINUED.match(line):
            yield begin, "\n".join(message)
            message, begin = [], number
        message.append(line)
    if message:
        yield begin, "\n".join(message)


def _in_message(message: str, texts: Iterable[ErrorText]) -> list[ErrorText]:
    """The texts in `message`, which is folded, by place.

    A longer text hides those that it overlaps, and a general text hides no other.
    """
    spans = [(span, text) for text in texts if (span := _span(message, text.fragments)) is not None]
    spans.sort(key=lambda spanned: (spanned[1].general, -spanned[1].weight))
    kept: list[tuple[tuple[int, int], ErrorText]] = []
    for (begin, end), text in spans:
        if all(end <= start or begin >= stop for (start, stop), _ in kept):
            kept.append(((begin, end), text))
    return [text for _, text in sorted(kept, key=lambda spanned: spanned[0])]


def _span(message: str, fragments: Sequence[str]) -> tuple[int, int] | None:
    """Where the fragments stand in `message`, as whole words and in their order."""
    first, *others = fragments
    begin = _find(message, first, 0, len(message))
    while begin >= 0:
        end: int = begin + len(first)
        for fragment in others:
            at = _find(message, fragment, end, min(len(message), end + _GAP + len(fragment)))
            if at < 0:
                break
            end = at + len(fragment)
        else:
            return begin, end
        begin = _find(message, first, begin + 1, len(message))
    return None


def _find(message: str, fragment: str, begin: int, end: int) -> int:
    """Where `fragment` stands in `message[begin:end]` and cuts no word; -1 for nowhere."""
    at = message.find(fragment, begin, end)
    while at >= 0:
        after = at + len(fragment)
        if not (_joined(message, at) or _joined(message, after)):
            return at
        at = message.find(fragment, at + 1, end)
    return -1


def _joined(message: str, at: int) -> bool:
    """Whether the characters before and after `at` belong to one word."""
    return 0 < at < len(message) and all(
        char.isalnum() or char == "_" for char in message[at - 1 : at + 1]
    )


def _most_precise(texts: Sequence[ErrorText]) -> Sequence[ErrorText]:
    """Those that are not general; all if there is none."""
    return [text for text in texts if not text.general] or texts


def _once(texts: Iterable[ErrorText]) -> tuple[ErrorText, ...]:
    """The first text of each cause."""
    first: dict[Cause, ErrorText] = {}
    for text in texts:
        first.setdefault(text.cause, text)
    return tuple(first.values())


def _from_the_rules(message: str) -> Iterator[ErrorText]:
    """What the rules of a client family print for one of the reasons, and no table has."""
    for client in CLIENTS:
        last = () if client.last_errors is None else client.last_errors.errors.items()
        for reason, text in (*client.errors.items(), *client.other_errors.items(), *last):
            if _find(message, folded_text(text), 0, len(message)) >= 0:
                cause = Cause(reason.sentence, "see unpin rehearse FILE")
                yield ErrorText(text, client.title, cause, measured=True)
