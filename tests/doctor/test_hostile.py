"""Configurations that are made to cost much, or to crash: one clear line, in bounded time."""

import json
import sys
import time

import pytest

from tests.cli.inside import unpin
from tests.pki import Authority, pem
from unpin.configurations.document import MAX_CONFIGURATION, document_of, read_document
from unpin.configurations.find import MAX_CONNECTIONS, connections_in
from unpin.configurations.programs.call_arguments import MAX_CALLS
from unpin.configurations.programs.program_calls import MAX_PROGRAM, program_connections
from unpin.configurations.xml_settings import xml_settings
from unpin.model.errors import LimitExceededError, UnknownFormatError

REPEATED = [
    "a", "a=", "a= b ", "jdbc:postgresql://", "postgres://", "host=a ", "Host=a;", "a@tcp(",
    "-Djavax.net.ssl.a=", "new Pool(", "{", "ssl:{", "${a:", "$a", '"', "a: ", "- a: b\n", "[a]\n",
    "<a>", "mysql --ssl", "OPTIONS={", " ", " \n", "A=b ", "Server=a", "concat('", "a=\\\n",
    "a:\n ", "[", '{"a":', "create_engine(", "PDO::MYSQL_ATTR_SSL_CA => ", "mysqli_ssl_set(",
    "mysql://a?ssl={", "postgres://a?" + "a=b&", "- name: A\n  value: b\n",
    "ssl.truststore.location=a\n", "PGSSLMODE=require\n", "ssl=ctx,", "import ",
    "docker run -e A=b ", "docker run -e A=b\n", "docker run --env-file a -v a:/b \\\n", "psql -h a ",
    "psql -h a \\\n", "psql '", "- run: psql -h a\n  env:\n    A: b\n", "a: [\n", "b: {a: [",
    "command: [psql, -h, a]\n", "---\nrun: psql -h b\nenv:\n  A: b\n",
    "- script: echo A=ssl >> $GITHUB_ENV\n", "a: &x\n  c: d\nb: *x\n", "a:\n  extends: a\n",
    "SPRING_DATASOURCE_HIKARI_DATA_SOURCE_PROPERTIES_A_B=c\n", "<?php ['driver' => 'pgsql', ",
    "db.a {\n", "db.a = [{b = ${?C},\n", "<a><Resource url='b' connectionProperties='c=d'/></a>",
    'os.environ["A_B"] = "c"\n', 'environment=A="b",', "<?php 1009 => 'a',\n", "docker run $OPTS ",
    'a."b".', "new PDO('mysql:host=a",
    "data-source add --name=a\n", "A_SSLMODE=require\n", "a['db_sslmode'] = 'require'\n",
    'env { name = "A" value = "b" }\n', "config :a, B.Repo,\n ssl: true\n", "DBI->connect(", "dbi:Pg:a=b;", "PG.connect(host: ", "1009: a\n",
]  # fmt: skip


@pytest.mark.parametrize("text", REPEATED)
def test_the_work_grows_with_the_size_alone(text):
    def seconds(size):
        begun = time.process_time()
        connections_in(read_document("x", (text * (size // len(text))).encode()), [])
        return time.process_time() - begun

    small, large = seconds(10_000), seconds(60_000)
    assert large < 30 * max(small, 0.02)


SHARED = {
    "compose": "services:\n  a:\n    environment:\n      U: jdbc:postgresql://${H}/a?sslmode=$M\n"
    "      H: db.example.org\n      P: ${A}${B}${C}\n",
    "HOCON": "a {\n  dataSourceClass = org.postgresql.ds.PGSimpleDataSource\n"
    "  properties { serverName = h, sslMode = verify-ca }\n}\n",
}


@pytest.mark.parametrize("text", SHARED.values(), ids=SHARED)
def test_what_connections_share_is_read_once(text):
    """50 KiB took a second, and ten times as much a minute and more."""
    document = read_document("application.conf", text.encode() * (500_000 // len(text)))
    begun = time.process_time()
    errors = []
    connections_in(document, errors)
    assert time.process_time() - begun < 15
    assert len(errors) < 3


def test_data_sources_behind_the_bound_are_not_passed_over_in_silence():
    text = "data-source add --name=a --driver-name=postgresql"
    text += " --connection-properties=ssl=true,serverName=h\n"
    assert not said_of(text * 500)
    assert "more than 500 data sources" in said_of(text * 501)


@pytest.mark.parametrize(
    "call",
    ["postgres(ssl:", "new Pool({host:", "asyncpg.connect(ssl=ctx,", "psycopg.connect(host="],
)
def test_the_work_for_nested_calls_is_bounded_by_their_text(call):
    """40 calls in each other; 980,000 lines of Python ran when each value was read anew."""
    document = document_of("x", "import a from 'b'\n" + call * 40)
    lines = 0

    def count(frame, event, _):
        nonlocal lines
        lines += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        list(program_connections(document, document.text))
    finally:
        sys.settrace(before)
    assert 10_000 < lines < 300_000


def test_the_apostrophe_of_a_comment_hides_no_argument():
    text = """new Pool({
      host: 'db.example.org', // it doesn't matter
      ssl: { rejectUnauthorized: false }, // don't
    })
    """
    (connection,) = connections_in(document_of("x.js", text), [])
    assert connection.parameter("ssl.rejectUnauthorized").value == "false"
    assert connection.host == "db.example.org"


def test_a_document_has_at_most_so_many_connections():
    text = "".join(f"u{i}=postgres://h{i}/a?sslmode=require\n" for i in range(2 * MAX_CONNECTIONS))
    errors = []
    assert len(connections_in(document_of("x", text), errors)) == MAX_CONNECTIONS
    assert {type(each) for each in errors} == {LimitExceededError}
    assert not said_of(text.partition("u500=")[0])


def said_of(text):
    errors = []
    connections_in(document_of("x", text), errors)
    return " ".join(each.message for each in errors)


@pytest.mark.parametrize(
    "call",
    ['new Pool({host: "h%s", ssl: true});\n', 'psycopg.connect(host="h%s", sslmode="require")\n'],
)
def test_calls_behind_the_bound_are_not_passed_over_in_silence(call):
    for count, said in ((MAX_CALLS, False), (MAX_CALLS + 1, True)):
        text = "import a from 'b'\n" + "".join(call % number for number in range(count))
        assert ("more than 50 calls of a kind" in said_of(text)) is said


def test_a_program_behind_its_first_mebibyte_is_not_passed_over_in_silence():
    filler = "# nothing\n" * (MAX_PROGRAM // 10)
    assert "first MiB" in said_of(f"import a\n{filler}psycopg.connect(sslmode='require')\n")


def test_a_bound_that_cuts_is_an_error_of_the_command(tmp_path):
    text = "".join(f"u{i}=postgres://h{i}/a?sslmode=require\n" for i in range(MAX_CONNECTIONS + 1))
    (tmp_path / "many.env").write_text(text)
    for name in (tmp_path / "many.env", tmp_path):
        ran = unpin("doctor", name, "--client", "libpq", "--format", "json")
        assert ran.returncode == 3
        assert b"more than 500 connections" in ran.stderr
        assert json.loads(ran.stdout)["errors"]


def test_a_line_that_is_not_read_is_no_line_that_is_in_order():
    long = "a" * 65_536
    for line, said in ((f"{long}=b", False), (f"A=postgres://h/d?sslmode={long}", True)):
        errors = []
        found = connections_in(read_document("x", f"A=b\n{line}\n".encode()), errors)
        assert (found, bool(errors)) == ((), said)
        assert all("line 2 is longer than 64 KiB" in each.message for each in errors)


def test_settings_behind_the_bound_are_not_passed_over_in_silence(monkeypatch):
    monkeypatch.setattr("unpin.configurations.document._MOST_SETTINGS", 3)
    assert not said_of("A=b\n" * 3)
    assert "more than 3 settings" in said_of("A=b\n" * 4)


@pytest.mark.parametrize(
    "text",
    [
        "bob:s3cr@s3cret@tcp(h:3306)/d?tls=true",
        "bob:s3cret/x@tcp(h:3306)/d?tls=true",
        "postgresql://bob:s3cret x@h/d?sslmode=require",
        "postgresql://bob:s3cret#x@h/d?sslmode=require",
        "postgresql://bob:s3?s3cret@h/d?sslmode=require",
        "postgresql://h:s3cret/d",
        "what:s3cret@h/file",
        "password: s3cret",
        "password='s3 s3cret'",
        '{"password": "s3 s3cret"}',
    ],
)
def test_no_output_has_a_password_that_is_badly_spelled(tmp_path, text):
    (tmp_path / "a.env").write_text(f"DB_URL={text}\n")
    for given in (text, tmp_path / "a.env"):
        for output in ("table", "json"):
            ran = unpin("doctor", given, "--format", output)
            assert b"s3cret" not in ran.stdout + ran.stderr


def test_a_large_or_binary_file_is_refused():
    with pytest.raises(LimitExceededError, match="larger than 2 MiB"):
        read_document("x", b" " * (MAX_CONFIGURATION + 1))
    with pytest.raises(UnknownFormatError, match="this is no text"):
        read_document("x", b"\x00\x01")


def test_no_entity_of_xml_is_expanded():
    assert xml_settings('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') is None
    assert xml_settings("<a>" * 1000 + "</a>" * 1000) is None


SECRETS = (
    "postgres://app:hunter2@db.example.org/app?sslmode=verify-all&password=hunter2",
    "jdbc:postgresql://app:hunter2@db.example.org/app?user=app&password=hunter2&ssl=true",
    "host=db.example.org dbname=app password=hunter2 sslmode=verify-full",
    "Host=db.example.org;Username=app;Password=hunter2;SSL Mode=Wrong",
    "Server=tcp:db1.database.windows.net;User ID=a;Pwd=hunter2;Encrypt=True",
    "app:hunter2@tcp(db.example.org:3306)/app?tls=true",
    "jdbc:sqlserver://db.example.org;user=a;password=hunter2;trustStorePassword=hunter2",
)


@pytest.mark.parametrize("output", ["table", "json", "jsonl", "csv", "markdown"])
@pytest.mark.parametrize("text", SECRETS, ids=lambda text: text[:16])
def test_no_password_is_shown(text, output):
    ran = unpin("doctor", text, "--format", output)
    assert ran.returncode in {0, 1, 3}
    assert b"example.org" in ran.stdout or b"windows.net" in ran.stdout
    assert b"hunter2" not in ran.stdout + ran.stderr


def test_the_password_of_a_store_opens_it_and_is_not_shown(tmp_path):
    from tests.doctor.client_machine import contents

    (tmp_path / "ts.p12").write_bytes(contents("roots3", "ts.p12"))
    text = f"-Djavax.net.ssl.trustStore={tmp_path}/ts.p12 -Djavax.net.ssl.trustStorePassword="
    right = unpin("doctor", f"java {text}changeit", "--profile", "azure-postgresql")
    wrong = unpin("doctor", f"java {text}hunter2", "--profile", "azure-postgresql")
    assert b"NOT AFFECTED" in right.stdout
    assert b"BROKEN CONFIG" in wrong.stdout
    assert b"changeit" not in right.stdout
    assert b"hunter2" not in wrong.stdout + wrong.stderr


def test_no_password_is_shown_of_what_is_no_input():
    for text in ("postgres//a:/hunter2@h/x", "x://u:hunter2@h", "no-such-file password=hunter2"):
        ran = unpin("doctor", text, "--format", "json")
        assert b"hunter2@h/x" in ran.stderr or b"hunter2" not in ran.stdout + ran.stderr


def test_a_version_that_is_none_is_a_wrong_call():
    assert unpin("doctor", "--driver-version", "new", "postgres://h/a").returncode == 2
    assert unpin("doctor", "--driver-version", "HEAD", "postgres://h/a").returncode != 2


def test_what_is_no_input_is_an_error():
    ran = unpin("doctor", "/no/such/file.yml", "--format", "json")
    (error,) = json.loads(ran.stdout)["errors"]
    assert ran.returncode == 3
    assert error["code"] == "unreadable-file"
    assert unpin("doctor").returncode == 2
    assert unpin("doctor", "--client", "no-such-driver", "postgres://h/a").returncode == 2


def test_a_store_that_is_not_read_beside_that_of_another_company_is_not_known(tmp_path):
    """Node's list is replaced by Own CA > nothing, and the extra file is not known."""
    (tmp_path / "own.pem").write_bytes(pem(Authority("Own CA").certificate))
    (tmp_path / "a.env").write_text(
        "URL=postgresql://h/d?sslmode=require\nNODE_EXTRA_CA_CERTS=${CA_FILE}\n"
    )
    ran = unpin("doctor", tmp_path / "a.env", "--client", "node-postgres", "--default-store",
                tmp_path / "own.pem", "--format", "json")  # fmt: skip
    assert ran.returncode == 3
    assert b"NOT KNOWN" in ran.stdout
