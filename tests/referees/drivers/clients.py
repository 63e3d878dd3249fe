"""The drivers that are here, each with its version, and how a trial runs with it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.programs import JDK, debian, lacking

PROGRAMS = Path(__file__).parent / "programs"
NODE_MODULES = Path(__file__).parents[2] / "conformance" / "clients" / "programs" / "node_modules"
GOPATH = Path("/usr/share/gocode")
JARS = (
    Path("/usr/share/java/postgresql.jar"),
    *sorted(Path.home().glob(".m2/repository/org/postgresql/postgresql/*/postgresql-*.jar")),
)
VENV = Path(__file__).parents[3] / ".venv-drivers"
SITE = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
SQLX = VENV / "bin" / "sqlx"
NOBODY = 54321
"""The number of a user who is not in the list."""

PATIENCE = 60


@dataclass(frozen=True)
class Trial:
    """What a driver is given: its URL, PGSSLROOTCERT, and the home folder of the user."""

    url: str
    environment: dict
    home: Path


@dataclass(frozen=True)
class TrialDriver:
    """A driver as unpin calls it, its version, and the function that runs trials with it.

    `spelled` makes of the URL of a trial what a configuration of this driver has.
    """

    name: str
    ident: str
    version: str
    run: object
    missing: object = lambda: None
    spelled: object = str


def _environment(trial):
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, "HOME": str(trial.home), **trial.environment}


def _of_jdbc(url):
    return f"jdbc:{url}"


def _dsn(url):
    """The DSN of Perl's DBI that says the same as a URL."""
    parts = urlsplit(url)
    pairs = [f"dbname={parts.path[1:]}", f"host={parts.hostname}", f"port={parts.port}"]
    return "dbi:Pg:" + ";".join([*pairs, *filter(None, parts.query.split("&"))])


def _each(command, user=None, spelled=str):
    """The answers of a program that is started for each trial.

    As `user`, if root runs the tests: Go asks for the home folder of the user, not for HOME, but
    for a user who is not in the list.
    """

    def run(trials, folder):
        for trial in trials:
            ran = subprocess.run(
                [*command(folder), spelled(trial.url)], env={"USER": "trial", **_environment(trial)},
                capture_output=True, text=True, timeout=PATIENCE, check=False,
                user=None if os.geteuid() else user,
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
                input="".join(f"{_of_jdbc(trial.url)}\n" for trial in mine), capture_output=True,
                text=True, timeout=PATIENCE, check=True,
            )  # fmt: skip
            answers |= dict(zip(map(id, mine), ran.stdout.splitlines(), strict=True))
        yield from (answers[id(trial)] for trial in trials)

    return run


@cache
def go_program(source, folder):
    """The program that Go makes of a source: it has only what Debian packages."""
    program = folder / Path(source).stem
    subprocess.run(
        ["go", "build", "-o", program, PROGRAMS / source],
        env=os.environ
        | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": "", "CGO_ENABLED": "0"},
        timeout=10 * PATIENCE, check=True,
    )  # fmt: skip
    return (program,)


def _sqlx_of_cli(trials, folder):
    """A migration says whether its session has TLS, and fails."""
    source = folder / "migrations"
    source.mkdir(exist_ok=True)
    question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
    (source / "1_ask.sql").write_text(
        f"DO $$ BEGIN RAISE EXCEPTION 'tls=%', ({question}); END $$;\n"
    )
    for trial in trials:
        ran = subprocess.run(
            [SQLX, "migrate", "run", "--connect-timeout", "1", "--source", source,
             "--database-url", trial.url],
            env=_environment(trial), capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        said = ran.stdout + ran.stderr
        found = re.search(r"tls=([tf])", said)
        yield found[1] if found else f"error: {' '.join(said.split())}"


def _libpq_of_psycopg():
    import psycopg

    return str(psycopg.pq.version() // 10000)


def _without_module(name):
    def missing():
        if not (NODE_MODULES / name).exists():
            return lacking(f"no module {name}", f"npm ci --prefix {NODE_MODULES.parent}")
        return None

    return missing


def without_go(library, package):
    """Says whether a library of Go is missing."""

    def missing():
        there = (GOPATH / "src/github.com" / library).exists()
        return None if there else lacking(f"no {library}", debian(package))

    return missing


def without_perl(name):
    """Says whether a driver of Perl's DBI is missing."""
    install = debian(f"libdbd-{name.lower()}-perl")
    return _without_library(["perl", f"-MDBD::{name}", "-e1"], f"DBD::{name}", install)


def without_ruby(name):
    """Says whether a library of Ruby is missing."""
    return _without_library(["ruby", f"-r{name}", "-e1"], f"{name} of Ruby", debian(f"ruby-{name}"))


def _without_library(command, name, install):
    def missing():
        if shutil.which(command[0]) is not None:
            ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
            if ran.returncode == 0:
                return None
        return lacking(f"no {name}", install)

    return missing


def in_venv(module):
    """Says whether a module of the drivers' own environment is missing."""

    def missing():
        return None if (SITE / module).exists() else lacking(f"no {module}", "make drivers")

    return missing


def _without_sqlx():
    return None if SQLX.exists() else lacking("no sqlx", "make drivers")


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
    yield TrialDriver(
        "DBD::Pg", "libpq", "15", _each(lambda _: ("perl", PROGRAMS / "connect_dbi.pl"), spelled=_dsn),
        without_perl("Pg"), _dsn,
    )  # fmt: skip
    yield TrialDriver(
        "pg of Ruby", "libpq", "15", _each(lambda _: ("ruby", PROGRAMS / "connect_pg.rb")),
        without_ruby("pg"),
    )  # fmt: skip
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
                _of_jdbc,
            )
    yield TrialDriver(
        "lib/pq", "lib/pq", "1.10", _each(lambda folder: go_program("connect.go", folder)),
        without_go("lib/pq", "golang-github-lib-pq-dev"),
    )  # fmt: skip
    yield TrialDriver(
        "pgx", "pgx", "4.15", _each(lambda folder: go_program("connect_pgx.go", folder), NOBODY),
        without_go("jackc/pgx", "golang-github-jackc-pgx-v4-dev"),
    )  # fmt: skip
    yield TrialDriver(
        "sqlx with rustls", "sqlx", "0.9",
        _each(lambda _: (VENV / "bin" / "python", PROGRAMS / "connect_rsqlx.py")),
        in_venv("rsqlx"),
    )  # fmt: skip
    yield TrialDriver("sqlx with native-tls", "sqlx", "0.8", _sqlx_of_cli, _without_sqlx)


DRIVERS = tuple(drivers())
JDK_PACKAGE = JDK
