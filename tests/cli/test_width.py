"""Pages fit the terminal: at 80 columns nothing is wider but a word or a command to paste."""

import re

import pytest

from tests.cli.running import unpin

CACERTS = "/etc/ssl/certs/java/cacerts"
PINNED = "fixtures/pinned.pem"
COMMANDS = (
    ("list", PINNED),
    ("list", CACERTS),
    ("audit", PINNED),
    ("audit", CACERTS),
    ("rehearse", "--all-shapes", PINNED),
    ("diff", PINNED),
    ("diff", PINNED, CACERTS),
    ("fix", PINNED),
)


def commands(function):
    return pytest.mark.parametrize("command", COMMANDS, ids=" ".join)(function)


def page(*arguments, **environment):
    return unpin(*arguments, **environment).stdout.decode()


@commands
@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_is_wider(command, width):
    wide = [line for line in page(*command, "--width", width).splitlines() if len(line) > width]
    # What is left is a single word, such as an alias or a digest, or a command.
    assert [line for line in wide if not re.match(r" *(\S{40,}$|unpin )", line)] == []


@commands
def test_fingerprints_stay_whole(command):
    whole = set(re.findall(r"\b[0-9a-f]{64}\b", page(*command, "--width", 0)))
    narrow = page(*command, "--width", 80)
    pieces = set(re.findall(r"\b[0-9a-f]{17,}\b", narrow))
    assert pieces <= whole
    assert all(sha256[:16] in narrow for sha256 in whole)


def test_columns_counts_in_a_pipe():
    assert page("audit", PINNED, COLUMNS="72") == page("audit", PINNED, "--width", 72)
    assert max(map(len, page("audit", PINNED, COLUMNS="0").splitlines())) > 120
    assert max(map(len, page("audit", PINNED, COLUMNS="wide").splitlines())) > 120


def test_a_table_of_sentences_is_a_table_where_it_fits():
    assert "plan  " in page("fix", PINNED, "--width", 130)
    assert "plan  " not in page("fix", PINNED, "--width", 109)


def test_an_explanation_wraps_below_its_label():
    page = unpin("explain", "PKIX path building failed", COLUMNS="80").stdout.decode()
    lines = page.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].startswith("  cause:  ")
    assert lines[3].startswith("          ")
