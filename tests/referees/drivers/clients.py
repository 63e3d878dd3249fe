"""The drivers that are here, each with its version, and how a trial runs with it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.programs import JDK, debian, lacking

PROGRAMS = Path(__file__).parent / "programs"
NODE_MODULES = Path(__file__).parents[2] / "conformance" / "clients" / "programs" / "node_modules"
GOPATH = Path("/usr/share/gocode")
JARS = (
    Path("/usr/share/java/postgresql.jar"),
    *sorted(Path.home().glob(".m2/repository/org/postgresql/postgresql/*/postgresql-*.jar")),
)
PATIENCE = 60


@dataclass(frozen=True)
class Trial:
    """What a driver is given: its URL, PGSSLROOTCERT, and the home folder of the user."""

    url: str
    environment: dict
    home: Path


@dataclass(frozen=True)
class TrialDriver:
    """A driver as unpin calls it, its version, and the function that runs trials with it."""

    name: str
    ident: str
    version: str
    run: object
    missing: object = lambda: None


def _environment(trial):
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(trial.home), **trial.environment}


def _each(command):
    """The answers of a program that is started for each trial."""

    def run(trials, folder):
        for trial in trials:
            ran = subprocess.run(
                [*command(folder), trial.url], env=_environment(trial), capture_output=True,
                text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            yield " ".join((ran.stdout.strip() or f"error: {ran.stderr.strip()}").split())

    return run


def _psql(trials, folder):
    question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
    for trial in trials:
        ran = subprocess.run(
            ["psql", "-XAtc", question, trial.url], env=_environment(trial), capture_output=True,
            text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        yield ran.stdout.strip() or f"error: {' '.join(ran.stderr.split())}"


def _java(jar):
    """The trials with one home folder in one JVM: pgjdbc reads no variable."""

    def run(trials, folder):
        classes = folder / "classes"
        if not classes.exists():
            subprocess.run(["javac", "-d", classes, PROGRAMS / "Connect.java"], check=True)
        answers = {}
        for home in {trial.home for trial in trials}:
            mine = [trial for trial in trials if trial.home == home]
            ran = subprocess.run(
                ["java", "-XX:TieredStopAtLevel=1", f"-Duser.home={home}", "-cp", f"{classes}:{jar}",
                 "Connect"],
                input="".join(f"jdbc:{trial.url}\n" for trial in mine), capture_output=True,
                text=True, timeout=PATIENCE, check=True,
            )  # fmt: skip
            answers |= dict(zip(map(id, mine), ran.stdout.splitlines(), strict=True))
        yield from (answers[id(trial)] for trial in trials)

    return run


@cache
def _go(folder):
    program = folder / "connect-go"
    subprocess.run(
        ["go", "build", "-o", program, PROGRAMS / "connect.go"],
        env=os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": ""},
        timeout=10 * PATIENCE, check=True,
    )  # fmt: skip
    return (program,)


def _version(*command, words=-1):
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return (ran.stdout or ran.stderr).split()[words].strip("()")


def _libpq_of_psycopg():
    import psycopg

    return str(psycopg.pq.version() // 10000)


def _without_module(name):
    def missing():
        if not (NODE_MODULES / name).exists():
            return lacking(f"no module {name}", f"npm ci --prefix {NODE_MODULES.parent}")
        return None

    return missing


def _without_go():
    if not (GOPATH / "src/github.com/lib/pq").exists():
        return lacking("no lib/pq", debian("golang-github-lib-pq-dev"))
    return None


def _without_jdbc():
    return None if JARS[0].exists() else lacking("no pgjdbc", debian("libpostgresql-jdbc-java"))


def _jar_version(jar):
    return jar.resolve().stem.removeprefix("postgresql-")


def drivers():
    """The drivers, whether they are here or not."""
    python = (sys.executable, PROGRAMS / "connect.py")
    yield TrialDriver("psql", "libpq", "15", _psql)
    yield TrialDriver(
        "psycopg", "libpq", _libpq_of_psycopg(), _each(lambda _: (*python, "psycopg"))
    )
    yield TrialDriver("asyncpg", "asyncpg", "0.30", _each(lambda _: (*python, "asyncpg")))
    node = ("env", f"NODE_PATH={NODE_MODULES}", "node")
    yield TrialDriver(
        "node-postgres", "node-postgres", "8", _each(lambda _: (*node, PROGRAMS / "connect.cjs")),
        _without_module("pg"),
    )  # fmt: skip
    yield TrialDriver(
        "postgres.js", "postgres.js", "3",
        _each(lambda _: (*node, PROGRAMS / "connect_postgres_js.cjs")), _without_module("postgres"),
    )  # fmt: skip
    for jar in JARS:
        if jar == JARS[0] or jar.exists():
            yield TrialDriver(
                f"pgjdbc-{_jar_version(jar)}",
                "pgjdbc",
                _jar_version(jar),
                _java(jar),
                _without_jdbc,
            )
    yield TrialDriver("lib/pq", "lib/pq", "1.10", _each(_go), _without_go)


DRIVERS = tuple(drivers())
JDK_PACKAGE = JDK
