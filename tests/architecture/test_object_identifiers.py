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

# The same as octets, or escaped for a regular expression: tag, length, at least four octets.
ENCODED = re.compile(rb"(?:\x06|\\x06)(?:[\x04-\x20]|\\x[01][0-9a-f])(?:[^\\]|\\x..){4}", re.DOTALL)


def constants():
    return {name: oid for name, oid in vars(object_identifiers).items() if name.isupper()}


def literals(source):
    """The constants of a module with their lines, without docstrings, with parts of f-strings."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in prose:
            yield node.lineno, node.value


def spells(value):
    """Is there an identifier in a string, dotted, or in bytes, encoded?"""
    match value:
        case str():
            return DOTTED.search(value) is not None
        case bytes():
            return ENCODED.search(value) is not None
    return False


def test_no_identifier_is_spelled_outside_the_table():
    found = [
        f"{path.relative_to(SOURCES)}:{line}: {text}"
        for path in sorted(SOURCES.rglob("*.py"))
        if path != TABLE
        for line, text in literals(path.read_text(encoding="utf-8"))
        if spells(text)
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


def test_the_search_finds_identifiers_in_strings_and_in_bytes():
    source = """
"2.5.29.15."
NAME = "2.5.29.19"
ARC = f"1.3.132.0.{NAME}"
VERSION = "Go 1.19.8, 127.0.0.1"
OCTETS = b"0\\x1a\\x06\\x09\\x2a\\x86\\x48\\x86\\xf7\\x0d\\x01\\x07\\x02"
PATTERN = rb"\\x30\\x06\\x09\\x2a\\x86\\x48\\x86\\xf7[\\x01\\x02]"
OTHER = b"PK\\x05\\x06", b"7z\\xbc\\xaf\\x27\\x1c"
"""
    assert {line for line, value in literals(source) if spells(value)} == {3, 4, 6, 7}
