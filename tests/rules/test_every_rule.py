"""The folder of rules, the tuple, and the tests are one list; what a rule is stands in the rule."""

import ast
import re
import shlex
import shutil
from pathlib import Path

import pytest

import unpin
import unpin.judge.rules as package
from tests.cli.inside import unpin as run
from tests.pki import pem
from tests.rules.stores import ROOT, found, roots, store
from unpin.judge.rules import RULES
from unpin.pki import verdict

IDENTS = {rule.ident for rule in RULES}
SOURCES = sorted(Path(unpin.__file__).parent.rglob("*.py"))


def remedy(rule):
    return rule.page.partition("\n\nRemedy\n")[2].partition("\n\n")[0]


def commands(rule):
    """The calls of unpin that the page's remedy gives."""
    return re.findall(r"`(unpin [^`]*)`", remedy(rule))


def test_a_folder_of_rules_is_the_tuple_is_the_tests():
    files = {path.stem for path in Path(package.__file__).parent.glob("[a-z]*.py")}
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert {name.replace("_", "-") for name in files} == IDENTS
    assert tests - {"every_rule"} == files


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ident)
def test_every_test_of_a_rule_draws_its_store(rule):
    """As tests/pki.py says: brackets are around what is in the store."""
    name = f"test_{rule.ident.replace('-', '_')}.py"
    tree = ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    without = [
        node.name
        for node in tests
        if node.name.startswith("test_") and "[" not in (ast.get_docstring(node) or "")
    ]
    assert without == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ident)
def test_every_page_has_its_sections(rule):
    for section in ("What it does", "Why it matters", "Example", "Remedy", "References"):
        assert f"\n\n{section}\n" in rule.page


def test_private_root_is_no_finding():
    """[Some Root]."""
    assert found(store(ROOT.certificate)) == set()


def test_an_ident_is_spelled_in_its_rule_alone():
    """Which rules are breaking or curable is said in the rule, so nobody else lists idents.

    Two reasons for a failing path have the name of a rule.
    """
    spelled = {
        (path.stem.replace("_", "-"), node.value)
        for path in SOURCES
        if path != Path(verdict.__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in IDENTS
    }
    assert spelled == {(ident, ident) for ident in IDENTS}


def test_no_rule_imports_another():
    for path in Path(package.__file__).parent.glob("[a-z]*.py"):
        assert "unpin.judge.rules" not in path.read_text(encoding="utf-8"), path.name


def test_the_pages_of_the_curable_rules_give_unpin_fix():
    with_fix = {
        rule.ident
        for rule in RULES
        if any(command.startswith("unpin fix") for command in commands(rule))
    }
    assert with_fix == {rule.ident for rule in RULES if rule.curable}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A folder with the files that the pages name, each a store of the profile's roots."""
    folder = tmp_path_factory.mktemp("stores")
    for name in ("truststore.pem", "root.crt", "new-root.pem", "ca.pem", "chain.pem"):
        (folder / name).write_bytes(pem(*roots()))
    (folder / "password.txt").write_text("changeit\n", encoding="utf-8")
    for name in ("truststore.p12", "keystore.p12", "truststore.jks"):
        password = ("--password-file", folder / "password.txt")
        run("convert", folder / "root.crt", "-o", folder / name, *password)
    return folder


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ident)
def test_the_commands_of_a_page_are_calls_of_unpin(rule, stores, tmp_path, monkeypatch):
    """Exit code 2 would be a wrong call."""
    monkeypatch.chdir(tmp_path)
    for command in commands(rule):
        shutil.copytree(stores, tmp_path, dirs_exist_ok=True)
        _, *arguments = shlex.split(command)
        if "-o" in arguments:
            Path(arguments[arguments.index("-o") + 1]).unlink(missing_ok=True)
        ran = run(*arguments)
        assert ran.returncode in (0, 1), (command, ran.stderr)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.ident)
def test_no_command_of_a_page_is_broken_over_two_lines(rule):
    assert "`" not in re.sub(r"`[^`\n]*`", "", remedy(rule))
