"""The types of a configuration: settings with their lines, and the connections that they make."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from unpin.model.errors import LimitExceededError, UnpinError
from unpin.model.values import frozen

_USER_INFO: Final = re.compile(r"((?://|\b)[\w.%+\-]{0,100}):(?!//)\S{1,500}@")
"""A user and a password up to the last @: a password may have one, too."""

_PASSWORD: Final = re.compile(
    r"""(?i)((?:pass\w{0,20}|pwd)["']?\s{0,4}[=:]\s{0,4})"""
    r"""(?:'(?:[^'\\]|\\.){0,500}'|"[^"]{0,500}"|\{[^}]{0,500}\}|[^\s;&]{1,500})"""
)

_Found = TypeVar("_Found")

_SECRET: Final = re.compile(r"(?i)pass|pwd|secret|token|credential|\bkey\b|sasl\.jaas|accesskey")


@frozen
class Setting:
    """A value that a configuration gives to a key, and the line (from 1) on which it stands.

    `key` is the key as it is written; of YAML and JSON the whole path, joined by dots. `value` may
    be a password, and is never shown of a key that `is_secret`. `line` is 0 where there is none,
    such as in the environment. `origin` says where it stands, if not in the configuration itself:
    "URL", "environment". `raw` is the value of a URL before it was decoded: drivers differ. `part`
    is the number of the YAML document, of several in a file.
    """

    key: str
    value: str = field(repr=False)
    line: int = 0
    origin: str = ""
    raw: str = field(default="", repr=False)
    part: int = 0

    @property
    def is_secret(self) -> bool:
        """Whether the value may be a password or the like."""
        return _SECRET.search(self.key) is not None

    @property
    def name(self) -> str:
        """The last part of a dotted key."""
        return self.key.rpartition(".")[2]

    def called(self, key: str) -> "Setting":
        """The setting under another key."""
        return self if key == self.key else replace(self, key=key)


class Syntax(StrEnum):
    """How a configuration is written."""

    JSON = "JSON"
    YAML = "YAML"
    XML = "XML"
    ASSIGNMENTS = "assignments"
    """Properties, .env, ini, a shell: KEY=VALUE on a line."""
    TEXT = "text"
    """A program, a script, or anything else: strings are looked for."""


ARGUMENT: Final = "the connection string"
"""The name of a document that the user gave as a text, not as a file."""


@frozen
class AbsentVariables:
    """Variables that the process at `place` gets from a `source` that was not found.

    `name` is the variable, None for all those of the source.
    """

    place: tuple[int, str]
    line: int
    source: str
    name: str | None = None


@frozen
class Document:
    """A text with its settings in their order. `name` is that of the file, as the user gave it.

    `unread` says what of it was left out, and may describe a connection. `absent` are variables
    that the platform takes from elsewhere, where nothing was found. `left_out` says which blocks of
    a template are not known, and `notes` hold for each of its connections. `inherited` are the
    variables that the process of a script gets from around it; they have no lines. `variable_files`
    are the texts of files with variables that commands name, by their names.
    """

    name: str
    text: str = field(repr=False)
    syntax: Syntax
    settings: tuple[Setting, ...]
    unread: tuple[str, ...] = ()
    absent: tuple[AbsentVariables, ...] = ()
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    inherited: tuple[Setting, ...] = ()
    variable_files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_plain(self) -> bool:
        """Whether its lines are read: it is no JSON, YAML or XML."""
        return self.syntax in {Syntax.ASSIGNMENTS, Syntax.TEXT}


class Form(StrEnum):
    """In which form a connection is given to its driver."""

    URI = "URI"
    KEYWORDS = "connection string"
    """Key and value, as libpq, ODBC and .NET take them."""
    JDBC = "JDBC URL"
    BEAN = "properties of a data source"
    ENVIRONMENT = "environment"
    OPTIONS = "settings"
    """Keys of a product, or arguments of a call in a program."""


@frozen
class ClientConnection:
    """What a client is told about one connection.

    `drivers` are the idents of the drivers that may read it, the likeliest first. `parameters` are
    what the driver itself is given, under the driver's own keys; `environment` are variables, and
    `options` JVM system properties, the decisive first. `host` is None where it is not known.
    `title` names the connection without user and password. `user_home` is the home folder of the
    user who runs the client, if the configuration tells. `mounted` are files that the platform puts
    in their places, with what they hold in words. `invalid` is why the client refuses it, as far as
    the reader of the configuration knows; None if it may be in order. `scope` is None for an
    outgoing connection, and else what the store is for. `others` are TLS settings of the same
    program that no connection takes, and this one may.
    """

    title: str
    form: Form
    drivers: tuple[str, ...]
    file: str
    line: int
    host: str | None = None
    parameters: tuple[Setting, ...] = ()
    environment: tuple[Setting, ...] = ()
    options: tuple[Setting, ...] = ()
    user_home: str | None = None
    mounted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    invalid: str | None = None
    scope: str | None = None
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def parameter(self, *names: str, fold: bool = False) -> Setting | None:
        """The last parameter of one of these names; `fold`: in any case, without - _ and blanks."""
        if fold:
            wanted = {folded(name) for name in names}
            found = [each for each in self.parameters if folded(each.key) in wanted]
        else:
            found = [each for each in self.parameters if each.key in names]
        return found[-1] if found else None

    def variable(self, name: str) -> Setting | None:
        """The variable of the environment; None for an empty one, too."""
        found = [each for each in self.environment if each.key == name and each.value]
        return found[-1] if found else None

    def mounted_at(self, path: str) -> str | None:
        """What the platform puts at this path, in words; None if it puts nothing there."""
        return mounted_at(self.mounted, path)

    def option(self, name: str) -> Setting | None:
        """The JVM system property that counts."""
        return next((each for each in self.options if each.key == name), None)


def mounted_at(mounted: Mapping[str, str], path: str) -> str | None:
    """What is mounted at a path: a file, or a file of the innermost folder, which ends with "/"."""
    place = mounted_place(mounted, path)
    return None if place is None else mounted[place] + path[len(place) :]


def mounted_place(mounted: Iterable[str], path: str) -> str | None:
    """The mounted file at a path, or the innermost folder around it, which ends with "/"."""
    around = [place for place in mounted if place == path or (
        place[-1:] == "/" and path.startswith(place))]  # fmt: skip
    return max(around, key=len, default=None)


def at_most(found: Iterable[_Found], most: int, what: str, document: Document) -> Iterator[_Found]:
    """The first `most`. Raises LimitExceededError behind them, if there are more."""
    for number, each in enumerate(found):
        if number == most:
            raise LimitExceededError(
                f"{document.name}: more than {most} {what}; the others were not looked at",
                "part the file",
            )
        yield each


def until_limit(found: Iterable[_Found], errors: list[UnpinError]) -> list[_Found]:
    """What is found before a bound cuts it; the LimitExceededError goes to `errors`."""
    known: list[_Found] = []
    try:
        known.extend(found)
    except LimitExceededError as error:
        errors.append(error)
    return known


def masked(text: str) -> str:
    """The text with "***" in place of what may be a password in it."""
    text = _USER_INFO.sub(r"\1:***@", text)
    return _PASSWORD.sub(r"\1***", text)


def folded(key: str) -> str:
    """The key in the form in which .NET, Spring and others compare keys."""
    return re.sub(r"[-_ .]", "", key).lower()
