"""Variables that a configuration takes from elsewhere: what is found counts, what is not is said."""

import json
from functools import partial

from tests.cli.inside import unpin
from unpin.configurations.document import document_of
from unpin.configurations.find import connections_in
from unpin.configurations.variable_references import MAX_REFERENCES, Elsewhere, with_references

URL = "postgres://app:s3cret@db.example.org/app?sslmode=require"
COMPOSE = "services:\n  web:\n    env_file: {}\n"
DEPLOYMENT = """kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: web
          envFrom:
            - prefix: APP_
              secretRef: {name: db}
"""


def diagnosed(*args):
    ran = unpin("doctor", *args, "--client", "psql", "--format", "json")
    return ran, json.loads(ran.stdout)


def answers(document):
    return [
        (connection["connection"], answer["class"])
        for each in document["inputs"]
        for connection in each["connections"]
        for answer in connection["answers"]
    ]


def test_what_is_not_there_is_no_silence(tmp_path):
    path = tmp_path / "compose.yml"
    path.write_text(COMPOSE.format("gone.env"))
    ran, document = diagnosed(path)
    assert ran.returncode == 3
    (error,) = document["errors"]
    assert error["message"] == (
        f"{path}: env_file gone.env was not read: its variables are not known;"
        " a connection may be described there"
    )


def test_a_file_that_is_no_file_of_variables_was_not_read(tmp_path):
    path = tmp_path / "compose.yml"
    path.write_text(COMPOSE.format("folder"))
    (tmp_path / "folder").mkdir()
    ran, document = diagnosed(path)
    assert ran.returncode == 3
    assert "env_file folder was not read" in document["errors"][0]["message"]


def test_the_secret_of_another_file_of_the_folder_counts(tmp_path):
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    secret = f"kind: Secret\nmetadata:\n  name: db\nstringData:\n  DATABASE_URL: {URL}\n"
    (tmp_path / "b.yaml").write_text(secret)
    ran, document = diagnosed(tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert b"s3cret" not in ran.stdout + ran.stderr
    assert ("postgres://db.example.org/app", "NOT VERIFIED") in answers(document)
    assert document["inputs"][0]["source"].endswith("a.yaml")


def test_without_the_secret_nothing_is_known(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(DEPLOYMENT)
    ran, document = diagnosed(path)
    assert ran.returncode == 3
    assert "Secret db was not read" in document["errors"][0]["message"]


def test_of_two_manifests_each_container_has_its_own_variables():
    """Both are at spec.containers[0] of their documents."""
    pod = "kind: Pod\nspec:\n  containers:\n    - env:\n"
    variable = "        - name: {}\n          value: {}\n"
    first = pod + variable.format("PGHOST", "a.example.org") + variable.format("PGSSLMODE", "allow")
    second = pod + variable.format("PGHOST", "b.example.org")
    found = connections_in(document_of("x", f"{first}---\n{second}"), [])
    assert [(each.host, each.variable("PGSSLMODE") is None) for each in found] == [
        ("a.example.org", False), ("b.example.org", True),
    ]  # fmt: skip


def test_an_entry_that_a_container_takes_is_no_connection_of_its_own():
    config = f"kind: ConfigMap\nmetadata:\n  name: db\ndata:\n  DATABASE_URL: {URL}\n---\n"
    text = config + DEPLOYMENT.replace("secretRef", "configMapRef")
    entries = {"ConfigMap db/DATABASE_URL": URL.encode()}
    document = with_references(document_of("x", text), Elsewhere(entries=entries))
    (connection,) = connections_in(document, [])
    assert connection.line == text[: text.index("configMapRef")].count("\n") + 1
    assert connection.variable("APP_DATABASE_URL") is not None


def test_references_behind_the_bound_are_said():
    text = "services:\n" + "".join(
        f"  s{number}:\n    env_file: f\n" for number in range(MAX_REFERENCES + 1)
    )
    asked = []
    elsewhere = Elsewhere(file=partial(_kept, asked))
    errors = []
    connections_in(with_references(document_of("x", text), elsewhere), errors)
    assert len(asked) == MAX_REFERENCES
    assert any("more than 200 references" in each.message for each in errors)


def _kept(asked, name):
    asked.append(name)
    return "A=b\n"
