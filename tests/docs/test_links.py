"""Every link of a page leads to a file and a heading that exist, and every page is linked."""

import pytest

from tests.docs.markdown import PAGES, ROOT, anchors, links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page):
    broken = []
    for name, anchor in links(page):
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in set(anchors(target))):
            broken.append(f"{name}#{anchor}")
    assert broken == []


def test_the_readme_leads_to_every_page():
    linked = {name for name, _ in links(ROOT / "README.md")}
    assert {f"docs/{page.name}" for page in PAGES if page.parent.name == "docs"} <= linked
