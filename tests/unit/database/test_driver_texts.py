"""What a driver says is repeated on a line, without passwords, and otherwise as it was said."""

import pytest

from unpin.database.driver_texts import on_a_line


@pytest.mark.parametrize(
    ("text", "secret", "said"),
    [
        ("FATAL:\n  no such user", "", "FATAL: no such user"),
        ("password hunter2 is wrong", "hunter2", "password (hidden) is wrong"),
        ("[Errno 111] no route", "no", "[Errno 111] (hidden) route"),
        ("connection to node failed", "no", "connection to node failed"),
        ("user=x password='a b' host=y", "", "user=x password=(hidden) host=y"),
        ("postgresql://u:p@h/d is wrong", "", "postgresql://(hidden)h/d is wrong"),
        ("a b+c d", "b+c", "a (hidden) d"),
    ],
)
def test_a_text_without_its_secrets(text, secret, said):
    assert on_a_line(text, secret) == said


def test_a_long_text_is_cut():
    assert on_a_line("x" * 1000, "") == "x" * 300 + "..."
