"""Find the stores of HTTP clients in settings: of Play and Akka (ssl-config), and of Kibana.

By the documentation of ssl-config and of Kibana.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.products import first_host, options_connection

_SSL_CONFIG: Final = re.compile(
    r"(?P<who>(?:[\w\-]+\.)*?(?:ws\.ssl|ssl-config))\.(?:trustManager\.stores(?P<item>\[\d+\])\."
    r"(?P<key>path|data|type|password)|loose\.(?P<loose>acceptAnyCertificate|disableHostnameVerification))\Z"
)
_KEYS: Final = {"path": "store", "data": "store"}
_KIBANA: Final = re.compile(
    r"(?:.*//)?elasticsearch\.(?P<key>hosts|ssl\.certificateAuthorities|ssl\.truststore\.path"
    r"|ssl\.verificationMode)(?P<item>\[\d+\])?\Z", re.IGNORECASE,
)  # fmt: skip


def http_client_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections of clients that have a store of their own, or verify nothing."""
    yield from _ssl_config(document)
    yield from _kibana(document)


def _ssl_config(document: Document) -> Iterator[ClientConnection]:
    stores: dict[tuple[str, str], list[Setting]] = {}
    loose: dict[str, list[Setting]] = {}
    for each in document.settings:
        match = _SSL_CONFIG.match(each.key)
        if match is None:
            continue
        if match["loose"]:
            key = "verify" if match["loose"] == "acceptAnyCertificate" else "name"
            off = each.value.lower() == "true"
            setting = replace(each, key=key, value="false" if off else "true", origin=each.key)
            loose.setdefault(match["who"], []).append(setting)
        else:
            key = _KEYS.get(match["key"], match["key"])
            setting = replace(each, key=key, origin=each.key)
            stores.setdefault((match["who"], match["item"]), []).append(setting)
    for (who, _), found in stores.items():
        settings = [*found, *loose.get(who, [])]
        yield options_connection(f"HTTP client of {who}", "jvm-client", document, settings)
    for who, found in loose.items():
        alone = who not in {name for name, _ in stores}
        if alone and any(each.value == "false" for each in found):
            yield options_connection(f"HTTP client of {who}", "jvm-client", document, found)


def _kibana(document: Document) -> Iterator[ClientConnection]:
    """Kibana's connection to Elasticsearch, if it has settings for TLS."""
    given: dict[str, Setting] = {}
    for each in document.settings:
        match = _KIBANA.match(each.key)
        if (
            match is not None
            and each.value
            and not (match["item"] is None and each.value[0] == "[")
        ):
            given.setdefault(match["key"].lower(), each)
    mode = given.get("ssl.verificationmode")
    store = given.get("ssl.certificateauthorities") or given.get("ssl.truststore.path")
    if mode is None and store is None:
        return
    settings = []
    if store is not None:
        settings.append(replace(store, key="store", origin=store.origin or store.key))
    if mode is not None:
        settings.append(replace(mode, key="verificationMode", origin=mode.origin or mode.key))
    hosts = given.get("hosts")
    address = None if hosts is None else first_host(hosts.value.strip("[]\"' "))
    yield options_connection("Kibana to Elasticsearch", "kibana", document, settings, address)
