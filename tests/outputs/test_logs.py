"""Annotations of GitHub Actions and issues of Azure Pipelines, as their runners read the log."""

import re

import pytest
from markdown_it import MarkdownIt

from tests.cli.inside import unpin
from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, thirty_thousand, unread
from tests.outputs.receivers import Issue, azure_log, github_log
from unpin.cli.doctor import inputs
from unpin.cli.step_summary import MAX_SUMMARY
from unpin.model.finding import Severity
from unpin.reports.pipeline.result import NO_FILES, FilePlace

READERS = {"github": github_log, "azure": azure_log}
HOSTILE = "100%25 %0A%AZP25 a,b:c;d]e=f::error::g ##vso[x] \r\n\x1b"
SHOWN = r"100%25 %0A%AZP25 a,b:c;d]e=f::error::g \x23#vso[x] \r\n\x1b"


def read(output, *results, **facts):
    return READERS[output](printed(output, *results, **facts))


@pytest.mark.parametrize("output", READERS)
def test_what_is_escaped_is_read_as_it_was(output):
    made = finding(
        message=HOSTILE, place=FilePlace(HOSTILE.replace("/", ""), line=7), entry=HOSTILE
    )
    (issue,) = read(output, Made(made, verdict=HOSTILE)).issues
    assert issue == Issue("error", "missing-root", f"a.pem: {SHOWN}", SHOWN, 7)


@pytest.mark.parametrize("output", READERS)
def test_the_worst_come_first_and_the_rest_is_folded(output):
    made = [finding(n, list(Severity)[n % 3]) for n in range(99)]
    log = read(output, Made(*made), errors=[unread()])
    kinds = [issue.kind for issue in log.issues]
    notes = ["notice"] * 10 if output == "github" else []
    assert kinds == ["error"] * 10 + ["warning"] * 10 + notes
    assert log.issues[0].message == "b.pem: no such file or directory. Fix: look elsewhere"
    assert len(log.issues) + len(log.folded) == 100
    assert log.lines == ["a.pem: PINNED: why", "unpin: 34 errors, 33 warnings, 33 notes"]


@pytest.mark.parametrize("output", READERS)
def test_a_log_of_thirty_thousand_findings(output):
    log = read(output, *thirty_thousand())
    assert len(log.issues) == (30 if output == "github" else 20)
    assert len(log.issues) + len(log.folded) == 30_000


@pytest.mark.parametrize(
    "call",
    [
        ("probe", "--no-versions", "127.0.0.1:9"),
        ("doctor", "postgres://db.example.org/app?sslmode=require"),
        ("doctor", "--pid", "999999999"),
        ("server", "postgres://127.0.0.1:9/db?connect_timeout=2"),
    ],
    ids=lambda call: call[0],
)
def test_what_is_no_file_has_no_file(call):
    log = github_log(unpin(*call, "--format", "github").stdout.decode())
    assert [issue.file for issue in log.issues] == [None] * len(log.issues) != []


def test_the_names_of_inputs_that_are_no_files():
    assert re.fullmatch(NO_FILES, inputs.ARGUMENT)
    assert re.fullmatch(NO_FILES, inputs.ENVIRONMENT_NAME)


@pytest.mark.parametrize("output", READERS)
def test_nothing_is_found_and_that_is_said(output):
    log = read(output, Made(verdict="READY", reason="no pin"))
    assert log == ([], [], ["a.pem: READY: no pin", "unpin: no finding"])


def test_the_summary_of_a_step_is_appended(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n")
    names = machine.stores(tmp_path)
    ran = machine.audit(names, "github", GITHUB_STEP_SUMMARY=str(summary))
    assert ran.returncode == 3
    text = summary.read_text()
    assert text.startswith("# before\n### unpin\n")
    page = MarkdownIt("commonmark").enable("table").render(text)
    wanted = machine.findings_of_json(machine.audit(names, "json").stdout)
    assert page.count("<tr>") == 2 + 3 + len(wanted)
    for name in names:
        assert name in page


def test_a_summary_stays_within_its_limit(tmp_path, monkeypatch):
    from unpin.cli.step_summary import summarised
    from unpin.reports.formats.table import Terminal
    from unpin.reports.reporter import Run

    summary = tmp_path / "summary.md"
    long = [finding(n, message="\U000e0001" * 900, entry="\U000e0001" * 900) for n in range(400)]
    made = [Made(each, source="s" * 900, verdict="\x1b" * 900) for each in long]
    assert list(summarised(iter(made), Run(Made, [], Terminal()), summary)) == made
    assert 1000 < summary.stat().st_size <= MAX_SUMMARY
    assert "`370` findings more" in summary.read_text()


def test_a_summary_that_cannot_be_written_is_a_note(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    machine.stores(tmp_path)
    ran = machine.audit(["pinned.pem"], "github", GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "x"))
    assert ran.returncode == 1
    assert b"note: GITHUB_STEP_SUMMARY: the summary cannot be written" in ran.stderr
