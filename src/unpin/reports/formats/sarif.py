"""SARIF 2.1.0 (OASIS), within the limits of GitHub code scanning."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from unpin.model.finding import Severity
from unpin.reports.escaping import in_json
from unpin.reports.formats.json import versions
from unpin.reports.pipeline.paths import in_repository
from unpin.reports.pipeline.result import FilePlace, fingerprints, of_errors, worst_first
from unpin.reports.pipeline.rules import rule_text
from unpin.reports.reporter import Rendering
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from unpin.reports.escaping import JsonText
    from unpin.reports.pipeline.paths import Folders
    from unpin.reports.pipeline.result import PipelineFinding, PipelineResult
    from unpin.reports.reporter import Reporter, Run

MAX_RESULTS: Final = 25_000
"""The most results of a run that GitHub takes (docs.github.com, SARIF support)."""

MAX_MESSAGE: Final = 1_000
"""The most characters of a message; GitHub takes a file of 10 MB, compressed."""

_MOST_VERDICTS: Final = 5
"""The most verdicts that are named of a file with several stores."""

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "ROOT"
"""The base of relative paths: the folder that the pipeline calls its repository."""

_KEY: Final = "unpinFinding/v1"
"""NOTE: GitHub computes primaryLocationLineHash itself, and warns where a file has another."""

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(run: Run) -> Rendering:
    """A run with a result for each finding, and for each thing that could not be read."""
    results: list[PipelineResult] = []

    def each(result: Reporter) -> Iterable[JsonText]:
        results.extend(result.pipeline_results())
        return ()

    def end() -> Iterator[JsonText]:
        findings = (finding for result in results for finding in result.findings)
        every = worst_first([*of_errors(run.errors), *findings])
        said = {**_run(every, run), "artifacts": list(_artifacts(results, run.folders))}
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [said]}
        yield in_json(json.dumps(log, ensure_ascii=False, indent=1))

    return Rendering(each, end)


def _artifacts(results: Sequence[PipelineResult], folders: Folders) -> Iterator[dict[str, Any]]:
    """The files that were judged, each with its verdicts; so a clean run says what it saw."""
    verdicts: dict[str, list[str]] = {}
    for result in results:
        if result.place.file is not None:
            said = f"{result.place.member}: ".removeprefix(": ") + result.verdict
            verdicts.setdefault(result.place.file, []).append(said)
    for file, said_of in verdicts.items():
        place = FilePlace(file)
        yield {
            "location": _physical(place, folders)["artifactLocation"],
            "description": {"text": few(said_of, _MOST_VERDICTS)},
        }


def _run(every: Sequence[PipelineFinding], run: Run) -> dict[str, Any]:
    shown = every[:MAX_RESULTS]
    idents = list(dict.fromkeys(finding.rule for finding in shown))
    unread = {finding.rule for finding in shown if finding.unread}
    rules = [_rule(ident, unread=ident in unread) for ident in idents]
    notes = [
        {"level": "error", "message": {"text": error.message}, "descriptor": {"id": error.code}}
        for error in run.errors[:MAX_RESULTS]
    ]
    if len(every) > MAX_RESULTS:
        left = counted(len(every) - MAX_RESULTS, "finding is", "findings are")
        said = f"{left} left out, the least severe: a receiver takes {MAX_RESULTS} of a run"
        notes.append(
            {"level": "warning", "message": {"text": said}, "descriptor": {"id": "left-out"}}
        )
    return {
        "tool": {
            "driver": {
                "name": "unpin",
                "semanticVersion": versions()["unpin"],
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder of the repository, or of the call."}}
        },
        "invocations": [
            {"executionSuccessful": not run.errors, "toolExecutionNotifications": notes}
        ],
        "results": [
            _result(finding, key, idents.index(finding.rule), run.folders)
            for finding, key in zip(shown, fingerprints(shown), strict=True)
        ],
    }


def _rule(ident: str, *, unread: bool) -> dict[str, Any]:
    summary, page = rule_text(ident, unread=unread)
    text = page or summary
    return {
        "id": ident,
        "name": "".join(word.capitalize() for word in ident.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": text, "markdown": text},
        "properties": {"tags": ["security", "certificates"]},
    }


def _result(finding: PipelineFinding, key: str, rule: int, folders: Folders) -> dict[str, Any]:
    cure = f" Fix: {finding.cure}." if finding.cure else ""
    said = f"{finding.sentence}.{cure}"
    if len(said) > MAX_MESSAGE:
        said = f"{said[:MAX_MESSAGE]}... ({len(said):,} characters)"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": said},
        "locations": [_location(finding, folders)],
        "partialFingerprints": {_KEY: key},
    }
    if finding.accepted:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.accepted}
        ]
    return result


def _location(finding: PipelineFinding, folders: Folders) -> dict[str, Any]:
    place = finding.place
    inside = [{"fullyQualifiedName": place.member, "kind": "member"}] if place.member else []
    if place.file is None:
        inside.append({"fullyQualifiedName": finding.source or "unpin", "kind": "resource"})
    if finding.entry:
        inside.append({"name": finding.entry, "kind": "object"})
    location: dict[str, Any] = {}
    if place.file is not None:
        location["physicalLocation"] = _physical(place, folders)
    if inside:
        location["logicalLocations"] = inside
    return location


def _physical(place: FilePlace, folders: Folders) -> dict[str, Any]:
    path = in_repository(place.file or "", folders)
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/~!$&'()*,=@+")
    if re.match(r"[A-Za-z]%3A/", uri):
        artifact = {"uri": f"file:///{uri[0]}:{uri[4:]}"}
    elif path.startswith("/"):
        artifact = {"uri": f"file://{uri}"}
    else:
        artifact = {"uri": uri, "uriBaseId": _ROOT}
    # GitHub takes no location without a line.
    return {"artifactLocation": artifact, "region": {"startLine": place.line or 1}}
