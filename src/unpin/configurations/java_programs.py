"""Find the Java programs of a document that no driver is told of, and the stores of build tools."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from unpin.configurations.jvm_options import OF_EVERY_JVM, build_properties_of, properties_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.configurations.products import BUILD_ONLY, options_connection
from unpin.configurations.programs.builder_calls import SET_BY_PROGRAM
from unpin.configurations.surroundings import ANYWHERE, Surroundings

_JAVA: Final = frozenset(
    {"pgjdbc", "mysql-connector-j", "mariadb-connector-j", "mssql-jdbc", "kafka", "jvm-client",
     "r2dbc-postgresql", "r2dbc-mysql", "r2dbc-mariadb", "vertx-pg", "zookeeper"}
)  # fmt: skip
_IN_BUILD: Final = re.compile(r"(?:^|/)\.mvn/|(?:^|/)jvm\.config\Z|gradle\.properties\Z")

_TRUST_STORE: Final = "javax.net.ssl.trustStore"
_OF_EVERY_JVM: Final = OF_EVERY_JVM | {SET_BY_PROGRAM}


def java_programs(
    document: Document,
    joined: str,
    found: Sequence[ClientConnection],
    own: tuple[Setting, ...],
    surroundings: Surroundings,
) -> Iterator[ClientConnection]:
    """The JVM's own store, where no Java driver is told of; and that of a build."""
    settings = list(document.settings)
    if document.is_plain:
        taken = {each.line for each in settings} | surroundings.runs.keys()
        settings += [
            Setting("", line, number)
            for number, line in enumerate(joined.split("\n"), 1)
            if number not in taken and not line.lstrip().startswith("#")
        ]
        settings += surroundings.settings_of_runs()
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
        containers.setdefault(surroundings.place_of(each), []).append(each)
    places = {each.line: place for place, inside in containers.items() for each in inside}
    told = {
        places.get(each.line, ANYWHERE)
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
