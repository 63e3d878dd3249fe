"""Find the files that a configuration names, and the default stores of clients, on this machine."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from unpin.connections.model import Place
from unpin.machine.find import find
from unpin.model.values import frozen

_RESOURCES: Final = ("", "src/main/resources", "resources", "config", "BOOT-INF/classes")
"""Where a resource of the class path usually stands."""

_MOST_PARENTS: Final = 3
"""The most folders above a configuration in which a relative path is looked for."""

_BUNDLES: Final = frozenset({"ca-certificates.crt", "ca-bundle.crt", "ca-bundle.pem", "cert.pem"})
_OF_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\\w")
_MOST_PATH: Final = 4096


@frozen(slots=False)
class ClientFiles:
    """The file system of the client.

    `root` is the folder below which absolute paths are looked for; None for this machine. `folder`
    is that of the configuration, None if it came from no file. `environment` is that of the client
    as far as it is known; JAVA_HOME and SSL_CERT_FILE count. `replaced` are files that stand for
    the default stores (--default-store).
    """

    folder: Path | None
    environment: Mapping[str, str]
    home: Path
    root: Path | None = None
    replaced: str | None = None
    mounted: Mapping[str, Path] = field(default_factory=dict)

    def path(self, named: str) -> Path | None:
        """The file or folder that `named` leads to; None if there is none."""
        if not named or "\0" in named or len(named) > _MOST_PATH:
            return None
        if named in self.mounted:
            return self.mounted[named]
        return next((path for path in self._candidates(named) if _exists(path)), None)

    def exists(self, named: str) -> bool:
        """Whether there is such a file."""
        return self.path(named) is not None

    def is_foreign(self, named: str) -> bool:
        """Whether it is a path of Windows, and this is another system."""
        return os.name != "nt" and _OF_WINDOWS.match(named) is not None

    def _candidates(self, named: str) -> Iterator[Path]:
        named = re.sub(r"^file:(?://(?=/))?", "", named)
        resource = re.match(r"classpath:/*", named)
        if resource is not None:
            for folder in self._folders():
                for below in _RESOURCES:
                    yield folder / below / named[resource.end() :]
            return
        path = Path(named)
        if path.is_absolute():
            yield path if self.root is None else self.root / named.lstrip("/")
            return
        for folder in self._folders():
            yield folder / path

    def _folders(self) -> Iterator[Path]:
        """The folder of the configuration, and those above it."""
        folder = self.folder or Path()
        yield folder
        above = folder.absolute().parents
        for parent in above[:_MOST_PARENTS]:
            if self.root is not None and not parent.is_relative_to(self.root.absolute()):
                return
            yield parent

    def default_store(self, place: Place) -> Path | None:
        """The file of a default store; None if this machine has none, or it is built in."""
        if self.replaced is not None:
            return Path(self.replaced)
        if place is Place.CACERTS:
            return self._cacerts()
        if place in {Place.OS, Place.OPENSSL, Place.LIBUSUAL}:
            return self._bundle()
        return None

    def _cacerts(self) -> Path | None:
        """The store of the first JVM: jssecacerts if it exists, else cacerts (measured)."""
        found = [Path(path) for path in self._of_machine()]
        stores = [path for path in found if path.name in {"cacerts", "jssecacerts"}]
        return stores[0] if stores else None

    def _bundle(self) -> Path | None:
        named = self.environment.get("SSL_CERT_FILE")
        if named and (path := self.path(named)) is not None:
            return path
        found = [Path(path) for path in self._of_machine()]
        return next((path for path in found if path.name in _BUNDLES), None)

    def _of_machine(self) -> Iterator[str]:
        root = self.root or Path("/")
        environment = dict(self.environment)
        if self.root is not None:
            # NOTE: the java of this machine is not that of another file system.
            environment["PATH"] = ""
            if java_home := environment.get("JAVA_HOME"):
                environment["JAVA_HOME"] = str(self.root / java_home.lstrip("/"))
        yield from find(environment, home=self.home, root=root)


def _exists(path: Path) -> bool:
    """Whether anything is there; False, and no error, where the system does not say.

    Devices and pipes count: clients open them, and one that is empty is no file that is missing.
    """
    return os.path.exists(path)  # noqa: PTH110
