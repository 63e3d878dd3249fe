"""The page is whole by itself, has every finding, and lets nothing of a store act.

What Chromium makes of it is in test_html_in_chromium.py.
"""

import base64
import hashlib
import re

import pytest
from lxml import html

from tests.cli.inside import unpin
from tests.outputs import machine
from tests.outputs.made import Made, finding, printed, unread
from unpin.model.finding import Severity
from unpin.reports.html.page import MANY

ALLOWED = {
    "html", "head", "meta", "title", "style", "noscript", "body", "a", "header", "h1", "h3", "p",
    "main", "div", "button", "strong", "span", "label", "input", "section", "details", "summary",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre", "code", "svg", "g",
    "rect", "path", "text", "figure", "figcaption", "template", "script",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "role", "aria-label", "type",
    "aria-pressed", "value", "id", "for", "autocomplete", "spellcheck", "placeholder", "hidden",
    "data-words", "data-parts", "data-head", "aria-hidden", "tabindex", "scope", "viewbox", "width",
    "height", "x", "y", "rx", "d", "preserveaspectratio",
}  # fmt: skip


def assert_harmless(text):
    """No element, attribute or address that is not ours."""
    root = html.document_fromstring(text)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag in ALLOWED, element.tag
        assert {name.lower() for name in element.attrib} <= ATTRIBUTES
        assert element.get("href", "#results") == "#results"
    assert len(root.findall(".//script")) == 1
    (policy,) = (meta.get("content") for meta in root.iter("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    digests = set(re.findall(r"'sha256-([^']+)'", policy))
    inline = [e.text for e in root.iter("style", "script")]
    made = {base64.b64encode(hashlib.sha256(e.encode()).digest()).decode() for e in inline}
    assert digests == made
    assert not any(re.search(r"url\(|//\w|@import|fetch|eval|innerHTML", e) for e in inline)
    return root


def rows(root):
    return root.xpath("//details[contains(@class, 'row')]")


@pytest.fixture
def names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return machine.stores(tmp_path)


def test_the_page_has_every_finding_and_what_was_not_read(names):
    root = assert_harmless(machine.audit(names, "html").stdout.decode())
    wanted = machine.findings_of_json(machine.audit(names, "json").stdout)
    texts = [re.sub(r"\s+", " ", row.text_content()) for row in rows(root)]
    assert len(texts) == 5
    whole = " ".join(texts)
    for each in wanted:
        assert each.text in whole
    assert [text.count("NOT READ") for text in texts].count(1) == 2


def test_the_worst_come_first_and_are_counted(names):
    root = assert_harmless(machine.audit(names, "html").stdout.decode())
    tones = [row.get("class").split()[1] for row in rows(root)]
    assert tones == sorted(tones, key=["bad", "doubtful", "neutral", "good"].index)
    for tile in root.xpath("//button[contains(@class, 'tile')]"):
        assert int(tile.findtext("strong")) == tones.count(tile.get("value"))


def test_a_store_is_drawn(names):
    """[Issuing CA 1] alone: the grid, the dates, and the way of each chain."""
    ran = unpin(
        "audit", *machine.CLIENTS, "--profile", "azure-postgresql", "--format", "html", "pinned.pem"
    )
    root = assert_harmless(ran.stdout.decode())
    (grid,) = root.xpath("//table[@class='grid']")
    assert "FAILS" in grid.text_content()
    assert "connects" in grid.text_content()
    (dates,) = root.xpath("//table[@class='dates']")
    assert "Issuing CA 1" in dates.text_content()
    drawings = root.xpath("//figure[@class='path']/svg")
    assert drawings
    for drawing in drawings:
        assert "Path: the server certificate (sent)" in drawing.get("aria-label")


def test_many_rows_keep_their_parts_aside_once():
    made = [Made(finding(), source=f"{n}.pem") for n in range(MANY)]
    root = assert_harmless(printed("html", *made))
    # The note that all have, and the title of each.
    assert len(root.findall(".//template")) == MANY + 1
    assert len(rows(root)) == MANY
    assert sum("hidden" in row.attrib for row in rows(root)) == MANY - 200


def test_an_error_without_a_result_is_a_page():
    (row,) = rows(assert_harmless(printed("html", errors=[unread()])))
    assert "b.pem: no such file or directory" in row.text_content()
    assert "look elsewhere" in row.text_content()


def test_an_empty_page_says_so():
    assert "0 results" in assert_harmless(printed("html")).text_content()


@pytest.mark.parametrize("severity", Severity)
def test_the_tone_is_that_of_the_worst_finding(severity):
    (row,) = rows(assert_harmless(printed("html", Made(finding(severity=severity)))))
    assert (
        row.get("class")
        == f"row { {'error': 'bad', 'warning': 'doubtful', 'note': 'good'}[severity] }"
    )
