"""Ask a PostgreSQL server, in one read-only transaction; this module alone knows psycopg."""

from __future__ import annotations

import asyncio
import math
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from unpin.database.answer_rows import MAX_ROWS
from unpin.database.answers import server_state, withheld_row
from unpin.database.driver_texts import on_a_line
from unpin.database.postgresql_queries import QUERIES
from unpin.model.errors import DatabaseError, LimitExceededError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from unpin.database.answer_rows import Answered
    from unpin.database.server_state import ServerState

_NO_PORT: Final = re.compile(r"[^0-9,\s]")


def ask_server(conninfo: str, seconds: float, password: str | None = None) -> ServerState:
    """What the server at `conninfo` says; it may be a URI, key=value, or "" for the environment.

    `seconds` is the time for everything. Raises UsageError without psycopg and for what is no
    connection string; DatabaseError; MalformedAnswerError; LimitExceededError.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise UsageError(
            "unpin server connects with psycopg, which is not installed",
            "pip install 'psycopg[binary]'; or without it: unpin server --sql | psql -X DATABASE "
            "| unpin server --result -",
        ) from error
    try:
        # libpq would end the string at a NUL.
        wanted: dict[str, Any] = dict(conninfo_to_dict(conninfo.replace("\0", "\udc00")))
    except (psycopg.ProgrammingError, ValueError):
        # Its message repeats the connection string, with the password.
        raise UsageError(
            "this is no connection string of PostgreSQL",
            'postgresql://USER@HOST/DATABASE, or "host=HOST dbname=DATABASE user=USER"',
        ) from None
    if "@" in str(wanted.get("host", ""))[1:] or _NO_PORT.search(str(wanted.get("port", ""))):
        # It may be a part of the password, which no message repeats.
        raise UsageError(
            "the host or the port of the connection string is none",
            "a URI has %40 for @ in a password, %2F for /, %3A for :, %23 for #, %3F for ?",
        )
    if password is not None:
        wanted["password"] = password
    wanted.setdefault("connect_timeout", max(2, math.ceil(seconds)))
    wanted.setdefault("application_name", "unpin")
    secret = str(wanted.get("password") or "")
    try:
        return _run(_answer(wanted, seconds))
    except TimeoutError:
        raise DatabaseError(
            f"{_title(wanted)}: no whole answer within {seconds:g} seconds",
            "--timeout gives it more",
        ) from None
    except psycopg.Error as error:
        said = on_a_line(str(error), secret)
        raise DatabaseError(
            f"{_title(wanted)}: {said}", "unpin explain - reads such a text, and says its cause"
        ) from None


async def _answer(wanted: dict[str, Any], seconds: float) -> ServerState:
    import psycopg

    async with asyncio.timeout(seconds):
        connection = await psycopg.AsyncConnection.connect(**wanted)
        try:
            title = f"{connection.info.host or 'local'}:{connection.info.port}"
            title += f"/{connection.info.dbname}"
            await connection.set_read_only(True)
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            async with connection.transaction(), connection.cursor() as cursor:
                rows = [row async for row in _every_row(connection, cursor)]
        finally:
            await connection.close()
    return server_state(rows, title)


async def _every_row(connection: Any, cursor: Any) -> AsyncIterator[Answered]:  # noqa: ANN401
    """The rows of every query; a row that says so for a view that the server does not show."""
    import psycopg

    left = MAX_ROWS
    for query in QUERIES:
        if query.allowed:
            await cursor.execute(f"SELECT coalesce({query.allowed}, false)".encode())
            if (await cursor.fetchone()) != (True,):
                yield withheld_row(query)
                continue
        try:
            async with connection.transaction():
                found = []
                async for (row,) in cursor.stream(query.sql.encode()):
                    left -= 1
                    if left < 0:
                        raise LimitExceededError(f"the server gave more than {MAX_ROWS} rows")
                    found.append(row)
        except psycopg.errors.InsufficientPrivilege:
            found = [withheld_row(query)]
        for row in found:
            yield row


def _run(answer: Any) -> ServerState:  # noqa: ANN401  (a coroutine)
    """Run it; psycopg refuses the default event loop of Windows."""
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        state: ServerState = runner.run(answer)
    return state


def _title(wanted: dict[str, Any]) -> str:
    host = wanted.get("host") or wanted.get("hostaddr") or wanted.get("service")
    return f"{host}:{wanted.get('port', 5432)}" if host else "the server of the environment"
