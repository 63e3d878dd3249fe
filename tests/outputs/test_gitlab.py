"""The code quality report has the form that GitLab documents (Code Quality report format)."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, thirty_thousand, unread
from unpin.model.finding import Severity
from unpin.reports.pipeline.result import FilePlace

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z0-9.-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""docs.gitlab.com, "Code Quality report format", as a schema: GitLab publishes none."""


def rows(text):
    found = json.loads(text)
    Draft202012Validator(SCHEMA).validate(found)
    keys = [row["fingerprint"] for row in found]
    assert len(set(keys)) == len(keys)
    return found


def test_an_audit_is_an_array(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = rows(machine.audit(["./pinned.pem", *machine.stores(tmp_path)[1:]], "gitlab").stdout)
    assert [row["severity"] for row in found[:2]] == ["blocker", "blocker"]
    assert {row["location"]["path"] for row in found} == {
        "pinned.pem", "two.pem", "values.yaml", "broken.jks", "gone.pem",
    }  # fmt: skip
    (value,) = (
        row["location"]["lines"]["begin"]
        for row in found
        if row["location"]["path"] == "values.yaml" and row["check_name"] == "pinned-intermediate"
    )
    assert value == 3


@pytest.mark.parametrize(
    ("severity", "word"),
    [(Severity.ERROR, "critical"), (Severity.WARNING, "minor"), (Severity.NOTE, "info")],
)
def test_severities_have_words(severity, word):
    (row,) = rows(printed("gitlab", Made(finding(severity=severity))))
    assert row["severity"] == word


def test_no_finding_is_an_empty_array():
    assert rows(printed("gitlab", Made())) == []


def test_the_repository_of_the_pipeline_is_where_paths_begin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    ran = machine.audit(["pinned.pem"], "gitlab", CI_PROJECT_DIR=str(tmp_path.parent))
    assert {row["location"]["path"] for row in rows(ran.stdout)} == {f"{tmp_path.name}/pinned.pem"}
    ran = machine.audit(["pinned.pem"], "gitlab", CI_PROJECT_DIR="/elsewhere")
    assert {row["location"]["path"] for row in rows(ran.stdout)} == {"pinned.pem"}


def test_thirty_thousand_findings_have_keys_of_their_own():
    assert len(rows(printed("gitlab", *thirty_thousand(), errors=[unread()]))) == 30_001


def test_a_member_is_in_the_description():
    (row,) = rows(printed("gitlab", Made(finding(place=FilePlace("app.war", "/WEB-INF/x.jks")))))
    assert row["description"] == "/WEB-INF/x.jks: message 1"
