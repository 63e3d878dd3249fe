"""Values of properties and of environment files, as Java and shells give them."""

import pytest

from unpin.stores.embedded.assignments import assigned_values

PEM = "-----BEGIN X-----\nAAAA\nBBBB\n-----END X-----"
ESCAPED = PEM.replace("\n", "\\n")


def only(text):
    (found,), environment = assigned_values(text)
    return found.key, found.text, found.lines, environment


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f"CA={ESCAPED}", "CA"),
        (f'CA="{ESCAPED}"', "CA"),
        (f"export CA='{ESCAPED}'", "CA"),
        (f'  CA="{ESCAPED}"  # comment', "CA"),
        (f'CA="{PEM}"', "CA"),
        (f"db_ca='{PEM}'", "db_ca"),
    ],
)
def test_environment(line, key):
    assert only(f"# comment\nX=1\n{line}\nY='2'\n")[:2] == (key, PEM)
    assert only(f"# comment\nX=1\n{line}\nY='2'\n")[3] is True


def test_lines_of_a_quoted_value():
    assert only(f'A=1\nCA="{PEM}"\n')[2] == (2, 3, 4, 5)


def test_a_shell_joins_lines_that_end_with_a_backslash():
    assert only('CA="' + PEM.replace("\n", "\\n\\\n") + '"\n')[1] == PEM


@pytest.mark.parametrize("continuation", [" \\\n", " \\\n    ", "\\n\\\n", "\\n\\\n  "])
def test_properties_with_continued_lines(continuation):
    text = "a.b=1\nssl.truststore.certificates=" + PEM.replace("\n", continuation) + "\nc.d=2\n"
    key, value, lines, environment = only(text)
    assert (key, value) == ("ssl.truststore.certificates", PEM)
    assert (lines, environment) == ((2, 3, 4, 5), False)


@pytest.mark.parametrize("sign", ["=", " = ", ": ", ":"])
def test_properties_on_one_line(sign):
    assert only(f"tls.ca{sign}{ESCAPED}\n")[:2] == ("tls.ca", PEM)


def test_two_backslashes_are_one():
    """Java leaves a backslash and an n, which is a fault of the value."""
    assert "\\n" in only("tls.ca=" + PEM.replace("\n", "\\\\n") + "\n")[1]


def test_a_shell_allows_no_blanks_around_the_sign():
    assert only(f'ca = "{ESCAPED}"\n')[1:] == (PEM, (1,) * 4, False)


@pytest.mark.parametrize(
    "text", ["", PEM, f'CA = b"{ESCAPED}"', f"# CA={ESCAPED}", "CA=", f"CA\n{PEM}", "CA='\n" * 9]
)
def test_nothing_of_interest(text):
    assert assigned_values(text)[0] == []


def test_unclosed_quotes_cost_little():
    assert assigned_values('a="x\n' * 100_000)[0] == []
