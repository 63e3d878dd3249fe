"""The rows of the queries to a `ServerState`: from a connection, or from a printed result."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from unpin.database.postgresql_queries import LAST_TOPIC, MAX_GROUPS, QUERIES
from unpin.database.server_state import (
    AuthenticationRule,
    CertificateFile,
    OwnSession,
    ServerSetting,
    ServerState,
    SessionGroup,
    WithheldView,
)
from unpin.model.errors import LimitExceededError, MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.database.postgresql_queries import Query

Answered: TypeAlias = dict[str, Any]  # the JSON edge: values of several types
"""A row of an answer: its topic, and the values of that topic."""

MAX_ROWS: Final = 100_000
"""The most rows of an answer."""

_BORDERS: Final = " \t|\u2502\u2551"
"""What psql draws beside a cell."""

_FIRST_VERSION: Final = 120000
"""PostgreSQL 12: ssl_min_protocol_version, pg_stat_gssapi."""


def withheld_row(query: Query) -> Answered:
    """The row that stands for an answer that this user may not have."""
    return {"topic": "withheld", "view": query.view}


def printed_rows(text: str, source: str) -> list[Answered]:
    """The rows in what psql or another tool printed: a table, CSV, or only the rows.

    Raises MalformedAnswerError where no row is found, or the last one is missing;
    LimitExceededError.
    """
    rows = []
    for row in _found_rows(text, source):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise LimitExceededError(f"{source}: more than {MAX_ROWS} rows")
    if not rows:
        raise MalformedAnswerError(
            f"{source}: no row of the query is in it",
            "unpin server --sql > tls.sql; psql -X -f tls.sql DATABASE > answer.txt",
        )
    if rows[-1].get("topic") != LAST_TOPIC:
        raise MalformedAnswerError(
            f"{source}: the answer is not whole: its last row is missing",
            "psql printed an error, or the file was cut; run the script again",
        )
    return rows[:-1]


def _found_rows(text: str, source: str) -> Iterator[Answered]:
    for number, line in enumerate(text.split("\n"), 1):
        cell = line.strip().removeprefix("unpin | ").strip(_BORDERS)
        if cell.startswith('"{'):
            cell = cell.strip('"').replace('""', '"')
        if not cell.startswith("{"):
            continue
        try:
            row = json.loads(cell)
        except (ValueError, RecursionError) as error:
            raise MalformedAnswerError(
                f"{source}: line {number} is no row of the query: the output was wrapped or cut",
                "psql -X prints whole rows",
            ) from error
        if isinstance(row, dict):
            yield row


def server_state(rows: Iterable[Answered], source: str) -> ServerState:
    """The state that the rows describe.

    Raises MalformedAnswerError, also for PostgreSQL before 12.
    """
    topics: dict[str, list[Answered]] = {}
    for row in rows:
        topics.setdefault(str(row.get("topic")), []).append(row)
    try:
        return _state(topics, source)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise MalformedAnswerError(
            f"{source}: the answer lacks a part, or has a value of another kind ({error})",
            "unpin server --sql prints the query",
        ) from error


def _state(topics: dict[str, list[Answered]], source: str) -> ServerState:
    (server,) = topics["server"]
    if int(server["number"]) < _FIRST_VERSION:
        raise MalformedAnswerError(
            f"{source}: PostgreSQL {server['version']}: unpin asks version 12 or later"
        )
    groups = [row for row in topics.get("sessions", ()) if not row["hidden"]]
    hidden = [row for row in topics.get("sessions", ()) if row["hidden"]]
    withheld = [str(row["view"]) for row in topics.get("withheld", ())]
    rules = None if "pg_hba_file_rules" in withheld else topics.get("rule", [])
    user = str(server["user"])
    return ServerState(
        source=source,
        version=str(server["version"]),
        user=user,
        now=_instant(server["now"]),
        loaded=_moment(server["loaded"]),
        own_version=_text(server["own_version"]),
        settings={setting.name: setting for setting in map(_setting, topics["setting"])},
        sessions=tuple(map(_group, groups[:MAX_GROUPS])),
        hidden=sum(int(row["sessions"]) for row in hidden),
        left_out=max(0, len(groups) + len(hidden) - MAX_GROUPS),
        rules=None if rules is None else tuple(map(_rule, rules)),
        sslinfo=_own(topics.get("sslinfo", [])),
        files=tuple(_files(topics)),
        withheld=tuple(
            WithheldView(query.view, query.grant.format(user=quoted(user)))
            for query in QUERIES
            if query.view in withheld and query.grant
        ),
    )


def quoted(name: str) -> str:
    """A name as an identifier of SQL (quote_ident of PostgreSQL; it quotes no less)."""
    if re.fullmatch("[a-z_][a-z0-9_]*", name):
        return name
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else _instant(value)


def _instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone: {value}")
    return moment.astimezone(UTC)


def _setting(row: Answered) -> ServerSetting:
    return ServerSetting(
        str(row["name"]), _text(row["value"]), _text(row["source"]), bool(row["waits"])
    )


def _group(row: Answered) -> SessionGroup:
    return SessionGroup(
        database=_text(row["database"]),
        user=_text(row["user"]),
        application=_text(row["application"]),
        address=_text(row["address"]),
        version=_text(row["version"]),
        cipher=_text(row["cipher"]),
        gss=bool(row["gss"]),
        sessions=int(row["sessions"]),
        since=_moment(row["since"]),
    )


def _rule(row: Answered) -> AuthenticationRule:
    return AuthenticationRule(
        line=int(row["line"]),
        kind=_text(row["kind"]),
        databases=tuple(map(str, row["databases"] or ())),
        users=tuple(map(str, row["users"] or ())),
        address=_text(row["address"]),
        netmask=_text(row["netmask"]),
        method=_text(row["method"]),
        error=_text(row["error"]),
        file=_text(row.get("file")),
    )


def _own(rows: list[Answered]) -> OwnSession | None:
    if not rows:
        return None
    (row,) = rows
    return OwnSession(_text(row["version"]), _text(row["cipher"]), bool(row["client_certificate"]))


def _files(topics: dict[str, list[Answered]]) -> Iterator[CertificateFile]:
    modified = {str(row["path"]): _moment(row["modified"]) for row in topics.get("file", ())}
    texts = {str(row["path"]): str(row["pem"]) for row in topics.get("certificate", ())}
    for path in dict.fromkeys([*modified, *texts]):
        pem = texts.get(path)
        yield CertificateFile(
            path, modified.get(path), None if pem is None else pem.encode("utf-8", "replace")
        )
