"""Read assignments: properties, .env, ini, HCL and the variables of shells, with their lines."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from unpin.configurations.model import Setting

_ASSIGNMENT: Final = re.compile(
    r"""[ \t]*(?:(?:export|set|setx|ENV|declare\ -x|readonly)[ \t]+|\$env:|Environment=["']?)?
        (?P<quote>["']?)(?P<key>(?!(?:jdbc|r2dbc):)(?:%[\w,]{1,60}\.)?[A-Za-z_]
          (?:[\w.\-]|(?<=\.)"[\w\-]{1,60}"(?=\.))*(?:\[\d+\])?)(?P=quote)
        [ \t]*(?P<sign>=>|:=|=|:(?![/\\]{2}))[ \t]*
        (?P<value>.*)""",
    re.VERBOSE,
)
_ECHO: Final = re.compile(
    r"""[ \t]*echo[ \t]+(?:-\w[ \t]+)?
        (?:(?P<quote>['\"])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)
          |(?P<plain>[A-Za-z_]\w*=[^\s"'>]*)[ \t]*>)""",
    re.VERBOSE,
)
"""A line that a script writes to a file."""

_SCHEMES: Final = frozenset({"jdbc", "r2dbc"})
"""What stands before the colon of a URL."""

_SECTION: Final = re.compile(r"[ \t]*\[(?P<name>[^\]]{1,200})\][ \t]*(?:[#;].*)?\Z")
_UNESCAPED: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CHARACTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_MOST_CONTINUED: Final = 1000
"""The most lines of a value."""


def assignments(text: str) -> Iterator[Setting]:
    """The assignments, in their order. A key in a section is written "section/key"."""
    lines = text.split("\n")
    section = ""
    at = 0
    while at < len(lines):
        line = lines[at].rstrip("\r")
        at += 1
        if line.lstrip().startswith("/*"):
            ends = next((n for n in range(at - 1, len(lines)) if "*/" in lines[n]), None)
            at = at if ends is None else ends + 1
            continue
        if not line.strip() or line.lstrip()[0] in "#!;" or line.lstrip().startswith("//"):
            continue
        if "[" in line and (found := _SECTION.match(line)) is not None:
            section = found["name"].strip()
            continue
        if "=" not in line and ":" not in line:
            continue
        if "echo" in line and (said := _ECHO.match(line)) is not None:
            line = said["text"] if said["plain"] is None else said["plain"]
        match = _ASSIGNMENT.match(line)
        if match is None or match["key"].lower() in _SCHEMES:
            continue
        number, value = at, match["value"]
        if value[:1] not in {'"', "'"}:
            taken = 0
            while _goes_on(value) and at < len(lines) and taken < _MOST_CONTINUED:
                value = value[:-1] + lines[at].rstrip("\r").lstrip(" \t\f")
                at += 1
                taken += 1
        inside = line.lstrip().startswith(("Environment=", "environment="))
        plain = _plain(value, in_quotes=inside and line.lstrip()[12:13] in {'"', "'"})
        key = f"{section}/{match['key']}" if section else match["key"]
        yield Setting(key, plain, number)


def without_section(settings: Sequence[Setting]) -> Iterator[Setting]:
    """The settings under their bare keys."""
    for each in settings:
        yield each.called(each.key.rpartition("/")[2])


def _goes_on(value: str) -> bool:
    return (len(value) - len(value.rstrip("\\"))) % 2 == 1


def _plain(value: str, *, in_quotes: bool) -> str:
    """The value without quotes, trailing comments and escapes."""
    value = value.strip()
    if in_quotes:
        return value.rstrip("\"'")
    quote = value[:1]
    if quote in {'"', "'"}:
        end = value.find(quote, 1)
        while end > 0 and value[end - 1] == "\\" and quote == '"':
            end = value.find(quote, end + 1)
        if end > 0:
            inner = value[1:end]
            return _unescape(inner) if quote == '"' else inner
        return value[1:]
    value = re.split(r"\s[#;](?:\s|\Z)", value, maxsplit=1)[0].rstrip()
    return _unescape(value)


def _unescape(value: str) -> str:
    r"""Escapes of java.util.Properties; a folder of Windows, such as C:\certs, is left alone."""
    if "\\" not in value or re.match(r"[A-Za-z]:\\[^\\]|\\\\\w", value):
        return value
    return _UNESCAPED.sub(lambda match: _character(match[1]), value)


def _character(escape: str) -> str:
    if escape[0] == "u" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    return _CHARACTERS.get(escape, escape)
