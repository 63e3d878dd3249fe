"""docs/safe-writing.md names every file of a distribution that is refused."""

import re
from pathlib import Path

from unpin.files.distribution_managed import TABLE

PAGE = (Path(__file__).parents[2] / "docs" / "safe-writing.md").read_text(encoding="utf-8")


def test_files_of_the_distribution():
    rows = re.findall(r"^\| (`/.*`) \| `(/.*)` \| `(.*)` \|$", PAGE, re.MULTILINE)
    stated = {(tuple(re.findall("`(.*?)`", paths)), *rest) for paths, *rest in rows}
    assert stated == {(owner.paths, owner.sources, owner.command) for owner in TABLE}
