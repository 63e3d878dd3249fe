"""`unpin audit`: what is wrong with a store, for whom, and what cures it."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from unpin.cli.store_reading import Reading
from unpin.cli.terminal import colour_wanted, parse_days, parse_moment, table_width
from unpin.judge.run import Audit
from unpin.model.errors import NothingToAuditError
from unpin.model.finding import Severity
from unpin.pki.clients import choose_clients
from unpin.reports.render import OutputFormat
from unpin.reports.rows import Row
from unpin.stores.opening import Password

_COLUMNS = ("severity", "rule", "entry", "what happens, and the cure")
_CSV = (
    "source", "severity", "rule", "entry", "alias", "index", "sha256", "line", "file",
    "message", "remedy", "clients",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `unpin audit` as given."""

    profile: str | None
    clients: str | None
    expires_within: str
    at: str | None
    fail_on: Severity
    catalogue: Path | None
    output: OutputFormat
    width: int | None


def run(paths: Sequence[str], password: Password | None, options: Options) -> int:
    """Audit every store; the exit code is returned: 3 wins over 1 (docs/exit-codes.md)."""
    from unpin import audit
    from unpin.catalogue.load import load_builtin, load_path

    now, within = parse_moment(options.at), parse_days(options.expires_within)
    clients = choose_clients(options.clients) if options.clients else ()
    catalogue = load_path(options.catalogue) if options.catalogue else load_builtin()
    profile = None if options.profile == "none" else catalogue.profile(options.profile).name
    reading = Reading(paths or _this_machine(), password)
    failing = False
    empty: list[str] = []
    rows: list[Row] = []
    count = 0
    for count, store in enumerate(reading, 1):
        one = audit(
            store,
            profile=profile,
            catalogue=catalogue,
            clients=clients,
            now=now,
            expires_within=within,
        )
        failing = failing or one.at_least(options.fail_on)
        if not one.entries:
            empty.append(store.source)
        if options.output in (OutputFormat.TABLE, OutputFormat.MARKDOWN):
            typer.echo(("\n" if count > 1 else "") + _one(one, options))
        else:
            rows += _rows(one, options.output)
    _print(rows, reading.problems, options.output)
    if reading.errors:
        return 3
    if len(empty) == count:
        raise NothingToAuditError("no entry to audit in " + ", ".join(empty))
    return 1 if failing else 0


def _rows(one: Audit, output: OutputFormat) -> list[Row]:
    from unpin.reports.rows import audit_row, finding_row

    if output is OutputFormat.JSON:
        return [audit_row(one)]
    return [finding_row(finding) for finding in one.findings]


def _print(rows: Sequence[Row], problems: Sequence[Row], output: OutputFormat) -> None:
    from unpin.reports import render

    match output:
        case OutputFormat.JSON:
            typer.echo(render.as_json("stores", rows, problems))
        case OutputFormat.CSV:
            typer.echo(render.as_csv(_CSV, rows))
        case OutputFormat.JSONL if rows:
            typer.echo(render.as_json_lines(rows))


def _this_machine() -> list[str]:
    from unpin.catalogue.download_folder import home
    from unpin.machine.find import distinct, find

    found = distinct(find(os.environ, home=home()))
    if not found:
        raise NothingToAuditError(
            "no trust store found on this machine",
            "name one: unpin audit FILE; JAVA_HOME, PATH and the usual folders were searched",
        )
    typer.echo(f"unpin: found {len(found)} trust stores on this machine:", err=True)
    for store in found:
        also = [path for path in store.seen_as if path != store.path]
        line = f"  {store.path}" + (f" (also {', '.join(also)})" if also else "")
        typer.echo(line + (f": not read, {store.shadow} is" if store.shadow else ""), err=True)
    return [store.path for store in found]


def _one(one: Audit, options: Options) -> str:
    from unpin.reports import render, words
    from unpin.reports.audit_wording import remedy_text, verdict_text

    markdown = options.output is OutputFormat.MARKDOWN
    title = f"{one.store.source}: {one.store.format}"
    if one.store.protection.password:
        title += f", opened with {one.store.protection.password}"
    lines = [f"### {title}\n" if markdown else title]
    if one.findings:
        table = [
            [
                str(finding.severity),
                finding.rule,
                finding.location.entry,
                f"{finding.message}. Cure: {remedy_text(finding.remedy)}.",
            ]
            for finding in one.findings
        ]
        width = table_width(options.width)
        lines.append(
            render.as_table(_COLUMNS, table, width=width, colour=colour_wanted(), markdown=markdown)
        )
    verdict = verdict_text(one)
    if one.fix_command:
        verdict += f"; {shlex.join(one.fix_command)} {words.argument(one.store)} plans the cure"
    lines.append(f"\n**{verdict}**" if markdown else f"=> {verdict}")
    return "\n".join(lines)
