"""`unpin rehearse`: will the clients of this store connect, today and after the rotation?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from unpin.cli.common import colour_wanted, parse_moment, table_width
from unpin.cli.reading import Reading
from unpin.model.errors import UsageError
from unpin.reports.render import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from unpin.catalogue.model import Catalogue
    from unpin.catalogue.presented import Act
    from unpin.model.certificate import Certificate
    from unpin.model.store import Store
    from unpin.rehearsal.run import Rehearsal
    from unpin.reports.rows import Row
    from unpin.stores.opening import Password


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as given."""

    profile: str
    clients: str | None
    chains: str | None
    shapes: str | None
    chain_file: str | None
    leaf: str | None
    host: str | None
    at: str | None
    all_shapes: bool
    paths: bool
    catalogue: Path | None
    output: OutputFormat
    width: int | None


def run(paths: Sequence[str], password: Password | None, options: Options) -> int:
    """Rehearse every store; the exit code is returned: 3 wins over 1 (docs/exit-codes.md)."""
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.pki.choosing import choose_clients, default_clients
    from unpin.rehearsal.run import Outcome, rehearse_store
    from unpin.reports import render
    from unpin.reports.rehearsal import COLUMNS, FAILING, rehearsal_row, try_rows

    now = parse_moment(options.at)
    chosen = choose_clients(options.clients) if options.clients else ()
    catalogue = load_path(options.catalogue) if options.catalogue else load_builtin()
    acts, server = _acts(options, catalogue)
    name_line, name_wrong = _name(options.host, server)
    reading = Reading(paths, password)
    outcomes: set[Outcome] = set()
    rows: list[Row] = []
    for number, store in enumerate(reading):
        clients = chosen or default_clients(store)
        one = rehearse_store(store, clients=clients, acts=acts, now=now)
        outcomes |= {one.outcome(client, all_shapes=options.all_shapes) for client in clients}
        match options.output:
            case OutputFormat.JSON:
                rows.append(rehearsal_row(one, all_shapes=options.all_shapes))
            case OutputFormat.JSONL | OutputFormat.CSV:
                rows += try_rows(one)
            case OutputFormat.TABLE | OutputFormat.MARKDOWN:
                typer.echo(("\n" if number else "") + _text(one, options, name_line))
    match options.output:
        case OutputFormat.JSON:
            typer.echo(render.as_json("stores", rows, reading.problems))
        case OutputFormat.CSV:
            typer.echo(render.as_csv(COLUMNS, rows))
        case OutputFormat.JSONL if rows:
            typer.echo(render.as_json_lines(rows))
    if reading.errors or Outcome.UNKNOWN in outcomes:
        return 3
    return 1 if outcomes & FAILING or name_wrong else 0


def _acts(options: Options, catalogue: Catalogue) -> tuple[list[Act], Certificate | None]:
    """What is presented, and the real server certificate in it, if there is one."""
    from unpin.catalogue.presented import SHAPES, acts_of
    from unpin.rehearsal.sent import sent_chain, server_certificate, with_leaf

    shapes = SHAPES if options.shapes is None else _words(options.shapes)
    if unknown := [shape for shape in shapes if shape not in SHAPES]:
        raise UsageError(f"no shape is called {unknown[0]!r}", f"shapes: {', '.join(SHAPES)}")
    names = _words(options.chains) if options.chains else catalogue.profile(options.profile).chains
    acts: list[Act] = []
    server: Certificate | None = None
    if options.chain_file is not None:
        acts.append(sent_chain(_open(options.chain_file)))
        server = acts[0].presented.links[0].certificate
    if options.leaf is not None:
        server = server_certificate(_open(options.leaf))
        acts += with_leaf(server, catalogue, names, shapes, options.leaf)
    elif options.chain_file is None or options.chains is not None:
        acts += acts_of(catalogue, names, shapes)
    return acts, server


def _open(path: str) -> Store:
    from unpin.stores.opening import open_path

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
    from unpin.pki.hostname import NameMatch, match_host

    match = match_host(server, host)
    return f"name {host}: {match}", match is not NameMatch.YES


def _text(one: Rehearsal, options: Options, name: str | None) -> str:
    from unpin.reports import rehearsal as words
    from unpin.reports import render

    markdown = options.output is OutputFormat.MARKDOWN
    store = one.store
    count = len(store.entries)
    title = f"{store.source}: {store.format}, {count} entr{'y' if count == 1 else 'ies'}"
    if store.protection.password:
        title += f", opened with {store.protection.password}"
    lines = [f"### {title}\n" if markdown else title]
    lines.append(
        render.as_table(
            words.headings(one),
            words.cells(one),
            width=table_width(options.width),
            colour=colour_wanted(),
            markdown=markdown,
        )
    )
    details = [*words.reasons(one), *words.remarks(one)]
    if options.paths:
        details += words.paths(one)
    if name is not None:
        details.append(name)
    if details:
        lines.append("")
        lines += [f"- {render.printable(line)}" for line in details]
    answer = words.answer(one, all_shapes=options.all_shapes)
    lines.append(f"\n**{answer}**" if markdown else f"\n=> {answer}")
    return "\n".join(lines)
