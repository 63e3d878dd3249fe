"""The folder of rules, the tuple, and the tests are one list; every page has its sections."""

from pathlib import Path

import pytest

import unpin.judge.rules as package
from tests.rules.stores import ROOT, found, store
from unpin.judge.rules import RULES

IDENTS = {rule.ident for rule in RULES}


def test_a_folder_of_rules_is_the_tuple_is_the_tests():
    files = {path.stem for path in Path(package.__file__).parent.glob("[a-z]*.py")}
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert {name.replace("_", "-") for name in files} == IDENTS
    assert tests - {"every_rule"} == files


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ident)
def test_every_page_has_its_sections(rule):
    for section in ("What it does", "Why it matters", "Example", "Remedy", "References"):
        assert f"\n\n{section}\n" in rule.page


def test_private_root_is_no_finding():
    assert found(store(ROOT.certificate)) == set()
