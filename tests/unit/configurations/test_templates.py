"""Templates are filled in as far as their values are known; lines keep their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.configurations.templates import filled_template

VALUES = {"db.host": "db1", "db.mode": "verify-ca", "tls.enabled": "false", "list[0].a": "b"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("h: {{ .Values.db.host }}", "h: db1"),
        ("h: {{- $.Values.db.host | quote -}}", 'h: "db1"'),
        ("h: {{ quote .Values.db.host }}", 'h: "db1"'),
        ('h: {{ .Values.db.port | default "5432" }}', "h: 5432"),
        ('h: {{ default "x" .Values.db.host }}', "h: db1"),
        ("h: {{ .Values.db.port }}", "h: ${Values.db.port}"),
        ("h: {{ .Values.db.host | b64enc }}", "h: ${Values.db.host}"),
        ("h: {{ .Release.Name }}-db", "h: ${Release.Name}-db"),
        ('h: {{ include "app.name" . }}', "h: ${include_app.name}"),
        ("h: ${{ secrets.DB_URL }}", "h: ${secrets.DB_URL}"),
        ("{{/* no text */}}h", "h"),
        ("{{- toYaml .Values.env | nindent 2 }}\nh", "\nh"),
        ("{{ if .Values.tls.enabled }}\na\n{{ else }}\nb\n{{ end }}", "\n\n\nb\n"),
        ("{{ if not .Values.tls.enabled }}\na\n{{ end }}", "\na\n"),
        ('{{ if eq .Values.db.mode "verify-ca" }}\na\n{{ else }}\nb\n{{ end }}', "\na\n\n\n"),
        ("{{ if .Values.absent }}\na\n{{ else if .Values.db }}\nb\n{{ end }}", "\n\n\nb\n"),
        ("{{ with .Values.db }}\nh: {{ .host }}\n{{ end }}", "\nh: db1\n"),
        ("{{ range .Values.list }}\nh: {{ .a }}\n{{ end }}", "\nh: ${a}\n"),
        ('{{ define "x" }}\nh\n{{ end }}', "\n\n"),
    ],
)
def test_what_is_known_is_filled_in(text, filled):
    assert filled_template(text, VALUES) == (filled, ())


@pytest.mark.parametrize("values", [{}, VALUES])
def test_both_branches_of_an_unknown_condition_stay_and_it_is_told(values):
    text = "x\n{{ if .Capabilities.X }}\na\n{{ else }}\nb\n{{ end }}\n"
    assert filled_template(text, values) == ("x\n\na\n\nb\n\n", (2,))


def test_no_condition_is_known_without_values():
    text = "{{ if .Values.a }}\na\n{{ else }}\nb\n{{ end }}"
    assert filled_template(text) == ("\na\n\nb\n", (1,))


@given(st.text(st.sampled_from('{}%$.|"( )\nifendelse.Valuesx-'), max_size=80))
def test_no_text_loses_a_line(text):
    assert filled_template(text, VALUES).text.count("\n") == text.count("\n")
