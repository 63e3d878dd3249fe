"""Find the TLS configurations that Go programs register with go-sql-driver/mysql."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import (
    LONGEST_CALL,
    calls_in,
    program_connection,
)

_REGISTERED: Final = re.compile(r"\.RegisterTLSConfig\(\s*\"([^\"]+)\"")
_CALL: Final = re.compile(
    r"(?<!\w)mysql\.RegisterTLSConfig\(\s{0,8}(?:\"(?P<name>[^\"\n]{1,100})\"|(?P<code>[\w.]{1,100}))"
)
_READ: Final = re.compile(r"(?:os|ioutil)\.ReadFile\(\s*\"([^\"]+)\"")


def registered_configurations(text: str) -> tuple[Setting, ...]:
    """The name of the first, whether it verifies, and the file that the program reads for it."""
    match = _REGISTERED.search(text)
    if match is None:
        return ()
    line = line_of(text, match.start())
    settings = [Setting("registered", match[1], line)]
    around = text[match.start() : match.start() + LONGEST_CALL]
    if re.search(r"InsecureSkipVerify\s*:\s*true", around.partition(")")[0]):
        settings.append(Setting("registered.insecure", "true", line))
    files = _READ.findall(text[: match.start()])
    if files:
        settings.append(Setting("registered.file", files[-1], line))
    return tuple(settings)


def go_connections(document: Document, text: str) -> Iterator[ClientConnection]:
    """A connection for each registered configuration of a program that has no DSN itself."""
    if "@tcp(" in text:
        return
    for match in calls_in(document, _CALL, text):
        name = match["name"] or f"${match['code']}"
        tls = Setting("tls", name, line_of(text, match.start()), "RegisterTLSConfig")
        yield program_connection(document, "go-sql-driver", "RegisterTLSConfig call", [tls])
