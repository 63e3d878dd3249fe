"""Put in place what aliases of YAML stand for: `<<: *name`, `key: *name`; `extends:` of GitLab."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import Setting

MAX_ALIASED: Final = 10_000
"""The most settings of a document that stand in places of aliases."""

_ANCHOR: Final = re.compile(r"&(?P<name>[^\s,\[\]{}]{1,100})(?:[ \t]+(?P<value>.*))?\Z", re.DOTALL)
_ALIAS: Final = re.compile(r"\*(?P<name>[^\s,\[\]{}]{1,100})\Z")
_MERGE: Final = re.compile(r"(?P<place>.*)\.<<(?:\[\d+\])?\Z")
_EXTENDS: Final = re.compile(r"(?P<job>[^.\[]+)\.extends(?:\[\d+\])?\Z")
_TEMPLATE: Final = re.compile(r"(?:x-[^.]*|\.[^.]+|default|defaults|base|common)\.")
"""The begin of keys that are there for others: extensions of compose, hidden jobs, defaults."""


def with_aliases(settings: Sequence[Setting]) -> tuple[list[Setting], bool]:
    """The settings with those that aliases stand for; whether a bound cut them."""
    if not any(each.value[:1] == "*" or ".extends" in each.key for each in settings):
        return list(settings), False
    found: list[Setting] = []
    by_part: dict[int, list[Setting]] = {}
    for each in settings:
        by_part.setdefault(each.part, []).append(each)
    left = MAX_ALIASED
    for several in by_part.values():
        resolved = _resolved(several, left)
        left -= len(resolved) - len(several)
        found += resolved
    return found, left <= 0


def _resolved(settings: Sequence[Setting], most: int) -> list[Setting]:
    """The settings of a YAML document."""
    anchors: dict[str, str] = {}
    found: list[Setting] = []
    used: set[str] = set()
    known = {each.key for each in settings}
    places: dict[str, int] = {}
    first = {each.key: number for number, each in reversed(list(enumerate(settings)))}
    for each in settings:
        if (anchor := _ANCHOR.match(each.value)) is not None:
            anchors[anchor["name"]] = each.key
            places[each.key] = len(found)
            found.append(replace(each, value=anchor["value"] or ""))
            continue
        found.append(each)
        target, place = _reference(each, anchors)
        if target is None or place == target or place.startswith((f"{target}.", f"{target}[")):
            continue
        used.add(target)
        anchored = target in places
        within, begin = (found, places[target]) if anchored else (settings, first.get(target, -1))
        for copied in list(_copies(target, place, within, begin)) if begin >= 0 else ():
            if copied.key not in known and len(found) - len(settings) < most:
                known.add(copied.key)
                found.append(copied)
    return [each for each in found if not _is_template(each.key, used)]


def _reference(setting: Setting, anchors: dict[str, str]) -> tuple[str | None, str]:
    """The path that a setting refers to, and where what stands there belongs."""
    if (extends := _EXTENDS.match(setting.key)) is not None:
        return setting.value, extends["job"]
    alias = _ALIAS.match(setting.value)
    if alias is None:
        return None, ""
    merge = _MERGE.match(setting.key)
    return anchors.get(alias["name"]), setting.key if merge is None else merge["place"]


def _copies(target: str, place: str, settings: Sequence[Setting], begin: int) -> Iterator[Setting]:
    """What stands below `target`, whose own setting is at `begin`, below `place`."""
    for number in range(begin + 1, len(settings)):
        each = settings[number]
        if not each.key.startswith((f"{target}.", f"{target}[")):
            return
        yield replace(each, key=f"{place}{each.key[len(target) :]}")


def _is_template(key: str, used: set[str]) -> bool:
    match = _TEMPLATE.match(key)
    return match is not None and match[0].rstrip(".") in used
