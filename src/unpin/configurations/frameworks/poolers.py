"""Find the connections of Odyssey and PgCat to their servers.

Sources: tls.c and machinarium/tls.c of Odyssey; server.rs of PgCat.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.products import options_connection

_STORAGE: Final = re.compile(
    r"(?m)^\s{0,20}storage\s{1,4}\"(?P<name>[^\"\n]{1,100})\"\s{0,20}\{(?P<body>[^{}]{1,5000})\}"
)
_LINE: Final = re.compile(
    r"(?m)^[ \t]*(?P<key>host|tls|tls_ca_file)[ \t]+"
    r"(?P<quote>\"?)(?P<value>[^\"\s]{1,500})(?P=quote)"
)
_OF_PGCAT: Final = frozenset({"server_tls", "verify_server_certificate"})
_SERVERS: Final = re.compile(
    r"(?m)^\s{0,20}servers\s{0,4}=\s{0,4}\[\s{0,20}\[\s{0,20}\"(?P<host>[^\"\n]{1,200})\""
)


def pooler_connections(document: Document) -> Iterator[ClientConnection]:
    """The storages of Odyssey, and what PgCat does towards its servers."""
    if not document.is_plain:
        return
    text = document.text
    for match in _STORAGE.finditer(text):
        found: dict[str, Setting] = {}
        for each in _LINE.finditer(match["body"]):
            line = line_of(text, match.start("body") + each.start("key"))
            found[each["key"]] = Setting(each["key"], each["value"], line)
        host = found.pop("host", None)
        if host is None:
            continue
        settings = list(found.values()) or [Setting("tls", "disable", host.line, "the default")]
        title = f"storage {match['name']} of Odyssey"
        yield options_connection(title, "odyssey", document, settings, host.value)
    if "[pools" in text:
        own = [
            replace(each, key=each.key.rpartition("/")[2])
            for each in document.settings
            if each.key.rpartition("/")[2] in _OF_PGCAT
        ]
        server = _SERVERS.search(text)
        if own:
            yield options_connection(
                "PgCat to its servers", "pgcat", document, own, server["host"] if server else None
            )
