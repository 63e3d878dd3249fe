"""Blocks of a report as HTML: headings, tables, notes, and commands to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.reports.blocks import (
    Answer,
    Command,
    Fingerprint,
    Headline,
    Lines,
    Notes,
    Table,
    Title,
    Toned,
    WholeName,
)
from unpin.reports.escaping import html_element, html_text
from unpin.reports.html.drawing import TONES, badge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from unpin.reports.blocks import Block, Cell
    from unpin.reports.escaping import HtmlText


def block_elements(blocks: Iterable[Block], said: str) -> Iterator[HtmlText]:
    """An element for each block. The row has the first title, and has `said` the reason."""
    for number, block in enumerate(blocks):
        match block:
            case Title(lines=lines) if number == 0:
                yield from (html_element("p", {}, html_text(line)) for line in lines)
            case Headline(text=text) if text == said:
                continue
            case _:
                yield _element(block)


def _element(block: Block) -> HtmlText:
    match block:
        case Title(lines=lines):
            head, *others = lines or ("",)
            return html_element(
                "div",
                {},
                html_element("h3", {}, html_text(head)),
                *(html_element("p", {}, html_text(line)) for line in others),
            )
        case Headline(verdict=verdict, text=text):
            return html_element("p", {}, _cell(verdict), html_text(f" {text}"))
        case Table():
            return _table(block)
        case Notes(lines=lines):
            return html_element("ul", {}, *(html_element("li", {}, _note(line)) for line in lines))
        case Answer(text=text):
            return html_element("p", {"class": "answer"}, html_text(text))
        case Command(text=text):
            return command(text)


def command(text: str) -> HtmlText:
    """A command to paste; the script puts a button beside it."""
    return html_element("pre", {"class": "paste"}, html_element("code", {}, html_text(text)))


def _note(line: str | Toned) -> HtmlText:
    return html_text(line) if isinstance(line, str) else _cell(line)


def _table(table: Table) -> HtmlText:
    heads = table.headings
    head = (html_element("th", {"scope": "col"}, html_text(each)) for each in heads)
    rows = (
        html_element(
            "tr",
            {},
            *(
                html_element("td", {"data-head": heading}, _cell(cell))
                for heading, cell in zip(heads, row, strict=True)
            ),
        )
        for row in table.rows
    )
    caption = table.caption or "details"
    shown = [html_element("caption", {}, html_text(table.caption))] if table.caption else []
    return html_element(
        "div",
        {"class": "scroll", "tabindex": 0, "role": "region", "aria-label": caption},
        html_element(
            "table",
            {"class": "stack"},
            *shown,
            html_element("thead", {}, html_element("tr", {}, *head)),
            html_element("tbody", {}, *rows),
        ),
    )


def _cell(cell: Cell) -> HtmlText:
    match cell:
        case Toned(text=text, tone=tone):
            return badge(TONES[tone], text)
        case Fingerprint(sha256=text) | WholeName(text=text):
            return html_element("code", {}, html_text(text))
        case Lines(texts=texts):
            return html_element("div", {}, *(_line(text) for text in texts))
        case str():
            return html_text(cell)


def _line(text: str | Command) -> HtmlText:
    if isinstance(text, Command):
        return command(text.text)
    return html_element("p", {}, html_text(text))
