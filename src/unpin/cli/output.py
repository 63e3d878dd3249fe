"""Print results, errors and progress; only results go to standard output.

This module alone writes to the streams of the process, and only what `unpin.reports.escaping` made.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import typer

from unpin.reports.escaping import TerminalText, on_lines, on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from unpin.cli.output_files import FileOutputs
    from unpin.model.errors import UnpinError
    from unpin.model.finding import Severity
    from unpin.reports.escaping import EscapedText
    from unpin.reports.formats import OutputFormat
    from unpin.reports.formats.table import Terminal
    from unpin.reports.pipeline.paths import Folders
    from unpin.reports.reporter import Reporter, Row, Run

_Result = TypeVar("_Result", bound="Reporter")

_CLEAR_LINE: Final = "\r\x1b[K"
"""Removes the line of progress."""

_COLUMNS: Final = "0*[1-9][0-9]{0,4}"
"""A width in COLUMNS that is none of a shell without a terminal, such as 0."""

_SLICE: Final = 1 << 20
"""Characters that are encoded at a time."""

_PATIENCE: Final = 0.5
"""Seconds of work before progress is shown."""


def say(text: EscapedText, *, err: bool = False) -> None:
    """Print a text and a line end; on standard error if `err`."""
    for end in range(_SLICE, len(text) + _SLICE, _SLICE):
        part = text[end - _SLICE : end]
        typer.echo(part, nl=end >= len(text), err=err)
    if not text:
        typer.echo(err=err)


def say_data(data: bytes) -> None:
    """Write a store to standard output, byte for byte.

    On a terminal, that is a PEM bundle by `unpin convert`, whose comments unpin has written.
    """
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def ask_secret(question: TerminalText) -> str:
    """Ask at the terminal, without showing the answer. Raises typer.Abort."""
    answer: str = typer.prompt(
        f"{_CLEAR_LINE}{question}", hide_input=True, default="", show_default=False, err=True
    )
    return answer


def print_results(  # noqa: PLR0913  (facts about a run)
    kind: type[_Result],
    results: Iterable[_Result],
    output: OutputFormat,
    *,
    width: int | None,
    errors: Sequence[UnpinError],
    err: bool = False,
    about: Row | None = None,
    fail_on: Severity | None = None,
    files: Sequence[str] = (),
    page: Callable[[Iterable[_Result]], None] | None = None,
) -> None:
    """Print each result as soon as it is ready; to standard error if `err`.

    `errors` is read after the last result. `about` are facts about the run, for JSON; `fail_on` is
    the lowest severity that fails the run, an error by default. `files` are the further outputs,
    FORMAT=FILE each. `page` prints the results instead of `output`. Raises UsageError before a
    result is asked for, NotWrittenError at the end.
    """
    if page is not None and not files:
        page(results)
        return
    run = run_of(kind, errors, about, fail_on, width)
    outputs = further_outputs(run, files) if files else None
    results = results if outputs is None else outputs.fed(results)
    if page is not None:
        page(results)
    else:
        _print(results, output, run, err=err)
    if outputs is not None:
        outputs.finish()


def _print(results: Iterable[Reporter], output: OutputFormat, run: Run, *, err: bool) -> None:
    from unpin.reports.formats import OutputFormat, rendering

    shown = rendering(output, run)
    if output is OutputFormat.GITHUB and (summary := os.environ.get(STEP_SUMMARY)):
        from unpin.cli.step_summary import summarised

        results = summarised(results, run, Path(summary))
    for text in shown.of(results):
        say(text, err=err)


def run_of(
    kind: type[Reporter],
    errors: Sequence[UnpinError],
    about: Row | None,
    fail_on: Severity | None,
    width: int | None = 0,
) -> Run:
    """What the formats may know of this run; `errors` may still grow."""
    from unpin.model.finding import Severity
    from unpin.reports.reporter import Run

    return Run(kind, errors, terminal(width), about, folders(), fail_on or Severity.ERROR)


def further_outputs(run: Run, files: Sequence[str]) -> FileOutputs:
    """The outputs FORMAT=FILE. Raises UsageError."""
    from unpin.cli.output_files import FileOutputs, output_file
    from unpin.reports.formats.table import Terminal

    command = run.kind.title.removeprefix("unpin ")
    in_files = run._replace(terminal=Terminal())
    return FileOutputs([output_file(each, command) for each in files], in_files)


STEP_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""The variable with the file to which a step of GitHub Actions may append Markdown."""

_REPOSITORIES: Final = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")
"""Where GitHub Actions, GitLab CI and Azure Pipelines say which folder is the repository."""


def folders() -> Folders:
    """The current folder, and the repository of the pipeline around it, or the same."""
    from unpin.reports.pipeline.paths import Folders

    here = os.getcwd()  # noqa: PTH109  (a text)
    for name in _REPOSITORIES:
        folder = os.environ.get(name, "")
        if Path(folder).is_absolute() and os.path.commonpath([folder, here]) == folder.rstrip(
            os.sep
        ):
            return Folders(here, folder)
    return Folders(here, here)


def terminal(width: int | None = None) -> Terminal:
    """The device for tables: with the given `width` (0 for no limit), or the terminal's own width.

    COLUMNS counts in a pipe, too; without it a pipe has no limit. Colours are used only on a
    terminal, and only without NO_COLOR.
    """
    from unpin.reports.formats.table import Terminal

    shown = sys.stdout.isatty()
    if width is None and (shown or re.fullmatch(_COLUMNS, os.environ.get("COLUMNS", ""))):
        import shutil

        width = shutil.get_terminal_size().columns
    return Terminal(width or None, colour=shown and not os.environ.get("NO_COLOR"))


def say_error(error: UnpinError) -> None:
    """Print ``unpin: error: ...`` and the hint on standard error."""
    say(_wrapped(f"unpin: error: {error.message}"), err=True)
    if error.hint:
        say(on_terminal(f"  hint: {error.hint}"), err=True)


def fault(error: Exception, source: str = "") -> UnpinError:
    """The UnpinError for an unexpected exception; `source` names the store that caused it."""
    from unpin.model.errors import LimitExceededError, UnpinError

    where = f"{source}: " if source else ""
    if isinstance(error, MemoryError):
        return LimitExceededError(f"{where}not enough memory")
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        # Errors of opened files have a filename: what remains is a full or closed output.
        return UnpinError(f"{where}the output cannot be written: {error.strerror.lower()}")
    what = f"{type(error).__name__}: {error}"
    return UnpinError(f"{where}this is a fault in unpin ({what})", "UNPIN_DEBUG=1 shows where")


def say_note(message: str) -> None:
    """Print ``unpin: note: ...`` on standard error."""
    say(_wrapped(f"unpin: note: {message}"), err=True)


def say_aside(message: str) -> None:
    """Print a line of a message on standard error."""
    say(_wrapped(message), err=True)


def _wrapped(message: str) -> TerminalText:
    """The message, on a terminal on lines that fit; no word breaks, and so no path does.

    Hints stay on a line, since most have a command to paste.
    """
    if not sys.stderr.isatty():
        return on_terminal(message)
    import shutil

    from unpin.reports.formats.table import Terminal, fitted_message

    return fitted_message(message, Terminal(shutil.get_terminal_size().columns))


def say_wrong_call(message: str, usage: Sequence[str], hints: Sequence[str] = ()) -> None:
    """Print the usage of a command and the error of this call on standard error."""
    said = [*usage, *([""] if usage else ()), f"Error: {message}", *hints]
    say(on_lines(map(on_terminal, said)), err=True)


def say_traceback(error: BaseException) -> None:
    """Print where an unexpected exception was raised, on standard error."""
    import traceback

    said = "".join(traceback.format_exception(error)).rstrip().split("\n")
    say(on_lines(map(on_terminal, said)), err=True)


class Progress:
    """A line of progress on standard error, if that is a terminal; results replace it.

    `done` says what has been done to the `total` things, None where nobody knows how many there
    are; no text from outside.
    """

    def __init__(
        self, total: int | None, done: Literal["stores read", "servers asked"] = "stores read"
    ) -> None:
        self._total = total
        self._done = done
        # A single store is there at once; a single server may be slow.
        many = total is None or total > 1 or done == "servers asked"
        self._wanted = many and sys.stderr.isatty()
        self._begun = time.monotonic()
        self._shown = False

    def show(self, done: int) -> None:
        if self._wanted and time.monotonic() - self._begun > _PATIENCE:
            of = "" if self._total is None else f" of {self._total}"
            typer.echo(f"\r{done}{of} {self._done}\x1b[K", err=True, nl=False)
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            typer.echo(_CLEAR_LINE, err=True, nl=False)
            self._shown = False
