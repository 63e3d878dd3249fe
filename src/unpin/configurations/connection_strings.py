"""Find the connections of URLs and connection strings, and the pieces of those in programs."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.key_value_strings import key_value_strings_in
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.joined_strings import appended_names, name_of_string
from unpin.configurations.urls import urls_in
from unpin.model.values import frozen

_FIRST_KEYS: Final = frozenset(
    {"host", "hostaddr", "server", "source", "addr", "address", "driver", "dsn", "database", "user",
     "username", "uid", "dbname", "sslmode", "port", "password", "id", "mode"}
)  # fmt: skip
"""The last words of keys with which a connection string may begin."""

_COMMENTS: Final = ("#", "//", "-- ", ";")

_MOST_LINES: Final = 100
"""The most lines of a string."""

_OF_PRODUCT: Final = re.compile(
    r"(?:\A|//|[./])(?:vertx[._]pg[._]client[._]uri|quarkus[._]datasource[._]reactive[._]url)\Z"
    r"|\.@?connection-?properties\Z|\Adatabases/", re.IGNORECASE,
)  # fmt: skip
"""Keys whose URLs and strings the reader of their product finds: it knows the driver.

The last are those of pgbouncer.ini, below [databases].
"""


def string_connections(document: Document, joined: str) -> Iterator[ClientConnection]:
    """The connections of URLs and connection strings; `joined` is the text of a program.

    A string that goes on elsewhere may hold more parameters there.
    """
    return _with_open_ends(_strings(document, joined), document)


def _strings(document: Document, joined: str) -> Iterator[ClientConnection]:
    """The connections of URLs and connection strings; `joined` is the text of a program."""
    seen: set[int] = set()
    for chunk in _chunks(document, joined):
        found = [chunk.with_lines(each) for each in _in_text(chunk.text, document, chunk.first)]
        seen |= chunk.lines if found else set()
        yield from found
    for each in document.settings:
        if each.line in seen:
            continue
        if ("//" in each.key and "\n" in each.value) or _is_begun(each, document):
            continue
        if _OF_PRODUCT.search(each.key):
            seen.add(each.line)
            continue
        found = list(_in_text(each.value, document, each.line))
        seen |= {connection.line for connection in found} if found else set()
        yield from found
    if document.is_plain:
        for number, line in enumerate(document.text.split("\n"), 1):
            if number not in seen and not line.lstrip().startswith(_COMMENTS):
                yield from _in_text(line, document, number)


def _with_open_ends(
    found: Iterable[ClientConnection], document: Document
) -> Iterator[ClientConnection]:
    """The connections of strings; one that goes on elsewhere may have more parameters there."""
    if not document.is_plain:
        yield from found
        return
    lines = document.text.split("\n")
    appended: frozenset[str] | None = None
    for each in found:
        name = name_of_string(lines[each.line - 1]) if 0 < each.line <= len(lines) else None
        if name is not None and appended is None:
            appended = appended_names(document.text)
        if name is None or appended is None or name not in appended:
            yield each
        else:
            more = Setting(f"${{{name}...}}", "", each.line)
            yield replace(each, parameters=(*each.parameters, more))


@frozen(slots=False)
class _Chunk:
    """Lines of a text that make one string, and that string."""

    text: str
    first: int
    own: tuple[str, ...]

    @property
    def lines(self) -> set[int]:
        """The numbers of the lines."""
        return set(range(self.first, self.first + len(self.own)))

    def with_lines(self, connection: ClientConnection) -> ClientConnection:
        """The connection with each parameter on the line that names it."""
        return replace(
            connection,
            parameters=tuple(
                replace(each, line=self._line_of(each)) for each in connection.parameters
            ),
        )

    def _line_of(self, setting: Setting) -> int:
        named = re.compile(rf"(?<![\w.]){re.escape(setting.key)}\s?=")
        lines = (number for number, line in enumerate(self.own) if named.search(line))
        return self.first + next(lines, 0)


def _chunks(document: Document, joined: str) -> Iterator[_Chunk]:
    """The strings of several pieces: joined by an operator, or by a backslash at the end of a line.

    Those of an assignment are a value (`assignments`).
    """
    if not document.is_plain:
        return
    own = document.text.split("\n")
    lines = joined.split("\n")
    assigned = {each.line for each in document.settings}
    at = 0
    while at < len(lines):
        first, text = at, lines[at]
        at += 1
        while at < len(lines) and at - first < _MOST_LINES:
            if first + 1 not in assigned and text.rstrip("\r").endswith("\\"):
                text = text.rstrip("\r")[:-1] + lines[at]
            elif lines[at] or not own[at].strip():
                break
            at += 1
        if text != own[first] and not text.lstrip().startswith(_COMMENTS):
            yield _Chunk(text, first + 1, tuple(own[first:at]))


def _is_begun(setting: Setting, document: Document) -> bool:
    """Whether the key of an assignment is the first key of a connection string: Host=...;SSL..."""
    plain = document.is_plain
    return plain and setting.key.lower() in _FIRST_KEYS and setting.value.find("=") > 0


def _in_text(text: str, document: Document, line: int) -> Iterator[ClientConnection]:
    if "=" not in text and ":" not in text and "@" not in text:
        return  # as most lines of a program
    urls = list(urls_in(text, document.name, line))
    if document.name.endswith((".ex", ".exs")):
        urls = [replace(e, drivers=("postgrex",)) if "libpq" in e.drivers else e for e in urls]
    yield from urls
    if not urls and "=" in text:
        yield from key_value_strings_in(text, document.name, line)
