"""Read a folder of certificate files as OpenSSL's CApath and many applications use it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Entry, TrustedEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores import der, other_files, pkcs7
from unpin.stores.pem import decoder as pem

FORMAT: Final = Format.FOLDER

_CODECS: Final = (pem, pkcs7, der)
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.[0-9]{1,6}")
_HASHED_CRL: Final = re.compile(r"[0-9a-f]{8}\.r[0-9]{1,6}")
_SUFFIXES: Final = tuple(one for kind in Format if kind.is_bundle for one in kind.facts.extensions)


@dataclass(slots=True)
class _Found:
    """What has been read so far; of equal certificates the first file counts."""

    entries: list[Entry] = field(default_factory=list)
    seen: set[Certificate] = field(default_factory=set)
    faults: dict[FaultKind, EncodingFault] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    revocation_lists: int = 0
    repeated: int = 0


def decode_folder(files: Sequence[tuple[str, bytes]], *, source: str) -> Store:
    """Read each (name, bytes) pair that is a certificate file; no file stops the others.

    OpenSSL's hashed links (X509_LOOKUP_hash_dir) come last, so that a certificate is known by the
    name people gave its file.
    """
    found = _Found()
    for name, data in sorted(files, key=lambda file: _HASHED.fullmatch(file[0]) is not None):
        if _HASHED_CRL.fullmatch(name):
            found.revocation_lists += 1
        else:
            _add_file(found, name, data)
    return Store(
        source=source,
        format=FORMAT,
        entries=tuple(found.entries),
        faults=tuple(found.faults.values()),
        notes=tuple(_notes(found)),
    )


def _add_file(found: _Found, name: str, data: bytes) -> None:
    codec = next((each for each in _CODECS if each.claims(data)), None)
    if codec is None:
        if name.lower().endswith(_SUFFIXES) or _HASHED.fullmatch(name):
            found.entries.append(UnreadableEntry("", data, other_files.describe(data), file=name))
        else:
            found.others.append(name)
        return
    try:
        store = codec.decode(data, source=name, password=None)
    except UnpinError as error:
        reason = error.message.removeprefix(f"{name}: ")
        found.entries.append(UnreadableEntry("", data, reason, file=name))
        return
    repeated = False
    for entry in store.entries:
        if isinstance(entry, TrustedEntry):
            if entry.certificate in found.seen:
                repeated = True
                continue
            found.seen.add(entry.certificate)
        found.entries.append(replace(entry, file=name))
    found.repeated += repeated
    found.notes.extend(f"{name}: {note}" for note in store.notes)
    for fault in store.faults:
        first = found.faults.get(fault.kind)
        found.faults[fault.kind] = (
            replace(first, files=first.files + 1)
            if first is not None
            else EncodingFault(fault.kind, file=name)
        )


def _notes(found: _Found) -> list[str]:
    notes = list(found.notes)
    if found.repeated:
        notes.append(f"{_files(found.repeated)} with certificates that another file already has")
    if found.revocation_lists:
        notes.append(f"{_files(found.revocation_lists)} with revocation lists")
    if found.others:
        shown = ", ".join(found.others[:3]) + (", ..." if len(found.others) > 3 else "")
        notes.append(f"{_files(len(found.others))} that hold no certificates: {shown}")
    return notes


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
