"""Read JKS, JCEKS, BKS and UBER again with purejks, other people's reader of these formats.

purejks (module `jks`) is an extra. It parses bytes that unpin has read before, within its bounds.
"""

import hashlib
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, Final

from unpin.model.entries import Entry, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import UsageError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.values import frozen

_READERS: Final[Mapping[Format, str]] = MappingProxyType(
    {
        Format.JKS: "KeyStore",
        Format.JCEKS: "KeyStore",
        Format.BKS: "BksKeyStore",
        Format.UBER: "UberKeyStore",
    }
)
_PACKAGES: Final = ("purejks", "pyjks")
_TRUSTED: Final = "trusted certificate"
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "TrustedCertEntry": _TRUSTED,
        "BksTrustedCertEntry": _TRUSTED,
        "PrivateKeyEntry": KeyKind.PRIVATE,
        "SecretKeyEntry": KeyKind.SECRET,
    }
)
"""The kinds by the class of an entry; a key of BKS says its kind only when it is decrypted."""


@frozen
class ReadingDifference:
    """What the two readers read differently of the entry `alias`.

    `field` is "alias" for an entry that only one of them has, else "kind", "date" or
    "certificates". The values are None where a reader has none.
    """

    alias: str
    field: str
    unpin: str | None
    second: str | None


@frozen
class SecondReading:
    """What the second reader `package`, in its `version`, read of a store.

    `error` says why it could not read the store; there are no `differences` then.
    """

    package: str
    version: str
    entries: int
    differences: tuple[ReadingDifference, ...]
    error: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether the second reader read the same."""
        return self.error is None and not self.differences


@frozen
class _Row:
    """What both readers say of an entry, in words that can be compared."""

    kind: str | None
    date: str
    certificates: str


def check_installed() -> None:
    """Raise UsageError where the extra is not installed."""
    _library()


def read_again(store: Store, data: bytes) -> SecondReading | None:
    """Read `data`, of which unpin has read `store`, with the second reader, and compare.

    None for a format that it does not read. Raises UsageError where the extra is not installed.
    """
    name = _READERS.get(store.format)
    if name is None:
        return None
    library = _library()
    package, found = _package()
    try:
        reader = getattr(library, name)
        read = reader.loads(data, store.password, try_decrypt_keys=False).entries
        theirs = {str(alias): _row_of(entry) for alias, entry in read.items()}
    except Exception as error:  # noqa: BLE001  (of what it raises, half is documented)
        said = f"{type(error).__name__}: {error}".rstrip(": ")
        return SecondReading(package, found, 0, (), said)
    return SecondReading(package, found, len(theirs), tuple(_differences(store, theirs)))


def _library() -> Any:  # noqa: ANN401  (the extra may be absent, and mypy with it)
    try:
        return import_module("jks")
    except ImportError as error:
        raise UsageError(
            "--second-reader needs the extra second-reader, which is not installed",
            "pip install 'unpin[second-reader]'",
        ) from error


def _package() -> tuple[str, str]:
    """The package that brings the module `jks`: purejks, or pyjks, of which it is a fork."""
    for package in _PACKAGES:
        try:
            return package, version(package)
        except PackageNotFoundError:
            continue
    return "jks", "of unknown version"


def _row_of(entry: Any) -> _Row:  # noqa: ANN401  (of the extra's classes)
    kind = _KINDS.get(type(entry).__name__)
    ders = [entry.cert] if kind == _TRUSTED else _chain(entry)
    return _Row(kind, str(entry.timestamp), _digests(ders))


def _chain(entry: Any) -> list[bytes]:  # noqa: ANN401  (of the extra's classes)
    """The chain of a key: pairs (type, DER) in JKS, entries of their own in BKS.

    NOTE: other attributes of a key than its chain raise an error before it is decrypted.
    """
    chain = vars(entry).get("cert_chain", ())
    return [link[1] if isinstance(link, tuple) else link.cert for link in chain]


def _digests(ders: list[bytes]) -> str:
    return " ".join(hashlib.sha256(der).hexdigest() for der in ders)


def _our_row(entry: Entry) -> _Row:
    match entry:
        case TrustedEntry():
            digests = entry.certificate.sha256
            return _Row(_TRUSTED, str(entry.created_ms), digests)
        case KeyEntry():
            digests = " ".join(certificate.sha256 for certificate in entry.chain)
            return _Row(entry.kind, str(entry.created_ms), digests)
        case UnreadableEntry():
            return _Row("unreadable", "", "")


def _differences(store: Store, theirs: Mapping[str, _Row]) -> Iterator[ReadingDifference]:
    ours = {entry.alias: _our_row(entry) for entry in store.entries}
    for alias, row in ours.items():
        other = theirs.get(alias)
        if other is None:
            yield ReadingDifference(alias, "alias", alias, None)
            continue
        if other.kind is not None and other.kind != row.kind:
            yield ReadingDifference(alias, "kind", row.kind, other.kind)
        if other.date != row.date:
            yield ReadingDifference(alias, "date", row.date, other.date)
        if other.certificates != row.certificates:
            yield ReadingDifference(alias, "certificates", row.certificates, other.certificates)
    for alias in theirs:
        if alias not in ours:
            yield ReadingDifference(alias, "alias", None, alias)
