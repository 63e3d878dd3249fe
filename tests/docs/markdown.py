"""The pages of the repository, their headings and their links, as GitHub makes anchors of them."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def prose(page):
    """The text of a page without its blocks and spans of code."""
    text = re.sub(
        r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return re.sub(r"`[^`\n]*`", "", text)


def headings(page):
    """(level, text) of each heading outside of code."""
    text = re.sub(
        r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", text, re.MULTILINE)]


def slug(heading):
    """The anchor of a heading: lower case, letters, digits, hyphens; blanks become hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page):
    """Every anchor of a page; of equal headings, the later ones are numbered."""
    seen = Counter()
    for _, heading in headings(page):
        name = slug(heading)
        yield f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1


def links(page):
    """(target, anchor) of each link to a file of the repository or within the page."""
    for address in _LINK.findall(prose(page)):
        if "://" not in address and not address.startswith("mailto:"):
            target, _, anchor = address.partition("#")
            yield target, anchor
