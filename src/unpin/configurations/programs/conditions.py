"""Find the conditions of a program or script, with their branches.

This is no parser: a branch is what is indented below a line with `if`, `else` or `case`.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_LONGEST: Final = 2000
"""The most characters of a line that may begin a branch."""

_MOST_OF_CONDITION: Final = 10
"""The most lines of a condition."""

_IF: Final = re.compile(r"[ \t]*(?:if|unless)\b(?![ \t]*[:=.])(?P<rest>.*)")

_ELSE: Final = re.compile(
    r"[ \t]*\}?[ \t]*(?:(?:elif|elsif|elseif|else[ \t]+if)\b(?P<rest>.*)|else\b(?P<last>.*))"
)

_CASE: Final = re.compile(r"[ \t]*(?:case\b.*:|when\b.*)[ \t]*\Z")

_OTHER_CASE: Final = re.compile(
    r"[ \t]*(?:(?P<last>default[ \t]*:|else\b|case[ \t]+_[ \t]*:).*|case\b.*:.*|when\b.*)\Z"
)

_ARM_OF_SHELL: Final = re.compile(
    r"[ \t]*\(?(?:(?P<last>\*)|[\w*?.|\"' \t-]{1,80})\)(?P<rest>[ \t].*|)\Z"
)
_CASE_OF_SHELL: Final = re.compile(r"[ \t]*case[ \t].*[ \t]in[ \t]*\Z")
_END_OF_ARM: Final = ";;"

_OPENS: Final = re.compile(r"(?:[{:]|\bthen)[ \t]*(?:(?:#|//).*)?\Z")
"""How the line of a condition ends whose branch stands on the lines below."""

_ONE_LINE: Final = re.compile(
    r".*?(?:;[ \t]*then[ \t]+(?P<shell>.*?);?[ \t]*\bfi|(?<!:):[ \t]+(?P<python>[^#\s].*)"
    r"|\{(?P<braces>[^{}]+(?:\{[^{}]*\}[^{}]*)*)\})[ \t]*;?[ \t]*\Z"
)

_GOES_ON: Final = re.compile(r"and\b|or\b|&&|\|\||[=!<>+*/-]")
"""What stands between two parts of a condition."""

_CLOSES: Final = re.compile(r"[ \t]*(?:\}|end|fi|endif;?)[ \t]*(?:(?:#|//).*)?\Z")

_CLOSES_STATEMENT: Final = re.compile(r"[ \t]*[)\]}]+[;,]?[ \t]*\Z")

_OF_WORDS: Final = re.compile(r"[ \t]*(?:end|fi|else|elsif|elif|then)\b")
"""What follows the branch of a language without braces and colons."""

_TRAILING: Final = re.compile(r"[ \t](?:if|unless)[ \t](?!.*\belse\b)[^{}]{1,200}\Z")
"""A condition behind what it is for, in Ruby and Perl: mode = "disable" if dev."""

_LEADING: Final = re.compile(
    r"[ \t]*(?:\[{1,2}[ \t][^\n]{0,200}?[ \t]\]{1,2}|test[ \t][^\n&]{1,200}|[\w.!$]{1,60})"
    r"[ \t]*&&[ \t]*(?P<kept>(?:export[ \t]+|\()?[\w.$]+[ \t]*=(?!=)[^\n]*)\Z"
)
"""A condition before what it is for: [ "$ENV" = prod ] && export PGSSLMODE=verify-full."""


class NumberedLine(NamedTuple):
    """A line with its number, from 1."""

    number: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())


class Branch(NamedTuple):
    """The line with which a branch begins, and the lines in it; None for one that is not there."""

    number: int
    lines: Sequence[NumberedLine] | None


class Condition(NamedTuple):
    """The branches of a condition, and the index of the line behind it."""

    branches: Sequence[Branch]
    end: int


def condition_at(lines: Sequence[NumberedLine], at: int) -> Condition | None:
    """The condition that begins on a line; None if none does."""
    line = lines[at]
    if len(line.text) > _LONGEST:
        return None
    if _IF.match(line.text) is not None:
        return _of_arms(lines, at, _ELSE)
    if _CASE.match(line.text) is not None:
        return _of_arms(lines, at, _OTHER_CASE)
    begins = at > 0 and _CASE_OF_SHELL.match(lines[at - 1].text) is not None
    if begins and _ARM_OF_SHELL.match(line.text) is not None:
        return _of_arms(lines, at, _ARM_OF_SHELL)
    kept = None
    if (leading := _LEADING.match(line.text)) is not None:
        kept = leading["kept"].strip("(")
    elif (trailing := _TRAILING.search(line.text)) is not None:
        kept = line.text[: trailing.start()].strip()
    if kept is None or "=" not in kept or kept.startswith(("#", "//")):
        return None
    taken = [NumberedLine(line.number, " " * line.indent + kept)]
    return Condition([Branch(line.number, taken), Branch(line.number, None)], at + 1)


def _of_arms(lines: Sequence[NumberedLine], at: int, other: re.Pattern[str]) -> Condition | None:
    """A condition with the lines below it, and its other branches."""
    indent = lines[at].indent
    branches: list[Branch] = []
    complete = False
    while True:
        found = _arm(lines, at, indent)
        if found is None:
            break
        branch, end = found
        if end < len(lines) and lines[end].text.strip() == _END_OF_ARM:
            end += 1
        if branch.lines:
            branches.append(branch)
        behind = end
        if other is _ELSE and behind < len(lines) and _CLOSES.match(lines[behind].text):
            behind += 1
        head = lines[at].text
        at = end
        if behind > end and behind < len(lines) and _is_other(lines[behind], indent, other):
            at = behind
        elif not (end < len(lines) and _is_other(lines[end], indent, other)):
            match = other.match(head)
            complete = match is not None and match["last"] is not None
            end = behind
            break
    if not branches:
        return None
    if not complete:
        branches.append(Branch(branches[0].number, None))
    return Condition(branches, end)


def _is_other(line: NumberedLine, indent: int, other: re.Pattern[str]) -> bool:
    return line.indent == indent and other.match(line.text) is not None


def _arm(lines: Sequence[NumberedLine], at: int, indent: int) -> tuple[Branch, int] | None:
    """The branch that begins on a line, and the index of the line behind it."""
    first, behind = _behind_condition(lines, at)
    if not behind and first < len(lines) and lines[first].text.strip() in {"then", "{"}:
        first, behind = first + 1, "{"
    end = first
    while end < len(lines) and (not lines[end].text.strip() or lines[end].indent > indent):
        end += 1
    while end > first and not lines[end - 1].text.strip():
        end -= 1
    number = lines[at].number
    if behind and _OPENS.fullmatch(behind) is None:
        if first < end < len(lines) and _CLOSES_STATEMENT.match(lines[end].text):
            end += 1
        own = NumberedLine(lines[first - 1].number, " " * indent + behind)
        return Branch(number, [own, *lines[first:end]]), end
    if not behind and (end == len(lines) or not _OF_WORDS.match(lines[end].text)):
        head = lines[first - 1].text.rstrip()
        if first == end or not head.endswith((")", "else")):
            return None
    return Branch(number, _dedented(lines[first:end], indent)), end


def _behind_condition(lines: Sequence[NumberedLine], at: int) -> tuple[int, str]:
    """The index behind the last line of a condition, and what stands there behind it."""
    text = lines[at].text
    if (arm := _ARM_OF_SHELL.match(text)) is not None:
        return at + 1, arm["rest"].strip().removesuffix(_END_OF_ARM).strip()
    match = _ELSE.match(text) or _IF.match(text)
    condition = "" if match is None else (match["rest"] or "").strip()
    if match is not None and not condition:
        last = match.groupdict().get("last") or ""
        return at + 1, _inner(last.strip())
    if condition.startswith("("):
        depth = 0
        for end in range(at, min(len(lines), at + _MOST_OF_CONDITION)):
            begin = text.index(condition) if end == at else 0
            line = lines[end].text
            for place in range(begin, len(line)):
                depth += (line[place] == "(") - (line[place] == ")")
                if not depth and place >= begin:
                    behind = line[place + 1 :].strip()
                    if _GOES_ON.match(behind) is None:
                        return end + 1, _inner(behind)
                    break
            if not depth:
                break
    end = at
    depth = _depth(text)
    while depth > 0 and end + 1 < min(len(lines), at + _MOST_OF_CONDITION):
        end += 1
        depth += _depth(lines[end].text)
    last = lines[end].text
    if (opens := _OPENS.search(last)) is not None:
        return end + 1, opens[0]
    found = _ONE_LINE.match(last)
    if found is None:
        return end + 1, ""
    return end + 1, (found["shell"] or found["python"] or found["braces"]).strip()


def _depth(line: str) -> int:
    return line.count("(") + line.count("[") - line.count(")") - line.count("]")


def _inner(behind: str) -> str:
    """A statement behind a condition: without the braces or the colon around it."""
    if behind[:1] == "{" and behind[-1:] == "}":
        return behind[1:-1].strip()
    if behind[:1] == ":" and behind[1:].strip():
        return behind[1:].strip()
    return behind


def _dedented(lines: Sequence[NumberedLine], indent: int) -> list[NumberedLine]:
    """The lines with the indentation of their condition."""
    own = min((each.indent for each in lines if each.text.strip()), default=indent)
    return [NumberedLine(each.number, each.text[own - indent :]) for each in lines]
