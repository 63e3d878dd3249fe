"""References that lead to a store through other files: files of a chart, and mounts of others."""

import pytest

from tests.discover.test_entries import MOUNTED, rows
from tests.discover.test_tree import PEM

PATH = "/etc/ca/ca.crt"
DEPLOYMENT = MOUNTED.format(path=PATH, volume="secret: {secretName: db-ca}")
OF_MAP = MOUNTED.format(path=PATH, volume="configMap: {name: db-ca}")
CHART = {"c/Chart.yaml": "name: c\nversion: 1.0.0\n", "c/files/ca.crt": PEM}
OBJECT = "kind: Secret\nmetadata: {name: db-ca}\ndata:\n  "
MAP = "kind: ConfigMap\nmetadata: {name: db-ca}\ndata:\n  "
SCRIPT = '#!/bin/sh\npsql "host=db1 sslmode=verify-full sslrootcert=/etc/ca/ca.crt"\n'
TEMPLATES = {
    "Get": (OBJECT + 'ca.crt: {{ .Files.Get "files/ca.crt" | b64enc }}\n', DEPLOYMENT),
    "Get in a block": (
        MAP + 'ca.crt: |-\n{{ .Files.Get "files/ca.crt" | indent 4 }}\n', OF_MAP
    ),
    "Glob": (MAP + '{{- (.Files.Glob "files/*").AsConfig | nindent 2 }}\n', OF_MAP),
    "Glob in a loop": (
        OBJECT + '{{- range $path, $_ := .Files.Glob "files/*.crt" }}\n'
        "  {{ base $path }}: {{ $.Files.Get $path | b64enc }}\n  {{- end }}\n",
        DEPLOYMENT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("folder", ["c/templates", "c/templates/tls"])
def test_a_template_takes_a_file_of_its_chart(name, folder, tmp_path, monkeypatch):
    template, deployment = TEMPLATES[name]
    files = {f"{folder}/ca.yaml": template, "c/templates/web.yaml": deployment, **CHART}
    found = rows(tmp_path, monkeypatch, files)
    assert [each[4:] for each in found if each[2] == PATH] == [("here", ["c/files/ca.crt"])]


def test_a_file_that_the_chart_lacks_is_not_found(tmp_path, monkeypatch):
    files = {
        "c/templates/ca.yaml": OBJECT + 'ca.crt: {{ .Files.Get "files/none.crt" | b64enc }}\n',
        "c/templates/web.yaml": DEPLOYMENT,
        **CHART,
    }
    found = rows(tmp_path, monkeypatch, files)
    assert [each[4:] for each in found if each[2] == PATH] == [("missing", [])]


MOUNTS = {
    "pod": {
        "k8s/web.yaml": DEPLOYMENT.replace("NODE_EXTRA_CA_CERTS", "OTHER"),
        "k8s/kustomization.yaml": "secretGenerator:\n- name: db-ca\n  files: [ca.crt=../ca.crt]\n",
    },
    "compose": {"compose.yml": "services:\n  web:\n    build: app\n    volumes: ['./:/etc/ca']\n"},
    "copy": {"Dockerfile": "FROM scratch\nCOPY ca.crt /etc/ca/\n"},
}


@pytest.mark.parametrize("name", MOUNTS)
def test_a_script_names_a_path_that_another_file_mounts(name, tmp_path, monkeypatch):
    files = {"app/run.sh": SCRIPT, "ca.crt": PEM, **MOUNTS[name]}
    found = rows(tmp_path, monkeypatch, files)
    assert [each[4:] for each in found if each[0] == "app/run.sh:2"] == [("here", ["ca.crt"])]


def test_the_mount_of_the_nearest_file_counts(tmp_path, monkeypatch):
    compose = "services:\n  web:\n    build: .\n    volumes: ['./:/etc/ca']\n"
    files = {
        "a/run.sh": SCRIPT, "a/ca.crt": PEM, "a/compose.yml": compose,
        "b/ca.crt": PEM, "b/compose.yml": compose,
    }  # fmt: skip
    found = rows(tmp_path, monkeypatch, files)
    assert [each[5] for each in found if each[0] == "a/run.sh:2"] == [["a/ca.crt"]]


def test_without_a_mount_the_path_is_that_of_another_machine(tmp_path, monkeypatch):
    found = rows(tmp_path, monkeypatch, {"app/run.sh": SCRIPT, "ca.crt": PEM})
    assert [each[4:] for each in found if each[0] == "app/run.sh:2"] == [("not-here", [])]
