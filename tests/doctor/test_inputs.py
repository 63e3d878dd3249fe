"""The inputs of `unpin doctor`: what a text of the call is, and what a folder hides."""

import csv
import json
import os

import pytest

from tests.cli.inside import unpin


def diagnosed(*args, code=None):
    ran = unpin("doctor", *args, "--format", "json")
    assert code is None or ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("jdbc:postgresql://db.example.org/app?ssl=true", "pgjdbc"),
        ("jdbc:mysql://db.example.org/app?sslMode=VERIFY_CA", "Connector/J"),
        ("jdbc:sqlserver://db.example.org;encrypt=true", "mssql-jdbc"),
    ],
)
def test_a_url_of_jdbc_is_that_of_its_driver(text, client):
    ran = unpin("doctor", text)
    assert client in ran.stdout.decode()
    assert b"DEPENDS ON THE CLIENT" not in ran.stdout


def test_what_a_folder_hides_is_said(tmp_path):
    (tmp_path / "good.env").write_text(
        "DATABASE_URL=postgresql://u@db.example.org/x?sslmode=require\n"
    )
    (tmp_path / "bad.yml").write_bytes(b"a: \xff\xfe\x00")
    (tmp_path / "gone.yml").symlink_to("nowhere")
    found = diagnosed(tmp_path, "--client", "psql", code=3)
    messages = "\n".join(error["message"] for error in found["errors"])
    assert f"{tmp_path / 'bad.yml'}: this is no text" in messages
    assert f"{tmp_path / 'gone.yml'}: a link that leads nowhere" in messages


def test_a_folder_of_too_many_files_is_not_read_in_silence(tmp_path, monkeypatch):
    monkeypatch.setattr("unpin.cli.doctor.inputs._MOST_BELOW", 2)
    for number in range(3):
        (tmp_path / f"{number}.env").write_text("DATABASE_URL=postgresql://u@h.example.org/x\n")
    found = diagnosed(tmp_path, "--client", "psql", code=3)
    (error,) = found["errors"]
    assert error["code"] == "limit-exceeded"
    assert "the others were not read" in error["message"]


def test_a_template_of_a_chart_has_its_values(tmp_path):
    (tmp_path / "Chart.yaml").write_text("name: app\n")
    (tmp_path / "values.yaml").write_text(
        "db:\n  host: db1.postgres.database.azure.com\n  sslmode: verify-full\n  ca: /gone/root.crt\n"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "deployment.yaml").write_text(
        """
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: {{ .Release.Name }}
          env:
            {{- if .Values.db.host }}
            - name: DATABASE_URL
              value: "postgres://app@{{ .Values.db.host }}/x?sslmode={{ .Values.db.sslmode }}&sslrootcert={{ .Values.db.ca }}"
            {{- end }}
            - name: REPLICA_URL
              value: "postgres://app@{{ .Values.replica.host }}/x?sslmode=verify-full&sslrootcert={{ .Values.ca }}"
"""
    )
    found = diagnosed(tmp_path, "--client", "libpq")
    (document,) = found["inputs"]  # values.yaml describes no connection by itself
    first, second = document["connections"]
    assert (first["line"], first["host"]) == (11, "db1.postgres.database.azure.com")
    assert [a["store"] for a in first["answers"]] == ["/gone/root.crt"]
    (answer,) = second["answers"]
    assert (answer["class"], answer["store"]) == ("NOT KNOWN", "${Values.ca}")


def test_that_nothing_describes_a_connection_is_said_once(tmp_path):
    """As an error; a document of another format says it, too."""
    path = tmp_path / "notes.txt"
    path.write_text("just notes\n")
    ran = unpin("doctor", path)
    assert (ran.returncode, ran.stdout) == (4, b"")
    assert f"{path}: no connection is described".encode() in ran.stderr
    assert b"no connection is described" in unpin("doctor", path, "--format", "markdown").stdout
    (tmp_path / "folder").mkdir()
    ran = unpin("doctor", tmp_path / "folder")
    assert f"{tmp_path}/folder: no connection is described".encode() in ran.stderr


def test_a_connection_in_a_store_of_secrets_is_not_passed_over_in_silence(tmp_path):
    for name, text in (
        ("a.yml", "env:\n  DATABASE_URL: ${{ secrets.DATABASE_URL }}\n"),
        (
            "a.json",
            '[{"name": "ConnectionStrings__Db", "value": "@Microsoft.KeyVault(SecretUri=x)"}]',
        ),
    ):
        (tmp_path / name).write_text(text)
        ran = unpin("doctor", tmp_path / name)
        assert ran.returncode == 3
        assert b"a connection may be described there" in ran.stderr


def test_the_default_of_a_variable_is_no_password(tmp_path):
    path = tmp_path / "application.yml"
    path.write_text("url: jdbc:postgresql://${DB_HOST:db.example.org}:5432/app?sslmode=require\n")
    assert f"{path}:1: jdbc:postgresql://${{DB_HOST:db.example.org}}:5432/app\n" in (
        unpin("doctor", "--width", "0", path).stdout.decode()
    )


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("jdbc:mysql://a.mysql.database.azure.com/d?sslMode=DISABLED", "azure-mysql"),
        ("Server=a.database.windows.net;Encrypt=True;TrustServerCertificate=True", "azure"),
        ("jdbc:postgresql://db.example.org/d", "azure-postgresql"),
    ],
)
def test_the_roots_of_the_next_command_are_those_of_the_service(text, profile):
    page = unpin("doctor", text).stdout.decode()
    assert f"   unpin catalogue export --profile {profile} > roots.pem\n" in page


def test_a_word_that_is_wrong_is_said_to_stop_the_client_and_roots_are_no_cure():
    text = "jdbc:postgresql://a.postgres.database.azure.com/d?sslmode=verify-all"
    page = unpin("doctor", "--client", "pgjdbc", text).stdout.decode()
    assert "- verifies: nothing, for it does not connect\n" in page
    assert "BROKEN CONFIG: pgjdbc: " in page
    assert "verify-all" in page
    assert "catalogue export" not in page


def test_no_command_audits_a_default_store_that_does_not_exist(tmp_path):
    (tmp_path / "app.yml").write_text(
        "conn: jdbc:postgresql://a.postgres.database.azure.com/d?sslmode=verify-full"
        "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory\n"
        "jvm: -Djavax.net.ssl.trustStore=/gone/x.jks\n"
    )
    ran = unpin("doctor", "--default-store", tmp_path / "gone.pem", tmp_path / "app.yml")
    assert b"BROKEN CONFIG: pgjdbc: " in ran.stdout
    assert b"gone.pem does not exist here" in ran.stdout
    assert b"unpin audit" not in ran.stdout


def test_a_client_that_connects_to_anybody_verifies_nothing():
    page = unpin("doctor", "jdbc:postgresql://db.example.org/d?sslmode=require").stdout.decode()
    assert "- verifies: nothing\n" in page


def test_a_database_of_pgbouncer_is_no_connection_of_libpq(tmp_path):
    path = tmp_path / "pgbouncer.ini"
    path.write_text(
        "[databases]\napp = host=db.example.org port=5432 dbname=app\n"
        "[pgbouncer]\nserver_tls_sslmode = verify-full\n"
    )
    ran = unpin("doctor", "--format", "csv", path)
    assert [row["driver"] for row in csv.DictReader(ran.stdout.decode().splitlines())] == [
        "pgbouncer"
    ]


@pytest.mark.parametrize("mode", ["require", "verify-full"])
def test_an_empty_device_is_a_file_that_is_there(mode):
    """psql: could not read root certificate file "/dev/null": no certificate or crl found."""
    ran = unpin(
        "doctor", f"postgresql://h/d?sslmode={mode}&sslrootcert=/dev/null", "--client", "psql"
    )
    assert ran.returncode == 1
    assert b"BROKEN CONFIG" in ran.stdout
    assert b"does not exist" not in ran.stdout


def test_what_a_pipe_holds_is_not_known(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    text = f"postgresql://h/d?sslmode=verify-full&sslrootcert={tmp_path}/pipe"
    ran = unpin("doctor", text, "--client", "psql")
    assert ran.returncode == 3
    assert b"NOT KNOWN" in ran.stdout
    assert b"not a regular file" in ran.stdout


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('liquibase update --url="${ORDERS_URL}" --log-level=info', "--url in line 1"),
        ("npx migrate --db-url=$ORDERS_URL", "--db-url in line 1"),
        ("sync --url=$ORDERS_URL", None),
    ],
)
def test_an_option_whose_url_a_variable_has_is_said(tmp_path, command, said):
    (tmp_path / "migrate.sh").write_text(f"{command}\n")
    ran = unpin("doctor", tmp_path / "migrate.sh", "--format", "json")
    messages = [error["message"] for error in json.loads(ran.stdout or b'{"errors": []}')["errors"]]
    assert any(said in each for each in messages) if said else ran.returncode == 4


def test_a_text_of_the_call_is_its_own_heading_and_a_missing_file_has_a_cure():
    for text in ("host=h sslmode=verify-full sslrootcert=/no/root.crt",
                 "postgresql://h/d?sslmode=verify-full&sslrootcert=/no/root.crt"):  # fmt: skip
        page = unpin("doctor", text, "--client", "psql").stdout.decode()
        assert page.startswith(("connection string to h\n", "postgresql://h/d\n"))
        assert "BROKEN CONFIG" in page
        assert page.endswith("   unpin catalogue export --profile azure-postgresql > roots.pem\n")
    page = unpin(
        "doctor", "postgresql://h/d?sslmode=verifyfull", "--client", "psql"
    ).stdout.decode()
    assert "catalogue export" not in page
