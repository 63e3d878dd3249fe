"""Read the arguments of a call in a program: names, strings, and the files that they read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from unpin.configurations.lines import has_any
from unpin.configurations.model import ClientConnection, Document, Form, Setting, at_most
from unpin.configurations.programs.brackets import CallStructure
from unpin.configurations.urls import urls_in

LONGEST_CALL: Final = 4000
"""The most characters of a call that are looked at."""

DEEPEST_ARGUMENT: Final = 10
"""The most brackets around an argument: each value is read once for each of them."""

MAX_CALLS: Final = 50
"""The most calls of a kind that are looked at in a document."""

_STRING: Final = re.compile(
    r"[fFrRbBuU@]{0,2}(?P<quote>['\"`])(?P<text>(?:(?!(?P=quote))[^\n]){0,1000})(?P=quote)"
)
_QUOTED_URL: Final = re.compile(r"(?P<quote>['\"`])[^'\"`\n]{0,200}://[^'\"`\n]{0,1000}(?P=quote)")
_READS: Final = re.compile(
    r"(?:readFile(?:Sync)?|open|Path|join|resolve|file_get_contents|File\.read|read_text|read_bytes"
    r"|resource|ReadFile|ReadAllText)\s{0,4}\(|__dirname|__DIR__|BASE_DIR|\A\["
)
"""What an expression has that names a file by its strings."""

_EXPRESSION: Final = "$expression_"
"""How the name begins of an expression with operators, which nobody would recognise by it."""

_BESIDE: Final = re.compile(r"(?:__dirname|__DIR__|dirname\(__FILE__\)|BASE_DIR)\s{0,4}[.+]")
"""What stands before a path in the folder of the program: __DIR__ . '/ca.pem'."""

_ENCODINGS: Final = frozenset({"utf8", "utf-8", "ascii", "rb", "r", "base64", "latin1"})
_WORDS: Final = frozenset({"true", "false", "True", "False", "None", "null", "undefined", "nil"})
_TLS: Final = frozenset({"ssl", "ssl_context"})
"""Arguments whose value, where it is a name, is an object that others look at."""

_NAME: Final = re.compile(r"[A-Za-z_]\w{0,60}")
_OBJECT: Final = re.compile(r"(?!process\.env)[A-Za-z_]\w{0,60}(?:\??\.\w{1,60}){0,4}")
"""A name, or the property of an object."""

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_ASSIGNMENT: Final = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_]\w{0,60})[ \t]{0,8}(?::[ \t]{0,4}\w{1,40}[ \t]{0,4})?:?=(?!=)"
    r"[ \t]{0,8}(?P<value>[^\n]{1,500})"
)
_STATEMENT: Final = re.compile(
    r"""(?:[^;'"`\n]|'[^'\n]{0,500}'|"[^"\n]{0,500}"|`[^`\n]{0,500}`){1,500}"""
)
"""What stands before the semicolon or comment behind a value."""

_MAY_BE_STORE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|der|jks|p12|pfx)\b|ssl|cert|ca\b|trust")
_MODE: Final = re.compile(
    r"(?i)\A['\"]?(?:disable|allow|prefer|require|true|false|none|verify)[\w-]*['\"]?\Z"
)
_MOST_IN_TURN: Final = 20
"""The most assignments to a variable that are looked at."""

_FARTHEST: Final = 5000
"""The most characters between two assignments, of which one replaces the other."""

_ENVIRONMENT: Final = re.compile(
    r"process\.env\.(?P<node>\w{1,60})"
    r"|(?:os\.getenv|os\.environ\.get|getenv|\benv|ENV\.fetch)\(\s{0,4}['\"](?P<name>\w{1,60})['\"]"
    r"|(?:os\.environ|process\.env|\$_ENV|\$_SERVER|\bENV)\[['\"](?P<item>\w{1,60})['\"]\]"
)
_DEFAULT: Final = re.compile(
    r"\s{0,8}(?:,|\]?\s{0,8}(?:\?\?|\?:|\|\||\bor\b)|\)\s{0,8}(?:\?\?|\?:|\|\||\bor\b|\{))\s{0,8}(?P<default>.+)",
    re.DOTALL,
)
"""What stands behind a variable of the environment for the case that it is not set."""

_OF_TRILOGY: Final = re.compile(r"(?:::)?Trilogy::SSL_\w{1,40}")
"""A mode of Ruby's trilogy; its constants are numbers."""

_FOLDERS: Final = re.compile(
    r"(?P<call>base|storage|database|resource|config|app|public)_path\(\s{0,4}"
    r"['\"](?P<path>[^'\"\n]{1,400})['\"]\s{0,4}\)"
)
"""The folders of Laravel, below that of the application."""

_OF_FOLDERS: Final = {
    "base": "", "storage": "storage/", "database": "database/", "resource": "resources/",
    "config": "config/", "app": "app/", "public": "public/",
}  # fmt: skip


def program_connection(
    document: Document,
    driver: str,
    title: str,
    settings: list[Setting],
    host: str | None = None,
) -> ClientConnection:
    """A connection by the arguments of a call; the line is that of the first one about TLS."""
    given = [each.value for each in settings if each.key == "host"]
    name = host or (given[-1] if given else None)
    telling = [each.line for each in settings if "ssl" in each.key] or [
        each.line for each in settings
    ]
    return ClientConnection(
        f"{title} to {name or 'the default host'}", Form.OPTIONS, (driver,), document.name,
        min(telling, default=0), name, tuple(settings),
    )  # fmt: skip


def calls_in(
    document: Document, pattern: re.Pattern[str], text: str, needs: Sequence[str] = ()
) -> Iterator[re.Match[str]]:
    """The calls that `pattern` finds. One of the words that it `needs` is in each of them.

    Raises LimitExceededError behind the first MAX_CALLS, if there are more.
    """
    if not needs or has_any(text, needs):
        yield from at_most(pattern.finditer(text), MAX_CALLS, "calls of a kind", document)


def in_brackets(text: str, at: int) -> str:
    """The text from the bracket at `at` to the one that closes it."""
    depth = 0
    quote = ""
    for position in range(at, min(len(text), at + LONGEST_CALL)):
        character = text[position]
        if quote:
            if character == quote and text[position - 1] != "\\":
                quote = ""
        elif character in "'\"`":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if not depth:
                return text[at : position + 1]
    return text[at : at + LONGEST_CALL]


def assigned_names(text: str) -> dict[str, str]:
    """The variables of a program, each with the line of what is assigned to it.

    A variable to which different values are assigned, not one after the other, has none: it may be
    that of two functions.
    """

    def value(match: re.Match[str]) -> str:
        statement = _STATEMENT.match(match["value"])
        return match["value"] if statement is None else statement[0].strip()

    kept, several = last_assigned(text, _ASSIGNMENT.finditer(text), value)
    found = {name: value(match) for name, match in kept.items()}
    for name, matches in several.items():
        values = [value(each) for each in matches]
        if not any(_MAY_BE_STORE.search(each) or _MODE.search(each) for each in values):
            found[name] = values[0]
    return found


def last_assigned(
    text: str, matches: Iterable[re.Match[str]], value: Callable[[re.Match[str]], str]
) -> tuple[dict[str, re.Match[str]], dict[str, list[re.Match[str]]]]:
    """The last assignment to each `name`, and those of names that may have several values.

    A value replaces another one where it is assigned in the same block, before the first is used.
    """
    found: dict[str, list[re.Match[str]]] = {}
    for match in matches:
        found.setdefault(match["name"], []).append(match)
    kept: dict[str, re.Match[str]] = {}
    several: dict[str, list[re.Match[str]]] = {}
    for name, assigned in found.items():
        first = value(assigned[0]) if len(assigned) > 1 else ""
        if all(value(other) == first for other in assigned[1:]):
            kept[name] = assigned[0]
        elif len(assigned) <= _MOST_IN_TURN and all(
            _follows(text, *pair) for pair in pairwise(assigned)
        ):
            kept[name] = assigned[-1]
        else:
            several[name] = assigned
    return kept, several


def _follows(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether the second assignment to a variable replaces the first one in the same block."""
    between = text[one.end() : other.start()]
    name = one["name"]
    if len(between) > _FARTHEST or (name in between and re.search(rf"\b{name}\b", between)):
        return False
    indents = [_indent_at(text, each.start("name")) for each in (one, other)]
    lines = [each for each in between.split("\n")[1:-1] if each.strip()]
    deeper = all(len(each) - len(each.lstrip()) >= indents[0] for each in lines)
    return indents[0] == indents[1] and deeper


def _indent_at(text: str, at: int) -> int:
    line = text[text.rfind("\n", 0, at) + 1 :][:_FARTHEST].partition("\n")[0]
    return len(line) - len(line.lstrip())


def merged_with_url(
    document: Document, driver: str, inside: str, line: int, settings: Sequence[Setting]
) -> ClientConnection | None:
    """The connection of the URL among the arguments, with the other arguments; None without one."""
    urls = [e for e in urls_in(inside, document.name, line) if "url-client" not in e.drivers]
    if not urls:
        return None
    others = [each for each in settings if "://" not in each.value]
    return replace(urls[0], drivers=(driver,), parameters=(*urls[0].parameters, *others))


def named_arguments(
    inside: str, line: int, sign: str, names: Mapping[str, str] = NO_NAMES
) -> Iterator[Setting]:
    """The arguments by name; those of an object below `ssl` are "ssl.ca" and so on.

    `names` are the variables of the program with what is assigned to them.
    """
    pattern = re.compile(
        rf"(?P<quote>['\"]?)(?P<key>[A-Za-z_]\w*)(?P=quote)\s*(?:{re.escape(sign)}|:|=(?![=>]))\s*"
    )
    inside = _QUOTED_URL.sub(lambda found: " " * len(found[0]), inside)
    structure = CallStructure.of(inside)
    nested = _objects(inside, structure)
    begin, end = nested.get("ssl", (0, 0))
    for match in pattern.finditer(inside):
        if structure.is_in_string(match.start("key")) and not match["quote"]:
            continue
        if structure.depth(match.start()) > DEEPEST_ARGUMENT:
            continue
        number = line + inside.count("\n", 0, match.start())
        key = match["key"]
        if begin < match.start() < end:
            value = value_of(structure.expression(match.end()), names)
            yield Setting(f"ssl.{key}", value, number, f"ssl.{key}")
        elif key == "ssl" and "ssl" in nested:
            yield Setting("ssl.object", "true", number)
        elif (value := structure.expression(match.end()).strip()) and key not in nested:
            is_name = key in _TLS and _OBJECT.fullmatch(value) and value not in _WORDS
            found = f"${value}" if is_name else value_of(value, names)
            yield Setting(key, found, number, key)
    if re.search(r"[{,]\s*ca\s*[,}]", inside[begin:end]):  # a property without a value
        number = line + inside.count("\n", 0, begin)
        yield Setting("ssl.ca", value_of("ca", names), number, "ssl.ca")


def _objects(inside: str, structure: CallStructure) -> dict[str, tuple[int, int]]:
    """Where the objects below these keys begin and end."""
    nested = {}
    for found in re.finditer(
        r"(?P<q>['\"]?)(?P<key>ssl|dialectOptions|extra)(?P=q)\s*[:=]\s*(?:[^,{}()\n]{0,100}\?\s*)?(?P<open>\{)",
        inside,
    ):
        begin = found.start("open")
        nested[found["key"]] = (begin, structure.closing.get(begin, len(inside)))
    return nested


def value_of(expression: str, names: Mapping[str, str] = NO_NAMES, depth: int = 3) -> str:
    """The value of an expression: a string, the file that it reads, or $NAME of what is not known.

    A name is looked up in `names`, and so is one that a file is read by; `depth` bounds that.
    """
    expression = expression.strip().rstrip(";").strip()
    if _OF_TRILOGY.fullmatch(expression) is not None:
        return expression.removeprefix("::")
    if (folder := _FOLDERS.fullmatch(expression)) is not None:
        return _OF_FOLDERS[folder["call"]] + folder["path"].lstrip("/")
    if (match := _ENVIRONMENT.search(expression)) is not None and "/" not in expression[:1]:
        return _of_environment(match, names, depth)
    if (whole := _STRING.fullmatch(expression)) is not None:
        return whole["text"].replace("\\\\", "\\")  # a folder of Windows
    name = expression.removeprefix("$")
    if _NAME.fullmatch(name) and name not in _WORDS:
        found = names.get(name)
        if found is not None and depth:
            value = value_of(found, names, depth - 1)
            return f"${name}" if value.startswith(_EXPRESSION) else value
        return f"${name}" if names is not NO_NAMES or name != expression else expression
    if re.fullmatch(r"[\w.\-]{0,100}", expression) or not expression:
        return expression
    texts = [match["text"] for match in _STRING.finditer(expression)]
    paths = [text for text in texts if text.lower() not in _ENCODINGS]
    if _READS.search(expression) and paths:
        if _BESIDE.search(expression):
            paths[0] = paths[0].lstrip("/")
        return "/".join(part.strip("/") if index else part for index, part in enumerate(paths))
    given = re.search(r"\(\s{0,4}([A-Za-z_]\w{0,60})\s{0,4}[,)]", expression)
    if given is not None and not paths and given[1] in names and depth:
        return value_of(names[given[1]], names, depth - 1)
    made = re.sub(r"[^A-Za-z0-9]+", "_", expression).strip("_")[:40]
    return f"{_EXPRESSION if re.search('[?|&+]', expression) or not made else '$'}{made}"


def _of_environment(match: re.Match[str], names: Mapping[str, str], depth: int) -> str:
    """$NAME of a variable, or ${NAME:value} if a value is given for the case that it is not set."""
    name = match["node"] or match["name"] or match["item"]
    rest = _DEFAULT.match(match.string, match.end())
    if rest is None or match.start() > len("(string) ") or not depth:
        return f"${name}"
    default = rest["default"].strip().rstrip("})").strip()
    if default.count("(") > default.count(")"):
        default += ")"
    value = value_of(default, names, depth - 1)
    if value.lower() in {"null", "none", "nil", "undefined"}:
        value = ""
    fits = "$" not in value and not re.search(r"[{}\n]", value)
    return f"${{{name}:{value}}}" if fits else f"${name}"
