"""Clients in Java, on every JDK here: JSSE's two trust managers, BouncyCastle, pgjdbc."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.conformance.clients.client import (
    PATIENCE,
    PROGRAMS,
    Client,
    Command,
    first_line,
    in_bulk,
    in_path,
    over_postgres,
    over_tls,
)
from tests.conformance.lab.bench import Bench
from tests.programs import JDK, debian, lacking

JARS = Path("/usr/share/java")
PGJDBC = ("postgresql.jar",)
BOUNCYCASTLE = ("bcprov.jar", "bcutil.jar", "bcpkix.jar", "bctls.jar")
OLDEST = 17
QUICK = (
    "-XX:TieredStopAtLevel=1",
    "-Dkeystore.pkcs12.certPbeIterationCount=100",
    "-Dkeystore.pkcs12.macIterationCount=100",
)
"""Thousands of short handshakes with hundreds of stores, none of them secret."""
_JAVAC = in_path("javac")


def _jdks() -> dict[int, Path]:
    """The `java` of each major version here."""
    found = {}
    for java in sorted({path.resolve() for path in Path("/usr/lib/jvm").glob("*/bin/java")}):
        release = (java.parents[1] / "release").read_text().split('JAVA_VERSION="')[1]
        found.setdefault(int(release.split(".")[0].strip('"\n')), java)
    return found


def _classes(bench: Bench) -> Path:
    classes = bench.files.folder / "classes"
    if not classes.exists():
        command = ["javac", "--release", str(OLDEST), "-d", classes, PROGRAMS / "Handshakes.java"]
        subprocess.run(command, timeout=PATIENCE, check=True)
    return classes


def _missing(java: Path, jars: tuple[str, ...], package: str) -> Callable[[], str | None]:
    def missing() -> str | None:
        if not java.exists():
            return lacking("no JDK under /usr/lib/jvm", debian(JDK))
        if any(not (JARS / jar).exists() for jar in jars):
            return lacking(f"no {jars[0]} in {JARS}", debian(package))
        return _JAVAC()

    return missing


def _run(java: Path, jars: tuple[str, ...], *mode: str) -> Callable[[Bench], Command]:
    def command(bench: Bench) -> Command:
        path = ":".join(str(one) for one in (_classes(bench), *(JARS / jar for jar in jars)))
        return (java, *QUICK, "-cp", path, "Handshakes", *mode)

    return command


def _clients(major: int, java: Path) -> Iterator[Client]:
    """The clients on one JDK; the everyday run has those of the oldest only."""
    oldest = major == min(JDKS)
    everyday = 48 if oldest else 0
    version = first_line(java, "-version")

    def client(
        ident: str,
        family: str,
        *mode: str,
        jars: tuple[str, ...] = (),
        package: str = "",
        mass: bool = False,
        postgres: bool = False,
    ) -> Client:
        return Client(
            f"{ident}-java{major}",
            family,
            _missing(java, jars, package),
            version,
            in_bulk(_run(java, jars, *mode), over_postgres if postgres else over_tls),
            mass=mass,
            everyday=everyday,
            postgres=postgres,
        )

    yield client("jsse-jks", "java", "pkix", "JKS", mass=True)
    yield client("jsse-p12", "java", "pkix", "PKCS12")
    yield client("sunx509", "java-sunx509", "sunx509", "JKS", mass=oldest)
    bouncy = {"jars": BOUNCYCASTLE, "package": "libbctls-java"}
    yield client("bcjsse", "bouncycastle", "bc", "JKS", **bouncy, mass=oldest)
    driver = {"jars": PGJDBC, "package": "libpostgresql-jdbc-java", "postgres": True}
    yield client("pgjdbc-pem", "java", "pgjdbc", "PEM", **driver)
    yield client("pgjdbc-jks", "java", "jvm", "JKS", **driver)
    yield client("pgjdbc-p12", "java", "jvm", "PKCS12", **driver)


JDKS = _jdks() or {OLDEST: Path("/usr/lib/jvm/none")}
CLIENTS = tuple(client for major, java in JDKS.items() for client in _clients(major, java))
