"""JUnit XML: a test suite for each store, server or input; a test case for each finding."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.model.finding import Severity
from unpin.reports.blocks import Tone
from unpin.reports.escaping import in_xml, xml_document, xml_element
from unpin.reports.pipeline.result import of_errors
from unpin.reports.reporter import Rendering
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.escaping import XmlText
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult
    from unpin.reports.reporter import Reporter, Run

MAX_SIZE: Final = 25_000_000
"""The most characters of the test cases; GitLab takes a file of 30 MB."""

_VERDICT: Final = "verdict"
"""The test case of a source without a finding."""

_RANKS: Final = {"error": 4, "failure": 3, "skipped": 1, "": 0}
"""What stays if not every test case may."""


class _Case(NamedTuple):
    source: str
    kind: str
    severity: Severity
    text: XmlText


def render(run: Run) -> Rendering:
    """A finding at or above `fail_on` fails, others are skipped; what was not read is an error.

    A source without a finding passes if its verdict is good news.
    """
    cases: list[_Case] = []
    names = _Names()

    def each(result: Reporter) -> Iterable[XmlText]:
        for found in result.pipeline_results():
            cases.extend(_case(finding, run.fail_on, names) for finding in found.findings)
            if not found.findings:
                cases.append(_verdict(found, names))
        return ()

    def end() -> Iterator[XmlText]:
        cases.extend(_case(finding, run.fail_on, names) for finding in of_errors(run.errors))
        yield xml_document(_suites(_kept(cases, names)))

    return Rendering(each, end)


class _Names:
    """The names of test cases: GitLab drops all but the first of a class and name."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}

    def new(self, source: str, name: str) -> str:
        number = self._seen[source, name] = self._seen.get((source, name), 0) + 1
        return name if number == 1 else f"{name} ({number})"


def _verdict(found: PipelineResult, names: _Names) -> _Case:
    """The test case of a source without a finding: it passes if the verdict is good news."""
    said = f"{found.verdict}: {found.reason}"
    kind = {Tone.GOOD: "", Tone.BAD: "failure"}.get(found.mood, "skipped")
    if kind:
        inner = xml_element(kind, {"type": _VERDICT, "message": said})
    else:
        inner = xml_element("system-out", {}, [in_xml(said)])
    name = names.new(found.source, _VERDICT)
    case = xml_element("testcase", {"classname": found.source, "name": name}, [inner])
    return _Case(found.source, kind, Severity.NOTE, case)


def _case(finding: PipelineFinding, fail_on: Severity, names: _Names) -> _Case:
    source = finding.source or "unpin"
    fails = finding.severity.rank >= fail_on.rank
    kind = "skipped" if not fails else "error" if finding.unread else "failure"
    name = names.new(source, f"{finding.rule}: {finding.entry}".removesuffix(": "))
    said = f"{finding.severity}: {finding.sentence}"
    attributes = {"type": finding.rule, "message": said}
    cure = [in_xml(f"Fix: {finding.cure}.")] if finding.cure else None
    text = xml_element(
        "testcase", {"classname": source, "name": name}, [xml_element(kind, attributes, cure)]
    )
    return _Case(source, kind, finding.severity, text)


def _kept(cases: list[_Case], names: _Names) -> list[_Case]:
    """The cases that fit, the worst ones; and an error that says how many are left out."""
    worst = sorted(
        range(len(cases)), key=lambda at: (-_RANKS[cases[at].kind], -cases[at].severity.rank, at)
    )
    left, kept = MAX_SIZE, set()
    for at in worst:
        left -= len(cases[at].text)
        if left < 0:
            break
        kept.add(at)
    if len(kept) == len(cases):
        return cases
    number = counted(len(cases) - len(kept), "test case is", "test cases are")
    said = f"{number} left out, the least severe: a receiver takes 30 MB"
    error = xml_element("error", {"type": "left-out", "message": said})
    name = names.new("unpin", "left-out")
    text = xml_element("testcase", {"classname": "unpin", "name": name}, [error])
    lost = _Case("unpin", "error", Severity.ERROR, text)
    return [case for at, case in enumerate(cases) if at in kept] + [lost]


def _suites(cases: Sequence[_Case]) -> XmlText:
    suites = []
    for source, found in groupby(cases, key=lambda case: case.source):
        own = list(found)
        counts = {**_counts(own), "skipped": sum(case.kind == "skipped" for case in own)}
        suites.append(
            xml_element("testsuite", {"name": source, **counts}, [case.text for case in own])
        )
    return xml_element("testsuites", {"name": "unpin", **_counts(cases)}, suites)


def _counts(cases: Sequence[_Case]) -> dict[str, str | int]:
    return {
        "tests": len(cases),
        "failures": sum(case.kind == "failure" for case in cases),
        "errors": sum(case.kind == "error" for case in cases),
    }
