"""The rows of the queries to a `ServerState`: from a connection, or from a printed result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from unpin.database.answer_rows import instant_in, text_in
from unpin.database.mysql_answers import mysql_state
from unpin.database.postgresql_queries import MAX_GROUPS, QUERIES
from unpin.database.server_state import (
    AuthenticationRule,
    CertificateFile,
    OwnSession,
    ServerSetting,
    ServerState,
    SessionGroup,
    WithheldView,
)
from unpin.model.errors import MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from unpin.database.answer_rows import Answered
    from unpin.database.postgresql_queries import Query

_FIRST_VERSION: Final = 120000
"""PostgreSQL 12: ssl_min_protocol_version, pg_stat_gssapi."""


def withheld_row(query: Query) -> Answered:
    """The row that stands for an answer that this user may not have."""
    return {"topic": "withheld", "view": query.view}


def server_state(rows: Iterable[Answered], source: str) -> ServerState:
    """The state that the rows describe.

    Raises MalformedAnswerError, also for PostgreSQL before 12.
    """
    topics: dict[str, list[Answered]] = {}
    for row in rows:
        topics.setdefault(str(row.get("topic")), []).append(row)
    try:
        if "product" in topics["server"][0]:
            return mysql_state(topics, source)
        return _state(topics, source)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise MalformedAnswerError(
            f"{source}: the answer lacks a part, or has a value of another kind ({error})",
            "unpin server --sql prints the query; an error of psql or mysql is on standard error",
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
        now=instant_in(server["now"]),
        loaded=_moment(server["loaded"]),
        own_version=text_in(server["own_version"]),
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


def _moment(value: str | None) -> datetime | None:
    return None if value is None else instant_in(value)


def _setting(row: Answered) -> ServerSetting:
    return ServerSetting(
        str(row["name"]), text_in(row["value"]), text_in(row["source"]), bool(row["waits"])
    )


def _group(row: Answered) -> SessionGroup:
    return SessionGroup(
        database=text_in(row["database"]),
        user=text_in(row["user"]),
        application=text_in(row["application"]),
        address=text_in(row["address"]),
        version=text_in(row["version"]),
        cipher=text_in(row["cipher"]),
        gss=bool(row["gss"]),
        sessions=int(row["sessions"]),
        since=_moment(row["since"]),
    )


def _rule(row: Answered) -> AuthenticationRule:
    return AuthenticationRule(
        line=int(row["line"]),
        kind=text_in(row["kind"]),
        databases=tuple(map(str, row["databases"] or ())),
        users=tuple(map(str, row["users"] or ())),
        address=text_in(row["address"]),
        netmask=text_in(row["netmask"]),
        method=text_in(row["method"]),
        error=text_in(row["error"]),
        file=text_in(row.get("file")),
    )


def _own(rows: list[Answered]) -> OwnSession | None:
    if not rows:
        return None
    (row,) = rows
    return OwnSession(
        text_in(row["version"]), text_in(row["cipher"]), bool(row["client_certificate"])
    )


def _files(topics: dict[str, list[Answered]]) -> Iterator[CertificateFile]:
    modified = {str(row["path"]): _moment(row["modified"]) for row in topics.get("file", ())}
    texts = {str(row["path"]): str(row["pem"]) for row in topics.get("certificate", ())}
    for path in dict.fromkeys([*modified, *texts]):
        pem = texts.get(path)
        yield CertificateFile(
            path, modified.get(path), None if pem is None else pem.encode("utf-8", "replace")
        )
