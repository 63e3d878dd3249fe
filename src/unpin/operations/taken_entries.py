"""Link what takes entries of Secrets and ConfigMaps: who reads a store that no path names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.model.errors import LimitExceededError
from unpin.operations.inventory import Leads, LinkedReference
from unpin.references.entry_uses import Taken
from unpin.references.find import variable_references
from unpin.references.model import IfMissing, Reference, ReferenceRole, format_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.configurations.model import Setting
    from unpin.connections.drivers import Driver
    from unpin.operations.reference_links import Linker
    from unpin.operations.reference_look import Seen
    from unpin.references.entry_uses import EntryUse

_STORE_FILE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|der|jks|p12|pfx|p7b|bks|bcfks|truststore)\Z")
_WORDS: Final = re.compile(
    r"(?i)(?:\A|[._/-])(?:ca|cacerts?|root|trust(?:ed|store)?)(?:[._/-]|\Z)"
    r"|ca[._-]?(?:cert|bundle|chain|file)|root[._-]?c(?:a|ert)|trust[._-]?(?:store|anchor)"
)
_OTHERS: Final = re.compile(
    r"(?i)pass|pwd|secret|token|private|key(?:store)?\b|_key\Z|\A(?:tls|client|server)[._-]?c"
)
"""What the name of a password, a key or a certificate of one's own has."""

MAX_TAKEN: Final = 50_000
"""The most entries that containers take, each counted for each place."""

_LONGEST: Final = 4096
"""The longest value of a variable that is looked at."""


def may_name_trust(name: str) -> bool:
    """Whether an entry, a variable or a Secret of this name may be a trust store."""
    if _OTHERS.search(name):
        return False
    return _WORDS.search(name) is not None or _STORE_FILE.search(name) is not None


class LinkedReferences(NamedTuple):
    """The references, and the error that says what was left out; None for nothing."""

    found: list[LinkedReference]
    cut: LimitExceededError | None = None


def linked_references(
    linker: Linker, seen: Sequence[Seen], chosen: Sequence[Driver] = ()
) -> LinkedReferences:
    """Every reference with what it leads to, and those that only entries make.

    `chosen` are the drivers of the user.
    """
    found = [linker.linked(each, reference) for each in seen for reference in each.found.references]
    if not any(each.found.uses for each in seen):
        return LinkedReferences(found)
    budget = _Budget()
    by_variable = [way for each in seen for way in _of_variables(linker, each, chosen, budget)]
    found = _once(found, by_variable)
    for each in seen:
        for use in each.found.uses:
            found += _of_use(linker, each, use, budget)
    return LinkedReferences(found, budget.error)


class _Budget:
    """Counts the entries that are taken."""

    def __init__(self) -> None:
        self._left = MAX_TAKEN
        self.error: LimitExceededError | None = None

    def first(self, keys: Sequence[str], each: Seen) -> Sequence[str]:
        """The first of the entries that a place takes; that others are left out is said."""
        taken = keys[: self._left]
        self._left -= len(taken)
        if len(taken) < len(keys) and self.error is None:
            self.error = LimitExceededError(
                f"{each.name}: with it, containers take more than {MAX_TAKEN} entries of Secrets"
                " and ConfigMaps; the others were not looked at",
                "name fewer folders, or leave some out with --exclude",
            )
        return taken


class _Variable(NamedTuple):
    """A reference in a variable that an entry holds, and the places of the entry."""

    linked: LinkedReference
    places: tuple[tuple[str, int, int], ...]


def _of_variables(
    linker: Linker, each: Seen, chosen: Sequence[Driver], budget: _Budget
) -> Iterator[_Variable]:
    """The stores that variables name whose values are in entries."""
    for container in each.found.containers:
        uses = [use for use in each.found.uses
                if use.how is Taken.VARIABLE and use.container == container.place]  # fmt: skip
        taken: list[tuple[str, str, EntryUse, tuple[tuple[str, int, int], ...]]] = []
        for use in uses:
            space = use.namespace or each.found.namespace_at(use.line)
            keys = [use.key] if use.key else linker.entries.keys(use.owner, space)
            for key in budget.first(keys, each):
                makers = linker.entries.makers(use.owner, key, space)
                text = next((maker.entry.text for maker in makers if maker.entry.text), "")
                if text and "\n" not in text.rstrip("\n") and len(text) <= _LONGEST:
                    name = use.variable if use.key else f"{use.variable}{key}"
                    places = tuple((m.seen.name, m.entry.first, m.entry.last) for m in makers)
                    taken.append((name, text.rstrip("\n"), use, places))
        if not taken:
            continue
        pairs = [*((name, text) for name, text, _, _ in taken), *_pairs(container.variables)]
        for reference in variable_references(each.name, pairs, chosen):
            if reference.line > len(taken):
                continue
            name, _, use, places = taken[reference.line - 1]
            own = replace(reference, line=use.line, variable=name)
            yield _Variable(linker.linked(each, own), places)


def _pairs(variables: Sequence[Setting]) -> Iterator[tuple[str, str]]:
    for each in variables:
        if "\n" not in each.value:
            yield each.key, each.value


def _once(found: list[LinkedReference], by_variable: Sequence[_Variable]) -> list[LinkedReference]:
    """The references, each fact once: of two the one that knows the client."""
    left: list[LinkedReference | None] = list(found)
    added: list[LinkedReference] = []
    written: dict[tuple[str, str], list[int]] = {}
    for index, each in enumerate(found):
        written.setdefault((each.reference.file, each.reference.store), []).append(index)
    for variable in by_variable:
        reference = variable.linked.reference
        same = [
            index
            for file, first, last in variable.places
            for index in written.get((file, reference.store), ())
            if first <= found[index].reference.line <= last
        ]
        if not same:
            added.append(variable.linked)
        for index in same:
            known = found[index].reference
            if not known.families and reference.families:
                left[index] = None
                added.append(variable.linked)
    return [*(each for each in left if each is not None), *dict.fromkeys(added)]


def _of_use(
    linker: Linker, each: Seen, use: EntryUse, budget: _Budget
) -> Iterator[LinkedReference]:
    space = use.namespace or each.found.namespace_at(use.line)
    if not use.owner.startswith(("Secret ", "ConfigMap ")):
        yield from _of_grant(linker, each, use)
        return
    keys = [use.key] if use.key else linker.entries.keys(use.owner, space)
    if not keys and may_name_trust(use.owner.partition(" ")[2]):
        yield LinkedReference(_reference(each, use, use.owner, ""), Leads.ELSEWHERE)
    for key in budget.first(keys, each):
        reference = _reference(each, use, f"{use.owner}/{key}", key)
        linked = linker.of_entry(reference, reference.store, space)
        if linked.leads is Leads.HERE:
            is_named = _is_named_as_trust(use, key) and not _is_text(linker, use, key, space)
            is_read = use.how is Taken.FILE and _is_named(linker, each, use, linked)
            if not is_read and (is_named or all(map(linker.is_store, linked.places))):
                yield linked
        elif _is_named_as_trust(use, key) and not _is_text(linker, use, key, space):
            yield linked


def _is_text(linker: Linker, use: EntryUse, key: str, space: str) -> bool:
    """Whether an entry is known to hold a text that is no store, such as a path."""
    makers = linker.entries.makers(use.owner, key, space)
    return any(maker.entry.text is not None for maker in makers)


def _is_named_as_trust(use: EntryUse, key: str) -> bool:
    """Whether an entry that is not here may be a trust store, by its name or its variable's."""
    if not use.key:
        return use.how is not Taken.FILE and may_name_trust(key)
    return may_name_trust(key) or may_name_trust(use.variable)


def _of_grant(linker: Linker, each: Seen, use: EntryUse) -> Iterator[LinkedReference]:
    """A file that compose gives to a service, if it is a store, and no path names it."""
    linked = linker.linked(each, _reference(each, use, use.owner, use.owner))
    if linked.leads is Leads.HERE:
        stores = all(map(linker.is_store, linked.places))
        if stores and not _is_named(linker, each, use, linked):
            yield linked
    elif may_name_trust(use.owner):
        yield linked


def _is_named(linker: Linker, each: Seen, use: EntryUse, linked: LinkedReference) -> bool:
    """Whether a path in the container leads to the store."""
    return any((each.name, use.container, place) in linker.named for place in linked.places)


def _reference(each: Seen, use: EntryUse, store: str, key: str) -> Reference:
    missing = IfMissing.WITHOUT if use.optional else IfMissing.NOT_STARTED
    families = use.families if use.role is ReferenceRole.TRUST else ()
    return Reference(
        each.name, use.line, use.place, store, format_of(key, default="PEM"), (use.reader,),
        use.role, families, use.variable,
        if_missing=IfMissing.UNKNOWN if use.how is Taken.FIELD else missing,
    )  # fmt: skip
