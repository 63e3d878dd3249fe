"""`unpin server`: from a connection, or from the printed result of the query."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from unpin.cli.output import print_results, say
from unpin.cli.passwords import read_password_file
from unpin.cli.server.command import SqlDialect
from unpin.database.answer_rows import printed_rows
from unpin.database.answers import server_state
from unpin.database.mysql_address import is_mysql_address, mysql_address
from unpin.database.mysql_queries import mysql_script
from unpin.database.postgresql_queries import psql_script
from unpin.database.tls_review import review
from unpin.model.errors import UnpinError, UsageError
from unpin.model.values import frozen
from unpin.operations.opening import STANDARD_INPUT, read_path
from unpin.reports.escaping import on_lines, on_terminal
from unpin.reports.servers.server import ServerReport

if TYPE_CHECKING:
    from pathlib import Path

    from unpin.database.server_state import ServerState
    from unpin.model.finding import Severity
    from unpin.reports.formats import OutputFormat

_MOST_DSN = 64 * 1024
"""The longest connection string on standard input, in bytes."""


@frozen
class ServerOptions:
    """The options of the command, as given."""

    dsn: str | None
    sql: bool
    dialect: SqlDialect | None
    result: str | None
    password_file: Path | None
    timeout: float
    fail_on: Severity
    verbose: bool
    output: OutputFormat
    width: int | None
    files: tuple[str, ...] = ()


def run(options: ServerOptions) -> int:
    """Print the query, or the report on a server; return the exit code (docs/exit-codes.md)."""
    given = [options.dsn is not None, options.sql, options.result is not None]
    if given.count(True) != 1:
        raise UsageError(
            "a connection string, --sql or --result: exactly one is needed",
            "without a connection: unpin server --sql | psql -X DATABASE | unpin server --result "
            "-; for MySQL: --sql --dialect mysql, and mysql",
        )
    if options.sql and options.files:
        raise UsageError("--sql prints no report, so --output contradicts it")
    if options.dialect is not None and not options.sql:
        raise UsageError(
            "--dialect chooses the query of --sql", "a connection string and --result say it"
        )
    if options.sql:
        postgresql = options.dialect in {None, SqlDialect.POSTGRESQL}
        script = psql_script() if postgresql else mysql_script()
        say(on_lines(map(on_terminal, script.rstrip().split("\n"))))
        return 0
    errors: list[UnpinError] = []
    reports: list[ServerReport] = []
    try:
        state = _state(options)
        reports.append(ServerReport(state, review(state), everything=options.verbose))
    except UsageError:
        raise
    except UnpinError as error:
        if options.output.is_for_people and not options.files:
            raise
        error.source = error.source or options.result or "DSN"
        errors.append(error)
    print_results(
        ServerReport,
        reports,
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        fail_on=options.fail_on,
    )
    if errors:
        raise errors[0]
    found = [finding.severity.rank for finding in reports[0].findings]
    return int(max(found, default=-1) >= options.fail_on.rank)


def _state(options: ServerOptions) -> ServerState:
    """What the server said. Raises UsageError, DatabaseError, MalformedAnswerError and others."""
    if options.result is not None:
        name, data = read_path(options.result)
        return server_state(printed_rows(_text(data), name), name)
    dsn = options.dsn or ""
    if dsn == STANDARD_INPUT:
        dsn = sys.stdin.buffer.read(_MOST_DSN).decode("utf-8", "replace").strip()
    if dsn.lower().startswith("jdbc:"):
        raise UsageError(
            "this is the URL of a JDBC driver, not of psql or mysql",
            "leave out jdbc: and what only the driver knows; unpin doctor reads the whole URL",
        )
    password = None
    if options.password_file is not None:
        password = read_password_file(options.password_file).text
    if is_mysql_address(dsn):
        from unpin.database.mysql_session import ask_mysql

        return ask_mysql(mysql_address(dsn), options.timeout, password)
    from unpin.database.postgresql_session import ask_server

    return ask_server(dsn, options.timeout, password)


def _text(data: bytes) -> str:
    """The text of a printed result; Windows' shells write UTF-16."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
