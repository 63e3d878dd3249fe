"""Find the system properties of a JVM: in JAVA_TOOL_OPTIONS and its like, and on command lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from unpin.configurations.model import Setting

_PROPERTY: Final = re.compile(
    r"""-D(?P<key>javax\.net\.ssl\.\w+|user\.home|org\.postgresql\.\w+)
        (?:=(?:`?"(?P<double>[^"`]*)`?"|'(?P<single>[^']*)'|(?P<plain>[^\s"'`,;\]]*)))?""",
    re.VERBOSE,
)
_BUILD: Final = frozenset(
    {"MAVEN_OPTS", "GRADLE_OPTS", "org.gradle.jvmargs", "SBT_OPTS", "ANT_OPTS"}
)
"""Where the options of a build's own JVM stand."""

_RANKS: Final = {"_JAVA_OPTIONS": 3, "JDK_JAVA_OPTIONS": 1, "JAVA_TOOL_OPTIONS": 0}
OF_EVERY_JVM: Final = frozenset(_RANKS)
"""The variables that each JVM reads by itself, whatever its command line."""

_COMMAND_LINE: Final = 2
"""_JAVA_OPTIONS beats the command line, which beats the others (measured, Java 17 and 25). Other
variables, such as JAVA_OPTS and CATALINA_OPTS, become a part of the command line."""


def properties_of(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The system properties in these settings, the decisive first; builds are left out.

    The origin of each is the variable that has it, or "command line".
    """
    ranked = [
        (_rank(each.key), position, found)
        for position, each in enumerate(settings)
        if ("-D" in each.value or each.key.startswith("javax.net.ssl."))
        and bare_key(each.key) not in _BUILD
        for found in properties_in(each)
    ]
    return tuple(found for _, _, found in sorted(ranked, key=lambda r: (-r[0], -r[1])))


def build_properties_of(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """The properties of the JVM of a build tool."""
    found: list[Setting] = []
    for each in settings:
        key = bare_key(each.key)
        if key in _BUILD:
            found += properties_in(each)
        elif key.startswith("systemProp.javax.net.ssl."):
            found.append(replace(each, key=key.removeprefix("systemProp."), origin=key))
    return tuple(found)


def properties_in(setting: Setting) -> Iterator[Setting]:
    """The system properties in the value of a setting, the last first."""
    if setting.key.startswith("javax.net.ssl.") and setting.origin == "system-properties":
        yield setting
    if "-D" not in setting.value:
        return
    key = bare_key(setting.key)
    origin = key if re.fullmatch(r"[A-Z_][A-Z0-9_]*", key) else "command line"
    for match in reversed(list(_PROPERTY.finditer(setting.value))):
        value = match["double"] or match["single"] or match["plain"] or ""
        line = setting.line + setting.value.count("\n", 0, match.start())
        yield Setting(match["key"], value, line, origin)


@lru_cache(maxsize=4096)
def bare_key(key: str) -> str:
    """The name of a variable: without the path or section around it."""
    if re.search(r"(?:^|[./\]])(?:javax|systemProp|org\.gradle)\.", key):
        return key.rpartition("/")[2]
    return re.split(r"[./]", key)[-1]


def _rank(key: str) -> int:
    return _RANKS.get(bare_key(key), _COMMAND_LINE)
