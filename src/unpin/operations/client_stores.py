"""Read the stores of a connection as its client does: each with its file, or why it is not read."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from unpin.catalogue.model import Catalogue
from unpin.configurations.model import ClientConnection
from unpin.configurations.placeholders import open_names
from unpin.configurations.platforms.mounted_files import OF_HOST
from unpin.connections.model import Place, StoreRead
from unpin.files.reading import is_folder
from unpin.model.entries import TrustedEntry
from unpin.model.errors import (
    PasswordRequiredError,
    UnknownFormatError,
    UnpinError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.operations.client_files import ClientFiles
from unpin.operations.opening import open_path
from unpin.stores.opening import Password, open_bytes

_ORIGIN: Final = "the password of the configuration"
_PUBLIC: Final = (
    "taken to hold the public roots of the catalogue (measured: Node 20, Mozilla's list);"
    " --default-store FILE for another list"
)
NO_JAVA_STORE: Final = "no Java trust store"
_BUILT_IN: Final = frozenset({Place.NODE, Place.WEBPKI})


_NOT_HERE: Final = " does not exist here"


@frozen
class JudgedStore:
    """A store that a client reads: its file, and its contents.

    `path` is None where no file was found, `store` where it was not read. `problem` says why the
    client cannot use it, `unknown` why unpin does not know it. `remark` is beside the verdict.
    """

    read: StoreRead
    path: str | None = None
    store: Store | None = None
    problem: str | None = None
    unknown: str | None = None
    remark: str | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the file is looked for here, and is not there."""
        return self.unknown is not None and self.unknown.endswith(_NOT_HERE)


@frozen
class StoreReader:
    """Reads stores with the files of a client.

    `secret` gives the bytes of "Secret NAME/KEY" and "ConfigMap NAME/KEY", None if it has none.
    """

    catalogue: Catalogue
    files: ClientFiles
    secret: Callable[[str], bytes | None] = lambda _: None

    def judged(self, read: StoreRead, connection: ClientConnection) -> JudgedStore:
        """The store itself, or why it is not read."""
        if read.text is not None:
            return self._opened(read, None, lambda: _inline(read.text or ""))
        if read.place in _BUILT_IN and self.files.replaced is None:
            store = _public_roots(self.catalogue, str(read.place))
            return JudgedStore(read, None, store, remark=f"{read.place}: {_PUBLIC}")
        over = _mounted_cacerts(connection) if read.place is Place.CACERTS else None
        if over is not None:
            return self.judged(replace(read, place=Place.FILE, path=over), connection)
        if read.place is not Place.FILE:
            return self._default(read)
        named = read.path or ""
        if names := open_names(named):
            return JudgedStore(read, unknown=f"the value of {', '.join(names)} is not known")
        source = connection.mounted_at(named) or ""
        path = self.files.path(source.removeprefix(OF_HOST) if OF_HOST in source else named)
        if path is not None:
            return self._file(read, path)
        secret = connection.mounted_at(named) or (named if named.startswith("Secret ") else None)
        if secret is not None:
            data = self.secret(secret)
            if data is None:
                return JudgedStore(read, unknown=f"{secret} is not among the inputs")
            return self._opened(read, None, lambda: open_bytes(data, source=secret))
        if self.files.is_foreign(named):
            return JudgedStore(read, unknown=f"{named} is a path of Windows, not of this machine")
        return JudgedStore(read, unknown=f"{named}{_NOT_HERE}")

    def _default(self, read: StoreRead) -> JudgedStore:
        path = self.files.default_store(read.place)
        if path is None:
            missing = f"{read.place} is not on this machine: --default-store FILE stands for it"
            return JudgedStore(read, unknown=missing)
        if not os.path.lexists(path):  # as --default-store may say
            return JudgedStore(read, unknown=f"{path}{_NOT_HERE}")
        return self._file(read, path)

    def _file(self, read: StoreRead, path: Path) -> JudgedStore:
        if is_folder(path) and "FOLDER" not in read.accepts:
            return JudgedStore(read, str(path), problem=f"{read.title} is a folder, not a file")
        if path.resolve() == Path(os.devnull):
            return self._opened(read, str(path), lambda: open_bytes(b"", source=read.title))
        password = None if read.password is None else Password(read.password, _ORIGIN)
        if password is not None and open_names(password.text):
            password = None
        return self._opened(read, str(path), lambda: open_path(str(path), password))

    def _opened(
        self, read: StoreRead, path: str | None, opening: Callable[[], Store]
    ) -> JudgedStore:
        try:
            store = opening()
        except WrongPasswordError as error:
            return JudgedStore(
                read, path, problem=f"problem accessing trust store: {error.message}"
            )
        except UnknownFormatError as error:
            return JudgedStore(read, path, problem=error.message)
        except PasswordRequiredError as error:
            return JudgedStore(read, path, problem=error.message)
        except UnpinError as error:
            return JudgedStore(read, path, unknown=error.message)
        problem = _refusal(read, store)
        remark = None
        if read.first_only and len(store.entries) > 1:
            remark = f"{read.title}: the first of {len(store.entries)} certificates alone is read"
            store = _first_certificate(store)
        return JudgedStore(read, path, store, problem, remark=remark)


def _mounted_cacerts(connection: ClientConnection) -> str | None:
    """The path of a cacerts that the platform puts over the JVM's own."""
    return next((path for path in connection.mounted if path.endswith("/cacerts")), None)


def _refusal(read: StoreRead, store: Store) -> str | None:
    """Why the client does not read a store of this format or protection."""
    java = "JKS" in read.accepts
    if store.format.name not in read.accepts and str(store.format) not in read.accepts:
        if java:
            return (
                f"{store.source}: {store.format} is {NO_JAVA_STORE}: problem accessing trust store"
            )
        accepted = " or ".join(sorted(read.accepts))
        return f"{store.source}: the client reads {accepted} there, not {store.format}"
    if java and store.protection.needs_password and not read.password:
        return (
            f"{store.source}: without its password Java reads no certificate: the trustAnchors"
            " parameter must be non-empty"
        )
    return None


def _first_certificate(store: Store) -> Store:
    """The store as a client sees it that reads the first certificate alone."""
    return replace(store, entries=store.entries[:1])


def _public_roots(catalogue: Catalogue, source: str) -> Store:
    """A store of the catalogue's roots that no list of public roots has given up."""
    return Store(
        source,
        Format.PEM,
        tuple(
            TrustedEntry("", record.certificate, b"")
            for record in catalogue.certificates
            if record.is_root and record.certificate is not None and record.retired is None
        ),
    )


def _inline(text: str) -> Store:
    return open_bytes(text.replace("\\n", "\n").encode(), source="the configuration")
