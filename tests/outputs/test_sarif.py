"""SARIF is valid by its schema, takes the places that GitHub takes, and stays within its limits."""

import gzip
import json
import zipfile
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, thirty_thousand, unread
from tests.outputs.receivers import github_log
from unpin.model.finding import Severity
from unpin.reports.formats.sarif import MAX_RESULTS
from unpin.reports.pipeline.result import FilePlace

ACCEPTED = """
[[exception]]
rule = "pinned-intermediate"
owner = "team-a"
reason = "moves in spring"
until = 2027-03-01
"""
SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"


@cache
def validator():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def run_of(text):
    """The run of a valid log."""
    log = json.loads(text)
    validator().validate(log)
    (run,) = log["runs"]
    return run


def location_of(**fields):
    (result,) = run_of(printed("sarif", Made(finding(**fields))))["results"]
    (location,) = result["locations"]
    return location


def test_an_audit_is_a_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = machine.audit(machine.stores(tmp_path), "sarif")
    run = run_of(ran.stdout)
    assert run["invocations"][0]["executionSuccessful"] is False
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["descriptor"]["id"] for note in notes] == ["malformed-store", "unreadable-file"]
    results = run["results"]
    assert {r["ruleId"] for r in results} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert all(run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] == r["ruleId"] for r in results)
    (value,) = (
        r["locations"][0]
        for r in results
        if "values.yaml" in str(r) and r["ruleId"] == "pinned-intermediate"
    )
    assert value["physicalLocation"] == {
        "artifactLocation": {"uri": "values.yaml", "uriBaseId": "ROOT"},
        "region": {"startLine": 3},
    }
    assert value["logicalLocations"][0] == {
        "fullyQualifiedName": "data.ca.crt", "kind": "member",
    }  # fmt: skip


def test_what_could_not_be_read_is_a_result():
    run = run_of(printed("sarif", errors=[unread()]))
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("unreadable-file", "error")
    assert result["message"]["text"] == "b.pem: no such file or directory. Fix: look elsewhere."


def test_no_finding_is_a_run_without_results():
    run = run_of(printed("sarif", Made()))
    assert run["artifacts"] == [
        {"location": {"uri": "a.pem", "uriBaseId": "ROOT"}, "description": {"text": "PINNED"}}
    ]
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)


@pytest.mark.parametrize(
    ("file", "artifact"),
    [
        ("a b/ä#%?.pem", {"uri": "a%20b/%C3%A4%23%25%3F.pem", "uriBaseId": "ROOT"}),
        ("./a/../b.pem", {"uri": "b.pem", "uriBaseId": "ROOT"}),
        ("/work/x/b.pem", {"uri": "x/b.pem", "uriBaseId": "ROOT"}),
        ("/workshop/b.pem", {"uri": "file:///workshop/b.pem"}),
        ("../b.pem", {"uri": "file:///b.pem"}),
        ("\udcff.pem", {"uri": "%FF.pem", "uriBaseId": "ROOT"}),
    ],
)
def test_a_path_is_a_uri_in_the_repository(file, artifact):
    assert location_of(place=FilePlace(file))["physicalLocation"]["artifactLocation"] == artifact


def test_a_member_of_an_archive_is_a_logical_location():
    place = FilePlace("app.war", "/WEB-INF/trust.jks")
    location = location_of(place=place, entry="alias")
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "app.war"
    assert location["logicalLocations"] == [
        {"fullyQualifiedName": "/WEB-INF/trust.jks", "kind": "member"},
        {"name": "alias", "kind": "object"},
    ]


def test_a_store_in_an_archive_is_found_in_the_archive(tmp_path, monkeypatch):
    """The lines of a member are none of the archive."""
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    with zipfile.ZipFile("app.war", "w") as archive:
        archive.write("pinned.pem", "WEB-INF/pinned.pem")
        archive.write("values.yaml", "WEB-INF/values.yaml")
    run = run_of(machine.audit(["app.war"], "sarif").stdout)
    pins = [r["locations"][0] for r in run["results"] if r["ruleId"] == "pinned-intermediate"]
    assert [pin["logicalLocations"][0]["fullyQualifiedName"] for pin in pins] == [
        "/WEB-INF/pinned.pem", "/WEB-INF/values.yaml#data.ca.crt",
    ]  # fmt: skip
    for pin in pins:
        assert pin["physicalLocation"]["artifactLocation"]["uri"] == "app.war"
        assert pin["physicalLocation"]["region"] == {"startLine": 1}
    log = github_log(machine.audit(["app.war"], "github").stdout.decode())
    assert {(issue.file, issue.line) for issue in log.issues} == {("app.war", None)}


def test_what_a_policy_accepts_is_a_suppressed_note(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    Path("unpin.toml").write_text(ACCEPTED)
    run = run_of(machine.audit(["pinned.pem"], "sarif").stdout)
    (pin,) = (r for r in run["results"] if r["ruleId"] == "pinned-intermediate")
    assert pin["level"] == "note"
    (suppression,) = pin["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "team-a" in suppression["justification"]
    assert "not counted: " in pin["message"]["text"]


def test_standard_input_is_no_file():
    location = location_of(place=FilePlace(None), source="standard input")
    assert location == {
        "logicalLocations": [{"fullyQualifiedName": "standard input", "kind": "resource"}]
    }


def test_the_fingerprint_outlives_a_moved_line_and_another_wording():
    def key(**fields):
        (result,) = run_of(printed("sarif", Made(finding(**fields))))["results"]
        assert list(result["partialFingerprints"]) == ["unpinFinding/v1"]
        return result["partialFingerprints"]["unpinFinding/v1"]

    assert key(place=FilePlace("a.pem", line=1)) == key(
        place=FilePlace("a.pem", line=9), message="other"
    )
    others = [
        {"rule": "x"},
        {"subject": "y"},
        {"place": FilePlace("b.pem")},
        {"place": FilePlace("a.pem", "m")},
    ]
    assert len({key(**fields) for fields in [{}, *others]}) == 5


def test_the_limits_of_github():
    text = printed("sarif", *thirty_thousand(), errors=[unread()])
    assert len(gzip.compress(text.encode(), mtime=0)) < 10_000_000
    log = json.loads(text)
    (run,) = log["runs"]
    log["runs"] = [{**run, "results": run["results"][::500]}]
    validator().validate(log)
    results = run["results"]
    assert len(results) == MAX_RESULTS
    assert (
        len({result["partialFingerprints"]["unpinFinding/v1"] for result in results}) == MAX_RESULTS
    )
    levels = [result["level"] for result in results]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert levels.count("error") == 10_001
    assert levels.count("warning") == 10_000
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1]["message"]["text"] == (
        "5001 findings are left out, the least severe: a receiver takes 25000 of a run"
    )


def test_a_long_message_is_cut_and_says_so():
    (result,) = run_of(printed("sarif", Made(finding(message="x" * 5000))))["results"]
    assert result["message"]["text"] == "x" * 1000 + "... (5,001 characters)"


def test_severities_are_levels():
    made = Made(*(finding(number, kind) for number, kind in enumerate(Severity)))
    levels = [result["level"] for result in run_of(printed("sarif", made))["results"]]
    assert levels == ["error", "warning", "note"]
