"""JUnit XML is valid by Jenkins' schema; GitLab's limits and its key of a test case hold."""

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, thirty_thousand, unread
from tests.outputs.receivers import Case, junit_cases
from unpin.model.finding import Severity
from unpin.reports.blocks import Tone

SCHEMA = Path(__file__).parent / "schemas" / "junit-10.xsd"


@cache
def schema():
    return etree.XMLSchema(etree.parse(SCHEMA))


def document(text):
    """The root of a valid document, whose counts are right."""
    root = etree.fromstring(text.encode())
    schema().assertValid(root)
    for suite in [root, *root.iter("testsuite")]:
        cases = list(junit_cases(suite))
        assert int(suite.get("tests")) == len(cases)
        assert int(suite.get("failures")) == sum(case.kind == "failure" for case in cases)
        assert int(suite.get("errors")) == sum(case.kind == "error" for case in cases)
    return root


def cases(text):
    return list(junit_cases(document(text)))


def test_an_audit_is_a_suite_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = machine.audit(machine.stores(tmp_path), "junit")
    suites = [suite.get("name") for suite in document(ran.stdout.decode()).iter("testsuite")]
    assert suites == ["pinned.pem", "two.pem", "values.yaml#data.ca.crt", "broken.jks", "gone.pem"]


@pytest.mark.parametrize(
    ("severity", "fail_on", "kind"),
    [
        (Severity.ERROR, Severity.ERROR, "failure"),
        (Severity.WARNING, Severity.ERROR, "skipped"),
        (Severity.WARNING, Severity.WARNING, "failure"),
        (Severity.NOTE, Severity.WARNING, "skipped"),
        (Severity.NOTE, Severity.NOTE, "failure"),
    ],
)
def test_what_fails_the_run_fails_the_test(severity, fail_on, kind):
    (case,) = cases(printed("junit", Made(finding(severity=severity)), fail_on=fail_on))
    assert case.kind == kind


def test_what_was_not_read_or_judged_is_an_error():
    made = Made(finding(unread=True))
    assert [case.kind for case in cases(printed("junit", made, errors=[unread()]))] == ["error"] * 2


def test_a_store_without_a_finding_passes():
    text = printed("junit", Made(verdict="READY", reason="no pin"))
    assert cases(text) == [Case("a.pem", "verdict", "", "", "READY: no pin")]


@pytest.mark.parametrize(
    ("tone", "kind"),
    [(Tone.GOOD, ""), (Tone.NEUTRAL, "skipped"), (Tone.DOUBTFUL, "skipped"), (Tone.BAD, "failure")],
)
def test_a_verdict_that_is_no_good_news_does_not_pass(tone, kind):
    """A refused fix has an error of the run, and no finding."""
    (case,) = cases(printed("junit", Made(verdict="REFUSED", tone=tone)))
    assert case.kind == kind


def test_no_two_cases_have_the_same_name():
    found = cases(printed("junit", Made(finding(1), finding(2)), Made(finding(3)), Made(), Made()))
    assert [case.name for case in found] == [
        "missing-root", "missing-root (2)", "missing-root (3)", "verdict", "verdict (2)",
    ]  # fmt: skip


def test_the_limits_of_gitlab():
    text = printed("junit", *thirty_thousand())
    assert len(text.encode()) < 30_000_000
    root = document(text)
    assert sum(1 for _ in root.iter()) < 250_000
    found = list(junit_cases(root))
    assert len({(case.source, case.name) for case in found}) == len(found)
    assert len(found) == 30_000


def test_what_is_left_out_is_said(monkeypatch):
    monkeypatch.setattr("unpin.reports.formats.junit.MAX_SIZE", 300)
    made = Made(*(finding(n, Severity.NOTE) for n in range(5)), finding(9))
    found = cases(printed("junit", made))
    assert [case.kind for case in found] == ["skipped", "failure", "error"]
    assert (
        found[-1].message == "4 test cases are left out, the least severe: a receiver takes 30 MB"
    )


def test_what_xml_cannot_hold_is_shown():
    (case,) = cases(printed("junit", Made(finding(message="\x00\x1b\ufffe\ud800<&>\"']]>"))))
    assert case.message == "error: \\x00\\x1b\\ufffe\\ud800<&>\"']]>"
