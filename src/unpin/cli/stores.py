"""Read the stores of a call: report what cannot be read, show progress, ask for passwords."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from unpin.cli.judge_pool import Jobs
from unpin.cli.judged_once import JudgedOnce
from unpin.cli.open_each import MOST_SKIPPED, open_each
from unpin.cli.output import say_note
from unpin.cli.passwords import ask_password, can_ask
from unpin.files.exclusion import DEFAULT_EXCLUDES, Exclusion
from unpin.files.reading import is_folder
from unpin.model.errors import (
    PasswordRequiredError,
    UnknownFormatError,
    UnpinError,
    UsageError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Store
from unpin.operations.letting_go import taken_up
from unpin.operations.opening import (
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    HeldFile,
    Look,
    SeenFile,
    StorePath,
    open_path,
    split_value,
)
from unpin.stores.opening import Password, open_bytes
from unpin.wording import few

if TYPE_CHECKING:
    from unpin.cli.deferral import Deferral

_Result = TypeVar("_Result")
_Said = TypeVar("_Said")

_LINE: Final = 48
"""The bytes of a line of a PEM (RFC 7468 section 2)."""
_BEGUN: Final = re.compile(rb"CERTIFICATE-----MI[A-Za-z0-9+/]{62}")
"""The first line of a certificate, in a block that cannot be read."""


_ARCHIVE: Final = re.compile(
    r"(?i)\.(?:zip|jar|war|ear|whl|tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|oci|docker)\Z"
)


def is_tree(path: str) -> bool:
    """Whether it is a folder, or an archive by its name: there may be texts beside the stores."""
    return is_folder(Path(path)) or _ARCHIVE.search(path) is not None


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

    Each file of a folder is a store of its own, with `every_name` under each of its names: what is
    said of it depends on the name. A store that cannot be read or judged gives a line
    on standard error and an item of `errors`; it does not stop the others. `look` sees every file,
    and `seen` is what it has found, which grows until the last store. `deferral` holds the stores
    back until all was seen. With `jobs`, so many
    processes judge them (unpin.cli.judge_pool): what is made of a store then prints nothing.
    """

    def __init__(  # noqa: PLR0913  (a question for each command)
        self,
        paths: Sequence[str],
        password: Password | None,
        errors: list[UnpinError] | None = None,
        exclude: Sequence[str] = (),
        look: Look | None = None,
        *,
        every_name: bool = False,
        deferral: "Deferral | None" = None,
        jobs: Jobs[Any] | None = None,
    ) -> None:
        check_names(paths)
        self._deferral = deferral
        self._paths = paths
        self._jobs = jobs
        self._password = password
        self._look = look
        self.seen: list[SeenFile] = []
        self.exclusion = Exclusion(exclude)
        self._every_name = every_name
        self.errors: list[UnpinError] = [] if errors is None else errors

    def each(self, judge: Callable[[Store], _Result]) -> Iterator[_Result]:
        """What `judge` makes of each store."""
        return self._open_each(lambda place, alone: judge(self._read_known(place, alone)))

    def each_with_bytes(self, judge: Callable[[Store, bytes | None], _Result]) -> Iterator[_Result]:
        """The same, with the bytes of the file; None for a folder that is a store."""

        def judged(place: StorePath, alone: bool) -> _Result:
            data = None if place.content is None else place.content.data
            return judge(self._read_known(place, alone), data)

        return self._open_each(judged)

    def each_judged_once(
        self,
        judge: Callable[[Store], _Result],
        moved: Callable[[_Result, str, str, str | None], _Result | None],
    ) -> Iterator[_Result]:
        """The same, where places with the same bytes share a result (unpin.cli.judged_once)."""
        return self._open_each(JudgedOnce(self._read, judge, moved, self._kind))

    def each_said(
        self,
        judge: Callable[[Store], _Result],
        moved: Callable[[_Result, str, str, str | None], _Result | None],
        said: Callable[[_Result], _Said],
    ) -> Iterator[_Said]:
        """What `said` makes of each result that places with the same bytes share."""
        once = JudgedOnce(self._read, judge, moved, self._kind)
        return self._open_each(lambda place, alone: said(once(place, alone)))

    def facts(self) -> dict[str, object]:
        """What JSON says of what is left out: the patterns, and the places.

        The list of the places grows until the last store.
        """
        patterns = [*DEFAULT_EXCLUDES, *self.exclusion.patterns]
        return {"excluded": patterns, "not_looked_into": self.exclusion.places}

    def _open_each(self, open_store: Callable[[StorePath, bool], _Result]) -> Iterator[_Result]:
        yield from open_each(
            self._paths,
            lambda place, alone: open_store(taken_up(place), alone),
            self.errors,
            exclusion=self.exclusion,
            every_name=self._every_name,
            look=self._look,
            seen=self.seen,
            deferral=self._deferral,
            jobs=self._jobs,
        )
        say_excluded(self.exclusion)

    @property
    def _kind(self) -> Callable[[StorePath], object] | None:
        return None if self._deferral is None else self._deferral.kind

    def _read_known(self, place: StorePath, alone: bool) -> Store:
        """The store, which knows the digest of its file."""
        store = self._read(place, alone)
        if place.content is None:
            return store
        return replace(store, file_sha256=sha256(place.content.data).hexdigest())

    def _read(self, place: StorePath, alone: bool) -> Store:
        store = read_input(
            place.path, self._password, asks=False, alone=alone, content=place.content
        )
        return check_holds_something(store, place)


def check_holds_something(store: Store, place: StorePath) -> Store:
    """The store itself. Raises UnknownFormatError for a text that only looks like one."""
    if not place.must_be_a_store and not _holds_something(store):
        raise UnknownFormatError(f"{store.source}: no certificate in it can be read")
    return store


def _holds_something(store: Store) -> bool:
    """Whether it holds a certificate or a key, or what is left of a certificate.

    A program that names BEGIN markers has texts between them, and a manual has "MIID...".
    """
    if store.keys or store.format is not Format.PEM:
        return True
    certificates = [entry.certificate.der for entry in store.trusted]
    return any(der[:1] == b"\x30" and len(der) >= _LINE for der in certificates) or any(
        _BEGUN.search(entry.content) for entry in store.unreadable
    )


def say_excluded(exclusion: Exclusion) -> None:
    """Say which places were not looked into."""
    if exclusion.places:
        shown = few(exclusion.places, MOST_SKIPPED)
        say_note(f"not looked into: {shown}; --exclude '!NAME' looks into such a folder")


def read_store(path: str, password: Password | None, content: HeldFile | None = None) -> Store:
    """Read a store, or `content`; ask for the password if it is needed and unpin can ask.

    Raises UnpinError, also for a PEM file of a key alone.
    """
    return _with_certificates(_read(path, password, content))


def _content(path: str, data: bytes | None) -> HeldFile | None:
    """The bytes at a path that were read already; None for None."""
    if data is None:
        return None
    file, value = split_value(path)
    return HeldFile(data, STANDARD_INPUT_NAME if file == STANDARD_INPUT else file, None, value)


def _with_certificates(store: Store) -> Store:
    """The store itself. Raises OtherFileError for a PEM file of a key, a request, ... alone."""
    if store.format is Format.PEM and not store.trusted:
        from unpin.stores.foreign.pem_blocks import check_for_certificates

        check_for_certificates(store)
    return store


def _read(path: str, password: Password | None, content: HeldFile | None) -> Store:
    try:
        return _opened(path, password, content)
    except WrongPasswordError as error:
        if password is None or error.hint is not None:
            raise
        hint = f"unpin tried {password.origin}"
        raise WrongPasswordError(error.message, hint) from error
    except PasswordRequiredError:
        if password is not None or path == STANDARD_INPUT or not can_ask():
            raise
    return _opened(path, ask_password(path), content)


def _opened(path: str, tried: Password | None, content: HeldFile | None) -> Store:
    # Nobody is asked here.
    if content is None:
        return open_path(path, tried)
    store = open_bytes(content.data, source=content.source, password=tried, value=content.value)
    return store if content.archive is None else replace(store, archive=content.archive)


def _read_checked(path: str, password: Password | None, content: HeldFile | None) -> Store:
    """The same; also asks for a password that is needed only to check the integrity, or to write.

    An empty answer leaves the integrity unchecked.
    """
    store = _read(path, password, content)
    unchecked = store.protection.integrity is Integrity.NOT_CHECKED
    if not unchecked or password is not None or path == STANDARD_INPUT or not can_ask():
        return store
    typed = ask_password(path)
    return _read(path, typed, content) if typed.text else store


def read_input(
    path: str,
    password: Password | None,
    *,
    asks: bool,
    alone: bool,
    data: bytes | None = None,
    content: HeldFile | None = None,
    keys_alone: bool = False,
) -> Store:
    """Read an input with `password`; if it is not `alone`, also try the default passwords.

    `asks` allows the question for a password that is needed only to check the integrity, or to
    write; an empty answer leaves the integrity unchecked. `keys_alone` allows a PEM file without
    certificates, whose key is wanted. Raises UnpinError.
    """
    content = content or _content(path, data)
    store = _read_input(path, password, asks, alone, content)
    return store if keys_alone else _with_certificates(store)


def _read_input(
    path: str, password: Password | None, asks: bool, alone: bool, content: HeldFile | None
) -> Store:
    read = _read_checked if asks else _read
    try:
        return read(path, password, content)
    except WrongPasswordError:
        if alone or path == STANDARD_INPUT:
            raise
        with suppress(PasswordRequiredError, WrongPasswordError):
            store = _opened(path, None, content)
            if store.protection.integrity is Integrity.VERIFIED:
                return store
        raise
