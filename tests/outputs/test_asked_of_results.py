"""A format asks a result what `OutputFormat.asks` says: another process answers no more."""

import pytest

from unpin import audit, open_store
from unpin.reports.audit import AuditReport
from unpin.reports.formats import OutputFormat, rendering
from unpin.reports.formats.table import Terminal
from unpin.reports.reporter import Reporter, Run

METHODS = [name for name in vars(Reporter) if not name.startswith("_") and name.islower()]


class Spy:
    """A report that keeps the names of the methods that are called."""

    def __init__(self, report):
        self.report, self.called = report, set()

    def __getattr__(self, name):
        if name in METHODS:
            self.called.add(name)
        return getattr(self.report, name)


@pytest.mark.parametrize("output", [each for each in OutputFormat if not each.lists_contents])
def test_a_format_asks_what_it_says_that_it_asks(output, report):
    spy = Spy(report)
    run = Run(AuditReport, [], Terminal())
    list(rendering(output, run).each(spy))
    assert spy.called == set(output.asks)


@pytest.fixture(scope="module")
def report():
    return AuditReport(audit(open_store("fixtures/pinned.pem")))
