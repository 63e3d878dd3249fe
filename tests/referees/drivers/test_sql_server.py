"""The drivers of SQL Server do what their rules say, against a server that speaks TDS to the login."""

import json
import os
import re
import subprocess
from itertools import product

import pytest

from tests import programs
from tests.conformance.sampling import FULL
from tests.pki import Authority, pem
from tests.referees.drivers.clients import PROGRAMS, SITE, VENV, in_venv
from tests.referees.drivers.dotnet import SQLCLIENT, trusting
from tests.referees.drivers.server import names_of
from tests.referees.drivers.tds_server import tds_server
from tests.referees.drivers.test_modes import expected
from tests.servers import key_pem
from unpin.api import convert
from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.connections.drivers import driver_named
from unpin.connections.model import Circumstances, Place, Verifies, version_of
from unpin.stores.opening import open_bytes

JAR = SITE / "atoti_directquery_mssql/data/atoti-directquery-mssql.jar"
EVERYDAY = 41
"""Of so many cases, the everyday run makes one: a failed handshake is tried five times."""
HOSTS = ("localhost", "127.0.0.1")
ENCRYPT = ("", "false", "true", "optional", "no", "mandatory", "strict")
STORES = (
    "", "trustServerCertificate=true", "trustStore=GOOD;trustStorePassword=changeit",
    "trustStore=BAD;trustStorePassword=changeit", "trustStore=/no/such/file;trustStorePassword=x",
    "trustServerCertificate=true;trustStore=BAD;trustStorePassword=changeit",
    "serverCertificate=/no/such/file",
)  # fmt: skip

DOTNET_ENCRYPT = (*ENCRYPT, "yes", "1", "Strict")
DOTNET_STORES = (
    "", "TrustServerCertificate=true", "Trust Server Certificate=yes", "TrustServerCertificate=1",
    "TrustServerCertificate=no", "ServerCertificate=LEAF", "Server Certificate=OTHER",
    "ServerCertificate=/no/such/file", "TrustServerCertificate=true;ServerCertificate=OTHER",
    "HostNameInCertificate=localhost", "ServerCertificate=LEAF;HostNameInCertificate=localhost",
)  # fmt: skip
DOTNET_EVERYDAY = 73


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A server certificate for localhost, and stores with its root and with another root."""
    folder = tmp_path_factory.mktemp("sql-server")
    root = Authority("Trial Root")
    leaf = Authority("localhost", root, ca=False, extensions=(names_of("localhost"),))
    (folder / "leaf.pem").write_bytes(pem(leaf.certificate))
    other = Authority("localhost", root, ca=False, extensions=(names_of("localhost"),))
    (folder / "other.pem").write_bytes(pem(other.certificate))
    (folder / "root.pem").write_bytes(pem(root.certificate))
    (folder / "key.pem").write_bytes(key_pem(leaf))
    for name, authority in (("GOOD", root), ("BAD", Authority("Other Root"))):
        store = convert(open_bytes(pem(authority.certificate), source=name), to="jks")
        (folder / name).write_bytes(store.data)
    return folder


def behaviour_of(ident, version, text):
    (connection,) = connections_in(document_of("x", text), [])
    circumstances = Circumstances(connection, "/nowhere", os.path.exists, version)
    return driver_named(ident).rule(circumstances)


def answer_of(queue):
    """What reached the server; a driver may have tried several times."""
    answers = [queue.get(timeout=30)]
    while not queue.empty():
        answers.append(queue.get())
    known = {answer for answer in answers if answer in {"t", "f"}}
    return known.pop() if known else "error"


@pytest.mark.referee
@pytest.mark.parametrize("forces", [False, True], ids=["of the login", "of the session"])
def test_mssql_jdbc_does_as_its_rule_says(files, forces, tmp_path):
    """Where the server forces encryption, encrypt=false verifies as encrypt=true does."""
    if forces and not FULL:
        pytest.skip("make referees tries a server that forces encryption")
    if told := in_venv("atoti_directquery_mssql")() or programs.absent("java", "javac"):
        programs.not_run(told)
    subprocess.run(["javac", "-d", tmp_path, PROGRAMS / "ConnectSqlServer.java"], check=True)
    cases = [
        (";".join(part for part in (encrypt and f"encrypt={encrypt}", store) if part), host)
        for encrypt, store, host in product(ENCRYPT, STORES, HOSTS)
    ]
    cases = cases if FULL else cases[::EVERYDAY]
    wrong = []
    with subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{tmp_path}:{JAR}", "ConnectSqlServer"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as driver:  # fmt: skip
        for given, host in cases:
            query = given.replace("GOOD", f"{files}/GOOD").replace("BAD", f"{files}/BAD")
            with tds_server(files / "leaf.pem", files / "key.pem", forces=forces) as (port, said):
                url = f"jdbc:sqlserver://{host}:{port};{query}".rstrip(";")
                driver.stdin.write(f"{url};loginTimeout=5\n")
                driver.stdin.flush()
                refused = "valid boolean value" in driver.stdout.readline()
                answer = "error" if refused else answer_of(said)
            judged = url.replace("encrypt=false", "encrypt=true") if forces else url
            behaviour = behaviour_of("mssql-jdbc", (10, 2, 1), f"URL={judged}\n")
            good = any(store.path == f"{files}/GOOD" for store in behaviour.stores)
            wanted = expected_of_login(behaviour, good=good, right_name=host == HOSTS[0])
            if wanted != answer:
                wrong.append((query, host, wanted, answer, behaviour.why))
        driver.stdin.close()
    assert wrong == []


def expected_of_login(behaviour, *, good, right_name):
    """A client that does not encrypt the session still encrypts the login, and verifies nothing."""
    if behaviour.is_plaintext:
        return "t"
    return expected(driver_named("libpq"), behaviour, None, good=good, right_name=right_name)


def expected_of_sqlclient(behaviour, *, trusted, leaf, host):
    """A pinned leaf must be the server's; a store of the system may hold the root."""
    pins = [store for store in behaviour.stores if store.path]
    if behaviour.verifies is Verifies.EXACT and behaviour.broken is None:
        vouched = trusted and host == HOSTS[0] and any("vouches" in n for n in behaviour.notes)
        return "t" if pins[0].path == leaf or vouched else "error"
    by_name = any(note.startswith("a certificate for localhost") for note in behaviour.notes)
    good = trusted and any(store.place is Place.OS for store in behaviour.stores)
    return expected_of_login(behaviour, good=good, right_name=by_name or host == HOSTS[0])


@pytest.mark.referee
@pytest.mark.parametrize("forces", [False, True], ids=["of the login", "of the session"])
@pytest.mark.parametrize("trusted", [False, True], ids=["", "trusted by the system"])
@pytest.mark.parametrize("driver", SQLCLIENT, ids=lambda driver: driver.name)
def test_sqlclient_does_as_its_rule_says(files, driver, trusted, forces, record_property):
    """Where the server forces encryption, Encrypt=False verifies as Encrypt=True does.

    System.Data.SqlClient does not even verify then.
    """
    if forces and not FULL:
        pytest.skip("make referees tries a server that forces encryption")
    if told := driver.missing():
        programs.not_run(told)
    programs.note(driver.name)
    cases = [
        (";".join(part for part in (encrypt and f"Encrypt={encrypt}", store) if part), host)
        for encrypt, store, host in product(DOTNET_ENCRYPT, DOTNET_STORES, HOSTS)
    ]
    cases = cases if FULL else cases[::DOTNET_EVERYDAY]
    wrong = []
    with subprocess.Popen(
        driver.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=os.environ | (trusting(files / "root.pem") if trusted else {}),
    ) as program:  # fmt: skip
        for given, host in cases:
            words = given.replace("LEAF", f"{files}/leaf.pem").replace(
                "OTHER", f"{files}/other.pem"
            )
            with tds_server(files / "leaf.pem", files / "key.pem", forces=forces) as (port, said):
                text = f"Server={host},{port};User ID=a;Password=b;Initial Catalog=c;{words}"
                more = ";Pooling=false;ConnectRetryCount=0;Connect Timeout=5"
                program.stdin.write(f"{json.dumps([text.rstrip(';') + more, {}])}\n")
                program.stdin.flush()
                refused = REFUSED.search(program.stdout.readline())
                answer = "error" if refused else answer_of(said)
            behaviour = behaviour_of(
                driver.ident, version_of(driver.version), f"MAIN={judged(text, driver, forces)}\n"
            )
            wanted = expected_of_sqlclient(
                behaviour, trusted=trusted, leaf=f"{files}/leaf.pem", host=host
            )
            if wanted != answer:
                wrong.append((words, host, wanted, answer, behaviour.why))
        program.stdin.close()
    record_property("trials", len(cases))
    assert wrong == []


REFUSED = re.compile(r"Keyword not supported|Invalid value")
"""What SqlClient says of a connection string, before it connects."""


def judged(text, driver, forces):
    """The string whose verdict holds: that of Encrypt=True, if a server forces encryption."""
    if not forces or driver.ident != "sqlclient":
        return text
    return re.sub(r"Encrypt=(?:false|no|optional)\b", "Encrypt=true", text)


@pytest.mark.referee
@pytest.mark.parametrize("encryption", [None, "off", "request", "require"])
def test_pymssql_verifies_nothing(files, encryption):
    if told := in_venv("pymssql")():
        programs.not_run(told)
    options = {} if encryption is None else {"encryption": encryption}
    words = "".join(f", {key}={value!r}" for key, value in options.items())
    text = f"import pymssql\npymssql.connect(host='localhost'{words})\n"
    behaviour = behaviour_of("pymssql", None, text)
    with tds_server(files / "leaf.pem", files / "key.pem", forces=False) as (port, said):
        program = (
            "import json, pymssql, sys\n"
            "pymssql.connect(server='127.0.0.1', port=sys.argv[1], user='a', password='b',"
            " login_timeout=5, **json.loads(sys.argv[2]))\n"
        )
        subprocess.run(
            [VENV / "bin" / "python", "-c", program, str(port), json.dumps(options)],
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert answer_of(said) == ("f" if behaviour.is_plaintext else "t")
