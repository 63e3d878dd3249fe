"""Place a store that was read from a value in its file: lines are those of the file."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from unpin.model.entries import Entry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.embedded.recognition import EmbeddedValue
from unpin.stores.pem.decoder import PemContainer

_LINE: Final = re.compile(r"^line (\d+)")


def placed(store: Store, value: EmbeddedValue) -> Store:
    """The store with its place, and with the lines of the file around it."""
    if store.format is not Format.PEM:
        return replace(store, embedding=value.embedding)
    lines = value.lines

    def moved(entry: Entry) -> Entry:
        return entry if entry.line is None else replace(entry, line=_outer(entry.line, lines))

    container = store.container
    if isinstance(container, PemContainer):
        container = replace(
            container,
            blocks=tuple((block, tuple(map(moved, held))) for block, held in container.blocks),
            rest=tuple(
                replace(entry, line=_outer(entry.line, lines)) if entry.line else entry
                for entry in container.rest
            ),
        )
    return replace(
        store,
        embedding=value.embedding,
        entries=tuple(map(moved, store.entries)),
        faults=tuple(
            fault if fault.line is None else replace(fault, line=_outer(fault.line, lines))
            for fault in store.faults
        ),
        notes=tuple(
            _LINE.sub(lambda match: f"line {_outer(int(match[1]), lines)}", note)
            for note in store.notes
        ),
        container=container,
    )


def _outer(line: int, lines: Sequence[int]) -> int:
    return lines[min(line, len(lines)) - 1]
