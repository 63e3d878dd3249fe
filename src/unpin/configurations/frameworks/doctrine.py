"""Find the connections of Doctrine's DBAL in YAML: options of PDO for MySQL, by number or name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.model import ClientConnection, Document, Form, Setting, Syntax

_OPTION: Final = re.compile(
    r"(?P<place>.*)\.(?:options|driver_?[oO]ptions)\.(?P<key>1009|1010|1014"
    r"|(?:\\?PDO::)?MYSQL_ATTR_SSL_(?:CA|CAPATH|VERIFY_SERVER_CERT))\Z"
)
_KEYS: Final = {"1009": "ca", "1010": "capath", "1014": "verify_server_cert", "CA": "ca",
                "CAPATH": "capath", "VERIFY_SERVER_CERT": "verify_server_cert"}  # fmt: skip
_ENVIRONMENT: Final = re.compile(r"%env\((?:\w{1,40}:){0,5}(?P<name>\w{1,80})\)%")
_FOLDER: Final = re.compile(r"%kernel\.(?:project_dir|root_dir)%/?")


def doctrine_connections(document: Document) -> Iterator[ClientConnection]:
    """The connections to MySQL whose options have a CA file or switch verification off."""
    if document.syntax is not Syntax.YAML:
        return
    groups: dict[tuple[int, str], list[Setting]] = {}
    for each in document.settings:
        if (match := _OPTION.match(each.key)) is not None:
            key = _KEYS[match["key"].rpartition("MYSQL_ATTR_SSL_")[2]]
            value = symfony_value(each.value)
            setting = replace(each, key=key, value=value, origin=each.key)
            groups.setdefault((each.part, match["place"]), []).append(setting)
    hosts = {(e.part, e.key.rpartition(".")[0]): e for e in document.settings if e.name == "host"}
    for place, found in groups.items():
        host = hosts.get(place)
        named = None if host is None else symfony_value(host.value)
        yield ClientConnection(
            f"options of {place[1]} to {named or 'the default host'}", Form.OPTIONS, ("mysqlnd",),
            document.name, found[0].line, named, tuple(found),
        )  # fmt: skip


def symfony_value(value: str) -> str:
    """A value with its parameters of Symfony: a variable as ${NAME}, a path from the project."""
    if "%" not in value:
        return value
    return _FOLDER.sub("", _ENVIRONMENT.sub(lambda match: f"${{{match['name']}}}", value))
