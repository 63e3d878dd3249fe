"""`unpin diff STORE`: the chains of a profile, certificate by certificate, against one store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from unpin.cli.terminal import colour_wanted, table_width
from unpin.reports import coverage as words
from unpin.reports import coverage_rows, render
from unpin.reports.render import OutputFormat
from unpin.reports.words import store_title
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from unpin.cli.diff.command import Options, Question
    from unpin.model.store import Store


def run(
    stores: Sequence[Store],
    question: Question,
    options: Options,
    problems: Sequence[Mapping[str, str | None]],
) -> int:
    """Compare the store; 0 where every client survives, 1 where not, 3 where unpin cannot say."""
    from unpin.comparison.coverage import cover
    from unpin.pki.clients import default_clients
    from unpin.rehearsal.scenarios import RotationOutcome

    assert question.profile is not None
    covered = [
        words.Covered(
            cover(
                store,
                clients=question.clients or default_clients(store),
                catalogue=question.catalogue,
                profile=question.profile,
                now=question.now,
            ),
            question.judged(store),
        )
        for store in stores
    ]
    match options.output:
        case OutputFormat.JSON:
            rows = [coverage_rows.coverage_row(one) for one in covered]
            typer.echo(render.as_json("stores", rows, [dict(each) for each in problems]))
        case OutputFormat.JSONL:
            for one in covered:
                typer.echo(render.as_json_lines(list(coverage_rows.certificate_rows(one))))
        case OutputFormat.CSV:
            rows = [row for one in covered for row in coverage_rows.certificate_rows(one)]
            typer.echo(render.as_csv(coverage_rows.CSV, rows))
        case OutputFormat.MARKDOWN:
            for one in covered:
                typer.echo(_markdown(one))
        case OutputFormat.TABLE:
            for one in covered:
                typer.echo(_text(one, options))
    outcomes = {outcome for one in covered for outcome in one.coverage.outcomes}
    if problems or RotationOutcome.UNKNOWN in outcomes:
        return 3
    return 0 if all(one.coverage.covered for one in covered) else 1


def _text(one: words.Covered, options: Options) -> str:
    coverage = one.coverage

    def table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
        width, colour = table_width(options.width), colour_wanted()
        return render.as_table(columns, cells, width=width, colour=colour)

    lines = [
        store_title(coverage.store),
        render.printable(words.question(one)),
        "",
        table(words.COLUMNS, words.cells(one)),
    ]
    if extras := words.extra_cells(one):
        lines += ["", "also in the store:"]
        lines.append(table(words.EXTRA_COLUMNS, extras[: words.MOST_EXTRAS]))
    notes = [*_counted(one, len(extras)), *words.remarks(one)]
    if notes:
        lines += ["", *(f"- {render.printable(note)}" for note in notes)]
    return "\n".join([*lines, "", f"=> {render.printable(words.answer(one))}"])


def _counted(one: words.Covered, extras: int) -> list[str]:
    """What the tables leave out."""
    notes = []
    if (left := extras - words.MOST_EXTRAS) > 0:
        notes.append(f"{counted(left, 'more entry', 'more entries')}: --format json has all")
    if roots := words.extra_roots(one):
        notes.append(f"{counted(roots, 'other root', 'other roots')} in the store")
    return notes


def _markdown(one: words.Covered) -> str:
    coverage = one.coverage
    lines = [
        f"### {render.in_markdown(coverage.store.source)}: {coverage.profile.name}",
        "",
        f"**{render.in_markdown(words.answer(one))}**",
        "",
        render.as_table(words.FULL_COLUMNS, words.cells(one), width=None, markdown=True),
    ]
    extras = words.extra_cells(one)
    notes = [f"- {render.in_markdown(note)}" for note in _counted(one, len(extras))]
    if extras:
        shown = extras[: words.MOST_EXTRAS]
        table = render.as_table(words.EXTRA_COLUMNS, shown, width=None, markdown=True)
        lines += ["", "<details><summary>Also in the store</summary>", "", table, "", "</details>"]
    notes += [f"- {render.in_markdown(note)}" for note in words.remarks(one)]
    return "\n".join([*lines, "", *notes])
