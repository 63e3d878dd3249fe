"""Fill in the templates of a Helm chart from its values, without helm.

What is not known stays open. Control actions are read on lines of their own, as people write them.
A block whose condition is not known is left out, which is said where it may describe a connection.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.document import read_document
from unpin.configurations.helm_expressions import (
    OpenValue,
    TemplateScope,
    UnknownValueError,
    Value,
    evaluated,
    is_truthy,
    known_value,
    merged_values,
    string_of,
    yaml_tree,
)
from unpin.configurations.model import Document
from unpin.model.values import frozen

MAX_RENDERED: Final = 20_000
"""The most lines that a template becomes."""

_CONTROL: Final = re.compile(
    r"\s*\{\{-?\s*(?P<word>if|else|end|range|with|define|block|/\*)(?P<rest>.*?)\s*-?\}\}\s*\Z"
)
_SET: Final = re.compile(r"\s*\{\{-?\s*(?P<name>\$\w+)\s*:?=\s*(?P<value>.*?)\s*-?\}\}\s*\Z")
_ACTION: Final = re.compile(
    r"\{\{-?\s*(?P<body>(?:\"(?:[^\"\\]|\\.)*\"|`[^`]*`|(?!\}\})[^\"`])*?)\s*-?\}\}"
)
_ITEMS: Final = re.compile(r"(?:(?P<key>\$\w+)\s*,\s*)?(?P<value>\$\w+)\s*:=\s*(?P<rest>.*)\Z")
_TELLING: Final = re.compile(
    r"(?i)\benv|secret|configmap|mount|volume|postgres|mysql|jdbc|ssl|://|java|kafka"
)
_STRING: Final = re.compile(r"\"(?:[^\"\\]|\\.)*\"|`[^`]*`")
_OPENERS: Final = frozenset({"if", "range", "with", "define", "block"})
_LONGEST: Final = 90
_DEEPEST: Final = 16
_BY_DEFAULT: Final = "Helm: with the values of the chart, which -f and --set may change"


@frozen
class Chart:
    """A chart: the texts of its values.yaml and Chart.yaml, None of a file that is not there.

    `parent` is the text of the values of the chart that has this one in its charts/.
    """

    values: str | None
    about: str | None
    parent: str | None = None


def chart_document(name: str, data: bytes, chart: Chart) -> Document:
    """The document of a template, with the lines of the template.

    Raises LimitExceededError, and UnknownFormatError for no text.
    """
    about = yaml_tree(chart.about or "")
    values: Value = yaml_tree(chart.values or "")
    if chart.parent is not None:
        values = merged_values(values, yaml_tree(chart.parent).get(str(about.get("name"))))
    root: dict[str, Value] = {
        "Values": values if chart.values is not None else OpenValue(),  # type: ignore[dict-item]
        "Chart": {key[:1].upper() + key[1:]: value for key, value in about.items()},
    }
    filler = _Filler()
    lines = list(enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1))
    made = list(filler.lines(lines, TemplateScope(root, root), 0))
    found = read_document(name, "\n".join(line for _, line in made).encode())
    numbers = [number for number, _ in made] or [1]
    settings = tuple(
        replace(each, line=numbers[min(max(each.line, 1), len(numbers)) - 1])
        for each in found.settings
    )
    unread = found.unread
    if filler.left < 0:
        unread = (*unread, f"it becomes more than {MAX_RENDERED} lines")
    return replace(
        found,
        settings=settings,
        unread=unread,
        left_out=tuple(filler.left_out),
        notes=(*found.notes, _BY_DEFAULT),
    )


class _Filler:
    def __init__(self) -> None:
        self.left = MAX_RENDERED
        self.left_out: list[str] = []

    def lines(
        self, lines: Sequence[tuple[int, str]], scope: TemplateScope, depth: int
    ) -> Iterator[tuple[int, str]]:
        """The lines that a template becomes, each with the number of its own line."""
        at = 0
        while at < len(lines) and self.left >= 0:
            number, text = lines[at]
            at += 1
            self.left -= 1
            control = _CONTROL.match(text)
            if control is not None and control["word"] in {
                "if",
                "range",
                "with",
                "define",
                "block",
            }:
                branches, at = _branches(lines, at, control)
                if depth < _DEEPEST:
                    yield from self._block(control["word"], branches, scope, depth)
            elif control is None:
                given = _SET.match(text)
                if given is not None:
                    scope.names[given["name"]] = known_value(given["value"], scope)
                else:
                    yield from self._line(number, text, scope)

    def _block(
        self,
        word: str,
        branches: Sequence[tuple[str, list[tuple[int, str]]]],
        scope: TemplateScope,
        depth: int,
    ) -> Iterator[tuple[int, str]]:
        if word in {"define", "block"}:
            return
        for condition, body in branches:
            try:
                if not condition:  # else
                    yield from self.lines(body, scope, depth + 1)
                    return
                items = _ITEMS.match(condition)
                value = evaluated(items["rest"] if items else condition, scope)
            except UnknownValueError:
                self._leave_out(word, branches)
                return
            if not is_truthy(value):
                continue
            for inner in _scopes(word, value, items, scope):
                yield from self.lines(body, inner, depth + 1)
            return

    def _leave_out(self, word: str, branches: Sequence[tuple[str, list[tuple[int, str]]]]) -> None:
        body = [line for _, lines in branches for line in lines]
        if body and any(_TELLING.search(text) for _, text in body):
            condition = _shown(f"{word} {branches[0][0]}")
            first, last = body[0][0], body[-1][0]
            where = f"line {first} is" if first == last else f"lines {first} to {last} are"
            self.left_out.append(f"{condition!r} is not known: {where} left out")

    def _line(self, number: int, text: str, scope: TemplateScope) -> Iterator[tuple[int, str]]:
        """A line with its actions filled in; what becomes several lines is several lines."""
        filled = _ACTION.sub(lambda match: _text_of(match["body"], scope), text)
        for part in filled.split("\n"):
            self.left -= 1
            if part.strip() or not text.strip():
                yield number, part


def _branches(
    lines: Sequence[tuple[int, str]], at: int, control: re.Match[str]
) -> tuple[list[tuple[str, list[tuple[int, str]]]], int]:
    """The branches of a block, each with its condition, and where the lines go on behind it."""
    branches: list[tuple[str, list[tuple[int, str]]]] = [(control["rest"].strip(), [])]
    depth = 0
    while at < len(lines):
        match = _CONTROL.match(lines[at][1])
        word = "" if match is None else match["word"]
        if word == "end" and not depth:
            return branches, at + 1
        if word == "else" and not depth and match is not None:
            branches.append((re.sub(r"\A\s*(?:if|with)\b", "", match["rest"]).strip(), []))
        else:
            depth += word in _OPENERS
            depth -= word == "end"
            branches[-1][1].append(lines[at])
        at += 1
    return branches, at


def _scopes(
    word: str, value: Value, items: re.Match[str] | None, scope: TemplateScope
) -> Iterator[TemplateScope]:
    """The scopes in which the body of a block is filled in."""
    if word != "range":
        names = {items["value"]: value} if items else {}
        yield scope.inside(value if word == "with" else scope.dot, names)
        return
    pairs: list[tuple[Value, Value]] = []
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: str(pair[0]))
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, item in pairs:
        names = {items["value"]: item} if items else {}
        if items and items["key"]:
            names[items["key"]] = key
        yield scope.inside(item, names)


def _text_of(body: str, scope: TemplateScope) -> str:
    """What an action becomes; an open placeholder, if that is not known."""
    if body.startswith("/*"):
        return ""
    try:
        return string_of(evaluated(body, scope))
    except UnknownValueError:
        return f"{{{{ {_shown(body)} }}}}"


def _shown(body: str) -> str:
    """An action as it may be shown: without its strings, which may be secrets, but for a name."""
    if not body.startswith(("include ", "template ")):
        body = _STRING.sub("", body)
    return re.sub(r"[{}\"'`\s]+", " ", body).strip()[:_LONGEST]
