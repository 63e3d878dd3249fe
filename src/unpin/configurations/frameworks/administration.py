"""Find the connections of tools: Ansible's modules for MySQL, Airflow, DBeaver, odbc.ini.

By the documentation of community.mysql and Airflow, and data-sources.json as DBeaver writes it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_of, matches_from
from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.stores.embedded.json_document import json_values

_MODULE: Final = re.compile(
    r"(?P<place>.*\.(?:community\.mysql\.)?mysql_\w{1,40})\.(?P<key>ca_cert|ssl_ca|check_hostname|login_host)\Z"
)
_OF_SQL_SERVER: Final = re.compile(r"(?i)odbc driver \d+ for sql server|msodbcsql")
_POWERSHELL: Final = re.compile(
    r"(?i)(?<![\w-])(?P<name>Invoke-Sqlcmd|Read-SqlTableData|Write-SqlTableData|Connect-DbaInstance)\b"
    r"(?P<options>(?:[^|;}\n`]|`\r?\n|`)"
    r"{1,1000})"
)
_CMDLETS: Final = (
    "invoke-sqlcmd", "read-sqltabledata", "write-sqltabledata", "connect-dbainstance",
)  # fmt: skip
_OPTION: Final = re.compile(
    r"(?i)(?<=\s)-(?P<key>TrustServerCertificate|Encrypt|HostNameInCertificate|ServerInstance|SqlInstance)\b"
    r"(?P<value>(?::|[ \t]{1,4})(?!-)[\"']?[^\s\"']{1,200})?"
)
_AIRFLOW: Final = "AIRFLOW_CONN_"
_HANDLER: Final = re.compile(
    r"(?P<connection>.*)\.handlers\.(?P<kind>postgre_ssl|mysql_ssl|mariadb_ssl|mssql_ssl)"
    r"\.(?:properties\.)?(?P<key>.+)\Z"
)
_OF_POSTGRESQL: Final = {
    "sslmode": "sslmode", "ssl.ca.cert": "sslrootcert", "sslrootcert": "sslrootcert",
    "sslfactory": "sslfactory",
}  # fmt: skip


def ansible_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections of Ansible's modules for MySQL, which are those of PyMySQL."""
    groups: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        if (match := _MODULE.match(each.key)) is not None:
            groups.setdefault((each.part, match["place"]), {})[match["key"]] = each
    for found in groups.values():
        ca = found.get("ca_cert") or found.get("ssl_ca")
        if ca is None:
            continue
        host = found["login_host"].value if "login_host" in found else None
        settings = [replace(ca, key="ssl.ca", origin=ca.key)]
        if "check_hostname" in found:
            settings.append(replace(found["check_hostname"], key="ssl.check_hostname"))
        yield ClientConnection(
            f"module of Ansible to {host or 'the default host'}", Form.OPTIONS, ("pymysql",),
            document.name, ca.line, host, tuple(settings),
        )  # fmt: skip


def odbc_connections(document: Document) -> Iterator[ClientConnection]:
    """The data sources of SQL Server in odbc.ini; those of PostgreSQL have an SSLmode."""
    if not document.is_plain:
        return
    sections: dict[str, list[Setting]] = {}
    for each in document.settings:
        section, slash, key = each.key.rpartition("/")
        if slash:
            sections.setdefault(section, []).append(replace(each, key=key, origin="odbc.ini"))
    for section, found in sections.items():
        values = {each.key.lower(): each.value for each in found}
        server = values.get("server")
        if server is None or _OF_SQL_SERVER.search(values.get("driver", "")) is None:
            continue
        host = re.split(r"[,\\]", server.removeprefix("tcp:"), maxsplit=1)[0]
        yield ClientConnection(
            f"data source {section} to {host}", Form.KEYWORDS, ("odbc",), document.name,
            found[0].line, host, tuple(found),
        )  # fmt: skip


def powershell_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections of PowerShell's SqlServer module that say what they verify.

    Without -Encrypt, version 22 of the module verifies, and earlier ones use no TLS.
    """
    if not document.is_plain or "-" not in document.text:
        return
    for match in matches_from(_POWERSHELL, document.text, _CMDLETS):
        at = line_of(document.text, match.start())
        found: dict[str, Setting] = {}
        for option in _OPTION.finditer(match["options"]):
            value = (option["value"] or "true").lstrip(": \t").strip("\"'")
            key = option["key"].lower()
            value = {"$true": "true", "$false": "false"}.get(value.lower(), value)
            found[key] = Setting(option["key"], value, at, match["name"])
        server = found.pop("serverinstance", None) or found.pop("sqlinstance", None)
        if not {"trustservercertificate", "encrypt"} & found.keys():
            continue
        host = None if server is None else re.split(r"[,\\]", server.value, maxsplit=1)[0]
        if "encrypt" not in found:
            found["encrypt"] = Setting("Encrypt", "true", at, "the default")
        yield ClientConnection(
            f"{match['name']} to {host or 'the default host'}", Form.KEYWORDS, ("sqlclient",),
            document.name, at, host, tuple(found.values()),
        )  # fmt: skip


def airflow_connections(
    document: Document, groups: Iterable[Sequence[Setting]]
) -> Iterator[ClientConnection]:
    """The connections in variables of Airflow that are JSON; a URL is found by itself."""
    for each in (setting for group in groups for setting in group):
        if not each.key.startswith(_AIRFLOW) or each.value[:1] != "{":
            continue
        values = {v.key: v.text for v in json_values(each.value, lambda _: True) or ()}
        extra = {k.removeprefix("extra."): v for k, v in values.items() if k.startswith("extra.")}
        if (text := values.get("extra", "")).startswith("{"):
            extra |= {v.key: v.text for v in json_values(text, lambda _: True) or ()}
        if "postgres" not in values.get("conn_type", ""):
            continue
        host = values.get("host")
        settings = tuple(Setting(key, value, each.line, each.key) for key, value in extra.items())
        yield ClientConnection(
            f"{each.key} to {host or 'the default host'}", Form.OPTIONS, ("libpq",),
            document.name, each.line, host, settings,
        )  # fmt: skip


def dbeaver_properties(document: Document) -> Iterator[tuple[int | None, Setting]]:
    """What DBeaver gives to the driver beside the URL, with the line of the URL."""
    urls: dict[str, int] = {}
    enabled: set[str] = set()
    found: list[tuple[str, str, Setting]] = []
    for each in document.settings:
        match = _HANDLER.match(each.key)
        if match is None:
            if each.key.endswith(".url"):
                urls[each.key.removesuffix(".url")] = each.line
        elif match["key"] == "enabled":
            enabled |= {match["connection"]} if each.value == "true" else set()
        else:
            found.append((match["connection"], match["kind"], replace(each, key=match["key"])))
    for connection, kind, setting in found:
        if connection not in enabled:
            continue
        name = _OF_POSTGRESQL.get(setting.key.lower())
        if kind == "postgre_ssl":
            if name is not None:
                own = replace(setting, key=name, origin=f"DBeaver's {setting.key}")
                yield urls.get(connection), own
        else:
            yield urls.get(connection), Setting(f"${{{kind}}}", "", setting.line)
