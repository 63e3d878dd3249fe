"""Find the connections of Micronaut beside its URLs: HTTP clients, and the client of Vert.x.

Sources: micronaut-core, http/ssl/ClientSslConfiguration and AbstractClientSslConfiguration;
micronaut-sql, vertx-pg-client/PgConnectOptionsResolver and PgPemTrustOptionsConfiguration.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Setting, folded
from unpin.configurations.products import first_host, options_connection

_HTTP: Final = re.compile(
    r"(?:.*//)?micronaut\.(?P<who>http\.client|http\.services\.[^.]+|ssl(?=\.))(?:\.ssl)?"
    r"\.(?P<key>trust-?store\.(?:path|password|type)|insecure-?trust-?all-?certificates)\Z",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"(?:.*//)?micronaut\.(http\.services\.[^.]+)\.urls?(?:\[0\])?\Z")
_HTTP_KEYS: Final = {
    "truststorepath": "store", "truststorepassword": "password", "truststoretype": "type",
}  # fmt: skip
_VERTX: Final = re.compile(r"(?:.*//)?vertx\.pg\.client\.(?P<key>[\w.\-\[\]]+)\Z")
_VERTX_KEYS: Final = {
    "sslmode": "ssl-mode",
    "trustall": "trust-all",
    "pemtrustoptionscertpaths": "certs",
}
_DEFAULT: Final = "http.client"


def micronaut_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections of HTTP clients with a store of their own, and that of Vert.x."""
    yield from _http_clients(document)
    yield from _vertx(document)


def _http_clients(document: Document) -> Iterator[ClientConnection]:
    groups: dict[str, list[Setting]] = {}
    addresses: dict[str, str] = {}
    for each in document.settings:
        if (match := _HTTP.match(each.key)) is not None:
            # NOTE: what micronaut.ssl says holds for clients, too, unless they have their own.
            who = _DEFAULT if match["who"].lower() == "ssl" else match["who"]
            setting = _of_http(each, folded(match["key"]))
            found = groups.setdefault(who, [])
            if match["who"].lower() == "ssl":
                found.insert(0, setting)
            else:
                found.append(setting)
        elif (match := _ADDRESS.match(each.key)) is not None:
            addresses[match[1]] = each.value
    for who, given in groups.items():
        # NOTE: insecure-trust-all-certificates counts only without a trust store.
        has_store = any(each.key == "store" for each in given)
        found = [each for each in given if not (has_store and each.key == "verify")]
        if not has_store and not any(each.value == "false" for each in found):
            continue
        title = "HTTP clients of Micronaut"
        if who != _DEFAULT:
            title = f"HTTP client {who.rpartition('.')[2]} of Micronaut"
        host = first_host(re.sub(r"(?<=[^:/])/.*", "", addresses.get(who, "")))
        yield options_connection(title, "jvm-client", document, found, host)


def _of_http(setting: Setting, key: str) -> Setting:
    if key in _HTTP_KEYS:
        value = setting.value
        if key == "truststorepath":
            value = value.removeprefix("string:") if "-----BEGIN" in value else value
        return replace(setting, key=_HTTP_KEYS[key], value=value, origin=setting.key)
    off = setting.value.lower() == "true"
    return replace(setting, key="verify", value="false" if off else "true", origin=setting.key)


def _vertx(document: Document) -> Iterator[ClientConnection]:
    """The settings below vertx.pg.client; a `uri` beats them, but for the trust options."""
    given: dict[str, Setting] = {}
    for each in document.settings:
        if each.value and (match := _VERTX.match(each.key)) is not None:
            given.setdefault(folded(re.sub(r"\[\d+\]", "", match["key"])), each)
    if not given or not given.keys() & {"uri", "host", *_VERTX_KEYS}:
        return
    uri = given.get("uri")
    address = given.get("host")
    host = None if address is None else address.value
    found: list[Setting] = []
    if uri is not None:
        match = re.search(r"://(?:[^@/]*@)?([^:/?]+)", uri.value)
        host = None if match is None else match[1]
        if (mode := re.search(r"[?&]sslmode=([\w-]+)", uri.value)) is not None:
            found.append(Setting("sslmode", mode[1], uri.line, "URL"))
    for key, name in _VERTX_KEYS.items():
        setting = given.get(key)
        if setting is not None and (uri is None or name == "certs"):
            found.append(_of_vertx(setting, name))
    anchor: Sequence[Setting] = found or [uri or address or next(iter(given.values()))]
    connection = options_connection(
        "Vert.x client of Micronaut", "vertx-pg", document, anchor, host
    )
    modes = [each.value for each in found if each.key in {"ssl-mode", "sslmode"}]
    if modes == ["verify-full"] and "hostnameverificationalgorithm" not in given:
        refusal = "ssl-mode=verify-full needs hostname-verification-algorithm: HTTPS beside it"
        connection = replace(connection, invalid=refusal)
    yield connection


def _of_vertx(setting: Setting, name: str) -> Setting:
    value = setting.value.lower().replace("_", "-") if name == "ssl-mode" else setting.value
    return replace(setting, key=name, value=value, origin=setting.key.rpartition("//")[2])
