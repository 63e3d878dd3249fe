"""Each driver does in each mode what its rule says: whether it verifies, and falls back.

The server takes connections with TLS and without. A root file is nowhere, in the URL, in the home
folder or in PGSSLROOTCERT; it holds another root than the server's, or the right one, and then the
name in the certificate is also wrong.
"""

import os
from pathlib import Path

import pytest

from tests import programs
from tests.conformance.lab import postgres
from tests.conformance.sampling import FULL
from tests.referees.drivers.clients import DRIVERS, Trial
from tests.referees.drivers.server import RIGHT_NAME, WRONG_NAME, trial_server
from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.connections.drivers import driver_named
from unpin.connections.model import Circumstances, Verifies, version_of

MODES = (None, "disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PLACES = ("none", "URL", "home", "environment")
EVERYDAY = 23
"""Of so many trials, the everyday run makes one: a driver starts a process for each."""


@pytest.fixture(scope="module")
def server():
    if told := postgres.missing():
        programs.not_run(told)
    with trial_server() as one:
        yield one


def trials(server, extra=""):
    """Every trial, with what its root file holds and whether the name is right."""
    cases = [(mode, place, False, RIGHT_NAME) for mode in MODES for place in PLACES]
    cases += [
        (mode, place, True, name)
        for mode in MODES
        for place in PLACES[1:]
        for name in (RIGHT_NAME, WRONG_NAME)
    ]
    for number, (mode, place, good, name) in enumerate(cases):
        root = server.good if good else server.bad
        home = server.folder / f"home-{place == 'home'}-{good}"
        (home / ".postgresql").mkdir(parents=True, exist_ok=True)
        if place == "home":
            (home / ".postgresql" / "root.crt").write_bytes(root.read_bytes())
        query = [f"sslmode={mode}"] if mode else []
        query += [f"sslrootcert={root}"] if place == "URL" else []
        query += [extra] if extra else []
        url = f"postgresql://{name}:{server.port}/postgres?{'&'.join(query)}".rstrip("?")
        environment = {"PGUSER": "postgres"}
        if place == "environment":
            environment["PGSSLROOTCERT"] = str(root)
        yield (number, mode, place, good, name), Trial(url, environment, home)


def behaviour_of(driver, trial):
    """What the rule of the driver says, from a configuration in unpin's own words."""
    text = f"DATABASE_URL={driver.spelled(trial.url)}\n"
    text += "".join(f"{name}={value}\n" for name, value in trial.environment.items())
    (connection,) = connections_in(document_of("x.env", text), [])
    circumstances = Circumstances(
        connection, str(trial.home), os.path.exists, version_of(driver.version)
    )
    return driver_named(driver.ident).rule(circumstances)


def expected(driver, behaviour, mode, *, good, right_name):
    """The answer of the driver to a server that takes plaintext as well.

    Allow begins without TLS, but in the drivers of Node.
    """
    if behaviour.broken is not None:
        return "error"
    if behaviour.is_plaintext or (mode == "allow" and driver.ident not in NODE):
        return "f"
    match behaviour.verifies:
        case Verifies.NOTHING:
            return "t"
        case Verifies.NAME_ONLY:
            return "t" if right_name else "error"
        case Verifies.CHAIN:
            return "t" if good else "error"
        case Verifies.FULL:
            return "t" if good and right_name else "error"
        case Verifies.TRIES:
            return "t" if good else "f"
    raise AssertionError(behaviour)


NODE = {"node-postgres", "postgres.js"}
FACTORY = "sslfactory=org.postgresql.ssl"
VARIANTS = {
    "libpq": ("ssl=true", "sslrootcert=system", "requiressl=1", "sslaccept=strict", "sslrootcert="),
    "asyncpg": ("sslrootcert=system", "sslrootcert=/no/such/file"),
    "node-postgres": (
        "uselibpqcompat=true", "ssl=true", "ssl=1", "ssl=0", "ssl=false", "sslrootcert=/no/such/file",
    ),
    "postgres.js": ("ssl=require", "ssl=true", "ssl=false", "sslrootcert=system"),
    "pgjdbc": (
        "ssl=true", "ssl", f"{FACTORY}.NonValidatingFactory", f"{FACTORY}.DefaultJavaSSLFactory",
        "sslMode=verify-full", "sslrootcert=/no/such/file", "sslrootcert=classpath:a.pem",
        f"ssl=true&{FACTORY}.NonValidatingFactory",
        f"{FACTORY}.SingleCertValidatingFactory&sslfactoryarg=file:GOOD",
        f"ssl=true&{FACTORY}.SingleCertValidatingFactory&sslfactoryarg=file:BAD",
    ),
    "lib/pq": ("sslrootcert=/no/such/file",),
    "pgx": ("sslrootcert=/no/such/file",),
    "sqlx": ("sslrootcert=/no/such/file", "ssl-root-cert=BAD"),
}  # fmt: skip
"""What else stands in the URL, by driver; GOOD and BAD are root files."""

WORDS = ("verify-all", "verify_full", "VERIFY-FULL", "no-verify", "Require")
"""Words that some drivers take for a mode."""


def assert_as_predicted(driver, server, every):
    if told := driver.missing():
        programs.not_run(told)
    programs.note(f"{driver.name}: {driver.version}")
    answers = list(driver.run([trial for _, trial in every], Path(server.folder)))
    wrong = []
    for (case, trial), answer in zip(every, answers, strict=True):
        _, mode, place, good, name = case
        behaviour = behaviour_of(driver, trial)
        if behaviour.verifies is Verifies.UNKNOWN:
            continue
        paths = [Path(store.path) for store in behaviour.stores if store.path is not None]
        holds = any(p.exists() and p.read_bytes() == server.good.read_bytes() for p in paths)
        wanted = expected(driver, behaviour, mode, good=holds, right_name=name == RIGHT_NAME)
        if wanted != answer.partition(":")[0]:
            wrong.append((trial.url, place, good, wanted, answer, behaviour.why))
    assert wrong == []


@pytest.mark.referee
@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_the_driver_does_as_its_rule_says(driver, server, record_property):
    every = list(trials(server))
    every = every if FULL else every[::EVERYDAY]
    assert_as_predicted(driver, server, every)
    record_property("trials", len(every))


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="make referees tries all connections")
@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_so_it_does_with_other_parameters(driver, server):
    every = []
    for variant in VARIANTS[driver.ident]:
        extra = variant.replace("GOOD", str(server.good)).replace("BAD", str(server.bad))
        cases = trials(server, extra)
        every += [each for each in cases if each[0][2] in {"none", "home"} and _is_short(each)]
    assert_as_predicted(driver, server, every)


def _is_short(each):
    """Without a mode, and with the modes that matter most."""
    (_, mode, _, good, name), _ = each
    return mode in {None, "prefer", "require", "verify-ca", "verify-full"} and (
        good or name == RIGHT_NAME
    )


@pytest.mark.referee
@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_so_it_does_with_other_words(driver, server):
    (home,) = {
        trial.home
        for (_, _, place, good, _), trial in trials(server)
        if place == "home" and not good
    }
    every = [
        ((0, word, "home", False, RIGHT_NAME),
         Trial(f"postgresql://{RIGHT_NAME}:{server.port}/postgres?sslmode={word}", {"PGUSER": "postgres"}, home))
        for word in (WORDS if FULL else WORDS[:2])
    ]  # fmt: skip
    assert_as_predicted(driver, server, every)
