"""Find the data sources of Tomcat, WildFly with its scripts, Open Liberty, and Slick."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from unpin.configurations.frameworks.administration import dbeaver_properties
from unpin.configurations.lines import line_of
from unpin.configurations.model import (
    ClientConnection,
    Document,
    Form,
    Setting,
    Syntax,
    at_most,
    until_limit,
)
from unpin.configurations.scripts.shell_words import words_from

_ELEMENT: Final = re.compile(
    r"(?P<path>(?:.*\.)?(?P<element>Resource|datasource|xa-datasource|dataSource))\.@(?P<attribute>[\w-]+)\Z"
)
_LIST: Final = re.compile(r".*\.@connectionProperties\Z")
_PROPERTY: Final = re.compile(
    r".*\.(?:xa-)?data-?source\.(?:connection-property|xa-datasource-property)\Z"
)
_OF_LIBERTY: Final = re.compile(r".*\.dataSource\.properties(?P<product>[\w.]*)\.@(?P<key>\w+)\Z")
_COMMAND: Final = re.compile(r"(?m)^[ \t]*(?:xa-)?data-source[ \t]+add(?=[ \t\\])")
_ADDED: Final = re.compile(
    r"/data-source=(?P<source>[^/\s]{1,100})/connection-properties=(?P<key>[\w.]{1,60}):add\("
    r"value=\"?(?P<value>[^\")\n]{1,500})"
)
_CLASS: Final = re.compile(r"(?P<place>.*\.)?data-?source-?class(?:-?name)?\Z", re.IGNORECASE)
_MOST_SOURCES: Final = 500
_PRODUCTS: Final = (
    ("mysql", "mysql-connector-j"), ("mariadb", "mariadb-connector-j"),
    ("sqlserver", "mssql-jdbc"), ("mssql", "mssql-jdbc"), ("postgres", "pgjdbc"),
)  # fmt: skip


@dataclass(slots=True)
class _Source:
    """A data source: the line of its URL, its properties, and what names its driver."""

    line: int
    url: int | None = None
    properties: list[Setting] = field(default_factory=list)
    words: str = ""

    @property
    def name(self) -> str:
        return f"data source in line {self.line}"


def server_properties(document: Document) -> dict[str | None, list[Setting]]:
    """The properties that servers hand to drivers, by the data source."""
    return {each.name: each.properties for each in _known_sources(document) if each.properties}


def server_lines(document: Document) -> dict[int, str]:
    """The data source whose URL stands on a line."""
    return {each.url: each.name for each in _known_sources(document) if each.url is not None}


def property_lines(document: Document) -> set[int]:
    """The lines with properties of data sources, which are no settings by themselves."""
    return {setting.line for each in _known_sources(document) for setting in each.properties}


def server_connections(document: Document) -> Iterator[ClientConnection]:
    """The data sources that have properties in place of a URL. Raises LimitExceededError."""
    for source in _sources(document):
        keys = {each.key.lower(): each.value for each in source.properties}
        if source.url is not None or "url" in keys:
            continue
        host = keys.get("servername") or keys.get("serverhost")
        driver = next((ident for word, ident in _PRODUCTS if word in source.words.lower()), None)
        if driver is not None and (host or any("ssl" in key for key in keys)):
            own = tuple(replace(e, key=_bean_key(e.key)) for e in source.properties)
            yield ClientConnection(
                source.name, Form.BEAN, (driver,), document.name, source.line, host, own
            )


def _bean_key(key: str) -> str:
    """The name of a bean property; WildFly calls the setter, so SslMode is sslMode."""
    return key[:1].lower() + key[1:]


def _known_sources(document: Document) -> list[_Source]:
    """The data sources before a bound, of which `server_connections` says that it cut."""
    return until_limit(_sources(document), [])


def _sources(document: Document) -> Iterator[_Source]:
    if document.syntax is Syntax.JSON and "handlers" in document.text:
        yield from _of_dbeaver(document)
    elif document.syntax is Syntax.XML:
        yield from _of_xml(document)
    elif document.is_plain:
        yield from _of_classes(document)
        yield from _of_commands(document)


def _of_dbeaver(document: Document) -> Iterator[_Source]:
    found: dict[int | None, _Source] = {}
    for line, setting in dbeaver_properties(document):
        source = found.setdefault(line, _Source(line or setting.line, line))
        source.properties.append(setting)
    yield from found.values()


def _of_xml(document: Document) -> Iterator[_Source]:
    current: _Source | None = None
    seen: set[str] = set()
    path = ""
    for number, each in enumerate(document.settings):
        match = _ELEMENT.match(each.key)
        if match is not None:
            if match["path"] != path or match["attribute"] in seen:
                if current is not None:
                    yield current
                current, seen, path = _Source(each.line), set(), match["path"]
            seen.add(match["attribute"])
        if current is not None:
            following = document.settings[number + 1 : number + 2]
            _take(current, each, following[0] if following else None)
    if current is not None:
        yield current


def _take(source: _Source, setting: Setting, following: Setting | None) -> None:
    """Give a setting inside of its element to a data source; the next has the name of its own."""
    key = setting.key
    if key.endswith((".@url", ".@URL", ".connection-url")):
        source.url = setting.line
    elif _LIST.match(key):
        pairs = (pair.partition("=") for pair in setting.value.split(";"))
        source.properties += [
            replace(setting, key=name.strip(), value=value.strip(), origin="connectionProperties")
            for name, sign, value in pairs
            if sign
        ]
    elif _PROPERTY.match(key) and following is not None:
        source.properties.append(replace(following, origin=key.rpartition(".")[2]))
    elif (match := _OF_LIBERTY.match(key)) is not None:
        source.words += match["product"]
        source.properties.append(replace(setting, key=match["key"], origin=match["key"]))
    elif key.endswith((".driver", "source-class", ".@driverClassName", ".@factory")):
        source.words += f" {setting.value}"


def _of_commands(document: Document) -> Iterator[_Source]:
    """The data sources that scripts of WildFly's command line add."""
    if "data-source" not in document.text:
        return
    text = document.text
    added: dict[str, list[Setting]] = {}
    for match in _ADDED.finditer(text):
        setting = Setting(match["key"], match["value"], line_of(text, match.start("value")))
        added.setdefault(match["source"], []).append(replace(setting, origin=setting.key))
    for match in at_most(_COMMAND.finditer(text), _MOST_SOURCES, "data sources", document):
        first = line_of(text, match.start())
        source = _Source(first)
        for word in words_from(text, match.end()):
            option, _, value = word.text.partition("=")
            line = line_of(text, word.at)
            if option == "--name":
                source.properties += added.get(value, [])
            elif option == "--connection-url":
                source.url = first
            elif option in {"--connection-properties", "--xa-datasource-properties"}:
                pairs = re.findall(r"\"?([\w.]+)\"?\s*=>?\s*\"?([^,\"{}\[\]()]+)", value)
                source.properties += [Setting(k, v.strip(), line, option) for k, v in pairs]
            elif option in {"--driver-name", "--driver-class", "--xa-datasource-class"}:
                source.words += f" {value}"
        yield source


def _of_classes(document: Document) -> Iterator[_Source]:
    """Data sources of HOCON with a class and `properties` beside it; the last of a place counts."""
    classes: dict[str, Setting] = {}
    for each in document.settings:
        match = _CLASS.match(each.key)
        if match is not None and match["place"]:
            classes[match["place"]] = each
    ordered = sorted(document.settings, key=_key) if classes else []
    for place, each in classes.items():
        found = [
            replace(inside, key=inside.key[len(prefix) :], origin=inside.key)
            for name in ("properties", "dataSource", "dataSourceProperties")
            for prefix in (f"{place}{name}.",)
            for inside in _beginning(ordered, prefix)
        ]
        yield _Source(each.line, None, sorted(found, key=_line), each.value)


def _beginning(ordered: Sequence[Setting], prefix: str) -> Iterator[Setting]:
    """The settings whose key begins so, of settings in the order of their keys."""
    for at in range(bisect_left(ordered, prefix, key=_key), len(ordered)):
        if not ordered[at].key.startswith(prefix):
            return
        yield ordered[at]


def _key(setting: Setting) -> str:
    return setting.key


def _line(setting: Setting) -> int:
    return setting.line
