"""Find the connections of a document, each with the variables and JVM options around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from unpin.configurations.driver_hints import hints_of, with_hints
from unpin.configurations.jvm_options import build_properties_of, properties_of
from unpin.configurations.key_value_strings import key_value_strings_in
from unpin.configurations.micronaut import micronaut_connections
from unpin.configurations.model import (
    AbsentVariables,
    ClientConnection,
    Document,
    Form,
    Setting,
    at_most,
)
from unpin.configurations.mounted_files import NOTHING_MOUNTED, MountedFiles, mounted_files
from unpin.configurations.placeholders import known_values, resolved_connection
from unpin.configurations.products import BUILD_ONLY, options_connection, product_connections
from unpin.configurations.programs.builder_calls import program_properties, system_properties
from unpin.configurations.programs.go_calls import registered_configurations
from unpin.configurations.programs.joined_strings import (
    appended_names,
    joined_strings,
    name_of_string,
)
from unpin.configurations.programs.program_calls import MAX_PROGRAM, program_connections
from unpin.configurations.sibling_keys import sibling_connections
from unpin.configurations.spring import pool_properties, source_lines, spring_connections
from unpin.configurations.urls import urls_in
from unpin.configurations.variable_references import absence_notes, open_variables
from unpin.configurations.variables import VariableGroup, variable_groups
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError

MAX_CONNECTIONS: Final = 500
"""The most connections of a document."""

_FIRST_KEYS: Final = frozenset(
    {"host", "hostaddr", "server", "source", "addr", "address", "driver", "dsn", "database", "user",
     "username", "uid", "dbname", "sslmode", "port", "password", "id", "mode"}
)  # fmt: skip
"""The last words of keys with which a connection string may begin."""

_OF_PRODUCT: Final = re.compile(
    r"(?:\A|//)(?:vertx\.pg\.client\.uri|quarkus\.datasource\.reactive\.url)\Z"
    r"|\.connection-?properties\Z", re.IGNORECASE,
)  # fmt: skip
"""Keys whose URLs and strings the reader of their product finds: it knows the driver."""

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
_COMMENTS: Final = ("#", "//", "--", ";")
_MOST_LINES: Final = 100
"""The most lines of a string."""

_TRUST_STORE: Final = "javax.net.ssl.trustStore"
_CONTAINER: Final = re.compile(
    r"(?P<place>.*?(?:[cC]ontainers\[\d+\]|(?:\A|\.)services\.[^.]{1,200}))(?:\.|\Z)"
)
_ANYWHERE: Final = (0, "")
"""The place of what is not known to belong to a process."""


def connections_in(document: Document, errors: list[UnpinError]) -> tuple[ClientConnection, ...]:
    """The connections, in the order of their lines; a bound that cut them goes to `errors`."""
    errors += [
        LimitExceededError(f"{document.name}: not read in full: {each}", "part the file")
        for each in document.unread
    ]

    def kept(readers: Iterable[ClientConnection]) -> list[ClientConnection]:
        known: list[ClientConnection] = []
        try:
            known.extend(at_most(readers, MAX_CONNECTIONS, "connections", document))
        except LimitExceededError as error:
            errors.append(error)
        return known

    joined = joined_strings(document.text) if document.is_plain else document.text
    found = [
        *kept(_with_open_ends(_strings(document, joined), document)),
        *kept(product_connections(document)),
        *kept(spring_connections(document)),
        *kept(micronaut_connections(document)),
        *kept(program_connections(document, joined)),
    ]
    if not any(each.form in {Form.URI, Form.KEYWORDS} for each in found):
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


def _strings(document: Document, joined: str) -> Iterator[ClientConnection]:
    """The connections of URLs and connection strings; `joined` is the text of a program."""
    seen: set[int] = set()
    for chunk in _chunks(document, joined):
        found = [chunk.with_lines(each) for each in _in_text(chunk.text, document, chunk.first)]
        seen |= chunk.lines if found else set()
        yield from found
    for each in document.settings:
        if each.line in seen:
            continue
        if ("//" in each.key and "\n" in each.value) or _is_begun(each, document):
            continue
        if _OF_PRODUCT.search(each.key):
            seen.add(each.line)
            continue
        found = list(_in_text(each.value, document, each.line))
        seen |= {connection.line for connection in found} if found else set()
        yield from found
    if document.is_plain:
        for number, line in enumerate(document.text.split("\n"), 1):
            if number not in seen and not line.lstrip().startswith(_COMMENTS):
                yield from _in_text(line, document, number)


def _with_open_ends(
    found: Iterable[ClientConnection], document: Document
) -> Iterator[ClientConnection]:
    """The connections of strings; one that goes on elsewhere may have more parameters there."""
    if not document.is_plain:
        yield from found
        return
    lines = document.text.split("\n")
    appended: frozenset[str] | None = None
    for each in found:
        name = name_of_string(lines[each.line - 1]) if 0 < each.line <= len(lines) else None
        if name is not None and appended is None:
            appended = appended_names(document.text)
        if name is None or appended is None or name not in appended:
            yield each
        else:
            more = Setting(f"${{{name}...}}", "", each.line)
            yield replace(each, parameters=(*each.parameters, more))


@dataclass(frozen=True)
class _Chunk:
    """Lines of a text that make one string, and that string."""

    text: str
    first: int
    own: tuple[str, ...]

    @property
    def lines(self) -> set[int]:
        """The numbers of the lines."""
        return set(range(self.first, self.first + len(self.own)))

    def with_lines(self, connection: ClientConnection) -> ClientConnection:
        """The connection with each parameter on the line that names it."""
        return replace(
            connection,
            parameters=tuple(
                replace(each, line=self._line_of(each)) for each in connection.parameters
            ),
        )

    def _line_of(self, setting: Setting) -> int:
        named = re.compile(rf"(?<![\w.]){re.escape(setting.key)}\s?=")
        lines = (number for number, line in enumerate(self.own) if named.search(line))
        return self.first + next(lines, 0)


def _chunks(document: Document, joined: str) -> Iterator[_Chunk]:
    """The strings of several pieces: joined by an operator, or by a backslash at the end of a line.

    Those of an assignment are a value (`assignments`).
    """
    if not document.is_plain:
        return
    own = document.text.split("\n")
    lines = joined.split("\n")
    assigned = {each.line for each in document.settings}
    at = 0
    while at < len(lines):
        first, text = at, lines[at]
        at += 1
        while at < len(lines) and at - first < _MOST_LINES:
            if first + 1 not in assigned and text.rstrip("\r").endswith("\\"):
                text = text.rstrip("\r")[:-1] + lines[at]
            elif lines[at] or not own[at].strip():
                break
            at += 1
        if text != own[first] and not text.lstrip().startswith(_COMMENTS):
            yield _Chunk(text, first + 1, tuple(own[first:at]))


def _is_begun(setting: Setting, document: Document) -> bool:
    """Whether the key of an assignment is the first key of a connection string: Host=...;SSL..."""
    plain = document.is_plain
    return plain and setting.key.lower() in _FIRST_KEYS and setting.value.find("=") > 0


def _in_text(text: str, document: Document, line: int) -> Iterator[ClientConnection]:
    urls = list(urls_in(text, document.name, line))
    yield from urls
    if not urls and "=" in text:
        yield from key_value_strings_in(text, document.name, line)


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
    program: tuple[Setting, ...]
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
            parameters = (*self.program, *self.beans.get(None, ()), *own, *parameters)
        if connection.drivers == ("go-sql-driver",):
            parameters = (*parameters, *self.registered)
        place = _ANYWHERE if group is None else (group.part, group.place)
        absent = [each for each in self.absent if each.place == place]
        mounted = self.mounted_in(place)
        return replace(
            connection,
            parameters=parameters,
            environment=(*open_variables(absent), *(() if group is None else group.variables)),
            options=self.options[place if place in self.options else _ANYWHERE],
            mounted=mounted.files,
            user_home=connection.user_home or mounted.home,
            notes=(*connection.notes, *absence_notes(absent)),
        )

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


def _of_environment(
    document: Document, groups: Sequence[VariableGroup], found: Sequence[ClientConnection]
) -> Iterator[ClientConnection]:
    """Connections that only the environment describes: PGHOST and the like, or Node's variables."""
    used = {variable for each in found for variable in each.environment}
    for group in groups:
        names = {each.key: each for each in group.variables}
        taken = not used.isdisjoint(group.variables)
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
        options = (*own, *properties_of(inside))
        named = [each.line for each in options if each.key == _TRUST_STORE]
        if named and place not in told:
            yield ClientConnection(
                "Java program", Form.ENVIRONMENT, ("jvm",), document.name, min(named),
                options=options, mounted=surroundings.mounted_in(place).files,
            )  # fmt: skip


def _container_of(setting: Setting) -> tuple[int, str]:
    """The number of the document of a setting, and the path of its container or service there."""
    match = _CONTAINER.match(setting.key)
    return _ANYWHERE if match is None else (setting.part, match["place"])
