r"""The queries about TLS, for PostgreSQL 12 and later; each row of an answer is a JSON object.

A JSON object a row survives every way to print a result: psql's tables, CSV, and the exports of
other tools. The script for psql asks for what needs a privilege only where the user has it: an
error would end the transaction. It ends with a row of its own, so that a broken answer is seen.
"""

from __future__ import annotations

from typing import Final

from unpin.model.values import frozen

MAX_GROUPS: Final = 10_000
"""The most groups of sessions that are asked for."""


@frozen
class Query:
    """A query for rows of JSON; `view` names what it reads.

    `allowed` is an expression that is true where the user may run it, "" where everybody may;
    `grant` is the privilege that he lacks otherwise, "" where nothing is lost.
    """

    view: str
    sql: str
    allowed: str = ""
    grant: str = ""


_SERVER: Final = Query(
    "pg_settings",
    """\
SELECT json_build_object('topic', 'server',
  'version', current_setting('server_version'), 'number', current_setting('server_version_num'),
  'user', current_user, 'now', now(), 'loaded', pg_conf_load_time(),
  'own_version', (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid())) AS unpin""",
)
_SETTINGS: Final = Query(
    "pg_settings",
    """\
SELECT json_build_object('topic', 'setting', 'name', name, 'value', setting, 'source', source,
  'waits', pending_restart) AS unpin
FROM pg_settings
WHERE name LIKE 'ssl%'
  OR name IN ('require_secure_transport', 'azure.extensions', 'rds.extensions', 'rds.force_ssl')
ORDER BY name""",
)
# Of other users' sessions PostgreSQL shows the user and the database. What has no database may be a
# standby, or a worker of PostgreSQL's own, which runs as the first superuser (oid 10).
_SESSIONS: Final = Query(
    "pg_stat_ssl, pg_stat_activity",
    f"""\
SELECT json_build_object('topic', 'sessions', 'database', a.datname, 'user', a.usename,
  'application', a.application_name, 'address', host(a.client_addr),
  'version', CASE WHEN s.ssl THEN s.version END, 'cipher', CASE WHEN s.ssl THEN s.cipher END,
  'gss', coalesce(g.encrypted, false),
  'hidden', a.backend_type IS NULL, 'sessions', count(*), 'since', min(a.backend_start)) AS unpin
FROM pg_stat_activity a
  LEFT JOIN pg_stat_ssl s USING (pid) LEFT JOIN pg_stat_gssapi g USING (pid)
WHERE a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
  AND (a.backend_type IN ('client backend', 'walsender')
    OR a.backend_type IS NULL AND (a.datid IS NOT NULL OR a.usesysid <> 10))
GROUP BY a.datname, a.usename, a.application_name, a.client_addr, s.ssl, s.version, s.cipher,
  g.encrypted, a.backend_type
ORDER BY count(*) DESC, a.datname, a.usename, a.application_name, a.client_addr
LIMIT {MAX_GROUPS + 1}""",  # noqa: S608  (a constant)
)
# The view has the order in which the rules count; the lines of an included file have numbers of
# their own, and PostgreSQL before 16 has no file_name.
_RULES: Final = Query(
    "pg_hba_file_rules",
    """\
SELECT json_build_object('topic', 'rule', 'line', line_number, 'kind', type,
  'databases', database, 'users', user_name, 'address', address, 'netmask', netmask,
  'method', auth_method, 'error', error, 'file', to_jsonb(r) -> 'file_name') AS unpin
FROM pg_hba_file_rules r""",
    "has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')"
    " AND has_function_privilege(to_regprocedure('pg_catalog.pg_hba_file_rules()'), 'EXECUTE')",
    "GRANT SELECT ON pg_hba_file_rules TO {user}; "
    "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO {user}",
)
_CERTIFICATE_DATE: Final = Query(
    "pg_stat_file",
    """\
SELECT json_build_object('topic', 'file', 'path', current_setting('ssl_cert_file'),
  'modified', (pg_stat_file(current_setting('ssl_cert_file'))).modification) AS unpin
WHERE current_setting('ssl')::boolean""",
    "has_function_privilege(to_regprocedure('pg_catalog.pg_stat_file(text)'), 'EXECUTE')"
    " AND pg_has_role(current_user, 'pg_read_server_files', 'USAGE')",
    "GRANT pg_read_server_files TO {user}; GRANT EXECUTE ON FUNCTION pg_stat_file(text) TO {user}",
)
_CERTIFICATE: Final = Query(
    "pg_read_file",
    """\
SELECT json_build_object('topic', 'certificate', 'path', current_setting('ssl_cert_file'),
  'pem', pg_read_file(current_setting('ssl_cert_file'), 0, 1048576)) AS unpin
WHERE current_setting('ssl')::boolean""",
    "has_function_privilege(to_regprocedure('pg_catalog.pg_read_file(text,bigint,bigint)'),"
    " 'EXECUTE') AND pg_has_role(current_user, 'pg_read_server_files', 'USAGE')",
    "GRANT pg_read_server_files TO {user}; "
    "GRANT EXECUTE ON FUNCTION pg_read_file(text,bigint,bigint) TO {user}",
)

_OWN_SESSION: Final = Query(
    "sslinfo",
    """\
SELECT json_build_object('topic', 'sslinfo', 'version', ssl_version(), 'cipher', ssl_cipher(),
  'client_certificate', ssl_client_cert_present()) AS unpin
WHERE ssl_is_used()""",
    "to_regprocedure('ssl_is_used()') IS NOT NULL",
)

QUERIES: Final = (
    _SERVER, _SETTINGS, _SESSIONS, _RULES, _CERTIFICATE_DATE, _CERTIFICATE, _OWN_SESSION,
)  # fmt: skip
"""Every query, the one about the server first."""

LAST_TOPIC: Final = "end"
"""The topic of the last row of the script."""

_HEAD: Final = """\
-- What this PostgreSQL server says about TLS. It changes nothing.
-- psql -X -f this.sql "host=... dbname=..." > answer.txt; unpin server --result answer.txt
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
"""
_TAIL: Final = f"""\
SELECT json_build_object('topic', '{LAST_TOPIC}') AS unpin;
COMMIT;
"""


def psql_script() -> str:
    """The queries as a script for psql 10 or later, in one read-only transaction."""
    parts = [_HEAD]
    for query in QUERIES:
        if not query.allowed:
            parts.append(f"{query.sql};\n")
            continue
        parts.append(
            f"SELECT coalesce({query.allowed}, false) AS unpin_allowed \\gset\n"
            f"\\if :unpin_allowed\n{query.sql};\n\\else\n"
            f"SELECT json_build_object('topic', 'withheld', 'view', '{query.view}') AS unpin;\n"
            "\\endif\n"
        )
    return "".join([*parts, _TAIL])
