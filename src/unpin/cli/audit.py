"""`unpin audit`: the pins of a store, the clients that break, and the fix."""

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.help import JUDGING, WRITING
from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    ClientOption,
    ExcludeOption,
    FormatOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.model.errors import NothingToAuditError
from unpin.model.finding import AuditStatus, Severity
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from datetime import datetime

    from unpin.catalogue.model import Catalogue
    from unpin.judge.run import Audit
    from unpin.model.errors import UnpinError
    from unpin.model.finding import Finding
    from unpin.model.store import Store
    from unpin.operations.rehearsed_fix import BeforeAndAfter
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.audit import StoreVerdict


class AuditSelection(StrEnum):
    """Which stores `--only` shows."""

    FAILING = "failing"
    """Those with a finding that decides the exit code, and those of which unpin is not sure."""


_FAILING = frozenset({AuditStatus.FAILING, AuditStatus.UNREADABLE, AuditStatus.UNKNOWN})


def audit(  # noqa: PLR0913, PLR0915  (a parameter for each option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders, archives, images, or -. Default: the stores of this machine."
        ),
    ] = None,
    *,
    profile: ProfileOrNoneOption = None,
    client: ClientOption = None,
    expires_within: Annotated[
        str | None,
        typer.Option(
            "--expires-within",
            help="Warn when a certificate expires within this time (default 30d).",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    at: AtOption = None,
    fail_on: Annotated[
        Severity | None,
        typer.Option(
            "--fail-on",
            help="Lowest severity that makes the exit code 1 (default error).",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="FILE",
            help="Policy of the project, or none; default: the nearest unpin.toml.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            help="Accept the findings of this file: only new ones fail.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline",
            help="Write the findings of now to this file.",
            rich_help_panel=WRITING,
        ),
    ] = None,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
    exclude: ExcludeOption = None,
    output: FormatOption = OutputFormat.TABLE,
    files: OutputFilesOption = None,
    only: Annotated[
        AuditSelection | None,
        typer.Option("--only", help="Show the stores that fail alone; the total counts all."),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", "--all", help="Show every finding, and of several stores each page."
        ),
    ] = False,
    width: WidthOption = None,
) -> None:
    """Find pinned certificates and the clients they will break."""
    from unpin.catalogue.profile_choice import choose_profile, named_profile
    from unpin.cli.dates import parse_days, parse_moment
    from unpin.cli.options import check_reads, chosen_clients, load_catalogue, run_facts
    from unpin.cli.output import print_results
    from unpin.cli.passwords import read_password
    from unpin.cli.project_rules import ProjectRules, write_known_findings
    from unpin.cli.stores import Reading
    from unpin.judge.rules.gave_up import gave_up
    from unpin.judge.run import at_another_place as move
    from unpin.judge.run import audit as judge
    from unpin.judge.run import with_catalogue
    from unpin.reports.audit import AuditReport, StoreVerdict, same_bytes

    given = read_password(password_file, password)
    now = parse_moment(at)
    within = None if expires_within is None else parse_days(expires_within)
    clients = chosen_clients(client)
    known = load_catalogue(catalogue)
    project = ProjectRules.of(policy, baseline, known)
    lowest = fail_on or project.fail_on
    named_profile(known, profile)  # an unknown name is an error before a store is read
    reading = Reading(
        stores or _this_machine(), given, exclude=exclude or (), every_name=project.names_count
    )
    codes: list[int] = []
    known_findings: list[Finding] = []
    empty: list[str] = []

    def judged(store: "Store") -> "Audit":
        check_reads(client, store)
        scope = project.scope(store.source)
        choice = choose_profile(store, known, profile or scope.profile)
        found = judge(
            store,
            catalogue=known,
            profile=choice.binding,
            set_aside=choice.set_aside,
            now=now,
            clients=clients or project.clients(store),
            expires_within=within or scope.expires_within or parse_days("30d"),
            policy=project.of_store(store.source),
        )
        return found if catalogue is None else with_catalogue(found, str(catalogue))

    drawn = OutputFormat.HTML in {output, *(each.partition("=")[0] for each in files or ())}
    hidden: list[StoreVerdict] = []
    pages: dict[object, str] = {}

    def reports() -> Iterator[AuditReport]:
        # What a policy or a baseline says of a store depends on its name.
        once = (
            reading.each(judged) if project.names_count else reading.each_judged_once(judged, move)
        )
        for found in once:
            codes.append(1 if found.at_least(lowest) else 0)
            known_findings.extend(found.findings if write_baseline else ())
            if not found.entries:
                empty.append(found.store.source)
            if only is not None and not (found.at_least(lowest) or found.status in _FAILING):
                hidden.append(StoreVerdict.of(found, shown=False))
                continue
            asked = clients or project.clients(found.store)
            rehearsed = _rehearsed(found, known, now, asked) if drawn else None
            source, same = found.store.source, same_bytes(found)
            first = source if same is None else pages.setdefault(same, source)
            same_as = None if first == source else first
            yield AuditReport(found, everything=True, rehearsed=rehearsed, same_as=same_as)

    def first_screen(results: "Iterable[AuditReport]") -> None:
        audits = (report.audit for report in results)
        _print_first_screen(audits, hidden, output, width, reading.errors, stores or ())

    print_results(
        AuditReport,
        reports(),
        output,
        width=width,
        errors=reading.errors,
        about=run_facts(known, now) | reading.facts(),
        fail_on=lowest,
        files=files or (),
        page=first_screen if output.is_for_people and not verbose else None,
    )
    if write_baseline is not None:
        write_known_findings(write_baseline, known_findings)
        codes = [int(any(finding.rule == gave_up.ident for finding in known_findings))]
    if reading.errors:
        raise typer.Exit(3)
    if len(empty) == len(codes):
        raise NothingToAuditError(
            "no entry to audit in " + ", ".join(empty)
            if empty
            else "no store found in " + ", ".join(stores or ())
        )
    raise typer.Exit(max(codes))


def _rehearsed(
    found: "Audit", catalogue: "Catalogue", now: "datetime", clients: "Sequence[ClientRules]"
) -> "BeforeAndAfter | None":
    """What a page draws of the store; None without a profile, and where it takes too much work."""
    from unpin.model.errors import LimitExceededError
    from unpin.operations.rehearsed_fix import before_and_after

    if found.profile is None:
        return None
    try:
        return before_and_after(
            found.store, catalogue, catalogue.profile(found.profile), clients, now
        )
    except LimitExceededError:
        return None


def _print_first_screen(
    audits: "Iterable[Audit]",
    hidden: "Sequence[StoreVerdict]",
    output: OutputFormat,
    width: int | None,
    errors: "Sequence[UnpinError]",
    stores: "Sequence[str]",
) -> None:
    """The page of a store that was read alone, or a row for each of several stores."""
    from unpin.cli.output import say, terminal
    from unpin.reports.audit import AuditReport, StoreVerdict, audit_overview
    from unpin.reports.formats import render_page

    verdicts = []
    first: Audit | None = None
    for found in audits:
        first = found if first is None else first
        verdicts.append(StoreVerdict.of(found))
    verdicts += hidden
    if first is not None and len(verdicts) == 1 and not errors:
        report = AuditReport(first)
        blocks = report.markdown() if output is OutputFormat.MARKDOWN else report.text()
    elif verdicts or len(errors) > 1:
        blocks = audit_overview(verdicts, errors, stores)
    else:
        return
    say(render_page(output, blocks, terminal(width)))


def _this_machine() -> list[str]:
    from unpin.catalogue.load import home
    from unpin.cli.output import say_aside
    from unpin.machine.find import distinct, find

    found = distinct(find(os.environ, home=home()))
    if not found:
        raise NothingToAuditError(
            "no trust store found on this machine",
            "unpin audit FILE reads a file; unpin searched JAVA_HOME, PATH and the usual folders",
        )
    say_aside(f"unpin: found {len(found)} trust stores on this machine:")
    for store in found:
        also = [path for path in store.seen_as if path != store.path]
        line = f"  {store.path}" + (f" (also {', '.join(also)})" if also else "")
        line += f": Java reads {store.shadow} instead" if store.shadow else ""
        say_aside(line)
    return [store.path for store in found]
