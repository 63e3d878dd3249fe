"""`unpin diff`: one store against the chains, two stores, or one as text for git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from unpin.cli.options import load_catalogue
from unpin.cli.output import print_results, say_error
from unpin.cli.stores import check_standard_input, open_one
from unpin.judge.audited_entry import audited_entries
from unpin.model.errors import UnpinError, UnreadableFileError, UsageError
from unpin.operations.opening import open_path
from unpin.pki.clients import default_clients

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue, Profile
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.difference import DifferenceReport
    from unpin.reports.formats import OutputFormat
    from unpin.stores.opening import Password


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What to compare with: `profile` None asks for no rehearsal, `clients` () for the default."""

    catalogue: Catalogue
    profile: Profile | None
    clients: tuple[ClientRules, ...]
    now: datetime
    output: OutputFormat
    width: int | None


def run(
    paths: Sequence[str], passwords: tuple[Password | None, Password | None], options: DiffOptions
) -> int:
    """Compare one store or two; the exit code is returned (docs/diff.md)."""
    if len(paths) > 2:
        raise UsageError(f"diff takes one store (against the chains) or two, not {len(paths)}")
    check_standard_input(paths)
    if len(paths) == 1 and options.profile is None:
        raise UsageError(
            "diff with one store needs a profile", "unpin catalogue lists the profiles"
        )
    stores: list[Store] = []
    errors: list[UnpinError] = []
    for path, password in zip(paths, passwords, strict=False):
        try:
            stores.append(open_one(path, password))
        except UnpinError as error:
            say_error(error)
            errors.append(error)
    if len(paths) == 2:
        return _two_stores(stores, options, errors)
    return _store_and_chains(stores, options, errors)


def _store_and_chains(
    stores: Sequence[Store], options: DiffOptions, errors: Sequence[UnpinError]
) -> int:
    """Compare the store; 0 where every client survives, 1 where not, 3 where unpin cannot say."""
    from unpin.comparison.coverage import cover
    from unpin.rehearsal.scenarios import RotationOutcome
    from unpin.reports.coverage import CoverageReport

    assert options.profile is not None
    reports = [
        CoverageReport(
            cover(
                store,
                clients=options.clients or default_clients(store),
                catalogue=options.catalogue,
                profile=options.profile,
                now=options.now,
            ),
            audited_entries(store, options.catalogue),
        )
        for store in stores
    ]
    print_results(CoverageReport, reports, options.output, width=options.width, errors=errors)
    outcomes = {outcome for one in reports for outcome in one.coverage.outcomes}
    if errors or RotationOutcome.UNKNOWN in outcomes:
        return 3
    return 0 if all(one.coverage.covered for one in reports) else 1


def _two_stores(stores: Sequence[Store], options: DiffOptions, errors: Sequence[UnpinError]) -> int:
    """Compare two stores; 0 where they are the same, 1 where not, 3 where one was not read."""
    from unpin.reports.difference import DifferenceReport

    reports = [] if errors else [_difference(stores[0], stores[1], options)]
    print_results(DifferenceReport, reports, options.output, width=options.width, errors=errors)
    if errors:
        return 3
    return 0 if all(one.same for one in reports) else 1


def _difference(before: Store, after: Store, options: DiffOptions) -> DifferenceReport:
    from unpin.comparison.differences import compare
    from unpin.comparison.effects import effects
    from unpin.reports.difference import DifferenceReport

    comparison = compare(before, after)
    readers = default_clients(after)
    found = (
        ()
        if options.profile is None
        else effects(
            comparison,
            clients=options.clients or [one for one in default_clients(before) if one in readers],
            catalogue=options.catalogue,
            profile=options.profile,
            now=options.now,
        )
    )
    return DifferenceReport(
        comparison,
        audited_entries(before, options.catalogue),
        audited_entries(after, options.catalogue),
        found,
    )


def print_for_git(paths: Sequence[str], password: Password | None) -> None:
    """Print one store as text for git, or that it cannot be read.

    NOTE: git (2.39) stops the whole diff with "fatal: unable to read files to diff" where a
    textconv program fails, so only a file that is not there is an error.
    """
    from unpin.reports import textconv

    if len(paths) != 1:
        raise UsageError(f"--textconv takes one store, not {len(paths)}")
    (path,) = paths
    try:
        # Git hands over temporary files: their names would differ in every diff.
        store = open_path(path, password, name="this store")
    except UnreadableFileError:
        raise
    except UnpinError as error:
        typer.echo(textconv.unreadable_text(error))
    else:
        typer.echo(textconv.stable_text(store, audited_entries(store, load_catalogue(None))))
