"""Find the clients of Kafka that programs make with arguments: kafka-python and kafkajs."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import (
    calls_in,
    in_brackets,
    named_arguments,
    program_connection,
)

_PYTHON: Final = re.compile(
    r"(?<![\w.])(?:kafka\.)?Kafka(?:Producer|Consumer|AdminClient)\s{0,4}(?P<open>\()"
)
_NODE: Final = re.compile(r"(?<!\w)new\s{1,4}Kafka\s{0,4}\(\s{0,40}(?P<open>\{)")
_SHORTHAND: Final = re.compile(r"[{,]\s{0,40}ssl\s{0,40}[,}]")
_OF_PYTHON: Final = frozenset(
    {"security_protocol", "ssl_cafile", "ssl_check_hostname", "ssl_context", "bootstrap_servers"}
)
_MADE: Final = re.compile(r"ssl\.(?P<maker>_create_unverified_context|create_default_context)\(")


def kafka_calls(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The clients of kafka-python and kafkajs; `names` are the variables of the program."""
    if "afka" not in text:
        return
    for match in calls_in(document, _PYTHON, text):
        inside = in_brackets(text, match.start("open"))
        line = line_of(text, match.start("open"))
        given = [e for e in named_arguments(inside, line, "=", names) if e.key in _OF_PYTHON]
        if any(each.key != "bootstrap_servers" for each in given):
            settings = [_with_maker(each, inside) for each in given]
            yield program_connection(document, "kafka-python", "Kafka client", settings)
    for match in calls_in(document, _NODE, text):
        inside = in_brackets(text, match.start("open"))
        line = line_of(text, match.start("open"))
        settings = [
            Setting("ssl.unknown", each.value, each.line)
            if each.key == "ssl" and each.value.startswith("$")
            else each
            for each in named_arguments(inside, line, ":", names)
            if each.key.startswith("ssl")
        ]
        if not settings and _SHORTHAND.search(inside) is not None:
            settings = [Setting("ssl.unknown", "$ssl", line)]
        if settings:
            yield program_connection(document, "kafkajs", "Kafka client", settings)


def _with_maker(setting: Setting, inside: str) -> Setting:
    """An ssl_context that the call itself makes, by the function that makes it."""
    made = _MADE.search(inside) if setting.key == "ssl_context" else None
    return setting if made is None else Setting(setting.key, made["maker"], setting.line)
