"""`unpin fix`: the profile's roots in place of the pins, everything else byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from unpin.cli.fix.interrupts import Terminated, end_by, noticed
from unpin.cli.fix.options import check_call, repair_options, writes_to_stdout
from unpin.cli.fix.patches import Patches
from unpin.cli.fix.store_fix import StoreFix
from unpin.cli.open_each import open_each
from unpin.cli.options import run_facts
from unpin.cli.output import print_results, say, say_error, say_note, terminal
from unpin.cli.project_rules import ProjectRules
from unpin.cli.stores import check_names, say_excluded
from unpin.files.backups import said_of
from unpin.files.exclusion import DEFAULT_EXCLUDES, Exclusion
from unpin.files.reading import is_folder
from unpin.files.replacement import undo
from unpin.files.tree import files_with_backup
from unpin.model.errors import InterruptedWriteError, NothingToUndoError, UnpinError
from unpin.reports.escaping import on_terminal
from unpin.reports.fixes.overview import PlannedFix, fix_overview
from unpin.reports.fixes.report import FixReport
from unpin.reports.formats import OutputFormat, render_page
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.cli.fix.options import FixOptions
    from unpin.operations.repair import RepairOptions
    from unpin.stores.opening import Password

_INTERRUPTED: Final = 130
"""The exit code of a run that Ctrl-C ends."""


def run(paths: Sequence[str], password: Password | None, options: FixOptions) -> int:
    """Fix every store; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    how = repair_options(options)
    check_call(paths, options)
    if not options.write:
        return _Run(paths, password, how, options).code()
    with noticed():
        return _Run(paths, password, how, options).code()


class _Run:
    """A call: its stores one after the other, what failed, and whether a signal ended it."""

    def __init__(
        self,
        paths: Sequence[str],
        password: Password | None,
        how: RepairOptions,
        options: FixOptions,
    ) -> None:
        self._paths, self._how, self._options = paths, how, options
        self._exclusion = Exclusion(options.exclude)
        self._patches = Patches(self._fail)
        project = ProjectRules.of(options.policy, None, how.catalogue)
        self._fix = StoreFix(password, how, options, self._patches, project, paths)
        self._errors: list[UnpinError] = []
        self._refused: list[UnpinError] = []
        """The refusals that are not said yet: they follow the page of a single store."""
        self._codes: set[int] = set()
        self._written = 0
        self._stopped: KeyboardInterrupt | Terminated | None = None
        self._has_page = options.output.is_for_people and not options.verbose

    def code(self) -> int:
        """Print the results, and give the exit code of the call."""
        options = self._options
        patterns = [*DEFAULT_EXCLUDES, *self._exclusion.patterns]
        excluded = {"excluded": patterns, "not_looked_into": self._exclusion.places}
        try:
            print_results(
                FixReport,
                self._results(),
                options.output,
                width=options.width,
                files=options.files,
                errors=self._errors,
                err=writes_to_stdout(self._paths, options),
                about=run_facts(self._how.catalogue, self._how.now) | excluded,
                page=self._print_first_screen if self._has_page else None,
            )
        except (KeyboardInterrupt, Terminated) as stop:  # while a page was printed
            if not options.write:
                raise
            self._stop(stop)
        self._say_refusals()
        if isinstance(self._stopped, Terminated):
            end_by(self._stopped)
        if self._stopped is not None:
            return _INTERRUPTED
        return 3 if self._errors else max(self._codes, default=0)

    def _results(self) -> Iterator[FixReport]:
        last: FixReport | None = None
        try:
            for report in open_each(
                self._paths, self._fix, self._errors, exclusion=self._exclusion, writes=True
            ):
                last = report
                yield self._counted(report)
                refusal = report.refusal
                if refusal is None:
                    continue
                refusal.source = report.repair.store.source
                self._errors.append(refusal.kept())
                if self._has_page:
                    self._refused.append(refusal)
                else:
                    say_error(refusal)
            self._patches.finish()
        except (KeyboardInterrupt, Terminated) as stop:
            if not self._options.write:
                raise
            unsaid = self._fix.unsaid
            if unsaid is not None and unsaid is not last:
                yield self._counted(unsaid)
            self._stop(stop)
        say_excluded(self._exclusion)

    def _fail(self, error: UnpinError) -> None:
        self._errors.append(error.kept())
        say_error(error)

    def _say_refusals(self) -> None:
        for error in self._refused:
            say_error(error)
        self._refused.clear()

    def _counted(self, report: FixReport) -> FixReport:
        self._codes.add(_code(report, self._options))
        self._written += report.written is not None and report.repair.due
        return report

    def _stop(self, stop: KeyboardInterrupt | Terminated) -> None:
        """Note that a signal has ended the run: what was written, and what not."""
        if self._stopped is not None:
            return
        self._stopped = stop
        files = counted(self._written, "store is", "stores are")
        error = InterruptedWriteError(
            f"interrupted: {files} written, every other file is as it was",
            "the same call goes on with the others; unpin fix --undo takes back what was written",
        )
        self._errors.append(error)
        self._refused.append(error)

    def _print_first_screen(self, results: Iterable[FixReport]) -> None:
        """The page of a store that was read alone, or a row for each of several stores."""
        options = self._options
        first: FixReport | None = None
        fixes = []
        for report in results:
            first = first or report
            fixes.append(PlannedFix.of(report))
        source = None if first is None else first.repair.store.source
        is_alone = len(fixes) == 1 and all(error.source == source for error in self._errors)
        if first is not None and is_alone:
            markdown = options.output is OutputFormat.MARKDOWN
            blocks = first.markdown() if markdown else first.text()
        elif fixes or len(self._errors) > 1:
            self._say_refusals()
            blocks = fix_overview(fixes, self._errors, self._paths)
        else:
            return
        page = render_page(options.output, blocks, terminal(options.width))
        say(page, err=writes_to_stdout(self._paths, options))


def _code(report: FixReport, options: FixOptions) -> int:
    if report.accepted is not None:
        return 0
    fix = report.repair
    return 1 if fix.fails or (options.check and fix.due) else 0


def undo_all(paths: Sequence[str], *, follow: bool) -> int:
    """Restore the newest backup of every store; return the exit code."""
    check_names(paths)
    failed = False
    for path in _to_undo(paths):
        if isinstance(path, UnpinError):
            say_error(path)
            failed = True
            continue
        try:
            done = undo(Path(path), path, follow=follow)
        except UnpinError as error:
            say_error(error)
            failed = True
        else:
            for sentence in said_of(done.passed):
                say_note(f"{path}: {sentence}")
            aside = "" if done.aside is None else f"; the replaced file is now {done.aside}"
            say(on_terminal(f"{path}: restored from {done.restored}{aside}"))
            if note := done.modes.undo_note():
                say_note(f"{path}: {note}")
    return 3 if failed else 0


def _to_undo(paths: Sequence[str]) -> Iterator[str | UnpinError]:
    """The stores to restore: each file, and of each folder the files that have a backup."""
    for path in paths:
        if not is_folder(Path(path)):
            yield path
            continue
        found = False
        for name in files_with_backup(Path(path), path):
            found = True
            yield name
        if not found:
            yield NothingToUndoError(f"{path}: no file below it has a backup: nothing to undo")
