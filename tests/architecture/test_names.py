"""A name means one thing: no two modules define a public type of the same name."""

import ast
from collections import defaultdict
from pathlib import Path

import unpin

SOURCES = Path(unpin.__file__).parent


def types_of(tree):
    """The public classes and aliases of types of a module: what it defines in CamelCase."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if name[:1].isupper() and not name.isupper():
                    yield name


def test_no_public_type_is_defined_twice():
    homes = defaultdict(set)
    for path in SOURCES.rglob("*.py"):
        for name in types_of(ast.parse(path.read_text(encoding="utf-8"))):
            if not name.startswith("_"):
                homes[name].add(str(path.relative_to(SOURCES)))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_the_search_finds_classes_and_aliases():
    source = (
        "class One: pass\nTwo = dict[str, int]\nThree: TypeAlias = int\nMOST: Final = 2\nlow = 3\n"
    )
    assert list(types_of(ast.parse(source))) == ["One", "Two", "Three"]
