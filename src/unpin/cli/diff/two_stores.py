"""`unpin diff A B`: what was added, removed, renamed, renewed, and what it does to clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from unpin.cli.terminal import colour_wanted, table_width
from unpin.reports import difference as words
from unpin.reports import difference_rows, render
from unpin.reports.render import OutputFormat
from unpin.reports.words import store_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from unpin.cli.diff.command import Options, Question
    from unpin.comparison.differences import Comparison
    from unpin.comparison.effects import Effect
    from unpin.model.store import Store


def run(
    stores: Sequence[Store],
    question: Question,
    options: Options,
    problems: Sequence[Mapping[str, str | None]],
) -> int:
    """Compare two stores; 0 where they are the same, 1 where not, 3 where one was not read."""
    from unpin.comparison.differences import compare

    if problems:
        if options.output is OutputFormat.JSON:
            typer.echo(render.as_json("comparisons", [], [dict(each) for each in problems]))
        return 3
    before, after = stores
    comparison = compare(before, after)
    compared = words.Compared(
        comparison, question.judged(before), question.judged(after), _effects(comparison, question)
    )
    match options.output:
        case OutputFormat.JSON:
            typer.echo(render.as_json("comparisons", [difference_rows.comparison_row(compared)]))
        case OutputFormat.JSONL:
            if rows := list(difference_rows.difference_rows(compared)):
                typer.echo(render.as_json_lines(rows))
        case OutputFormat.CSV:
            typer.echo(render.as_csv(difference_rows.CSV, list(difference_rows.csv_rows(compared))))
        case OutputFormat.MARKDOWN:
            typer.echo(_markdown(compared))
        case OutputFormat.TABLE:
            typer.echo(_text(compared, options))
    return 0 if compared.same else 1


def _effects(comparison: Comparison, question: Question) -> tuple[Effect, ...]:
    from unpin.comparison.effects import effects
    from unpin.pki.clients import default_clients

    if question.profile is None:
        return ()
    after = default_clients(comparison.after)
    return effects(
        comparison,
        clients=question.clients
        or [client for client in default_clients(comparison.before) if client in after],
        catalogue=question.catalogue,
        profile=question.profile,
        now=question.now,
    )


def _text(compared: words.Compared, options: Options) -> str:
    comparison = compared.comparison
    lines = [store_title(store) for store in (comparison.before, comparison.after)]
    if cells := words.cells(compared):
        width, colour = table_width(options.width), colour_wanted()
        table = render.as_table(words.COLUMNS, cells, width=width, colour=colour)
        lines += ["", table]
    if remarks := list(words.remarks(compared)):
        lines += ["", *(f"- {render.printable(line)}" for line in remarks)]
    lines += ["", f"=> {render.printable(words.answer(compared))}"]
    return "\n".join(lines)


def _markdown(compared: words.Compared) -> str:
    """For a pull request: the answer first, one row a difference, the fields folded away."""
    comparison = compared.comparison
    sources = [render.in_markdown(each.source) for each in (comparison.before, comparison.after)]
    lines = [
        f"### {sources[0]} -> {sources[1]}",
        "",
        f"**{render.in_markdown(words.answer(compared))}**",
    ]
    if cells := words.brief_cells(compared):
        lines += ["", render.as_table(words.COLUMNS[:3], cells, width=None, markdown=True)]
    if fields := words.field_cells(compared):
        table = render.as_table(words.FIELD_COLUMNS, fields, width=None, markdown=True)
        lines += ["", "<details><summary>Fields</summary>", "", table, "", "</details>"]
    if remarks := list(words.remarks(compared)):
        lines += ["", *(f"- {render.in_markdown(line)}" for line in remarks)]
    return "\n".join(lines)
