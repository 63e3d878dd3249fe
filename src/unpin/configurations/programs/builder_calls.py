"""Find the settings that programs give by builders: of .NET, Java and Rust."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from unpin.configurations.lines import has_any, line_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.configurations.programs.call_arguments import (
    LONGEST_CALL,
    MAX_CALLS,
    assigned_names,
    calls_in,
    in_brackets,
    named_arguments,
    value_of,
)

_DOTNET: Final = re.compile(
    r"\bnew\s{1,4}(?P<kind>Npgsql|MySql|Sql)ConnectionStringBuilder\s{0,4}(?:\(\))?\s{0,40}(?P<open>\{)"
)
_DOTNET_DRIVERS: Final = {"Npgsql": "npgsql", "MySql": "mysqlconnector", "Sql": "sqlclient"}
_SQLX: Final = re.compile(r"\b(?P<kind>Pg|MySql)ConnectOptions::new\(\)")
_SQLX_METHOD: Final = re.compile(
    r"\.\s{0,4}(?P<name>host|ssl_mode|ssl_root_cert|ssl_ca)\(\s{0,4}"
    r"(?:(?:\w{1,20}::){0,4}(?:Pg|MySql)SslMode::(?P<mode>\w{1,20})|\"(?P<text>[^\"\n]{0,300})\""
    r"|(?P<code>&?[A-Za-z_][\w.]{0,100})\s{0,4}\))"
)
_SQLX_KEYS: Final = {"host": "host", "ssl_mode": "sslmode", "ssl_root_cert": "sslrootcert",
                     "ssl_ca": "ssl-ca"}  # fmt: skip
_PROPERTY: Final = re.compile(
    r"(?:(?:(?<![\w.])(?P<object>[A-Za-z_]\w{0,60})\s{0,40})?(?<!System)\.|(?<=[{;\s]))"
    r"(?:(?:setProperty|put|addDataSourceProperty)\(|(?:dataSourceProperties|properties)\[)"
    r"\s{0,4}\"(?P<key>ssl\w{0,30}|trust\w{1,30}"
    r"|useSSL|requireSSL|verifyServerCertificate|encrypt)\"\s{0,4}(?:,|\]\s{0,4}=)\s{0,4}"
    r"(?:\"(?P<text>[^\"\n]{0,300})\"(?:\s{0,4}\)|\s{0,4}\n)|(?P<code>[^;\n]{1,300}?)\)\s{0,4}[;.\n])"
)
_DATA_SOURCE: Final = re.compile(
    r"\bPG(?:Simple|Pooling|ConnectionPool|XA)DataSource\b|\bYBClusterAwareDataSource\b"
)
_GIVES_PROPERTY: Final = (
    "setProperty(", "put(", "addDataSourceProperty(", "properties[", "Properties[",
)  # fmt: skip
_PROPERTIES: Final = ('"ssl', '"trust', '"useSSL', '"requireSSL', '"verifyServer', '"encrypt')
_SETTER: Final = re.compile(
    r"(?<![\w.])(?P<object>[A-Za-z_]\w{0,60})\s{0,40}\.set(?P<key>Ssl(?:Mode|RootCert|factory)?)\("
    r"\s{0,4}(?:\"(?P<text>[^\"\n]{0,300})\"\s{0,4}\)|(?P<code>[^;\n]{1,300}?)\)\s{0,4};)"
)
"""What a program sets of a data source of pgJDBC."""

_OF_SETTERS: Final = {
    "Ssl": "ssl", "SslMode": "sslmode", "SslRootCert": "sslrootcert", "Sslfactory": "sslfactory",
}  # fmt: skip
_MEMBER: Final = re.compile(r"[A-Za-z_]\w{0,60}(?:\.\w{1,60}){1,6}")
"""A property of the program's own: settings.sslMode."""

_OF_DRIVERS: Final = {
    "sslrootcert": "pgjdbc", "sslmode": "pgjdbc", "sslfactory": "pgjdbc",
    "trustCertificateKeyStoreUrl": "mysql-connector-j", "serverSslCert": "mariadb-connector-j",
}  # fmt: skip
"""Properties that one driver alone has under this name."""

SET_BY_PROGRAM: Final = "System.setProperty"
"""The origin of a property that the program sets itself."""

_SYSTEM_PROPERTY: Final = re.compile(
    r"System\.setProperty\(\s{0,4}\"(?P<key>javax\.net\.ssl\.\w{1,30})\"\s{0,4},\s{0,4}"
    r"\"(?P<value>[^\"\n]{0,300})\""
)


_OF_WILDFLY: Final = re.compile(
    r"/system-property=(?P<key>javax\.net\.ssl\.\w{1,30}):(?:add|write-attribute)\("
    r"(?:name=value,\s?)?value=\"?(?P<value>[^\")\n]{1,300})"
)


_RUST_MYSQL: Final = re.compile(r"(?<!\w)(?:mysql|mysql_async)(?:::|\s{0,4}=)|\bOptsBuilder\b")
_SSL_OPTS: Final = re.compile(r"(?<!\w)SslOpts::(?:default|new)\(\)")
_SSL_OPTS_METHOD: Final = re.compile(
    r"\.\s{0,4}with_(?P<name>root_cert_path|root_certs|danger_accept_invalid_certs)\("
    r"(?P<value>[^;\n]{1,300})"
)


def builder_connections(document: Document, text: str) -> Iterator[ClientConnection]:
    """The connections of ConnectionStringBuilder (.NET) and ConnectOptions (sqlx)."""
    for match in calls_in(document, _DOTNET, text, ("ConnectionStringBuilder",)):
        inside = in_brackets(text, match.start("open"))
        line = line_of(text, match.start("open"))
        found = [
            Setting(each.key, _member(each.value), each.line, "connection string")
            for each in named_arguments(inside, line, "=")
        ]
        yield _connection(document, _DOTNET_DRIVERS[match["kind"]], found, line)
    for match in calls_in(document, _SQLX, text, ("ConnectOptions::new()",)):
        methods = text[match.end() : match.end() + LONGEST_CALL].partition(";")[0]
        line = line_of(text, match.start())
        found = [
            Setting(
                _SQLX_KEYS[each["name"]],
                _value(each),
                line + methods.count("\n", 0, each.start()),
                each["name"],
            )
            for each in _SQLX_METHOD.finditer(methods)
        ]
        yield _connection(document, "sqlx", found, line)
    yield from _of_rust_mysql(document, text)


def _of_rust_mysql(document: Document, text: str) -> Iterator[ClientConnection]:
    """The SslOpts of the crates mysql and mysql_async."""
    if "SslOpts" not in text or _RUST_MYSQL.search(text) is None:
        return
    for match in calls_in(document, _SSL_OPTS, text):
        methods = text[match.end() : match.end() + LONGEST_CALL].partition(";")[0]
        line = line_of(text, match.start())
        found = [Setting("ssl", "true", line, "SslOpts")]
        for each in _SSL_OPTS_METHOD.finditer(methods):
            at = line + methods.count("\n", 0, each.start())
            quoted = re.search(r"\"([^\"\n]{1,300})\"", each["value"])
            if each["name"].startswith("root"):
                value = quoted[1] if quoted is not None else "${root_cert}"
                found.append(Setting("root_cert", value, at, f"with_{each['name']}"))
            else:
                value = each["value"].partition(")")[0].strip()
                value = value if value in {"true", "false"} else f"${{{value}}}"
                found.append(Setting("accept_invalid_certs", value, at, f"with_{each['name']}"))
        yield _connection(document, "mysql-rust", found, line)


def program_properties(text: str) -> dict[str, tuple[Setting, ...]]:
    """The properties that a Java program gives to its driver beside the URL, by their object."""
    names: dict[str, str] | None = None
    found: dict[str, list[Setting]] = {}
    gives = has_any(text, _PROPERTIES) and has_any(text, _GIVES_PROPERTY)
    given = _PROPERTY.finditer(text) if gives else iter(())
    sets = "DataSource" in text and _DATA_SOURCE.search(text) is not None
    setters = _SETTER.finditer(text) if sets else iter(())
    for match in islice(chain(given, setters), MAX_CALLS):
        value = match["text"]
        if value is None:
            names = assigned_names(text) if names is None else names
            value = value_of(match["code"], names)
            if _MEMBER.fullmatch(value) is not None and value == match["code"].strip():
                value = f"${{{value}}}"
        line = line_of(text, match.start())
        key = _OF_SETTERS.get(match["key"], match["key"])
        setting = Setting(key, value, line, "properties of the program")
        found.setdefault(match["object"] or "", []).append(setting)
    return {name: tuple(settings) for name, settings in found.items()}


def properties_connections(
    document: Document, properties: dict[str, tuple[Setting, ...]]
) -> Iterator[ClientConnection]:
    """Connections by these properties alone, where the URL of a program is not known."""
    for found in properties.values():
        keys = {each.key for each in found}
        driver = next((ident for name, ident in _OF_DRIVERS.items() if name in keys), None)
        if driver is not None:
            yield ClientConnection(
                "properties of a data source", Form.BEAN, (driver,), document.name, found[0].line,
                parameters=found,
            )  # fmt: skip


def system_properties(text: str) -> tuple[Setting, ...]:
    """The system properties that a Java program sets itself, which beat all others (measured).

    A script of WildFly's command line writes such properties for the server.
    """
    found = [
        Setting(
            match["key"], match["value"].replace("\\\\", "\\"), line_of(text, match.start()), origin
        )
        for pattern, origin in (
            (_SYSTEM_PROPERTY, SET_BY_PROGRAM), (_OF_WILDFLY, "the system properties of WildFly"),
        )
        for match in islice(pattern.finditer(text), MAX_CALLS)
    ]  # fmt: skip
    return tuple(reversed(found))


def _connection(
    document: Document, driver: str, found: list[Setting], line: int
) -> ClientConnection:
    hosts = [each.value for each in found if each.key.lower() in {"host", "server", "datasource"}]
    host = hosts[0].removeprefix("tcp:").partition(",")[0] if hosts else None
    title = f"builder of a connection to {host or 'the default host'}"
    return ClientConnection(
        title, Form.KEYWORDS, (driver,), document.name, line, host, tuple(found)
    )


def _member(value: str) -> str:
    """The member of an enumeration, such as SslMode.VerifyFull, or the value itself."""
    return re.sub(r"\A\w{1,40}\.(?=[A-Z]\w{1,30}\Z)", "", value)


def _value(method: re.Match[str]) -> str:
    """The argument of a method: a mode, a text, or $NAME of what is not known."""
    if method["mode"]:
        return _hyphenated(method["mode"])
    return method["text"] if method["code"] is None else f"${method['code'].strip('&')}"


def _hyphenated(mode: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", mode).lower()
