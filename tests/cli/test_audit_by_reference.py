"""`unpin audit` of a tree judges a store for the clients that refer to it; --client overrules."""

import io
import json
import zipfile

import pytest

from tests.cli.inside import unpin
from tests.discover.test_tree import JKS, PEM, plant
from unpin.cli import deferral

SERVICE = "[p]\nhost=h\nsslmode=verify-full\nsslrootcert=certs/root.pem\n"
TREE = {"certs/root.pem": PEM, "pg_service.conf": SERVICE}


def audited(*args):
    """The clients of each store, and who refers to it for them."""
    ran = unpin("audit", *args, "--format", "json", "--at", "2026-11-24")
    return {
        store["source"]: (store["clients"], [f"{u['file']}:{u['line']}" for u in store["users"]])
        for store in json.loads(ran.stdout)["stores"]
    }


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_store_of_psql_is_judged_for_psql(here):
    """The reference stands behind the store in the walk."""
    plant(here, TREE)
    assert audited(".") == {"./certs/root.pem": (["openssl"], ["./pg_service.conf:4"])}
    page = b" ".join(unpin("audit", ".").stdout.split())
    assert b"judged for OpenSSL: libpq in ./pg_service.conf:4; --client all" in page


def test_the_clients_of_the_user_and_of_the_policy_overrule(here):
    plant(here, TREE)
    assert audited("--client", "java", ".") == {"./certs/root.pem": (["java"], [])}
    (here / "unpin.toml").write_text('clients = ["go"]\n')
    clients, _ = audited(".")["./certs/root.pem"]
    assert clients == ["go"]


def test_a_file_by_itself_is_judged_for_every_client(here):
    plant(here, TREE)
    clients, users = audited("certs/root.pem")["certs/root.pem"]
    assert len(clients) > 3
    assert users == []


def test_several_clients_are_judged_together(here):
    plant(here, {**TREE, "run.sh": "export SSL_CERT_FILE=certs/root.pem\n"})
    assert audited(".")["./certs/root.pem"] == (
        ["openssl", "go"],
        ["./pg_service.conf:4", "./run.sh:1"],
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "COPY certs/root.pem /usr/local/share/ca-certificates/a.crt\n"),
        (
            "a.yml",
            "output.elasticsearch.hosts: x\ntls: {}\nrabbit:\n  ssl_options.cacertfile: certs/root.pem\n",
        ),
        ("README.md", "[p]\nsslrootcert is certs/root.pem\n"),
    ],
    ids=["the system", "a server", "a page"],
)
def test_for_everybody_a_server_or_nobody_it_is_judged_for_every_client(here, name, text):
    plant(here, {"certs/root.pem": PEM, name: text})
    clients, users = audited(".")["./certs/root.pem"]
    assert len(clients) > 3
    assert users == []


def test_places_with_the_same_bytes_are_judged_each_for_its_clients(here):
    plant(here, {**TREE, "other.pem": PEM})
    found = audited(".")
    assert found["./certs/root.pem"][0] == ["openssl"]
    assert len(found["./other.pem"][0]) > 3


def test_what_was_not_read_in_full_may_name_another_client(here):
    plant(here, {**TREE, "z.yml": "sslrootcert: root.pem\n" + "x: 1\n" * 500_000})
    ran = unpin("audit", ".")
    assert b"not every text was read in full, so stores are judged for every client" in ran.stderr
    assert len(audited(".")["./certs/root.pem"][0]) > 3


def test_in_a_jar_too(here):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as jar:
        jar.writestr("trust.jks", JKS)
        jar.writestr("a.pem", PEM)
        jar.writestr("app.yml", "redis:\n  tlsCAFile: a.pem\n")
    plant(here, {"app.jar": held.getvalue()})
    assert audited("app.jar")["app.jar!/a.pem"] == (["openssl"], ["app.jar!/app.yml:2"])


def test_a_store_that_goes_away_before_it_is_judged_is_an_error(here, monkeypatch):
    plant(here, {**TREE, "trust.jks": JKS})
    learn = deferral.Deferral._learn

    def learns_late(*asked):
        (here / "trust.jks").unlink()
        learn(*asked)

    monkeypatch.setattr(deferral.Deferral, "_learn", learns_late)
    ran = unpin("audit", ".")
    assert ran.returncode == 3
    assert b"unpin: error: ./trust.jks: no such file or directory\n" in ran.stderr
    assert b"./certs/root.pem" in ran.stdout


def test_behind_the_bound_for_archives_nothing_waits(here, monkeypatch):
    monkeypatch.setattr(deferral, "MAX_HELD_OF_ARCHIVES", 0)
    test_jar = io.BytesIO()
    with zipfile.ZipFile(test_jar, "w") as jar:
        jar.writestr("a.pem", PEM)
        jar.writestr("b.pem", PEM)
        jar.writestr("z.yml", "redis:\n  tlsCAFile: a.pem\n")
    plant(here, {"app.jar": test_jar.getvalue()})
    ran = unpin("audit", "app.jar", "--format", "json")
    assert b"more stores than unpin holds back" in ran.stderr
    assert all(len(store["clients"]) > 3 for store in json.loads(ran.stdout)["stores"])


def test_a_file_that_is_put_under_another_name_is_followed(here):
    """The text that names the new place does not name the store."""
    plant(
        here,
        {
            "certs/root.pem": PEM,
            "Dockerfile": "COPY certs/root.pem /etc/app/ca.pem\n",
            "z/app.yml": "redis:\n  tlsCAFile: /etc/app/ca.pem\n",
        },
    )
    assert audited(".") == {"./certs/root.pem": (["openssl"], ["./z/app.yml:2"])}


@pytest.mark.parametrize("path", ["/srv/elsewhere/root.pem", "$CERTS/root.pem"])
def test_a_path_that_may_be_the_same_store_counts_too(here, path):
    """The file of psql is the store; that of curl has its name, on another machine."""
    plant(here, {**TREE, "run.sh": f"export SSL_CERT_FILE={path}\n"})
    clients, users = audited(".")["./certs/root.pem"]
    assert clients == ["openssl", "go"]
    assert users == ["./pg_service.conf:4", "./run.sh:1"]


def test_a_build_tool_reads_it_with_java(here):
    plant(here, {**TREE, ".mvn/jvm.config": "-Djavax.net.ssl.trustStore=certs/root.pem\n"})
    assert len(audited(".")["./certs/root.pem"][0]) > 3
