"""Pins in code: digests, serial numbers and names by which a program knows a certificate."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from unpin.configurations.model import Document, at_most, until_limit
from unpin.model.errors import LimitExceededError, UnpinError
from unpin.references.model import NO_READER, Reference, ReferenceRole
from unpin.references.pins.digest_pins import digest_pins
from unpin.references.pins.key_pins import key_pins
from unpin.references.pins.pin_places import COMMENT, COMPARES, PROSE, PinText, key_before
from unpin.references.pins.pin_settings import setting_pins
from unpin.references.pins.pin_table import PinTable, is_in_use, reason_of_retirement, titles_of
from unpin.wording import listed

_MOST_PINS: Final = 1000
_MOST_LITERALS: Final = 200
_LONGEST_LINE: Final = 20_000
_MOST_CUT: Final = 5
_LITERAL: Final = re.compile(
    r"\"(?P<double>(?:[^\"\\\n]|\\.){4,400})\"|'(?P<single>(?:[^'\\\n]|\\.){4,400})'"
    r"|`(?P<back>[^`\n]{4,400})`"
    r"|(?<![\w)\]<])/(?P<regex>(?:[^/\\\n]|\\.){4,400})/(?=[gimsuy]{0,4}[\s.,;)\]])"
)


def pin_references(document: Document, table: PinTable) -> Iterator[Reference]:
    """The pins in the text, in the order of their lines.

    Raises LimitExceededError behind them, if a bound cut them.
    """
    text = PinText(document, document.text.split("\n"))
    errors: list[UnpinError] = []
    pins = at_most(_pins(text, table, errors), _MOST_PINS, "pins", document)
    found = sorted(until_limit(pins, errors), key=lambda each: each.line)
    pinned = {each.line for each in found if each.role is ReferenceRole.HASH_PIN}
    for each in found:
        if each.role is not ReferenceRole.MENTION or each.line not in pinned:
            yield each
    if errors:
        raise errors[0]


def _pins(text: PinText, table: PinTable, errors: list[UnpinError]) -> Iterator[Reference]:
    if text.extension not in PROSE and not text.is_program:
        yield from setting_pins(text.document, table)
    for reader in (digest_pins, key_pins, _names):
        yield from until_limit(reader(text, table), errors)


def _names(pins: PinText, table: PinTable) -> Iterator[Reference]:
    document, lines = pins.document, pins.lines
    at_line = 0
    cut: list[int] = []
    for number, line in enumerate(lines, 1):
        begin, at_line = at_line, at_line + len(line) + 1
        if table.names.search(line) is None:
            continue
        literals = [*islice(_LITERAL.finditer(line), _MOST_LITERALS + 1)]
        if len(line) > _LONGEST_LINE or len(literals) > _MOST_LITERALS:
            cut.append(number)
        if len(line) > _LONGEST_LINE:
            continue
        comment = line.lstrip().startswith(COMMENT) and not line.startswith("#define")
        said = False
        for match in literals[:_MOST_LITERALS]:
            literal = next(text for text in match.groups() if text is not None)
            if table.names.search(literal) is None:
                continue
            said = True
            records = table.named(literal)
            rest = line[: match.start()] + line[match.end() :]
            code = pins.is_program and not comment
            compared = code and (
                COMPARES.search(rest) is not None
                or match["regex"] is not None
                or pins.constants.is_compared(begin + match.start(), lines)
            )
            breaks = compared and not any(map(is_in_use, records))
            yield Reference(
                document.name, number, key_before(line[: match.start() + 1], line), literal,
                "name",
                (pins.reader(line),),
                ReferenceRole.NAME_PIN if compared else ReferenceRole.MENTION,
                pinned=titles_of(records), breaks=breaks, note=reason_of_retirement(records),
            )  # fmt: skip
        spoken = None if said else table.whole_names.search(line)
        if spoken is not None:
            yield Reference(
                document.name, number, "text", spoken[0], "name", (NO_READER,),
                ReferenceRole.MENTION, pinned=titles_of(table.named(spoken[0])),
            )  # fmt: skip
    if cut:
        numbers = listed([str(number) for number in cut[:_MOST_CUT]])
        raise LimitExceededError(
            f"{document.name}: lines that name CAs and were not looked at in full: {numbers}",
            "part the lines",
        )
