"""docs/azure-postgresql.md: the commands that need no network run, and the tables say what doctor says."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.inside import unpin
from unpin.cli.app import application
from unpin.operations.opening import open_path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "azure-postgresql.md").read_text(encoding="utf-8")
BLOCK = re.search(r"```sh\n(.*?)```", PAGE, re.DOTALL)[1]
COMMANDS = [line for line in BLOCK.splitlines() if line and not line.startswith("#")]
AT = ("--at", "2026-11-24")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a root.crt that holds a pin alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root.crt").write_bytes((ROOT / "fixtures" / "pinned.pem").read_bytes())
    return tmp_path


def run(command):
    words, _, target = command.partition(" > ")
    ran = unpin(*shlex.split(words)[1:])
    if target:
        Path(target).write_bytes(ran.stdout)
    return ran


def test_there_are_ten_commands_in_their_order():
    numbers = [int(number) for number in re.findall(r"^# (\d+)\.", BLOCK, re.MULTILINE)]
    assert numbers == list(range(1, 11))
    assert len(COMMANDS) == 10


def test_those_without_a_network_do_what_the_page_says(here):
    """Pinned, fixed, written, exported, rehearsed, and green in the pipeline."""
    codes = {
        number: run(command).returncode
        for number, command in enumerate(COMMANDS, 1)
        if number not in {3, 8, 9}
    }
    assert codes == {1: 1, 2: 1, 4: 0, 5: 0, 6: 0, 7: 0, 10: 0}
    assert list(here.glob("*.unpin-*.bak"))
    assert len(open_path("new-root.crt").entries) == 3


def test_those_with_a_network_are_calls_of_their_commands():
    known = {command.name for command in application().registered_commands}
    for number in (3, 9):
        words = shlex.split(COMMANDS[number - 1])
        assert words[1] in known
        said = unpin(words[1], "--help", COLUMNS="200").stdout.decode()
        assert all(word in said for word in words if word.startswith("--"))


def rows(heading):
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


CLASSES = {
    "no TLS, which Azure refuses": "BROKEN CONFIG",
    "no TLS, which Azure refuses; then TLS with anybody": "NOT VERIFIED",
    "no TLS, which Azure refuses; then verifies the chain": "AFFECTED",
    "TLS with anybody": "NOT VERIFIED",
    "verifies; if that fails": "AFFECTED SILENTLY",
    "verifies the chain": "AFFECTED",
    "fails: no root file": "BROKEN CONFIG",
}
"""How a cell of the table of modes begins, and the class of `unpin doctor` with a pin as root file."""


@pytest.mark.parametrize("row", rows("What an sslmode does"), ids=lambda row: row[0])
def test_what_each_sslmode_does(row, here):
    modes = re.findall(r"`([\w-]+)`", row[0]) + ([""] if "not set" in row[0] else [])
    for mode in modes:
        for cell, with_file in ((row[1], False), (row[2], True)):
            home = here / f"home-{with_file}"
            (home / ".postgresql").mkdir(parents=True, exist_ok=True)
            if with_file:
                (home / ".postgresql" / "root.crt").write_bytes((here / "root.crt").read_bytes())
            string = "host=x.postgres.database.azure.com dbname=a user=u"
            string += f" sslmode={mode}" if mode else ""
            ran = unpin(
                "doctor", string, "--client", "psql", "--home", home, *AT, "--format", "json"
            )
            (found,) = json.loads(ran.stdout)["inputs"]
            (answer,) = found["connections"][0]["answers"]
            expected = max((key for key in CLASSES if cell.startswith(key)), key=len)
            assert answer["class"] == CLASSES[expected], (mode, cell)
