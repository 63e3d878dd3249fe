"""The types of the driver rules: the circumstances of a connection, and what the driver does."""

import re
from collections.abc import Callable
from dataclasses import field, replace
from enum import StrEnum
from typing import Final
from urllib.parse import unquote_plus

from unpin.configurations.model import ClientConnection, Setting
from unpin.model.values import frozen


class Verifies(StrEnum):
    """What a client verifies of the server certificate."""

    NOTHING = "no"
    NAME_ONLY = "name only"
    CHAIN = "chain"
    FULL = "chain+name"
    TRIES = "tries"
    """The chain; if that fails, the client connects again in plaintext."""
    EXACT = "exact match"
    """It must be this very certificate."""
    CLIENTS = "clients"
    """Certificates of clients, on the side of the server."""
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where a store is, as reports call it; a FILE goes by its path."""

    FILE = "file"
    CACERTS = "cacerts"
    OS = "OS store"
    OPENSSL = "OpenSSL default paths"
    NODE = "Node built-in roots"
    WEBPKI = "webpki roots"
    LIBUSUAL = "libusual default bundle"
    INLINE = "certificate in the configuration"
    OF_THE_PROGRAM = "the program's own"
    """A program hands its own settings to the driver; they are not in the configuration."""


PEM_ONLY: Final = frozenset({"PEM"})
JAVA_STORES: Final = frozenset({"JKS", "JCEKS", "PKCS12", "BKS", "BCFKS", "UBER"})
PGJDBC_ROOTS: Final = frozenset({"PEM", "DER", "PKCS7"})
CERTIFICATE_FILE: Final = frozenset({"PEM", "DER"})


@frozen
class StoreRead:
    """A store that a client reads, and the rule by which it is this one.

    `accepts` are the formats that the client reads there. `password` opens it; None if the client
    has none. `text` is an inline store. `first_only`: only the first certificate counts.
    """

    place: Place
    path: str | None = None
    rule: str = ""
    accepts: frozenset[str] = PEM_ONLY
    password: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    first_only: bool = False

    @property
    def title(self) -> str:
        """The path, or what the place is called."""
        return self.path if self.path is not None else str(self.place)


SYSTEM_STORE: Final = StoreRead(Place.OS, None, "the store of the system")


@frozen
class TlsBehaviour:
    """What a client does with TLS on a connection.

    `stores` are read together: a chain may end in any of them. `broken` says why the client does
    not connect, whatever the server sends; None if it may. `is_plaintext` says that it does not
    use TLS, `why` is one sentence. `seems_off` says that somebody meant to switch verification off,
    and that it is not known whether that works. `notes` name what does not count, and what is not
    known for sure.
    """

    verifies: Verifies
    why: str
    stores: tuple[StoreRead, ...] = ()
    broken: str | None = None
    is_plaintext: bool = False
    seems_off: bool = False
    notes: tuple[str, ...] = ()

    def noting(self, *notes: str) -> "TlsBehaviour":
        """The same with more notes; empty ones are left out."""
        return replace(self, notes=(*self.notes, *(note for note in notes if note)))


@frozen
class Circumstances:
    """A connection, and the machine and version of the client that makes it.

    `home` is the home folder of the user. `exists` says whether a file is there. `version` is None
    where it is not known: then the rules of the current version hold.
    """

    connection: ClientConnection
    home: str
    exists: Callable[[str], bool]
    version: tuple[int, ...] | None = None
    windows: bool = False

    def before(self, *version: int) -> bool:
        """Whether the client is known to be older."""
        return self.version is not None and self.version < version

    def parameter(self, *names: str, fold: bool = False) -> Setting | None:
        """The last parameter of these names (ClientConnection.parameter)."""
        return self.connection.parameter(*names, fold=fold)

    def value(self, *names: str, fold: bool = False) -> str | None:
        """The value of that parameter."""
        found = self.parameter(*names, fold=fold)
        return None if found is None else found.value

    def variable(self, name: str) -> str | None:
        """The value of a variable of the environment; None if it is unset or empty."""
        found = self.connection.variable(name)
        return None if found is None else found.value

    @property
    def postgresql_folder(self) -> str:
        """The folder of libpq's own files."""
        if self.windows:
            return self.home.rstrip("\\/") + "\\AppData\\Roaming\\postgresql"
        return f"{self.home.rstrip('/')}/.postgresql"

    @property
    def home_root(self) -> str:
        """The file of roots that drivers of PostgreSQL look for in the home folder."""
        separator = "\\" if self.windows else "/"
        return f"{self.postgresql_folder}{separator}root.crt"


def version_of(text: str) -> tuple[int, ...] | None:
    """The numbers of a version, such as (42, 2, 5); None for "HEAD" and the like."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", text.strip())
    return tuple(map(int, match[1].split("."))) if match else None


def plus_decoded(setting: Setting) -> str:
    """The value as drivers read it that take "+" in a URL for a space."""
    return unquote_plus(setting.raw) if setting.raw else setting.value


def plus_remark(setting: Setting | None) -> str:
    """That a "+" in a URL became a space; "" where it did not."""
    if setting is None or "+" not in setting.raw:
        return ""
    return f"+ in the URL becomes a space: {plus_decoded(setting)}; write %2B"


def verified(verifies: Verifies, why: str, *stores: StoreRead) -> TlsBehaviour:
    """The client verifies with these stores."""
    return TlsBehaviour(verifies, why, stores)


def verified_by_file(
    circumstances: Circumstances, verifies: Verifies, why: str, store: StoreRead, before: str = ""
) -> TlsBehaviour:
    """The client verifies with this file, and does not connect without it.

    `before` stands before the sentence that there is no file.
    """
    path = store.path or ""
    if not circumstances.exists(path):
        said = path or f"the empty {store.rule}"
        return broken(f"{before}{said} does not exist", store, verifies=verifies)
    return verified(verifies, why, store)


def unverified(why: str) -> TlsBehaviour:
    """The client connects to anybody."""
    return TlsBehaviour(Verifies.NOTHING, why)


def plaintext(why: str) -> TlsBehaviour:
    """The client uses no TLS."""
    return TlsBehaviour(Verifies.NOTHING, why, is_plaintext=True)


def broken(why: str, *stores: StoreRead, verifies: Verifies = Verifies.NOTHING) -> TlsBehaviour:
    """The client does not connect, whatever the server sends."""
    return TlsBehaviour(verifies, why, stores, broken=why)


def is_true(value: str | None) -> bool:
    """Whether a setting says true in the words of Java, .NET and YAML."""
    return value is not None and value.strip().lower() in {"true", "yes", "on", "1"}


def is_false(value: str | None) -> bool:
    """Whether a setting says false in the words of Java, .NET and YAML."""
    return value is not None and value.strip().lower() in {"false", "no", "off", "0"}
