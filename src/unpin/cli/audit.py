"""`unpin audit`: the pins of a store, the clients that break, and the fix."""

import os
from collections import deque
from dataclasses import replace
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
    JobsOption,
    OutputFilesOption,
    PasswordFileOption,
    PasswordOption,
    PolicyOption,
    ProfileOrNoneOption,
    WidthOption,
)
from unpin.model.errors import NothingToAuditError
from unpin.model.finding import AuditStatus, Severity
from unpin.reports.formats import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue
    from unpin.cli.deferral import Deferral
    from unpin.judge.run import Audit
    from unpin.model.errors import UnpinError
    from unpin.model.finding import Finding
    from unpin.model.store import Store
    from unpin.operations.rehearsed_fix import BeforeAndAfter
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.audit import AuditReport
    from unpin.reports.audit_overview import StoreVerdict
    from unpin.reports.recorded_audit import RecordedAudit


class AuditSelection(StrEnum):
    """Which stores `--only` shows."""

    FAILING = "failing"
    """Those with a finding that decides the exit code, and those of which unpin is not sure."""


_FAILING = frozenset({AuditStatus.FAILING, AuditStatus.UNREADABLE, AuditStatus.UNKNOWN})


def audit(  # noqa: C901, PLR0913, PLR0915  (a parameter for each option)
    stores: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="STORE...",
            help="Files, folders, archives, images, or -. Default: the stores of this machine.",
        ),
    ] = None,
    *,
    profile: ProfileOrNoneOption = None,
    client: ClientOption = None,
    expires_within: Annotated[
        str | None,
        typer.Option(
            "--expires-within",
            metavar="TIME",
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
    policy: PolicyOption = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Accept the findings of this file: only new ones fail.",
            rich_help_panel=JUDGING,
        ),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline",
            metavar="FILE",
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
    jobs: JobsOption = None,
) -> None:
    """Find pinned certificates and the clients they will break."""
    from unpin.catalogue.profile_choice import choose_profile, named_profile
    from unpin.cli.audited_store import AuditedStore, audit_jobs
    from unpin.cli.dates import parse_days, parse_moment
    from unpin.cli.options import check_reads, chosen_clients, load_catalogue, run_facts
    from unpin.cli.output import print_results
    from unpin.cli.passwords import read_password
    from unpin.cli.project_rules import ProjectRules, write_known_findings
    from unpin.cli.stores import Reading, is_tree
    from unpin.judge.rules.gave_up import gave_up
    from unpin.judge.run import at_another_place as move
    from unpin.judge.run import audit as judge
    from unpin.judge.run import with_catalogue
    from unpin.reports.audit import AuditReport
    from unpin.reports.audit_overview import StoreVerdict

    given = read_password(password_file, password)
    now = parse_moment(at)
    within = None if expires_within is None else parse_days(expires_within)
    clients = chosen_clients(client)
    known = load_catalogue(catalogue)
    project = ProjectRules.of(policy, baseline, known)
    lowest = fail_on or project.fail_on
    named_profile(known, profile)  # an unknown name is an error before a store is read
    formats = {output, *(each.partition("=")[0] for each in files or ())}
    drawn = OutputFormat.HTML in formats
    page = output.is_for_people and not verbose
    compared = any(each.has_pages for each in OutputFormat if each in formats)
    named = stores or _this_machine()
    deferral: Deferral | None = None
    if not clients and any(map(is_tree, named)):
        from unpin.cli.deferral import deferred

        deferral = deferred(named, jobs)
    reading = Reading(
        named,
        given,
        exclude=exclude or (),
        look=None if deferral is None else deferral.look,
        every_name=project.names_count,
        deferral=deferral,
        jobs=audit_jobs(jobs, output, files or (), page=page),
    )
    verdicts: list[StoreVerdict] = []
    pages: dict[bytes, str] = {}
    codes: list[int] = []
    known_findings: list[Finding] = []
    empty: list[str] = []

    def asked_of(store: "Store") -> "Sequence[ClientRules]":
        """The clients of the call, of the policy, or of what refers to the store."""
        return clients or project.clients(store) or (deferral.clients(store) if deferral else ())

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
            clients=asked_of(store),
            expires_within=within or scope.expires_within or parse_days("30d"),
            policy=project.of_store(store.source),
        )
        return found if catalogue is None else with_catalogue(found, str(catalogue))

    def audited(found: "Audit") -> AuditedStore:
        fails = found.at_least(lowest)
        shown = only is None or fails or found.status in _FAILING
        asked = asked_of(found.store)
        users = (
            ()
            if deferral is None or project.clients(found.store)
            else (deferral.references(found.store))
        )
        rehearsed = _rehearsed(found, known, now, asked) if drawn and shown else None
        return AuditedStore(
            StoreVerdict.of(found, shown=shown, compared=compared, users=users),
            fails,
            not found.entries,
            found.findings if write_baseline else (),
            AuditReport(found, everything=True, rehearsed=rehearsed, users=users)
            if shown
            else None,
        )

    def reports() -> "Iterator[AuditReport | RecordedAudit]":
        # What a policy or a baseline says of a store depends on its name.
        for store in (
            reading.each(lambda store: audited(judged(store)))
            if project.names_count
            else reading.each_said(judged, move, audited)
        ):
            source, same = store.verdict.source, store.verdict.same
            codes.append(1 if store.fails else 0)
            known_findings.extend(store.findings)
            if store.empty:
                empty.append(source)
            if page:
                verdicts.append(store.verdict)
            if store.report is not None:
                first = source if same is None else pages.setdefault(same, source)
                yield store.report if first == source else replace(store.report, same_as=first)

    def first_screen(results: "Iterable[AuditReport | RecordedAudit]") -> None:
        first = next(iter(results), None)
        deque(results, maxlen=0)
        shown_first = sorted(verdicts, key=lambda verdict: not verdict.shown)
        _print_first_screen(first, shown_first, output, width, reading.errors, stores or ())

    print_results(
        AuditReport,
        reports(),
        output,
        width=width,
        errors=reading.errors,
        about=run_facts(known, now) | reading.facts(),
        fail_on=lowest,
        files=files or (),
        page=first_screen if page else None,
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
    first: "AuditReport | RecordedAudit | None",
    verdicts: "Sequence[StoreVerdict]",
    output: OutputFormat,
    width: int | None,
    errors: "Sequence[UnpinError]",
    stores: "Sequence[str]",
) -> None:
    """The page of a store that was read alone, or a row for each of several stores."""
    from unpin.cli.output import say, terminal
    from unpin.reports.audit import AuditReport
    from unpin.reports.audit_overview import audit_overview
    from unpin.reports.formats import render_page

    if isinstance(first, AuditReport) and len(verdicts) == 1 and not errors:
        report = replace(first, everything=False)
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
