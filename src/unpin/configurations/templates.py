"""Leave open what a template fills in: of Jinja, of Go, of GitHub's expressions.

An action becomes ${name}, which no reader takes for a value; lines keep their numbers. Templates of
a chart, whose values are at hand, are filled in by `helm`.
"""

import re
from typing import Final, NamedTuple

_ACTION: Final = re.compile(r"\$?\{\{-?[ \t]*(?P<code>[^{}\n]{0,500}?)[ \t]*-?\}\}")
_ALONE: Final = re.compile(r"[ \t]*(?:\{\{[^{}\n]{0,500}\}\}|\{%[^\n]{0,500}%\})[ \t]*\r?\Z")
"""An action that has a line of its own: it controls others, or inserts several lines."""

_CONTROL: Final = re.compile(
    r"(?:\{\{|\{%)-?[ \t]*(?P<word>if|else|elif|end\w*|range|with|for|define|block)\b"
)
_LITERAL: Final = re.compile(r"\"[^\"]{0,500}\"|'[^']{0,500}'|`[^`]{0,500}`")
"""A string of a template, which may be a secret: it is never shown."""

_QUOTED: Final = re.compile(r"\bs?quote\b")


class OpenTemplate(NamedTuple):
    """The text of a template, and the lines of the conditions with an `else`."""

    text: str
    conditions: tuple[int, ...] = ()


def open_template(text: str) -> OpenTemplate:
    """The text with ${name} in place of its actions; of a condition, both branches stay."""
    if "{{" not in text:
        return OpenTemplate(text)
    blocks: list[int] = []
    conditions: dict[int, None] = {}
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if _ALONE.match(line) is None:
            lines.append(_ACTION.sub(_open, line))
            continue
        lines.append("")
        control = _CONTROL.search(line)
        if control is None:
            continue
        if control["word"].startswith("end"):
            del blocks[-1:]
        elif control["word"].startswith("el"):
            conditions |= dict.fromkeys(blocks[-1:])
        else:
            blocks.append(number)
    return OpenTemplate("\n".join(lines), tuple(conditions))


def _open(action: re.Match[str]) -> str:
    """A name for what an action prints."""
    code = action["code"]
    if code.startswith("/*"):
        return ""
    words = re.sub(_QUOTED, "", _LITERAL.sub("", code.partition("|")[0]))
    name = re.sub(r"[^\w.]+", "_", words).strip("_.")[:60] or "expression"
    return f'"${{{name}}}"' if _QUOTED.search(code) else f"${{{name}}}"
