"""Find the connections of Elixir's Ecto: `config :app, App.Repo, ssl: [cacertfile: ...]`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_of
from unpin.configurations.model import ClientConnection, Document, Setting
from unpin.configurations.programs.call_arguments import calls_in, program_connection, value_of

_REPOSITORY: Final = re.compile(r"(?m)^[ \t]*config[ \t]+:\w{1,60},[ \t]*[\w.]{0,80}Repo\b,?")
_END: Final = re.compile(r"\n[ \t]*(?:config\b|end\b|if\b|import_config\b)|\Z")
_ARGUMENT: Final = re.compile(
    r"(?<![\w:])(?P<key>hostname|ssl|ssl_opts|cacertfile|verify):[ \t]+(?P<value>[^\n]{1,400})"
)
_KEYS: Final = {"hostname": "host", "cacertfile": "cacertfile", "verify": "verify", "ssl": "ssl"}


def elixir_connections(
    document: Document, text: str, names: Mapping[str, str]
) -> Iterator[ClientConnection]:
    """The connections of repositories; a URL is found by itself, too."""
    if not document.name.endswith((".ex", ".exs")):
        return
    for match in calls_in(document, _REPOSITORY, text):
        end = _END.search(text, match.end())
        body = text[match.end() : len(text) if end is None else end.start()]
        settings = []
        for each in _ARGUMENT.finditer(body):
            name = _KEYS.get(each["key"])
            if name is None:
                continue
            value = "true" if each["value"][:1] == "[" else each["value"].rstrip(" ,")
            value = value_of(value, names) if name in {"host", "cacertfile"} else value
            line = line_of(text, match.end() + each.start())
            settings.append(Setting(name, value, line, each["key"]))
        if any(each.key != "host" for each in settings):
            found = program_connection(document, "postgrex", "repository of Ecto", settings)
            yield replace(found, line=found.line or line_of(text, match.start()))
