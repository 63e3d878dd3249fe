"""`unpin rehearse`: will the clients of this store connect, today and after the rotation?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from unpin.cli.store_reading import Reading
from unpin.cli.terminal import colour_wanted, parse_moment, table_width
from unpin.model.errors import UsageError
from unpin.rehearsal.scenarios import FAILING, Rehearsal, RotationOutcome
from unpin.reports.render import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from unpin.catalogue.handshakes import Handshake
    from unpin.catalogue.model import Catalogue
    from unpin.model.certificate import Certificate
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.rows import Row
    from unpin.rewrite.plan import Plan
    from unpin.stores.opening import Password


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as given."""

    profile: str | None
    clients: str | None
    chains: str | None
    shapes: str | None
    chain_file: str | None
    leaf: str | None
    host: str | None
    at: str | None
    all_shapes: bool
    fixed: bool
    paths: bool
    fail_on_unknown: bool
    catalogue: Path | None
    output: OutputFormat
    width: int | None


@dataclass(frozen=True, slots=True)
class _Fix:
    """Roots in place of the pins: the plan, and the rehearsal of what it leaves."""

    plan: Plan
    then: Rehearsal


@dataclass(frozen=True, slots=True)
class _Seen:
    """A store rehearsed as it is, and, where that is asked or it fails, as it would be fixed."""

    now: Rehearsal
    fix: _Fix | None = None
    cure: str = ""


def run(paths: Sequence[str], password: Password | None, options: Options) -> int:
    """Rehearse every store; the exit code is returned: 3 wins over 1 (docs/exit-codes.md)."""
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.pki.clients import choose_clients
    from unpin.reports import render
    from unpin.reports.rehearsal import COLUMNS

    now = parse_moment(options.at)
    chosen = choose_clients(options.clients) if options.clients else ()
    catalogue = load_path(options.catalogue) if options.catalogue else load_builtin()
    handshakes, server = _acts(options, catalogue)
    name_line, name_wrong = _name(options.host, server)
    reading = Reading(paths, password)
    outcomes: set[RotationOutcome] = set()
    rows: list[Row] = []
    for number, store in enumerate(reading):
        seen = _rehearse(store, chosen, catalogue, options, handshakes, now)
        outcomes |= _outcomes(seen.fix.then if options.fixed and seen.fix else seen.now, options)
        if options.output in (OutputFormat.TABLE, OutputFormat.MARKDOWN):
            typer.echo(("\n" if number else "") + _text(seen, options, name_line))
        else:
            rows += _rows(seen, options)
    match options.output:
        case OutputFormat.JSON:
            typer.echo(render.as_json("stores", rows, reading.problems))
        case OutputFormat.CSV:
            typer.echo(render.as_csv(COLUMNS, rows))
        case OutputFormat.JSONL if rows:
            typer.echo(render.as_json_lines(rows))
    undecided = RotationOutcome.UNKNOWN in outcomes and (chosen or options.fail_on_unknown)
    if reading.errors or undecided:
        return 3
    return 1 if outcomes & FAILING or name_wrong else 0


def _rehearse(
    store: Store,
    chosen: Sequence[ClientRules],
    catalogue: Catalogue,
    options: Options,
    handshakes: Sequence[Handshake],
    now: datetime,
) -> _Seen:
    from unpin.pki.clients import default_clients
    from unpin.rehearsal.rehearser import Rehearser
    from unpin.reports.rehearsal import answer
    from unpin.reports.words import argument
    from unpin.rewrite.plan import make_plan, planned

    clients = chosen or default_clients(store)
    rehearser = Rehearser(store, catalogue, now)
    as_is = rehearser.rehearse(clients, handshakes)
    if not options.fixed and not _failing(as_is, options):
        return _Seen(as_is)
    profile = catalogue.profile(options.profile)
    plan = make_plan(rehearser, profile)
    then = Rehearser(planned(store, plan), catalogue, now).rehearse(clients, handshakes)
    if plan.is_empty:
        cure = "the store has the profile's roots and no pins: see unpin audit"
    elif _failing(then, options):
        cure = f"with the profile's roots in place of pins: {answer(then)}"
    else:
        cure = (
            f"with the roots of {profile.name} in place of its pins it would not fail: "
            f"unpin fix {argument(store)} shows the plan"
        )
    return _Seen(as_is, _Fix(plan, then), cure)


def _failing(one: Rehearsal, options: Options) -> bool:
    return not _outcomes(one, options).isdisjoint(FAILING)


def _outcomes(one: Rehearsal, options: Options) -> set[RotationOutcome]:
    return {one.outcome(client, all_shapes=options.all_shapes) for client in one.clients}


def _rows(seen: _Seen, options: Options) -> list[Row]:
    from unpin.reports.rehearsal import attempt_rows, plan_row, rehearsal_row

    fix = seen.fix if options.fixed else None
    if options.output is not OutputFormat.JSON:
        rows = [{**row, "fixed": False} for row in attempt_rows(seen.now)]
        return rows + [{**row, "fixed": True} for row in (attempt_rows(fix.then) if fix else ())]
    row = rehearsal_row(seen.now, all_shapes=options.all_shapes, cure=seen.cure)
    if fix is not None:
        fixed = rehearsal_row(fix.then, all_shapes=options.all_shapes)
        row["fixed"] = {**plan_row(fix.plan), **fixed}
    return [row]


def _acts(options: Options, catalogue: Catalogue) -> tuple[list[Handshake], Certificate | None]:
    """What is presented, and the real server certificate in it, if there is one."""
    from unpin.catalogue.handshakes import SHAPES, handshakes_of
    from unpin.rehearsal.seen_chain import sent_chain, server_certificate, with_leaf

    shapes = SHAPES if options.shapes is None else _words(options.shapes)
    if unknown := [shape for shape in shapes if shape not in SHAPES]:
        raise UsageError(f"no shape is called {unknown[0]!r}", f"shapes: {', '.join(SHAPES)}")
    names = _words(options.chains) if options.chains else catalogue.profile(options.profile).chains
    handshakes: list[Handshake] = []
    server: Certificate | None = None
    if options.chain_file is not None:
        handshakes.append(sent_chain(_open(options.chain_file)))
        server = handshakes[0].certificates[0].certificate
    if options.leaf is not None:
        server = server_certificate(_open(options.leaf))
        handshakes += with_leaf(server, catalogue, names, shapes, options.leaf)
    elif options.chain_file is None or options.chains is not None:
        handshakes += handshakes_of(catalogue, names, shapes)
    return handshakes, server


def _open(path: str) -> Store:
    from unpin.operations.opening import open_path

    return open_path(path)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _name(host: str | None, server: Certificate | None) -> tuple[str | None, bool]:
    """The line about the server's name, and whether it is wrong."""
    if host is None:
        return None, False
    if server is None:
        raise UsageError(
            "--host needs the server's own certificate", "give --chain-file FILE or --leaf FILE"
        )
    from unpin.pki.path_validation.host_names import NameMatch, match_host

    match = match_host(server, host)
    return f"name {host}: {match}", match is not NameMatch.YES


def _text(seen: _Seen, options: Options, name: str | None) -> str:
    from unpin.reports import render
    from unpin.reports.rehearsal import plan_lines
    from unpin.reports.words import store_title

    markdown = options.output is OutputFormat.MARKDOWN
    store, fix = seen.now.store, seen.fix if options.fixed else None
    title = store_title(store)
    lines = [f"### {title}\n" if markdown else title]
    cure = "" if fix else seen.cure
    lines += _part(seen.now, options, cure=cure, details=[name] if name is not None else [])
    if fix is not None:
        title = f"{render.printable(store.source)} with roots in place of its pins"
        lines += ["", f"### {title}\n" if markdown else title, *plan_lines(fix.plan), ""]
        lines += _part(fix.then, options)
    return "\n".join(lines)


def _part(
    one: Rehearsal, options: Options, *, cure: str = "", details: Sequence[str] = ()
) -> list[str]:
    """The table, the reasons and the answer of one rehearsal."""
    from unpin.reports import rehearsal as words
    from unpin.reports import render

    markdown = options.output is OutputFormat.MARKDOWN
    table = render.as_table(
        words.headings(one),
        words.cells(one),
        width=table_width(options.width),
        colour=colour_wanted(),
        markdown=markdown,
    )
    shown = [*words.reasons(one, all_shapes=options.all_shapes), *words.remarks(one)]
    if options.paths:
        shown += words.paths(one)
    shown += details
    answer = words.answer(one, all_shapes=options.all_shapes, cure=cure)
    return [
        table,
        *([""] if shown else []),
        *(f"- {render.printable(line)}" for line in shown),
        "",
        f"**{answer}**" if markdown else f"=> {answer}",
    ]
