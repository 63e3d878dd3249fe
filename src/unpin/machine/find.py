"""Find the trust stores of this machine: JDKs, system bundles, PostgreSQL's root file."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_JDK_PARENTS: Final = ("/usr/lib/jvm", "/usr/java", "/opt", "/Library/Java/JavaVirtualMachines")
_OF_A_JDK: Final = ("lib", "security", "cacerts")
_SECURITY: Final = ("lib/security", "jre/lib/security", "Contents/Home/lib/security")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/var/lib/ca-certificates/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A store of this machine: its real path, and every way in which it was found.

    `shadow` is the jssecacerts that Java reads in place of this cacerts, wherever it found it.
    """

    path: str
    seen_as: tuple[str, ...]
    shadow: str | None = None


def find(environment: Mapping[str, str], *, home: Path, root: Path = Path("/")) -> Iterator[str]:
    """Every candidate path that exists, in the order of the search; links are not resolved.

    `root` replaces "/" for tests.
    """
    for candidate in _candidates(environment, home, root):
        if candidate.exists():
            yield str(candidate)


def distinct(paths: Iterable[str]) -> tuple[FoundStore, ...]:
    """Group paths that are one file in reality, in the order of their first appearance."""
    grouped: dict[str, list[str]] = {}
    for path in paths:
        aliases = grouped.setdefault(str(Path(path).resolve()), [])
        if path not in aliases:
            aliases.append(path)
    return tuple(FoundStore(real, tuple(seen), _shadow(seen)) for real, seen in grouped.items())


def _shadow(seen: Sequence[str]) -> str | None:
    """The jssecacerts beside it, if every JDK that has this file as cacerts has one."""
    paths = [Path(path) for path in seen]
    shadows = [one.with_name("jssecacerts") for one in paths if one.parts[-3:] == _OF_A_JDK]
    if len(shadows) == len(paths) and all(one.exists() for one in shadows):
        return str(shadows[0])
    return None


def _candidates(environment: Mapping[str, str], home: Path, root: Path) -> Iterator[Path]:
    for jdk in _jdks(environment, home, root):
        for folder in _SECURITY:
            # jssecacerts first: where it exists, Java does not look at cacerts.
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
