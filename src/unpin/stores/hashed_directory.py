"""Read a hashed directory as OpenSSL does (X509_LOOKUP_hash_dir: -CApath, SSL_CERT_DIR)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.openssl_names import name_hash
from unpin.stores import other_files
from unpin.stores.pem import decoder as pem

FORMAT: Final = Format.FOLDER

_MOST_NAMES: Final = 3


def decode_hashed_directory(
    files: Mapping[str, bytes | UnpinError], others: Sequence[str], *, source: str
) -> Store:
    """Read `files`, whose names are eight hexadecimal digits, a dot and a number.

    `others` are the names of the files without such a name, which OpenSSL never opens. An
    UnpinError stands for a file that cannot be read. OpenSSL looks for the hash of a name, counts
    from .0 and stops at the first number that is missing or cannot be loaded; of a file it finds
    the PEM certificates whose name has this hash (measured: OpenSSL 3.0.19).
    """
    entries: list[Entry] = []
    notes: list[str] = []
    unreached: list[str] = []
    for digits, numbers in _by_hash(files).items():
        for number in range(max(numbers) + 1):
            name = f"{digits}.{number}"
            if number not in numbers:
                unreached += [f"{digits}.{one}" for one in numbers if one > number]
                break
            found, note, loads = _entries(name, digits, files[name])
            entries += found
            notes += note
            if not loads:
                unreached += [f"{digits}.{one}" for one in numbers if one > number]
                break
    if unreached:
        notes.append(f"OpenSSL stops before {_listed(unreached)}: the number below is missing")
    if others:
        notes.append(f"without a hashed name, so OpenSSL does not find {_listed(others)}")
    return Store(source=source, format=FORMAT, entries=tuple(entries), notes=tuple(notes))


def _by_hash(names: Mapping[str, object]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name in sorted(names):
        digits, _, number = name.partition(".")
        found.setdefault(digits, []).append(int(number))
    return {digits: sorted(numbers) for digits, numbers in found.items()}


def _entries(
    name: str, digits: str, data: bytes | UnpinError
) -> tuple[list[Entry], list[str], bool]:
    """The entries under a name, the notes, and whether OpenSSL loads the file at all."""
    if isinstance(data, UnpinError):
        return [UnreadableEntry("", b"", data.message, file=name)], [], False
    if not pem.claims(data):
        return [UnreadableEntry("", data, other_files.describe(data), file=name)], [], False
    try:
        store = pem.decode(data, source=name, password=None)
    except UnpinError as error:
        return [UnreadableEntry("", data, error.message, file=name)], [], False
    found = list(_of_this_hash(store, name, digits))
    beside = len(store.entries) - len(found)
    notes = [f"{name}: {note}" for note in store.notes]
    if beside:
        notes.append(f"{name}: {beside} of {len(store.entries)} blocks have another hash")
    return found, notes, bool(store.trusted)


def _of_this_hash(store: Store, name: str, digits: str) -> Iterator[Entry]:
    for entry in store.entries:
        match entry:
            case TrustedEntry(certificate=certificate) if certificate.problem is None:
                if name_hash(certificate.fields.subject.der) == digits:
                    yield replace(entry, file=name)
            case UnreadableEntry() | TrustedEntry():
                yield replace(entry, file=name)
            case KeyEntry():
                continue


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown}, ... ({len(names)} files)" if len(names) > _MOST_NAMES else shown
