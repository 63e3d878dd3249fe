"""What a registry lists is whole: nothing in its folder is forgotten, and every row has its parts.

CONTRIBUTING.md says which of these tests speaks when something is missing.
"""

import ast
import inspect
import pkgutil
import tomllib
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import unpin.reports.formats
import unpin.stores
from tests.cli.inside import unpin as run
from tests.pki import Authority
from tests.servers import scripted, tls_behind
from unpin.api import open_store
from unpin.cli.app import application
from unpin.model.formats import Format, Naming, PasswordUse
from unpin.model.store import Store
from unpin.operations.conversion_protection import choose_protection
from unpin.pki.clients import CLIENTS, MODELLED
from unpin.pki.verdict import Reason
from unpin.reports.formats import OutputFormat
from unpin.rewrite.conversion_plan import ConversionPlan, MergedEntry
from unpin.rewrite.merge import aliased

ROOT = Path(__file__).parents[2]
PINNED = ROOT / "fixtures" / "pinned.pem"
NOTHING = b"-----BEGIN X-----\n"
"""A store without a certificate, for standard input."""

JAVA = ("--client", "java")
SERVER = "HOST:PORT"
"""Stands for a server that runs during the test."""
CALLS = {
    "list": [(PINNED,)],
    "audit": [(PINNED, *JAVA)],
    "rehearse": [(PINNED, *JAVA), (PINNED, "--fixed", *JAVA)],
    "diff": [(PINNED, *JAVA), (PINNED, "-", *JAVA)],
    "fix": [(PINNED, *JAVA)],
    "server": [("--result", PINNED.with_name("database.txt"))],
    "doctor": [("postgres://db.example.org/app?sslmode=require", "--client", "libpq")],
    "discover": [(PINNED,)],
    "probe": [(SERVER, "--store", PINNED, "--no-versions", *JAVA)],
}
"""A call of each command that takes an output format."""

OTHER_CHOICES = {"convert"}
"""Commands whose `--format` has choices of its own: they report on files, not on stores."""

NO_TEXT = {
    Reason.EMPTY_STORE: {"nss", "wolfssl"},
    Reason.NO_ANCHOR: set(),
    Reason.EXPIRED: set(),
    Reason.NOT_YET_VALID: {"nss", "mbedtls", "wolfssl"},
}
"""The everyday reasons, and the families of which nobody measured what they print then."""


def constants(path):
    """Every word of every string in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from node.value.split()


def imported(path):
    """Every module of unpin that a module imports, by its whole name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{one.name}" for one in names)
            case ast.Import(names=names):
                yield from (one.name for one in names)


def output_formats(command):
    """The parameters of a command that are called `output`."""
    return [
        one
        for one in inspect.signature(command.callback).parameters.values()
        if one.name == "output"
    ]


def codecs():
    """The modules below unpin.stores that offer what a decoder offers."""
    for found in pkgutil.walk_packages(unpin.stores.__path__, "unpin.stores."):
        module = import_module(found.name)
        if not found.ispkg and {"claims", "decode"} <= set(vars(module)):
            yield found.name.removeprefix("unpin.stores.")


# Store formats; tests/unit/stores/test_formats.py and tests/docs/test_formats.py hold their rows.


def test_every_decoder_is_the_decoder_of_a_format():
    assert set(codecs()) == {kind.facts.decoder for kind in Format} - {None}


@pytest.mark.parametrize("kind", Format)
def test_a_format_has_tests_of_its_own(kind):
    tests = (ROOT / "tests" / "unit" / "stores").rglob("test_*.py")
    seen = {name for path in tests for name in imported(path)}
    assert kind.facts.decoder is None or f"unpin.stores.{kind.facts.decoder}" in seen


def test_the_row_of_a_format_decides_and_not_its_family(monkeypatch):
    """A bundle whose entries had names, and a password, would get both."""
    facts = replace(Format.PEM.facts, naming=Naming.AS_SPELLED, password=PasswordUse.REQUIRED)
    monkeypatch.setattr(Format.PEM, "facts", facts)
    merged = MergedEntry(open_store(str(PINNED)).entries[0], Store("x", Format.PEM, ()), "", 0)
    (named,) = aliased([merged], ConversionPlan(Format.PEM), [])
    assert named.alias == "digicert-tls-rsa-sha256-2020-ca1"
    protection = choose_protection(Format.PEM, [], given=None, chosen=None, scheme=None)
    assert protection.password == "changeit"


# Client families; tests/unit/pki/clients/test_registry.py holds their rows.


@pytest.mark.parametrize("client", MODELLED, ids=lambda client: client.ident)
def test_a_family_has_tests_that_name_it(client):
    folders = (ROOT / "tests" / "unit" / "pki", ROOT / "tests" / "conformance")
    tests = (path for folder in folders for path in folder.rglob("*.py"))
    assert any(client.ident in constants(path) for path in tests if path.stem != "test_registry")


@pytest.mark.parametrize("reason", NO_TEXT)
def test_a_family_says_what_it_prints_for_an_everyday_reason(reason):
    silent = {client.ident for client in MODELLED if reason not in client.errors}
    assert silent == NO_TEXT[reason]


def test_every_family_is_on_the_page():
    page = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    assert [one.ident for one in CLIENTS if f"| `{one.ident}` | {one.title} |" not in page] == []


# Output formats.


def test_every_output_format_is_a_module():
    modules = {one.name for one in pkgutil.iter_modules(unpin.reports.formats.__path__)}
    assert modules == set(OutputFormat)


def test_every_output_format_is_in_the_readme():
    assert f"--format {'|'.join(OutputFormat)}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_with_an_output_format_has_a_call():
    commands = {one.name: output_formats(one) for one in application().registered_commands}
    of_stores = {
        name
        for name, found in commands.items()
        if any(isinstance(one.default, OutputFormat) for one in found)
    }
    assert of_stores == set(CALLS)
    assert {name for name, found in commands.items() if found} - of_stores == OTHER_CHOICES


@pytest.mark.parametrize("output", OutputFormat)
@pytest.mark.parametrize("call", [(name, *one) for name, calls in CALLS.items() for one in calls])
def test_every_command_renders_every_output_format(call, output, tmp_path):
    with scripted(tls_behind(tmp_path, Authority("localhost", ca=False))) as port:
        words = [f"127.0.0.1:{port}" if word == SERVER else word for word in call]
        ran = run(*words, "--format", output, stdin=NOTHING)
    if not output.suits(call[0]):
        assert (ran.returncode, ran.stdout) == (2, b"")
        assert (
            f"unpin {call[0]} has no format {output}\n  hint: its formats: table"
            in ran.stderr.decode()
        )
        return
    assert ran.returncode in {0, 1}, ran.stderr
    assert ran.stdout.strip()


def test_a_forgotten_case_is_an_error_of_types():
    """Of `render` in unpin.reports.formats: mypy names the member that has no case."""
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert mypy["strict"]
    assert "exhaustive-match" in mypy["enable_error_code"]
