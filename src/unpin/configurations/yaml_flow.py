"""Read flow collections of YAML, `[a, "b"]` and `{name: A, value: b}`, as settings."""

import re
from collections.abc import Iterator
from typing import Final

_BEGINS: Final = re.compile(
    r"(?:[ \t]*-)*[ \t]*(?:[^\s#\"'\[{][^\n#\"'\[{]{0,200}:[ \t]+|-[ \t]+)?[\[{]"
)
_BLOCK: Final = re.compile(r"[:\-][ \t]+[|>][-+\d]*[ \t]*(?:#.*)?\r?\Z")
_SIGN: Final = re.compile(r"""["'#\[\]{}]""")
_PIECE: Final = re.compile(
    r"""\s*(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^']|'')*)'
        |(?P<sign>[\[\]{},])|(?P<colon>:(?=[\s,\[\]{}"']|\Z))
        |(?P<plain>(?:[^\s,\[\]{}"':]|:(?![\s,\[\]{}]|\Z))(?:[^,\[\]{}:]|:(?![\s,\[\]{}]|\Z))*))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}
_DEEPEST: Final = 8
_MOST_ITEMS: Final = 500
_MOST_JOINED: Final = 200
"""The most lines of a collection."""

_MOST_LOOKED: Final = 20_000
"""The most lines that are looked through for the ends of collections."""


def joined_flow(text: str) -> str:
    """The text with each flow collection of several lines on its first one; lines keep numbers."""
    if "[" not in text and "{" not in text:
        return text
    lines = text.split("\n")
    at = 0
    in_block: int | None = None
    looked = 0
    while at < len(lines) and looked < _MOST_LOOKED:
        first = lines[at]
        at += 1
        if in_block is not None and (not first.strip() or _indent(first) > in_block):
            continue
        in_block = _indent(first) if _BLOCK.search(first) else None
        if _BEGINS.match(first) is None or (depth := _open_brackets(first)) <= 0:
            continue
        last = at
        while last < len(lines) and depth > 0 and last - at < _MOST_JOINED:
            depth += _open_brackets(lines[last])
            last += 1
        looked += last - at
        if depth:
            continue
        begin = at - 1
        if begin and first.lstrip()[:1] in {"[", "{"} and lines[begin - 1].rstrip().endswith(":"):
            begin -= 1
        pieces = [_without_comment(line).strip() for line in lines[begin + 1 : last]]
        joined = " ".join([_without_comment(lines[begin]).rstrip(), *pieces])
        lines[begin:last] = [joined, *[""] * (last - begin - 1)]
        at = last
    return "\n".join(lines)


def flow_settings(text: str) -> Iterator[tuple[str, str]]:
    """The scalars of a collection, each with its path: "[0]", ".name", "[1].value"."""
    pieces = list(_pieces(text))
    path: list[str] = []
    counts: list[int | None] = []
    key = ""
    for number, (kind, value) in enumerate(pieces):
        if kind == "sign" and value in "[{":
            if counts:
                path.append(_step(counts, key))
            key = ""
            counts.append(0 if value == "[" else None)
            if len(counts) > _DEEPEST:
                return
        elif kind == "sign" and value in "]}":
            if counts:
                counts.pop()
            if not counts:
                return
            path[-1:] = []
        elif kind == "sign":
            key = ""
            if counts and counts[-1] is not None:
                counts[-1] += 1
        elif kind == "scalar" and counts:
            if counts[-1] is None and not key:
                is_key = number + 1 < len(pieces) and pieces[number + 1][0] == "colon"
                key = value if is_key else ""
            else:
                yield "".join((*path, _step(counts, key))), value


def _step(counts: list[int | None], key: str) -> str:
    number = counts[-1]
    return f".{key}" if number is None else f"[{number}]"


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for _ in range(4 * _MOST_ITEMS):
        match = _PIECE.match(text, at)
        if match is None:
            return
        at = match.end()
        if match["sign"]:
            yield "sign", match["sign"]
        elif match["colon"]:
            yield "colon", ":"
        elif match["double"] is not None:
            yield "scalar", _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), match["double"])
        elif match["single"] is not None:
            yield "scalar", match["single"].replace("''", "'")
        else:
            yield "scalar", match["plain"].strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _open_brackets(line: str) -> int:
    """How many more brackets a line opens than it closes."""
    signs = [sign for sign, _ in _signs(line)]
    return sum(sign in "[{" for sign in signs) - sum(sign in "]}" for sign in signs)


def _without_comment(line: str) -> str:
    return line[: next((at for sign, at in _signs(line) if sign == "#"), len(line))]


def _signs(line: str) -> Iterator[tuple[str, int]]:
    """The brackets of a line outside of its strings, and the sign of its comment."""
    quote = ""
    for match in _SIGN.finditer(line):
        sign, at = match[0], match.start()
        if quote:
            if sign == quote and line[at - 1] != "\\":
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign != "#":
            yield sign, at
        elif not at or line[at - 1] in " \t":
            yield sign, at
            return
