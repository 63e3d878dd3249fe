"""docs/architecture.md shows the floors and rooms that the code has; rooms keep their size."""

from collections import Counter
from pathlib import Path

from scripts import make_docs, module_map

MOST_MODULES = 25
PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_map_is_drawn_from_the_code():
    assert PAGE.read_text("utf-8") == make_docs.architecture(), "make docs draws it anew"


def test_every_room_and_module_says_what_it_is_for():
    silent = [
        str(path)
        for path in module_map.PACKAGE.rglob("*.py")
        if path.name != "__main__.py" and not module_map.summary(path).endswith((".", "?"))
    ]
    assert silent == []


def test_no_room_holds_more_modules_than_a_reader_can_tell_apart():
    counts = Counter(path.parent for path in module_map.PACKAGE.rglob("*.py"))
    crowded = {
        str(room.relative_to(module_map.PACKAGE)): count
        for room, count in counts.items()
        if count > MOST_MODULES and room.name != "rules"
    }
    assert crowded == {}
