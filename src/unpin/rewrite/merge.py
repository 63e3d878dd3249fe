"""Merge the entries of several stores into those of one, and say what does not come along."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from unpin.model.entries import KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError, UsageError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.roles import Role, role
from unpin.rewrite.alias_assignment import aliased
from unpin.rewrite.aliases import folded
from unpin.rewrite.conversion_plan import Merged, Piece, Wanted
from unpin.rewrite.entry_names import is_placeholder, names_of, place, unreadable
from unpin.rewrite.notices import Remark, Topic, named
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.model.certificate import Certificate

_UNREADABLE_HINT: Final = "--skip-unreadable leaves out what cannot be read"
_PLACEHOLDER_HINT: Final = "put the certificate itself where the guide has its placeholder"


def merge(stores: Sequence[Store], wanted: Wanted) -> Merged:
    """The entries of all `stores`, each certificate once, with aliases that do not collide.

    Pure: nothing is read or written. Raises CannotWriteError for what cannot be read (unless
    `wanted.skip_unreadable`) and where nothing is left; UsageError for an alias that no entry has.
    """
    merging = _Merging(wanted)
    for store in stores:
        merging.add(store)
    merging.check(stores)
    pieces = _in_order(aliased(merging.pieces, wanted, merging.remarks), wanted.target)
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
            elif (kept := self._double_of(entry, store)) is not None:
                is_kept = folded(kept.alias) == folded(entry.alias)
                doubles.append("" if is_kept else entry.alias)
            elif isinstance(entry, TrustedEntry) and not entry.trusted:
                hidden.append(entry.alias or entry.certificate.label)
        self._say_keys(store, keys)
        if unwanted:
            said = counted(unwanted, "entry was", "entries were")
            self._say(Topic.LEFT_OUT, store, f"{said} not selected")
        self._say_doubles(store, doubles)
        self._say_names(
            Topic.TRUSTED,
            store,
            hidden,
            ("certificate becomes a trusted entry", "certificates become trusted entries"),
            ", which Java did not see for want of the trusted-key-usage attribute",
        )

    def check(self, stores: Sequence[Store]) -> None:
        """Raise where a pattern matched nothing, or nothing is left."""
        for pattern, matched in zip(self._wanted.selection.patterns, self._matched, strict=True):
            if not matched:
                raise UsageError(
                    f"no entry has the alias {pattern!r}",
                    "unpin list shows the aliases; what has none goes by its name, as in "
                    "digicert-global-root-g2",
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
        placeholder = False
        for index, entry in enumerate(store.entries):
            reason = unreadable(entry, self._wanted.target)
            if reason is not None:
                left.append(f"{place(entry, index)}: {reason}")
                placeholder |= is_placeholder(entry)
            elif not isinstance(entry, UnreadableEntry):
                yield entry
        if not left:
            return
        if not self._wanted.skip_unreadable:
            raise CannotWriteError(
                f"{store.source}: {named(left)}",
                _PLACEHOLDER_HINT if placeholder else _UNREADABLE_HINT,
            )
        for one in left:
            self._say(Topic.LEFT_OUT, store, f"{one}; left out")

    def _trusting(self, store: Store) -> Iterator[TrustedEntry | KeyEntry]:
        """The entries but for those that OpenSSL's settings distrust: no output could say so."""
        distrusted: list[str] = []
        widened: list[str] = []
        for entry in self._readable(store):
            if isinstance(entry, TrustedEntry):
                settings = entry.trust_settings
                if settings.distrusted:
                    distrusted.append(entry.certificate.label)
                    continue
                if settings.for_others:
                    widened.append(entry.certificate.label)
            yield entry
        self._say_names(
            Topic.LEFT_OUT,
            store,
            distrusted,
            ("certificate is", "certificates are"),
            " left out that OpenSSL's settings distrust",
        )
        self._say_names(
            Topic.TRUSTED,
            store,
            widened,
            ("certificate was", "certificates were"),
            " not trusted for servers, and the output cannot say so",
        )

    def _named(
        self, entries: Iterable[TrustedEntry | KeyEntry]
    ) -> Iterator[tuple[TrustedEntry | KeyEntry, tuple[str, ...]]]:
        """Each entry, and those of its chain if they are wanted, with the names it goes by."""
        for entry in entries:
            names = names_of(entry)
            yield entry, names
            if self._wanted.chains and isinstance(entry, KeyEntry):
                for certificate in entry.chain:
                    below = TrustedEntry("", certificate, b"", entry.created_ms)
                    yield below, (*names, *names_of(below))

    def _selected(self, entry: TrustedEntry | KeyEntry, names: Sequence[str]) -> bool:
        found = self._wanted.selection.matched(names)
        self._matched = [a or b for a, b in zip(self._matched, found, strict=True)]
        return self._wanted.selection.takes(entry, names)

    def _double_of(self, entry: TrustedEntry | KeyEntry, store: Store) -> Piece | None:
        """What stands for it if it is there already; None if it is now the first of its kind.

        What has a name wins over what has not.

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
            return None
        before = self.pieces[self._at[key]]
        if entry.alias and not before.alias:
            self.pieces[self._at[key]] = piece
            return piece
        return before

    def _say(self, topic: Topic, store: Store, message: str) -> None:
        self.remarks.append(Remark(topic, store.source, message))

    def _say_names(
        self, topic: Topic, store: Store, names: Sequence[str], words: tuple[str, str], said: str
    ) -> None:
        """Count the names in `words` for one and for many, say it of them, and name them."""
        if names:
            self._say(topic, store, f"{counted(len(names), *words)}{said}: {named(names)}")

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
        word = "alias" if len(aliases) == 1 else "aliases"
        names = f"; without the {word} {named(aliases)}" if aliases else ""
        self._say(Topic.LEFT_OUT, store, f"{said} there already and written once{names}")


def _in_order(pieces: Iterable[Piece], target: Format) -> list[Piece]:
    """Keys first, then self-signed roots, for a bundle; else the order of the inputs.

    OpenSSL takes the first of several copies of a CA and never backs out of it: a cross-signed
    copy before its self-signed twin fails. The first certificate after a key is the server's own.
    """
    if not target.is_bundle:
        return list(pieces)
    return sorted(pieces, key=_rank)


def _rank(piece: Piece) -> int:
    if isinstance(piece.entry, KeyEntry):
        return 0
    return 1 if role(piece.entry.certificate) is Role.ROOT else 2
