"""Read HOCON, the syntax of Play, Akka and Slick: keys in blocks, lists, and ${?VARIABLE}."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Setting

_SIGNS: Final = re.compile(
    r"(?m)\$\{\?[\w.]+\}|^[ \t]*(?:(?:slick|play|akka|pekko|ssl-config)\b|db\.)[\w.\-]*[ \t]*[={]"
)
_BLOCK: Final = re.compile(r"(?m)^[ \t]*[\w.\-\"$]+[ \t]*[=:]?[ \t]*\{[ \t]*(?:(?:#|//).*)?\r?$")
_OTHER: Final = re.compile(
    r"(?m);[ \t]*\r?$|=>|^[ \t]*(?:resource|provider|variable|module|locals|server|upstream"
    r"|location|function|def|class|fun|object|import|package|public)\b.*\{"
)
"""What is of nginx, Terraform, or a program."""

_PIECE: Final = re.compile(
    r"""(?P<comment>(?:\#|//)[^\n]*)|(?P<long>\"{3}(?:[^"]|"(?!""))*\"{3})|(?P<quoted>"(?:[^"\\\n]|\\.)*")
        |(?P<inserted>\$\{\??[^{}\n]*\})|(?P<sign>\+=|[{}\[\]=:,\n])|(?P<plain>[^\s"{}\[\]=:,$\#/]+|.)""",
    re.VERBOSE,
)
_OPTIONAL: Final = re.compile(r"\$\{\?(?P<name>[\w.\-]+)\}\Z")
_DEEPEST: Final = 32
_MOST_PIECES: Final = 200_000


def is_hocon(text: str, name: str = "") -> bool:
    """Whether a text has what only HOCON has, or its name and blocks; and no other language."""
    if "{" not in text or _OTHER.search(text) is not None:
        return False
    named = name.endswith((".conf", ".hocon"))
    return _SIGNS.search(text) is not None or (named and _BLOCK.search(text) is not None)


def hocon_settings(text: str) -> list[Setting]:
    """The settings with their whole paths: slick.dbs.default.db.url, stores[0].path."""
    return list(_Reader(text).settings())


def with_overrides(
    found: Sequence[ClientConnection], settings: Sequence[Setting]
) -> list[ClientConnection]:
    """The connections; one whose value a variable replaces where it is set is in doubt."""
    last = {each.key: each for each in settings}
    doubts: dict[int, str] = {}
    for each in settings:
        later = last[each.key]
        match = _OPTIONAL.match(later.value)
        if match is not None and later is not each:
            doubts[each.line] = f"{match['name']} in line {later.line}"
    if not doubts:
        return list(found)
    return [
        replace(each, others=(*each.others, doubts[each.line])) if each.line in doubts else each
        for each in found
    ]


class _Reader:
    """Goes through the pieces of a text once. `counts` are None in a block, a number in a list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.path: list[str] = []
        self.counts: list[int | None] = [None]
        self._begin()

    def _begin(self) -> None:
        """Begin a setting: its key, its value, the line of its first piece, and whether "=" was."""
        self.key, self.value, self.line, self.has_sign = "", "", 0, False

    def settings(self) -> Iterator[Setting]:
        line = 1
        for number, match in enumerate(_PIECE.finditer(self.text)):
            if number > _MOST_PIECES or len(self.path) > _DEEPEST:
                return
            sign = match["sign"]
            if sign is not None and sign in "{[":
                self._open(sign)
            elif sign is not None and sign in "}],\n":
                yield from self._end(sign)
            elif sign is not None and not self.has_sign and self.counts[-1] is None:
                self.key, self.value, self.has_sign = self.value.strip(), "", True
            elif match["comment"] is None:
                self.line = self.line or line
                self.value += _content(match)
            line += match[0].count("\n")
        yield from self._end("\n")

    def _open(self, sign: str) -> None:
        name = (self.key or self.value).strip() if self.counts[-1] is None else ""
        self.path.append(self._step(name))
        self.counts.append(0 if sign == "[" else None)
        self._begin()

    def _end(self, sign: str) -> Iterator[Setting]:
        """The setting that ends, and what is behind it."""
        in_list = self.counts[-1] is not None
        value = self.value.strip()
        if value and (self.has_sign or in_list):
            parts = [*self.path, self._step(self.key)]
            name = ".".join(part for part in parts if part).replace(".[", "[")
            yield Setting(name, value, self.line)
        if sign in "}]" and len(self.counts) > 1:
            self.counts.pop()
            self.path.pop()
        elif sign == "," and in_list:
            self.counts[-1] = (self.counts[-1] or 0) + 1
        if sign != "\n" or value or not self.has_sign:
            self._begin()

    def _step(self, name: str) -> str:
        count = self.counts[-1]
        return name if count is None else f"[{count}]"


def _content(match: re.Match[str]) -> str:
    if match["long"] is not None:
        return match["long"][3:-3]
    if match["quoted"] is not None:
        return re.sub(r"\\(.)", r"\1", match["quoted"][1:-1])
    return match[0]
