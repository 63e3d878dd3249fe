"""Strings that a program puts together are one string, on the line of the first piece."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.configurations.programs.joined_strings import joined_strings


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ('u = "a://" + host() + ":" + port + "/x";', 'u = "a://${host}:${port}/x";'),
        ("$u = 'a:' . $host . ';' . getenv('MODE');", "$u = 'a:${host};${MODE}';"),
        ('"https://" + System.getenv("HOST") + "/"', '"https://${HOST}/"'),
        ("f'a://{self.h}/?ca={folder / FILE}'", "'a://{self.h}/?ca=${folder_FILE}'"),
        ("`a://${encode(user)}@${host}/`", "`a://${encode_user}@${host}/`"),
        ("('a' + b), 'c'", "('a${b}'), 'c'"),
        ('"DRIVER={PostgreSQL Unicode(x64)};" + "A=b"', '"DRIVER={PostgreSQL Unicode(x64)};A=b"'),
    ],
)
def test_pieces_are_joined(text, joined):
    assert joined_strings(text) == joined


@pytest.mark.parametrize(
    "text",
    [
        '"a".format(b)',
        'f("+", "b")',
        "it's \"a\" and don't",
        '{"a": {"b": "c d"}}',
        '"${DIR%/}/x" "${A:-b c}"',
        'a = "x"\nb = "y"',
        'doc("https://a.example")\n"?not a part of it"',
    ],
)
def test_other_texts_stay(text):
    assert joined_strings(text) == text


def test_lines_keep_their_numbers():
    text = 'u = (\n  "a://h/x"\n  "?b=c"\n  "&d=e"\n)\nlast = "f" +\n  g;\nend\n'
    lines = joined_strings(text).split("\n")
    assert lines[1] == '  "a://h/x?b=c&d=e"'
    assert (lines[4], lines[5], lines[7]) == (")", 'last = "f${g}";', "end")


@given(st.text(st.sampled_from("\"'`+.{}()$ax=?&/:\\\n ,;"), max_size=60))
def test_no_text_loses_a_line(text):
    assert joined_strings(text).count("\n") == text.count("\n")
