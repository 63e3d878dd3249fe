"""`unpin audit`: the pins of a store, the clients that break, and the fix."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ClientOption,
    FormatOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.model.errors import NothingToAuditError
from unpin.model.finding import Severity
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from unpin.judge.run import Audit
    from unpin.model.store import Store


def audit(  # noqa: PLR0913  (a parameter for each option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, or -. Default: the trust stores of this machine."),
    ] = None,
    *,
    profile: ProfileOrNoneOption = None,
    client: ClientOption = None,
    expires_within: Annotated[
        str,
        typer.Option("--expires-within", help="Warn when a certificate expires within this time."),
    ] = "30d",
    at: AtOption = None,
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", help="Lowest severity that makes the exit code 1.")
    ] = Severity.ERROR,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    output: FormatOption = OutputFormat.TABLE,
    width: WidthOption = None,
) -> None:
    """Find pinned certificates and the clients they will break."""
    from unpin.cli.dates import parse_days, parse_moment
    from unpin.cli.options import check_reads, chosen_clients, load_catalogue
    from unpin.cli.output import print_results
    from unpin.cli.passwords import read_password
    from unpin.cli.stores import Reading
    from unpin.judge.run import audit as judge
    from unpin.reports.audit import AuditReport

    given = read_password(password_file, password)
    now, within = parse_moment(at), parse_days(expires_within)
    clients = chosen_clients(client)
    known = load_catalogue(catalogue)
    needed = None if profile == "none" else known.profile(profile)
    reading = Reading(stores or _this_machine(), given)
    codes: list[int] = []
    empty: list[str] = []

    def judged(store: "Store") -> "Audit":
        check_reads(client, store)
        return judge(
            store,
            catalogue=known,
            profile=needed,
            now=now,
            clients=clients,
            expires_within=within,
        )

    def results() -> Iterator[AuditReport]:
        for found in reading.each(judged):
            codes.append(1 if found.at_least(fail_on) else 0)
            if not found.entries:
                empty.append(found.store.source)
            yield AuditReport(found)

    print_results(AuditReport, results(), output, width=width, errors=reading.errors)
    if reading.errors:
        raise typer.Exit(3)
    if len(empty) == len(codes):
        raise NothingToAuditError("no entry to audit in " + ", ".join(empty))
    raise typer.Exit(max(codes))


def _this_machine() -> list[str]:
    from unpin.catalogue.load import home
    from unpin.cli.output import say
    from unpin.machine.find import distinct, find
    from unpin.reports.escaping import on_terminal

    found = distinct(find(os.environ, home=home()))
    if not found:
        raise NothingToAuditError(
            "no trust store found on this machine",
            "unpin audit FILE reads a file; unpin searched JAVA_HOME, PATH and the usual folders",
        )
    say(on_terminal(f"unpin: found {len(found)} trust stores on this machine:"), err=True)
    for store in found:
        also = [path for path in store.seen_as if path != store.path]
        line = f"  {store.path}" + (f" (also {', '.join(also)})" if also else "")
        line += f": Java reads {store.shadow} instead" if store.shadow else ""
        say(on_terminal(line), err=True)
    return [store.path for store in found]
