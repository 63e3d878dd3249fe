"""`unpin diff`: compare a store with the chains, or two stores; or print a store for git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.cli.options import check_reads, load_catalogue, run_facts
from unpin.cli.output import print_results, say, say_error
from unpin.cli.stores import check_names, check_standard_input, read_store
from unpin.judge.audited_entry import audited_entries
from unpin.model.errors import (
    LimitExceededError,
    UnpinError,
    UnreadableFileError,
    UsageError,
)
from unpin.model.values import frozen
from unpin.operations.opening import open_path
from unpin.pki.clients import default_clients
from unpin.pki.work import check_number_of_certificates, judged_in_full

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue, Profile
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.difference import DifferenceReport
    from unpin.reports.formats import OutputFormat
    from unpin.stores.opening import Password


@frozen
class DiffOptions:
    """The options of the command. `profile` None means no rehearsal, `clients` () the default.

    `names` is what `--client` was given.
    """

    catalogue: Catalogue
    profile: Profile | None
    names: str | None
    clients: tuple[ClientRules, ...]
    now: datetime
    output: OutputFormat
    width: int | None
    files: tuple[str, ...] = ()


def run(
    paths: Sequence[str], passwords: tuple[Password | None, Password | None], options: DiffOptions
) -> int:
    """Compare a store with the chains, or two stores; return the exit code (docs/diff.md)."""
    if len(paths) > 2:
        raise UsageError(f"diff takes one store (against the chains) or two, not {len(paths)}")
    check_names(paths)
    check_standard_input(paths)
    if len(paths) == 1 and options.profile is None:
        raise UsageError(
            "diff with one store needs a profile", "unpin catalogue lists the profiles"
        )
    stores: list[Store] = []
    errors: list[UnpinError] = []
    for path, password in zip(paths, passwords, strict=False):
        try:
            store = read_store(path, password)
            check_reads(options.names, store)
            stores.append(store)
        except UnpinError as error:
            _keep(error, path, errors)
    if len(paths) == 2:
        return _two_stores(stores, options, errors)
    return _store_and_chains(stores, options, errors)


def _keep(error: UnpinError, source: str, errors: list[UnpinError]) -> None:
    """Say an error, and keep it for the output."""
    error.source = source
    say_error(error)
    errors.append(error.kept())


def _store_and_chains(
    stores: Sequence[Store], options: DiffOptions, errors: list[UnpinError]
) -> int:
    """Compare the store with the chains. Returns 0 if it covers them, 1 if not, 3 if unknown."""
    from unpin.comparison.coverage import cover
    from unpin.rehearsal.scenarios import RotationOutcome
    from unpin.reports.coverage import CoverageReport

    assert options.profile is not None
    reports = []
    for store in stores:
        try:
            coverage = cover(
                store,
                clients=options.clients or default_clients(store),
                catalogue=options.catalogue,
                profile=options.profile,
                now=options.now,
            )
            reports.append(CoverageReport(coverage, _entries(store, options.catalogue)))
        except LimitExceededError as error:
            _keep(error, store.source, errors)
    about = run_facts(options.catalogue, options.now)
    print_results(
        CoverageReport,
        reports,
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        about=about,
    )
    outcomes = {outcome for report in reports for outcome in report.coverage.outcomes}
    if errors or RotationOutcome.UNKNOWN in outcomes:
        return 3
    return 0 if all(report.coverage.covered for report in reports) else 1


def _two_stores(stores: Sequence[Store], options: DiffOptions, errors: list[UnpinError]) -> int:
    """Compare two stores. Returns 0 if they are the same, 1 if not, 3 if one cannot be read."""
    from unpin.reports.difference import DifferenceReport

    reports = []
    if not errors:
        try:
            reports = [_difference(stores[0], stores[1], options)]
        except LimitExceededError as error:
            _keep(error, error.source or stores[0].source, errors)
    about = run_facts(options.catalogue, options.now)
    print_results(
        DifferenceReport,
        reports,
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        about=about,
    )
    if errors:
        return 3
    return 0 if all(report.same for report in reports) else 1


def _difference(before: Store, after: Store, options: DiffOptions) -> DifferenceReport:
    from unpin.comparison.differences import compare
    from unpin.comparison.effects import effects
    from unpin.reports.difference import DifferenceReport

    for store in (before, after):
        check_number_of_certificates(store.source, store.distinct_certificates)
    comparison = compare(before, after)
    readers = default_clients(after)
    found = (
        ()
        if options.profile is None
        else effects(
            comparison,
            clients=options.clients
            or [client for client in default_clients(before) if client in readers],
            catalogue=options.catalogue,
            profile=options.profile,
            now=options.now,
        )
    )
    return DifferenceReport(
        comparison,
        _entries(before, options.catalogue),
        _entries(after, options.catalogue),
        found,
    )


def _entries(store: Store, catalogue: Catalogue) -> Sequence[AuditedEntry]:
    """The entries, judged. Raises LimitExceededError where that takes too much work."""
    with judged_in_full(store):
        return audited_entries(store, catalogue)


def print_for_git(paths: Sequence[str], password: Password | None) -> None:
    """Print a store as text for git, or a line that it cannot be read.

    NOTE: git (2.39) stops the whole diff with "fatal: unable to read files to diff" if a textconv
    program fails, so only a file that cannot be opened is an error.
    """
    from unpin.reports import textconv

    if len(paths) != 1:
        raise UsageError(f"--textconv takes one store, not {len(paths)}")
    (path,) = paths
    try:
        # Git passes temporary files: their names would differ in every diff.
        store = open_path(path, password, name="this store")
        text = textconv.stable_text(store, _entries(store, load_catalogue(None)))
    except UnreadableFileError:
        raise
    except UnpinError as error:
        say(textconv.unreadable_text(error))
    else:
        say(text)
