"""Each driver of MySQL does what its rule says, against a real MariaDB.

The server takes connections with TLS and without; its certificate is for localhost, not 127.0.0.1.
"""

import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import programs
from tests.conformance.lab import mariadb
from tests.conformance.sampling import FULL
from tests.pki import Authority, pem
from tests.referees.drivers.clients import PROGRAMS
from tests.referees.drivers.dotnet import MYSQLCONNECTOR, trusting
from tests.referees.drivers.mysql_clients import DOTNET_STRING, MYSQL_DRIVERS
from tests.referees.drivers.server import names_of
from tests.referees.drivers.test_modes import expected
from unpin.api import convert
from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.connections.drivers import driver_named
from unpin.connections.model import Circumstances, Place, Verifies, version_of
from unpin.stores.opening import open_bytes

WRONG_NAME = "127.0.0.1"
SAME_STRINGS = {"mysql.data": "mysqlconnector"}
"""Drivers that no connection string tells from another."""

_OPTIONAL = "dbi:mysql:host=HOST;port=PORT;mysql_ssl=1;mysql_ssl_optional=1;mysql_ssl_ca_file=GOOD"
_ENFORCED = "dbi:MariaDB:host=HOST;port=PORT;mariadb_ssl=1;mariadb_ssl_ca_file=GOOD"
OVER_PLAINTEXT = {
    "DBD::mysql": (_OPTIONAL, f"'{_OPTIONAL}'", ("f", True)),
    "DBD::MariaDB": (_ENFORCED, f"'{_ENFORCED}'", ("e", False)),
    "mysql2 of Ruby": (
        '{"host": "HOST", "port": "PORT", "sslca": "GOOD", "sslverify": true}',
        "Mysql2::Client.new(host: 'HOST', sslca: 'GOOD', sslverify: true)",
        ("f", True),
    ),
}
"""What a driver is given, the same in a program, its answer, and whether unpin notes it."""

FORMATS = {".jks": "JKS", ".pkcs12": "PKCS12", ".der": "DER"}
EVERYDAY = 3
"""The most cases of a driver in the everyday run."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The port, and the folder of the stores."""
    if told := mariadb.missing():
        programs.not_run(told)
    folder = tmp_path_factory.mktemp("stores")
    root = Authority("Trial Root")
    leaf = Authority("localhost", root, ca=False, extensions=(names_of("localhost"),))
    for name, authority in (("good", root), ("bad", Authority("Other Root"))):
        data = pem(authority.certificate)
        for ending in ("", ".pem"):
            (folder / f"{name}{ending}").write_bytes(data)
        for kind in ("jks", "pkcs12", "der"):
            store = convert(open_bytes(data, source=name), to=kind)
            (folder / f"{name}.pem.{kind}").write_bytes(store.data)
    client = Authority("client", root, ca=False)
    (folder / "client.pem").write_bytes(pem(client.certificate))
    (folder / "client-key.pem").write_bytes(
        client.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    statements = "CREATE USER 'app'@'%' IDENTIFIED BY 'pw';\n"
    with mariadb.mariadb_server(leaf, statements=statements) as (port, _):
        yield port, folder


def placed(text, server, host):
    port, folder = server
    text = text.replace('"PORT"', str(port)).replace("PORT", str(port)).replace("HOST", host)
    text = text.replace("GOOD", f"{folder}/good.pem").replace("BAD", f"{folder}/bad.pem")
    text = text.replace("PLAIN", f"{folder}/good").replace("CLIENT", f"{folder}/client.pem")
    return text.replace("KEY", f"{folder}/client-key.pem")


def behaviour_of(driver, text):
    found = connections_in(document_of("x", text), [])
    known = driver_named(driver.ident)
    readers = {known.ident, SAME_STRINGS.get(known.ident)}
    mine = [each for each in found if readers & set(each.drivers)]
    assert len(mine) == 1, (text, found)
    circumstances = Circumstances(mine[0], "/nowhere", os.path.exists, version_of(driver.version))
    return (getattr(driver, "rule", None) or known.rule)(circumstances)


def holds_the_root(behaviour, server):
    """Whether a store that the client reads holds the server's root, in a format that it reads."""
    paths = [
        Path(each.path)
        for each in behaviour.stores
        if each.path and FORMATS.get(Path(each.path).suffix, "PEM") in each.accepts
    ]
    return any(path.parent == server[1] and path.name.startswith("good") for path in paths)


@pytest.mark.referee
@pytest.mark.parametrize("driver", MYSQL_DRIVERS, ids=lambda driver: driver.name)
def test_the_driver_does_as_its_rule_says(driver, server, record_property):
    if told := driver.missing():
        programs.not_run(told)
    programs.note(f"{driver.name}: {driver.version}")
    cases = driver.cases
    if not FULL and len(cases) > EVERYDAY:
        cases = cases[:: -(-len(cases) // EVERYDAY)]
    hosts = (driver.right_name, WRONG_NAME)
    every = [(given, text, host) for given, text in cases for host in hosts]
    lines = [placed(given, server, host) for given, _, host in every]
    answers = list(driver.run(lines, server[1]))
    wrong = []
    for (given, text, host), answer in zip(every, answers, strict=True):
        behaviour = behaviour_of(driver, placed(text, server, host))
        if behaviour.verifies is Verifies.UNKNOWN:
            continue
        good, right = holds_the_root(behaviour, server), host == driver.right_name
        wanted = expected(driver, behaviour, None, good=good, right_name=right)
        if "compares the certificate with localhost" in (behaviour.broken or ""):
            wanted = "t" if good else "error"  # the name of this server is localhost
        if wanted != answer.partition(":")[0]:
            wrong.append((given, host, wanted, answer[:150], behaviour.why))
    record_property("trials", len(every))
    assert wrong == []


@pytest.mark.referee
def test_dbd_mariadb_without_a_file_verifies_with_the_default_roots_of_openssl(server):
    (driver,) = [each for each in MYSQL_DRIVERS if each.name == "DBD::MariaDB"]
    if told := driver.missing():
        programs.not_run(told)
    dsn = f"dbi:MariaDB:host={driver.right_name};port={server[0]};mariadb_ssl=1"
    (store,) = behaviour_of(driver, f"DBI->connect('{dsn}');\n").stores
    assert store.place is Place.OPENSSL
    answers = [
        subprocess.run(
            ["perl", PROGRAMS / "connect_dbi.pl", dsn], capture_output=True, text=True, timeout=60,
            check=True, env={**os.environ, "SSL_CERT_FILE": f"{server[1]}/{name}.pem"},
        ).stdout[0]
        for name in ("good", "bad")
    ]  # fmt: skip
    assert answers == ["t", "e"]


@pytest.mark.referee
def test_no_option_but_enforced_tls_refuses_a_server_without_tls(tmp_path):
    """What unpin notes of mysql2, and of DBD::mysql with mysql_ssl_optional=1."""
    drivers = {each.name: each for each in MYSQL_DRIVERS}
    for told in (mariadb.missing(), *(drivers[name].missing() for name in OVER_PLAINTEXT)):
        if told:
            programs.not_run(told)
    root = Authority("Trial Root")
    (tmp_path / "good.pem").write_bytes(pem(root.certificate))
    statements = "CREATE USER 'app'@'%' IDENTIFIED BY 'pw';\n"
    options = ("--skip-ssl",)
    with mariadb.mariadb_server(root, options=options, statements=statements) as (port, _):
        for name, (given, text, noted) in OVER_PLAINTEXT.items():
            server = (port, tmp_path)
            (answer,) = drivers[name].run([placed(given, server, "127.0.0.1")], tmp_path)
            notes = behaviour_of(drivers[name], placed(text, server, "127.0.0.1")).notes
            assert (answer[0], any("offers no TLS" in each for each in notes)) == noted


@pytest.mark.referee
@pytest.mark.parametrize("driver", MYSQLCONNECTOR, ids=lambda driver: driver.name)
def test_verifyfull_of_mysqlconnector_asks_for_revocation(driver, server):
    """It fails with a root in the store of the system, since the certificate names no CRL."""
    if told := driver.missing():
        programs.not_run(told)
    texts = [
        placed(f"{DOTNET_STRING};SslMode={mode}", server, "localhost")
        for mode in ("VerifyCA", "VerifyFull")
    ]
    chain, full = driver.answers([(text, {}) for text in texts], trusting(server[1] / "good.pem"))
    assert chain == "t"
    assert "RemoteCertificateChainErrors" in full
    behaviours = [behaviour_of(driver, f"MAIN={text}\n") for text in texts]
    assert [any("revocation" in note for note in each.notes) for each in behaviours] == [
        False,
        True,
    ]
