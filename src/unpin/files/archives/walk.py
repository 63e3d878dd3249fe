"""Walk an archive and the archives in it: the files that may be stores, wherever they are."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from unpin.files.archives.bounds import (
    MAX_ERRORS,
    MAX_NESTING,
    MIB,
    UNPACK_HINT,
    Account,
    CutError,
)
from unpin.files.archives.images import ImageParts, ReadFile
from unpin.files.archives.members import ArchivedFile, Find, FoundFile
from unpin.files.archives.recognition import BLOCK, ArchiveKind, archive_kind
from unpin.files.archives.streams import Decompressed, Readable, ReadAhead, Rewound
from unpin.files.archives.tar_archive import tar_members
from unpin.files.archives.zip_archive import zip_members
from unpin.files.exclusion import Exclusion
from unpin.files.reading import BEGINNING, MAX_FILE_BYTES
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableArchiveError
from unpin.wording import counted

MOST_NAMED: Final = 5
"""The most files without a store of which the names are kept."""


@dataclass(slots=True)
class Search:
    """What is looked for in an archive, and how many files were passed over.

    `may_be_store` is asked with the bytes of a file, `must_be_store` with its name, and `look` with
    both: what it finds goes with the file. What
    `exclusion` leaves out is not looked into. `target` is the place that was named by itself; None
    for the whole archive.
    """

    account: Account
    may_be_store: Callable[[bytes], bool]
    must_be_store: Callable[[str], bool]
    exclusion: Exclusion = field(default_factory=Exclusion)
    target: str | None = None
    look: Callable[[str, bytes], object | None] | None = None
    passed_over: int = 0
    first_passed_over: list[str] = field(default_factory=list)

    def wants(self, place: str) -> bool:
        """Whether `place` is the target, in it or around it."""
        target = self.target
        if target is None or place == target:
            return True
        return target.startswith(f"{place}!") or place.startswith((f"{target}!", f"{target}/"))

    def pass_over(self, place: str) -> None:
        """Count a file that is no store."""
        self.passed_over += 1
        if len(self.first_passed_over) < MOST_NAMED:
            self.first_passed_over.append(place)


def walk_archive(kind: ArchiveKind, stream: Readable, name: str, search: Search) -> Iterator[Find]:
    """The files of the archive that may be stores, and an error for what could not be read.

    `stream` is at its beginning.
    """
    yield from bounded_errors(_contained(kind, stream, name, search, 0), name, search)


def bounded_errors(items: Iterator[Find], name: str, search: Search) -> Iterator[Find]:
    """Those of `items` that are wanted; of many errors the first, and how many more there are.

    A bound of the whole archive ends them with an error.
    """
    errors = 0
    last: Find | None = None
    try:
        for item in items:
            if item is last:
                continue  # a stream that broke off, for the member and for the archive
            last = item
            if isinstance(item, FoundFile):
                if search.wants(item.name):
                    yield item
            elif search.wants(item.source or name):
                errors += 1
                if errors <= MAX_ERRORS:
                    yield _of(item, name)
    except CutError as cut:
        cut.error.source = name
        yield cut.error
    if errors > MAX_ERRORS:
        more = counted(errors - MAX_ERRORS, "more error", "more errors")
        yield _of(UnreadableArchiveError(f"{name}: {more} in it"), name)


def _contained(
    kind: ArchiveKind, stream: Readable, name: str, search: Search, depth: int
) -> Iterator[Find]:
    """The contents of an archive within `depth` others; what is wrong with it is an error in it."""
    try:
        if depth >= MAX_NESTING:
            raise LimitExceededError(
                f"{name}: more than {MAX_NESTING} archives within archives; not looked into",
                UNPACK_HINT,
            )
        if kind is ArchiveKind.ZIP:
            yield from _zip(stream, name, search, depth)
        elif kind is ArchiveKind.TAR:
            yield from _tar(stream, name, search, depth)
        else:
            yield from _compressed(kind, stream, name, search, depth)
    except UnpinError as error:
        yield _of(error, name)


def _compressed(
    kind: ArchiveKind, stream: Readable, name: str, search: Search, depth: int
) -> Iterator[Find]:
    plain = Decompressed(name, stream, kind, search.account)
    head = plain.read(BLOCK)
    if archive_kind(head, "") is not ArchiveKind.TAR:
        search.pass_over(name)
    elif depth:
        plain.put_back(head)
        yield from _whole_tar(plain, name, search, depth)
    else:
        plain.put_back(head)
        with ReadAhead(plain) as ahead:
            yield from _whole_tar(ahead, name, search, depth)


def _whole_tar(stream: Readable, name: str, search: Search, depth: int) -> Iterator[Find]:
    """The members, and what is wrong behind the end of the archive: a check sum is there."""
    yield from _tar(stream, name, search, depth)
    while stream.read(MIB):
        pass


def _zip(stream: Readable, name: str, search: Search, depth: int) -> Iterator[Find]:
    if stream.seekable():
        yield from _zip_members(stream, name, search, depth)
        return
    # A ZIP archive is read from its end.
    held = io.BytesIO()
    try:
        while data := stream.read(MIB):
            search.account.hold(len(data))
            held.write(data)
        yield from _zip_members(held, name, search, depth)
    finally:
        search.account.release(held.tell() if held.closed else len(held.getbuffer()))


def _zip_members(stream: Readable, name: str, search: Search, depth: int) -> Iterator[Find]:
    for member in zip_members(stream, name, search.account):
        if isinstance(member, UnpinError):
            yield _of(member, name)
        else:
            yield from found_in(member, f"{name}!/{member.path}", search, depth)


def _tar(stream: Readable, name: str, search: Search, depth: int) -> Iterator[Find]:
    image = ImageParts(name, search.account)
    for member in tar_members(stream, name, search.account):
        if not isinstance(member, ArchivedFile):
            image.note(member)
        elif image.takes(member):
            image.add(member, layer_reader(search, depth + 1))
        else:
            yield from found_in(member, f"{name}!/{member.path}", search, depth)

    def find_in(member: ArchivedFile) -> Iterator[Find]:
        return found_in(member, f"{name}!/{member.path}", search, depth)

    yield from image.finish(find_in, find_in)


def found_in(member: ArchivedFile, place: str, search: Search, depth: int) -> Iterator[Find]:
    """The file itself if it may be a store, or what an archive holds."""
    if search.wants(place):
        yield from _look(member, place, search, depth)


def layer_reader(search: Search, depth: int) -> ReadFile:
    """What finds the stores of a file of a layer: the place of a layer may change afterwards."""
    return lambda member, place: _look(member, place, search, depth)


def _look(member: ArchivedFile, place: str, search: Search, depth: int) -> Iterator[Find]:
    if search.exclusion.leaves_out_member(member.path, place):
        return
    try:
        yield from _found_in(member, place, search, depth)
    except UnpinError as error:
        yield _of(error, place)


def _of(error: UnpinError, place: str) -> UnpinError:
    error.source = error.source or place
    return error


def _found_in(member: ArchivedFile, place: str, search: Search, depth: int) -> Iterator[Find]:
    stream = member.open()
    head = stream.read(BLOCK)
    kind = archive_kind(head, place)
    if kind is not None:
        if stream.seekable():
            stream.seek(0)
        else:
            stream = Rewound(place, head, stream)
        yield from _contained(kind, stream, place, search, depth + 1)
        return
    named = place == search.target or search.must_be_store(place)
    if member.size > MAX_FILE_BYTES:
        if named or search.may_be_store(head + stream.read(BEGINNING - len(head))):
            raise LimitExceededError(
                f"{place}: larger than {MAX_FILE_BYTES // MIB} MiB, the most unpin reads"
            )
        search.pass_over(place)
        return
    data = head + stream.read(member.size - len(head)) if member.size > len(head) else head
    if len(data) != member.size:
        raise UnreadableArchiveError(f"{place}: breaks off")
    seen = None if search.look is None else search.look(place, data)
    if not named and not search.may_be_store(data):
        if seen is None:
            search.pass_over(place)
        else:
            yield FoundFile(place, b"", seen)
    elif member.superseded:
        raise UnreadableArchiveError(
            f"{place}: is in the archive more than once; the last, which Java reads, is judged"
        )
    else:
        yield FoundFile(place, data, seen)
