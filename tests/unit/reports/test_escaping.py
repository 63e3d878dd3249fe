"""What each format makes of a text from outside; tests/cli/test_hostile_text.py asks the commands."""

import json

import pytest

from unpin.reports.escaping import (
    csv_line,
    in_html,
    in_json,
    in_markdown,
    in_markdown_cell,
    laid_out,
    on_terminal,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ünicode 証明書", "Ünicode 証明書"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\x7f\x80\x9b31m", r"\x7f\x80\x9b31m"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u200bb\ufeffc\u2028d\u2029e", r"a\u200bb\ufeffc\u2028d\u2029e"),
        ("\u3164\u115f\ufe0f\u2800\U000e0041", r"\u3164\u115f\ufe0f\u2800\U000e0041"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\udcff\ud83d", r"\udcff\ud83d"),
        ("::error::x", r"\x3a:error::x"),
        (" \t::error::x", r" \t::error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("fe80::1", "fe80::1"),
        ("::1", "::1"),
        ("::1  db1", "::1  db1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("::1::", r"\x3a:1::"),
        ("::add-mask::x", r"\x3a:add-mask::x"),
        ("::debug::x", r"\x3a:debug::x"),
        ("::ad::x", r"\x3a:ad::x"),
        ("::echo::x", r"\x3a:echo::x"),
        ("a ##vso[task.x]y ##[error]", r"a \x23#vso[task.x]y \x23#[error]"),
        ("###vso[x]", r"#\x23#vso[x]"),
        ("# 1 ## 2 [3]", "# 1 ## 2 [3]"),
    ],
)
def test_a_terminal_and_a_log_obey_nothing(text, shown):
    assert on_terminal(text) == shown
    assert on_terminal(shown) == shown


def test_a_value_that_begins_a_line_only_in_the_table():
    assert laid_out("a  b\n::error::x  c\n   ::debug::") == (
        "a  b\n\\x3a:error::x  c\n   \\x3a:debug::"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words (SHA-256 00ff), and 2 more", "plain words (SHA-256 00ff), and 2 more"),
        ("store.jks: JKS -> old", "store.jks: JKS -> old"),
        ("by <b>x</b> now", "by `<b>x</b>` now"),
        ("&lt;b>", "`&lt;b>`"),
        ("see [a](https://b) and ![c](d)", "see `[a](https://b)` and `![c](d)`"),
        ("https://x, ftp://y mailto:z", "`https://x,` `ftp://y` `mailto:z`"),
        ("www.evil.example WWW.evil", "`www.evil.example` `WWW.evil`"),
        ("@team a@b.example", "`@team` `a@b.example`"),
        ("#1 o/r#2 GH-3 !4 %5 ~6 $7", "`#1` `o/r#2` `GH-3` `!4` `%5` `~6` `$7`"),
        ("0123456789abcdef0123456789abcdef01234567", "`0123456789abcdef0123456789abcdef01234567`"),
        ("*a* _b_ ~~c~~ :tada:", "`*a*` `_b_` `~~c~~` `:tada:`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("- a", "`-` a"),
        ("1. a", "`1.` a"),
        ("/close now", "`/close` now"),
        ("--- b", "`---` b"),
        ("a\nb", r"`a\nb`"),
        ("a\x1b[31m", r"`a\x1b[31m`"),
        ("##vso[x]", r"`\x23#vso[x]`"),
    ],
)
def test_markdown_marks_and_links_nothing(text, shown):
    assert in_markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a|b", r"`a\|b`"), ("a\\|b", r"`a\\x7cb`"), ("a\\\\|b", r"`a\\\x7cb`"), ("|", r"`\|`")],
)
def test_a_cell_of_markdown_does_not_end_early(text, shown):
    assert in_markdown_cell(text) == shown


def test_html_holds_no_element():
    assert in_html("<b>&amp;\x1b") == r"&lt;b>&amp;amp;\x1b"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain text", "plain text"),
        ('a,"b"', '"a,""b"""'),
        ("a;=1", '"a;=1"'),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1),2", '"\'@SUM(A1),2"'),
        ("\uff1d1", "'\uff1d1"),
        ("\t=1", r"\t=1"),
        ("\r=1", r"\r=1"),
        (-1, "-1"),
        ("a\nb\x9b", r"a\nb\x9b"),
        ("::error::x", '"::error::x"'),
        ("##[x]", r"\x23#[x]"),
        (" a", '" a"'),
    ],
)
def test_a_cell_of_csv_is_no_formula_and_no_command(cell, written):
    assert csv_line([cell, "x"]) == f"{written},x"


def test_json_loses_nothing_and_shows_everything():
    value = (
        "é\x00\x1b\x7f\x85\x9b\xa0\u200b\u2028\u202e\ufeff\udcff\U000e0041\U0001f600##vso[x]::\\#"
    )
    written = in_json(json.dumps({"a": [value]}, ensure_ascii=False, indent=2))
    assert json.loads(written) == {"a": [value]}
    assert all(c == "\n" or c.isprintable() for c in written)
    assert "##" not in written
    assert "é" in written
    assert "\U0001f600" in written
    assert r"\udb40\udc41" in written
