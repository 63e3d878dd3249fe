"""The rows of an answer, however it was printed, and answers that are not whole."""

import csv
import io
import json

import pytest

from unpin.database.answer_rows import MAX_ROWS, printed_rows
from unpin.database.answers import quoted, server_state
from unpin.database.postgresql_queries import QUERIES
from unpin.model.errors import LimitExceededError, MalformedAnswerError
from unpin.pki.error_texts.search import explain_text

SERVER = {
    "topic": "server", "version": "16.4", "number": "160004", "user": "app",
    "now": "2026-11-24T10:00:00.5+00:00", "loaded": "2026-11-01T10:00:00+01:00", "own_version": None,
}  # fmt: skip
SETTING = {"topic": "setting", "name": "ssl", "value": "on", "source": "default", "waits": False}
SESSIONS = {
    "topic": "sessions", "database": "shop", "user": 'a|"b', "application": "x\ny", "address": "10.0.0.4",
    "version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "gss": False, "hidden": False,
    "sessions": 2, "since": "2026-11-24T09:00:00+00:00",
}  # fmt: skip
END = {"topic": "end"}
ROWS = [SERVER, SETTING, SESSIONS, END]


def aligned(rows):
    texts = [json.dumps(row) for row in rows]
    width = max(map(len, texts))
    blocks = [
        f" {'unpin':^{width}} \n{'-' * (width + 2)}\n {text:<{width}} \n(1 row)\n" for text in texts
    ]
    return "BEGIN\n" + "\n".join(blocks) + "COMMIT\n"


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [["unpin"], *([json.dumps(row)] for row in rows)]
    )
    return out.getvalue()


def expanded(rows):
    return "".join(
        f"-[ RECORD {n} ]----\nunpin | {json.dumps(row)}\n\n" for n, row in enumerate(rows)
    )


def boxed(rows):
    return "".join(f"│ {json.dumps(row)} │\n└──────┘\n" for row in rows)


def bare(rows):
    return "".join(f"{json.dumps(row)}\n" for row in rows)


@pytest.mark.parametrize("printed", [aligned, as_csv, expanded, boxed, bare])
def test_every_way_to_print_it(printed):
    assert printed_rows(printed(ROWS), "a.txt") == ROWS[:-1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.txt: no row of the query is in it"),
        ("ERROR:  permission denied\n", "a.txt: no row of the query is in it"),
        (bare(ROWS[:-1]), "a.txt: the answer is not whole: its last row is missing"),
        (bare(ROWS)[: len(bare(ROWS[:2])) + 30], "a.txt: line 3 is no row of the query: the output was wrapped or cut"),
        ('{"a": ' * 100_000, "a.txt: line 1 is no row of the query: the output was wrapped or cut"),
    ],
)  # fmt: skip
def test_what_is_no_whole_answer(text, message):
    with pytest.raises(MalformedAnswerError) as caught:
        printed_rows(text, "a.txt")
    assert caught.value.message == message
    assert caught.value.hint
    assert explain_text(f"unpin: error: {message}")


def test_too_many_rows():
    with pytest.raises(LimitExceededError):
        printed_rows(bare([SETTING]) * (MAX_ROWS + 1), "a.txt")


def test_the_state():
    state = server_state(
        [SERVER, SETTING, SESSIONS, {**SESSIONS, "hidden": True, "sessions": 3}], "db"
    )
    assert state.own_version == ""
    assert state.hidden == 3
    (group,) = state.sessions
    assert (group.user, group.application, group.sessions) == ('a|"b', "x\ny", 2)
    assert state.rules == ()
    assert state.loaded.utcoffset().total_seconds() == 0
    assert state.value("ssl") == "on"
    assert state.value("ssl_ciphers") is None


def test_what_was_withheld():
    withheld = {"topic": "withheld", "view": "pg_hba_file_rules"}
    unknown = {"topic": "withheld", "view": "of a later unpin"}
    state = server_state([{**SERVER, "user": 'a"B'}, SETTING, withheld, unknown], "db")
    assert state.rules is None
    (view,) = state.withheld
    assert view.grant.startswith('GRANT SELECT ON pg_hba_file_rules TO "a""B";')


def test_names_are_quoted_as_sql_wants():
    assert quoted("app_1") == "app_1"
    assert quoted("App") == '"App"'
    assert quoted('x"; DROP') == '"x""; DROP"'


@pytest.mark.parametrize(
    "rows",
    [
        [SETTING],
        [SERVER],
        [SERVER, SERVER, SETTING],
        [{**SERVER, "now": "yesterday"}, SETTING],
        [{**SERVER, "now": "2026-11-24T10:00:00"}, SETTING],
        [{**SERVER, "number": "x"}, SETTING],
        [SERVER, {"topic": "setting"}],
        [SERVER, SETTING, {**SESSIONS, "sessions": "many"}],
        [SERVER, SETTING, {**SESSIONS, "sessions": None}],
        [SERVER, SETTING, {**SESSIONS, "sessions": float("inf")}],
        [{**SERVER, "now": "0001-01-01T00:00:00+05:00"}, SETTING],
        [SERVER, SETTING, {"topic": "rule", "line": 1, "kind": "host", "databases": 5}],
    ],
)
def test_values_of_another_kind(rows):
    with pytest.raises(MalformedAnswerError) as caught:
        server_state(rows, "a.txt")
    assert caught.value.message.startswith("a.txt: the answer lacks a part")


def test_a_server_that_is_too_old():
    with pytest.raises(MalformedAnswerError) as caught:
        server_state([{**SERVER, "version": "11.22", "number": "110022"}, SETTING], "db")
    assert caught.value.message == "db: PostgreSQL 11.22: unpin asks version 12 or later"


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85"])
def test_a_name_with_the_end_of_a_line_of_unicode(end):
    named = {**SESSIONS, "database": f"a{end}b"}
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in (SERVER, SETTING, named, END))
    state = server_state(printed_rows(text, "a.txt"), "a.txt")
    assert state.sessions[0].database == f"a{end}b"


def test_the_rules_come_in_the_order_in_which_they_count():
    """Line numbers begin anew in an included file (PostgreSQL 16)."""
    (query,) = [query for query in QUERIES if query.view == "pg_hba_file_rules"]
    assert "ORDER BY" not in query.sql
    assert "file_name" in query.sql
