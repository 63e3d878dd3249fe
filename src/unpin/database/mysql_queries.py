"""The queries about TLS, for MySQL 5.7 and MariaDB; each row of an answer is a JSON object.

The client ends a script at its first error, or goes on (--force, source). So each query gives a row
also where it finds nothing: one that failed is missed. The script asks first what the user may see,
in the tables of information_schema, which leave out what he may not; PREPARE runs the query that
fits. The first row has a backslash, which shows whether the client escaped what it printed; the
last one shows that the answer is whole.
"""

from __future__ import annotations

from typing import Final

from unpin.database.postgresql_queries import LAST_TOPIC, MAX_GROUPS
from unpin.model.values import frozen

THREADS_VIEW: Final = "performance_schema.threads"
PROCESSLIST_VIEW: Final = "information_schema.PROCESSLIST"
"""The views of sessions: MySQL's, and that of both products."""

ESCAPES: Final = "escapes"
"""The topic of the first row of the script."""


@frozen
class MysqlQuery:
    """A query for rows of JSON.

    `instead` are queries that take its place: that of the first condition that is true.
    """

    sql: str
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def choice(self) -> str:
        """An expression for the number of the query that fits: 0 is `sql`."""
        cases = (f"WHEN {each} THEN {n}" for n, (each, _) in enumerate(self.instead, 1))
        return f"CASE {' '.join(cases)} ELSE 0 END" if self.instead else "0"

    @property
    def texts(self) -> tuple[str, ...]:
        """The queries in the order of `choice`."""
        return (self.sql, *(sql for _, sql in self.instead))


_SETTINGS: Final = (
    "aad_auth_only", "aurora_version", "basedir", "bind_address", "have_openssl", "have_ssl",
    "mysqlx_bind_address", "performance_schema", "require_secure_transport", "skip_networking",
    "ssl_ca", "ssl_capath", "ssl_cert", "ssl_cipher", "ssl_crl", "ssl_key", "tls_ciphersuites",
    "tls_version", "userstat", "version_ssl_library",
)  # fmt: skip
_STATUS: Final = (
    "current_tls_version", "performance_schema_thread_instances_lost", "ssl_cipher",
    "ssl_server_not_after", "ssl_version", "threads_connected",
)  # fmt: skip


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _in(names: tuple[str, ...]) -> str:
    return f"({', '.join(map(_quoted, names))})"


def _readable(schema: str, columns: str, count: int) -> str:
    return f"""(
  SELECT COUNT(*) = {count} FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = '{schema}' AND FIND_IN_SET('select', PRIVILEGES) > 0 AND ({columns}))"""  # noqa: S608  (constants)


# The column CONNECTION_TYPE is there from MySQL 5.7 and MariaDB 10.5 on. An account that is locked
# is not in use (MySQL), or is a role (both).
_CONDITIONS: Final = {
    "@unpin_mariadb": """(
  SELECT COUNT(*) FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'SYSTEM_VARIABLES')""",
    "@unpin_threads": "@@performance_schema AND " + _readable(
        "performance_schema",
        "TABLE_NAME = 'threads' AND COLUMN_NAME = 'CONNECTION_TYPE'"
        "\n    OR TABLE_NAME = 'status_by_thread' AND COLUMN_NAME = 'VARIABLE_VALUE'"
        "\n    OR TABLE_NAME = 'session_connect_attrs' AND COLUMN_NAME = 'ATTR_VALUE'",
        3,
    ),
    "@unpin_accounts": _readable(
        "mysql",
        "TABLE_NAME = 'user'"
        "\n    AND COLUMN_NAME IN ('User', 'Host', 'ssl_type', 'account_locked', 'is_role')",
        4,
    ),
    "@unpin_counted": _readable(
        "information_schema",
        "TABLE_NAME IN ('CLIENT_STATISTICS', 'USER_STATISTICS')"
        "\n    AND COLUMN_NAME = 'TOTAL_SSL_CONNECTIONS'",
        2,
    ),
    "@unpin_process": """(
  SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES
  WHERE PRIVILEGE_TYPE = 'PROCESS' AND GRANTEE = CONCAT('''',
    LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - LOCATE('@', REVERSE(CURRENT_USER()))),
    '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), ''''))""",
}  # fmt: skip


def _row(topic: str, **values: str) -> str:
    """A row of JSON. The texts get one character set: JSON_OBJECT of MariaDB does not mix them."""
    parts = "".join(f",\n  '{name}', {value}" for name, value in values.items())
    return f"SELECT CONVERT(JSON_OBJECT('topic', '{topic}'{parts}) USING utf8mb4) AS unpin"


def _text(expression: str) -> str:
    return f"CONVERT({expression} USING utf8mb4)"


_ESCAPES: Final = _row(ESCAPES, backslash="CHAR(92 USING utf8mb4)")
_SERVER: Final = MysqlQuery(
    _row(
        "server",
        product="IF(@unpin_mariadb, 'MariaDB', 'MySQL')",
        version=_text("@@version"),
        user=_text("CURRENT_USER()"),
        now="DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ')",
        threads="IF(@unpin_threads, 'yes', 'no')",
        process="IF(@unpin_process, 'yes', 'no')",
    )
)


def _variables(topic: str, mariadb: str, mysql: str, names: tuple[str, ...]) -> MysqlQuery:
    row = _row(topic, name=_text("LOWER(VARIABLE_NAME)"), value=_text("VARIABLE_VALUE"))
    where = f"WHERE VARIABLE_NAME IN {_in(names)} ORDER BY VARIABLE_NAME LIMIT 1000"
    return MysqlQuery(
        f"{row}\nFROM performance_schema.{mysql}\n{where}",
        (("@unpin_mariadb", f"{row}\nFROM information_schema.{mariadb}\n{where}"),),
    )


_GROUP: Final = ("database", "user", "address", "connection")
_OF_THREADS: Final = ("version", "cipher", "program", "client", "client_version")


_ONE: Final = "(SELECT 1 AS u_one) AS o"
"""Joined from the left, a query that finds nothing has a row of nulls: one that failed has none."""


def _sessions(by: str, names: tuple[str, ...], columns: str, source: str) -> str:
    row = _row("sessions", by=f"'{by}'", sessions="g.n", **{name: f"g.u_{name}" for name in names})
    return f"""\
{row}
FROM {_ONE} LEFT JOIN (SELECT {columns}, COUNT(*) AS n
{source}
  GROUP BY {", ".join(f"u_{name}" for name in names)}) AS g ON TRUE
ORDER BY g.n DESC, g.u_user LIMIT {MAX_GROUPS + 1}"""


_NOBODY: Final = "('system user', 'event_scheduler', 'unauthenticated user')"
"""Threads of the server, and clients that are not in yet."""

# A table is read once: neither has an index before MySQL 8.
_THREADS: Final = _sessions(
    THREADS_VIEW,
    _GROUP + _OF_THREADS,
    f"""{_text("t.PROCESSLIST_DB")} AS u_database, {_text("t.PROCESSLIST_USER")} AS u_user,
    {_text("t.PROCESSLIST_HOST")} AS u_address, {_text("t.CONNECTION_TYPE")} AS u_connection,
    {_text("s.version")} AS u_version, {_text("s.cipher")} AS u_cipher,
    {_text("a.program")} AS u_program, {_text("a.client")} AS u_client,
    {_text("a.client_version")} AS u_client_version""",
    f"""\
  FROM {THREADS_VIEW} t
    LEFT JOIN (SELECT THREAD_ID,
        MAX(IF(VARIABLE_NAME = 'Ssl_version', VARIABLE_VALUE, NULL)) AS version,
        MAX(IF(VARIABLE_NAME = 'Ssl_cipher', VARIABLE_VALUE, NULL)) AS cipher
      FROM performance_schema.status_by_thread
      WHERE VARIABLE_NAME IN ('Ssl_version', 'Ssl_cipher') GROUP BY THREAD_ID) s
      ON s.THREAD_ID = t.THREAD_ID
    LEFT JOIN (SELECT PROCESSLIST_ID,
        MAX(IF(ATTR_NAME = 'program_name', ATTR_VALUE, NULL)) AS program,
        MAX(IF(ATTR_NAME = '_client_name', ATTR_VALUE, NULL)) AS client,
        MAX(IF(ATTR_NAME = '_client_version', ATTR_VALUE, NULL)) AS client_version
      FROM performance_schema.session_connect_attrs
      WHERE ATTR_NAME IN ('program_name', '_client_name', '_client_version')
      GROUP BY PROCESSLIST_ID) a
      ON a.PROCESSLIST_ID = t.PROCESSLIST_ID
  WHERE t.TYPE = 'FOREGROUND' AND t.PROCESSLIST_ID <> CONNECTION_ID()
    AND t.PROCESSLIST_USER NOT IN {_NOBODY} AND COALESCE(t.PROCESSLIST_COMMAND, '') <> 'Daemon'""",  # noqa: S608  (constants)
)
# A host without a port is that of a Unix socket, a named pipe or shared memory.
_PROCESSLIST: Final = _sessions(
    PROCESSLIST_VIEW,
    _GROUP,
    f"""{_text("DB")} AS u_database, {_text("USER")} AS u_user,
    {_text("LEFT(HOST, CHAR_LENGTH(HOST) - LOCATE(':', REVERSE(HOST)))")} AS u_address,
    IF(LOCATE(':', HOST) = 0, 'Socket', NULL) AS u_connection""",
    f"""\
  FROM {PROCESSLIST_VIEW}
  WHERE ID <> CONNECTION_ID() AND COMMAND <> 'Daemon' AND USER NOT IN {_NOBODY}""",
)


def _counted(kind: str, column: str, table: str) -> str:
    row = _row(
        "counted",
        kind=f"'{kind}'",
        name=_text(column),
        connections="TOTAL_CONNECTIONS",
        over_tls="TOTAL_SSL_CONNECTIONS",
    )
    return (
        f"{row}\nFROM {_ONE} LEFT JOIN information_schema.{table} AS c ON TRUE"
        f"\nORDER BY TOTAL_CONNECTIONS DESC LIMIT {MAX_GROUPS + 1}"
    )


def _accounts(unused: str) -> str:
    row = _row("account", user=_text("User"), host=_text("Host"))
    return (
        f"{row}\nFROM {_ONE} LEFT JOIN mysql.user AS a ON a.ssl_type = '' AND a.{unused} = 'N'\n"
        f"ORDER BY User, Host LIMIT {MAX_GROUPS + 1}"
    )


# A file that holds the key as well is not shown.
_CERTIFICATE: Final = MysqlQuery(
    _row("certificate", path=_text("f.path"), pem="IF(f.pem LIKE '%PRIVATE KEY%', NULL, f.pem)")
    + f"""
FROM (SELECT @@ssl_cert AS path, {
        _text('''LOAD_FILE(
  IF(@@ssl_cert LIKE '/%', @@ssl_cert, CONCAT(@@datadir, @@ssl_cert)))''')
    } AS pem) AS f"""
)
_ACCOUNTS: Final = MysqlQuery(
    _accounts("account_locked"),
    (
        ("NOT @unpin_accounts", _row("withheld", view="'mysql.user'")),
        ("@unpin_mariadb", _accounts("is_role")),
    ),
)

_UNCOUNTED: Final = _row("uncounted")
"""The query where a server has no such table: MySQL counts no connections by user."""

MYSQL_QUERIES: Final = (
    _SERVER,
    _variables("setting", "GLOBAL_VARIABLES", "global_variables", _SETTINGS),
    _variables("status", "SESSION_STATUS", "session_status", _STATUS),
    MysqlQuery(_PROCESSLIST, (("@unpin_threads", _THREADS),)),
    *(
        MysqlQuery(_UNCOUNTED, (("@unpin_counted AND @unpin_process", _counted(*words)),))
        for words in (
            ("client", "CLIENT", "CLIENT_STATISTICS"),
            ("user", "USER", "USER_STATISTICS"),
        )
    ),
    _ACCOUNTS,
    _CERTIFICATE,
)
"""Every query, the one about the server first."""

MYSQL_START: Final = (
    "SET NAMES utf8mb4",
    "SET SESSION sql_big_selects = 1",
    "START TRANSACTION READ ONLY",
    *(f"SET {name} = {condition}" for name, condition in _CONDITIONS.items()),
)
"""What comes before the queries: it sets variables of the session only."""

_HEAD: Final = """\
-- What this MySQL or MariaDB server says about TLS. It changes nothing.
-- mysql -h HOST -u USER -p < this.sql > answer.txt; unpin server --result answer.txt
"""


def mysql_script() -> str:
    """The queries as a script for the clients mysql and mariadb, in one read-only transaction."""
    parts = [_HEAD, *(f"{statement};\n" for statement in MYSQL_START), f"{_ESCAPES};\n"]
    for query in MYSQL_QUERIES:
        if not query.instead:
            parts.append(f"{query.sql};\n")
            continue
        cases = "".join(f"WHEN {each} THEN\n{_quoted(sql)}\n" for each, sql in query.instead)
        parts.append(
            f"SET @unpin_query = CASE {cases}ELSE\n{_quoted(query.sql)} END;\n"
            "PREPARE unpin_query FROM @unpin_query;\nEXECUTE unpin_query;\n"
        )
    end = _row(LAST_TOPIC)
    return "".join([*parts, f"DEALLOCATE PREPARE unpin_query;\n{end};\nCOMMIT;\n"])
