"""Metrics of Prometheus, for the textfile collector of its node exporter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from unpin.reports.escaping import metric_help, metric_sample
from unpin.reports.names import certificate_label, entry_role, entry_title
from unpin.reports.pipeline.contents import contents_of
from unpin.reports.pipeline.result import of_errors
from unpin.reports.reporter import Rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.escaping import MetricsText
    from unpin.reports.reporter import Reporter, Run

Labels = tuple[tuple[str, str], ...]

_METRICS: Final = {
    "unpin_verdict": "The verdict on a store, server or input; the value is 1.",
    "unpin_findings": "The number of findings of a rule about a store, server or input.",
    "unpin_unread": "What could not be read or done; the value is 1.",
    "unpin_certificate_not_after_seconds": "When a certificate of a store expires, since 1970.",
    "unpin_judged_at_seconds": "The moment of the judgement, since 1970.",
}


def render(run: Run) -> Rendering:
    """A family of samples each: no two samples of a family have the same labels."""
    families: dict[str, dict[Labels, float]] = {name: {} for name in _METRICS}

    def each(result: Reporter) -> Iterable[MetricsText]:
        findings = families["unpin_findings"]
        for found in result.pipeline_results():
            source = ("source", found.source)
            families["unpin_verdict"][source, ("verdict", found.verdict)] = 1
            for finding in found.findings:
                labels = (source, ("rule", finding.rule), ("severity", str(finding.severity)))
                findings[labels] = findings.get(labels, 0) + 1
        families["unpin_certificate_not_after_seconds"].update(_expiries(result))
        return ()

    def end() -> Iterator[MetricsText]:
        for error in of_errors(run.errors):
            families["unpin_unread"][("source", error.source), ("code", error.rule)] = 1
        at = (run.about or {}).get("at")
        if at is not None:
            families["unpin_judged_at_seconds"][()] = datetime.fromisoformat(at).timestamp()
        for name, samples in families.items():
            if samples:
                yield metric_help(name, _METRICS[name])
                for labels, value in samples.items():
                    yield metric_sample(name, labels, value)

    return Rendering(each, end)


def _expiries(result: Reporter) -> Iterator[tuple[Labels, float]]:
    found = contents_of(result)
    if found is None:
        return
    for entry in found.entries:
        view, certificate = entry.view, entry.certificate
        if view is None or view.not_after is None or certificate is None:
            continue
        labels = (
            ("source", found.store.source),
            ("entry", entry_title(entry.entry, entry.index)),
            ("index", str(entry.index)),
            ("name", certificate_label(entry)),
            ("role", entry_role(entry)),
            ("sha256", certificate.sha256),
        )
        yield labels, view.not_after.timestamp()
