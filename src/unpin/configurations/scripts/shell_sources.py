"""Read a script as its shell does: files that it reads in, what it exports, and subshells.

`source x.sh`, `. ./x.sh`, `set -a`, `export NAME` and `( ... )`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from typing import Final, NamedTuple

from unpin.configurations.lines import line_of
from unpin.configurations.model import AbsentVariables, Document, Setting
from unpin.configurations.variables import NOT_EXPORTED, variables_of_file

MAX_SOURCED: Final = 20
"""The most files that a script reads in."""

_DEEPEST: Final = 3
"""The most files that read each other in."""

_SOURCE: Final = re.compile(
    r"(?m)(?:^|[;&|({]|\bthen\b|\bdo\b)[ \t]*(?P<how>source|\.)[ \t]+"
    r"(?P<name>\"(?:[^\"\n$]|\$\([^)\n]*\)|\$){1,400}\"|'[^'\n]{1,400}'|[^\s;&|()\"']{1,400})"
)
_BESIDE: Final = re.compile(
    r"\$\((?:cd[ \t]+)?\"?\$?\(?dirname[^)]*\)[^/]*?/|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}/"
)
"""The folder of the script itself."""

_IN_FOLDER: Final = re.compile(r"\$\{?(?P<name>\w{1,60})\}?/")
_OF_FOLDER: Final = re.compile(r"(?m)^[ \t]*(?P<name>\w{1,60})=[^\n]{0,20}\$\([^\n]{0,80}dirname\b")
_ANOTHER_MATTER: Final = re.compile(
    r"(?:^|/)(?:activate|\w+-release|bash_completion\S*|nvm\.sh|rvm|asdf\.sh|sdkman-init\.sh|conda\.sh"
    r"|cargo/env)\Z"
)
"""Files of tools that set no variable of a database."""

_OF_SHELL: Final = re.compile(r"#!.{0,100}sh\b")
_EXTENSIONS: Final = frozenset({".sh", ".bash", ".zsh", ".ksh"})
_ALL: Final = re.compile(
    r"(?m)(?:^|[;&|])[ \t]*set[ \t]+(?P<sign>[-+])(?:[a-z]*a[a-z]*\b|o[ \t]+allexport\b)"
)
_EXPORTED: Final = re.compile(
    r"(?m)(?:^|[;&|({]|\bthen\b|\bdo\b)[ \t]*(?:export|declare[ \t]+-x|typeset[ \t]+-x)[ \t]+"
    r"(?P<rest>[^\n;&|]{1,500})"
)
_NAME: Final = re.compile(r"(?<!\S)([A-Za-z_]\w{0,80})(?==|\s|\Z)")
_OF_CLIENTS: Final = re.compile(r"PG[A-Z]{3,20}\Z|NODE_EXTRA_CA_CERTS\Z|SSL_CERT_(?:FILE|DIR)\Z")
"""Variables that a client takes from its environment, so that they count only if exported."""

_RUNS_CLIENT: Final = re.compile(
    r"(?m)^[^#\n]*?\b(?:psql|pg_(?:dump|dumpall|restore|basebackup)|pgbench|createdb|dropdb|vacuumdb)\b"
)
"""What a script has that runs a client itself: others are files of variables, perhaps."""

_TELLING: Final = re.compile(
    r"(?i)\bpsql\b|\bpg_\w|\bmysql|\bmariadb|\bjava\b|\bPG[A-Z]|DATABASE_URL|mongosh?\b|redis-cli"
)


class _Sourced(NamedTuple):
    """A file that is read in: its name, the place of the command, and whether all is exported."""

    name: str
    at: int
    exports: bool


def is_shell_script(document: Document) -> bool:
    """Whether a text is a script of a shell."""
    named = PurePath(document.name).suffix in _EXTENSIONS
    begins = _OF_SHELL.match(document.text.lstrip()) is not None
    return document.is_plain and (named or begins)


def sourced_names(document: Document) -> list[str]:
    """The files that a script, or one in a workflow, reads in; beside it without the folder."""
    if not is_shell_script(document) and document.is_plain:
        return []
    return [each.name for each in islice(_sourced(document.text), MAX_SOURCED)]


def with_shell(document: Document, *, within: bool = False) -> Document:
    """The document of a script with the variables of files that it reads in.

    What is not exported is known to the script, but not to its commands. `within` says that it is
    a script in another document.
    """
    if not within and not is_shell_script(document):
        return document
    sources = list(islice(_sourced(document.text), MAX_SOURCED))
    exported = {*_exported_names(document.text), *(each.key for each in document.inherited)}
    for source in sources:
        exported |= _exported_names(document.variable_files.get(source.name, ""))
    strict = _RUNS_CLIENT.search(document.text) is not None and "<<" not in document.text
    settings: list[Setting] = []
    notes: list[str] = []
    switches = _switches(document.text)
    lines = document.text.split("\n")
    for each in document.settings:
        unknown = each.key not in exported and _OF_CLIENTS.match(each.key) is not None
        if strict and unknown and each.line and not each.origin:
            at = sum(len(line) + 1 for line in lines[: each.line - 1])
            if not _exports_at(switches, at):
                notes.append(
                    f"{each.key} in line {each.line} is not exported: commands get it only if the"
                    " environment has one"
                )
                settings.append(replace(each, key=f"{NOT_EXPORTED}{each.key}"))
                continue
        settings.append(each)
    absent = list(document.absent)
    for source in sources:
        line = line_of(document.text, source.at)
        if source.name in document.variable_files:
            settings += _of_file(source, line, exported, document.variable_files, _DEEPEST)
        elif _TELLING.search(document.text):
            absent.append(AbsentVariables((0, ""), line, f"source {source.name}"))
    settings.sort(key=lambda each: each.line)
    return replace(
        document,
        settings=tuple(settings),
        absent=tuple(absent),
        notes=(*document.notes, *dict.fromkeys(notes)),
    )


def subshells(lines: Sequence[str]) -> tuple[range, ...]:
    """The lines of each subshell of a script: what is set in one holds there alone."""
    found: list[range] = []
    begun: list[int] = []
    for number, line in enumerate(lines, 1):
        content = line.strip()
        if content.startswith("(") and not content.startswith("(("):
            if content.count("(") > content.count(")"):
                begun.append(number)
            else:
                found.append(range(number, number + 1))
        elif content.startswith(")") and begun:
            found.append(range(begun.pop(), number + 1))
    return tuple(found)


def _sourced(text: str) -> Iterator[_Sourced]:
    """The files that a script reads in, in their order."""
    folders = {match["name"] for match in _OF_FOLDER.finditer(text)}
    switches = _switches(text)
    for match in _SOURCE.finditer(text):
        name = _BESIDE.sub("", match["name"].strip("\"'"))
        if (variable := _IN_FOLDER.match(name)) is not None and variable["name"] in folders:
            name = name[variable.end() :]
        if _ANOTHER_MATTER.search(name) is None:
            yield _Sourced(name, match.start("how"), _exports_at(switches, match.start()))


def _switches(text: str) -> list[tuple[int, bool]]:
    """Where a script says that all its variables are exported, or that they are not."""
    return [(match.start(), match["sign"] == "-") for match in _ALL.finditer(text)]


def _exports_at(switches: Sequence[tuple[int, bool]], at: int) -> bool:
    before = [exports for place, exports in switches if place <= at]
    return bool(before) and before[-1]


def _exported_names(text: str) -> set[str]:
    """The variables that a script exports."""
    return {name for match in _EXPORTED.finditer(text) for name in _NAME.findall(match["rest"])}


def _of_file(
    each: _Sourced, line: int, exported: Collection[str], files: Mapping[str, str], depth: int
) -> Iterator[Setting]:
    """The variables of a file that is read in, and of those that it reads in itself."""
    text = files.get(each.name, "")
    for setting in variables_of_file(text):
        counts = each.exports or setting.key in exported or not _OF_CLIENTS.match(setting.key)
        key = setting.key if counts else f"{NOT_EXPORTED}{setting.key}"
        yield Setting(key, setting.value, line, f"source {each.name}")
    if depth:
        for inner in islice(_sourced(text), MAX_SOURCED):
            exports = each.exports or inner.exports
            yield from _of_file(inner._replace(exports=exports), line, exported, files, depth - 1)
