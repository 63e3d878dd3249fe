"""Npgsql does what its rule says, in four versions, against a real PostgreSQL.

The server takes connections with TLS and without. A root file is nowhere, in the connection string,
in the home folder or in PGSSLROOTCERT, as in test_modes.
"""

import os
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from tests import programs
from tests.conformance.lab import postgres
from tests.conformance.sampling import FULL
from tests.referees.drivers.dotnet import NPGSQL, trusting
from tests.referees.drivers.server import RIGHT_NAME, WRONG_NAME, trial_server
from tests.referees.drivers.test_modes import expected
from unpin.api import convert
from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.connections.drivers import driver_named
from unpin.connections.model import Circumstances, Place, version_of
from unpin.stores.opening import open_bytes

MODES = (
    "", "Disable", "Allow", "Prefer", "Require", "VerifyCA", "VerifyFull", "verifyfull",
    "verify-full", "VERIFY_CA", "Verify Full", "0", "2", "5", "6",
)  # fmt: skip
TRUST = ("", "true", "false", "yes", "1")
PLACES = ("none", "string", "home", "environment")
MORE = (
    "SslNegotiation=Direct", "SSL Mode=Require;SslNegotiation=Postgres", "SSL Mode=;Root Certificate=BAD",
    "SSL Mode=VerifyFull;Root Certificate=", "SSL Mode=VerifyFull;Root Certificate=/no/such/file",
    "SSL Mode=Require;Root Certificate=/no/such/file", "SSL Mode=VerifyCA;RootCertificate=GOOD",
    "SSL Mode=VerifyFull;Root Certificate=system", "sslmode=VerifyCA;rootcertificate=GOOD",
    "Trust Server Certificate=;SSL Mode=VerifyFull", "SSL Mode=Prefer;Root Certificate=/no/such/file",
)  # fmt: skip
VARIABLES = (
    {}, {"PGSSLROOTCERT": ""}, {"PGSSLROOTCERT": "/no/such/file"}, {"PGSSLROOTCERT": "BAD"},
    {"PGSSLMODE": "verify-full"},
)  # fmt: skip
DIRECT = {"PGSSLNEGOTIATION": "direct"}
"""The server knows no such negotiation, but Npgsql refuses it at once in most modes."""

EVERYDAY = 61
"""Of so many connections, the everyday run makes one."""


@pytest.fixture(scope="module")
def server():
    if told := postgres.missing():
        programs.not_run(told)
    with trial_server() as one:
        yield one


def modes(server):
    """Each mode with each place of a root file, which holds the right root or another."""
    for mode, trust, place in product(MODES, TRUST, PLACES):
        for good, name in ((False, RIGHT_NAME), (True, RIGHT_NAME), (True, WRONG_NAME)):
            if good and place == "none":
                continue
            root = server.good if good else server.bad
            home = server.folder / f"npgsql-{place == 'home'}-{good}"
            (home / ".postgresql").mkdir(parents=True, exist_ok=True)
            if place == "home":
                (home / ".postgresql" / "root.crt").write_bytes(root.read_bytes())
            words = [f"SSL Mode={mode}"] if mode else []
            words += [f"Trust Server Certificate={trust}"] if trust else []
            words += [f"Root Certificate={root}"] if place == "string" else []
            variables = {"PGSSLROOTCERT": str(root)} if place == "environment" else {}
            yield name, words, variables, home


def more(server):
    home = server.folder / "npgsql-True-True"
    (home / ".postgresql").mkdir(parents=True, exist_ok=True)
    (home / ".postgresql" / "root.crt").write_bytes(server.good.read_bytes())
    for words, variables, own in product(MORE, VARIABLES, (home, server.folder)):
        named = {key: value.replace("BAD", str(server.bad)) for key, value in variables.items()}
        text = words.replace("GOOD", str(server.good)).replace("BAD", str(server.bad))
        yield RIGHT_NAME, [text], named, own
    for words in ("", "SSL Mode=Disable", "SSL Mode=Prefer", "SslNegotiation=Postgres"):
        yield RIGHT_NAME, [words], DIRECT, home


def formats(server):
    """The right root in every format and company, as Root Certificate."""
    good, bad = server.good.read_bytes(), server.bad.read_bytes()
    files = {
        "two": good + bad, "second": bad + good, "words": b"some words\n" + good,
        "der": convert(open_bytes(good, source="x"), to="der").data,
        "pkcs12": pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(load_pem_x509_certificate(good), None)], NoEncryption()
        ),
        "jks": convert(open_bytes(good, source="x"), to="jks").data,
        "pkcs7": convert(open_bytes(good, source="x"), to="pkcs7").data,
    }  # fmt: skip
    for name, data in files.items():
        file = server.folder / f"root.{name}"
        file.write_bytes(data)
        yield RIGHT_NAME, ["SSL Mode=VerifyFull", f"Root Certificate={file}"], {}, server.folder


def behaviour_of(driver, text, variables, home):
    lines = [f"MAIN={text}", *(f"{name}={value}" for name, value in variables.items())]
    (connection,) = connections_in(document_of("x.env", "\n".join(lines)), [])
    assert driver.ident in connection.drivers
    version = version_of(driver.version)
    circumstances = Circumstances(connection, str(home), os.path.exists, version)
    return driver_named(driver.ident).rule(circumstances)


FORMATS = {"der": "DER", "jks": "JKS", "pkcs7": "PKCS7", "pkcs12": "PKCS12"}


def holds_the_root(behaviour, server, *, trusted):
    """Whether a store that Npgsql reads has the root of the server."""
    for store in behaviour.stores:
        if store.place is Place.OS and trusted:
            return True
        path = Path(store.path or "/nonexistent")
        if path == server.bad or not path.exists():
            continue
        wanted = FORMATS.get(path.suffix.removeprefix("."), "PEM")
        if wanted in store.accepts and path.read_bytes() != server.bad.read_bytes():
            return True
    return False


def assert_as_predicted(driver, server, every, *, trusted=False):
    if told := driver.missing():
        programs.not_run(told)
    programs.note(driver.name)
    # Time-outs: see scripts.dotnet_drivers.
    fixed = f"Port={server.port};Username=postgres;Database=postgres;Pooling=false;Timeout=1000"
    texts = [f"Host={name};{fixed};{';'.join(words)}".rstrip(";") for name, words, _, _ in every]
    given = [
        (text, {"HOME": str(home), **variables})
        for text, (_, _, variables, home) in zip(texts, every, strict=True)
    ]
    answers = driver.answers(given, trusting(server.good) if trusted else {})
    wrong = []
    for text, (name, _, variables, home), answer in zip(texts, every, answers, strict=True):
        behaviour = behaviour_of(driver, text, variables, home)
        good = holds_the_root(behaviour, server, trusted=trusted)
        mode = "allow" if "=Allow" in text else ""
        wanted = expected(driver, behaviour, mode, good=good, right_name=name == RIGHT_NAME)
        if wanted != answer.partition(":")[0]:
            wrong.append((text, variables, home.name, wanted, answer[:200], behaviour.why))
    assert wrong == []


@pytest.mark.referee
@pytest.mark.parametrize("trusted", [False, True], ids=["", "trusted by the system"])
@pytest.mark.parametrize("driver", NPGSQL, ids=lambda driver: driver.name)
def test_npgsql_does_as_its_rule_says(driver, server, trusted, record_property):
    every = [*modes(server), *more(server)]
    every = every if FULL else every[::EVERYDAY]
    assert_as_predicted(driver, server, every, trusted=trusted)
    record_property("trials", len(every))


@pytest.mark.referee
@pytest.mark.skipif(not FULL, reason="make referees tries all formats")
@pytest.mark.parametrize("driver", NPGSQL, ids=lambda driver: driver.name)
def test_npgsql_reads_the_formats_that_its_rule_names(driver, server):
    assert_as_predicted(driver, server, list(formats(server)))
