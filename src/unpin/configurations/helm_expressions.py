"""Evaluate the expressions of Helm's templates: paths, literals, and the usual functions.

What is not known, such as the name of the release, raises UnknownValueError.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from unpin.model.values import frozen
from unpin.stores.embedded.yaml_document import yaml_values

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"

_TOKEN: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[()|]|[^\s()|\"`]+")
_PATH: Final = re.compile(r"(?P<root>\$\w*)?(?P<keys>(?:\.[A-Za-z_][\w\-]*)*|\.)\Z")
_PLAIN: Final = re.compile(r"[A-Za-z_/][\w./:@%+=?&,\-]*\Z")
_DEEPEST: Final = 16
_MOST_TOKENS: Final = 200


class UnknownValueError(Exception):
    """The value of an expression is not known."""


@frozen
class OpenValue:
    """A value that the reader of values.yaml does not follow, such as an alias."""


@dataclass(slots=True)
class TemplateScope:
    """Where an expression stands: `root` is "$", `dot` is ".", `names` are the variables."""

    root: dict[str, Value]
    dot: Value
    names: dict[str, Value] = field(default_factory=dict)

    def inside(self, dot: Value, names: Mapping[str, Value] | None = None) -> "TemplateScope":
        return TemplateScope(self.root, dot, {**self.names, **(names or {})})


def known_value(body: str, scope: TemplateScope) -> Value:
    """The value of a variable; an OpenValue if it is not known."""
    try:
        return evaluated(body, scope)
    except UnknownValueError:
        return OpenValue()  # type: ignore[return-value]


def evaluated(body: str, scope: TemplateScope) -> Value:
    """The value of a pipeline. Raises UnknownValueError."""
    parts = _TOKEN.findall(body)
    if len(parts) > _MOST_TOKENS:
        raise UnknownValueError
    value, rest = _pipeline(parts, scope, 0)
    if rest:
        raise UnknownValueError
    return value


def _pipeline(parts: list[str], scope: TemplateScope, depth: int) -> tuple[Value, list[str]]:
    value: Value = None
    piped = False
    while True:
        operands: list[Value] = []
        name: str | None = None
        while parts and parts[0] not in {"|", ")"}:
            first, *parts = parts
            if first == "(":
                if depth > _DEEPEST:
                    raise UnknownValueError
                inner, parts = _pipeline(parts, scope, depth + 1)
                parts = parts[1:]  # the bracket that closes
                operands.append(inner)
            elif name is None and not operands and first in _FUNCTIONS:
                name = first
            else:
                operands.append(_term(first, scope))
        if name is not None:
            value = _called(name, [*operands, *([value] if piped else [])])
        elif len(operands) == 1 and not piped:
            value = operands[0]
        else:
            raise UnknownValueError
        piped = True
        if not parts or parts[0] == ")":
            return value, parts
        parts = parts[1:]


def _called(name: str, operands: list[Value]) -> Value:
    if any(isinstance(word, OpenValue) for word in operands):
        raise UnknownValueError
    try:
        return _FUNCTIONS[name](*operands)
    except (TypeError, ValueError, AttributeError) as error:
        raise UnknownValueError from error


def _term(first: str, scope: TemplateScope) -> Value:
    """A literal, a path or a variable. Raises UnknownValueError."""
    if first[:1] in {'"', "`"}:
        inner = first[1:-1]
        return re.sub(r"\\(.)", r"\1", inner) if first[0] == '"' else inner
    if first in {"true", "false"}:
        return first == "true"
    if re.fullmatch(r"-?\d{1,18}", first):
        return int(first)
    match = _PATH.match(first)
    if match is None:
        raise UnknownValueError
    root = match["root"]
    value: Value = scope.dot if root is None else scope.root if root == "$" else OpenValue()  # type: ignore[assignment]
    if root and root != "$":
        value = scope.names.get(root, value)
    for key in match["keys"].split(".")[1:]:
        if key:
            value = _member(value, key, scope)
    if isinstance(value, OpenValue):
        raise UnknownValueError
    return value


def _member(value: Value, key: str, scope: TemplateScope) -> Value:
    """A member; None of a mapping that has none, as in Go, but of the values of a release."""
    if not isinstance(value, dict) or "<<" in value:
        raise UnknownValueError
    if key not in value and value is scope.root:
        raise UnknownValueError  # .Release, .Capabilities, .Files
    return value.get(key)


def is_truthy(value: Value) -> bool:
    """Whether a condition with this value holds: nothing, 0 and "" are false."""
    return bool(value)


def string_of(value: Value) -> str:
    """The value as a template prints it. Raises UnknownValueError for a collection.

    And for a value that the chart does not give: a release will (-f, --set).
    """
    if value is None:
        raise UnknownValueError
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise UnknownValueError
    return str(value)


def _quoted(value: Value = None) -> str:
    text = string_of(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _yaml(value: Value, indent: int = 0) -> str:
    """The value as toYaml writes it."""
    space = " " * indent
    if isinstance(value, dict) and value:
        found = []
        for key, each in sorted(value.items()):
            if isinstance(each, (dict, list)) and each:
                deeper = indent + 2 if isinstance(each, dict) else indent
                found.append(f"{space}{key}:\n{_yaml(each, deeper)}")
            else:
                found.append(f"{space}{key}: {_yaml(each)}")
        return "\n".join(found)
    if isinstance(value, list) and value:
        return "\n".join(f"{space}- {_yaml(each, indent + 2).lstrip(' ')}" for each in value)
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, OpenValue):
        raise UnknownValueError
    if isinstance(value, str):
        is_plain = _PLAIN.match(value) and value not in {"true", "false", "null"}
        return value if is_plain else _quoted(value)
    return "null" if value is None else string_of(value)


def _indented(count: Value, text: Value) -> str:
    if not isinstance(count, int) or not 0 <= count <= 100:
        raise UnknownValueError
    return "\n".join(f"{' ' * count}{line}" for line in string_of(text).split("\n"))


def _default(other: Value, value: Value = None) -> Value:
    return value if is_truthy(value) else other


def _required(_: Value, value: Value) -> Value:
    if value in {None, ""}:
        raise UnknownValueError
    return value


def _printf(form: Value, *values: Value) -> str:
    parts = re.split(r"%[sdv]", string_of(form))
    if len(parts) != len(values) + 1 or any("%" in part for part in parts):
        raise UnknownValueError
    return "".join(a + b for a, b in zip(parts, [*map(string_of, values), ""], strict=True))


def _decoded(value: Value) -> str:
    return base64.b64decode(string_of(value), validate=True).decode()


_FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "quote": _quoted, "squote": lambda value=None: f"'{string_of(value)}'", "default": _default,
    "toYaml": _yaml, "indent": _indented, "nindent": lambda n, text: f"\n{_indented(n, text)}",
    "trim": lambda text: string_of(text).strip(), "upper": lambda text: string_of(text).upper(),
    "lower": lambda text: string_of(text).lower(), "toString": string_of, "required": _required,
    "b64enc": lambda text: base64.b64encode(string_of(text).encode()).decode(), "b64dec": _decoded,
    "eq": lambda one, *others: one in others, "ne": lambda one, other: one != other,
    "not": lambda value: not is_truthy(value), "empty": lambda value: not is_truthy(value),
    "and": lambda *values: next((v for v in values if not is_truthy(v)), values[-1]),
    "or": lambda *values: next((v for v in values if is_truthy(v)), values[-1]),
    "coalesce": lambda *values: next((v for v in values if is_truthy(v)), None),
    "ternary": lambda one, other, test: one if is_truthy(test) else other, "printf": _printf,
    "int": lambda value: int(string_of(value) or 0), "hasKey": lambda mapping, key: key in mapping,
    "trimSuffix": lambda end, text: string_of(text).removesuffix(string_of(end)),
    "trunc": lambda count, text: string_of(text)[:count],
    "replace": lambda old, new, text: string_of(text).replace(string_of(old), string_of(new)),
}  # fmt: skip
"""What templates call; the value of any other function is not known."""


def yaml_tree(text: str) -> dict[str, Value]:
    """The values of a YAML text; aliases and flow collections that hold something are open."""
    root: dict[str, Value] = {}
    lines = text.split("\n")
    for each in yaml_values(text, lambda _: True):
        at = each.lines[0] - 1
        _put(root, each.path, _typed(each.text, lines[at] if at < len(lines) else ""))
    return root


def _put(root: dict[str, Value], path: Sequence[str], value: Value) -> None:
    place: dict[str, Value] | list[Value] = root
    for key, following in zip(path, [*path[1:], None], strict=True):
        fresh: Value = value
        if following is not None:
            fresh = [] if following.startswith("[") else {}
        if isinstance(place, list):
            if not place or int(key[1:-1]) >= len(place):
                place.append(fresh)
            elif following is not None and not isinstance(place[-1], (dict, list)):
                place[-1] = fresh
            found = place[-1]
        else:
            if following is None or not isinstance(place.get(key), type(fresh)):
                place[key] = fresh
            found = place[key]
        if following is None or not isinstance(found, (dict, list)):
            return
        place = found


def _typed(text: str, line: str) -> Value:
    """The value of a scalar; one in quotes or of several lines is a string."""
    if "\n" in text or re.search(r"(?:[:\-]|\A)\s+[\"']", line):
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if text in {"{}", "[]"}:
        return {} if text == "{}" else []
    if text[:1] in "[{*&" or text == "<<":
        return OpenValue()  # type: ignore[return-value]
    return int(text) if re.fullmatch(r"-?(?:0|[1-9]\d{0,17})", text) else text


def merged_values(below: Value, over: Value) -> Value:
    """The values of a chart with those that its parent gives it, which beat them."""
    if not isinstance(below, dict) or not isinstance(over, dict):
        return below if over is None else over
    return {**below, **{key: merged_values(below.get(key), value) for key, value in over.items()}}
