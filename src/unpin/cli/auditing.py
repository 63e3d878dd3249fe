"""`unpin audit`: what is wrong with a store, for whom, and what cures it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from unpin.cli.common import colour_wanted, open_stores, parse_days, parse_moment, table_width
from unpin.judge.run import Audit
from unpin.model.errors import NothingToAuditError
from unpin.model.finding import Severity
from unpin.pki.choosing import choose_clients
from unpin.reports.render import OutputFormat
from unpin.stores.opening import Password

_COLUMNS = ("severity", "rule", "entry", "what happens, and the cure")
_CSV = (
    "source", "severity", "rule", "entry", "alias", "index", "sha256", "line", "file",
    "message", "remedy", "clients",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `unpin audit` as given."""

    profile: str
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
    profile = None if options.profile == "none" else options.profile
    if profile is not None:
        catalogue.profile(profile)
    if not paths:
        paths = _this_machine()
    stores, errors = open_stores(paths, password)
    audits = [
        audit(
            store,
            profile=profile,
            catalogue=catalogue,
            clients=clients,
            now=now,
            expires_within=within,
        )
        for store in stores
    ]
    problems = [{"message": error.message, "hint": error.hint} for error in errors]
    text = _render(audits, problems, options)
    if text:
        typer.echo(text)
    if errors:
        return 3
    if all(not one.entries for one in audits):
        raise NothingToAuditError("no entry to audit in " + ", ".join(s.source for s in stores))
    return 1 if any(one.at_least(options.fail_on) for one in audits) else 0


def _this_machine() -> list[str]:
    from unpin.machine.find import distinct, find

    found = distinct(find(os.environ, home=Path.home()))
    if not found:
        raise NothingToAuditError(
            "no trust store found on this machine",
            "name one: unpin audit FILE; JAVA_HOME, PATH and the usual folders were searched",
        )
    typer.echo(f"unpin: found {len(found)} trust stores on this machine:", err=True)
    for store in found:
        also = [path for path in store.seen_as if path != store.path]
        typer.echo(f"  {store.path}" + (f" (also {', '.join(also)})" if also else ""), err=True)
    return [store.path for store in found]


def _render(
    audits: Sequence[Audit], problems: Sequence[dict[str, str | None]], options: Options
) -> str:
    from unpin.reports import render, rows

    if options.output is OutputFormat.JSON:
        return render.as_json("stores", [rows.audit_row(one) for one in audits], problems)
    findings = [rows.finding_row(finding) for one in audits for finding in one.findings]
    if options.output is OutputFormat.JSONL:
        return render.as_json_lines(findings)
    if options.output is OutputFormat.CSV:
        return render.as_csv(_CSV, findings)
    return "\n\n".join(_one(one, options) for one in audits)


def _one(one: Audit, options: Options) -> str:
    from unpin.reports import render

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
                f"{finding.message}. Cure: {finding.remedy}.",
            ]
            for finding in one.findings
        ]
        width = table_width(options.width)
        lines.append(
            render.as_table(_COLUMNS, table, width=width, colour=colour_wanted(), markdown=markdown)
        )
    lines.append(f"\n**{one.verdict}**" if markdown else f"=> {one.verdict}")
    return "\n".join(lines)
