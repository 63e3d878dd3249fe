"""Object identifiers stand in one table, each once (unpin.asn1.object_identifiers)."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from unpin.asn1 import object_identifiers, tlv

SOURCES = Path(object_identifiers.__file__).parents[1]
TABLE = Path(object_identifiers.__file__)

# Four arcs or more; a version number of four parts does not begin with 0, 1 or 2 here.
DOTTED = re.compile(r"(?<![\d.])[0-2](?:\.\d+){3}")


def constants():
    return {name: oid for name, oid in vars(object_identifiers).items() if name.isupper()}


def literals(source):
    """The strings of a module with their lines, without docstrings; parts of f-strings included."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_no_identifier_is_spelled_outside_the_table():
    found = [
        f"{path.relative_to(SOURCES)}:{line}: {text}"
        for path in sorted(SOURCES.rglob("*.py"))
        if path != TABLE
        for line, text in literals(path.read_text(encoding="utf-8"))
        if DOTTED.search(text)
    ]
    assert found == []


def test_every_identifier_has_one_name():
    assert {oid: n for oid, n in Counter(constants().values()).items() if n > 1} == {}


@pytest.mark.parametrize("oid", constants().values(), ids=constants())
def test_every_constant_is_an_identifier(oid):
    assert tlv.read(tlv.encode_oid(oid)).oid() == oid


def test_every_constant_is_used():
    used = {
        node.attr
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert set(constants()) - used == set()


def test_the_search_finds_an_identifier_in_a_string_and_in_an_f_string():
    source = '"""2.5.29.15."""\nX = "2.5.29.19"\nY = f"1.3.132.0.{X}"\nZ = "Go 1.19.8, 127.0.0.1"\n'
    assert [line for line, text in literals(source) if DOTTED.search(text)] == [2, 3]
