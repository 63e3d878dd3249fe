"""Findings that are made up, to try the limits of receivers and the order of outputs."""

from unpin.model.errors import UnreadableFileError
from unpin.model.finding import Severity
from unpin.reports.blocks import Notes, Title
from unpin.reports.formats import OutputFormat, rendering
from unpin.reports.formats.table import Terminal
from unpin.reports.pipeline.paths import Folders
from unpin.reports.pipeline.result import FilePlace, PipelineFinding, PipelineResult
from unpin.reports.reporter import Run


class Made:
    """A result with these findings, about a store of their source."""

    title = "unpin audit"
    json_key = "stores"
    csv_columns = ("source",)

    def __init__(self, *findings, source="a.pem", verdict="PINNED", reason="why", tone=None):
        self.result = PipelineResult(source, verdict, reason, FilePlace(source), findings, tone)

    def text(self):
        yield Title((self.result.source,))
        yield Notes(tuple(each.message for each in self.result.findings))

    def pictures(self):
        return iter(())

    def pipeline_results(self):
        return iter([self.result])


def finding(number=1, severity=Severity.ERROR, **fields):
    """The finding of that number: a rule, a store and an entry of its own."""
    given = {
        "rule": "missing-root",
        "severity": severity,
        "source": "a.pem",
        "message": f"message {number}",
        "place": FilePlace("a.pem", line=number),
        "subject": str(number),
    }
    return PipelineFinding(**(given | fields))


def thirty_thousand():
    """10,000 notes, 10,000 warnings and 10,000 errors, in 100 stores, with messages as they are."""
    words = "is a standalone intermediate (in the catalogue): Java trusts servers under it only "
    kinds = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
    for store in range(100):
        source = f"services/service-{store}/src/main/resources/truststore-{store}.jks"
        yield Made(
            *(
                finding(
                    number,
                    kinds[number % 3],
                    source=source,
                    place=FilePlace(source),
                    message=f"certificate {number * 7919 % 9973} of {store} {words * 2}",
                    entry=f"alias-{number}",
                    remedy="add the roots of the profile, then remove this entry",
                    command=f"unpin fix --write {source}",
                )
                for number in range(300)
            ),
            source=source,
        )


def printed(output, *results, errors=(), **facts):
    """What a format says of the results."""
    run = Run(Made, errors, Terminal(), folders=Folders("/work", "/work"), **facts)
    texts = rendering(OutputFormat(output), run).of(results)
    return "".join(f"{text}\n" for text in texts)


def unread(message="b.pem: no such file or directory", source="b.pem", hint="look elsewhere"):
    error = UnreadableFileError(message, hint)
    error.source = source
    return error
