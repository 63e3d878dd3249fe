"""Merge the entries of several stores into those of one, and say what does not come along."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from unpin.model.certificate import Certificate
from unpin.model.entries import (
    Entry,
    KeyEntry,
    KeyKind,
    TrustedEntry,
    UnreadableEntry,
    own_certificate,
)
from unpin.model.errors import CannotWriteError, UsageError
from unpin.model.java_certificate import certificate_refusal
from unpin.model.store import Format, Store
from unpin.pki.roles import Role, role
from unpin.rewrite.aliases import AliasStyle, folded, free_alias, fresh_alias, slug
from unpin.rewrite.remarks import Remark, Topic, counted, named
from unpin.rewrite.selection import Selection
from unpin.rewrite.trust_settings import trust_settings

LOWER_CASE: Final = frozenset({Format.JKS, Format.JCEKS})
"""The formats in which Java does not find an alias that has capital letters (model/java_view)."""

_BY_CASE: Final = frozenset({Format.BKS, Format.BCFKS})
"""BouncyCastle's formats, in which aliases that differ in case are two."""

_JDK: Final = frozenset({Format.JKS, Format.JCEKS, Format.PKCS12})
_TEXT: Final = frozenset({Format.PEM, Format.DER, Format.PKCS7})
_WITH_BLOCKS: Final = frozenset({Format.PEM, Format.FOLDER})
_ALL: Final = Selection()

_UNREADABLE_HINT: Final = "--skip-unreadable leaves out what cannot be read"
_PLACEHOLDER_HINT: Final = "put the certificate itself where the guide has its placeholder"
_PLACEHOLDER: Final = "placeholder"
_SHORTEST_BLOCK: Final = 300
"""No certificate makes a PEM block of fewer bytes, markers included."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a conversion is to do.

    `chains` makes trusted entries of the certificates of key chains; `keys` copies the keys.
    `now_ms` is the creation date (milliseconds since 1970) of what has none.
    """

    target: Format
    selection: Selection = _ALL
    keys: bool = False
    chains: bool = False
    skip_unreadable: bool = False
    style: AliasStyle = AliasStyle.SLUG
    now_ms: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry on its way: as it was read, where it was read, and its alias and date to be."""

    entry: TrustedEntry | KeyEntry
    store: Store
    alias: str
    created_ms: int

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of a trusted entry."""
        return self.entry.certificate if isinstance(self.entry, TrustedEntry) else None


@dataclass(frozen=True, slots=True)
class Merged:
    """What the new store will hold, in its order, and what is to be said about it."""

    pieces: tuple[Piece, ...]
    remarks: tuple[Remark, ...]


def merge(stores: Sequence[Store], wanted: Wanted) -> Merged:
    """The entries of all `stores`, each certificate once, with aliases that do not collide.

    Pure: nothing is read or written. Raises CannotWriteError for what cannot be read (unless
    `wanted.skip_unreadable`) and where nothing is left; UsageError for an alias that no entry has.
    """
    merging = _Merging(wanted)
    for store in stores:
        merging.add(store)
    merging.check(stores)
    pieces = _in_order(_aliased(merging.pieces, wanted, merging.remarks), wanted.target)
    return Merged(tuple(pieces), tuple(merging.remarks))


class _Merging:
    """Collects entries store by store: each certificate once, each key once."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._at: dict[Certificate | bytes, int] = {}
        self._matched = [False] * len(wanted.selection.patterns)
        self.pieces: list[Piece] = []
        self.remarks: list[Remark] = []

    def add(self, store: Store) -> None:
        keys: list[str] = []
        doubles: list[str] = []
        hidden: list[str] = []
        unwanted = 0
        for entry, names in self._named(self._trusting(store)):
            if isinstance(entry, KeyEntry) and not self._wanted.keys:
                keys.append(entry.alias)
                continue
            if not self._selected(entry, names):
                unwanted += 1
            elif self._is_double(entry, store):
                doubles.append(entry.alias)
            elif isinstance(entry, TrustedEntry) and not entry.trusted:
                hidden.append(entry.alias or entry.certificate.label)
        self._say_keys(store, keys)
        if unwanted:
            said = counted(unwanted, "entry was", "entries were")
            self._say(Topic.LEFT_OUT, store, f"{said} not selected")
        self._say_doubles(store, doubles)
        if hidden:
            said = counted(
                len(hidden), "certificate is a trusted entry", "certificates are trusted"
            )
            self._say(
                Topic.TRUSTED,
                store,
                f"{said} now and had no trusted-key-usage attribute, so Java did not see them: "
                + named(hidden),
            )

    def check(self, stores: Sequence[Store]) -> None:
        """Raise where a pattern matched nothing, or nothing is left."""
        for pattern, matched in zip(self._wanted.selection.patterns, self._matched, strict=True):
            if not matched:
                raise UsageError(
                    f"no entry has the alias {pattern!r}",
                    "unpin list shows the aliases; * and ? fit",
                )
        if self.pieces:
            return
        names = named([store.source for store in stores])
        if any(store.keys for store in stores) and not self._wanted.keys:
            raise CannotWriteError(
                f"{names}: no trusted certificate is in it, only keys, which are left out",
                "--keys copies the keys, --chains makes trusted entries of their certificates",
            )
        raise CannotWriteError(f"{names}: there is nothing to write")

    def _readable(self, store: Store) -> Iterator[TrustedEntry | KeyEntry]:
        """The entries that can be converted. Raises CannotWriteError, or says what is left out."""
        left: list[str] = []
        for index, entry in enumerate(store.entries):
            reason = _unreadable(entry, self._wanted.target)
            if reason is not None:
                left.append(f"{_place(entry, index)}: {reason}")
            elif not isinstance(entry, UnreadableEntry):
                yield entry
        if not left:
            return
        if not self._wanted.skip_unreadable:
            placeholder = any(_PLACEHOLDER in one for one in left)
            raise CannotWriteError(
                f"{store.source}: {named(left)}",
                _PLACEHOLDER_HINT if placeholder else _UNREADABLE_HINT,
            )
        for one in left:
            self._say(Topic.LEFT_OUT, store, one)

    def _trusting(self, store: Store) -> Iterator[TrustedEntry | KeyEntry]:
        """The entries but for those that OpenSSL's settings distrust: no output could say so."""
        distrusted: list[str] = []
        widened: list[str] = []
        for entry in self._readable(store):
            if isinstance(entry, TrustedEntry) and store.format in _WITH_BLOCKS:
                settings = trust_settings(entry)
                if settings.distrusted:
                    distrusted.append(entry.certificate.label)
                    continue
                if settings.for_others:
                    widened.append(entry.certificate.label)
            yield entry
        if distrusted:
            said = counted(len(distrusted), "certificate is", "certificates are")
            self._say(
                Topic.LEFT_OUT,
                store,
                f"{said} left out that OpenSSL's settings distrust: {named(distrusted)}",
            )
        if widened:
            said = counted(len(widened), "certificate was", "certificates were")
            self._say(
                Topic.TRUSTED,
                store,
                f"{said} not trusted for servers, and the output cannot say so: {named(widened)}",
            )

    def _named(
        self, entries: Iterable[TrustedEntry | KeyEntry]
    ) -> Iterator[tuple[TrustedEntry | KeyEntry, tuple[str, ...]]]:
        """Each entry, and those of its chain if they are wanted, with the names it goes by."""
        for entry in entries:
            names = _names(entry)
            yield entry, names
            if self._wanted.chains and isinstance(entry, KeyEntry):
                for certificate in entry.chain:
                    below = TrustedEntry("", certificate, b"", entry.created_ms)
                    yield below, (*names, *_names(below))

    def _selected(self, entry: TrustedEntry | KeyEntry, names: Sequence[str]) -> bool:
        found = self._wanted.selection.matched(names)
        self._matched = [a or b for a, b in zip(self._matched, found, strict=True)]
        return self._wanted.selection.takes(entry, names)

    def _is_double(self, entry: TrustedEntry | KeyEntry, store: Store) -> bool:
        """Whether it is there already; if not, it is now. What has a name wins over what has not.

        A key is another's double if it is the same as encrypted; with a new salt it is another.
        """
        if isinstance(entry, TrustedEntry):
            key: Certificate | bytes = entry.certificate
        else:
            key = entry.sealed or entry.raw
        made = entry.created_ms if entry.created_ms is not None else self._wanted.now_ms
        piece = Piece(entry, store, entry.alias, made)
        if key not in self._at:
            self._at[key] = len(self.pieces)
            self.pieces.append(piece)
            return False
        before = self.pieces[self._at[key]]
        if entry.alias and not before.alias:
            self.pieces[self._at[key]] = piece
        return True

    def _say(self, topic: Topic, store: Store, message: str) -> None:
        self.remarks.append(Remark(topic, store.source, message))

    def _say_keys(self, store: Store, keys: Sequence[str]) -> None:
        if keys:
            said = counted(len(keys), "key is", "keys are")
            self._say(
                Topic.LEFT_OUT,
                store,
                f"{said} left out ({named(keys)}); --keys copies keys",
            )

    def _say_doubles(self, store: Store, doubles: Sequence[str]) -> None:
        if not doubles:
            return
        said = counted(len(doubles), "certificate is", "certificates are")
        aliases = [alias for alias in doubles if alias]
        names = f"; without the aliases {named(aliases)}" if aliases else ""
        self._say(Topic.LEFT_OUT, store, f"{said} there already and written once{names}")


def _names(entry: TrustedEntry | KeyEntry) -> tuple[str, ...]:
    """By what `--alias` knows an entry: its alias, or what would become its alias, and its file."""
    if entry.alias:
        return (entry.alias,)
    own = own_certificate(entry)
    return tuple(filter(None, (slug(own.label) if own is not None else "", entry.file or "")))


def _unreadable(entry: Entry, target: Format) -> str | None:
    """Why an entry cannot be converted; None where it can.

    One certificate that the JDK cannot parse makes it refuse the whole store.
    """
    if isinstance(entry, UnreadableEntry):
        # The words of a placeholder can be base64 by chance: YOUR CERTIFICATE HERE.
        block = entry.line is not None and len(entry.raw.strip()) < _SHORTEST_BLOCK
        if block and _PLACEHOLDER not in entry.reason:
            return f"{entry.reason}; so short a block is a placeholder, not a certificate"
        return entry.reason
    if isinstance(entry, KeyEntry):
        return None
    if entry.certificate.problem is not None:
        return f"no certificate: {entry.certificate.problem}"
    refusal = certificate_refusal(entry.certificate.der) if target in _JDK else None
    return None if refusal is None else f"Java would refuse the whole store for it: {refusal}"


def _place(entry: Entry, index: int) -> str:
    """How a message names an entry: file, alias or line, else its number."""
    if entry.file:
        return entry.file
    if entry.alias:
        return f"entry {entry.alias!r}"
    return f"line {entry.line}" if entry.line else f"entry {index + 1}"


def _aliased(pieces: Sequence[Piece], wanted: Wanted, remarks: list[Remark]) -> list[Piece]:
    """Give each piece a name of its own; those that have one come first, and keep it if they can.

    A bundle has no names to collide: there the aliases stay as they are.
    """
    if wanted.target in _TEXT:
        return list(pieces)
    taken: set[str] = set()
    spelled: set[str] = set()
    chosen: dict[int, str] = {}
    lowered: dict[str, list[str]] = {}
    for index, piece in enumerate(pieces):
        if not piece.alias:
            continue
        lower = folded(piece.alias) if wanted.target in LOWER_CASE else piece.alias
        if wanted.target in _BY_CASE and lower not in spelled:
            chosen[index] = lower
            taken.add(folded(lower))
        else:
            chosen[index] = free_alias(lower, taken)
        spelled.add(chosen[index])
        if chosen[index] != lower:
            message = f"alias {piece.alias!r} is taken by another entry: {chosen[index]!r}"
            remarks.append(Remark(Topic.RENAMED, piece.store.source, message))
        elif lower != piece.alias:
            lowered.setdefault(piece.store.source, []).append(piece.alias)
    for source, names in lowered.items():
        said = counted(len(names), "alias is", "aliases are")
        message = f"{said} in lower case, for Java finds no other in this format: {named(names)}"
        remarks.append(Remark(Topic.RENAMED, source, message))
    for index, piece in enumerate(pieces):
        if index not in chosen:
            chosen[index] = _name(piece, wanted.style, taken)
    return [replace(piece, alias=chosen[index]) for index, piece in enumerate(pieces)]


def _name(piece: Piece, style: AliasStyle, taken: set[str]) -> str:
    if isinstance(piece.entry, TrustedEntry):
        return fresh_alias(piece.entry.certificate, style, taken)
    if piece.entry.chain:
        return fresh_alias(piece.entry.chain[0], style, taken)
    return free_alias("key" if piece.entry.kind is KeyKind.PRIVATE else "secret", taken)


def _in_order(pieces: Iterable[Piece], target: Format) -> list[Piece]:
    """Keys first, then self-signed roots, for a bundle; else the order of the inputs.

    OpenSSL takes the first of several copies of a CA and never backs out of it: a cross-signed
    copy before its self-signed twin fails. The first certificate after a key is the server's own.
    """
    if target not in _TEXT:
        return list(pieces)
    return sorted(pieces, key=_rank)


def _rank(piece: Piece) -> int:
    if isinstance(piece.entry, KeyEntry):
        return 0
    return 1 if role(piece.entry.certificate) is Role.ROOT else 2
