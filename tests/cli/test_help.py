"""`--help` of every command on a terminal of 80 columns: nothing is cut, and no word is split."""

import re
import shlex

import pytest
import typer

from tests.cli.inside import unpin
from unpin.catalogue.load import load_builtin
from unpin.cli.app import application
from unpin.cli.help import EXAMPLES
from unpin.cli.options import PROFILES
from unpin.reports.formats import OutputFormat

ROOT = typer.main.get_command(application())


def commands(path=(), command=ROOT):
    """Every command with the words that call it."""
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands((*path, name), child)


COMMANDS = dict(commands())


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "unpin")
def test_help_is_whole_at_80_columns(path):
    command = COMMANDS[path]
    ran = unpin(*path, "--help", COLUMNS="80")
    shown = ran.stdout.decode()
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    words = " ".join(shown.split())
    for parameter in command.params:
        assert " ".join((parameter.help or "").split()) in words
    for child in getattr(command, "commands", {}).values():
        if child.hidden:
            continue
        line = next(line for line in shown.splitlines() if line.split()[:1] == [child.name])
        assert line.split(maxsplit=1)[1] == child.get_short_help_str(1000)


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "unpin")
def test_values_have_names_of_the_field(path):
    """FILE, DATE, STORE...: no types of Python, and the braces of typer stand for no choice."""
    shown = unpin(*path, "--help", COLUMNS="100").stdout.decode()
    for word in ("<str>", "<path>", "<int", "<float", "TEXT ", "{"):
        assert word not in shown


@pytest.mark.parametrize("command", ["audit", "list", "probe", "fix", "doctor"])
def test_help_names_the_formats_that_a_command_has(command):
    words = " ".join(unpin(command, "--help", COLUMNS="80").stdout.decode().split())
    named = re.search(r"--format FORMAT Output format: ([\w, ]+)\.", words)[1].split(", ")
    for each in OutputFormat:
        ran = unpin(command, "--format", each)
        assert (b"has no format" in ran.stderr) is (each not in named)


def test_every_command_and_option_says_what_it_does():
    for command in COMMANDS.values():
        assert command.help
        for parameter in command.params:
            assert (parameter.help or "").strip().endswith("."), (command.name, parameter.name)


def test_help_names_the_profiles():
    names = [profile.name for profile in load_builtin().profiles]
    named = PROFILES.replace(" (default)", "").split(", ")
    assert sorted(named) == sorted(names)
    assert f"{load_builtin().profile().name} (default)" in PROFILES


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "unpin")
def test_a_command_has_two_examples_that_are_calls_of_it(path):
    if not path or getattr(COMMANDS[path], "commands", None) or COMMANDS[path].hidden:
        return
    examples = EXAMPLES[path[-1]]
    assert len(examples) == 2
    shown = unpin(*path, "--help", COLUMNS="100").stdout.decode().splitlines()
    for example in examples:
        assert f"  {example}" in shown
        words = shlex.split(example.split(">")[0])
        given = [word for word in words[len(path) + 1 :] if word.startswith("-")]
        known = {name for parameter in COMMANDS[path].params for name in parameter.opts}
        known |= {"--catalogue"}
        assert words[0] == "unpin"
        assert {path[0]} <= set(words)
        assert set(given) <= known


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("-h",), 0, "Commands that write no store:"),
        (("help",), 0, "Commands that write no store:"),
        (("help", "fix"), 0, "Replace pinned certificates"),
        (("-V",), 0, "unpin "),
        ((), 2, "unpin audit truststore.p12"),
        (("catalogue", "list"), 0, "digicert-global-root-g2"),
        (("catalogue", "show", "DigiCert Global Root G2"), 0, "cb3ccbb76031e5e0138f8dd39a"),
        (("audit", "--dry-run", "x"), 2, "only fix --write does"),
        (("fix", "--dry-run", "x"), 2, "only fix --write does"),
        (("list", "--storepass", "x", "y"), 2, "--password-file FILE"),
        (("list", "-storepass", "changeit", "y"), 2, "--password-file FILE"),
        (("audit", "-keystore", "y"), 2, "unpin audit FILE"),
        (("connect", "y"), 2, "did you mean unpin probe?"),
        (("check", "y"), 2, "did you mean unpin audit?"),
        (("catalog",), 2, "did you mean unpin catalogue?"),
        (("rehearse", "db.example.org:5432"), 3, "unpin probe db.example.org:5432"),
        (("audit", "db.example.org:443"), 3, "unpin probe db.example.org:443"),
        (("audit", "postgresql://u@db/x"), 3, "this is an address, not a file"),
        (("convert", "fixtures/pinned.pem", "new.pem"), 2, "fixtures/pinned.pem -o new.pem"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_first_guess_works_or_leads_to_the_right_call(call, code, said):
    ran = unpin(*call)
    assert ran.returncode == code
    assert said in (ran.stdout + ran.stderr).decode()
