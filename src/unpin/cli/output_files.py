"""`--output FORMAT=FILE`: further outputs of a run, each in a file that is written whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from unpin.files.replacement import create
from unpin.model.errors import NotWrittenError, UnpinError, UsageError
from unpin.reports.formats import OutputFormat, rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.reporter import Rendering, Reporter, Run

_STANDARD_OUTPUT: Final = "-"
_Result = TypeVar("_Result", bound="Reporter")


class OutputFile(NamedTuple):
    """A format, and the file that gets it."""

    output: OutputFormat
    path: str


def output_file(given: str, command: str) -> OutputFile:
    """FORMAT=FILE as it was given. Raises UsageError, also for a format that does not suit."""
    name, equals, path = given.partition("=")
    formats = [each for each in OutputFormat if each.suits(command)]
    listed = f"unpin {command} has the formats {', '.join(formats)}"
    if not equals or not path:
        raise UsageError(
            f"--output {given}: not FORMAT=FILE", f"--output sarif=unpin.sarif; {listed}"
        )
    if name not in formats:
        raise UsageError(f"--output {given}: no format is called {name}", listed)
    if path == _STANDARD_OUTPUT:
        raise UsageError(f"--output {given}: standard output is for --format", f"--format {name}")
    return OutputFile(OutputFormat(name), path)


class FileOutputs:
    """The further outputs of a run: fed with its results, and written at its end.

    An input is never overwritten: neither a file that the call names, nor a store or key, nor what
    the run has read. Raises UsageError.
    """

    def __init__(self, files: Sequence[OutputFile], run: Run) -> None:
        self._run = run
        self._outputs: list[tuple[OutputFile, Rendering, list[bytes]]] = []
        self._sources: set[str] = set()
        for file in files:
            _check(file.path, [other.path for other, _, _ in self._outputs])
            self._outputs.append((file, rendering(file.output, run), []))

    def fed(self, results: Iterable[_Result]) -> Iterator[_Result]:
        """The results again; each is in the outputs."""
        for result in results:
            self._sources.update(
                each.place.file for each in result.pipeline_results() if each.place.file
            )
            for _, shown, lines in self._outputs:
                lines.extend(
                    f"{text}\n".encode(errors="backslashreplace") for text in shown.each(result)
                )
            yield result

    def finish(self) -> None:
        """Write the files. Raises NotWrittenError, BusyFileError and others of `create`."""
        sources = [*self._sources, *(error.source for error in self._run.errors if error.source)]
        for file, shown, lines in self._outputs:
            lines.extend(f"{text}\n".encode(errors="backslashreplace") for text in shown.end())
            for source in sources:
                if _is_same(file.path, source):
                    raise NotWrittenError(f"{file.path}: is an input, and was left as it is")
            create(Path(file.path), file.path, b"".join(lines), force=True)


def _check(path: str, others: Sequence[str]) -> None:
    """Refuse an output that would overwrite an input or another output, or that has no folder."""
    folder = Path(path).parent
    if not folder.is_dir():
        raise UsageError(f"--output {path}: {folder} is no folder")
    if any(os.path.abspath(path) == os.path.abspath(other) for other in others):  # noqa: PTH100
        raise UsageError(f"--output {path}: two outputs cannot be one file")
    if not os.path.lexists(path):
        return
    if not Path(path).is_file():
        raise UsageError(f"--output {path}: is no regular file")
    for word in _inputs(sys.argv[1:]):
        if _is_same(path, word):
            raise UsageError(f"--output {path}: is {word}, which the call reads")
    if _is_store(path):
        raise UsageError(
            f"--output {path}: is no report: a trust store, a key, or no text",
            "give another name",
        )


def _inputs(arguments: Sequence[str]) -> Iterator[str]:
    """The words of a call that may name an input: all but the outputs; OPTION=FILE has two."""
    before = ""
    for word in arguments:
        if before != "--output" and not word.startswith("--output="):
            yield word
            yield word.partition("=")[2]
        before = word


def _is_same(path: str, other: str) -> bool:
    try:
        return Path(path).samefile(other)
    except (OSError, ValueError):
        return False


def _is_store(path: str) -> bool:
    """Whether the file is no text, or holds certificates or keys."""
    from unpin.files.reading import read_file
    from unpin.model.errors import (
        PasswordRequiredError,
        SeveralStoresError,
        UnknownFormatError,
        WrongPasswordError,
    )
    from unpin.stores.opening import open_bytes

    data = read_file(Path(path), path)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True  # a report is a text: this is an archive, a store, ...
    try:
        open_bytes(data, source=path)
    except (PasswordRequiredError, WrongPasswordError, SeveralStoresError):
        return True
    except UnknownFormatError:
        return b"PRIVATE KEY-----" in data
    except UnpinError:
        return True
    return True
