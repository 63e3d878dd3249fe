"""Join the strings that a program puts together: "postgres://" + host + "/app"."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

_STRING: Final = re.compile(
    r"""(?<![\w"'`])[fFrRbBuU@$]{0,2}(?P<quote>["'`])
        (?P<text>(?:\\.|(?!(?P=quote))[^\\\n]){0,2000})(?P=quote)""",
    re.VERBOSE,
)
_PLUS: Final = re.compile(r"\s{0,200}\+(?![+=])\s{0,200}")
_DOT: Final = re.compile(r"""\s{0,200}\.(?=[\s$"'(])\s{0,200}""")
"""The operator of PHP and Perl; behind it is no method."""

_NEXT_STRING: Final = re.compile(
    r"[ \t]{0,200}(?:(?:#|//)[^\n]{0,200})?\n\s{0,200}(?:(?:#|//)[^\n]{0,200}\n\s{0,200}){0,5}"
    r"(?=[fFrRbBuU]{0,2}[\"'])"
)
"""What stands between two strings that Python, C and others join without an operator."""

_GOES_ON: Final = re.compile(r"[?&;/]")
"""How a string begins that is the rest of a URL."""

_UNFINISHED: Final = re.compile(r"[@:/&?=;]\Z")
"""How a piece of a URL ends that the next string goes on with."""

_PAIR: Final = re.compile(r"\s{0,8}[A-Za-z][\w ]{0,40}=")
_ENDED: Final = re.compile(r";\s{0,8}\Z")
"""How the pieces of a string of pairs end: Driver={...};"""

_LISTS: Final = re.compile(
    r"""(?:(?<!\w)join\(\s{0,20}(?P<open>["'])(?P<sign>[;&])(?P=open)\s{0,20},\s{0,20}
        |(?P<before>["'])(?P<python>[;&])(?P=before)\.join\(\s{0,20})
        \[(?P<items>(?:\s{0,80}[fF]?(?:"[^"\n]{0,500}"|'[^'\n]{0,500}')\s{0,80},?){1,60})\s{0,80}\]\s{0,20}\)""",
    re.VERBOSE,
)
"""A list of strings that are joined: of Terraform, join(";", ["A=b", "C=d"]), and of Python."""

_COMMENTS: Final = ("#", "//")
_MOST_PIECES: Final = 100
_LONGEST_EXPRESSION: Final = 300
_OF_ENVIRONMENT: Final = re.compile(
    r"(?:[Gg]et_?[Ee]nv(?:ironmentVariable)?|env(?:iron)?(?:\.get)?)\s{0,4}[(\[]\s{0,4}"
    r"[\"'](?P<name>\w{1,60})[\"']|process\.env\.(?P<node>\w{1,60})"
)
_INSERTED: Final = re.compile(
    r"(?P<driver>driver\s{0,4}=\s{0,4})?\$?\{(?P<code>[A-Za-z_][^{}\n]{0,200})\}", re.IGNORECASE
)
"""An expression in a string, or {PostgreSQL Unicode(x64)}."""

_CODE: Final = re.compile(r"[(\[]|\s(?:[/+?]|\|\||\?\?|or|if)\s")
"""What an expression has that is more than a name, and than the expansions of a shell."""

_OWN_FOLDER: Final = re.compile(r"__DIR__|__dirname|dirname\(__FILE__\)")
"""The folder of the program itself."""

_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


class _Joined(NamedTuple):
    """The text of strings that are joined, and where the last of them ends."""

    text: str
    end: int


_PROPERTY: Final = re.compile(
    r"System\.getProperty\([ \t]*\"([\w.]{1,60})\"[ \t]*\)[ \t]*\+[ \t]*\""
)
_APPENDED: Final = re.compile(
    r"(?<![\w.])\$?(?P<name>[A-Za-z_]\w{0,60})"
    r"(?:[ \t]{0,8}(?:\+=|\.=)|\.(?:append|Append\w{0,10}|concat)\()"
    r"|(?<![\w.])\$?(?P<own>[A-Za-z_]\w{0,60})[ \t]{0,8}=[ \t]{0,8}\$?(?P=own)[ \t]{0,8}[+.]"
    r"|\$\{?(?P<used>[A-Za-z_]\w{0,60})\}?(?=[$\w/?&%{-])"
)
"""A variable to which something is appended, or with which another string begins."""

_ASSIGNED: Final = re.compile(
    r"""(?<![\w.])\$?(?P<name>[A-Za-z_]\w{0,60})[ \t]{0,8}(?::[ \t]{0,4}\w{1,40}[ \t]{0,4})?:?=
        [ \t]{0,8}(?:new[ \t]{1,4}\w{1,40}\()?[fFrRbBuU@$]{0,2}["'`]""",
    re.VERBOSE,
)


def appended_names(text: str) -> frozenset[str]:
    """The variables whose string goes on elsewhere in a program or script."""
    return frozenset(
        match["name"] or match["own"] or match["used"] for match in _APPENDED.finditer(text)
    )


def name_of_string(line: str) -> str | None:
    """The variable to which a line assigns a string."""
    match = _ASSIGNED.search(line)
    return None if match is None else match["name"]


@lru_cache(maxsize=1)
def joined_strings(text: str) -> str:
    """The text with a string in place of those that an operator joins; lines keep their numbers.

    What stands between two strings is ${name}, and so is what an f-string inserts, where it is
    more than a name: `"jdbc:postgresql://" + db.host() + "/app"` is
    `"jdbc:postgresql://${db.host}/app"`.
    """
    return "".join(_pieces(_LISTS.sub(_one_string, _PROPERTY.sub(r'"${\1}', text))))


def _one_string(match: re.Match[str]) -> str:
    """The string that a list of strings makes, with the lines of the list behind it."""
    sign = match["sign"] or match["python"]
    items = (found["text"] for found in _STRING.finditer(match["items"]))
    made = sign.join(item.replace('"', "'") for item in items)
    return f'"{made}"' + "\n" * match[0].count("\n")


def _pieces(text: str) -> Iterator[str]:
    at = missing = 0
    while (match := _STRING.search(text, at)) is not None:
        missing, before = _with_lines(text[at : match.start()], missing)
        yield before
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
        if line.startswith(_COMMENTS):
            yield match[0]
            at = match.end()
            continue
        joined = _joined(text, match)
        missing += text.count("\n", match.start(), joined.end)
        yield f"{match['quote']}{joined.text}{match['quote']}"
        at = joined.end
    yield _with_lines(text[at:], missing)[1]


def _with_lines(text: str, missing: int) -> tuple[int, str]:
    """The text with the missing ends of lines at its first one; how many are missing still."""
    line, end, rest = text.partition("\n")
    return (0, line + end + end * missing + rest) if end else (missing, text)


def _joined(text: str, first: re.Match[str]) -> _Joined:
    """The string `first` with what is joined to it."""
    parts = [_with_names(first["text"])]
    end = first.end()
    for _ in range(_MOST_PIECES):
        operator = _PLUS.match(text, end) or _DOT.match(text, end)
        behind = operator or _NEXT_STRING.match(text, end)
        if behind is None:
            break
        string = _STRING.match(text, behind.end())
        if string is not None:
            begun = "://" in parts[0]
            of_url = begun and (_GOES_ON.match(string["text"]) or _UNFINISHED.search(parts[-1]))
            of_pairs = _PAIR.match(parts[0]) and _ENDED.search(parts[-1]) and "=" in string["text"]
            if operator is None and not (of_url or of_pairs):
                break
            parts.append(_with_names(string["text"]))
            end = string.end()
            continue
        expression = "" if operator is None else _expression(text, operator)
        if operator is None or not expression:
            break
        own = _OWN_FOLDER.fullmatch(expression) is not None
        parts.append("." if own else f"${{{_name(expression)}}}")
        end = operator.end() + len(expression)
    return _Joined("".join(parts), end)


def _expression(text: str, operator: re.Match[str]) -> str:
    """What is joined behind the operator, up to the next one."""
    begin = operator.end()
    sign = operator[0].strip()
    depth = 0
    at = begin
    while at < min(len(text), begin + _LONGEST_EXPRESSION):
        character = text[at]
        if character in "\"'`" and (string := _STRING.match(text, at)) is not None:
            at = string.end()
            continue
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        if depth < 0 or (not depth and (character in ",;\n" or _ends(text, at, sign))):
            break
        at += 1
    return text[begin:at].rstrip()


def _ends(text: str, at: int, sign: str) -> bool:
    """Whether the operator stands here; ".name" is a part of an expression."""
    return text[at] == sign and (sign == "+" or _DOT.match(text, at) is not None)


def _with_names(text: str) -> str:
    """The text of a string whose inserted expressions are names."""
    return _INSERTED.sub(_with_name, text) if "{" in text else text


def _with_name(inserted: re.Match[str]) -> str:
    if inserted["driver"] or _CODE.search(inserted["code"]) is None:
        return inserted[0]
    return f"${{{_name(inserted['code'])}}}"


def _name(expression: str) -> str:
    """A name for an expression: of the variable that it reads, or what it is made of."""
    known = _OF_ENVIRONMENT.search(expression)
    if known is not None:
        return known["name"] or known["node"]
    # A string in it may be a secret, and is not shown.
    made = re.sub(r"\(\s{0,4}\)", "", _STRING.sub("", expression)).strip().lstrip("$")
    return re.sub(r"[^\w.]+", "_", made).strip("_")[:60] or "expression"
