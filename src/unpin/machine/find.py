"""Find the trust stores of this machine: of JDKs, of the system, of PostgreSQL."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from unpin.model.values import frozen

_JDK_PARENTS: Final = ("/usr/lib/jvm", "/usr/java", "/opt", "/Library/Java/JavaVirtualMachines")
_CACERTS_OF_JDK: Final = ("lib", "security", "cacerts")
_SECURITY_FOLDERS: Final = ("lib/security", "jre/lib/security", "Contents/Home/lib/security")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/var/lib/ca-certificates/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@frozen
class FoundStore:
    """A store of this machine: its real path, and the paths under which it was found.

    `shadow` is the jssecacerts that every JDK with this file as its cacerts reads instead of it;
    None where a JDK reads the file itself.
    """

    path: str
    seen_as: tuple[str, ...]
    shadow: str | None = None


def find(environment: Mapping[str, str], *, home: Path, root: Path = Path("/")) -> Iterator[str]:
    """The candidate paths that exist, in the order of the search; links are not resolved.

    `environment` and `home` are the user's; tests give another folder than "/" as `root`.
    """
    for candidate in _candidates(environment, home, root):
        if candidate.exists():
            yield str(candidate)


def distinct(paths: Iterable[str]) -> tuple[FoundStore, ...]:
    """The files that `paths` lead to, each once, in the order of their first appearance."""
    grouped: dict[str, list[str]] = {}
    for path in paths:
        aliases = grouped.setdefault(str(Path(path).resolve()), [])
        if path not in aliases:
            aliases.append(path)
    return tuple(FoundStore(real, tuple(seen), _shadow(seen)) for real, seen in grouped.items())


def _shadow(seen_as: Sequence[str]) -> str | None:
    """The jssecacerts beside a file, if every path of the file is a JDK's cacerts with one."""
    paths = [Path(path) for path in seen_as]
    shadows = [
        path.with_name("jssecacerts") for path in paths if path.parts[-3:] == _CACERTS_OF_JDK
    ]
    if len(shadows) == len(paths) and all(shadow.exists() for shadow in shadows):
        return str(shadows[0])
    return None


def _candidates(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    for jdk in _jdks(environment, home, root):
        for folder in _SECURITY_FOLDERS:
            # jssecacerts first: Java reads cacerts only if there is no jssecacerts.
            yield jdk / folder / "jssecacerts"
            yield jdk / folder / "cacerts"
    for name in ("PGSSLROOTCERT", "SSL_CERT_FILE"):
        value = environment.get(name)
        if value and value != "system":
            yield Path(value)
    yield home / ".postgresql" / "root.crt"
    for bundle in ("/etc/ssl/certs/java/cacerts", *_BUNDLES):
        yield root / bundle.lstrip("/")


def _jdks(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    if java_home := environment.get("JAVA_HOME"):
        yield Path(java_home)
    if java := shutil.which("java", path=environment.get("PATH")):
        yield Path(java).resolve().parent.parent
    parents = [root / parent.lstrip("/") for parent in _JDK_PARENTS]
    parents.append(home / ".sdkman" / "candidates" / "java")
    for parent in parents:
        try:
            yield from sorted(Path(entry.path) for entry in os.scandir(parent) if entry.is_dir())
        except OSError:
            continue
