"""`unpin fix` of several stores: a row for each different store, a total, and what is next."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.model.errors import BusyFileError, InterruptedWriteError, NotWrittenError
from unpin.operations.opening import STANDARD_INPUT_NAME
from unpin.reports.audit_wording import status_tone, status_word
from unpin.reports.blocks import Answer, Command, Lines, Table, Tone, Toned
from unpin.reports.fixes.wording import plan_summary
from unpin.reports.names import archived_place, is_patched_from_root, patch_command
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.model.errors import UnpinError
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.fixes.report import FixReport

_MOST_PLACES: Final = 3
"""The most places of a store that a row names."""
_MOST_COMMANDS: Final = 5
"""The most stores that commands name."""

_FAILED: Final = (BusyFileError, InterruptedWriteError, NotWrittenError)


class PlannedFix(NamedTuple):
    """What an overview keeps of the fix of a store.

    `same` is equal for places with the same bytes and the same answer. `command` is the call that
    writes the plan, empty where nothing is to be written. `archived`: the store is in an archive;
    `value`: it is a value of another file. `place` is how a command calls it.
    """

    source: str
    verdict: Toned
    plan: str
    afterwards: Toned | None
    same: object
    command: tuple[str, ...] = ()
    archived: bool = False
    value: bool = False
    other_names: tuple[str, ...] = ()
    place: str = ""

    @classmethod
    def of(cls, report: FixReport) -> PlannedFix:
        """The fix of a report."""
        fix, store = report.repair, report.repair.store
        headline = report.headline()
        plan = headline.text
        if fix.due:
            plan = plan_summary(fix)
            if fix.refusal is not None:
                plan += f"; {fix.refusal.message.removeprefix(f'{store.source}: ')}"
            elif report.accepted is not None:
                plan += f"; {report.accepted}"
            elif report.kept is not None:
                plan += f"; {report.kept_because()}"
        pending = fix.due and fix.refusal is None and report.written is None
        pending = pending and report.accepted is None
        writes = pending and (report.managed is None or "--follow" in report.command)
        key = None if store.embedding is None else store.embedding.key
        same = None
        if store.file_sha256 is not None:
            same = (store.file_sha256, key, headline.verdict.text, plan, report.profile)
        return cls(
            store.source,
            headline.verdict,
            plan,
            None if fix.audit is None else Toned(status_word(fix.audit), status_tone(fix.audit)),
            same,
            report.command if writes else (),
            store.archive is not None,
            store.embedding is not None,
            report.links,
            archived_place(store),
        )


def fix_overview(
    fixes: Sequence[PlannedFix], errors: Sequence[UnpinError], paths: Sequence[str]
) -> Iterator[Block]:
    """A row for each different store, the worst first, with its places; a total; what is next.

    What was not read or not written is among them. `paths` are the stores as the user named them.
    """
    known = {fix.source for fix in fixes}
    rows = [*fixes, *(_failure(each) for each in errors if each.source not in known)]
    places: dict[object, list[PlannedFix]] = {}
    for row in rows:
        places.setdefault(row.same or (row.source, row.plan), []).append(row)
    groups = sorted(places.values(), key=lambda group: group[0].verdict.tone.rank)
    yield Table(
        ("fix", "store", "plan", "afterwards"),
        [
            [first.verdict, _places(group), first.plan, first.afterwards or "-"]
            for group in groups
            for first in group[:1]
        ],
    )
    counts: dict[str, int] = {}
    for group in groups:
        word = group[0].verdict.text.lower()
        counts[word] = counts.get(word, 0) + 1
    total = ", ".join(f"{number} {word}" for word, number in counts.items())
    stores = counted(len(groups), "store", "stores")
    if (number := len(rows)) > len(groups):
        different = counted(len(groups), "different store", "different stores")
        stores = f"{different} in {number} places"
    yield Answer(f"{stores}: {total}; unpin fix -v shows each plan")
    yield from _next([fix for fix in fixes if fix.command], paths)


def _failure(error: UnpinError) -> PlannedFix:
    word = "NOT WRITTEN" if isinstance(error, _FAILED) else "UNREADABLE"
    source = error.source or "-"
    return PlannedFix(
        source, Toned(word, Tone.BAD), error.message.removeprefix(f"{source}: "), None, None
    )


def _places(group: Sequence[PlannedFix]) -> Cell:
    """The first places of a store with the links to it, and how many more there are."""
    names = []
    for fix in group:
        names += [fix.source, *(f"{name} (a link)" for name in fix.other_names)]
    if len(names) == 1:
        return names[0]
    more = len(names) - _MOST_PLACES
    shown = names[:_MOST_PLACES]
    if more > 0:
        shown.append(f"and {counted(more, 'more place', 'more places')}")
    return Lines(tuple(shown))


def _next(due: Sequence[PlannedFix], paths: Sequence[str]) -> Iterator[Block]:
    """The commands for what is due: of files, of values of other files, of stores in archives."""
    files = [fix for fix in due if not (fix.archived or fix.value)]
    values = [fix for fix in due if fix.value and not fix.archived]
    archived = [fix for fix in due if fix.archived]
    if files and files[0].source != STANDARD_INPUT_NAME:
        command = files[0].command
        kept = "" if "--no-backup" in command else ", and keeps the old files"
        alone = [fix.source for fix in files]
        some = (values or archived) and len(alone) <= _MOST_COMMANDS
        yield Answer(f"this writes {counted(len(files), 'file', 'files')}{kept}:")
        yield Command(shlex.join((*command, *(alone if some else paths))))
    if values:
        number = counted(len(values), "value", "values")
        yield Answer(f"{number} of other files, which unpin leaves alone; patches change them:")
        yield from _patches(values, paths)
    if archived:
        number = counted(len(archived), "store", "stores")
        yield Answer(f"{number} in archives, which unpin leaves alone; this says how to go on:")
        for fix in archived[:_MOST_COMMANDS]:
            plan = [word for word in fix.command if word != "--write"]
            yield Command(shlex.join((*plan, fix.place)))


def _patches(values: Sequence[PlannedFix], paths: Sequence[str]) -> Iterator[Command]:
    """The calls that change the files with the values: patch takes names of one kind."""
    for from_root in (False, True):
        named = [path for path in paths if is_patched_from_root(path) is from_root]
        if any(is_patched_from_root(value.source) is from_root for value in values) and named:
            yield Command(patch_command(values[0].command, named))
