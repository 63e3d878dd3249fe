"""Whatever a text holds, each format shows it, and nothing in it has a meaning there."""

import csv
import io
import json
import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from tests.examples import examples
from tests.outputs.receivers import azure_log, github_log

from unpin.reports.blocks import Lines, Table, Title
from unpin.reports.escaping import (
    azure_command,
    csv_line,
    github_command,
    in_json,
    in_markdown,
    in_xml,
    on_terminal,
    visible,
    xml_document,
    xml_element,
)
from unpin.reports.formats import markdown
from unpin.reports.reporter import Reporter

PIECES = (
    "<b>", "</td>", "<!--", "-->", "[x](y)", "![a](b)", "[a]", "[^1]", "`", "``", "```", "|", "\\",
    "\\|", "*", "**", "_", "~~", "#", "# ", "@u", "GH-1", "http://x", "www.x", "a@b.c", "- ", "1. ",
    "+ ", "> ", "---", "===", "&lt;", "&#64;", "\n", "\r", "\t", "    ", "\x1b[31m", "\x9b", "\u202e",
    "\u200b", "\u2028", " ", "a", "é", "::", ":", "##[", "##vso[", "!", "$x$", ":a:", "{", "}", "(",
    ")", "'", '"', "=", ",", ";", "/close", "deadbeef", "%1", "<br>", "\xa0", "\udcff", "\U000e0041",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LIVE = re.compile(r"@|#|://|www\.|GH-\d|!\d|\$|\b[0-9a-f]{7,40}\b")
"""What GitHub and GitLab make a link of in the text of a finished page."""


class Page(Reporter):
    """A result of two blocks."""

    def __init__(self, *texts):
        self._texts = texts

    def markdown(self):
        heading, line, *cells = self._texts
        yield Title((heading, line))
        yield Table(("one", cells[0]), [[cells[1], Lines((cells[2], cells[3]))]])


@examples(25)
@given(st.lists(TEXTS, min_size=6, max_size=6))
def test_a_page_has_only_our_marks(texts):
    (page,) = markdown.render().of([Page(*texts)])
    parsed = PARSER.parse(page)
    assert [one.tag for one in parsed if one.nesting == 1] == [
        "h3", *(["p"] if visible(texts[1]).strip() else []),
        "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td",
    ]  # fmt: skip
    for part in (part for one in parsed for part in one.children or ()):
        if part.type == "html_inline":
            assert part.content == "<br>"
        else:
            assert part.type in {"text", "code_inline"}
        assert part.type != "text" or not LIVE.search(part.content)


@examples(25)
@given(TEXTS)
def test_a_reader_of_the_page_sees_the_text(text):
    parsed = PARSER.parse(f"a {in_markdown(text)}")
    seen = "".join(part.content for one in parsed for part in one.children or ())
    assert seen.split() == ["a", *visible(text).split()]


@examples(25)
@given(st.lists(TEXTS, min_size=2, max_size=2))
def test_a_line_of_csv_has_its_cells_and_no_formula(texts):
    (cells,) = csv.reader(io.StringIO(csv_line(texts)), strict=True)
    assert [cell.removeprefix("'") for cell in cells] == [
        visible(text).removeprefix("'") for text in texts
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


@examples(25)
@given(TEXTS)
def test_json_is_the_same_value(text):
    written = in_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert written.isprintable()
    assert not re.search(r"##\w*\[", written)


@examples(25)
@given(TEXTS)
def test_a_line_of_a_log_is_no_command(text):
    shown = on_terminal(text)
    assert shown.isprintable()
    assert not shown.lstrip().startswith("::")
    assert not re.search(r"##\w*\[", shown)
    assert on_terminal(shown) == shown


@examples(25)
@given(TEXTS)
def test_xml_has_the_text_in_an_attribute_and_in_an_element(text):
    inner = xml_element("b", {"c": text}, [in_xml(text)])
    (read,) = etree.fromstring(xml_document(xml_element("a", {}, [inner])).encode())
    assert read.get("c") == read.text == on_terminal(text)


@examples(25)
@given(TEXTS)
def test_a_command_to_a_runner_has_the_text_and_is_one_line(text):
    (issue,) = github_log(github_command("error", {"file": text, "title": "unpin x"}, text)).issues
    assert (issue.file, issue.message) == (visible(text), visible(text))
    properties = {"type": "error", "sourcepath": text, "code": "x"}
    (issue,) = azure_log(azure_command("task.logissue", properties, text)).issues
    assert (issue.file, issue.message) == (visible(text), visible(text))
