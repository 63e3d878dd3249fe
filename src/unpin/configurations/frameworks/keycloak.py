"""Find the connection of Keycloak to its database: keycloak.conf, KC_DB_..., options of kc.sh.

Sources: DatabasePropertyMappers of Keycloak; libkeycloak.sh of Bitnami's image; the tests of both
appends show that db-url-properties is put behind the name of the database as it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import has_any, line_of
from unpin.configurations.model import ClientConnection, Document, Form, Setting
from unpin.configurations.products import options_connection
from unpin.configurations.variables import VariableGroup

_OPTION: Final = re.compile(
    r"(?<![\w-])--(?P<key>db(?:-[a-z]{2,12}){0,4})(?:=|[ \t]{1,4})"
    r"(?P<quote>['\"]?)(?P<value>[^\s'\"]{1,500})(?P=quote)"
)
_KC_SH: Final = re.compile(r"\bkc\.(?:sh|bat)\b|keycloak/keycloak")
_OF_KC_SH: Final = ("kc.", "keycloak/keycloak")
_OF_BITNAMI: Final = re.compile(
    r"bitnami|(?m:^\s{0,40}[\"']?externalDatabase[\"']?\s{0,4}[:=])|KEYCLOAK_DATABASE_"
)
_OF_POSTGRESQL: Final = re.compile(r"sslmode|sslrootcert|sslfactory|[?&]ssl=", re.IGNORECASE)
_BEGINS: Final = re.compile(r"[?$]")
"""How db-url-properties begins, which is appended to the name of the database."""


def keycloak_connections(
    document: Document, processes: Iterable[VariableGroup]
) -> Iterator[ClientConnection]:
    """Keycloak with the parts of its URL, or parameters for it; a db-url is found by itself."""
    given = _given(document, processes)
    parameters = given.get("JDBC_PARAMS")
    if parameters is not None:
        yield _of_parameters(
            document, parameters, "Keycloak (WildFly)", "/opt/jboss", given.get("DB_ADDR")
        )
        return
    url = given.get("KC_DB_URL") or given.get("db-url")
    database = given.get("KC_DB") or given.get("db")
    properties = given.get("KC_DB_URL_PROPERTIES") or given.get("db-url-properties")
    told = any(
        each is not None and _OF_POSTGRESQL.search(each.value) is not None
        for each in (properties, given.get("KEYCLOAK_JDBC_PARAMS"))
    )
    if url is not None or (not told if database is None else "postgres" not in database.value):
        return
    host = given.get("KC_DB_URL_HOST") or given.get("db-url-host")
    if _OF_BITNAMI.search(document.text) is not None:
        yield from _of_bitnami(document, given, properties, host)
        return
    mode = given.get("KC_DB_TLS_MODE") or given.get("db-tls-mode")
    if mode is not None:
        yield _of_tls_mode(document, mode, given, host)
    elif properties is not None:
        found = _of_parameters(document, properties, "Keycloak", None, host)
        invalid = None
        if _BEGINS.match(properties.value) is None:
            invalid = (
                f"{properties.key} is appended to the name of the database: it must begin with ?"
            )
        yield replace(found, invalid=invalid)


def _given(document: Document, processes: Iterable[VariableGroup]) -> dict[str, Setting]:
    """The settings and variables by name, and the options of kc.sh."""
    found: dict[str, Setting] = {}
    for each in document.settings:
        found[each.key.rpartition("//")[2].rpartition(".")[2]] = each
    for group in processes:
        found |= {each.key: each for each in group.variables}
    if has_any(document.text, _OF_KC_SH) and _KC_SH.search(document.text):
        for match in _OPTION.finditer(document.text):
            line = line_of(document.text, match.start())
            found[match["key"]] = Setting(match["key"], match["value"], line)
    return found


def _of_bitnami(
    document: Document,
    given: dict[str, Setting],
    properties: Setting | None,
    host: Setting | None,
) -> Iterator[ClientConnection]:
    """Bitnami's image writes db-url itself, with KEYCLOAK_JDBC_PARAMS alone."""
    parameters = given.get("KEYCLOAK_JDBC_PARAMS")
    decides = parameters or properties
    if decides is None:
        return
    host = host or given.get("KEYCLOAK_DATABASE_HOST")
    settings = decides if parameters is not None else replace(decides, value="")
    found = _of_parameters(document, settings, "Keycloak of Bitnami", None, host)
    note = ""
    if properties is not None:
        note = (
            f"{properties.key} counts for nothing: Bitnami's image writes db-url itself, with"
            " KEYCLOAK_JDBC_PARAMS"
        )
    yield replace(found, notes=(note,) if note else ())


def _of_tls_mode(
    document: Document, mode: Setting, given: dict[str, Setting], host: Setting | None
) -> ClientConnection:
    store = given.get("KC_DB_TLS_TRUST_STORE_FILE") or given.get("db-tls-trust-store-file")
    word = "disable" if mode.value == "disabled" else "verify-full"
    settings = [Setting("sslmode", word, mode.line, mode.key)]
    if store is not None:
        settings.append(replace(store, key="sslrootcert", origin="db-tls-trust-store-file"))
    connection = options_connection(
        "Keycloak", "pgjdbc", document, settings, host.value if host else None
    )
    return replace(connection, form=Form.BEAN)


def _of_parameters(
    document: Document, parameters: Setting, title: str, home: str | None, host: Setting | None
) -> ClientConnection:
    pairs: Sequence[str] = re.split(r"[&?]", parameters.value)
    settings = [
        Setting(key, value, parameters.line, parameters.key)
        for key, _, value in (pair.partition("=") for pair in pairs if pair)
    ]
    return ClientConnection(
        title, Form.JDBC, ("pgjdbc",), document.name, parameters.line,
        host.value if host else None, tuple(settings), user_home=home,
    )  # fmt: skip
