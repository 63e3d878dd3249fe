"""A name means one thing, and is used: no two modules define the same public type or function."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import unpin

SOURCES = Path(unpin.__file__).parent
PROTOCOLS = {"FORMAT", "claims", "decode", "encode", "rename", "render", "run", "scan"}
"""What each codec, scanner, output format or command calls the function that is asked of it."""
COMMANDS = {"audit", "convert", "diff", "fetch", "rehearse", "verify"}
"""A command of the command line, the function that does it, and the same in the library."""


def names_of(tree):
    """The public types, functions and constants that a module defines."""
    for node in tree.body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ) if not name.startswith("_"):
                yield name


def is_shared(name):
    """Whether several modules define it with one meaning; a bound is that of its module."""
    return name in PROTOCOLS | COMMANDS or name.startswith("MAX_")


def test_no_public_name_is_defined_twice():
    homes = defaultdict(set)
    for path in SOURCES.rglob("*.py"):
        for name in names_of(ast.parse(path.read_text(encoding="utf-8"))):
            homes[name].add(str(path.relative_to(SOURCES)))
    several = {name for name, where in homes.items() if len(where) > 1}
    assert {name: homes[name] for name in several if not is_shared(name)} == {}
    assert several >= PROTOCOLS | COMMANDS


def unused_in(source):
    """The private names that a module defines, and does not name again."""
    return [
        name
        for name in re.findall(
            r"^(?:def |class |)(_[A-Za-z]\w*)(?=[:(\[]| =)", source, re.MULTILINE
        )
        if len(re.findall(rf"\b{name}\b", source)) == 1
    ]


def test_every_private_name_is_used_in_its_module():
    unused = {
        str(path.relative_to(SOURCES)): names
        for path in SOURCES.rglob("*.py")
        if (names := unused_in(path.read_text(encoding="utf-8")))
    }
    assert unused == {}


def test_the_search_finds_private_names_without_use():
    source = (
        "_ONE: Final = 1\n_TWO = _THREE\n_THREE: Final = 3\ndef _four(): _five = 5\nclass _Six:\n"
    )
    assert unused_in(source) == ["_ONE", "_TWO", "_four", "_Six"]


def test_the_search_finds_types_functions_and_constants():
    source = (
        "class One: pass\nTwo = dict[str, int]\nThree: TypeAlias = int\nFOUR: Final = 2\n"
        "def five(): six = 6\n_seven = 7\n"
    )
    assert list(names_of(ast.parse(source))) == ["One", "Two", "Three", "FOUR", "five"]
