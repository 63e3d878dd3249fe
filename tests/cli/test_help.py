"""`--help` of every command on a terminal of 80 columns: nothing is cut, and no word is split."""

import pytest
import typer

from tests.cli.inside import unpin
from unpin.catalogue.load import load_builtin
from unpin.cli.app import application
from unpin.cli.options import PROFILES

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
        line = next(line for line in shown.splitlines() if line.split()[:1] == [child.name])
        assert line.split(maxsplit=1)[1] == child.get_short_help_str(1000)


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
