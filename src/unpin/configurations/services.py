"""Apply a section of pg_service.conf to the connection that names it."""

from collections.abc import Iterator
from dataclasses import replace

from unpin.configurations.assignments import assignments
from unpin.configurations.model import ClientConnection, Setting

_LIBPQ = "libpq"
_PGJDBC = "pgjdbc"


def named_service(connection: ClientConnection) -> str | None:
    """The service of the connection; None if it names none, or its driver knows no services."""
    if not {_LIBPQ, _PGJDBC} & set(connection.drivers):
        return None
    given = connection.parameter("service")
    if given is not None:
        return given.value
    variable = connection.variable("PGSERVICE")
    return variable.value if variable is not None and _LIBPQ in connection.drivers else None


def service_files(connection: ClientConnection, home: str) -> Iterator[str]:
    """Where the file may be: PGSERVICEFILE, the home folder, PGSYSCONFDIR."""
    option = connection.option("org.postgresql.pgservicefile")
    if option is not None:
        yield option.value
    variable = connection.variable("PGSERVICEFILE")
    if variable is not None:
        yield variable.value
    yield f"{home.rstrip('/')}/.pg_service.conf"
    folder = connection.variable("PGSYSCONFDIR")
    yield f"{folder.value if folder else '/etc/postgresql-common'}/pg_service.conf"


def with_service(connection: ClientConnection, service: str, text: str) -> ClientConnection | None:
    """The connection with the settings of the section; None if the file has no such section.

    Settings of the connection itself beat them, and they beat the environment.
    """
    prefix = f"{service}/"
    found = [
        Setting(each.key.removeprefix(prefix), each.value, each.line, f"service {service}")
        for each in assignments(text)
        if each.key.startswith(prefix)
    ]
    if not found:
        return None
    host = connection.host or next((each.value for each in found if each.key == "host"), None)
    return replace(connection, parameters=(*found, *connection.parameters), host=host)
