"""`unpin list`: what is in a store."""

from collections.abc import Iterator

import typer

from unpin.cli.options import (
    CatalogueOption,
    FormatOption,
    PasswordFileOption,
    PasswordOption,
    StoresArgument,
    WidthOption,
)
from unpin.reports.formats import OutputFormat


def list_(
    stores: StoresArgument,
    *,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    width: WidthOption = None,
) -> None:
    """List what is in a trust store, whatever its format."""
    from unpin.cli.options import load_catalogue
    from unpin.cli.output import print_results
    from unpin.cli.passwords import read_password
    from unpin.cli.stores import Reading
    from unpin.judge.audited_entry import audited_entries
    from unpin.reports.entry_list import EntryListReport

    reading = Reading(stores, read_password(password_file, password))
    known = load_catalogue(catalogue)

    def results() -> Iterator[EntryListReport]:
        for store in reading:
            yield EntryListReport(store, audited_entries(store, known))

    print_results(EntryListReport, results(), output, width=width, errors=reading.errors)
    raise typer.Exit(3 if reading.errors else 0)
