"""Read a program or script once for each branch of its conditions that sets something for TLS."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from unpin.configurations.assignments import assignments
from unpin.configurations.model import ClientConnection, Document
from unpin.configurations.programs.choices import with_choices
from unpin.configurations.programs.conditions import Condition, NumberedLine, condition_at
from unpin.model.errors import LimitExceededError, UnpinError
from unpin.wording import few

MAX_BRANCHES: Final = 6
"""The most branches of a condition that are read."""

_DEEPEST: Final = 20
"""The most conditions within conditions."""

_MAY_BRANCH: Final = re.compile(r"(?m)\b(?:if|unless|when|case)\b|\?|&&")
_TELLING: Final = re.compile(
    r"(?i)ssl|tls|cert|\bca\b|_ca\b|ca_|trust|verif|reject_?unauthorized|mode\b"
    r"|[\"'](?:disable|prefer|require)[\"']"
)
_OF_THE_PROGRAM: Final = re.compile(r"__name__|require\.main|\$0\b|__FILE__")
"""A condition whose branch is the program itself."""

_DECIDES: Final = re.compile(r"\APG|SSL|TLS|CERT|TRUST|JAVA|_OPT|\ANODE_")
"""Variables that may decide what a client verifies."""


class _Variant(NamedTuple):
    """A text with one branch of each condition, on the lines where they were.

    `kept` and `dropped` are the lines with which the branches begin. `branches` is the number of
    those that the condition with the most of them has.
    """

    text: str
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    branches: int

    @property
    def said(self) -> str:
        """The branches in words."""
        return ", ".join(
            f"{word} the branch in line {lines[0]}"
            if len(lines) == 1
            else f"{word} the branches in lines {few([str(line) for line in lines])}"
            for word, lines in (("with", self.kept), ("without", self.dropped))
            if lines
        )


def in_each_branch(
    document: Document,
    errors: list[UnpinError],
    read: Callable[[Document, list[UnpinError]], tuple[ClientConnection, ...]],
) -> tuple[ClientConnection, ...]:
    """The connections that `read` finds in a document, of a program or script in each branch.

    One that branches make different is there for each of them, and its title says for which.
    """
    faults: list[UnpinError] = []
    whole = read(document, faults)
    variants = list(_variants_of(document.text)) if whole and document.is_plain else []
    if not variants:
        errors += faults
        return whole
    if variants[0].branches > MAX_BRANCHES:
        errors.append(
            LimitExceededError(
                f"{document.name}: a condition with more than {MAX_BRANCHES} branches; the others"
                " were not looked at",
                "part the file",
            )
        )
    found: list[tuple[ClientConnection, ...]] = []
    own: list[list[UnpinError]] = []
    for each in variants:
        own.append([])
        found.append(read(_document_of(document, each.text), own[-1]))
    told = {str(error) for error in errors}
    for connections, faults in zip(found, own, strict=True):
        if connections or not any(found):
            errors += [each for each in faults if str(each) not in told]
            told |= {str(each) for each in faults}
    # A condition may make a connection itself: if ! psql -h db; then ...
    left = [each.text.split("\n") for each in variants]
    conditions = [
        each
        for each in whole
        if each.line and not any(lines[each.line - 1].strip() for lines in left)
    ]
    return tuple(sorted([*_merged(variants, found), *conditions], key=lambda each: each.line))


def _merged(
    variants: Sequence[_Variant], found: Sequence[Sequence[ClientConnection]]
) -> Iterator[ClientConnection]:
    """The connections of all variants, each once."""
    common = set.intersection(*({_told(each) for each in connections} for connections in found))
    seen: set[tuple[object, ...]] = set()
    for variant, connections in zip(variants, found, strict=True):
        for each in connections:
            told = _told(each)
            if told not in seen:
                seen.add(told)
                title = each.title if told in common else f"{each.title}, {variant.said}"
                yield replace(each, title=title)


def _told(connection: ClientConnection) -> tuple[object, ...]:
    """What a client is told, as far as it may decide something."""
    variables = tuple(each for each in connection.environment if _DECIDES.search(each.key))
    return (
        connection.title, connection.drivers, connection.form, connection.host,
        connection.parameters, connection.options, variables, connection.invalid,
        connection.scope, connection.others,
    )  # fmt: skip


def _document_of(document: Document, text: str) -> Document:
    """The document with another text on its lines; settings of lines that are the same are kept."""
    before, after = (each.split("\n") for each in (document.text, text))
    changed = {
        number: line
        for number, (old, line) in enumerate(zip(before, after, strict=True), 1)
        if old.strip() != line.strip()
    }
    settings = [each for each in document.settings if each.line not in changed or each.origin]
    settings += [
        replace(each, line=number) for number, line in changed.items() for each in assignments(line)
    ]
    settings.sort(key=lambda each: (bool(each.origin), each.line))
    return replace(document, text=text, settings=tuple(settings))


def _variants_of(text: str) -> Iterator[_Variant]:
    """The text as each of the branches leaves it; none if no condition sets anything for TLS."""
    if _MAY_BRANCH.search(text) is None or _TELLING.search(text) is None:
        return
    most = 1
    number = 0
    while number < min(most, MAX_BRANCHES):
        chosen, lines = with_choices(text, first=number == 0)
        reading = _Reading(number, chosen)
        kept, dropped = (lines, []) if number == 0 else ([], lines)
        found = reading.variant(kept, dropped)
        most = max(most, found.branches, 2 if lines else 1)
        if most == 1:
            return
        yield found._replace(branches=most)
        number += 1


@dataclass(slots=True)
class _Reading:
    """A text as it is read with the branch `number` of each condition."""

    number: int
    text: str
    most: int = 1
    kept: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    telling: list[int] = field(default_factory=list)
    """The lines that may set something for TLS."""

    def variant(self, kept: Sequence[int], dropped: Sequence[int]) -> _Variant:
        """The variant; the lines are those of choices that are made in the text."""
        lines = [NumberedLine(number, line) for number, line in enumerate(self.text.split("\n"), 1)]
        self.telling = [each.number for each in lines if _TELLING.search(each.text)]
        texts = [""] * len(lines)
        for each in self._resolved(lines, 0):
            texts[each.number - 1] = each.text
        return _Variant(
            "\n".join(texts),
            tuple(sorted({*kept, *self.kept})),
            tuple(sorted({*dropped, *self.dropped})),
            self.most,
        )

    def _resolved(self, lines: Sequence[NumberedLine], depth: int) -> Iterator[NumberedLine]:
        at = 0
        while at < len(lines):
            condition = condition_at(lines, at) if depth < _DEEPEST else None
            if condition is None or not self._tells(condition, lines[at]):
                yield lines[at]
                at += 1
                continue
            self.most = max(self.most, len(condition.branches))
            branch = condition.branches[min(self.number, len(condition.branches) - 1)]
            if branch.lines is None:
                self.dropped.append(branch.number)
            else:
                self.kept.append(branch.number)
                yield from self._resolved(branch.lines, depth + 1)
            at = condition.end

    def _tells(self, condition: Condition, head: NumberedLine) -> bool:
        """Whether a branch may set something for TLS."""
        if _OF_THE_PROGRAM.search(head.text) is not None:
            return False
        for branch in condition.branches:
            if branch.lines:
                at = bisect_left(self.telling, branch.lines[0].number)
                if at < len(self.telling) and self.telling[at] <= branch.lines[-1].number:
                    return True
        return False
