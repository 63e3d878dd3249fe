"""The rows of MySQL and MariaDB to a `ServerState`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from unpin.database.answer_rows import instant_in, text_in
from unpin.database.mysql_queries import PROCESSLIST_VIEW, THREADS_VIEW
from unpin.database.postgresql_queries import MAX_GROUPS
from unpin.database.server_state import (
    CertificateFile,
    CountedConnections,
    DatabaseAccount,
    DatabaseProduct,
    ServerSetting,
    ServerState,
    SessionGroup,
    Unseen,
    WithheldView,
)
from unpin.model.errors import MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from unpin.database.answer_rows import Answered

_IN_FORCE: Final = "current_tls_version"

_LOCAL: Final = ("Socket", "Named Pipe", "Shared Memory")
"""The kinds of connections that use no network."""

_TLS: Final = "SSL/TLS"

_FIRST: Final = {DatabaseProduct.MYSQL: (5, 7), DatabaseProduct.MARIADB: (10, 5)}
"""The first versions whose performance_schema shows the kind of a connection."""

_NUMBER: Final = re.compile(r"(\d+)\.(\d+)")


_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


def refuse_old_server(product: DatabaseProduct, version: str, source: str) -> None:
    """Raises MalformedAnswerError for a server that is too old for the queries."""
    found = _NUMBER.match(version)
    if found and (int(found[1]), int(found[2])) < _FIRST[product]:
        first = ".".join(map(str, _FIRST[product]))
        raise MalformedAnswerError(
            f"{source}: {product} {version[:40]}: unpin asks version {first} or later"
        )


def mysql_state(topics: Mapping[str, list[Answered]], source: str) -> ServerState:
    """The state of the rows. Raises KeyError, TypeError or ValueError where a part lacks."""
    (server,) = topics["server"]
    product = DatabaseProduct(server["product"])
    refuse_old_server(product, str(server["version"]), source)
    status = {str(row["name"]): text_in(row["value"]) for row in topics["status"]}
    settings = {str(row["name"]): text_in(row["value"]) for row in topics["setting"]}
    groups = [_group(row) for row in topics["sessions"] if row["sessions"] is not None]
    user = str(server["user"])
    withheld = list(_withheld(server, settings, topics, user, product))
    hidden = 0
    lost = status.get("performance_schema_thread_instances_lost", "0") != "0"
    if lost or any(view.name == PROCESSLIST_VIEW for view in withheld):
        seen = sum(group.sessions for group in groups)
        hidden = max(0, int(status["threads_connected"]) - seen - 1)
    return ServerState(
        source=source,
        version=str(server["version"]),
        user=user,
        now=instant_in(server["now"]),
        loaded=None,
        own_version=status.get("ssl_version", ""),
        settings={s.name: s for s in _settings(settings, status)},
        sessions=tuple(groups[:MAX_GROUPS]),
        hidden=hidden,
        left_out=max(0, len(groups) - MAX_GROUPS),
        rules=(),
        files=tuple(_files(topics["certificate"], status)),
        withheld=tuple(withheld),
        product=product,
        accounts=None
        if any(view.name == "mysql.user" for view in withheld)
        else tuple(
            DatabaseAccount(text_in(row["user"]), text_in(row["host"]))
            for row in topics["account"]
            if row["host"] is not None
        ),
        counted=tuple(_counted(topics)),
    )


def _withheld(
    server: Answered,
    settings: Mapping[str, str],
    topics: Mapping[str, list[Answered]],
    user: str,
    product: DatabaseProduct,
) -> Iterator[WithheldView]:
    name, _, host = user.rpartition("@")
    account = f"{_literal(name)}@{_literal(host)}"
    if server["threads"] != "yes":
        if settings.get("performance_schema") != "OFF":
            yield WithheldView(THREADS_VIEW, f"GRANT SELECT ON performance_schema.* TO {account}")
        if server["process"] != "yes":
            yield WithheldView(PROCESSLIST_VIEW, f"GRANT PROCESS ON *.* TO {account}")
    if any(row["view"] == "mysql.user" for row in topics.get("withheld", ())):
        last = "is_role" if product is DatabaseProduct.MARIADB else "account_locked"
        columns = f"User, Host, ssl_type, {last}"
        yield WithheldView("mysql.user", f"GRANT SELECT ({columns}) ON mysql.user TO {account}")


def _literal(name: str) -> str:
    r"""A name in quotes; a backslash is doubled, as it is read by default."""
    return "'" + name.replace("\\", "\\\\").replace("'", "''") + "'"


def _settings(settings: Mapping[str, str], status: Mapping[str, str]) -> Iterator[ServerSetting]:
    """The settings, with tls_version as it is in force beside the one that is set."""
    in_force = status.get(_IN_FORCE)
    for name, value in settings.items():
        waits = name == "tls_version" and bool(in_force) and in_force != value
        yield ServerSetting(name, value, "", waits)
    if in_force is not None:
        yield ServerSetting(_IN_FORCE, in_force, "", waits=False)


def _group(row: Answered) -> SessionGroup:
    kind = row["connection"]
    version = text_in(row.get("version"))
    if row["by"] != THREADS_VIEW:
        unseen = Unseen.ENCRYPTION
    elif version:
        unseen = Unseen.NOTHING
    elif kind == _TLS:
        unseen = Unseen.VERSION
    else:
        # The kind is empty for a connection that has just begun.
        unseen = Unseen.NOTHING if kind else Unseen.ENCRYPTION
    client = " ".join(
        filter(None, (text_in(row.get("client")), text_in(row.get("client_version"))))
    )
    return SessionGroup(
        database=text_in(row["database"]),
        user=text_in(row["user"]),
        application=", ".join(filter(None, (text_in(row.get("program")), client))),
        address="" if kind in _LOCAL else text_in(row["address"]),
        version=version,
        cipher=text_in(row.get("cipher")),
        gss=False,
        sessions=int(row["sessions"]),
        since=None,
        unseen=unseen,
    )


def _counted(topics: Mapping[str, list[Answered]]) -> Iterator[CountedConnections]:
    if "uncounted" in topics:
        return
    kinds = {row["kind"] for row in topics["counted"]}
    if kinds != {"client", "user"}:
        raise ValueError("connections are counted by client and by user")
    for row in topics["counted"]:
        if row["name"] is not None:
            by_user = row["kind"] == "user"
            yield CountedConnections(
                address="" if by_user else text_in(row["name"]),
                user=text_in(row["name"]) if by_user else "",
                connections=int(row["connections"]),
                over_tls=int(row["over_tls"]),
            )


def _files(rows: Iterable[Answered], status: Mapping[str, str]) -> Iterator[CertificateFile]:
    ends = _openssl_date(status.get("ssl_server_not_after", ""))
    for row in rows:
        pem = row["pem"]
        if row["path"] or ends:
            yield CertificateFile(
                text_in(row["path"]) or "the server certificate",
                None,
                None if pem is None else str(pem).encode("utf-8", "replace"),
                ends,
            )


def _openssl_date(text: str) -> datetime | None:
    """A date such as "Nov  1 00:00:00 2036 GMT", in English in every language; None for another."""
    try:
        month, day, time, year, zone = text.split()
        number = _MONTHS.index(month) + 1
        found = datetime.fromisoformat(f"{int(year):04}-{number:02}-{int(day):02}T{time}")
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if zone == "GMT" else None
