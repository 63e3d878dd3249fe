"""`unpin server` against PostgreSQL servers with different settings, and printed answers."""

import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.cli.inside import unpin
from tests.databases import Database, address, client, eventually
from tests.pki import Authority, pem
from tests.servers import free_port, scripted

OLD = """\
openssl_conf = start
[start]
ssl_conf = tls
[tls]
system_default = old
[old]
MinProtocol = TLSv1
CipherString = AES128-SHA:@SECLEVEL=0
"""


@pytest.fixture(scope="module")
def database():
    """Root > localhost, whose certificate ends in some days."""
    folder = Path(mkdtemp(prefix="unpin-"))
    folder.chmod(0o755)  # the user of the server must get through
    ends = datetime.now(UTC) + timedelta(days=20)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server = Authority("localhost", Authority("Root"), ca=False, ends=ends, key=key)
    yield Database(folder / "server", server)
    rmtree(folder)


@pytest.fixture
def beyond():
    """An address of this machine that is no loopback."""
    found = address()
    if found is None:
        pytest.skip("NOT RUN: this machine has no address beyond its loopback interface")
    return found


def report(*args, **kwargs):
    ran = unpin("server", *args, "--format", "json", **kwargs)
    assert ran.stderr == b""
    (found,) = json.loads(ran.stdout)["databases"]
    return found, ran.returncode


def faults(found):
    return {finding["fault"]: finding for finding in found["findings"]}


def psql_answer(database, port, *options, **words):
    script = unpin("server", "--sql").stdout
    psql = client()
    return subprocess.run(
        [psql, *options, "-f", "-", database.dsn(port, **words)], input=script,
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip


def test_who_connects_how(database, beyond, tmp_path):
    (tmp_path / "old.cnf").write_text(OLD)
    old = {"ssl_min_protocol_version": "TLSv1", "ssl_max_protocol_version": "TLSv1.1"}
    with (
        database.running(ssl_min_protocol_version="TLSv1", ssl_ciphers="ALL:@SECLEVEL=0") as port,
        database.session(port, host=beyond, user="app", sslmode="disable", application_name="bill"),
        database.session(port, host=beyond, user="web", sslmode="require", application_name="new"),
        database.session(
            port, host=beyond, user="web", sslmode="require", application_name="old",
            config=tmp_path / "old.cnf", **old,
        ),
        database.session(port, host="127.0.0.1", user="web", sslmode="disable"),
    ):  # fmt: skip
        found, code = report(database.dsn(port))
        assert code == 0
        assert found["verdict"] == "at-risk"
        sessions = {row["application"]: row for row in found["sessions"]}
        assert sessions["bill"]["faults"] == ["plaintext-sessions"]
        assert sessions["bill"]["encrypted"] is False
        assert sessions["new"]["version"] == "TLSv1.3"
        assert sessions["old"]["faults"] == ["old-version-sessions", "weak-cipher-sessions"]
        assert (sessions["old"]["version"], sessions["old"]["cipher"]) == ("TLSv1.1", "AES128-SHA")
        assert sessions["psql"]["faults"] == []
        named = faults(found)
        assert set(named) == {
            "plaintext-sessions", "old-version-sessions", "weak-cipher-sessions",
            "minimum-version-too-old", "plaintext-allowed", "certificate-expiring",
        }  # fmt: skip
        assert named["minimum-version-too-old"]["clients"] == [f"web@shop (old) from {beyond}"]
        assert named["minimum-version-too-old"]["commands"] == []
        assert "host all all 0.0.0.0/0 trust" in named["plaintext-allowed"]["message"]
        assert found["certificates"][0]["subject"] == "CN=localhost"
        assert unpin("server", "--fail-on", "warning", database.dsn(port)).returncode == 1

        page = unpin("server", "--width", "100", database.dsn(port)).stdout.decode()
        assert (
            f"1 session comes through the network without TLS: app@shop (bill) from {beyond}"
            in " ".join(page.split())
        )
        assert "2 more groups of sessions: --verbose" in page
        assert "new" not in page.replace("newest", "").replace("renew", "")
        whole = unpin("server", "-v", database.dsn(port)).stdout.decode()
        assert "more groups" not in whole
        assert "none, on the server itself" in whole


def test_psql_gives_the_same_answer(database, beyond):
    with (
        database.running(ssl_min_protocol_version="TLSv1.2") as port,
        database.session(port, host=beyond, user="web", sslmode="require"),
    ):

        def answers():
            direct, _ = report(database.dsn(port))
            printed = [
                report("--result", "-", stdin=psql_answer(database, port, *options).stdout)[0]
                for options in (("-X",), ("-X", "--csv"), ("-X", "-A", "-t"), ("-X", "-x"))
            ]
            return direct, printed

        def alike(direct, printed):
            own = {"source", "asked_at", "own_version"}
            cut = [{k: v for k, v in each.items() if k not in own} for each in (direct, *printed)]
            return all(each == cut[0] for each in cut)

        # A psql that has just ended is listed a moment longer.
        assert eventually(lambda: alike(*answers()))


def test_what_a_user_may_not_see_is_said(database, beyond):
    with database.running() as port, database.session(port, host=beyond, user="app"):
        found, code = report(database.dsn(port, user="web"))
        assert code == 0
        assert found["verdict"] == "unknown"
        assert set(faults(found)) == {"sessions-hidden", "settings-hidden", "rules-hidden"}
        assert found["hidden_sessions"] == 1
        assert found["rules"] is None
        assert {view["view"] for view in found["withheld"]} == {
            "pg_hba_file_rules", "pg_stat_file", "pg_read_file",
        }  # fmt: skip
        by_psql, _ = report(
            "--result", "-", stdin=psql_answer(database, port, "-X", user="web").stdout
        )
        assert by_psql["withheld"] == found["withheld"]
        assert (
            unpin("server", "--fail-on", "warning", database.dsn(port, user="web")).returncode == 1
        )
        # The grants that it names show it.
        for finding in found["findings"]:
            for command in finding["commands"]:
                subprocess.run(
                    [client(), "-X", "-q", "-c", command, database.dsn(port)], check=True
                )
        seen, _ = report(database.dsn(port, user="web"))
        assert set(faults(seen)) & {"sessions-hidden", "settings-hidden", "rules-hidden"} == set()


def test_a_server_without_tls(database):
    with database.running(ssl="off") as port:
        found, code = report(database.dsn(port))
        assert code == 1
        assert found["verdict"] == "fault"
        assert list(faults(found)) == ["tls-off"]
        assert found["own_version"] is None


@pytest.mark.parametrize("minimum", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
def test_each_minimum(database, minimum):
    with database.running(ssl_min_protocol_version=minimum) as port:
        found, _ = report(database.dsn(port))
        fault = {"TLSv1.2": "minimum-below-tls-1.3", "TLSv1.3": None}.get(
            minimum, "minimum-version-too-old"
        )
        assert {each for each in faults(found) if each.startswith("minimum")} == ({fault} - {None})
        if fault:
            # What it says to paste does what it says.
            for command in faults(found)[fault]["commands"]:
                psql = [client(), "-X", "-q", "-c", command, database.dsn(port)]
                subprocess.run(psql, check=True)
    (database.data / "postgresql.auto.conf").write_text("")


def test_a_new_certificate_that_is_not_loaded(database):
    with database.running() as port:
        time.sleep(1.1)  # PostgreSQL shows whole seconds
        path = database.data / "server.crt"
        path.write_bytes(path.read_bytes() + pem(Authority("Root").certificate))
        found, _ = report(database.dsn(port))
        assert "certificate-not-loaded" in faults(found)


def test_a_server_that_lets_nobody_in_without_tls(database):
    rules = database.data / "pg_hba.conf"
    kept = rules.read_text()
    rules.write_text("hostnossl all all all reject\nhost all all all trust\n")
    try:
        with database.running(ssl_min_protocol_version="TLSv1.3") as port:
            found, _ = report(database.dsn(port, sslmode="require"))
            assert set(faults(found)) == {"certificate-expiring"}
            shown = unpin("server", database.dsn(port, sslmode="require")).stdout.decode()
            assert "line 1 (hostnossl all all all reject) keeps plaintext out, unless all" in shown
            # PostgreSQL refuses to load this, and shows it.
            rules.write_text("hostnossl all all all reject\nhostt all all all trust\n")
            found, _ = report(database.dsn(port, sslmode="require"))
            assert 'invalid connection type "hostt"' in faults(found)["rule-unreadable"]["message"]
    finally:
        rules.write_text(kept)


def test_no_message_has_a_password(database, tmp_path):
    (tmp_path / "secret").write_text("hunter2\n")
    closed = free_port()
    with database.running() as port:
        calls = [
            (f"postgresql://nobody:hunter2@127.0.0.1:{port}/shop",),
            (f"postgresql://admin:hunter2@127.0.0.1:{closed}/shop",),
            (f"host=127.0.0.1 port={port} user=admin dbname=none password=hunter2",),
            (f"host=127.0.0.1 port={port} password=hunter2 sslmode=verify-all",),
            ("host=h password=hunter2 what",),
            ("password='hunter2",),
            ("postgresql://admin:hunter2@[bad",),
            ("jdbc:postgresql://h/d?password=hunter2",),
            (f"host=127.0.0.1 port={port} user=nobody", "--password-file", tmp_path / "secret"),
        ]
        for call in calls:
            for output in ("table", "json"):
                ran = unpin("server", *call, "--format", output)
                assert ran.returncode in {2, 3}
                assert b"unpin: error: " in ran.stderr
                assert b"hunter2" not in ran.stdout + ran.stderr
                assert len(ran.stderr.splitlines()) <= 2


def test_a_connection_string_on_standard_input(database):
    with database.running() as port:
        found, code = report("-", stdin=database.dsn(port).encode() + b"\n")
    assert (code, found["user"]) == (0, "admin")


def wait(connection):
    connection.recv(100)
    time.sleep(3)


def garbage(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@pytest.mark.parametrize("talk", [wait, garbage, reset])
def test_what_is_no_postgresql(talk):
    with scripted(talk) as port:
        began = time.monotonic()
        ran = unpin("server", f"host=127.0.0.1 port={port} user=x", "--timeout", "1")
        assert time.monotonic() - began < 5
    assert ran.returncode == 3
    assert (
        len([line for line in ran.stderr.splitlines() if b"unpin: error: 127.0.0.1:" in line]) == 1
    )


def test_exactly_one_source():
    for call in [(), ("--sql", "--result", "x"), ("host=h", "--sql")]:
        ran = unpin("server", *call)
        assert ran.returncode == 2
        assert b"exactly one is needed" in ran.stderr


def test_an_answer_in_utf_16(tmp_path):
    """PowerShell's > writes it."""
    rows = [
        {"topic": "server", "version": "16.4", "number": "160004", "user": "app",
         "now": "2026-11-24T10:00:00+00:00", "loaded": None, "own_version": "TLSv1.3"},
        {"topic": "setting", "name": "ssl", "value": "on", "source": "default", "waits": False},
        {"topic": "end"},
    ]  # fmt: skip
    (tmp_path / "a.txt").write_bytes(
        "".join(json.dumps(row) + "\r\n" for row in rows).encode("utf-16")
    )
    found, code = report("--result", tmp_path / "a.txt")
    assert (code, found["verdict"], found["source"]) == (0, "unknown", str(tmp_path / "a.txt"))


def test_a_printed_answer_that_is_none(tmp_path):
    (tmp_path / "a.txt").write_text("ERROR: nothing\n")
    ran = unpin("server", "--result", tmp_path / "a.txt", "--format", "jsonl")
    assert ran.returncode == 3
    assert json.loads(ran.stdout.splitlines()[-1])["code"] == "malformed-answer"
    assert unpin("server", "--result", tmp_path / "none").returncode == 3


def test_without_the_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ran = unpin("server", "host=h")
    assert ran.returncode == 2
    assert b"unpin server connects with psycopg, which is not installed" in ran.stderr
    assert b"pip install 'psycopg[binary]'" in ran.stderr


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://u:p@s3cret@127.0.0.1/db",
        "postgresql://u:s3cret/x@127.0.0.1/db",
        "host=127.0.0.1 password='s3cret",
        "host=127.0.0.1\0 password=s3cret",
        "host=127.0.0.1 \udcff password=s3cret",
    ],
)
def test_a_connection_string_that_is_cut_in_its_password(dsn):
    ran = unpin("server", dsn)
    assert ran.returncode == 2, ran.stderr
    assert b"s3cret" not in ran.stderr + ran.stdout
