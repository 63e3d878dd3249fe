"""Find the scalars of a JSON document (RFC 8259), with their keys and lines."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from unpin.stores.embedded.scalars import Scalar, Spelling
from unpin.stores.embedded.values import TextValue, is_of_interest

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|\n|[-\w.+]+')


def json_values(
    text: str, wanted: Callable[[str], bool] = is_of_interest
) -> list[TextValue] | None:
    """The scalars that are `wanted`, in their order; None if it is no JSON document.

    Without `wanted` those that may be stores.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return list(_strings(text, wanted)) if isinstance(document, (dict, list)) else None


def _strings(text: str, wanted: Callable[[str], bool]) -> Iterator[TextValue]:
    """Walk the tokens of a valid document; a string inside an object is a key before its colon."""
    path: list[str | int] = []  # a key, or the number of an item
    objects: list[bool] = []
    line, begin = 1, 0
    expects_key = False
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark == "\n":
            line, begin = line + 1, match.end()
        elif mark in "{[":
            objects.append(mark == "{")
            path.append("" if mark == "{" else 0)
            expects_key = mark == "{"
        elif mark in "}]":
            objects.pop()
            path.pop()
            expects_key = False
        elif mark == ",":
            expects_key = objects[-1]
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
        elif mark[0] not in ':"':  # a number, true, false, null
            if wanted(mark):
                yield TextValue(tuple(map(_part, path)), mark, (line,))
        elif mark != ":":
            string = json.loads(mark, strict=False)
            if expects_key:
                path[-1], expects_key = string, False
            elif wanted(string):
                start, end = ((line - 1, at - begin) for at in match.span())
                scalar = Scalar(Spelling.JSON, start, end)
                yield TextValue(tuple(map(_part, path)), string, (line,), scalar)


def _part(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else part
