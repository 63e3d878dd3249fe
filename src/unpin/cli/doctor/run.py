"""`unpin doctor`: read configurations, and diagnose every connection in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unpin.catalogue.load import home
from unpin.catalogue.profile_choice import NO_PROFILE
from unpin.cli.dates import parse_moment
from unpin.cli.doctor.inputs import entries_of, of_environment, of_process, read_inputs
from unpin.cli.options import load_catalogue, run_facts
from unpin.cli.output import print_results, say_error
from unpin.cli.stores import check_names, check_standard_input
from unpin.configurations.model import masked
from unpin.configurations.platforms.secrets import secrets_in
from unpin.connections.drivers import drivers_named, drivers_reading
from unpin.connections.model import version_of
from unpin.model.errors import NothingToAuditError, UnpinError, UsageError
from unpin.model.values import frozen
from unpin.operations.client_files import ClientFiles
from unpin.operations.diagnosis import HARMFUL, ConnectionClass, Diagnosis, Diagnostician
from unpin.reports.doctor import DoctorReport, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue
    from unpin.cli.doctor.inputs import DoctorInput
    from unpin.connections.drivers import Driver
    from unpin.reports.formats import OutputFormat

_CURRENT: Final = frozenset({"head", "latest", "current"})
_HOME_BELOW_ROOT: Final = "/root"
"""The home folder of the client if --root names its file system."""


@frozen
class DoctorOptions:
    """The options of the command, as given."""

    clients: str | None
    driver_version: str | None
    pids: tuple[int, ...]
    environment: bool
    profile: str | None
    at: str | None
    catalogue: Path | None
    root: Path | None
    home: str | None
    default_store: str | None
    windows: bool
    fail_on_unverified: bool
    output: OutputFormat
    width: int | None
    files: tuple[str, ...] = ()


def run(names: Sequence[str], options: DoctorOptions) -> int:
    """Diagnose every connection; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    now = parse_moment(options.at)
    catalogue = load_catalogue(options.catalogue)
    chosen = drivers_named(options.clients) if options.clients else ()
    _version(options.driver_version)  # a wrong one is an error before all else
    if options.profile is not None and options.profile != NO_PROFILE:
        catalogue.profile(options.profile)
    check_names(names)
    check_standard_input(names)
    if not names and not options.pids and not options.environment:
        raise UsageError(
            "nothing is named to diagnose",
            "unpin doctor FILE, or a connection string; or --pid N, --environment, -",
        )
    errors: list[UnpinError] = []
    entries = entries_of(names)
    inputs = list(_inputs(names, options, entries, errors))
    secrets = dict(entries)
    for each in inputs:
        secrets |= secrets_in(each.text) if "kind:" in each.text else {}
    reports = [
        DoctorReport(
            each.name, tuple(_diagnoses(each, chosen, catalogue, now, options, secrets, errors))
        )
        for each in inputs
    ]
    every = [found for report in reports for found in report.diagnoses]
    if not every and not errors:
        reports = [replace(report, is_alone=True) for report in reports]
    if reports:
        reports[-1] = replace(reports[-1], together=together(every))
    print_results(
        DoctorReport,
        reports,
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        about=run_facts(catalogue, now),
    )
    return _code(every, errors, options, [each.name for each in inputs] or [*map(masked, names)])


def _version(text: str | None) -> tuple[int, ...] | None:
    """The numbers of --driver-version; None for the current one. Raises UsageError."""
    if text is None or text.strip().lower() in _CURRENT:
        return None
    found = version_of(text)
    if found is None:
        raise UsageError(f"{text!r} is no version", "--driver-version 42.7.3, or HEAD")
    return found


def _inputs(
    names: Sequence[str],
    options: DoctorOptions,
    entries: Mapping[str, bytes],
    errors: list[UnpinError],
) -> Iterator[DoctorInput]:
    for name in names:
        try:
            for found in read_inputs(name, options.root, entries):
                if isinstance(found, UnpinError):
                    _keep(found, found.source or name, errors)
                else:
                    yield found
        except UnpinError as error:
            _keep(error, name, errors)
    for pid in options.pids:
        try:
            yield of_process(pid)
        except UnpinError as error:
            _keep(error, f"process {pid}", errors)
    if options.environment:
        yield of_environment()


def _keep(error: UnpinError, source: str, errors: list[UnpinError]) -> None:
    """Say the error, and keep it for the report."""
    error.source = masked(source)
    errors.append(error.kept())
    say_error(error)


def _diagnoses(
    found: DoctorInput,
    chosen: Sequence[Driver],
    catalogue: Catalogue,
    now: datetime,
    options: DoctorOptions,
    secrets: dict[str, bytes],
    errors: list[UnpinError],
) -> Iterator[Diagnosis]:
    root = options.root or found.root
    own_home = options.home or found.home or (_HOME_BELOW_ROOT if root else str(home()))
    files = ClientFiles(
        found.folder,
        found.environment,
        Path(own_home) if root is None else root / own_home.lstrip("/"),
        root,
        options.default_store,
    )
    profile = None
    if options.profile is not None and options.profile != NO_PROFILE:
        profile = catalogue.profile(options.profile)
    diagnostician = Diagnostician(
        catalogue, now, files, own_home, profile, _version(options.driver_version),
        options.windows, secrets.get,
    )  # fmt: skip
    for connection in found.connections:
        for driver in drivers_reading(connection, chosen):
            try:
                yield diagnostician.diagnose(connection, driver)
            except UnpinError as error:
                _keep(error, found.name, errors)


def _code(
    diagnoses: Sequence[Diagnosis],
    errors: Sequence[UnpinError],
    options: DoctorOptions,
    names: Sequence[str],
) -> int:
    if errors:
        return 3
    if not diagnoses:
        raise NothingToAuditError(
            f"{', '.join(names)}: no connection is described",
            "unpin audit FILE judges a trust store itself",
        )
    kinds = {each.kind for each in diagnoses}
    if ConnectionClass.UNKNOWN in kinds:
        return 3
    if kinds & HARMFUL:
        return 1
    return 1 if options.fail_on_unverified and ConnectionClass.NOT_VERIFIED in kinds else 0
