"""What stands around the connections of a document: variables, JVM options, mounted files."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import field, replace
from types import MappingProxyType
from typing import Final

from unpin.configurations.frameworks.environment_names import environment_properties
from unpin.configurations.frameworks.servers import server_lines, server_properties
from unpin.configurations.frameworks.spring import pool_properties, source_lines
from unpin.configurations.jvm_options import properties_of
from unpin.configurations.model import (
    AbsentVariables,
    ClientConnection,
    Document,
    Form,
    Setting,
    Syntax,
)
from unpin.configurations.platforms.mounted_files import (
    NOTHING_MOUNTED,
    MountedFiles,
    mounted_files,
)
from unpin.configurations.programs.builder_calls import program_properties
from unpin.configurations.programs.go_calls import registered_configurations
from unpin.configurations.scripts.container_runs import ContainerRun
from unpin.configurations.scripts.shell_sources import subshells
from unpin.configurations.variable_references import absence_notes, open_variables
from unpin.configurations.variables import (
    CONTAINERS,
    VariableGroup,
    absent_of_runs,
    variable_groups,
    variables_at,
)
from unpin.model.values import frozen

_CONTAINER: Final = re.compile(
    rf"(?P<place>.*?(?:{CONTAINERS}|(?:\A|\.)services\.[^.]{{1,200}}))(?:\.|\Z)"
)
_VARIABLES: Final = re.compile(
    r"(?:\A|\.)(?:env|environment|environmentVariables|variables|extraEnv|extraEnvVars|envVars"
    r"|container\.env)\Z"
)
"""The last part of the path of variables; what they belong to is before it."""

_EXPORT: Final = re.compile(r"export\s")
_DECIDES: Final = re.compile(r"\APG|SSL|TRUST|CERT|_OPT|URL|\ANODE_")
_PART: Final = re.compile(r"[^.\[]+|\[\d+\]")
ANYWHERE: Final = (0, "")
"""The place of what is not known to belong to a process."""


_QUOTED: Final = re.compile(r"\"[^\"\n]{0,2000}\"")
_COMMAND: Final = "command line"
"""The origin of the options of a JVM that a command has."""


@frozen(slots=False)
class Surroundings:
    """What stands around the connections of a document. A place has the number of its part."""

    document: Document
    groups: tuple[VariableGroup, ...]
    scopes: dict[tuple[int, str], tuple[VariableGroup, ...]]
    by_line: dict[int, list[VariableGroup]]
    paths: dict[int, tuple[int, str]]
    options: dict[tuple[int, str], tuple[Setting, ...]]
    program: dict[str, tuple[Setting, ...]]
    lines: tuple[str, ...]
    is_script: bool
    subshells: tuple[range, ...]
    beans: dict[str | None, list[Setting]]
    properties: dict[tuple[int, str], Document]
    sources: dict[int, str]
    registered: tuple[Setting, ...]
    mounted: dict[tuple[int, str], MountedFiles]
    absent: tuple[AbsentVariables, ...]
    runs: dict[int, ContainerRun]
    joined: dict[int, tuple[Setting, ...]] = field(default_factory=dict)
    """The variables of groups, by their id, with those of what they are a part of."""

    @classmethod
    def of(
        cls,
        document: Document,
        program: str,
        own: tuple[Setting, ...],
        runs: Sequence[ContainerRun],
        others: Collection[int],
    ) -> "Surroundings":
        """The surroundings; `own` are the system properties that the `program` sets.

        `runs` are containers that commands start; on the lines `others` are variables of a command
        alone.
        """
        groups = variable_groups(document, runs, others)
        by_run = {line: run for run in runs for line in run.lines}
        of_places = {run.place: run for run in runs}
        options = {
            (group.part, group.place): properties_of(
                [*_of_container(document, group, of_places.get(group.place)), *group.variables]
            )
            for group in groups
            if group.place
        }
        everything = dict.fromkeys(
            [*document.settings, *(each for group in groups for each in group.variables)]
        )
        lines = tuple(program.split("\n")) if document.is_plain else ()
        commands = _java_commands(document, lines, by_run.keys())
        options[ANYWHERE] = (*own, *properties_of([*everything, *commands]))
        properties = dict(_properties_of_groups(document, groups))
        sources = source_lines(document) | server_lines(document)
        for each in properties.values():
            sources |= source_lines(each)
        absent = (*document.absent, *absent_of_runs(runs, document.variable_files))
        by_line: dict[int, list[VariableGroup]] = {}
        for group in groups:
            for line in {each.line for each in group.variables}:
                by_line.setdefault(line, []).append(group)
        by_place = {group.place: group for group in groups}
        return cls(
            document,
            groups,
            {} if document.is_plain else _scopes(groups, absent),
            by_line | {line: [by_place[run.place]] for line, run in by_run.items()},
            {each.line: (each.part, each.key) for each in reversed(document.settings)},
            options,
            program_properties(program),
            lines,
            _is_script(lines),
            subshells(lines),
            pool_properties(document) | server_properties(document),
            properties,
            sources,
            registered_configurations(program),
            mounted_files(document, runs),
            absent,
            by_run,
        )

    def all_around(self, connection: ClientConnection) -> Iterator[ClientConnection]:
        """The connection with what is around it, in each of the processes that have it.

        Several have it if an alias of YAML gives its variable to all of them.
        """
        groups = self.by_line.get(connection.line, [])
        if len(groups) < 2:
            yield self.around(connection)
            return
        known: list[tuple[tuple[Setting, ...], MountedFiles]] = []
        for group in groups:
            found = self._with_group(connection, group)
            tls = tuple(each for each in found.environment if _DECIDES.search(each.key))
            around = tls, MountedFiles(found.mounted, found.user_home)
            if around not in known:
                known.append(around)
                yield found

    def around(self, connection: ClientConnection) -> ClientConnection:
        """The connection with the variables, JVM options and properties around it."""
        return self._with_group(connection, self._group_at(connection.line))

    def _with_group(
        self, connection: ClientConnection, group: VariableGroup | None
    ) -> ClientConnection:
        parameters = connection.parameters
        if connection.form is Form.JDBC:
            given = self._properties_of(connection)
            parameters = (*given, *self._beans_of(connection, group), *parameters)
        if connection.drivers == ("go-sql-driver",):
            parameters = (*parameters, *self.registered)
        place = ANYWHERE if group is None else (group.part, group.place)
        options = self.options[place if place in self.options else ANYWHERE]
        if self.document.is_plain:
            options = _of_own_command(options, connection.line)
        at = self._container_at(connection.line, place)
        absent = list(self._absent_at(connection.line, place))
        mounted = self.mounted_in(at)
        variables = self._variables(connection.line, group)
        if absent or connection.environment:
            variables = (*open_variables(absent), *variables, *connection.environment)
        return replace(
            connection,
            parameters=parameters,
            environment=variables,
            options=options,
            mounted=mounted.files,
            user_home=connection.user_home or mounted.home,
            notes=(*connection.notes, *absence_notes(absent)),
        )

    def _beans_of(
        self, connection: ClientConnection, group: VariableGroup | None
    ) -> Iterator[Setting]:
        """What pools give to the driver: by the document, or the variables of the process."""
        place = ANYWHERE if group is None else (group.part, group.place)
        source = self.sources.get(connection.line)
        found = [self.beans]
        if place in self.properties:
            found.append(pool_properties(self.properties[place]))
        for beans in found:
            yield from beans.get(None, ())
            if source is not None:
                yield from beans.get(source, ())

    def _absent_at(self, line: int, place: tuple[int, str]) -> Iterator[AbsentVariables]:
        """What is absent of the process at a place, or around what stands on a line."""
        around = {place}
        if not self.document.is_plain:
            part, path = self.paths.get(line, ANYWHERE)
            around |= {(part, group.place) for group in self._groups_around(part, path)}
        yield from (each for each in self.absent if each.place in around)

    def variables_of(self, part: int, path: str) -> tuple[Setting, ...]:
        """The variables of what stands at a path, and of all around it, the outer ones first."""
        around = self._groups_around(part, path)
        return tuple(setting for group in around for setting in group.variables)

    def _groups_around(self, part: int, path: str) -> Iterator[VariableGroup]:
        """The variables of what stands at a path, and of all that it is a part of, outer first."""
        yield from self.scopes.get((part, ""), ())
        for match in _PART.finditer(path):
            yield from self.scopes.get((part, path[: match.end()]), ())

    def merged(self, group: VariableGroup) -> tuple[Setting, ...]:
        """The variables of a group with those of what it is a part of."""
        if self.document.is_plain or not group.place:
            return group.variables
        known = self.joined.get(id(group))
        if known is None:
            around = self.variables_of(group.part, _owner(group.place))
            known = around if set(group.variables) <= set(around) else (*around, *group.variables)
            self.joined[id(group)] = known
        return known

    def _group_at(self, line: int) -> VariableGroup | None:
        group = next(iter(self.by_line.get(line, [])), None)
        if group is None and self.document.is_plain:
            return next((each for each in self.groups if not each.place), None)
        if group is None and line in self.paths:
            around = [
                each for each in self._groups_around(*self.paths[line]) if each in self.groups
            ]
            group = around[-1] if around else None
        if group is None and len(self.groups) == 1:
            group = self.groups[0]
        return group

    def _variables(self, line: int, group: VariableGroup | None) -> tuple[Setting, ...]:
        """The variables of a group; in a script, as they are where the connection is made."""
        if group is None:
            return ()
        if group.place or not self.is_script:
            return self.merged(group)
        visible = [
            each
            for each in group.variables
            if all(each.line not in lines or line in lines for lines in self.subshells)
        ]
        return tuple(variables_at(visible, line))

    def _properties_of(self, connection: ClientConnection) -> tuple[Setting, ...]:
        """What the program gives to a connection; an open property where that is not known."""
        if not self.program:
            return ()
        lines = self.lines[max(0, connection.line - 1) : connection.line + 2]
        statement = _QUOTED.sub('""', " ".join(lines)).partition(";")[0]
        named = [each for each in self.program if each and re.search(rf"\b{each}\b", statement)]
        if named:
            return tuple(setting for name in named for setting in self.program[name])
        if "getConnection(" in statement:
            return ()
        if len(self.program) == 1:
            return next(iter(self.program.values()))
        return (Setting("${properties}", "", connection.line),)

    def _container_at(self, line: int, place: tuple[int, str]) -> tuple[int, str]:
        """The place of the container around a line, or else that of its variables."""
        if len(self.by_line.get(line, [])) > 1:
            return place
        part, path = self.paths.get(line, ANYWHERE)
        found = _CONTAINER.match(path)
        return place if found is None or self.document.is_plain else (part, found["place"])

    def place_of(self, setting: Setting) -> tuple[int, str]:
        """The number of the document of a setting, and the path of its container there."""
        run = self.runs.get(setting.line)
        if run is not None:
            return (0, run.place)
        match = _CONTAINER.match(setting.key)
        return ANYWHERE if match is None else (setting.part, match["place"])

    def settings_of_runs(self) -> Iterator[Setting]:
        """What may have JVM options of the containers that commands start."""
        for run in dict.fromkeys(self.runs.values()):
            yield from _lines_of_run(self.document, run)
            yield from self.by_line[run.lines.start][0].variables

    def mounted_in(self, place: tuple[int, str]) -> MountedFiles:
        """The files of the container that has these variables; of all, if it is not known."""
        part, path = place
        own = self.mounted.get((part, re.sub(r"\.env(?:ironment)?\Z", "", path)))
        if own is not None:
            return own
        if _CONTAINER.match(path) or not self.mounted or self.document.is_plain:
            return NOTHING_MOUNTED
        files: dict[str, str] = {}
        for each in self.mounted.values():
            files |= each.files
        homes = [each.home for each in self.mounted.values() if each.home]
        return MountedFiles(MappingProxyType(files), homes[-1] if homes else None)


def _properties_of_groups(
    document: Document, groups: Sequence[VariableGroup]
) -> Iterator[tuple[tuple[int, str], Document]]:
    """The properties that variables set, as a document for each process."""
    for group in groups:
        found = tuple(environment_properties(group.variables))
        if found:
            own = replace(document, text="", syntax=Syntax.ASSIGNMENTS, settings=found)
            yield (group.part, group.place), own


def _of_container(
    document: Document, group: VariableGroup, run: ContainerRun | None
) -> Iterator[Setting]:
    """The settings that may have JVM options of the container of a group."""
    if run is not None:
        yield from _lines_of_run(document, run)
        return
    match = _CONTAINER.match(group.place)
    if match is not None:
        prefix = f"{match['place']}."
        for each in document.settings:
            inside = each.part == group.part and each.key.startswith(prefix)
            if inside and "-D" in each.value and not each.key.startswith(f"{prefix}env"):
                yield each


def _lines_of_run(document: Document, run: ContainerRun) -> Iterator[Setting]:
    """The lines of a command that starts a container, without the values of variables."""
    lines = document.text.split("\n")
    for number in run.lines:
        line = lines[number - 1]
        for each in run.variables:
            line = line.replace(each.value, "") if each.value else line
        yield Setting("", line, number)


def _owner(place: str) -> str:
    """What the variables at a place belong to."""
    return _VARIABLES.sub("", place)


def _scopes(
    groups: Sequence[VariableGroup], absent: Sequence[AbsentVariables]
) -> dict[tuple[int, str], tuple[VariableGroup, ...]]:
    """The groups by what they belong to; before them, as open, what is absent there."""
    found: dict[tuple[int, str], list[VariableGroup]] = {}
    for each in absent:
        part, place = each.place
        group = VariableGroup(place, tuple(open_variables([each])), part)
        found.setdefault((part, _owner(place)), []).append(group)
    for group in groups:
        if group.place:
            found.setdefault((group.part, _owner(group.place)), []).append(group)
    return {scope: tuple(several) for scope, several in found.items()}


def _is_script(lines: Sequence[str]) -> bool:
    starts = (line.lstrip() for line in lines if "export" in line or "#!" in line)
    return any(start.startswith("#!") or _EXPORT.match(start) for start in starts)


def _java_commands(
    document: Document, lines: Sequence[str], others: Collection[int]
) -> list[Setting]:
    """The commands of a script that have options of a JVM; on the lines `others` are containers."""
    taken = {each.line for each in document.settings} | set(others)
    return [
        Setting("", line, number)
        for number, line in enumerate(lines, 1)
        if "-D" in line and number not in taken and not line.lstrip().startswith("#")
    ]


def _of_own_command(options: tuple[Setting, ...], line: int) -> tuple[Setting, ...]:
    """The options, those of another command left out where this line has its own."""
    if not any(each.line == line and each.origin == _COMMAND for each in options):
        return options
    return tuple(each for each in options if each.line == line or each.origin != _COMMAND)
