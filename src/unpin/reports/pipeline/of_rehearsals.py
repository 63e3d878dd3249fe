"""Rehearsals and comparisons as pipelines show them: a finding for each client that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.reports.blocks import Lines, Tone, Toned, WholeName
from unpin.reports.names import entry_title, family_titles
from unpin.reports.pipeline.result import FilePlace, PipelineFinding, PipelineResult, place_in
from unpin.reports.rehearsal_wording import because
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from unpin.model.store import Store
    from unpin.rehearsal.scenarios import Rehearsal
    from unpin.reports.blocks import Cell
    from unpin.reports.coverage import CoverageReport
    from unpin.reports.difference import DifferenceReport
    from unpin.reports.rehearsal import RehearsalReport
    from unpin.reports.servers.host_name import HostNameReport
    from unpin.reports.servers.probe import ProbeReport

CLIENT_FAILS: Final = "client-fails"
CLIENT_UNKNOWN: Final = "client-unknown"
BLOCKING_ENTRY: Final = "blocking-entry"
REFUSED_NAME: Final = "refused-name"
UNDECIDED_NAME: Final = "undecided-name"
STORE_DIFFERS: Final = "store-differs"
SERVER_UNUSUAL: Final = "server-unusual"


def client_findings(
    rehearsal: Rehearsal,
    source: str,
    place: FilePlace,
    *,
    store: str = "",
    all_shapes: bool = False,
) -> Iterator[PipelineFinding]:
    """A finding for each client that fails or whose outcome is unknown; `store`: with which."""
    with_store = f" with {store}" if store else ""
    for client in rehearsal.clients:
        outcome = rehearsal.outcome(client, all_shapes=all_shapes)
        if outcome is RotationOutcome.SURVIVES:
            continue
        fails = outcome in FAILING
        said = f"{outcome}{with_store}{because(rehearsal, client, outcome)}"
        yield PipelineFinding(
            CLIENT_FAILS if fails else CLIENT_UNKNOWN,
            Severity.ERROR if fails else Severity.WARNING,
            source,
            said,
            place,
            entry=client.title,
            subject=f"{client.ident} {store}".strip(),
            unread=not fails,
        )


def of_rehearsal(report: RehearsalReport) -> Iterator[PipelineResult]:
    """The clients that fail, and the entries that block other servers."""
    rehearsal, blocking = report.deciding
    store = report.rehearsal.store
    place = place_in(store.source, store)
    if report.set_aside is not None:
        said = "nothing was rehearsed; no certificate of the catalogue is in the store"
        yield PipelineResult(store.source, "NOT-FOR-PROFILE", said, place, (), Tone.NEUTRAL)
        return
    findings = [
        *client_findings(rehearsal, store.source, place, all_shapes=report.all_shapes),
        *_blocking(rehearsal.store, blocking),
        *_name(report.name, store.source, place),
    ]
    verdict = "FAILS" if any(each.severity is Severity.ERROR for each in findings) else "CONNECTS"
    if verdict == "CONNECTS" and any(each.unread for each in findings):
        verdict = "UNKNOWN"
    yield PipelineResult(store.source, verdict, report.conclusion(), place, findings)


def _blocking(store: Store, blocking: Mapping[int, tuple[str, ...]]) -> Iterator[PipelineFinding]:
    for index, idents in blocking.items():
        entry = store.entries[index]
        yield PipelineFinding(
            BLOCKING_ENTRY,
            Severity.ERROR,
            store.source,
            f"the entry blocks {family_titles(idents)} on servers below it",
            place_in(store.source, store, entry.line),
            entry_title(entry, index),
            remedy="unpin audit says how",
        )


def _name(name: HostNameReport | None, source: str, place: FilePlace) -> Iterator[PipelineFinding]:
    """A finding for the host name, if a client refuses it, or may."""
    if name is None:
        return
    said = "; ".join(name.lines())
    if name.is_wrong:
        yield PipelineFinding(REFUSED_NAME, Severity.ERROR, source, said, place)
    elif name.is_unknown:
        yield PipelineFinding(UNDECIDED_NAME, Severity.WARNING, source, said, place, unread=True)


def of_probe(report: ProbeReport) -> Iterator[PipelineResult]:
    """The clients that refuse a server's chain, with each store."""
    source, place = report.server.title, FilePlace(None)
    findings = [
        finding
        for rehearsal in report.rehearsals
        for finding in client_findings(rehearsal, source, place, store=rehearsal.store.source)
    ]
    findings += _name(report.name, source, place)
    if report.session.unusual:
        said = "the server agreed to nothing that clients of today offer"
        findings.append(
            PipelineFinding(SERVER_UNUSUAL, Severity.WARNING, source, said, place, unread=True)
        )
    verdict = report.verdict()
    yield PipelineResult(source, verdict.text, report.answer(), place, findings, verdict.tone)


def of_coverage(report: CoverageReport) -> Iterator[PipelineResult]:
    """The clients that fail on the chains of the profile, and the entries that block them."""
    coverage = report.coverage
    store = coverage.store
    place = place_in(store.source, store)
    findings = [*client_findings(coverage.rehearsal, store.source, place)]
    for index in coverage.blocking:
        entry = store.entries[index]
        findings.append(
            PipelineFinding(
                BLOCKING_ENTRY,
                Severity.ERROR,
                store.source,
                "the entry makes a client fail",
                place_in(store.source, store, entry.line),
                entry_title(entry, index),
                remedy="unpin diff says which",
            )
        )
    verdict, tone = ("COVERED", Tone.GOOD) if coverage.covered else ("NOT COVERED", Tone.BAD)
    yield PipelineResult(store.source, verdict, report.answer(), place, findings, tone)


def of_difference(report: DifferenceReport) -> Iterator[PipelineResult]:
    """A finding for each entry that differs, in the second store."""
    after = report.comparison.after
    place = place_in(after.source, after)
    findings = [
        PipelineFinding(
            STORE_DIFFERS,
            Severity.ERROR,
            after.source,
            _said(cells),
            place,
            entry=_text(cells[1]),
            subject=" ".join(map(_text, cells[:3])),
        )
        for cells in report.cells()
    ]
    for effect in report.by_order:
        said = f"the order of entries decides: {effect.before} before, {effect.after} after"
        findings.append(
            PipelineFinding(
                STORE_DIFFERS,
                Severity.ERROR,
                after.source,
                said,
                place,
                entry=effect.client.title,
                subject=effect.client.ident,
            )
        )
    number = counted(len(findings), "difference", "differences")
    verdict, tone = ("SAME", Tone.GOOD) if report.same else ("DIFFERS", Tone.BAD)
    yield PipelineResult(after.source, verdict, report.answer() or number, place, findings, tone)


def _said(cells: list[Cell]) -> str:
    change, _, certificate, details = map(_text, cells)
    return ": ".join(filter(None, [f"{change} {certificate}".strip(), details]))


def _text(cell: Cell) -> str:
    match cell:
        case Toned(text=text) | WholeName(text=text):
            return text
        case Lines(texts=texts):
            return "; ".join(text if isinstance(text, str) else text.text for text in texts)
        case str():
            return cell
        case _:
            return cell.sha256
