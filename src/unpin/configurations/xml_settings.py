"""Read the attributes and texts of an XML document as settings; no entity is expanded."""

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from unpin.configurations.model import Setting

_SYSTEM_PROPERTIES: Final = "system-properties"
"""The element of WildFly whose properties are those of the JVM."""

_DEEPEST: Final = 64
_MOST_SETTINGS: Final = 100_000


class _EntityError(Exception):
    """The document declares entities, which may grow without bounds."""


def xml_settings(text: str) -> list[Setting] | None:
    """The settings, in their order; None if it is no XML, nested too deeply, or with entities.

    A key is the path of the element, with "@" before an attribute: "Connector.@port". The form
    `<property><name>K</name><value>V</value></property>` of Hadoop, Spring and Jetty gives K.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.EntityDeclHandler = reader.entity
    reader.parser = parser
    # A snippet may have several roots; a declaration has to stay first.
    wrapped = text.lstrip("\ufeff \t\r\n")
    skipped = text[: len(text) - len(wrapped)].count("\n")
    try:
        parser.Parse(text if skipped == 0 and wrapped == text else wrapped, True)
    except (expat.ExpatError, _EntityError, ValueError):
        return None
    if skipped:
        return [Setting(s.key, s.value, s.line + skipped) for s in reader.found]
    return reader.found


class _Reader:
    def __init__(self) -> None:
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
        key, value = attributes.get("name") or attributes.get("key"), attributes.get("value")
        if key is not None and value is not None:
            origin = _SYSTEM_PROPERTIES if _SYSTEM_PROPERTIES in self._path else ""
            self.found.append(Setting(key, value, line, origin))
        for attribute, content in attributes.items():
            self.found.append(Setting(".".join((*self._path, f"@{attribute}")), content, line))
        if key is not None:
            self._names[-1] = key

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
