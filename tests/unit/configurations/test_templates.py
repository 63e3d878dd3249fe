"""What a template fills in stays open; lines keep their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.configurations.templates import open_template


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("h: {{ db_host }}", "h: ${db_host}"),
        ("h: {{- $.Values.db.host | quote -}}", 'h: "${Values.db.host}"'),
        ("h: {{ quote .Values.db.host }}", 'h: "${Values.db.host}"'),
        ('h: {{ port | default("5432") }}', "h: ${port}"),
        ("h: {{ .Release.Name }}-db", "h: ${Release.Name}-db"),
        ('h: {{ include "app.name" . }}', "h: ${include}"),
        ("h: ${{ secrets.DB_URL }}", "h: ${secrets.DB_URL}"),
        ("h: {{ }}", "h: ${expression}"),
        ("h: {{ default 'hunter2' .Values.a }}", "h: ${default_.Values.a}"),
        ("a {{/* no text */}}b", "a b"),
        ("{{- toYaml .Values.env | nindent 2 }}\nh", "\nh"),
        ("{{ if .Values.tls }}\na\n{{ end }}", "\na\n"),
        ("{% for h in hosts %}\nh: {{ h }}\n{% endfor %}", "\nh: ${h}\n"),
        ("no {{ template", "no {{ template"),
    ],
)
def test_what_is_filled_in_stays_open(text, opened):
    assert open_template(text) == (opened, ())


def test_both_branches_of_a_condition_stay_and_its_line_is_told():
    text = "x: {{ a }}\n{{ if b }}\n{{ with c }}\na\n{{ end }}\n{{ else }}\nb\n{{ end }}\n"
    assert open_template(text) == ("x: ${a}\n\n\na\n\n\nb\n\n", (2,))


@given(st.text(st.sampled_from('{}%$.|"( )\nifendelse.Valuesx-'), max_size=80))
def test_no_text_loses_a_line(text):
    assert open_template(text).text.count("\n") == text.count("\n")
