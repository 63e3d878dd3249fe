"""What every test gets: the same examples and keys in each run; at the end, figures and time.

Hypothesis has three profiles. `everyday` draws the same examples in each run. `random` draws other
ones, from `--hypothesis-seed` where it is given; a seed without `--hypothesis-profile` means it.
`nightly` is random and draws ten times as many.
"""

import os
import time

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests import fixed_keys, programs
from tests.examples import EVERYDAY, RANDOM, load_profiles
from tests.once_a_run import once_a_run  # noqa: F401  (a fixture)

AT_MOST = 300
"""Seconds that all tests may take on two cores that are busy with other things as well."""

STARTED = time.monotonic()

load_profiles()

# The readline of pytest sets it, and the workers of pytest-xdist inherit it: pages would wrap.
os.environ.pop("COLUMNS", None)


def pytest_configure(config):
    seeded = config.getoption("--hypothesis-seed") is not None
    if seeded and config.getoption("--hypothesis-profile") is None:
        settings.load_profile(RANDOM)
    if settings.get_current_profile_name() == EVERYDAY:
        # Hypothesis also draws the constants of the modules that are loaded by then: with
        # pytest-xdist that depends on which tests a process ran before.
        providers._get_local_constants = Constants


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    programs.Asked.file = item.location[0]
    with fixed_keys.scope(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """A test that fails names the programs that its file compares with."""
    report = yield
    if report.failed and (lines := programs.Asked.lines()):
        report.sections.append(("programs compared with", "\n".join(lines)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """What a fixture of several tests draws depends on none of them."""
    if fixturedef.scope == "function":
        return (yield)
    parameter = getattr(request, "param", "")
    with fixed_keys.scope(f"{fixturedef.baseid} {fixturedef.argname} {parameter}"):
        return (yield)


def pytest_terminal_summary(terminalreporter, config):
    """Print the figures that the conformance and the fault tests recorded, and the time."""
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
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        seconds = time.monotonic() - STARTED
        terminalreporter.section("time")
        terminalreporter.line(
            f"All tests took {seconds:.0f} s. They may take {AT_MOST} s on two busy cores."
        )
