"""What a report draws: paths of chains through a store, a grid of clients, the dates of entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from unpin.catalogue.handshakes import FULL, SHAPES
from unpin.reports.names import entry_role, entry_title
from unpin.reports.rehearsal_wording import cells, headings, missing_issuer
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.rehearsal.scenarios import Attempt, Rehearsal, Scenario
    from unpin.reports.blocks import Cell

_MOST_PATHS: Final = 6
"""The most drawings of paths; those of clients that fail come first."""

_MOST_DATES: Final = 12
"""The most entries of a time line; those that expire first."""


class PathNode(NamedTuple):
    """A certificate of a path. `sent`: by the server; `stored`: in the store."""

    label: str
    sent: bool
    stored: bool


class PathDrawing(NamedTuple):
    """The path of a chain, the server certificate first; `accepted` is None if it is not known.

    `clients` are the titles of the families that go this way, `why` is the reason of a refusal,
    and `missing` the issuer that is not there.
    """

    chain: str
    nodes: Sequence[PathNode]
    accepted: bool | None
    clients: Sequence[str]
    why: str
    missing: str = ""


class Grid(NamedTuple):
    """The outcomes of clients on chains; `after` has those with the fixed store, or nothing."""

    headings: tuple[str, ...]
    before: Sequence[Sequence[Cell]]
    after: Sequence[Sequence[Cell]] = ()


class Dates(NamedTuple):
    """The validity of an entry; a pin makes a client depend on the certificate."""

    entry: str
    name: str
    role: str
    not_before: datetime
    not_after: datetime


class TimeLine(NamedTuple):
    """The entries that expire first, and how many there are beside them."""

    rows: Sequence[Dates]
    others: int


Picture: TypeAlias = PathDrawing | Grid | TimeLine


def rehearsal_pictures(before: Rehearsal, after: Rehearsal | None) -> Iterator[Picture]:
    """The grid of a rehearsal, before and after a fix, and the paths through the store."""
    if not before.scenarios:
        return
    yield Grid(headings(before), cells(before), cells(after) if after is not None else ())
    yield from _paths(before)


def _paths(rehearsal: Rehearsal) -> Iterator[PathDrawing]:
    """A drawing for each way that clients go: in the documented shapes, or as it was sent."""
    stored = {each.sha256 for each in rehearsal.store.certificates()}
    ways: dict[tuple[object, ...], list[tuple[Scenario, Attempt]]] = {}
    for scenario in rehearsal.scenarios:
        if scenario.shape != FULL and scenario.shape in SHAPES:
            continue
        for attempt in scenario.attempts:
            verdict = attempt.verdict
            anchor = None if verdict.anchor is None else verdict.anchor.id
            key = (scenario.chain, verdict.accepted, verdict.reason, len(verdict.path), anchor)
            ways.setdefault(key, []).append((scenario, attempt))
    drawings = [_drawing(way, stored) for way in ways.values()]
    drawings.sort(key=lambda each: (None, False, True).index(each.accepted) != 1)
    yield from drawings[:_MOST_PATHS]


def _drawing(way: Sequence[tuple[Scenario, Attempt]], stored: set[str]) -> PathDrawing:
    scenario, attempt = way[0]
    verdict, sent = attempt.verdict, {view.id for view in attempt.handshake.certificates}
    nodes = [PathNode(view.label, view.id in sent, view.id in stored) for view in verdict.path]
    issuing = dict.fromkeys(each.handshake.issuing for _, each in way)
    more = len(issuing) - 1
    others = f", and {counted(more, 'other issuing CA', 'other issuing CAs')}" if more else ""
    clients = list(dict.fromkeys(each.client.title for each, _ in way))
    why = "" if verdict.accepted else verdict.reason.sentence
    lost = missing_issuer(attempt) if verdict.accepted is False else ""
    return PathDrawing(f"{scenario.chain}{others}", nodes, verdict.accepted, clients, why, lost)


def time_line(entries: Iterable[AuditedEntry]) -> Iterator[TimeLine]:
    """The time line of a store; nothing without a readable certificate."""
    rows = []
    for entry in entries:
        view = entry.view
        if view is not None and view.not_before is not None and view.not_after is not None:
            title, role = entry_title(entry.entry, entry.index), entry_role(entry)
            rows.append(Dates(title, view.label, role, view.not_before, view.not_after))
    rows.sort(key=lambda each: (not each.role.startswith("pin"), each.not_after))
    if rows:
        yield TimeLine(rows[:_MOST_DATES], max(0, len(rows) - _MOST_DATES))


def said_of_path(drawing: PathDrawing) -> str:
    """The drawing in words, for who does not see it."""
    verdict = {True: "connects", False: "fails", None: "not known"}[drawing.accepted]
    way = ", ".join(f"{node.label} ({place_of(node)})" for node in drawing.nodes)
    why = f": {drawing.why}" if drawing.why else ""
    lost = f"; missing: {drawing.missing}" if drawing.missing else ""
    return (
        f"{few(drawing.clients, 8)}: {verdict} with chain {drawing.chain}{why}. Path: {way}{lost}"
    )


def place_of(node: PathNode) -> str:
    """Where a client has the certificate from."""
    words = [*(["sent"] if node.sent else ()), *(["in the store"] if node.stored else ())]
    return ", ".join(words) or "known by name"
