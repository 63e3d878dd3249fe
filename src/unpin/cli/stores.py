"""Read the stores of a call: report what cannot be read, show progress, ask for passwords."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from unpin.cli.bridges import hint_for_missing_file
from unpin.cli.output import Progress, fault, say_error, say_note
from unpin.cli.passwords import ask_password, can_ask
from unpin.model.entries import TrustedEntry, UnreadableEntry, UnreadableKind
from unpin.model.errors import (
    CUT_OFF_HINT,
    OtherFileError,
    PasswordRequiredError,
    SeveralStoresError,
    UnknownFormatError,
    UnpinError,
    UnreadableFileError,
    UnreadEntriesError,
    UsageError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.operations.opening import (
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    StorePath,
    open_path,
    split_value,
    store_paths,
)
from unpin.reports.names import entry_title
from unpin.stores.crypto.derivation_budget import budget
from unpin.stores.opening import Password, open_bytes
from unpin.wording import counted, few

_Result = TypeVar("_Result")

_MOST_SKIPPED: Final = 5
"""The most files without a store that the note names."""


def check_names(paths: Sequence[str]) -> None:
    """Refuse "", which pathlib takes for the current folder."""
    if "" in paths:
        raise UsageError("the name of a store is empty", "check that the variable is set")


def check_standard_input(paths: Sequence[str]) -> None:
    """Refuse to read standard input twice."""
    if list(paths).count(STANDARD_INPUT) > 1:
        raise UsageError("only one store can be standard input")


class Reading:
    """The stores at `paths`, read lazily, so that ten thousand stores fit in memory.

    Each file of a folder is a store of its own. A store that cannot be read or judged gives a line
    on standard error and an item of `errors`; it does not stop the others.
    """

    def __init__(
        self,
        paths: Sequence[str],
        password: Password | None,
        errors: list[UnpinError] | None = None,
    ) -> None:
        self._paths = paths
        self._password = password
        self.errors: list[UnpinError] = [] if errors is None else errors

    def each(self, judge: Callable[[Store], _Result]) -> Iterator[_Result]:
        """What `judge` makes of each store."""

        def open_store(path: str, alone: bool) -> _Result:
            return judge(read_input(path, self._password, asks=False, alone=alone))

        return open_each(self._paths, open_store, self.errors)


def open_each(  # noqa: C901  (a case for each way in which a path ends)
    paths: Sequence[str], open_store: Callable[[str, bool], _Result], errors: list[UnpinError]
) -> Iterator[_Result]:
    """The results of `open_store` for each path, and for each file of the folders among them.

    Each store that a file holds as a value is a store of its own, with the path "FILE#KEY". The
    second argument of `open_store` says whether the path is the only one. An UnpinError is
    printed and added to `errors`, and so is a fault in unpin itself. A file of a folder that is not
    a store is an error only if it has the extension of a store and may hold a certificate; other
    such files are named in a note.
    """
    budget.begin_run()
    found = deque(store_path for path in paths for store_path in store_paths(path))
    alone = len(found) == 1
    skipped: list[str] = []
    progress = Progress(len(found))

    def fail(error: UnpinError, source: str | None = None) -> None:
        progress.clear()
        error.source = error.source or source
        if error.hint is None and source is not None and isinstance(error, UnreadableFileError):
            error.hint = hint_for_missing_file(source)
        errors.append(error.kept())
        say_error(error)

    number = 0
    while found:
        store_path = found.popleft()
        progress.show(number)
        number += 1
        if isinstance(store_path, UnpinError):
            fail(store_path)
            continue
        try:
            opened = open_store(store_path.path, alone)
        except SeveralStoresError as error:
            if store_path.path == STANDARD_INPUT:  # which cannot be read again
                fail(error, store_path.path)
            else:
                alone = False
                found.extendleft(reversed(_values(store_path, error)))
        except UnknownFormatError as error:
            passed_over = store_path.in_folder and isinstance(error, OtherFileError)
            if store_path.must_be_a_store and not passed_over:
                fail(error, store_path.path)
            else:
                skipped.append(store_path.path)
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
            yield opened
    progress.clear()
    _say_skipped(skipped)


def _values(store_path: StorePath, error: SeveralStoresError) -> list[StorePath]:
    """The paths of the values of a file."""
    return [replace(store_path, path=f"{store_path.path}#{key}") for key in error.keys]


def _say_skipped(skipped: Sequence[str]) -> None:
    if skipped:
        shown = ", ".join(skipped[:_MOST_SKIPPED])
        more = ", ..." if len(skipped) > _MOST_SKIPPED else ""
        files = counted(len(skipped), "file", "files")
        say_note(f"{files} in folders without a store in it: {shown}{more}")


def unread_entries(store: Store) -> UnreadEntriesError | None:
    """The error for the entries that were not read; None where all were.

    A PEM block of something else, such as a request, was read: it is no certificate.
    """
    unread: list[str] = []
    cut_off = False
    for index, entry in enumerate(store.entries):
        match entry:
            case UnreadableEntry(kind=kind) if not kind.is_other_block:
                cut_off = cut_off or kind is UnreadableKind.CUT_OFF
            case TrustedEntry(certificate=certificate) if certificate.problem is not None:
                pass
            case _:
                continue
        unread.append(entry_title(entry, index))
    if not unread:
        return None
    number = counted(len(unread), "entry", "entries")
    error = UnreadEntriesError(
        f"{store.source}: {number} could not be read: {few(unread)}",
        CUT_OFF_HINT if cut_off else "unpin audit says why, and what to do",
    )
    error.source = store.source
    return error


def read_store(path: str, password: Password | None, data: bytes | None = None) -> Store:
    """Read a store, or `data` in its place; ask for the password if it is needed and unpin can ask.

    Raises UnpinError, also for a PEM file of a key alone.
    """
    return _with_certificates(_read(path, password, data))


def _with_certificates(store: Store) -> Store:
    """The store itself. Raises OtherFileError for a PEM file of a key, a request, ... alone."""
    if store.format is Format.PEM and not store.trusted:
        from unpin.stores.foreign.pem_blocks import check_for_certificates

        check_for_certificates(store)
    return store


def _read(path: str, password: Password | None, data: bytes | None) -> Store:
    try:
        return _opened(path, password, data)
    except WrongPasswordError as error:
        if password is None or error.hint is not None:
            raise
        hint = f"unpin tried {password.origin}"
        raise WrongPasswordError(error.message, hint) from error
    except PasswordRequiredError:
        if password is not None or path == STANDARD_INPUT or not can_ask():
            raise
    return _opened(path, ask_password(path), data)


def _opened(path: str, tried: Password | None, data: bytes | None) -> Store:
    # Nobody is asked here.
    if data is None:
        return open_path(path, tried)
    file, value = split_value(path)
    source = STANDARD_INPUT_NAME if file == STANDARD_INPUT else file
    return open_bytes(data, source=source, password=tried, value=value)


def _read_checked(path: str, password: Password | None, data: bytes | None) -> Store:
    """The same; also asks for a password that is needed only to check the integrity, or to write.

    An empty answer leaves the integrity unchecked.
    """
    store = _read(path, password, data)
    unchecked = store.protection.integrity is Integrity.NOT_CHECKED
    if not unchecked or password is not None or path == STANDARD_INPUT or not can_ask():
        return store
    typed = ask_password(path)
    return _read(path, typed, data) if typed.text else store


def read_input(
    path: str,
    password: Password | None,
    *,
    asks: bool,
    alone: bool,
    data: bytes | None = None,
    keys_alone: bool = False,
) -> Store:
    """Read an input with `password`; if it is not `alone`, also try the default passwords.

    `asks` allows the question for a password that is needed only to check the integrity, or to
    write; an empty answer leaves the integrity unchecked. `keys_alone` allows a PEM file without
    certificates, whose key is wanted. Raises UnpinError.
    """
    store = _read_input(path, password, asks, alone, data)
    return store if keys_alone else _with_certificates(store)


def _read_input(
    path: str, password: Password | None, asks: bool, alone: bool, data: bytes | None
) -> Store:
    read = _read_checked if asks else _read
    try:
        return read(path, password, data)
    except WrongPasswordError:
        if alone or path == STANDARD_INPUT:
            raise
        with suppress(PasswordRequiredError, WrongPasswordError):
            store = _opened(path, None, data)
            if store.protection.integrity is Integrity.VERIFIED:
                return store
        raise
