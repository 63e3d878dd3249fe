"""What `unpin fix` prints: a repair as text, and what became of the files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unpin.cli.convert.formats import EXTENSIONS
from unpin.cli.terminal import colour_wanted, table_width
from unpin.model.formats import Format
from unpin.operations.opening import STANDARD_INPUT
from unpin.reports.render import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.cli.fix.options import Options
    from unpin.model.errors import UnpinError
    from unpin.operations.repair import Repair
    from unpin.reports.rows import Row


@dataclass(frozen=True, slots=True)
class Done:
    """A repaired store, where it was written to, and the copy of what was there before.

    `links` counts the other names of the file, which still lead to the old contents.
    """

    fix: Repair
    written: str | None = None
    backup: str | None = None
    links: int = 0


def rows_of(done: Done, output: OutputFormat) -> list[Row]:
    """A store in the machine forms: one row, or for CSV one an entry that goes, comes or stays."""
    from unpin.reports.fix import line_rows, repair_row

    if output is OutputFormat.CSV:
        return list(line_rows(done.fix, written=done.written))
    return [repair_row(done.fix, written=done.written, backup=done.backup)]


def print_rows(
    rows: Sequence[Row], problems: Sequence[UnpinError], output: OutputFormat, *, err: bool
) -> None:
    """Print the machine forms of all stores."""
    from unpin.reports import render
    from unpin.reports.fix import COLUMNS

    match output:
        case OutputFormat.JSON:
            errors = [{"message": one.message, "hint": one.hint} for one in problems]
            typer.echo(render.as_json("stores", rows, errors), err=err)
        case OutputFormat.CSV:
            typer.echo(render.as_csv(COLUMNS, rows), err=err)
        case OutputFormat.JSONL if rows:
            typer.echo(render.as_json_lines(rows), err=err)


def text_of(done: Done, path: str, options: Options) -> str:
    """The report of one store for people."""
    from unpin.reports import fix as fixing
    from unpin.reports import render
    from unpin.reports.words import store_title

    markdown = options.output is OutputFormat.MARKDOWN
    fix, width, colour = done.fix, table_width(options.width), colour_wanted()
    title = store_title(fix.store)
    lines = [f"### {render.in_markdown(title)}\n" if markdown else title]
    for headings, cells in (
        (fixing.PLAN_HEADINGS, fixing.plan_cells(fix)),
        (fixing.VERDICT_HEADINGS, fixing.verdict_cells(fix)),
    ):
        if cells:
            table = render.as_table(headings, cells, width=width, colour=colour, markdown=markdown)
            lines += [table, ""]
    remarks = [*fixing.remarks(fix), *_about_the_file(done, path, options)]
    if markdown:
        lines += [f"- {render.in_markdown(line)}" for line in remarks]
        answer = render.in_markdown(_answer(done, options))
        lines.append(f"\n**{answer}**" if remarks else f"**{answer}**")
    else:
        lines += [f"- {_warned(render.printable(line), colour=colour)}" for line in remarks]
        lines.append(f"=> {render.printable(_answer(done, options))}")
    return "\n".join(lines)


def _warned(line: str, *, colour: bool) -> str:
    return f"\x1b[31m{line}\x1b[0m" if colour and line.startswith("beware: ") else line


def _about_the_file(done: Done, path: str, options: Options) -> Iterator[str]:
    """What --write would refuse, what it did not reach, and an option without effect."""
    from unpin.files.distribution_managed import managed
    from unpin.wording import counted

    owner = managed(os.path.realpath(path)) if path != STANDARD_INPUT else None
    if owner is not None and done.fix.due and done.written is None:
        yield f"it belongs to the distribution: {owner.hint(may_follow=True)}"
    kind = done.fix.store.format
    if options.upgrade_protection and not done.fix.upgrades:
        current = "its protection is not outdated" if kind is Format.PKCS12 else "it is for PKCS12"
        yield f"--upgrade-protection changes nothing: {current}"
    named = EXTENSIONS.get(Path(options.out).suffix.lower(), kind) if options.out else kind
    if named is not kind:
        yield (
            f"{options.out} says {named}, and fix keeps the format, {kind}: "
            "unpin convert changes the format"
        )
    if done.links:
        names = counted(done.links, "other name (hard link)", "other names (hard links)")
        yield f"the file has {names}, under which the old contents stay"


def _answer(done: Done, options: Options) -> str:
    from unpin.reports.fix import summary
    from unpin.rewrite.plan import only_keys

    fix = done.fix
    if fix.refusal is not None:
        return f"refused, nothing is written: {summary(fix)}"
    if not fix.due:
        to = f"; written to {done.written} as it is" if done.written else ""
        if fix.fails:
            return f"no root or pin to change, and yet somebody fails{to}"
        if only_keys(fix.store):
            return f"nothing to do: there are only keys in it{to}"
        here = f"the roots of {options.profile} are here, and no pin that they replace"
        return f"nothing to do: {here}{to}"
    if options.check:
        return f"a fix is due: {summary(fix)}; --write does it"
    if done.written is None:
        return f"planned: {summary(fix)}; nothing is written without --write"
    kept = f"; the old file is {done.backup}" if done.backup else ""
    return f"written to {done.written}: {summary(fix)}{kept}"
