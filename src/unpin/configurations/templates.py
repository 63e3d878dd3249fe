"""Fill in templates as far as their values are known: Helm's charts, Jinja, GitHub's expressions.

The language is that of Go's text/template with a few functions of Sprig. What is not known becomes
${name}, which no reader takes for a value; lines keep their numbers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

NO_VALUES: Final[Mapping[str, str]] = MappingProxyType({})

_ACTION: Final = re.compile(r"\$?\{\{-?[ \t]*(?P<code>[^{}\n]{0,500}?)[ \t]*-?\}\}")
_ALONE: Final = re.compile(r"[ \t]*(?:\{\{[^{}\n]{0,500}\}\}|\{%[^\n]{0,500}%\})[ \t]*\r?\Z")
"""An action that has a line of its own: it controls others, or inserts several lines."""

_CONTROL: Final = re.compile(
    r"(?:\{\{|\{%)-?[ \t]*(?P<word>if|else|elif|end\w*|range|with|for|define|block)\b"
    r"[ \t]*(?P<rest>[^{}\n]{0,500}?)[ \t]*-?(?:\}\}|%\})"
)
_PATH: Final = re.compile(r"\$?\.(?:Values\.)?[\w.\-]{0,200}\Z|[A-Za-z_][\w.\-]{0,200}\Z")
_LITERAL: Final = re.compile(r"\"([^\"]{0,300})\"\Z|'([^']{0,300})'\Z|(\d{1,20}|true|false)\Z")
_WORDS: Final = re.compile(r"\"[^\"]{0,300}\"|\([^()]{0,300}\)|[^\s\"()]{1,300}")
_QUOTING: Final = frozenset({"quote", "squote"})
_SAME: Final = frozenset({"toString", "trim", "trimSuffix", "upper", "lower", "tpl"})
_FALSE: Final = frozenset({"", "false", "0", "null", "{}", "[]"})
_VALUES: Final = "Values."


@dataclass(slots=True)
class _Block:
    """What the control action on `line` began: whether its lines count, and what "." is in it.

    `kept` is None where that is not known; `done` says that a branch was kept before.
    """

    line: int
    kept: bool | None = True
    scope: str | None = None
    done: bool = False


class FilledTemplate(NamedTuple):
    """The text of a template, and the lines of the conditions that are not known."""

    text: str
    unknown: tuple[int, ...] = ()


def filled_template(text: str, values: Mapping[str, str] = NO_VALUES) -> FilledTemplate:
    """The text with `values` (by their paths: "db.host") in place of its actions.

    Of a condition that is known one branch stays; of another one both stay, and its line is told if
    it has an `else`.
    """
    if "{{" not in text:
        return FilledTemplate(text)
    unknown: dict[int, None] = {}
    blocks: list[_Block] = []
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        control = _CONTROL.search(line) if _ALONE.match(line) else None
        if control is not None:
            if control["word"].startswith("el") and blocks and blocks[-1].kept is None:
                unknown[blocks[-1].line] = None
            _follow(control, number, blocks, values)
            lines.append("")
        elif any(block.kept is False for block in blocks) or _ALONE.match(line):
            lines.append("")
        else:
            shown = partial(_value, scope=_scope(blocks), values=values)
            lines.append(_ACTION.sub(shown, line))
    return FilledTemplate("\n".join(lines), tuple(unknown))


def _scope(blocks: Sequence[_Block]) -> str:
    """The path of what "." is; "?" if that is not known."""
    return next((block.scope for block in reversed(blocks) if block.scope is not None), "")


def _follow(
    control: re.Match[str], line: int, blocks: list[_Block], values: Mapping[str, str]
) -> None:
    """Begin, change or end a block."""
    word, rest, scope = control["word"], control["rest"], _scope(blocks)
    if word == "if":
        blocks.append(_Block(line, _truth(rest, scope, values)))
    elif word == "with":
        path = _path(rest, scope)
        known = path is not None and any(
            key == path or key.startswith(f"{path}.") for key in values
        )
        blocks.append(_Block(line, True if known else None, path or "?"))
    elif word.startswith("end"):
        if blocks:
            blocks.pop()
    elif word.startswith("el") and blocks:
        block = blocks[-1]
        block.done = block.done or block.kept is True
        condition = rest.removeprefix("if").strip()
        if block.done:
            block.kept = False
        elif block.kept is False:
            block.kept = _truth(condition, scope, values) if condition else True
    else:
        blocks.append(_Block(line, None if word in {"range", "for"} else False, "?"))


def _truth(condition: str, scope: str, values: Mapping[str, str]) -> bool | None:
    """Whether a condition holds; None if that is not known."""
    words: list[str] = _WORDS.findall(condition)
    if words[:1] == ["not"] and len(words) == 2:
        truth = _truth(words[1].strip("()"), scope, values)
        return None if truth is None else not truth
    if words[:1] in (["and"], ["or"]):
        parts = [_truth(word.strip("()"), scope, values) for word in words[1:]]
        decisive = words[0] == "or"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    if words[:1] in (["eq"], ["ne"]) and len(words) == 3:
        first, second = (_operand(word, scope, values) for word in words[1:])
        if first is None or second is None:
            return None
        return (first == second) is (words[0] == "eq")
    if len(words) != 1 or not values:
        return None
    path = _path(words[0], scope)
    if path is None:
        return None
    if path in values:
        return values[path] not in _FALSE
    if any(key.startswith((f"{path}.", f"{path}[")) for key in values):
        return True
    return False if _is_of_chart(words[0], scope) else None


def _value(action: re.Match[str], scope: str, values: Mapping[str, str]) -> str:
    """What an action prints."""
    code = action["code"]
    if code.startswith("/*"):
        return ""
    head, *pipes = [part.strip() for part in code.split("|")]
    words = _WORDS.findall(head)
    if len(words) == 3 and words[0] == "default":
        words, pipes = [words[2]], [f"default {words[1]}", *pipes]
    elif len(words) == 2 and words[0] in _QUOTING:
        words, pipes = [words[1]], [*pipes, words[0]]
    found = _operand(words[0], scope, values) if len(words) == 1 else None
    quoted = False
    for pipe in pipes:
        name, *arguments = _WORDS.findall(pipe) or [""]
        if name == "default" and len(arguments) == 1:
            if (found is None and values) or found in _FALSE:
                found = _operand(arguments[0], scope, values)
        elif name in _QUOTING:
            quoted = True
        elif name not in _SAME:
            found = None
    shown = f"${{{_name(code)}}}" if found is None else found
    return f'"{shown}"' if quoted else shown


def _operand(word: str, scope: str, values: Mapping[str, str]) -> str | None:
    """The value of a literal or of a path; None if it is not known."""
    literal = _LITERAL.match(word)
    if literal is not None:
        return next(group for group in literal.groups() if group is not None)
    path = _path(word, scope)
    return None if path is None else values.get(path)


def _path(word: str, scope: str) -> str | None:
    """The path of a value below the chart's values; None for anything else."""
    if _PATH.match(word) is None:
        return None
    if _VALUES in word:
        return word.partition(_VALUES)[2]
    if word == ".":
        return scope or None
    if word.startswith(".") and scope and scope != "?":
        return f"{scope}{word}"
    return None


def _is_of_chart(word: str, scope: str) -> bool:
    return _VALUES in word or (word.startswith(".") and bool(scope) and scope != "?")


def _name(code: str) -> str:
    """A name for what an action prints."""
    made = re.sub(r"[^\w.]+", "_", code.partition("|")[0]).strip("_.")
    return made[:60] or "expression"
