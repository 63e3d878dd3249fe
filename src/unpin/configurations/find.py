"""Find the connections of a document, each with the variables and JVM options around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from unpin.configurations.connection_strings import string_connections
from unpin.configurations.driver_hints import hints_of, with_hints
from unpin.configurations.jvm_options import OF_EVERY_JVM, build_properties_of, properties_of
from unpin.configurations.micronaut import micronaut_connections
from unpin.configurations.model import (
    AbsentVariables,
    ClientConnection,
    Document,
    Form,
    Setting,
    at_most,
    until_limit,
)
from unpin.configurations.placeholders import known_values, resolved_connection
from unpin.configurations.platforms.mounted_files import (
    NOTHING_MOUNTED,
    MountedFiles,
    mounted_files,
)
from unpin.configurations.products import BUILD_ONLY, options_connection, product_connections
from unpin.configurations.programs.builder_calls import (
    SET_BY_PROGRAM,
    program_properties,
    system_properties,
)
from unpin.configurations.programs.go_calls import registered_configurations
from unpin.configurations.programs.joined_strings import (
    joined_strings,
)
from unpin.configurations.programs.other_settings import with_other_settings
from unpin.configurations.programs.php_calls import command_connections
from unpin.configurations.programs.program_calls import MAX_PROGRAM, program_connections
from unpin.configurations.sibling_keys import sibling_connections
from unpin.configurations.spring import pool_properties, source_lines, spring_connections
from unpin.configurations.variable_references import absence_notes, open_variables
from unpin.configurations.variables import (
    CONTAINERS,
    VariableGroup,
    variable_groups,
    variables_at,
)
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError

MAX_CONNECTIONS: Final = 500
"""The most connections of a document."""


_MOST_ALIKE: Final = 20
"""The most connections with one title on one line."""

_JAVA: Final = frozenset(
    {"pgjdbc", "mysql-connector-j", "mariadb-connector-j", "mssql-jdbc", "kafka", "jvm-client",
     "r2dbc-postgresql", "r2dbc-mysql", "r2dbc-mariadb", "vertx-pg", "zookeeper"}
)  # fmt: skip
_OF_LIBPQ: Final = frozenset({"PGHOST", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE", "PGREQUIRESSL"})
_OF_NODE: Final = frozenset({"NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"})
_REJECT: Final = "NODE_TLS_REJECT_UNAUTHORIZED"
_OF_IMAGE: Final = "a setting of an image; no connection is described"
_ENVIRONMENT_DRIVERS: Final = ("libpq", "node-postgres", "asyncpg", "lib/pq", "pgx", "npgsql")
_IN_BUILD: Final = re.compile(
    r"(?:^|/)\.mvn/|(?:^|/)jvm\.config\Z|gradle\.properties\Z|(?:^|/)pom\.xml\Z"
)

_TRUST_STORE: Final = "javax.net.ssl.trustStore"
_CONTAINER: Final = re.compile(
    rf"(?P<place>.*?(?:{CONTAINERS}|(?:\A|\.)services\.[^.]{{1,200}}))(?:\.|\Z)"
)
_OF_EVERY_JVM: Final = OF_EVERY_JVM | {SET_BY_PROGRAM}
_ANYWHERE: Final = (0, "")
"""The place of what is not known to belong to a process."""


def connections_in(
    document: Document, errors: list[UnpinError], *, siblings: bool = True
) -> tuple[ClientConnection, ...]:
    """The connections, in the order of their lines; a bound that cut them goes to `errors`.

    Without `siblings`, keys beside each other make none: those of a chart's values mean what its
    templates make of them.
    """
    errors += [
        LimitExceededError(f"{document.name}: not read in full: {each}", "part the file")
        for each in document.unread
    ]

    def kept(readers: Iterable[ClientConnection]) -> list[ClientConnection]:
        return until_limit(at_most(readers, MAX_CONNECTIONS, "connections", document), errors)

    joined = joined_strings(document.text) if document.is_plain else document.text
    found = [
        *kept(string_connections(document, joined)),
        *kept(product_connections(document)),
        *kept(spring_connections(document)),
        *kept(micronaut_connections(document)),
        *kept(program_connections(document, joined)),
        *kept(_commands_within(document)),
    ]
    alone = any(each.form in {Form.URI, Form.KEYWORDS} for each in found)
    if siblings and not alone:
        found += kept(sibling_connections(document))
    program = joined[:MAX_PROGRAM]
    own = system_properties(program)
    surroundings = _Surroundings.of(document, program, own)
    found = [surroundings.around(each) for each in _distinct(found)]
    others = kept(_of_environment(document, surroundings.groups, found))
    found += [surroundings.around(each) for each in others]
    found += kept(_of_jvm(document, joined, found, own, surroundings))
    hints = hints_of(document)
    values = known_values(document)
    errors += _unseen(document, found)
    found = with_other_settings(document, found)
    if document.notes:
        found = [replace(each, notes=(*each.notes, *document.notes)) for each in found]
    errors += [
        UnreadableFileError(f"{document.name}: {each}", "helm template CHART | unpin doctor -")
        for each in document.left_out
    ]
    in_order = sorted(found, key=lambda connection: connection.line)
    return tuple(resolved_connection(with_hints(each, hints), values) for each in kept(in_order))


def _unseen(document: Document, found: Sequence[ClientConnection]) -> Iterator[UnpinError]:
    """An error for what is absent and may describe a connection, if no connection says so."""
    said = {note for each in found for note in each.notes}
    for note in dict.fromkeys(absence_notes(document.absent)):
        if note not in said:
            yield UnreadableFileError(
                f"{document.name}: {note}; a connection may be described there",
                "give unpin the file, or the manifest of the Secret or ConfigMap, too",
            )


def _distinct(found: Sequence[ClientConnection]) -> Iterator[ClientConnection]:
    """Each connection once: of several with one URL the one that has more parameters."""
    places: dict[tuple[str, Form, int], list[ClientConnection]] = {}
    for each in found:
        known = places.setdefault((each.title, each.form, each.line), [])
        if not any(_is_part(each, other) for other in known):
            known[:] = [*(other for other in known if not _is_part(other, each)), each][
                :_MOST_ALIKE
            ]
    for known in places.values():
        yield from known


def _is_part(one: ClientConnection, other: ClientConnection) -> bool:
    """Whether `other` has the same or more parameters, and no other drivers."""
    more = set(one.parameters) <= set(other.parameters)
    return more and set(other.drivers) <= set(one.drivers)


@dataclass(frozen=True)
class _Surroundings:
    """What stands around the connections of a document. A place has the number of its part."""

    groups: tuple[VariableGroup, ...]
    by_line: dict[int, VariableGroup]
    options: dict[tuple[int, str], tuple[Setting, ...]]
    program: dict[str, tuple[Setting, ...]]
    lines: tuple[str, ...]
    beans: dict[str | None, list[Setting]]
    sources: dict[int, str]
    registered: tuple[Setting, ...]
    mounted: dict[tuple[int, str], MountedFiles]
    absent: tuple[AbsentVariables, ...]

    @classmethod
    def of(cls, document: Document, program: str, own: tuple[Setting, ...]) -> "_Surroundings":
        """The surroundings; `own` are the system properties that the `program` sets."""
        groups = variable_groups(document)
        options = {
            (group.part, group.place): properties_of(group.variables)
            for group in groups
            if group.place
        }
        everything = dict.fromkeys(
            [*document.settings, *(each for group in groups for each in group.variables)]
        )
        options[_ANYWHERE] = (*own, *properties_of(everything))
        return cls(
            groups,
            {each.line: group for group in reversed(groups) for each in group.variables},
            options,
            program_properties(program),
            tuple(program.split("\n")) if document.is_plain else (),
            pool_properties(document),
            source_lines(document),
            registered_configurations(program),
            mounted_files(document),
            document.absent,
        )

    def around(self, connection: ClientConnection) -> ClientConnection:
        """The connection with the variables, JVM options and properties around it."""
        group = self.by_line.get(connection.line)
        if group is None and len(self.groups) == 1:
            group = self.groups[0]
        parameters = connection.parameters
        if connection.form is Form.JDBC:
            own = self.beans.get(self.sources.get(connection.line), ())
            given = self._properties_of(connection)
            parameters = (*given, *self.beans.get(None, ()), *own, *parameters)
        if connection.drivers == ("go-sql-driver",):
            parameters = (*parameters, *self.registered)
        place = _ANYWHERE if group is None else (group.part, group.place)
        absent = [each for each in self.absent if each.place == place]
        mounted = self.mounted_in(place)
        return replace(
            connection,
            parameters=parameters,
            environment=(*open_variables(absent), *self._variables(connection, group)),
            options=self.options[place if place in self.options else _ANYWHERE],
            mounted=mounted.files,
            user_home=connection.user_home or mounted.home,
            notes=(*connection.notes, *absence_notes(absent)),
        )

    def _variables(
        self, connection: ClientConnection, group: VariableGroup | None
    ) -> tuple[Setting, ...]:
        """The variables of a group; in a script, as they are where the connection is made."""
        if group is None or not self.lines or not _is_script(self.lines):
            return () if group is None else group.variables
        return tuple(variables_at(group.variables, connection.line))

    def _properties_of(self, connection: ClientConnection) -> tuple[Setting, ...]:
        """What the program gives to a connection; an open property where that is not known."""
        if not self.program:
            return ()
        lines = self.lines[max(0, connection.line - 1) : connection.line + 2]
        statement = " ".join(lines).partition(";")[0]
        named = [each for each in self.program if each and re.search(rf"\b{each}\b", statement)]
        if named:
            return tuple(setting for name in named for setting in self.program[name])
        if "getConnection(" in statement:
            return ()
        if len(self.program) == 1:
            return next(iter(self.program.values()))
        return (Setting("${properties}", "", connection.line),)

    def mounted_in(self, place: tuple[int, str]) -> MountedFiles:
        """The files of the container that has these variables; of all, if it is not known."""
        part, path = place
        own = self.mounted.get((part, re.sub(r"\.env(?:ironment)?\Z", "", path)))
        if own is not None:
            return own
        if path.endswith(".env") or not self.mounted:
            return NOTHING_MOUNTED
        files: dict[str, str] = {}
        for each in self.mounted.values():
            files |= each.files
        homes = [each.home for each in self.mounted.values() if each.home]
        return MountedFiles(MappingProxyType(files), homes[-1] if homes else None)


def _commands_within(document: Document) -> Iterator[ClientConnection]:
    """The connections of commands in values: the steps of a workflow, the arguments of a pod."""
    if document.is_plain:
        return
    for each in document.settings:
        if "--ssl" in each.value:
            for found in command_connections(document, each.value):
                yield replace(found, line=found.line + each.line - 1)


def _of_environment(
    document: Document, groups: Sequence[VariableGroup], found: Sequence[ClientConnection]
) -> Iterator[ClientConnection]:
    """Connections that only the environment describes: PGHOST and the like, or Node's variables."""
    readers = {*_ENVIRONMENT_DRIVERS, "sqlx", "postgres.js", "prisma"}
    used = {variable for each in found for variable in each.environment}
    by_libpq = {
        variable
        for each in found
        if not readers.isdisjoint(each.drivers)
        for variable in each.environment
    }
    for group in groups:
        names = {each.key: each for each in group.variables}
        # A host of libpq's own is no part of what JDBC or another driver is told.
        own = by_libpq if "PGHOST" in names or "PGSERVICE" in names else used
        taken = not own.isdisjoint(group.variables)
        postgres = sorted(_OF_LIBPQ & names.keys())
        if postgres and not taken:
            host = names.get("PGHOST")
            lines = [names[name].line for name in postgres]
            title = (
                f"{group.place or 'environment'} to {host.value if host else 'the default host'}"
            )
            yield ClientConnection(
                title, Form.ENVIRONMENT, _ENVIRONMENT_DRIVERS, document.name, min(lines),
                host.value if host else None, environment=group.variables,
            )  # fmt: skip
        elif _OF_NODE & names.keys() and not taken:
            line = min(names[name].line for name in _OF_NODE & names.keys())
            image = re.search(r"(?m)^FROM\s", document.text) and _REJECT not in names
            yield ClientConnection(
                group.place or "Node", Form.ENVIRONMENT, ("node",), document.name, line,
                environment=group.variables, scope=_OF_IMAGE if image else None,
            )  # fmt: skip


def _of_jvm(
    document: Document,
    joined: str,
    found: Sequence[ClientConnection],
    own: tuple[Setting, ...],
    surroundings: _Surroundings,
) -> Iterator[ClientConnection]:
    """The JVM's own store, where no Java driver is told of; and that of a build."""
    settings = list(document.settings)
    if document.is_plain:
        lines = {each.line for each in settings}
        settings += [
            Setting("", line, number)
            for number, line in enumerate(joined.split("\n"), 1)
            if number not in lines and not line.lstrip().startswith("#")
        ]
    build = build_properties_of(settings)
    in_build = _IN_BUILD.search(PurePath(document.name).as_posix()) is not None
    if in_build:
        build = (*build, *own, *properties_of(settings))
    for each in build:
        if each.key == _TRUST_STORE:
            origin = f"-Djavax.net.ssl.trustStore of {each.origin}"
            setting = replace(each, key="store", origin=origin)
            kind = Setting("type", "JKS", each.line)
            yield options_connection(
                "JVM of the build", "jvm-client", document, [setting, kind], scope=BUILD_ONLY
            )
    if in_build:
        return
    containers: dict[tuple[int, str], list[Setting]] = {}
    for each in settings:
        containers.setdefault(_container_of(each), []).append(each)
    places = {each.line: place for place, inside in containers.items() for each in inside}
    told = {
        places.get(each.line, _ANYWHERE)
        for each in found
        if _JAVA & set(each.drivers) and not each.scope
    }
    for place, inside in containers.items():
        if place in told:
            continue
        for options in _command_lines((*own, *properties_of(inside))):
            named = [each.line for each in options if each.key == _TRUST_STORE]
            if named:
                yield ClientConnection(
                    "Java program", Form.ENVIRONMENT, ("jvm",), document.name, min(named),
                    options=options, mounted=surroundings.mounted_in(place).files,
                )  # fmt: skip


def _command_lines(options: tuple[Setting, ...]) -> Iterator[tuple[Setting, ...]]:
    """The options of each command line among them, with those that hold for every JVM."""
    stores = [each for each in options if each.key == _TRUST_STORE]
    lines = dict.fromkeys(each.line for each in stores if each.origin not in _OF_EVERY_JVM)
    if len(lines) < 2 or stores[0].origin in _OF_EVERY_JVM:  # which beats them
        yield options
        return
    for line in sorted(lines):
        yield tuple(each for each in options if each.origin in _OF_EVERY_JVM or each.line == line)


def _is_script(lines: Sequence[str]) -> bool:
    return any(re.match(r"\s*(?:export\s|#!)", line) for line in lines)


def _container_of(setting: Setting) -> tuple[int, str]:
    """The number of the document of a setting, and the path of its container or service there."""
    match = _CONTAINER.match(setting.key)
    return _ANYWHERE if match is None else (setting.part, match["place"])
