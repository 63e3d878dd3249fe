"""Templates of a Helm chart: what the values say is filled in, and what they do not say is said."""

import json

import pytest

from tests.cli.inside import unpin
from unpin.configurations.helm import MAX_RENDERED, Chart, chart_document

HOST = "db1.postgres.database.azure.com"
ABOUT = "name: shop\nversion: 1.2.0\nappVersion: '3'\n"


def settings_of(template, values="", **chart):
    document = chart_document("t.yaml", template.encode(), Chart(values, ABOUT, **chart))
    return {each.key: (each.value, each.line) for each in document.settings if each.value}


def written(tmp_path, template, values):
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text(ABOUT)
    (tmp_path / "values.yaml").write_text(values)
    path = tmp_path / "templates" / "deployment.yaml"
    path.write_text(template)
    return path


def diagnosed(path):
    ran = unpin("doctor", path, "--client", "psql", "--format", "json")
    document = json.loads(ran.stdout)
    return document, [a for i in document["inputs"] for c in i["connections"] for a in c["answers"]]


@pytest.mark.parametrize(
    ("action", "values", "wanted"),
    [
        ("{{ .Values.a }}", "a: x", "x"),
        ("{{ .Values.a | quote }}", "a: x", "x"),
        ('{{ .Values.a | default "y" | quote }}', "b: 1", "y"),
        ('{{ default "y" .Values.a }}', 'a: ""', "y"),
        ("{{ .Values.a.b.c }}", "a:\n  b:\n    c: 3", "3"),
        ('{{ printf "%s-%s" .Chart.Name .Values.a }}', "a: x", "shop-x"),
        ('{{ ternary "p" "q" (eq .Values.a "x") }}', "a: x", "p"),
        ('{{ required "give a" .Values.a }}', "a: x", "x"),
        ("{{ .Values.a | b64enc }}", "a: x", "eA=="),
        ("{{ $.Values.a }}", "a: 'true'", "true"),
        ("{{ .Release.Name }}", "a: x", "${Release.Name}"),
        ('{{ include "x" . }}', "a: x", "${include_x}"),
        ("{{ .Values.a }}", "a: *b", "${Values.a}"),
        ("{{ .Values.a.b }}", "a:\n  <<: *c", "${Values.a.b}"),
        ("{{ lookup .Values.a }}", "a: x", "${lookup_.Values.a}"),
        ('{{ required "give a" .Values.a }}', "b: 1", "${required_.Values.a}"),
    ],
)
def test_an_action_becomes_what_the_values_say(action, values, wanted):
    assert settings_of(f"key: {action}\n", values) == {"key": (wanted, 1)}


def test_without_values_no_value_is_known():
    document = chart_document("t.yaml", b"key: {{ .Values.a }}\n", Chart(None, None))
    assert [each.value for each in document.settings] == ["${Values.a}"]


def test_blocks_keep_the_lines_of_the_template():
    template = (
        "{{- if .Values.on }}\na: 1\n{{- else }}\nb: 1\n{{- end }}\n"
        "{{- range $k, $v := .Values.more }}\n{{ $k }}: {{ $v }}\n{{- end }}\n"
        "{{- with .Values.deep }}\nc: {{ .x }}\n{{- end }}\n"
        "{{ toYaml .Values.more }}\n"
    )
    values = "on: false\nmore:\n  p: 1\n  q: two words\ndeep:\n  x: y\n"
    found = settings_of(template, values)
    assert found == {"b": ("1", 4), "p": ("1", 7), "q": ("two words", 7), "c": ("y", 10)} | {
        "p": ("1", 12), "q": ("two words", 12),
    }  # fmt: skip


def test_the_values_of_the_parent_chart_beat_those_of_a_chart_below():
    parent = "shop:\n  a: above\n"
    assert settings_of("k: {{ .Values.a }} {{ .Values.b }}\n", "a: x\nb: y\n", parent=parent) == {
        "k": ("above y", 1)
    }


def test_a_connection_of_a_template_is_judged_with_its_values(tmp_path):
    template = (
        "kind: Pod\nspec:\n  containers:\n    - env:\n        - name: DATABASE_URL\n"
        "          value: postgres://app@{{ .Values.host }}/app?sslmode={{ .Values.mode }}\n"
    )
    path = written(tmp_path, template, f"host: {HOST}\nmode: disable\n")
    document, (answer,) = diagnosed(path)
    assert answer["class"] == "BROKEN CONFIG"
    assert document["inputs"][0]["connections"][0]["line"] == 6
    assert "-f and --set" in " ".join(answer["remarks"])
    path.write_text(template.replace(".Values.mode", ".Release.Name"))
    _, (answer,) = diagnosed(path)
    assert answer["class"] == "NOT KNOWN"


def test_a_block_that_is_not_known_is_left_out_and_said(tmp_path):
    template = (
        'key: x\n{{- if .Capabilities.APIVersions.Has "v2" }}\n'
        f"url: postgres://app@{HOST}/app?sslmode=disable\n{{{{- end }}}}\n"
    )
    path = written(tmp_path, template, "a: b\n")
    ran = unpin("doctor", path)
    assert ran.returncode == 3
    assert b"is not known: line 3 is left out" in ran.stderr
    assert b"helm template CHART | unpin doctor -" in ran.stderr


@pytest.mark.parametrize(
    "template",
    [
        "{{- range .Values.a }}\n" * 40 + "x: y\n",
        "k: {{ " + "(" * 3000 + "\n",
        "k: {{ " + "a " * 30_000 + "}}\n",
        "{{ end }}\n" * 3000,
        "{{ if }}\n" * 3000,
        "{{ $a := $a }}\n{{ $a.b.c }}: 1\n",
        "k: {{ .Values.a | indent 99999999 }}\n",
        "k: {{ .Values.a | trunc .Values | replace . . . }}\n",
    ],
)
def test_templates_that_are_no_templates_end(template):
    chart_document("t.yaml", template.encode(), Chart("a: [1, 2]\n", ABOUT))


def test_a_template_that_becomes_endless_is_cut_and_said():
    values = "a:\n" + "  - x\n" * 200
    template = "{{- range .Values.a }}\n{{- range $.Values.a }}\nk: v\n{{- end }}\n{{- end }}\n"
    document = chart_document("t.yaml", template.encode(), Chart(values, ABOUT))
    assert document.unread == (f"it becomes more than {MAX_RENDERED} lines",)


def test_no_string_of_a_template_is_shown(tmp_path):
    template = (
        'a: {{ lookup "hunter2" .Values.x }}\n{{- if eq .Release.Name "hunter2" }}\n'
        "url: postgres://h/x\n{{- end }}\nDATABASE_URL: postgres://h/x?sslmode={{ f `hunter2` }}\n"
    )
    path = written(tmp_path, template, "a: b\n")
    ran = unpin("doctor", path, "--format", "json")
    assert b"is not known: line 3 is left out" in ran.stderr
    assert b"hunter2" not in ran.stdout + ran.stderr
