"""Read the attributes and texts of an XML document as settings; no entity is expanded."""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from unpin.configurations.model import Setting

SYSTEM_PROPERTIES: Final = "system-properties"
"""The element of WildFly whose properties are those of the JVM."""

_DEEPEST: Final = 64
_MOST_SETTINGS: Final = 100_000
_LONGEST_ELEMENT: Final = 20_000
"""The most bytes of an element in which its attributes are looked for."""


class _EntityError(Exception):
    """The document declares entities, which may grow without bounds."""


def xml_settings(text: str) -> list[Setting] | None:
    """The settings, in their order; None if it is no XML, nested too deeply, or with entities.

    A key is the path of the element, with "@" before an attribute: "Connector.@port". The form
    `<property><name>K</name><value>V</value></property>` of Hadoop, Spring and Jetty gives K.
    """
    # A snippet may have several roots; a declaration has to stay first.
    wrapped = text.lstrip("\ufeff \t\r\n")
    reader = _Reader(wrapped.encode("utf-8", "replace"))
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.EntityDeclHandler = reader.entity
    reader.parser = parser
    skipped = text[: len(text) - len(wrapped)].count("\n")
    try:
        parser.Parse(wrapped, True)
    except (expat.ExpatError, _EntityError, ValueError):
        return None
    if skipped:
        return [Setting(s.key, s.value, s.line + skipped) for s in reader.found]
    return reader.found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.parser: expat.XMLParserType
        self.found: list[Setting] = []
        self._path: list[str] = []
        self._texts: list[tuple[str, int]] = []
        self._names: list[str | None] = [None]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._path) >= _DEEPEST or len(self.found) > _MOST_SETTINGS:
            raise _EntityError
        line = self.parser.CurrentLineNumber
        self._path.append(name)
        self._texts.append(("", line))
        self._names.append(None)
        lines = self._lines_of(attributes, line)
        key, value = attributes.get("name") or attributes.get("key"), attributes.get("value")
        if key is not None and value is not None:
            origin = SYSTEM_PROPERTIES if SYSTEM_PROPERTIES in self._path else ""
            self.found.append(Setting(key, value, lines["value"], origin))
        for attribute, content in attributes.items():
            place = ".".join((*self._path, f"@{attribute}"))
            self.found.append(Setting(place, content, lines[attribute]))
        if key is not None:
            self._names[-1] = key

    def _lines_of(self, attributes: Mapping[str, str], line: int) -> dict[str, int]:
        """The lines of the attributes of an element that begins on a line."""
        at = self.parser.CurrentByteIndex
        found: dict[str, int] = {}
        for attribute in attributes:
            place = re.compile(rb"\s" + re.escape(attribute.encode()) + rb"\s*=").search(
                self._data, at, at + _LONGEST_ELEMENT
            )
            if place is not None:
                line += self._data.count(b"\n", at, place.end())
                at = place.end()
            found[attribute] = line
        return found

    def characters(self, text: str) -> None:
        if self._texts:
            before, line = self._texts[-1]
            if not before.strip():
                line = self.parser.CurrentLineNumber + (
                    text[: len(text) - len(text.lstrip())].count("\n")
                )
            self._texts[-1] = (before + text, line)

    def end(self, name: str) -> None:
        text, line = self._texts.pop()
        value = text.strip()
        own = self._names.pop()
        if value:
            self.found.append(Setting(".".join(self._path), value, line))
            if own is not None:
                self.found.append(Setting(own, value, line))
            if name == "name":
                self._names[-1] = value
            elif name == "value" and self._names[-1] is not None:
                self.found.append(Setting(self._names[-1], value, line))
        self._path.pop()

    def entity(self, *_: object) -> None:
        raise _EntityError
