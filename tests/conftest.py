"""Print, at the end, the figures that the conformance and the fault tests recorded."""


def pytest_terminal_summary(terminalreporter):
    for section in ("conformance", "faults"):
        lines = [
            value
            for reports in terminalreporter.stats.values()
            for report in reports
            for name, value in getattr(report, "user_properties", ())
            if name == section and report.when in ("call", "teardown")
        ]
        if lines:
            terminalreporter.section(section)
            for line in sorted(set(lines)):
                terminalreporter.line(line)
