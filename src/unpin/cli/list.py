"""`unpin list`: what is in a store."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.options import (
    CatalogueOption,
    ExcludeOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    StoresArgument,
    WidthOption,
)
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from unpin.cli.stores import Reading
    from unpin.model.errors import UnpinError
    from unpin.model.store import Store
    from unpin.stores.second_reader import SecondReading


def list_(  # noqa: PLR0913  (a parameter for each option)
    stores: StoresArgument,
    *,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    exclude: ExcludeOption = None,
    second_reader: Annotated[
        bool,
        typer.Option(
            "--second-reader",
            help="Read JKS, JCEKS, BKS and UBER again with another reader, and compare.",
        ),
    ] = False,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    width: WidthOption = None,
) -> None:
    """List what is in a trust store, whatever its format."""
    from unpin.cli.options import load_catalogue
    from unpin.cli.output import print_results, say_error
    from unpin.cli.passwords import read_password
    from unpin.cli.stores import Reading
    from unpin.cli.unread_entries import unread_entries
    from unpin.judge.audited_entry import listed_entries
    from unpin.model.errors import LimitExceededError
    from unpin.pki.work import bounded_work
    from unpin.reports.entry_list import EntryListReport
    from unpin.wording import counted

    secret = read_password(password_file, password)
    known = load_catalogue(catalogue)
    errors: list[UnpinError] = []
    differing = []

    def report(store: "Store", second: "SecondReading | None" = None) -> EntryListReport:
        if (unread := unread_entries(store)) is not None:
            say_error(unread)
            errors.append(unread)
        with bounded_work(len(store.entries)):
            entries = listed_entries(store, known)
        if without := sum(entry.view is not None and entry.role is None for entry in entries):
            number = counted(without, "certificate", "certificates")
            gave_up = LimitExceededError(
                f"{store.source}: gave up: the role of {number} is not known"
            )
            gave_up.source = store.source
            say_error(gave_up)
            errors.append(gave_up)
        # What a rewrite needs is not kept: it is the whole file once more.
        return EntryListReport(replace(store, container=None), entries, second)

    reading = Reading(stores, secret, errors, exclude or ())

    def results() -> Iterator[EntryListReport]:
        if not second_reader:
            yield from reading.each(report)
            return
        for store, second in _read_twice(reading):
            if second is not None and not second.agrees:
                differing.append(store.source)
            yield report(store, second)

    print_results(
        EntryListReport,
        results(),
        output,
        width=width,
        errors=errors,
        about=reading.facts(),
        files=files or (),
    )
    raise typer.Exit(3 if errors else 1 if differing else 0)


def _read_twice(reading: "Reading") -> "Iterator[tuple[Store, SecondReading | None]]":
    """The stores, and what the second reader reads of each. Raises UsageError without the extra."""
    from unpin.cli.output import say_note
    from unpin.stores.second_reader import check_installed, read_again

    def read(store: "Store", data: bytes | None) -> "tuple[Store, SecondReading | None]":
        data = store.embedding.data if store.embedding is not None else data
        second = None if data is None else read_again(store, data)
        if second is None:
            say_note(f"{store.source}: the second reader does not read {store.format}")
        return store, second

    check_installed()
    return reading.each_with_bytes(read)
