"""Pictures as HTML and inline SVG; widths and colours are those of the style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unpin.reports.blocks import Fingerprint, Lines, Tone, Toned, WholeName
from unpin.reports.escaping import html_element, html_text
from unpin.reports.html.pictures import Grid, PathDrawing, TimeLine, place_of, said_of_path
from unpin.wording import counted, few

if TYPE_CHECKING:
    from datetime import datetime

    from unpin.reports.blocks import Cell
    from unpin.reports.escaping import HtmlText
    from unpin.reports.html.pictures import Dates, PathNode, Picture

TONES: Final = {
    Tone.GOOD: "good",
    Tone.BAD: "bad",
    Tone.DOUBTFUL: "doubtful",
    Tone.NEUTRAL: "neutral",
}
"""The classes of the style sheet."""

_MARKS: Final = {"good": "\u2713", "bad": "\u2717", "doubtful": "?", "neutral": "\u2013"}

_WIDTH, _HEIGHT, _GAP = 300, 46, 24
"""A box of a path, and the room for an arrow, in pixels."""

_FITS: Final = 42
"""The most characters of a label in a box."""


def drawn(picture: Picture, now: datetime | None) -> HtmlText:
    """The picture; `now` is marked in a time line."""
    match picture:
        case PathDrawing():
            return _path(picture)
        case Grid():
            return _grid(picture)
        case TimeLine():
            return _time_line(picture, now)


def _path(drawing: PathDrawing) -> HtmlText:
    tone = {True: "good", False: "bad", None: "doubtful"}[drawing.accepted]
    word = {True: "connects", False: "fails", None: "not known"}[drawing.accepted]
    caption = html_element(
        "figcaption",
        {},
        badge(tone, word),
        html_text(f" {few(drawing.clients, 8)} \u2014 chain {drawing.chain}"),
        *([html_element("p", {}, html_text(drawing.why))] if drawing.why else []),
    )
    nodes = list(reversed(drawing.nodes))
    lost = not drawing.accepted
    boxes: list[HtmlText] = []
    top = 1
    if lost:
        label = drawing.missing or ("no way on" if tone == "bad" else "not known")
        boxes.append(_box(top, "box lost", label, "missing" if drawing.missing else ""))
        top += _HEIGHT + _GAP
        if nodes:
            boxes.append(_arrow(top, "arrow lost"))
    for number, node in enumerate(nodes):
        if number:
            boxes.append(_arrow(top, "arrow"))
        boxes.append(_node(top, node))
        top += _HEIGHT + _GAP
    height = max(top - _GAP, _HEIGHT) + 2
    svg = html_element(
        "svg",
        {
            "viewBox": f"0 0 {_WIDTH + 2} {height}",
            "width": _WIDTH + 2,
            "height": height,
            "role": "img",
            "aria-label": said_of_path(drawing),
        },
        *boxes,
    )
    return html_element("figure", {"class": "path"}, caption, svg)


def _node(top: int, node: PathNode) -> HtmlText:
    kind = "stored" if node.stored else "sent"
    return _box(top, f"box {kind}", node.label, place_of(node))


def _box(top: int, kind: str, label: str, below: str) -> HtmlText:
    shown = label if len(label) <= _FITS else f"{label[: _FITS - 1]}\u2026"
    middle = _WIDTH // 2
    lines = [
        html_element("title", {}, html_text(f"{label}: {below}" if below else label)),
        html_element(
            "rect", {"x": 1, "y": top, "width": _WIDTH, "height": _HEIGHT, "rx": 6, "class": kind}
        ),
        html_element(
            "text",
            {"x": middle, "y": top + (19 if below else 28), "class": "name"},
            html_text(shown),
        ),
    ]
    if below:
        lines.append(
            html_element("text", {"x": middle, "y": top + 36, "class": "place"}, html_text(below))
        )
    return html_element("g", {}, *lines)


def _arrow(top: int, kind: str) -> HtmlText:
    """From the box below, whose top is `top`, to the box above: its issuer."""
    x, end = _WIDTH // 2, top - _GAP
    return html_element(
        "path",
        {
            "d": f"M{x} {top}V{end + 2}M{x - 5} {end + 8}L{x} {end + 2}L{x + 5} {end + 8}",
            "class": kind,
        },
    )


def _grid(grid: Grid) -> HtmlText:
    head = html_element(
        "tr", {}, *(html_element("th", {"scope": "col"}, html_text(each)) for each in grid.headings)
    )
    rows = []
    for number, (client, *before) in enumerate(grid.before):
        after = grid.after[number][1:] if number < len(grid.after) else ()
        pairs = (
            _pair(cell, after[at] if at < len(after) else None) for at, cell in enumerate(before)
        )
        name = html_element("th", {"scope": "row"}, html_text(_words(client)))
        rows.append(html_element("tr", {}, name, *pairs))
    said = "Which client connects with which chain"
    if grid.after:
        said += ": now, and \u2192 with the roots in place of the pins"
    return html_element(
        "div",
        {"class": "scroll", "tabindex": 0, "role": "region", "aria-label": said},
        html_element(
            "table",
            {"class": "grid"},
            html_element("caption", {}, html_text(said)),
            html_element("thead", {}, head),
            html_element("tbody", {}, *rows),
        ),
    )


def _pair(before: Cell, after: Cell | None) -> HtmlText:
    shown = [_mark(before)]
    if after is not None:
        arrow = html_element(
            "span", {"class": "then", "aria-label": "after the fix"}, html_text("\u2192")
        )
        shown += [html_text(" "), arrow, html_text(" "), _mark(after)]
    return html_element("td", {}, *shown)


def _mark(cell: Cell) -> HtmlText:
    tone = TONES[cell.tone] if isinstance(cell, Toned) else "neutral"
    return badge(tone, _words(cell))


def _words(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case Lines(texts=texts):
            return " ".join(text if isinstance(text, str) else text.text for text in texts)
        case Toned(text=text) | WholeName(text=text) | Fingerprint(sha256=text):
            return text


def badge(tone: str, text: str) -> HtmlText:
    """A word with the colour and the mark of its tone: colour alone says nothing."""
    mark = html_element("span", {"aria-hidden": "true"}, html_text(f"{_MARKS[tone]} "))
    return html_element("span", {"class": f"badge {tone}"}, mark, html_text(text))


def _time_line(line: TimeLine, now: datetime | None) -> HtmlText:
    first = min(row.not_before for row in line.rows)
    last = max(row.not_after for row in line.rows)
    if now is not None:
        first, last = min(first, now), max(last, now)
    days = max(1, (last - first).days)
    rows = [_date_row(row, first, days, now) for row in line.rows]
    said = f"Validity, {first:%Y} to {last:%Y}" + (", with today" if now else "")
    if line.others:
        said += (
            f"; {counted(line.others, 'entry that expires', 'entries that expire')} later not shown"
        )
    return html_element(
        "div",
        {"class": "scroll", "tabindex": 0, "role": "region", "aria-label": said},
        html_element(
            "table",
            {"class": "dates"},
            html_element("caption", {}, html_text(said)),
            html_element("tbody", {}, *rows),
        ),
    )


def _date_row(row: Dates, first: datetime, days: int, now: datetime | None) -> HtmlText:
    def at(moment: datetime) -> str:
        return f"{1000 * (moment - first).days / days:.1f}"

    over = now is not None and row.not_after < now
    begins, ends = at(row.not_before), at(row.not_after)
    width = max(2.0, float(ends) - float(begins))
    kind = "over" if over else "pin" if row.role.startswith("pin") else "bar"
    shapes = [
        html_element(
            "rect", {"x": begins, "y": 4, "width": f"{width:.1f}", "height": 12, "class": kind}
        )
    ]
    if now is not None:
        shapes.append(
            html_element("rect", {"x": at(now), "y": 0, "width": 3, "height": 20, "class": "now"})
        )
    bar = html_element(
        "svg",
        {"viewBox": "0 0 1003 20", "preserveAspectRatio": "none", "aria-hidden": "true"},
        *shapes,
    )
    ended = " (over)" if over else ""
    name = row.name if row.entry == row.name else f"{row.entry}: {row.name}"
    return html_element(
        "tr",
        {},
        html_element("th", {"scope": "row"}, html_text(name)),
        html_element("td", {}, html_text(row.role)),
        html_element("td", {"class": "day"}, html_text(f"{row.not_after:%Y-%m-%d}{ended}")),
        html_element("td", {"class": "life"}, bar),
    )
