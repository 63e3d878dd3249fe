"""Read the dicts and hashes that variables of a program hold, with the keys that it sets later."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import Setting
from unpin.configurations.programs.call_arguments import (
    in_brackets,
    last_assigned,
    named_arguments,
)
from unpin.model.values import frozen

MAX_KEYS: Final = 500
"""The most dicts of a program, and the most keys that are set later."""

_DEEPEST: Final = 3
"""The most dicts within dicts."""

_NAME: Final = r"(?<![\w.])[%$]?(?P<name>[A-Za-z_]\w{0,60})"
_DICT: Final = re.compile(
    r"(?<![\w.])(?P<hash>%)?\$?(?P<name>[A-Za-z_]\w{0,60})"
    r"(?:[ \t]{0,4}:[ \t]{0,4}[\w.\[\], ]{1,60})?"
    r"\s{0,8}=\s{0,8}(?:dict\s{0,4}(?=\())?(?P<open>\{|\((?<=dict\()|(?(hash)\(|(?!)))"
)
"""{...} and dict(...) of Python and Ruby, %name = (...) of Perl."""

_LATER: Final = re.compile(
    _NAME + r"(?:(?:->)?[\[{]\s{0,4}[:'\"]?(?P<key>\w{1,60})['\"]?\s{0,4}[\]}]\s{0,4}=(?![=~>])"
    r"(?P<value>[^\n]{1,500})"
    r"|(?:\.(?:update|merge!)\s{0,4}(?P<call>\()|\s{0,4}\|=\s{0,4}(?P<union>\{)))"
)
UNPACKED: Final = re.compile(r"(?<!\*)\*\*(?P<name>[A-Za-z_]\w{0,60})")
"""A dict that a call or another dict takes over."""


@frozen
class NamedDicts:
    """The dicts of a program by their variables; `opens` are the places where they begin.

    A variable to which branches or functions assign different dicts has none.
    """

    text: str
    names: Mapping[str, str]
    opens: Mapping[str, int]
    later: Mapping[str, Sequence[re.Match[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, names: Mapping[str, str]) -> "NamedDicts":
        """The dicts of a text; `names` are its variables."""
        matches = islice(_DICT.finditer(text), MAX_KEYS)
        kept, _ = last_assigned(text, matches, lambda each: in_brackets(text, each.start("open")))
        later: dict[str, list[re.Match[str]]] = {}
        for match in islice(_LATER.finditer(text), MAX_KEYS):
            later.setdefault(match["name"], []).append(match)
        opens = {name: match.start("open") for name, match in kept.items()}
        return cls(text, names, opens, later)

    def settings(self, name: str, sign: str = ":", depth: int = _DEEPEST) -> list[Setting] | None:
        """The keys of a dict with those that are set later; None for a name without a dict."""
        begin = self.opens.get(name)
        if begin is None or not depth:
            return None
        line = line_of(self.text, begin)
        found = self.of_literal(in_brackets(self.text, begin), line, sign, depth)
        for each in self.later.get(name, ()):
            if each.start() > begin:
                found = self._with_item(found, each, begin, sign, depth)
        return found

    def unpacked(self, inside: str, sign: str = ":", depth: int = _DEEPEST) -> Iterator[Setting]:
        """The keys of the dicts that a call, or another dict, takes over with **."""
        for match in UNPACKED.finditer(inside):
            yield from self.settings(match["name"], sign, depth) or ()

    def of_literal(
        self, inside: str, line: int, sign: str = ":", depth: int = _DEEPEST
    ) -> list[Setting]:
        """The keys of a dict; those that it has itself beat those of a dict that it takes over."""
        own = list(named_arguments(inside, line, sign, self.names))
        return joined_settings(self.unpacked(inside, sign, depth - 1), own)

    def _with_item(
        self, found: Sequence[Setting], item: re.Match[str], dict_at: int, sign: str, depth: int
    ) -> list[Setting]:
        """The keys with what is set later; of two values, one that is set in a block may count."""
        line = line_of(self.text, item.start())
        if item["key"] is None:
            at = item.start("call") if item["call"] else item.start("union")
            inside = in_brackets(self.text, at)
            given = self.of_literal(inside, line, sign, depth)
            other = re.fullmatch(r"[({]\s*(\w{1,60})\s*[)}]", inside)
            if other is not None:
                given += self.settings(other[1], sign, depth - 1) or []
        else:
            value = item["value"].strip().rstrip(";")
            given = list(named_arguments(f"{item['key']}={value}", line, "=", self.names))
        if _before(self.text, item.start()) != _indent(self.text, dict_at):
            given = [_unsure(each, found, item["name"]) for each in given]
        return joined_settings(found, given)


def _unsure(given: Setting, found: Sequence[Setting], name: str) -> Setting:
    """The setting; an open one where the dict has another value for the key."""
    old = [each for each in found if each.key == given.key]
    if not old or old[-1].value == given.value:
        return given
    return Setting(given.key, f"${{{name}.{given.key}}}", given.line, given.key)


def joined_settings(found: Iterable[Setting], later: Sequence[Setting]) -> list[Setting]:
    """The settings with others that replace those of the same key."""
    keys = {each.key.partition(".")[0] for each in later if "." not in each.key}
    whole = {each.key for each in later}
    kept = [each for each in found if each.key not in whole and _top(each.key) not in keys]
    return [*kept, *later]


def _top(key: str) -> str:
    return key.partition(".")[0]


def _before(text: str, at: int) -> str:
    """What stands before a place in its line."""
    return text[text.rfind("\n", 0, at) + 1 : at]


def _indent(text: str, at: int) -> str:
    before = _before(text, at)
    return before[: len(before) - len(before.lstrip())]
