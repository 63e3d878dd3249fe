"""Open the stores of a call in turn; one that cannot be read does not stop the others."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from unpin.cli.bridges import hint_for_missing_file
from unpin.cli.judge_pool import Jobs, JudgedAhead
from unpin.cli.output import Progress, fault, say_error, say_note
from unpin.files.exclusion import Exclusion
from unpin.files.reading import is_folder
from unpin.model.errors import (
    OtherFileError,
    SeveralStoresError,
    UnknownFormatError,
    UnpinError,
    UnreadableFileError,
)
from unpin.operations.opening import (
    STANDARD_INPUT,
    FilesPassedOver,
    Look,
    SeenFile,
    StorePath,
    store_paths,
)
from unpin.operations.store_search import stores_found
from unpin.stores.crypto.derivation_budget import budget
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.cli.deferral import Deferral

_Result = TypeVar("_Result")

MOST_SKIPPED: Final = 5
"""The most files without a store, and places that were not looked into, that a note names."""


def open_each(  # noqa: PLR0913  (a question for each command)
    paths: Sequence[str],
    open_store: Callable[[StorePath, bool], _Result],
    errors: list[UnpinError],
    *,
    exclusion: Exclusion | None = None,
    writes: bool = False,
    every_name: bool = False,
    look: Look | None = None,
    seen: list[SeenFile] | None = None,
    deferral: "Deferral | None" = None,
    jobs: Jobs[_Result] | None = None,
) -> Iterator[_Result]:
    """The results of `open_store` for each path, and for each file of the folders among them.

    With an `exclusion`, also for each file of the archives and images, which are read meanwhile.
    `open_store` then has to read what was let go (unpin.operations.letting_go.taken_up).
    If `open_store` `writes`, each file is given once, and has all its names; with `every_name` a
    file is given by each of them.
    Each store that a file holds as a value is a store of its own, with the path "FILE#KEY". The
    second argument of `open_store` says whether the path is the only one. An UnpinError is
    printed and added to `errors`, and so is a fault in unpin itself. A file of a folder that is not
    a store is an error only if it has the extension of a store and may hold a certificate; other
    such files are named in a note. `deferral` holds the stores back until all was seen. With
    `jobs`, so many processes judge the stores.
    """
    budget.begin_run()
    found = _places(paths, exclusion, look, writes=writes, every_name=every_name)
    places = _noted(found, seen) if deferral is None else deferral.places(found)
    if jobs is not None and jobs.number > 1 and not os.environ.get("UNPIN_DEBUG"):
        judged = JudgedAhead(places, open_store, jobs)
        with closing(judged):
            yield from _each(paths, judged, judged, errors)
    else:
        yield from _each(paths, places, open_store, errors)


def _each(  # noqa: C901, PLR0915  (a case for each way in which a path ends)
    paths: Sequence[str],
    places: Iterator[StorePath | FilesPassedOver | UnpinError],
    open_store: Callable[[StorePath, bool], _Result],
    errors: list[UnpinError],
) -> Iterator[_Result]:
    first = deque(islice(places, 2))
    alone = len(first) == 1
    values: deque[StorePath] = deque()
    skipped = _Skipped()
    progress = Progress(len(paths) if _are_files(paths) else None)

    def fail(error: UnpinError, source: str | None = None) -> None:
        progress.clear()
        error.source = error.source or source
        if error.hint is None and source is not None and isinstance(error, UnreadableFileError):
            error.hint = hint_for_missing_file(source)
        errors.append(error.kept())
        say_error(error)

    def next_place() -> StorePath | FilesPassedOver | UnpinError | None:
        waiting = values or first
        return waiting.popleft() if waiting else next(places, None)

    number = 0
    while (store_path := next_place()) is not None:
        if isinstance(store_path, FilesPassedOver):
            skipped.add(store_path)
            continue
        progress.show(number)
        number += 1
        if isinstance(store_path, UnpinError):
            fail(store_path)
            continue
        try:
            opened = open_store(store_path, alone)
        except SeveralStoresError as error:
            if store_path.path == STANDARD_INPUT:  # which cannot be read again
                fail(error, store_path.path)
            else:
                alone = False
                values.extendleft(reversed(_values(store_path, error)))
        except UnknownFormatError as error:
            passed_over = store_path.in_folder and isinstance(error, OtherFileError)
            if store_path.must_be_a_store and not passed_over:
                fail(error, store_path.path)
            else:
                skipped.add(FilesPassedOver(1, (store_path.path,)))
        except UnpinError as error:
            fail(error, store_path.path)
        except BrokenPipeError:
            raise  # the reader of the output has gone, and nobody reads the other stores
        except Exception as error:
            # The fault of one store must not keep the others from being read.
            if alone or os.environ.get("UNPIN_DEBUG"):
                raise
            fail(fault(error, store_path.path), store_path.path)
        else:
            progress.clear()
            del store_path  # and the bytes of the file, before its result is shown
            yield opened
            del opened
    progress.clear()
    skipped.say()


def _noted(
    found: Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError],
    seen: list[SeenFile] | None,
) -> Iterator[StorePath | FilesPassedOver | UnpinError]:
    """What is found, without what a look has seen, which goes to `seen`."""
    for item in found:
        if not isinstance(item, SeenFile):
            yield item
        elif seen is not None:
            seen.append(item)


def _are_files(paths: Sequence[str]) -> bool:
    return not any("!" in path or is_folder(Path(path)) for path in paths)


def _places(
    paths: Sequence[str],
    exclusion: Exclusion | None,
    look: Look | None,
    *,
    writes: bool,
    every_name: bool,
) -> Iterator[StorePath | FilesPassedOver | SeenFile | UnpinError]:
    """What is at the paths; all at once without looking into archives: stores may be written."""
    if exclusion is not None and writes:
        from unpin.operations.stores_to_write import stores_to_write

        return stores_to_write(paths, exclusion)
    if exclusion is not None:
        return chain.from_iterable(
            stores_found(path, exclusion, look, every_name=every_name, lets_go=True)
            for path in paths
        )
    return iter([found for path in paths for found in store_paths(path)])


def _values(store_path: StorePath, error: SeveralStoresError) -> list[StorePath]:
    """The paths of the values of a file."""
    content = store_path.content
    return [
        replace(
            store_path,
            path=f"{store_path.path}#{key}",
            content=content and replace(content, value=key),
        )
        for key in error.keys
    ]


class _Skipped:
    """The files without a store, of which the note names the first."""

    def __init__(self) -> None:
        self._count = 0
        self._names: list[str] = []

    def add(self, files: FilesPassedOver) -> None:
        self._count += files.number
        self._names += files.names[: MOST_SKIPPED - len(self._names)]

    def say(self) -> None:
        if self._count:
            shown = ", ".join(self._names)
            more = ", ..." if self._count > MOST_SKIPPED else ""
            files = counted(self._count, "file", "files")
            them = "it" if self._count == 1 else "them"
            kind = "folders and archives" if any("!" in name for name in self._names) else "folders"
            say_note(f"{files} in {kind} without a store in {them}: {shown}{more}")
