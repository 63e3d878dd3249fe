"""`unpin server` against MariaDB servers with different settings, and what their client printed."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import programs
from tests.cli.inside import unpin
from tests.cli.test_server import garbage, reset, wait
from tests.conformance.lab import mariadb as lab
from tests.databases import address, eventually
from tests.pki import Authority, pem
from tests.referees.drivers.server import names_of
from tests.servers import PATIENCE, free_port, scripted
from unpin.pki.error_texts.search import explain_text

USERS = f"""\
CREATE DATABASE IF NOT EXISTS shop;
CREATE USER IF NOT EXISTS 'admin'@'%' IDENTIFIED BY 'hunter2';
GRANT ALL ON *.* TO 'admin'@'%' WITH GRANT OPTION;
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'hunter2';
GRANT ALL ON shop.* TO 'app'@'%';
CREATE USER IF NOT EXISTS 'a"\\\\b|c@d'@'%' IDENTIFIED BY 'hunter2';
DROP USER IF EXISTS 'root'@'{socket.gethostname().lower()}';
"""
NAMES = ("'admin'", "'app'", r"""'a"\\b|c@d'""")
SEEING = "--performance-schema=ON"


@pytest.fixture(scope="module")
def root():
    return Authority("Root")


@pytest.fixture(scope="module")
def server(root):
    """Root > localhost."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    names = (names_of("localhost"),)
    return Authority("localhost", root, ca=False, ends=ends, key=key, extensions=names)


@pytest.fixture(scope="module")
def folder(server):
    if told := lab.missing() or programs.absent("mariadb"):
        programs.not_run(told)
    with lab.mariadb_folder(server) as found:
        yield found


@pytest.fixture
def beyond():
    """An address of this machine that is no loopback."""
    found = address()
    if found is None:
        pytest.skip("NOT RUN: this machine has no address beyond its loopback interface")
    return found


@pytest.fixture
def driver():
    if find_spec("pymysql") is None:
        programs.not_run(programs.lacking("no PyMySQL", "pip install PyMySQL"))


def running(folder, *options):
    return lab.mariadb_running(folder, *options, statements=USERS)


def command(port, *options, host="127.0.0.1", user="admin"):
    at = ["--protocol=TCP", f"-h{host}", f"-P{port}", f"-u{user}", "-phunter2"]
    return [programs.program("mariadb"), "--no-defaults", *at, *options]


@contextlib.contextmanager
def session(called):
    """A session of the client that stays open."""
    with subprocess.Popen(
        [*called, "-N", "-B", "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        try:
            process.stdin.write("SELECT 1;\n")
            process.stdin.flush()
            assert process.stdout.readline() == "1\n"
            yield
        finally:
            process.kill()


def printed(port, *options, **words):
    """What the client printed for the query of --sql."""
    script = unpin("server", "--sql", "--dialect", "mariadb").stdout
    return programs.run(*command(port, *options, **words), input=script).stdout


def report(*args, **kwargs):
    ran = unpin("server", *args, "--format", "json", **kwargs)
    assert ran.stderr == b""
    (found,) = json.loads(ran.stdout)["databases"]
    return found, ran.returncode


def asked(port, *options, **words):
    return report("--result", "-", stdin=printed(port, *options, **words))


def dsn(port, query="", user="admin", host="127.0.0.1"):
    return f"mysql://{user}:hunter2@{host}:{port}/shop{query}"


def faults(found):
    return {finding["fault"]: finding for finding in found["findings"]}


def named(found):
    return {(each["user"], each["address"]): each for each in found["sessions"]}


def test_who_connects_how(folder, beyond):
    old = ("--ssl", "--tls-version=TLSv1.1", "--ssl-cipher=AES128-SHA:@SECLEVEL=0")
    with (
        running(folder, SEEING, "--bind-address=0.0.0.0", "--skip-name-resolve",
                "--tls-version=TLSv1.1,TLSv1.2,TLSv1.3", "--ssl-cipher=ALL:@SECLEVEL=0") as port,
        session(command(port, "--skip-ssl", "shop", host=beyond, user="app")),
        session(command(port, "--ssl", host=beyond, user='a"\\b|c@d')),
        session(command(port, *old, host=beyond)),
        session(command(port, "--skip-ssl")),
    ):  # fmt: skip
        found, code = asked(port)
        assert (code, found["verdict"], found["product"]) == (0, "at-risk", "MariaDB")
        sessions = named(found)
        plain = sessions["app", beyond]
        assert (plain["database"], plain["encrypted"]) == ("shop", False)
        assert plain["faults"] == ["plaintext-sessions"]
        assert plain["application"].startswith("mysql, libmariadb 3")
        assert sessions['a"\\b|c@d', beyond]["version"] == "TLSv1.3"
        weak = sessions["admin", beyond]
        assert (weak["version"], weak["cipher"]) == ("TLSv1.1", "AES128-SHA")
        assert weak["faults"] == ["old-version-sessions", "weak-cipher-sessions"]
        assert sessions["admin", "127.0.0.1"]["faults"] == []
        said = faults(found)
        assert set(said) == {
            "plaintext-sessions", "old-version-sessions", "weak-cipher-sessions",
            "minimum-version-too-old", "plaintext-allowed",
        }  # fmt: skip
        minimum = said["minimum-version-too-old"]
        assert "TLSv1.2,TLSv1.3 would cut off 1 session: admin (mysql" in minimum["message"]
        assert minimum["commands"] == []
        (remote,) = said["plaintext-sessions"]["clients"]
        allowed = said["plaintext-allowed"]["clients"]
        assert remote in allowed
        assert [each for each in allowed if each != remote] == [
            remote.replace("app@shop", "admin").replace(beyond, "127.0.0.1")
        ]
        assert found["certificates"][0]["subject"] == "CN=localhost"
        page = unpin(
            "server", "--width", "80", "--result", "-", stdin=printed(port)
        ).stdout.decode()
        assert "AT RISK" in page
        assert f"from {beyond}" in " ".join(page.split())


def test_every_way_to_print_it(folder, beyond):
    with (
        running(folder, SEEING, "--bind-address=0.0.0.0") as port,
        session(command(port, "--ssl", host=beyond, user='a"\\b|c@d')),
    ):

        def alike():
            options = (
                (),
                ("-t",),
                ("-E",),
                ("-r",),
                ("-N",),
                ("-N", "-s"),
                ("--default-character-set=latin1",),
            )
            answers = [asked(port, *each)[0] for each in options]
            cut = [{k: v for k, v in each.items() if k != "asked_at"} for each in answers]
            return cut[0]["sessions"] and all(each == cut[0] for each in cut)

        # A client that has just ended is listed a moment longer.
        assert eventually(alike)


MODES = (
    "ORACLE",
    "ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,ONLY_FULL_GROUP_BY",
)


def test_what_a_session_may_have_set(folder):
    with (
        running(folder, SEEING) as port,
        session(command(port, "--ssl")),
        session(command(port, user="app")),
    ):
        settings = (
            "sql_select_limit = 1",
            "big_tables = 1",
            *(f"sql_mode = '{mode}'" for mode in MODES),
        )

        def alike():
            options = (
                (),
                ("--safe-updates",),
                *((f"--init-command=SET {each}",) for each in settings),
            )
            answers = [asked(port, *each)[0]["sessions"] for each in options]
            return len(answers[0]) == 2 and all(each == answers[0] for each in answers)

        assert eventually(alike)


def test_a_query_that_failed_is_seen(folder):
    """--force and source go on after an error."""
    script = unpin("server", "--sql", "--dialect", "mysql").stdout
    with running(folder, SEEING) as port:
        for table in (
            b"performance_schema.threads t",
            b"information_schema.CLIENT_STATISTICS AS",
            b"mysql.user AS",
        ):
            assert table in script
            broken = script.replace(table, b"shop.none")
            ran = subprocess.run(
                command(port, "--force"), input=broken, capture_output=True, timeout=PATIENCE
            )
            assert b"ERROR" in ran.stderr
            answer = unpin("server", "--result", "-", stdin=ran.stdout)
            assert answer.returncode == 3
            assert b"the answer lacks a part" in answer.stderr


def test_the_driver_gives_the_same_answer(folder, driver):
    with running(folder, SEEING) as port, session(command(port, "--ssl", user="app")):

        def alike():
            answers = [report(dsn(port))[0], asked(port)[0]]
            return [
                {k: v for k, v in each.items() if k not in {"source", "asked_at", "own_version"}}
                for each in answers
            ]

        assert eventually(lambda: len({json.dumps(each) for each in alike()}) == 1), alike()
        found, _ = report(dsn(port))
        assert found["source"] == f"127.0.0.1:{port}/shop"
        assert found["own_version"] == "TLSv1.3"


def test_nobody_is_called_safe_where_performance_schema_is_off(folder):
    with running(folder) as port, session(command(port, "--ssl", user="app")):
        found, code = asked(port)
        assert (code, found["verdict"]) == (0, "unknown")
        (one,) = found["sessions"]
        assert (one["user"], one["encrypted"], one["version"]) == ("app", None, None)
        said = faults(found)
        assert set(said) == {"encryption-hidden", "minimum-below-tls-1.3"}
        assert "performance_schema is OFF" in said["encryption-hidden"]["message"]
        assert "would cut off is not known" in said["minimum-below-tls-1.3"]["message"]
        assert said["minimum-below-tls-1.3"]["commands"] == []
        page = unpin("server", "--result", "-", stdin=printed(port)).stdout.decode()
        assert "not shown" in page
    with running(folder) as port:
        found, _ = asked(port)
        assert (found["sessions"], found["verdict"]) == ([], "unknown")


def test_connections_are_counted_where_performance_schema_is_off(folder, beyond):
    with running(folder, "--bind-address=0.0.0.0", "--skip-name-resolve") as port:
        found, _ = asked(port)
        for statement in faults(found)["encryption-hidden"]["commands"]:
            programs.run(*command(port, "-e", statement))
        for options in (("--skip-ssl",), ("--ssl",)):
            programs.run(*command(port, *options, "-e", "SELECT 1", host=beyond, user="app"))
        seen, _ = asked(port)
        assert faults(seen)["encryption-hidden"]["commands"] == []
        message = faults(seen)["plaintext-connections"]["message"]
        assert f"1 of 2 from {beyond}; users without TLS" in message
        assert message.endswith("by Unix sockets: app (1 of 2)")


def test_what_a_user_may_not_see_is_said(folder):
    with (
        running(folder, SEEING, "--bind-address=0.0.0.0") as port,
        session(command(port, "--ssl")),
    ):
        found, _ = asked(port, user="app")
        assert found["verdict"] == "unknown"
        said = faults(found)
        assert {"sessions-hidden", "encryption-hidden", "rules-hidden"} <= set(said)
        assert (found["hidden_sessions"], found["sessions"], found["rules"]) == (1, [], None)
        # The grants that it names show it.
        for finding in found["findings"]:
            for statement in finding["commands"]:
                programs.run(*command(port, "-e", statement))
        seen, _ = asked(port, user="app")
        assert not {"sessions-hidden", "encryption-hidden", "rules-hidden"} & set(faults(seen))
        assert [each["user"] for each in seen["sessions"]] == ["admin"]
        assert "app@%" in seen["rules"]
        assert "plaintext-allowed" in faults(seen)
        programs.run(*command(port, "-e", "DROP USER 'app'@'%'"))


def test_a_server_without_tls(folder):
    with running(folder, SEEING, "--skip-ssl") as port:
        found, code = asked(port, "--skip-ssl")
        assert (code, found["verdict"], found["own_version"]) == (1, "fault", None)
        assert list(faults(found)) == ["tls-off"]


def test_accounts_that_need_tls_by_themselves(folder):
    needing = "".join(f"ALTER USER {name}@'%' REQUIRE SSL;\n" for name in NAMES)
    freed = needing.replace("REQUIRE SSL", "REQUIRE NONE")
    options = (SEEING, "--bind-address=0.0.0.0")
    with lab.mariadb_running(folder, *options, statements=USERS + needing) as port:
        found, _ = asked(port, "--ssl")
        assert "plaintext-allowed" not in faults(found)
        assert all(each.endswith(("@localhost", "@127.0.0.1", "@::1")) for each in found["rules"])
    with lab.mariadb_running(folder, *options, statements=USERS + freed) as port:
        found, _ = asked(port, "--ssl")
        message = faults(found)["plaintext-allowed"]["message"]
        assert message.endswith('accounts may connect without TLS: a"\\b|c@d@%, admin@% and app@%')
        with session(command(port, "--skip-ssl")):
            here, _ = asked(port, "--ssl")
            assert "first give TLS to admin (" in faults(here)["plaintext-allowed"]["cure"]
        commands = faults(found)["plaintext-allowed"]["commands"]
        programs.run(*command(port, "--ssl", "-e", "".join(commands)))
        again, _ = asked(port, "--ssl")
        assert "plaintext-allowed" not in faults(again)
        refused = subprocess.run(command(port, "--skip-ssl"), capture_output=True, timeout=PATIENCE)
        assert b"ERROR 1045 (28000): Access denied" in refused.stderr


def test_tls_that_everybody_needs(folder):
    with running(
        folder,
        SEEING,
        "--bind-address=0.0.0.0",
        "--require-secure-transport=ON",
        "--tls-version=TLSv1.3",
    ) as port:
        found, _ = asked(port, "--ssl")
        assert (faults(found), found["verdict"]) == ({}, "sound")


def test_a_new_certificate_that_is_not_loaded(folder, server):
    path = folder / "chain.pem"
    kept = path.read_bytes()
    try:
        with running(folder, SEEING) as port:
            path.write_bytes(pem(Authority("localhost", Authority("Root"), ca=False).certificate))
            found, _ = asked(port, "--ssl")
            finding = faults(found)["certificate-not-loaded"]
            assert "it has not read the file since" in finding["message"]
            assert finding["commands"] == ["FLUSH SSL;"]
    finally:
        path.write_bytes(kept)


def test_a_file_with_the_key_is_not_read(folder):
    both = folder / "both.pem"
    both.write_bytes((folder / "chain.pem").read_bytes() + (folder / "key.pem").read_bytes())
    both.chmod(0o644)
    with running(folder, SEEING, f"--ssl-cert={both}", f"--ssl-key={both}") as port:
        answer = printed(port, "--ssl")
        assert b"BEGIN" not in answer
        found, _ = report("--result", "-", stdin=answer)
        assert found["certificates"][0]["subject"] is None
        assert found["certificates"][0]["sent_until"]


def test_nothing_is_written(folder):
    """The server refuses to write in the transaction of the script."""
    script = unpin("server", "--sql", "--dialect", "mysql").stdout.decode()
    assert "START TRANSACTION READ ONLY" in script
    script = script.replace("COMMIT;", "INSERT INTO shop.t VALUES (1);\nCOMMIT;")
    with running(folder) as port:
        programs.run(*command(port, "-e", "CREATE TABLE IF NOT EXISTS shop.t (a INT)"))
        ran = subprocess.run(
            command(port), input=script.encode(), capture_output=True, timeout=PATIENCE
        )
    assert b"ERROR 1792" in ran.stderr


def test_sessions_for_which_there_was_no_room(folder):
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(
            running(folder, SEEING, "--performance-schema-max-thread-instances=20")
        )
        for _ in range(20):
            stack.enter_context(session(command(port, "--ssl")))
        found, _ = asked(port, "--ssl")
    assert found["verdict"] == "unknown"
    assert found["hidden_sessions"] + sum(each["sessions"] for each in found["sessions"]) == 20
    assert "max_thread_instances" in faults(found)["sessions-hidden"]["cure"]
    assert "of those who are listed" in faults(found)["minimum-below-tls-1.3"]["message"]


def test_tls_as_the_connection_string_says(folder, root, driver, tmp_path):
    good = tmp_path / "root.pem"
    good.write_bytes(pem(root.certificate))
    other = tmp_path / "other.pem"
    other.write_bytes(pem(Authority("Other").certificate))
    with running(folder) as port:
        works = {
            "": "TLSv1.3",
            "?ssl-mode=DISABLED": None,
            "?ssl_mode=required": "TLSv1.3",
            f"?ssl-ca={good}": "TLSv1.3",
            f"?ssl-mode=VERIFY_CA&ssl-ca={good}": "TLSv1.3",
            f"?ssl-mode=REQUIRED&ssl-ca={other}": "TLSv1.3",
        }
        for query, version in works.items():
            assert report(dsn(port, query))[0]["own_version"] == version, query
        verified = f"?ssl-mode=VERIFY_IDENTITY&ssl-ca={good}"
        assert report(dsn(port, verified, host="localhost"))[0]["own_version"] == "TLSv1.3"
        fails = {
            verified: b"certificate verify failed: IP address mismatch",
            f"?ssl-ca={other}": b"certificate verify failed",
            "?ssl-mode=VERIFY_CA": b"certificate verify failed",
            "?ssl-ca=/no/such/file": b"cannot be read",
        }
        for query, said in fails.items():
            ran = unpin("server", dsn(port, query))
            assert (ran.returncode, said in ran.stderr) == (3, True), (query, ran.stderr)
    with running(folder, "--skip-ssl") as port:
        assert report(dsn(port))[0]["own_version"] is None
        ran = unpin("server", dsn(port, "?ssl-mode=REQUIRED"))
        assert ran.returncode == 3
        assert explain_text(ran.stderr.decode())


def test_no_message_has_a_password(folder, driver, tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("hunter3\n")
    closed = free_port()
    with running(folder) as port:
        calls = [
            (f"mysql://nobody:hunter3@127.0.0.1:{port}/shop",),
            (f"mysql://admin:hunter3@127.0.0.1:{closed}/shop",),
            (f"mysql://admin:hunter3@127.0.0.1:{port}/none",),
            (f"mariadb+pymysql://admin@127.0.0.1:{port}/", "--password-file", tmp_path / "secret"),
            ("mysql://admin:hunter3@[bad",),
            ("mysql://admin:hunter3/x@127.0.0.1/db",),
            ("mysql://admin:hunter3#x@127.0.0.1/db",),
            ("mysql://admin:12?hunter3=x@127.0.0.1/db",),
            ("mysql://h/?ssl-mode=hunter3",),
            ("mysql://h/?sslhunter3=x",),
            ("jdbc:mysql://h/d?password=hunter3",),
        ]
        for call in calls:
            for output in ("table", "json"):
                ran = unpin("server", *call, "--format", output)
                assert ran.returncode in {2, 3}, call
                assert b"unpin: error: " in ran.stderr
                assert b"hunter3" not in ran.stdout + ran.stderr
                assert len(ran.stderr.splitlines()) <= 2
        (tmp_path / "secret").write_text("hunter2\n")
        url = f"mysql://admin@127.0.0.1:{port}"
        assert report(url, "--password-file", tmp_path / "secret")[0]["user"] == "admin@%"
        monkeypatch.setenv("MYSQL_PWD", "hunter2")
        assert report("-", stdin=url.encode())[0]["user"] == "admin@%"
        by_socket = f"mysql://root@localhost/?socket={folder / 's'}"
        monkeypatch.delenv("MYSQL_PWD")
        assert report(by_socket)[0]["source"] == str(folder / "s")


def drip(connection):
    """A greeting that comes byte by byte, each of them in time."""
    with contextlib.suppress(OSError):
        for byte in b"\x4a\0\0\0\x0a" + b"8" * 4:
            connection.sendall(bytes([byte]))
            time.sleep(0.3)


@pytest.mark.parametrize("talk", [wait, garbage, reset, drip])
def test_what_is_no_mysql(talk, driver):
    with scripted(talk) as port:
        began = time.monotonic()
        ran = unpin("server", f"mysql://x@127.0.0.1:{port}", "--timeout", "1")
        assert time.monotonic() - began < 5
    assert ran.returncode == 3
    assert len(ran.stderr.splitlines()) <= 2
    assert ran.stderr.startswith(f"unpin: error: 127.0.0.1:{port}: ".encode())
    if talk is garbage:
        assert explain_text(ran.stderr.decode())


GREETING = (
    b"\x0a8.0.40\0" + bytes(4) + b"saltsalt\0" + b"\x08\xa2" + b"\x2d" + b"\2\0" + b"\x08\0"
    + b"\x15" + bytes(10) + b"saltsaltsalt\0" + b"mysql_native_password\0"
)  # fmt: skip
"""What a server without TLS says first: protocol 4.1, a database, LOCAL INFILE, plugins."""


def hostile(received, *packets):
    """A server that answers whatever it gets with the next of the packets."""

    def talk(connection):
        connection.settimeout(PATIENCE)
        for packet, number in zip((GREETING, *packets), (0, 2, 1, 1), strict=False):
            connection.sendall(len(packet).to_bytes(3, "little") + bytes([number]) + packet)
            received.append(connection.recv(100_000))
        received.append(connection.recv(100_000))

    return talk


def test_a_password_is_not_sent_as_it_is(driver):
    received = []
    with scripted(hostile(received, b"\xfemysql_clear_password\0")) as port:
        ran = unpin("server", f"mysql://app:hunter2@127.0.0.1:{port}/shop")
    assert ran.returncode == 3
    assert b"the server wants the password unencrypted" in ran.stderr
    assert explain_text(ran.stderr.decode())
    assert b"app\0" in received[0]
    assert b"hunter2" not in b"".join(received)


def test_a_server_gets_no_file(driver, tmp_path):
    """It answers a statement with the request for a file of the client (LOCAL INFILE)."""
    (tmp_path / "secret").write_text("of nobody else")
    received = []
    name = str(tmp_path / "secret").encode()
    ok = b"\0\0\0\2\0\0\0"
    with scripted(hostile(received, ok, ok, b"\xfb" + name)) as port:
        ran = unpin("server", f"mysql://app:hunter2@127.0.0.1:{port}/shop")
    assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1)
    assert b"Received LOAD_LOCAL packet" in ran.stderr
    assert b"SET NAMES" in received[2]
    assert b"of nobody else" not in b"".join(received)


def test_without_the_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymysql", None)
    ran = unpin("server", "mysql://h")
    assert ran.returncode == 2
    assert b"unpin server connects to MySQL with PyMySQL, which is not installed" in ran.stderr


def test_the_dialect_is_that_of_the_query():
    ran = unpin("server", "--dialect", "mysql", "mysql://h")
    assert ran.returncode == 2
    assert b"--dialect chooses the query of --sql" in ran.stderr
    assert (
        unpin("server", "--sql", "--dialect", "postgresql").stdout
        == unpin("server", "--sql").stdout
    )
