"""Say whether a program compares the constant or list in which a literal stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.programs.brackets import CallStructure

_ASSIGNED: Final = re.compile(
    r"(?<![\w.$])\$?(?P<name>[A-Za-z_]\w{0,80})[\"']?\s{0,8}"
    r"(?:\[\s{0,4}\]\s{0,4})?(?::[^=\n;{}]{0,80})?(?:\(\s{0,4}\)\s{0,4})?"
    r"(?::=|=(?![=>~])|=>|:(?!:))"
)
"""The name of a constant or key, and the sign behind it."""

_DEFINED: Final = re.compile(r"#define\s{1,8}(?P<name>[A-Za-z_]\w{0,80})\s[^\n]{0,40}\Z")
_WORD: Final = re.compile(r"[A-Za-z_]\w{2,80}")
_CHECKS: Final = re.compile(
    r"(?i)\b\w*(?:verif|check|match|assert|pin|allow|trust|issue|equal|accept|expect|valid)\w*"
    r"\s{0,4}\(|assert_fingerprint\s{0,4}="
)
_OF_CERTIFICATES: Final = re.compile(
    r"(?i)issuer|subject|thumb|finger|x509|certificate|peercert|getpeer|\bpins?\b|tls|ssl"
)
_MOST_AROUND: Final = 4
"""The most brackets around a literal whose names are looked at."""

_COMMENT: Final = ("#", "//", "*", "/*", "-- ")


@dataclass(slots=True)
class PinConstants:
    """The names that a program compares, found in one pass over its lines."""

    text: str
    compares: re.Pattern[str]
    _structure: CallStructure | None = None
    _compared: dict[str, list[int]] = field(default_factory=dict)

    def names_at(self, at: int) -> list[str]:
        """The constants around a place, the innermost first: of the line, then of its brackets."""
        if self._structure is None:
            self._structure = CallStructure.of(self.text)
        return list(dict.fromkeys(self._names_at(at, self._structure)))

    def _names_at(self, at: int, structure: CallStructure) -> Iterator[str]:
        for _ in range(_MOST_AROUND):
            begin = self.text.rfind("\n", max(0, at - 1000), at) + 1
            before = self.text[begin:at]
            names = [match["name"] for match in _ASSIGNED.finditer(before)]
            defined = _DEFINED.search(before)
            if names or defined is not None:
                yield names[-1] if defined is None else defined["name"]
            at = structure.around(at)
            if at < 0:
                return

    def is_compared(self, at: int, lines: Sequence[str]) -> bool:
        """Whether the constant around a place is compared on another line."""
        if not self._compared:
            self._compared = _compared(lines, self.compares)
        line = line_of(self.text, at)
        return any(
            number != line for name in self.names_at(at) for number in self._compared.get(name, ())
        )


def _compared(lines: Sequence[str], compares: re.Pattern[str]) -> dict[str, list[int]]:
    """The lines on which each name is compared, or given to a check, in code about certificates."""
    found: dict[str, list[int]] = {"": []}
    for number, line in enumerate(lines, 1):
        if len(line) > 2000 or line.lstrip().startswith(_COMMENT):
            continue
        around = "\n".join(lines[max(0, number - 4) : number + 2])
        if _OF_CERTIFICATES.search(around) is None:
            continue
        if compares.search(line) is not None or _CHECKS.search(line) is not None:
            for name in set(_WORD.findall(line)):
                found.setdefault(name, []).append(number)
    return found
