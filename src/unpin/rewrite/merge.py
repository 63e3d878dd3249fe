"""Merge the entries of several stores into the entries of a new store, each under a name."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.jdk.certificate import certificate_refusal
from unpin.model.entries import (
    Entry,
    KeyEntry,
    KeyKind,
    TrustedEntry,
    UnreadableEntry,
    UnreadableKind,
    own_certificate,
)
from unpin.model.errors import CUT_OFF_HINT, CannotWriteError, UsageError
from unpin.model.formats import Format, Naming
from unpin.model.store import Store
from unpin.pki.roles import Role, role
from unpin.rewrite.aliases import AliasStyle, folded_alias, free_alias, fresh_alias, slug
from unpin.rewrite.conversion_plan import (
    ConversionPlan,
    Merged,
    MergedEntry,
    Remark,
    Topic,
    few_names,
)
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.model.certificate import Certificate


_UNREADABLE_HINT: Final = "--skip-unreadable leaves out unreadable entries"
_PLACEHOLDER_HINT: Final = "replace the placeholder with the certificate"


def merge(stores: Sequence[Store], plan: ConversionPlan) -> Merged:
    """The entries of all `stores`, each certificate once, with unique aliases.

    Pure: nothing is read or written. Raises CannotWriteError for an unreadable entry (unless
    `plan.skip_unreadable`) and if no entry is left, UsageError for an alias that no entry has.
    """
    merging = _Merger(plan)
    for store in stores:
        merging.add(store)
    merging.check(stores)
    entries = _in_order(aliased(merging.entries, plan, merging.remarks), plan.target)
    return Merged(tuple(entries), tuple(merging.remarks))


class _Merger:
    """Collects entries store by store: each certificate once, each key once."""

    def __init__(self, plan: ConversionPlan) -> None:
        self._plan = plan
        self._at: dict[Certificate | bytes, int] = {}
        self._matched = [False] * len(plan.selection.patterns)
        self.entries: list[MergedEntry] = []
        self.remarks: list[Remark] = []

    def add(self, store: Store) -> None:
        keys: list[str] = []
        doubles: list[str] = []
        hidden: list[str] = []
        unwanted = 0
        for entry, names in self._named(self._trusting(store)):
            if isinstance(entry, KeyEntry) and not self._plan.keys:
                keys.append(entry.alias)
                continue
            if not self._selected(entry, names):
                unwanted += 1
            elif (kept := self._double_of(entry, store)) is not None:
                is_kept = folded_alias(kept.alias) == folded_alias(entry.alias)
                doubles.append("" if is_kept else entry.alias)
            elif isinstance(entry, TrustedEntry) and not entry.trusted:
                hidden.append(entry.alias or entry.certificate.label)
        self._say_keys(store, keys)
        if unwanted:
            entries = counted(unwanted, "entry was", "entries were")
            self._say(Topic.LEFT_OUT, store, f"{entries} not selected")
        self._say_doubles(store, doubles)
        self._say_names(
            Topic.TRUSTED,
            store,
            hidden,
            ("certificate becomes a trusted entry", "certificates become trusted entries"),
            " for Java, as the trusted-key-usage attribute was missing",
        )

    def check(self, stores: Sequence[Store]) -> None:
        """Raise UsageError for a pattern without a match, CannotWriteError if nothing is left."""
        for pattern, matched in zip(self._plan.selection.patterns, self._matched, strict=True):
            if not matched:
                raise UsageError(
                    f"no entry has the alias {pattern!r}",
                    "unpin list shows the aliases; an entry without an alias is known by its name, "
                    "such as digicert-global-root-g2",
                )
        if self.entries:
            return
        names = few_names([store.source for store in stores])
        if any(store.keys for store in stores) and not self._plan.keys:
            raise CannotWriteError(
                f"{names}: the input has no trusted certificates, only keys, which are left out",
                "--keys copies the keys, --chains turns their certificates into trusted entries",
            )
        if any(UnreadableKind.CUT_OFF in _kinds(e) for store in stores for e in store.unreadable):
            raise CannotWriteError(f"{names}: no certificate in it is whole", CUT_OFF_HINT)
        raise CannotWriteError(f"{names}: there is nothing to write")

    def _readable(self, store: Store) -> Iterator[TrustedEntry | KeyEntry]:
        """The entries that can be converted. For the others, a remark or CannotWriteError."""
        left: list[str] = []
        kinds: set[UnreadableKind] = set()
        for index, entry in enumerate(store.entries):
            reason = _unreadable(entry, self._plan)
            if reason is not None:
                left.append(f"{location(entry, index)}: {reason}")
                kinds |= _kinds(entry)
            elif not isinstance(entry, UnreadableEntry):
                yield entry
        if not left:
            return
        if not self._plan.skip_unreadable:
            raise CannotWriteError(
                f"{store.source}: {few_names(left)}",
                _unreadable_hint(kinds),
            )
        for message in left:
            self._say(Topic.LEFT_OUT, store, f"{message}; left out")

    def _trusting(self, store: Store) -> Iterator[TrustedEntry | KeyEntry]:
        """The entries except those that OpenSSL's settings reject, which no output can express."""
        distrusted: list[str] = []
        widened: list[str] = []
        for entry in self._readable(store):
            if isinstance(entry, TrustedEntry):
                settings = entry.trust_settings
                if settings.distrusted:
                    distrusted.append(entry.certificate.label)
                    continue
                if settings.only_other_purposes:
                    widened.append(entry.certificate.label)
            yield entry
        self._say_names(
            Topic.LEFT_OUT,
            store,
            distrusted,
            ("certificate is", "certificates are"),
            " left out, rejected for servers by OpenSSL's trust settings",
        )
        self._say_names(
            Topic.TRUSTED,
            store,
            widened,
            ("certificate was", "certificates were"),
            " not trusted for servers, which the output cannot express",
        )

    def _named(
        self, entries: Iterable[TrustedEntry | KeyEntry]
    ) -> Iterator[tuple[TrustedEntry | KeyEntry, tuple[str, ...]]]:
        """Each entry with its names, and the certificates of its chain if the plan wants them."""
        for entry in entries:
            names = names_of(entry)
            yield entry, names
            if self._plan.chains and isinstance(entry, KeyEntry):
                for certificate in entry.chain:
                    below = TrustedEntry("", certificate, b"", entry.created_ms)
                    yield below, (*names, *names_of(below))

    def _selected(self, entry: TrustedEntry | KeyEntry, names: Sequence[str]) -> bool:
        found = self._plan.selection.matched(names)
        self._matched = [a or b for a, b in zip(self._matched, found, strict=True)]
        return self._plan.selection.takes(entry, names)

    def _double_of(self, entry: TrustedEntry | KeyEntry, store: Store) -> MergedEntry | None:
        """The equal entry that was added before; None if the entry is new and was added.

        An entry with an alias replaces an equal entry without. Keys are equal if their encrypted
        bytes are; under another salt a key counts as another key.
        """
        if isinstance(entry, TrustedEntry):
            key: Certificate | bytes = entry.certificate
        else:
            key = entry.sealed or entry.raw
        made = entry.created_ms if entry.created_ms is not None else self._plan.now_ms
        merged = MergedEntry(entry, store, entry.alias, made)
        if key not in self._at:
            self._at[key] = len(self.entries)
            self.entries.append(merged)
            return None
        before = self.entries[self._at[key]]
        if entry.alias and not before.alias:
            self.entries[self._at[key]] = merged
            return merged
        return before

    def _say(self, topic: Topic, store: Store, message: str) -> None:
        self.remarks.append(Remark(topic, store.source, message))

    def _say_names(
        self, topic: Topic, store: Store, names: Sequence[str], nouns: tuple[str, str], rest: str
    ) -> None:
        """Remark on `names`: their number with its noun (singular, plural), and `rest`."""
        if names:
            self._say(topic, store, f"{counted(len(names), *nouns)}{rest}: {few_names(names)}")

    def _say_keys(self, store: Store, keys: Sequence[str]) -> None:
        if keys:
            number = counted(len(keys), "key is", "keys are")
            self._say(
                Topic.LEFT_OUT,
                store,
                f"{number} left out ({few_names(keys)}); --keys copies keys",
            )

    def _say_doubles(self, store: Store, doubles: Sequence[str]) -> None:
        if not doubles:
            return
        number = counted(len(doubles), "duplicate certificate is", "duplicate certificates are")
        aliases = [alias for alias in doubles if alias]
        noun = "alias" if len(aliases) == 1 else "aliases"
        names = f", without the {noun} {few_names(aliases)}" if aliases else ""
        self._say(Topic.LEFT_OUT, store, f"{number} written once{names}")


def _unreadable(entry: Entry, plan: ConversionPlan) -> str | None:
    """Why an entry cannot be converted as `plan` says; None where it can, or is left out anyway."""
    match entry:
        case UnreadableEntry(kind=UnreadableKind.SHORT_BLOCK):
            return f"{entry.reason}; the block is too short for a certificate (a placeholder?)"
        case UnreadableEntry():
            return entry.reason
        case TrustedEntry():
            certificates: tuple[Certificate, ...] = (entry.certificate,)
        case KeyEntry():
            certificates = entry.chain if plan.keys or plan.chains else ()
    reasons = (_unfit(certificate, plan.target) for certificate in certificates)
    return next((reason for reason in reasons if reason is not None), None)


def _unfit(certificate: "Certificate", target: Format) -> str | None:
    """Why `target` cannot hold a certificate; None where it can.

    A single certificate that the JDK cannot parse makes Java refuse the whole store.
    """
    if certificate.problem is not None:
        return f"not a certificate: {certificate.problem}"
    refusal = certificate_refusal(certificate.der) if target.is_jdk else None
    return None if refusal is None else f"Java would refuse the whole store: {refusal}"


def _kinds(entry: Entry) -> set[UnreadableKind]:
    """Why the entry could not be read; nothing where it was."""
    return {entry.kind} if isinstance(entry, UnreadableEntry) else set()


def _unreadable_hint(kinds: Collection[UnreadableKind]) -> str:
    """What to do about entries that could not be read for the reasons `kinds`."""
    if UnreadableKind.PLACEHOLDER in kinds or UnreadableKind.SHORT_BLOCK in kinds:
        return _PLACEHOLDER_HINT
    if UnreadableKind.CUT_OFF in kinds:
        return f"{CUT_OFF_HINT}; --skip-unreadable keeps what is whole"
    return _UNREADABLE_HINT


def _in_order(entries: Iterable[MergedEntry], target: Format) -> list[MergedEntry]:
    """The entries in the order of the inputs; in a bundle keys come first, then roots.

    OpenSSL takes the first of several copies of a CA and does not backtrack, so it fails if a
    cross-signed copy stands before its self-signed twin. The first certificate after a key is the
    server certificate.
    """
    if not target.is_bundle:
        return list(entries)
    return sorted(entries, key=_rank)


def _rank(merged: MergedEntry) -> int:
    if isinstance(merged.entry, KeyEntry):
        return 0
    return 1 if role(merged.entry.certificate) is Role.ROOT else 2


def location(entry: Entry, index: int) -> str:
    """The name of an entry in a message: its file, alias or line, else its 1-based number."""
    if entry.file:
        return entry.file
    if entry.alias:
        return f"entry {entry.alias!r}"
    return f"line {entry.line}" if entry.line else f"entry {index + 1}"


def names_of(entry: TrustedEntry | KeyEntry) -> tuple[str, ...]:
    """The names that `--alias` matches: the alias, or else the alias to be and the file name."""
    if entry.alias:
        return (entry.alias,)
    own = own_certificate(entry)
    return tuple(filter(None, (slug(own.label) if own is not None else "", entry.file or "")))


def aliased(
    entries: Sequence[MergedEntry], plan: ConversionPlan, remarks: list[Remark]
) -> list[MergedEntry]:
    """Give each entry a unique alias; an entry that has an alias keeps it if possible.

    Renamed entries are added to `remarks`. In a format without aliases nothing changes.
    """
    if not plan.target.has_aliases:
        return list(entries)
    naming = plan.target.facts.naming
    taken: set[str] = set()
    spelled: set[str] = set()
    chosen: dict[int, str] = {}
    lowered: dict[str, list[str]] = {}
    for index, merged in enumerate(entries):
        if not merged.alias:
            continue
        lower = folded_alias(merged.alias) if naming is Naming.FOUND_IN_LOWER_CASE else merged.alias
        if naming is Naming.AS_SPELLED and lower not in spelled:
            chosen[index] = lower
            taken.add(folded_alias(lower))
        else:
            chosen[index] = free_alias(lower, taken)
        spelled.add(chosen[index])
        if chosen[index] != lower:
            message = f"alias {merged.alias!r} is taken, the entry is now {chosen[index]!r}"
            remarks.append(Remark(Topic.RENAMED, merged.store.source, message))
        elif lower != merged.alias:
            lowered.setdefault(merged.store.source, []).append(merged.alias)
    for source, names in lowered.items():
        aliases = counted(len(names), "alias is", "aliases are")
        message = (
            f"{aliases} now in lower case, since Java finds no others in this format: "
            f"{few_names(names)}"
        )
        remarks.append(Remark(Topic.RENAMED, source, message))
    for index, merged in enumerate(entries):
        if index not in chosen:
            chosen[index] = _name(merged, plan.style, taken)
    return [replace(merged, alias=chosen[index]) for index, merged in enumerate(entries)]


def _name(merged: MergedEntry, style: AliasStyle, taken: set[str]) -> str:
    if isinstance(merged.entry, TrustedEntry):
        return fresh_alias(merged.entry.certificate, style, taken)
    if merged.entry.chain:
        return fresh_alias(merged.entry.chain[0], style, taken)
    return free_alias("key" if merged.entry.kind is KeyKind.PRIVATE else "secret", taken)
