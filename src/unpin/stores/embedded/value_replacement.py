"""Write a file anew with other stores in the places of some of its values; all else stays."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from unpin.model.embedding import EmbeddingKind
from unpin.model.values import frozen
from unpin.stores.embedded.recognition import EmbeddedValue, Step, embedded_values
from unpin.stores.embedded.scalars import Scalar, respelled, wrapped

_BOM: Final = b"\xef\xbb\xbf"
_COMMENT: Final = re.compile(rb"(?m)^#.*\n")


@frozen
class LineChange:
    """The lines from `start` (from 0) to `end`, which is behind them, give way to `new`.

    Lines have no line feed, but keep a carriage return.
    """

    start: int
    end: int
    new: tuple[str, ...]


class _NoSpellingError(Exception):
    """A text cannot be written as the value is spelled."""


def changed_lines(data: bytes, new: Mapping[str, bytes]) -> tuple[LineChange, ...] | None:
    """The changes of the file `data` that give the values of the keys `new` other stores.

    They are of the text as `data.decode()` gives it, with a byte order mark if there is one. None
    where a value cannot be written as it is spelled, or where the file would not be read again with
    exactly these values.
    """
    values = embedded_values(data)
    new = {**new, **_plain(values, new)}
    wanted = [
        (value.steps, new[value.embedding.key]) for value in values if value.embedding.key in new
    ]
    text = data.decode("utf-8-sig")
    try:
        changes = _changes(text, wanted)
    except (_NoSpellingError, UnicodeDecodeError):
        return None
    written = with_changes(text, changes).encode("utf-8", "surrogatepass")
    if data.startswith(_BOM):
        written = _BOM + written
    if not _is_as_meant(values, embedded_values(written), new):
        return None
    if data.startswith(_BOM) and changes and changes[0].start == 0:
        first = changes[0]
        return (replace(first, new=(f"\ufeff{first.new[0]}", *first.new[1:])), *changes[1:])
    return changes


def _plain(values: Sequence[EmbeddedValue], new: Mapping[str, bytes]) -> dict[str, bytes]:
    """New stores without comments, for assignments and base64 that have none: PEM begins them."""
    found = {}
    for value in values:
        place = value.embedding
        data = new.get(place.key)
        begins = value.steps[-1].base64 or place.kind in {
            EmbeddingKind.PROPERTIES,
            EmbeddingKind.ENVIRONMENT,
        }
        if data is not None and begins and not _COMMENT.search(place.data):
            found[place.key] = _COMMENT.sub(b"", data)
    return found


def with_changes(text: str, changes: Sequence[LineChange]) -> str:
    """The text after the changes."""
    lines = text.split("\n")
    for change in sorted(changes, key=lambda change: -change.start):
        lines[change.start : change.end] = change.new
    return "\n".join(lines)


def _is_as_meant(
    old: Sequence[EmbeddedValue], now: Sequence[EmbeddedValue], new: Mapping[str, bytes]
) -> bool:
    """Whether the file has the same values, but for the new ones, which end as the old ones did."""
    if len(old) != len(now):
        return False
    for before, after in zip(old, now, strict=True):
        key, had, has = before.embedding.key, before.embedding, after.embedding
        meant = new.get(key, had.data)
        if (had.kind, had.base64) != (has.kind, has.base64):
            return False
        if has.data != meant and has.data != _ended_alike(meant, had.data):
            return False
    return True


def _ended_alike(new: bytes, old: bytes) -> bytes:
    """A PEM text with as many line ends behind it as the old one has."""
    if b"-----BEGIN " not in new:
        return new
    return new.rstrip(b"\r\n") + old[len(old.rstrip(b"\r\n")) :]


def _changes(text: str, wanted: Sequence[tuple[tuple[Step, ...], bytes]]) -> tuple[LineChange, ...]:
    """The changes that give each value, at the end of its steps, its new bytes."""
    raw = text.split("\n")
    lines = [line.removesuffix("\r") for line in raw]
    groups: dict[Scalar, list[tuple[tuple[Step, ...], bytes]]] = {}
    for steps, data in wanted:
        scalar = steps[0].value.scalar
        if scalar is None:
            raise _NoSpellingError
        groups.setdefault(scalar, []).append((steps, data))
    edits = []
    for scalar, members in groups.items():
        step = members[0][0][0]
        if len(members[0][0]) == 1:
            data = _ended_alike(members[0][1], step.data)
        else:
            inner = step.data.decode("utf-8")
            below = [(steps[1:], new) for steps, new in members]
            data = with_changes(inner, _changes(inner, below)).encode("utf-8")
        if step.base64:
            value = wrapped(base64.b64encode(data).decode("ascii"), step.value.text)
        else:
            value = data.decode("utf-8")
        source = respelled(value, scalar, scalar.source(lines), base64=step.base64)
        if source is None:
            raise _NoSpellingError
        edits.append((scalar, source))
    edits.sort(key=lambda edit: edit[0].start)
    return tuple(_line_changes(raw, edits))


def _line_changes(
    raw: Sequence[str], edits: Sequence[tuple[Scalar, list[str]]]
) -> Iterator[LineChange]:
    """The edits as changes of whole lines: several on a line are a change."""
    at = 0
    while at < len(edits):
        first, last = edits[at][0].start[0], edits[at][0].end[0]
        position = (first, 0)
        out = [""]
        while at < len(edits) and edits[at][0].start[0] <= last:
            scalar, source = edits[at]
            end = "\r" if raw[scalar.start[0]].endswith("\r") else ""
            _append(out, _between(raw, position, scalar.begin))
            _append(out, [*(f"{line}{end}" for line in source[:-1]), source[-1]])
            position, last = scalar.end, scalar.end[0]
            at += 1
        out[-1] += raw[last][position[1] :]
        yield LineChange(first, last + 1, tuple(out))


def _between(raw: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> list[str]:
    if start[0] == end[0]:
        return [raw[start[0]][start[1] : end[1]]]
    return [raw[start[0]][start[1] :], *raw[start[0] + 1 : end[0]], raw[end[0]][: end[1]]]


def _append(out: list[str], lines: Sequence[str]) -> None:
    out[-1] += lines[0]
    out += lines[1:]
