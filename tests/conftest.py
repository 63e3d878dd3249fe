"""Print, at the end, the figures that the conformance tests recorded."""


def pytest_terminal_summary(terminalreporter):
    lines = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "conformance" and report.when == "call"
    ]
    if lines:
        terminalreporter.section("conformance")
        for line in sorted(lines):
            terminalreporter.line(line)
