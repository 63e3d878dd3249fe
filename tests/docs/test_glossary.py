"""docs/glossary.md has each term once, in order, in two lines, and the pages lead to it."""

import re

import pytest

from tests.docs.markdown import PAGES, ROOT, headings, slug
from unpin.catalogue.handshakes import SHAPES
from unpin.catalogue.model import Phase
from unpin.model.finding import Severity
from unpin.model.store import Integrity
from unpin.pki.roles import Role
from unpin.rehearsal.scenarios import RotationOutcome

PAGE = ROOT / "docs" / "glossary.md"
SECTIONS = dict(re.findall(r"^## (.+)\n\n((?:.+\n)+)", PAGE.read_text("utf-8"), re.MULTILINE))
OUTPUT_PAGES = [
    "README.md",
    *(f"docs/{name}.md" for name in ("json", "rules", "exit-codes", "concepts")),
]

EXPECTED = """
alias, attempt, bridge, catalogue, chain, client family, cross-signed, encoding fault, entry, finding,
handshake, intermediate, orphan, partial chain, path, phase, pin, plan, profile, rehearsal, role, root,
scenario, server chain, shape, strict, trust anchor, trust store, twin, verdict
"""


def test_each_term_stands_once_and_in_order():
    terms = [text for level, text in headings(PAGE) if level > 1]
    assert terms == sorted(set(terms), key=str.casefold)
    assert terms == list(SECTIONS)


def test_the_words_of_the_product_are_there():
    assert set(re.split(r",\s+", EXPECTED.strip())) <= set(SECTIONS)


@pytest.mark.parametrize("term", SECTIONS)
def test_a_term_takes_two_lines_at_most(term):
    assert SECTIONS[term].count("\n") <= 2


@pytest.mark.parametrize("term", SECTIONS)
def test_a_term_does_not_lead_to_itself(term):
    assert f"(#{slug(term)})" not in SECTIONS[term]


@pytest.mark.parametrize(
    ("term", "values"),
    [
        ("role", set(Role) - {Role.UNREADABLE}),
        ("phase", set(Phase)),
        ("shape", set(SHAPES)),
        ("severity", set(Severity)),
        ("integrity", set(Integrity)),
        ("outcome", set(RotationOutcome)),
    ],
)
def test_a_term_names_all_its_values(term, values):
    assert set(re.findall(r"`([^`]+)`", SECTIONS[term].replace("\n", " "))) == values


@pytest.mark.parametrize("page", OUTPUT_PAGES)
def test_the_pages_of_the_output_lead_to_the_glossary(page):
    assert "glossary.md" in (ROOT / page).read_text("utf-8")


def test_no_other_page_defines_a_term():
    """A bold term and a colon at the start of an item is how the pages define."""
    terms = {term.casefold() for term in SECTIONS}
    found = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"^- \*\*([^*]+)\*\*:", page.read_text("utf-8"), re.MULTILINE)
        if word.casefold() in terms
    }
    assert found == set()
