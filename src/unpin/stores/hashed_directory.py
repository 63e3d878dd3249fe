"""Read a hashed directory as OpenSSL does (X509_LOOKUP_hash_dir: -CApath, SSL_CERT_DIR)."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, NamedTuple

from unpin.model.encoding_faults import EncodingFault, FaultKind, PemReading
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients.openssl import OPENSSL
from unpin.pki.clients.rules import Loading
from unpin.pki.openssl_names import name_hash
from unpin.pki.roles import may_sign
from unpin.pki.trust_anchors import damaged
from unpin.stores.foreign.recognition import recognise
from unpin.stores.pem import decoder as pem
from unpin.stores.pem.scanners.openssl import file_of_directory

FORMAT: Final = Format.FOLDER

_MOST_NAMES: Final = 3


def decode_hashed_directory(
    files: Mapping[str, bytes | UnpinError],
    others: Mapping[str, bytes | UnpinError],
    *,
    source: str,
) -> Store:
    """Read `files`, whose names are eight hexadecimal digits, a dot and a number.

    `others` are the files without such a name, which OpenSSL never opens; they are searched for
    CA certificates that it does not find. An UnpinError stands for a file that cannot be read.
    OpenSSL looks for the hash of a name, counts from .0 and stops at the first number that is
    missing or cannot be loaded; of a file it finds the PEM certificates whose name has this hash
    (measured: OpenSSL 3.0.19).
    """
    entries: list[Entry] = []
    notes: list[str] = []
    unreached: list[str] = []
    for digits, numbers in _by_hash(files).items():
        for number in range(max(numbers) + 1):
            name = f"{digits}.{number}"
            if number not in numbers:
                unreached += [f"{digits}.{later}" for later in numbers if later > number]
                break
            file = _file(name, digits, files[name])
            entries += file.entries
            notes += file.notes
            if not file.loads:
                unreached += [f"{digits}.{later}" for later in numbers if later > number]
                break
    if unreached:
        notes.append(f"OpenSSL stops before {_listed(unreached)}: the number below is missing")
    if others:
        notes.append(f"without a hashed name, so OpenSSL does not find {_listed(list(others))}")
    faults = _unhashed({**files, **others}, entries)
    return Store(
        source=source, format=FORMAT, entries=tuple(entries), faults=faults, notes=tuple(notes)
    )


def _unhashed(
    files: Mapping[str, bytes | UnpinError], entries: Sequence[Entry]
) -> tuple[EncodingFault, ...]:
    """The fault of the files with a CA certificate that is not among `entries`, if there are any.

    NOTE: once OpenSSL has loaded a file for one of its certificates, it knows the others as well,
    until the process ends; which files it has loaded depends on the servers before.
    """
    found = {entry.certificate.sha256 for entry in entries if isinstance(entry, TrustedEntry)}
    names = [name for name, data in files.items() if _has_ca_beside(data, found)]
    if not names:
        return ()
    return (EncodingFault(FaultKind.UNHASHED_CERTIFICATE, file=names[0], files=len(names)),)


def _has_ca_beside(data: bytes | UnpinError, found: AbstractSet[str]) -> bool:
    if isinstance(data, UnpinError) or not pem.claims(data):
        return False
    try:
        held = pem.decode(data, source="", password=None).trusted
    except UnpinError:
        return False
    certificates = (entry.certificate for entry in held)
    return any(
        certificate.sha256 not in found and certificate.problem is None and may_sign(certificate)
        for certificate in certificates
    )


def _by_hash(names: Mapping[str, object]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name in sorted(names):
        digits, _, number = name.partition(".")
        found.setdefault(digits, []).append(int(number))
    return {digits: sorted(numbers) for digits, numbers in found.items()}


class _File(NamedTuple):
    """What OpenSSL makes of one file: `loads` says whether it goes on to the next number."""

    entries: list[Entry]
    notes: list[str]
    loads: bool


def _file(name: str, digits: str, data: bytes | UnpinError) -> _File:
    if isinstance(data, UnpinError):
        return _not_loaded(name, b"", data.message)
    if not pem.claims(data):
        return _not_loaded(name, data, recognise(data, name).what)
    try:
        store = pem.decode(data, source=name, password=None)
    except UnpinError as error:
        return _not_loaded(name, data, error.message)
    reading = file_of_directory(data)
    if not reading.loaded and store.faults:
        return _not_loaded(name, data, f"OpenSSL does not load it: {store.faults[0].message}")
    stop = _stop(store, reading)
    loaded = store.entries[:stop]
    found = list(_of_this_hash(loaded, name, digits))
    notes = [f"{name}: {note}" for note in store.notes]
    if len(found) < len(loaded):
        beside = len(loaded) - len(found)
        notes.append(f"{name}: {beside} of {len(store.entries)} blocks have another hash")
    if stop is not None:
        reason = "OpenSSL loads the blocks before it, and no more of the file"
        found.append(UnreadableEntry("", store.entries[stop].raw, reason, file=name))
    return _File(found, notes, loads=stop is None and not reading.refused)


def _not_loaded(name: str, data: bytes, reason: str) -> _File:
    return _File([UnreadableEntry("", data, reason, file=name)], [], loads=False)


def _stop(store: Store, reading: PemReading) -> int | None:
    """The 0-based position of the block at which OpenSSL stops loading the file, if there is one.

    X509_load_cert_file_ex adds each certificate to the store as it reads.
    """
    stops = [
        index
        for index, damage in damaged(store)
        if OPENSSL.loading.with_entry(damage) is not Loading.LOADS
    ]
    if reading.refused:
        stops += [
            index
            for index, entry in enumerate(store.entries)
            if isinstance(entry, TrustedEntry) and entry.certificate.der not in reading.loaded
        ]
    return min(stops, default=None)


def _of_this_hash(entries: Sequence[Entry], name: str, digits: str) -> Iterator[Entry]:
    for entry in entries:
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
