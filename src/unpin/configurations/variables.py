"""Find the variables of the environment that a document sets, service by service."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from unpin.configurations.assignments import assignments, without_section
from unpin.configurations.lines import has_any, line_of
from unpin.configurations.model import AbsentVariables, Document, Setting
from unpin.configurations.placeholders import resolve
from unpin.configurations.programs.brackets import CallStructure
from unpin.configurations.scripts.container_runs import ContainerRun
from unpin.model.values import frozen

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]*\Z|\w+__\w+\Z")
_PAIR: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)\Z", re.DOTALL)
_ARGUMENT: Final = re.compile(
    r"""(?<=[({,\s])(?P<open>["']?)(?P<name>PG[A-Z]{3,20})(?P=open)\s{0,4}[:=]\s{0,4}
        (?P<quote>["'])(?P<value>[^"'\n]{1,1000})(?P=quote)\s{0,4}[,)}]""",
    re.VERBOSE,
)
_CODE: Final = re.compile(r"(?P<code>[A-Za-z_$][\w$]{0,60}(?:\.[\w$]{1,60}|\(\)){0,8}),\Z")
"""The value of a variable in an object of a program: PGSSLROOTCERT: options.ca,"""

_OF_COMPOSE: Final = re.compile(
    r"(?P<place>services\.[^.]+)\.environment(?:\.(?P<key>\w+)|\[\d+\])\Z"
)
_OF_IMAGE: Final = re.compile(r"(?P<place>(?:.*\.)?[Cc]onfig)\.Env\[\d+\]\Z")
"""An item of the configuration of an image: "NAME=value"."""
_OF_GENERATOR: Final = re.compile(
    r"(?P<place>(?:.*\.)?(?:configMapGenerator|secretGenerator)\[\d+\])\.literals\[\d+\]\Z"
)
_OF_LIST: Final = re.compile(r"(?P<place>.*?)(?P<item>\[\d+\])\.(?P<part>name|value)\Z")
_OF_MAP: Final = re.compile(
    r"(?P<place>.*?(?:^|\.)(?:env|environment|environmentVariables|variables|data|stringData))\.(?P<key>[A-Z_][A-Z0-9_]*)\Z"
)


_SET: Final = re.compile(
    r"""(?:os\.environ\[|os\.environ\.setdefault\(|os\.putenv\(|process\.env\[|\bENV\[|os\.Setenv\(
        |SetEnvironmentVariable\(|process\.env\.(?=[A-Z]))\s{0,4}["']?(?P<name>[A-Z][A-Z0-9_]{2,60})["']?
        \s{0,4}(?:\]\s{0,4}=|,|=)\s{0,4}(?:["'](?P<value>[^"'\n]{0,1000})["']|(?P<number>\d{1,9})\b)""",
    re.VERBOSE,
)
_SETS: Final = ("environ", "putenv(", "env[", "env.", "ENV[", "Setenv(", "SetEnvironmentVariable(")
_BEFORE_COMMAND: Final = re.compile(r"(?:export[ \t]+)?[A-Z_][A-Z0-9_]*=\S+[ \t]+\S")
_LISTED_PAIR: Final = re.compile(r"(?<![^\s=\"'])([A-Z_][A-Z0-9_]*)=(\"[^\"]*\"|'[^']*'|\S+)")
_PAIR_OF_SHELL: Final = re.compile(
    r"(?<![^\s=\"'])([A-Z_][A-Z0-9_]*)=(\"[^\"]*\"|'[^']*'|[^\s;&|)]+)"
)
_LISTED: Final = re.compile(r"(?<=[=,\s])([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^,\s]+)")
_BLOCK: Final = re.compile(
    r"\benv\s{0,8}(?P<open>\{)\s{0,80}name\s{0,20}=\s{0,4}\"(?P<name>[A-Za-z_]\w{0,80})\"\s{0,80}"
    r"value\s{0,20}=\s{0,4}\"(?P<value>[^\"\n]{0,2000})\""
)
_LISTS: Final = re.compile(
    r"\b(?:environment|environmentVariables|extraEnv|extraEnvVars|envVars|env)\s{0,20}[=:]\s{0,20}\["
    r"|\benv\s{0,8}\{"
)
"""Where a list of variables of Terraform begins, or a block of one variable."""

_IN_LISTS: Final = ("env", "Env")
_ITEM: Final = re.compile(
    r"(?P<open>\{)\s{0,80}\"?name\"?\s{0,20}[=:]\s{0,4}\"(?P<name>[A-Za-z_]\w{0,80})\"[\s,]{1,80}"
    r"\"?value\"?\s{0,20}[=:]\s{0,4}\"(?P<value>[^\"\n]{0,2000})\"[\s,]{0,80}\}"
)
"""A variable in a list of Terraform: environment = [{ name = "A", value = "b" }]."""

CONTAINERS: Final = r"(?:containers|initContainers|ephemeralContainers)\[\d+\]"
"""A container in the path of a setting of a pod."""

MAX_VARIABLES_OF_FILE: Final = 2000
"""The most variables of a file or other source that are taken."""

NOT_EXPORTED: Final = "shell//"
"""The begin of the key of a variable that a shell knows, and its commands do not."""

ENVIRONMENT_FILE: Final = "EnvironmentFile="
"""What beats the variables of a unit (systemd.exec)."""


@frozen
class VariableGroup:
    """The variables of one process or container; `place` is the path of what they belong to.

    `part` is the number of its YAML document. Of two variables with one name the last counts.
    """

    place: str
    variables: tuple[Setting, ...]
    part: int = 0


def variable_groups(
    document: Document, runs: Sequence[ContainerRun] = (), others: Collection[int] = ()
) -> tuple[VariableGroup, ...]:
    """The groups in their order; a text has one of its assignments, and one for each container.

    `runs` are the containers that its commands start. On the lines `others` are variables of a
    command alone.
    """
    if document.is_plain:
        blocks = _of_blocks(document.text)
        own = _of_text(document, {*others, *(line for run in runs for line in run.lines)})
        main = (VariableGroup("", own),) if own else ()
        started = (_of_run(run, document.variable_files, own) for run in runs)
        return (*main, *blocks, *started)
    groups: dict[tuple[int, str], list[Setting]] = {}
    names: dict[tuple[int, str], Setting] = {}
    for each in document.settings:
        found = _placed(each, names)
        if found is not None:
            place, variable = found
            groups.setdefault((each.part, place), []).append(variable)
    return tuple(
        VariableGroup(place, tuple(found), part) for (part, place), found in groups.items()
    )


def _placed(setting: Setting, names: dict[tuple[int, str], Setting]) -> tuple[str, Setting] | None:
    """The variable that a setting is, with the path of what it belongs to; None if it is none.

    `names` are those of lists, whose values are settings of their own.
    """
    key = setting.key
    if (match := _OF_COMPOSE.match(key)) is not None and match["key"]:
        return match["place"], replace(setting, key=match["key"])
    if match is None:
        match = _OF_GENERATOR.match(key) or _OF_IMAGE.match(key)
    if match is not None:
        pair = _PAIR.match(setting.value)
        if pair is None:
            return None
        return match["place"], replace(setting, key=pair["name"], value=pair["value"])
    if (match := _OF_LIST.match(key)) is not None:
        item = (setting.part, f"{match['place']}{match['item']}")
        if match["part"] == "name":
            names[item] = setting
        elif item in names and _NAME.match(names[item].value):
            return match["place"], replace(setting, key=names[item].value)
        return None
    if (match := _OF_MAP.match(key)) is not None:
        return match["place"], replace(setting, key=match["key"])
    file, nested, bare = key.rpartition("//")
    if _VARIABLE.match(bare) is None or ("." in key and not nested):
        return None
    return (file if "." in key else ""), replace(setting, key=bare)


def _of_text(document: Document, others: Collection[int]) -> tuple[Setting, ...]:
    """The variables that a text sets, but for those on lines of `others`."""
    told = [each for each in document.settings if not each.key.startswith(NOT_EXPORTED)]
    found = [_without_code(each) for each in without_section(told) if _VARIABLE.match(each.key)]
    text = document.text
    several = [*_of_lines(text), *_of_arguments(text), *_of_programs(text), *_of_supervisor(text)]
    lines = {each.line for each in several}
    found = [each for each in found if each.origin or each.line not in lines] + several
    found = [each for each in found if each.origin or each.line not in others]
    found.sort(key=lambda each: (each.origin.startswith(ENVIRONMENT_FILE), each.line))
    return (*document.inherited, *found)


def _without_code(setting: Setting) -> Setting:
    """A variable of libpq whose value is an expression of a program has an open value."""
    match = _CODE.match(setting.value) if setting.key.startswith("PG") else None
    return setting if match is None else replace(setting, value=f"${{{match['code']}}}")


def _of_blocks(text: str) -> list[VariableGroup]:
    """The variables of containers in Terraform: env { name = "A" value = "b" }, or a list."""
    if not has_any(text, _IN_LISTS) or _LISTS.search(text) is None:
        return []
    structure = CallStructure.of(text)
    found: dict[int, list[Setting]] = {}
    for match in (*_BLOCK.finditer(text), *_ITEM.finditer(text)):
        container = structure.around(match.start("open"))
        setting = Setting(match["name"], match["value"], line_of(text, match.start("value")))
        found.setdefault(container, []).append(setting)
    return [
        VariableGroup(f"container (line {line_of(text, max(at, 0))})", tuple(variables))
        for at, variables in found.items()
    ]


def _of_run(run: ContainerRun, files: Mapping[str, str], shell: Sequence[Setting]) -> VariableGroup:
    """The variables of a container: of its files, of the shell, then its own."""
    known = {each.key: each.value for each in shell}
    found = list(variables_of_files([run], files))
    found += [replace(e, value=known.get(e.key, f"${{{e.key}}}")) for e in run.passed]
    return VariableGroup(run.place, (*found, *run.variables))


def variables_of_files(runs: Iterable[ContainerRun], files: Mapping[str, str]) -> Iterator[Setting]:
    """The variables of the files that these containers get."""
    for run in runs:
        for file in run.files:
            for each in variables_of_file(files.get(file.value, "")):
                yield Setting(each.key, each.value, file.line, f"--env-file {file.value}")


def absent_of_runs(
    runs: Sequence[ContainerRun], files: Mapping[str, str]
) -> Iterator[AbsentVariables]:
    """The files with variables of containers that were not found."""
    for run in runs:
        for each in run.open_options:
            yield AbsentVariables((0, run.place), each.line, f"{each.key} in a command")
        for each in run.files:
            if each.value not in files:
                yield AbsentVariables((0, run.place), each.line, f"--env-file {each.value}")


def variables_of_file(text: str) -> list[Setting]:
    """The variables of a file, the last one of a name; each resolved from those before it."""
    known: dict[str, str] = {}
    found: dict[str, Setting] = {}
    for each in assignments(text):
        key = each.key.rpartition("/")[2]
        if _NAME.match(key) and len(found) < MAX_VARIABLES_OF_FILE:
            value = resolve(each.value, known)
            known[key] = value
            found[key] = replace(each, key=key, value=value)
    return list(found.values())


def variables_at(variables: Sequence[Setting], line: int) -> Iterator[Setting]:
    """The variables as they are in a line of a script; before it is set, one counts as later."""
    before = [each for each in variables if each.line <= line]
    known = {each.key for each in before}
    yield from (each for each in variables if each.line > line and each.key not in known)
    yield from before


def _of_arguments(text: str) -> Iterator[Setting]:
    """Variables of libpq that a program gives to a process: env.update(PGSSLMODE="require")."""
    for number, line in enumerate(text.split("\n"), 1):
        if "PG" in line and not line.lstrip().startswith(("#", "//", "-- ")):
            for match in _ARGUMENT.finditer(line):
                yield Setting(match["name"], match["value"], number)


def _of_programs(text: str) -> Iterator[Setting]:
    """The variables of its own process that a program sets: os.environ["PGSSLMODE"] = "require"."""
    found = _SET.finditer(text) if has_any(text, _SETS) else iter(())
    for match in islice(found, MAX_VARIABLES_OF_FILE):
        value = match["value"] if match["number"] is None else match["number"]
        yield Setting(match["name"], value, line_of(text, match.start("name")))


def _of_supervisor(text: str) -> Iterator[Setting]:
    """The variables of supervisord, on a line of its own with commas: environment=A="b",C="d"."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("environment=", "environment =")):
            for name, value in _LISTED.findall(line):
                yield Setting(name, value.strip("\"'"), number)


def _of_lines(text: str) -> Iterator[Setting]:
    """Variables that share a line: ENV A=1 B=2, PGSSLMODE=require psql, ( export A=1; psql )."""
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip().lstrip("( ")
        listed = content.startswith(("ENV ", "Environment="))
        if "=" not in content or not (listed or _BEFORE_COMMAND.match(content)):
            continue
        for name, value in (_LISTED_PAIR if listed else _PAIR_OF_SHELL).findall(content):
            yield Setting(name, value.strip("\"'"), number)
