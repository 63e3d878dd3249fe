"""The drivers of SQL Server do what their rules say, against a server that speaks TDS to the login."""

import ctypes
import json
import os
import re
import subprocess
from itertools import product

import pytest

from tests import programs
from tests.conformance.sampling import FULL
from tests.pki import Authority, pem
from tests.programs import debian, lacking
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
ODBC_ENCRYPT = (*DOTNET_ENCRYPT, "MANDATORY")
ODBC_STORES = (
    "", "TrustServerCertificate=yes", "TrustServerCertificate=Yes;ServerCertificate=OTHER",
    "TrustServerCertificate=true", "TrustServerCertificate=no", "ServerCertificate=LEAF",
    "ServerCertificate=OTHER", "ServerCertificate=/no/such/file", "HostNameInCertificate=localhost",
    "ServerCertificate=LEAF;HostNameInCertificate=localhost",
)  # fmt: skip
ODBC_EVERYDAY = 37


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


def together(encrypt, stores, every):
    """Each setting of encryption with each store and host; a few of them in the everyday run."""
    cases = [
        (";".join(part for part in (word and f"Encrypt={word}", store) if part), host)
        for word, store, host in product(encrypt, stores, HOSTS)
    ]
    return cases if FULL else cases[::every]


def answers(files, command, lines, *, trusted, forces):
    """The answer to each line; PORT in it stands for the server."""
    environment = os.environ | (trusting(files / "root.pem") if trusted else {})
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, env=environment,
    ) as program:  # fmt: skip
        for line in lines:
            with tds_server(files / "leaf.pem", files / "key.pem", forces=forces) as (port, said):
                program.stdin.write(f"{line.replace('PORT', str(port))}\n")
                program.stdin.flush()
                refused = REFUSED.search(program.stdout.readline())
                yield "error" if refused else answer_of(said)
        program.stdin.close()


REFUSED = re.compile(r"Keyword not supported|Invalid value")
"""What a driver says of a connection string, before it connects."""


def placed(given, files):
    return given.replace("LEAF", f"{files}/leaf.pem").replace("OTHER", f"{files}/other.pem")


def encrypting(text, words):
    """The string whose verdict holds where a server forces encryption: that of Encrypt=yes."""
    return re.sub(rf"Encrypt=(?:{words})\b", "Encrypt=yes", text)


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
    cases = together(DOTNET_ENCRYPT, DOTNET_STORES, DOTNET_EVERYDAY)
    texts = [
        f"Server={host},PORT;User ID=a;Password=b;Initial Catalog=c;{placed(given, files)}"
        for given, host in cases
    ]
    more = ";Pooling=false;ConnectRetryCount=0;Connect Timeout=5"
    lines = [json.dumps([text.rstrip(";") + more, {}]) for text in texts]
    wrong = []
    found = answers(files, driver.command, lines, trusted=trusted, forces=forces)
    for text, (given, host), answer in zip(texts, cases, found, strict=True):
        verifies = forces and driver.ident == "sqlclient"
        judged = encrypting(text, "false|no|optional") if verifies else text
        behaviour = behaviour_of(driver.ident, version_of(driver.version), f"MAIN={judged}\n")
        leaf = f"{files}/leaf.pem"
        wanted = expected_of_sqlclient(behaviour, trusted=trusted, leaf=leaf, host=host)
        if wanted != answer:
            wrong.append((given, host, wanted, answer, behaviour.why))
    record_property("trials", len(cases))
    assert wrong == []


@pytest.mark.referee
@pytest.mark.parametrize("forces", [False, True], ids=["of the login", "of the session"])
@pytest.mark.parametrize("trusted", [False, True], ids=["", "trusted by the system"])
def test_the_odbc_driver_does_as_its_rule_says(files, trusted, forces, record_property):
    """Microsoft's own, which mssql-python brings along."""
    if forces and not FULL:
        pytest.skip("make referees tries a server that forces encryption")
    if told := in_venv("mssql_python_odbc")() or lacking_library("libltdl.so.7", "libltdl7"):
        programs.not_run(told)
    cases = together(ODBC_ENCRYPT, ODBC_STORES, ODBC_EVERYDAY)
    texts = [f"Server={host},PORT;UID=a;PWD=b;{placed(given, files)}" for given, host in cases]
    command = [VENV / "bin" / "python", PROGRAMS / "connect_odbc.py"]
    lines = [f"{text.rstrip(';')};ConnectRetryCount=0" for text in texts]
    wrong = []
    found = answers(files, command, lines, trusted=trusted, forces=forces)
    for text, (given, host), answer in zip(texts, cases, found, strict=True):
        judged = encrypting(text, "no|optional") if forces else text
        behaviour = behaviour_of(
            "odbc", (18, 6), f"MAIN=Driver={{ODBC Driver 18 for SQL Server}};{judged}\n"
        )
        leaf = f"{files}/leaf.pem"
        wanted = expected_of_sqlclient(behaviour, trusted=trusted, leaf=leaf, host=host)
        if wanted != answer:
            wrong.append((given, host, wanted, answer, behaviour.why))
    record_property("trials", len(cases))
    assert wrong == []


def lacking_library(name, package):
    """What to say if a library of the system is not here; None if it is."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return lacking(f"no {name}", debian(package))
    return None


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
