"""What several encoders refuse to write, in the same words."""

from dataclasses import replace

from unpin.model.entries import Entry, KeyEntry
from unpin.model.errors import CannotWriteError
from unpin.model.store import Format


def foreign_entry(entry: Entry, source: str) -> CannotWriteError:
    """An entry of another format, of which only a certificate could be written anew."""
    what = "an entry that could not be read"
    if isinstance(entry, KeyEntry):
        what = f"a {entry.kind} of another format"
    return CannotWriteError(f"{source}: {entry.alias or 'an entry'}: {what} cannot be written")


def nothing_left(source: str) -> CannotWriteError:
    """A file without a certificate, which nobody would recognise again."""
    return CannotWriteError(f"{source}: no certificate is left to be written")


def rename_unnamed(entry: Entry, alias: str, kind: Format) -> Entry:
    """Rename an entry that is not written yet. Raises CannotWriteError for others: no aliases."""
    if entry.raw:
        raise CannotWriteError(
            f"{entry.alias or 'an entry'}: {kind} has no aliases to be changed",
            "convert it to a format that has them: unpin convert STORE -o NEW.p12",
        )
    return replace(entry, alias=alias)
