"""The frame of the page: the verdicts counted, a search, and a row that unfolds for each result."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.reports.blocks import Tone
from unpin.reports.escaping import html_document, html_element, html_text, joined_html
from unpin.reports.html.drawing import TONES, badge
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.reports.escaping import HtmlText

MANY: Final = 300
"""From this number of rows, what is below a row is kept aside until it is unfolded."""

_AT_A_TIME: Final = 200
"""The rows that are shown at first; report.js has the same number."""

_ORDER: Final = (Tone.BAD, Tone.DOUBTFUL, Tone.NEUTRAL, Tone.GOOD)
_WORDS: Final = {
    Tone.BAD: "to act on",
    Tone.DOUBTFUL: "to look at",
    Tone.NEUTRAL: "not for this rotation",
    Tone.GOOD: "in order",
}


class ResultRow(NamedTuple):
    """A result on the page: the row itself, words to find it by, and what is below."""

    tone: Tone
    verdict: str
    source: str
    reason: str
    words: str
    parts: Sequence[HtmlText]


def page(title: str, about: Sequence[str], rows: Sequence[ResultRow]) -> HtmlText:
    """The document."""
    ordered = sorted(rows, key=lambda row: _ORDER.index(row.tone))
    aside: dict[HtmlText, str] = {}
    shown = [
        _row(row, number, aside if len(rows) >= MANY else None)
        for number, row in enumerate(ordered)
    ]
    kept = [html_element("template", {"id": name}, part) for part, name in aside.items()]
    body = joined_html(
        [
            html_element(
                "a", {"class": "skip", "href": "#results"}, html_text("Skip to the results")
            ),
            html_element(
                "header",
                {},
                html_element("h1", {}, html_text(title)),
                html_element("p", {"class": "about"}, html_text(" \u00b7 ".join(about))),
            ),
            html_element(
                "main",
                {},
                *_summary(rows),
                *_controls(len(rows)),
                html_element("section", {"id": "results", "aria-label": "Results"}, *shown),
                html_element(
                    "button", {"id": "more", "type": "button", "hidden": ""}, html_text("Show more")
                ),
                *kept,
            ),
        ]
    )
    return html_document(title, _data("report.css"), _data("report.js"), body)


def _data(name: str) -> str:
    return (files("unpin.reports.html") / name).read_text(encoding="utf-8")


def _summary(rows: Sequence[ResultRow]) -> Iterator[HtmlText]:
    """How many results there are of each tone, as buttons that filter, and as a bar."""
    number = {tone: sum(row.tone is tone for row in rows) for tone in _ORDER}
    tiles = [
        html_element(
            "button",
            {
                "type": "button",
                "class": f"tile {TONES[tone]}",
                "aria-pressed": "false",
                "value": TONES[tone],
            },
            html_element("strong", {}, html_text(f"{many:,}")),
            html_element("span", {}, html_text(_WORDS[tone])),
        )
        for tone, many in number.items()
        if many
    ]
    said = ", ".join(f"{many:,} {_WORDS[tone]}" for tone, many in number.items() if many)
    yield html_element("div", {"class": "tiles", "role": "group", "aria-label": "Filter"}, *tiles)
    if len(rows) > 1:
        yield _bar(number, said)


def _bar(number: dict[Tone, int], said: str) -> HtmlText:
    total, at, parts = sum(number.values()), 0.0, []
    for tone, many in number.items():
        width = 1000 * many / total
        if many:
            parts.append(
                html_element(
                    "rect",
                    {
                        "x": f"{at:.1f}",
                        "y": 0,
                        "width": f"{width:.1f}",
                        "height": 10,
                        "class": TONES[tone],
                    },
                )
            )
        at += width
    return html_element(
        "svg",
        {
            "class": "share",
            "viewBox": "0 0 1000 10",
            "preserveAspectRatio": "none",
            "role": "img",
            "aria-label": said,
        },
        *parts,
    )


def _controls(number: int) -> Iterator[HtmlText]:
    said = html_text(counted(number, "result", "results"))
    status = html_element("p", {"id": "shown", "role": "status"}, said)
    search = html_element(
        "label",
        {"for": "search"},
        html_text("Search"),
        html_element(
            "input",
            {"id": "search", "type": "search", "autocomplete": "off", "spellcheck": "false",
             "placeholder": "name, verdict, rule, certificate   ( / )"},
        ),
    )  # fmt: skip
    yield html_element("div", {"class": "controls"}, search, status)


def _row(row: ResultRow, number: int, aside: dict[HtmlText, str] | None) -> HtmlText:
    tone = TONES[row.tone]
    attributes: dict[str, str | int] = {"class": f"row {tone}", "data-words": row.words}
    if number >= _AT_A_TIME:
        attributes["hidden"] = ""
    if aside is None:
        below = html_element("div", {"class": "below"}, *row.parts)
    else:
        names = [aside.setdefault(part, f"p{len(aside)}") for part in row.parts]
        below = html_element("div", {"class": "below", "data-parts": " ".join(names)})
    return html_element(
        "details",
        attributes,
        html_element(
            "summary",
            {},
            badge(tone, row.verdict),
            html_element("span", {"class": "source"}, html_text(row.source)),
            html_element("span", {"class": "reason"}, html_text(row.reason)),
        ),
        below,
    )
