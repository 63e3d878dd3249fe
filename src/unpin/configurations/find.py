"""Find the connections of a document, each with the variables and JVM options around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from unpin.configurations.assignments import assignments
from unpin.configurations.connection_strings import string_connections
from unpin.configurations.driver_hints import (
    hints_of,
    namesakes_of,
    of_products,
    with_hints,
)
from unpin.configurations.frameworks.administration import (
    airflow_connections,
    ansible_connections,
    odbc_connections,
    powershell_connections,
)
from unpin.configurations.frameworks.applications import application_connections
from unpin.configurations.frameworks.doctrine import doctrine_connections
from unpin.configurations.frameworks.hocon import with_overrides
from unpin.configurations.frameworks.http_clients import http_client_connections
from unpin.configurations.frameworks.kafka_clients import kafka_connections, kafka_variables
from unpin.configurations.frameworks.keycloak import keycloak_connections
from unpin.configurations.frameworks.micronaut import micronaut_connections
from unpin.configurations.frameworks.poolers import pooler_connections
from unpin.configurations.frameworks.prefixed_keys import prefixed_connections
from unpin.configurations.frameworks.servers import server_connections
from unpin.configurations.frameworks.spring import spring_connections
from unpin.configurations.java_programs import java_programs
from unpin.configurations.lines import line_at
from unpin.configurations.model import (
    AbsentVariables,
    ClientConnection,
    Document,
    Form,
    Setting,
    Syntax,
    at_most,
    until_limit,
)
from unpin.configurations.placeholders import known_values, resolved_connections
from unpin.configurations.products import product_connections
from unpin.configurations.programs.appended_pieces import appended_connection
from unpin.configurations.programs.branches import in_each_branch
from unpin.configurations.programs.builder_calls import (
    properties_connections,
    system_properties,
)
from unpin.configurations.programs.joined_strings import joined_strings
from unpin.configurations.programs.other_settings import with_other_settings
from unpin.configurations.programs.php_arrays import has_driver_arrays
from unpin.configurations.programs.program_calls import MAX_PROGRAM, program_connections
from unpin.configurations.scripts.client_commands import own_lines
from unpin.configurations.scripts.container_runs import container_runs
from unpin.configurations.scripts.shell_sources import with_shell
from unpin.configurations.scripts.within import MAX_SCRIPTS, Script, scripts_in, written_variables
from unpin.configurations.sibling_keys import sibling_connections
from unpin.configurations.surroundings import Surroundings
from unpin.configurations.variable_references import absence_notes
from unpin.configurations.variables import variables_of_files
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError

MAX_CONNECTIONS: Final = 500
"""The most connections of a document."""


_OF_CONNECTION: Final = re.compile(
    r"(?i)conn(?:ection)?_?-?str|connectionstrings?__|(?:database|postgres\w*|pg|mysql|mariadb|sql|db|jdbc"
    r"|datasource|redis|mongo\w*)_?(?:url|uri|dsn)\Z|\Ajdbc"
)
_SECRET: Final = re.compile(
    r"@Microsoft\.KeyVault\(|\$\{secrets\.[\w.]+\}\Z|\{\{resolve:|arn:aws:secretsmanager|op://|vault:"
)
"""How a value begins that a platform takes from its store of secrets."""

_URL_KEY: Final = re.compile(
    r"(?i)datasource[\w.\-]*\.(?:jdbc-?)?url\Z|jdbc[.\-]?url\Z|connection-url\Z"
)
_URL_OPTION: Final = re.compile(
    r"(?<![\w-])(?P<option>--(?:connection-url|db-url|jdbc-url|url))=[\"']?(?P<name>\$\{?[A-Za-z_]\w{0,60}\}?)"
    r"(?=[\"'\s&?;]|\Z)"
)
_OPEN_VALUE: Final = re.compile(r"\$\{[\w.\-]+\}")
_Found = TypeVar("_Found")

_MOST_ALIKE: Final = 20
"""The most connections with one title on one line."""

_OF_LIBPQ: Final = frozenset({"PGHOST", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE", "PGREQUIRESSL"})
_OF_NODE: Final = frozenset({"NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED"})
_REJECT: Final = "NODE_TLS_REJECT_UNAUTHORIZED"
_OF_IMAGE: Final = "a setting of an image; no connection is described"
_ENVIRONMENT_DRIVERS: Final = ("libpq", "node-postgres", "asyncpg", "lib/pq", "pgx", "npgsql")


def connections_in(
    document: Document, errors: list[UnpinError], *, siblings: bool = True, within: bool = False
) -> tuple[ClientConnection, ...]:
    """The connections, in the order of their lines; a bound that cut them goes to `errors`.

    Without `siblings`, keys beside each other make none: those of a chart's values mean what its
    templates make of them. `within` says that the document is a script in another one, which knows
    the options of JVMs.
    """

    def read(each: Document, own: list[UnpinError]) -> tuple[ClientConnection, ...]:
        return _connections_in(each, own, siblings=siblings, within=within)

    return in_each_branch(document, errors, read)


def _connections_in(
    document: Document, errors: list[UnpinError], *, siblings: bool, within: bool
) -> tuple[ClientConnection, ...]:
    document = with_shell(document, within=within)
    errors += [
        LimitExceededError(f"{document.name}: not read in full: {each}", "part the file")
        for each in document.unread
    ]

    def kept(readers: Iterable[_Found]) -> list[_Found]:
        return until_limit(at_most(readers, MAX_CONNECTIONS, "connections", document), errors)

    joined = joined_strings(document.text) if document.is_plain else document.text
    scripts, settings = scripts_in(document)
    scripts = kept(at_most(scripts, MAX_SCRIPTS, "scripts", document))
    outer = replace(document, settings=tuple(settings))
    runs = tuple(kept(container_runs(document))) if document.is_plain else ()
    given = tuple(variables_of_files(runs, document.variable_files))
    outer, whole = (replace(e, settings=(*e.settings, *given)) for e in (outer, document))
    found = [
        *kept(string_connections(outer, joined)),
        *kept(kafka_connections(whole)),
        *kept(product_connections(whole)),
        *kept(spring_connections(whole)),
        *kept(micronaut_connections(whole)),
        *kept(doctrine_connections(whole)),
        *kept(server_connections(document)),
        *kept(http_client_connections(whole)),
        *kept(ansible_connections(whole)),
        *kept(odbc_connections(document)),
        *kept(pooler_connections(document)),
        *kept(powershell_connections(document)),
        *kept(program_connections(document, joined)),
    ]
    alone = any(each.form in {Form.URI, Form.KEYWORDS} for each in found)
    if siblings and not alone and not (document.is_plain and has_driver_arrays(document)):
        told = {each.line for connection in found for each in connection.parameters}
        beside = kept(sibling_connections(outer))
        found += [each for each in beside if each.line not in told]
    program = joined[:MAX_PROGRAM]
    own = system_properties(program)
    others = own_lines(found)
    surroundings = Surroundings.of(document, program, own, runs, others)
    if not any(each.form is Form.JDBC for each in found):
        found += kept(properties_connections(document, surroundings.program))
    variables = [group.variables for group in surroundings.groups]
    found += kept(airflow_connections(document, variables))
    found += [
        *kept(prefixed_connections(document, variables)),
        *kept(application_connections(whole, variables)),
        *kept(kafka_variables(whole, surroundings.groups)),
        *kept(keycloak_connections(whole, surroundings.groups)),
    ]
    for each in surroundings.properties.values():
        found += [
            *kept(kafka_connections(each)),
            *kept(product_connections(each)),
            *kept(spring_connections(each)),
            *kept(micronaut_connections(each)),
            *kept(http_client_connections(each)),
        ]
    found = [around for each in _distinct(found) for around in surroundings.all_around(each)]
    if scripts:
        found += kept(_of_scripts(document, scripts, surroundings, errors))
        limited = Surroundings.of(
            replace(document, settings=tuple(settings)), program, own, runs, others
        )
        found += kept(_of_environment(document, limited, found))
    else:
        described = kept(_of_environment(document, surroundings, found))
        found += [surroundings.around(replace(each, environment=())) for each in described]
    if not within:
        found += kept(java_programs(document, joined, found, own, surroundings))
    if not found and document.is_plain:
        found += appended_connection(document)
    errors += _not_described(document, surroundings, found, within=within)
    found = with_other_settings(document, found)
    if document.is_plain:
        found = with_overrides(found, document.settings)
    if document.notes:
        found = [replace(each, notes=(*each.notes, *document.notes)) for each in found]
    errors += [
        UnreadableFileError(f"{document.name}: {each}", "helm template CHART | unpin doctor -")
        for each in document.left_out
    ]
    if not found:
        return ()
    ordered = kept(sorted(found, key=lambda connection: connection.line))
    hints, namesakes = hints_of(document), namesakes_of(document)
    hinted = (with_hints(of_products(document, each), hints, namesakes) for each in ordered)
    return tuple(resolved_connections(hinted, known_values(document)))


def _not_described(
    document: Document,
    surroundings: Surroundings,
    found: Sequence[ClientConnection],
    *,
    within: bool,
) -> Iterator[UnpinError]:
    """An error for each place that may describe a connection which is not read."""
    yield from _unseen(document, surroundings.absent, found)
    if not found and not within:
        yield from _kept_elsewhere(document, surroundings)


def _unseen(
    document: Document, absent: Iterable[AbsentVariables], found: Sequence[ClientConnection]
) -> Iterator[UnpinError]:
    """An error for what is absent and may describe a connection, if no connection says so."""
    said = {note for each in found for note in each.notes}
    for note in dict.fromkeys(absence_notes(absent)):
        if note not in said:
            yield UnreadableFileError(
                f"{document.name}: {note}; a connection may be described there",
                "give unpin the file, or the manifest of the Secret or ConfigMap, too",
            )


def _kept_elsewhere(document: Document, surroundings: Surroundings) -> Iterator[UnpinError]:
    """An error for each variable that takes its connection from a store of secrets."""
    if document.is_plain and "url=" in document.text:
        for match in _URL_OPTION.finditer(document.text):
            if match["option"] == "--url" and "liquibase" not in document.text.lower():
                continue
            yield UnreadableFileError(
                f"{document.name}: {match['option']} in line {line_at(match)} is taken from"
                f" {match['name']}: a connection may be described there",
                "give unpin doctor the value itself, in quotes",
            )
    named = (each for group in surroundings.groups for each in group.variables)
    for each in dict.fromkeys([*document.settings, *named]):
        name = each.key.rpartition("//")[2].rpartition(".")[2]
        secret = _OF_CONNECTION.search(name) is not None and _SECRET.match(each.value) is not None
        if secret or (_URL_KEY.search(each.key) and _OPEN_VALUE.fullmatch(each.value)):
            where = "a store of secrets" if secret else each.value
            yield UnreadableFileError(
                f"{document.name}: {name} in line {each.line} is taken from {where}:"
                " a connection may be described there",
                "give unpin doctor the value itself, in quotes",
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


def _within(
    document: Document,
    script: Script,
    surroundings: Surroundings,
    steps: Sequence[Setting],
    errors: list[UnpinError],
) -> Iterator[ClientConnection]:
    """The connections of a script that is a value, on the lines of the document.

    `steps` are variables that the steps before it have written for it.
    """
    around = (*surroundings.variables_of(script.part, script.owner), *steps)
    known = {(each.key, each.value): each for each in around}
    inner = Document(
        document.name, script.text, Syntax.TEXT, tuple(assignments(script.text)),
        inherited=tuple(replace(each, line=0, part=0) for each in around),
        variable_files=document.variable_files,
    )  # fmt: skip

    def placed(setting: Setting) -> Setting:
        if not setting.line:
            return known.get((setting.key, setting.value), setting)
        return replace(setting, line=script.line(setting.line), part=script.part)

    for each in connections_in(inner, errors, within=True):
        outer = surroundings.around(replace(each, line=script.line(each.line), parameters=()))
        yield replace(
            each,
            line=outer.line,
            parameters=tuple(map(placed, each.parameters)),
            environment=tuple(map(placed, each.environment)),
            options=tuple(map(placed, each.options)) or outer.options,
            mounted=each.mounted or outer.mounted,
            user_home=each.user_home or outer.user_home,
            notes=tuple(dict.fromkeys((*each.notes, *outer.notes))),
        )


def _of_scripts(
    document: Document,
    scripts: Sequence[Script],
    surroundings: Surroundings,
    errors: list[UnpinError],
) -> Iterator[ClientConnection]:
    """The connections of all scripts; what a step writes for later ones counts in its job."""
    written: dict[tuple[int, str], list[Setting]] = {}
    for script in scripts:
        job = (script.part, re.sub(r"\[\d+\]\Z", "", script.owner))
        steps = written.setdefault(job, [])
        yield from _within(document, script, surroundings, tuple(steps), errors)
        steps += written_variables(script)


def _of_environment(
    document: Document, surroundings: Surroundings, found: Sequence[ClientConnection]
) -> Iterator[ClientConnection]:
    """Connections that only the environment describes: PGHOST and the like, or Node's variables."""
    readers = {*_ENVIRONMENT_DRIVERS, "sqlx", "postgres.js", "prisma"}
    used = _variables_of(found)
    by_libpq = _variables_of(each for each in found if not readers.isdisjoint(each.drivers))
    deepest_first = sorted(surroundings.groups, key=lambda each: -each.place.count("."))
    for group in deepest_first:
        variables = surroundings.merged(group)
        names = {each.key: each for each in variables}
        # A host of libpq's own is no part of what JDBC or another driver is told.
        own = by_libpq if "PGHOST" in names or "PGSERVICE" in names else used
        taken = not own.isdisjoint(group.variables)
        postgres = sorted(_OF_LIBPQ & names.keys())
        told = [each for each in group.variables if each.key in _OF_LIBPQ and _is_here(each)]
        if postgres and told and not taken:
            host = names.get("PGHOST")
            lines = [each.line for each in told]
            title = (
                f"{group.place or 'environment'} to {host.value if host else 'the default host'}"
            )
            yield ClientConnection(
                title, Form.ENVIRONMENT, _ENVIRONMENT_DRIVERS, document.name, min(lines),
                host.value if host else None, environment=variables,
            )  # fmt: skip
            used.update(variables)
            by_libpq.update(variables)
        elif _OF_NODE & names.keys() and not taken:
            told = [each for each in group.variables if each.key in _OF_NODE and _is_here(each)]
            if not told:
                continue
            image = re.search(r"(?m)^FROM\s", document.text) and _REJECT not in names
            yield ClientConnection(
                group.place or "Node", Form.ENVIRONMENT, ("node",), document.name,
                min(each.line for each in told), environment=variables,
                scope=_OF_IMAGE if image else None,
            )  # fmt: skip


def _variables_of(connections: Iterable[ClientConnection]) -> set[Setting]:
    """The variables around the connections: most of them share one tuple of thousands."""
    shared = {id(each.environment): each.environment for each in connections}
    return {variable for environment in shared.values() for variable in environment}


def _is_here(setting: Setting) -> bool:
    """Whether a variable is set in the document itself, and not around a script."""
    return setting.line > 0 or bool(setting.origin)
