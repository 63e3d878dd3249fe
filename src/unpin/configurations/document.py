"""Read a configuration by its content: which syntax it has, and its settings with their lines."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.assignments import assignments
from unpin.configurations.frameworks.hocon import hocon_settings, is_hocon
from unpin.configurations.model import Document, Setting, Syntax
from unpin.configurations.platforms.secrets import decoded
from unpin.configurations.templates import open_template
from unpin.configurations.xml_settings import SYSTEM_PROPERTIES, xml_settings
from unpin.configurations.yaml_aliases import MAX_ALIASED, with_aliases
from unpin.configurations.yaml_flow import flow_settings, joined_flow
from unpin.model.errors import LimitExceededError, UnknownFormatError
from unpin.stores.embedded.json_document import json_values
from unpin.stores.embedded.values import TextValue
from unpin.stores.embedded.yaml_document import yaml_values

MAX_CONFIGURATION: Final = 2 * 1024 * 1024
"""The most bytes of a configuration."""

CONFIGURATION_NAME: Final = re.compile(
    r"(?i)(?:\.(?:ya?ml|properties|conf|cfg|ini|env|json|xml|toml|tf|sh|ps1|service|config|js|ts|py"
    r"|go|rs|java|kt|cs|php|rb)|(?:^|/)(?:\.env[\w.]*|Dockerfile[\w.]*|jvm\.config))\Z"
)
"""The names of configurations, scripts and programs."""

_LONGEST_LINE: Final = 65_536
"""The longest line that is looked at."""

_MOST_SETTINGS: Final = 20_000
_DEEPEST: Final = 3
"""Most configurations within configurations: application.yml as a value of a ConfigMap."""

_TELLING: Final = re.compile(
    r"(?i)postgres|mysql|mariadb|jdbc:|sqlserver|sslmode|sslrootcert|javax\.net\.ssl|trust-?store"
    r"|PGSSL|rediss://|amqps://|mongodb"
)
"""What a line has that may describe a connection."""

_MOST_UNREAD: Final = 10
_YAML_LINE: Final = re.compile(r"[ \t]*(?:- +)*[\w.\-/$\"'@ ]{1,120}:(?:[ \t]|\Z)|[ \t]*-[ \t]")
_URL_LINE: Final = re.compile(r"[ \t]*(?:https?|jdbc|file):")
_BLOCK_BEGINS: Final = re.compile(r"[:\-][ \t]+[|>][-+\d]*[ \t]*\Z")
_ASSIGNED_LINE: Final = re.compile(
    r"[ \t]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+|Environment=[\"']?)?[\w.\-]+[ \t]*="
    r"|[ \t]*\[[\w .\-]+\][ \t]*\Z"
)
_CODE_LINE: Final = re.compile(
    r"\w\(|[;{(]\s*\Z|=>|:=|^\s*(?:import|from|const|let|var|return|package|using|await)\b"
)
_XML: Final = re.compile(r"\s*<(?!\?php)[?!A-Za-z]")
_CONSTANT: Final = re.compile(r"(?m)^(?P<indent>[ \t]*)!php/const:?[ \t]+\\{0,2}")
"""The tag of Symfony before a constant of PHP that is a key."""

_OF_JVM: Final = re.compile(r"(?:^|/)(?:catalina|system)\.properties\Z")
"""Files whose properties become those of the JVM: of Tomcat and Karaf."""

_NESTED: Final = re.compile(r"\n.*[:=]|^- ")
"""A value that may itself be a configuration: several lines with keys."""


def read_document(name: str, data: bytes) -> Document:
    """The document in `data`. Raises LimitExceededError, and UnknownFormatError for no text."""
    if len(data) > MAX_CONFIGURATION:
        limit = MAX_CONFIGURATION // 1024 // 1024
        raise LimitExceededError(f"{name}: larger than {limit} MiB, the most of a configuration")
    if b"\0" in data and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise UnknownFormatError(f"{name}: this is no text, so no configuration")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = data.decode(encoding, "replace")
    lines = text.split("\n")
    unread = []
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST_LINE:
            lines[number - 1] = ""
            if _TELLING.search(line):
                unread.append(f"line {number} is longer than {_LONGEST_LINE // 1024} KiB")
    found = document_of(name, "\n".join(lines))
    return replace(found, unread=(*unread[:_MOST_UNREAD], *found.unread))


def document_of(name: str, text: str) -> Document:
    """The document of a text; what a template fills in stays open."""
    text, conditions = open_template(text)
    notes = tuple(
        f"the condition in line {line} of the template is not known: both branches were read"
        for line in conditions[:_MOST_UNREAD]
    )
    syntax, settings = _read(text, _DEEPEST, name)
    if _OF_JVM.search(name) is not None or "common.loader=" in text:
        settings = [_as_system_property(each) for each in settings]
    unread: tuple[str, ...] = ()
    if syntax is Syntax.YAML:
        settings, cut = with_aliases(settings)
        unread = (f"its aliases stand for more than {MAX_ALIASED} settings",) if cut else ()
    if len(settings) > _MOST_SETTINGS:
        unread = (*unread, f"it has more than {_MOST_SETTINGS} settings")
    return Document(name, text, syntax, tuple(settings[:_MOST_SETTINGS]), unread, notes=notes)


def _as_system_property(setting: Setting) -> Setting:
    if not setting.key.startswith("javax.net.ssl."):
        return setting
    return replace(setting, origin=SYSTEM_PROPERTIES)


def _read(text: str, depth: int, name: str = "") -> tuple[Syntax, list[Setting]]:
    if text.lstrip()[:1] in {"{", "["} and not re.match(r"\s*\[[\w .\-]+\]\s*\n", text):
        values = json_values(text, _anything)
        if values is not None:
            return Syntax.JSON, list(_settings(values, depth, ()))
    if _XML.match(text):
        settings = xml_settings(text)
        if settings is not None:
            return Syntax.XML, settings
    if is_hocon(text, name):
        return Syntax.ASSIGNMENTS, hocon_settings(text)
    yaml, assigned, code, total = _shape(text)
    if yaml > 2 * code and yaml >= (total + 1) // 2 and yaml > assigned:
        plain = _CONSTANT.sub(lambda match: match["indent"], text) if "!php" in text else text
        values = yaml_values(joined_flow(plain), _anything)
        return Syntax.YAML, list(_settings(values, depth, _ends(text)))
    found = list(assignments(text))
    syntax = Syntax.ASSIGNMENTS if assigned * 2 >= total else Syntax.TEXT
    return syntax, found


def _shape(text: str) -> tuple[int, int, int, int]:
    """How many lines look like YAML, like assignments and like a program; how many there are."""
    yaml = assigned = code = total = 0
    in_block: int | None = None
    for line in text.split("\n"):
        content = line.strip()
        if not content or content[0] in "#!;" or content.startswith("---"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if in_block is not None and indent > in_block:
            continue
        in_block = None
        total += 1
        if line[0] == "\t":
            code += 1  # of a Makefile: YAML is not indented by tabs
        elif content.endswith((",", "{")):
            code += 1  # of Python, JavaScript or PHP: no line of block YAML ends so
        elif _is_yaml(line, content):
            yaml += 1
            if _BLOCK_BEGINS.search(line):
                in_block = indent
        elif ("=" in line or content[0] == "[") and _ASSIGNED_LINE.match(line):
            assigned += 1
        elif _CODE_LINE.search(line):
            code += 1
    return yaml, assigned, code, total


def _is_yaml(line: str, content: str) -> bool:
    """Whether a line looks like YAML; a URL does not."""
    if ":" not in content and content[0] != "-":
        return False
    return _YAML_LINE.match(line) is not None and _URL_LINE.match(line) is None


def _ends(text: str) -> tuple[int, ...]:
    """The lines that end a document of a YAML stream and begin the next one."""
    return tuple(
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line.startswith("---") and not line.startswith("-----")
    )


def _settings(values: list[TextValue], depth: int, ends: tuple[int, ...]) -> Iterator[Setting]:
    parts = [bisect(ends, value.lines[0]) for value in values]
    secrets = {
        (part, value.path[:-1])
        for part, value in zip(parts, values, strict=True)
        if value.path[-1:] == ("kind",) and value.text == "Secret"
    }
    for part, each in zip(parts, values, strict=True):
        inside = secrets and len(each.path) > 1 and each.path[-2] == "data"
        value = _decoded(each) if inside and (part, each.path[:-2]) in secrets else each
        yield Setting(value.key, value.text, value.lines[0], part=part)
        yield from (replace(found, part=part) for found in _of_flow(value))
        if depth and "\n" in value.text and _NESTED.search(value.text):
            _, inner = _read(value.text, depth - 1)
            for found in inner:
                line = value.lines[min(max(found.line, 1), len(value.lines)) - 1]
                yield Setting(f"{value.key}//{found.key}", found.value, line, part=part)


def _of_flow(value: TextValue) -> Iterator[Setting]:
    """The scalars of a flow collection on one line: {name: A, value: b}, ["sh", "-c", "..."]."""
    text = value.text.strip()
    if text[:1] + text[-1:] in {"[]", "{}"} and "\n" not in text:
        for path, scalar in flow_settings(text):
            yield Setting(f"{value.key}{path}", scalar, value.lines[0])


def _decoded(value: TextValue) -> TextValue:
    """The value of a Secret: its base64 decoded, if that is a text."""
    data = decoded(value.text)
    if data is None or b"\0" in data:
        return value
    try:
        return replace(value, text=data.decode("utf-8"))
    except UnicodeDecodeError:
        return value


def _anything(_: str) -> bool:
    return True
