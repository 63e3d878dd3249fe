"""Find the connections that programs and scripts make: calls with TLS settings as arguments.

This is no parser of these languages: it looks at the arguments of calls that are known by name.
"""

from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import ClientConnection, Document
from unpin.configurations.programs.builder_calls import builder_connections
from unpin.configurations.programs.call_arguments import assigned_names
from unpin.configurations.programs.comments import without_comments
from unpin.configurations.programs.elixir_calls import elixir_connections
from unpin.configurations.programs.go_calls import go_connections
from unpin.configurations.programs.kafka_calls import kafka_calls
from unpin.configurations.programs.node_calls import node_connections
from unpin.configurations.programs.perl_ruby_calls import perl_ruby_connections
from unpin.configurations.programs.php_arrays import array_connections
from unpin.configurations.programs.php_calls import php_connections
from unpin.configurations.programs.python_calls import python_connections
from unpin.configurations.scripts.client_commands import command_connections
from unpin.model.errors import LimitExceededError

MAX_PROGRAM: Final = 1024 * 1024
"""The most characters of a program that are looked at."""


def program_connections(document: Document, joined: str) -> Iterator[ClientConnection]:
    """The connections of the calls in a text, whose strings are `joined`.

    Raises LimitExceededError behind them.
    """
    if document.is_plain:
        text = without_comments(joined[:MAX_PROGRAM])
        names = assigned_names(text)
        yield from builder_connections(document, text)
        yield from python_connections(document, text, names)
        yield from node_connections(document, text, names)
        yield from kafka_calls(document, text, names)
        yield from go_connections(document, text, names)
        yield from php_connections(document, text, names)
        yield from array_connections(document, text, names)
        yield from perl_ruby_connections(document, text, names)
        yield from elixir_connections(document, text, names)
        yield from command_connections(document, text)
        if len(joined) > MAX_PROGRAM:
            raise LimitExceededError(
                f"{document.name}: calls behind the first MiB of the text were not looked at",
                "part the file",
            )
