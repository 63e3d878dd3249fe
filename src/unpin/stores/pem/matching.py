"""Find the entries of a rewritten bundle among those of its file."""

from collections import defaultdict, deque
from collections.abc import Iterator

from unpin.model.entries import Entry, TrustedEntry
from unpin.stores.pem.decoder import Layout


def originals(layout: Layout) -> Iterator[Entry]:
    """All entries of the file, in its order."""
    for _, held in layout.blocks:
        yield from held
    yield from layout.rest


def match(entries: tuple[Entry, ...], layout: Layout) -> Iterator[Entry | int]:
    """For each entry its position among those of the file, or itself if it is new.

    Equal blocks are told apart by their lines, and where those are gone taken in their order.
    """
    known: dict[tuple[bytes, bytes, int | None], deque[int]] = defaultdict(deque)

    def keys(entry: Entry) -> tuple[tuple[bytes, bytes, int | None], ...]:
        der = entry.certificate.der if isinstance(entry, TrustedEntry) else b""
        return (entry.raw, der, entry.line), (entry.raw, der, None)

    for position, entry in enumerate(originals(layout)):
        for key in keys(entry):
            known[key].append(position)
    taken: set[int] = set()
    for entry in entries:
        for candidates in map(known.__getitem__, keys(entry)):
            while candidates and candidates[0] in taken:
                candidates.popleft()
            if candidates:
                taken.add(candidates[0])
                yield candidates.popleft()
                break
        else:
            yield entry
