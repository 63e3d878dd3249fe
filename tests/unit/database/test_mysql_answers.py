"""Answers of MySQL and MariaDB, however they were printed, and what follows from them.

The answers of MySQL are put together from its manual (5.7, 8.0, 8.4): JSON_OBJECT sorts its keys
by length there. Those of MariaDB are in tests/cli/test_server_mysql.py, from a real server.
"""

import json
from datetime import UTC, datetime

import pytest

from unpin.database.answer_rows import printed_rows
from unpin.database.answers import server_state
from unpin.database.server_findings import ServerFault
from unpin.database.server_state import Unseen
from unpin.database.tls_review import review
from unpin.model.errors import MalformedAnswerError
from unpin.pki.error_texts.search import explain_text

ESCAPES = {"topic": "escapes", "backslash": "\\"}
SERVER = {
    "topic": "server", "product": "MySQL", "version": "8.4.3", "user": "admin@%",
    "now": "2026-11-24T10:00:00Z", "threads": "yes", "process": "yes",
}  # fmt: skip
SETTINGS = {
    "basedir": "/usr/", "bind_address": "*", "mysqlx_bind_address": "*", "performance_schema": "ON",
    "require_secure_transport": "ON", "skip_networking": "OFF", "ssl_ca": "ca.pem",
    "ssl_cert": "server-cert.pem", "ssl_key": "server-key.pem", "tls_version": "TLSv1.3",
}  # fmt: skip
STATUS = {
    "current_tls_version": "TLSv1.3", "ssl_cipher": "TLS_AES_128_GCM_SHA256", "ssl_version": "TLSv1.3",
    "ssl_server_not_after": "Nov  1 00:00:00 2035 GMT", "threads_connected": "3",
    "performance_schema_thread_instances_lost": "0",
}  # fmt: skip
SESSIONS = {
    "topic": "sessions", "by": "performance_schema.threads", "sessions": 2, "database": "shop",
    "user": 'a|"b\\c', "address": "10.0.0.4", "connection": "SSL/TLS", "version": "TLSv1.3",
    "cipher": "TLS_AES_128_GCM_SHA256", "program": "x\ny\tz", "client": "MySQL Connector/J",
    "client_version": "5.1.39",
}  # fmt: skip
BY_PROCESSLIST = {
    "topic": "sessions", "by": "information_schema.PROCESSLIST", "sessions": 1, "database": None,
    "user": "app", "address": "10.0.0.4", "connection": None,
}  # fmt: skip
NO_SESSIONS = dict.fromkeys(SESSIONS) | {"topic": "sessions", "by": "performance_schema.threads"}
NO_ACCOUNT = {"topic": "account", "user": None, "host": None}
NOT_COUNTED = {
    "topic": "counted",
    "kind": "user",
    "name": None,
    "connections": None,
    "over_tls": None,
}
CERTIFICATE = {"topic": "certificate", "path": "server-cert.pem", "pem": None}
END = {"topic": "end"}


def rows(*sessions, server=None, settings=None, status=None, without=(), others=()):
    every = {**SETTINGS, **(settings or {})}
    return [
        ESCAPES, {**SERVER, **(server or {})},
        *({"topic": "setting", "name": n, "value": v} for n, v in every.items() if n not in without),
        *({"topic": "status", "name": n, "value": v} for n, v in {**STATUS, **(status or {})}.items()),
        *sessions, *others, NO_SESSIONS, NO_ACCOUNT, NOT_COUNTED, {**NOT_COUNTED, "kind": "client"}, CERTIFICATE, END,
    ]  # fmt: skip


def state(*sessions, **words):
    return server_state(rows(*sessions, **words)[1:-1], "db")


def found(*sessions, **words):
    return {each.fault: each for each in review(state(*sessions, **words))}


def sorted_as_mysql_does(row):
    return json.dumps(dict(sorted(row.items(), key=lambda each: (len(each[0]), each[0]))))


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def batch(texts):
    return "".join(f"unpin\n{escaped(text)}\n" for text in texts)


def raw(texts):
    return "".join(f"{text}\n" for text in texts)


def table(texts):
    width = max(map(len, texts))
    line = f"+{'-' * (width + 2)}+\n"
    return "".join(f"{line}| unpin\n{line}| {text:<{width}} |\n{line}" for text in texts)


def vertical(texts):
    return "".join(f"{'*' * 27} 1. row {'*' * 27}\nunpin: {text}\n" for text in texts)


def windows(texts):
    return batch(texts).replace("\n", "\r\n")


@pytest.mark.parametrize("printed", [batch, raw, table, vertical, windows])
def test_every_way_to_print_it(printed):
    expected = rows(SESSIONS)
    texts = list(map(sorted_as_mysql_does, expected))
    assert printed_rows(printed(texts), "a.txt") == expected[1:-1]


def test_a_sound_server():
    sound = state(SESSIONS)
    assert review(sound) == []
    (group,) = sound.sessions
    assert group.application == "x\ny\tz, MySQL Connector/J 5.1.39"
    assert (sound.product, sound.version, sound.own_version) == ("MySQL", "8.4.3", "TLSv1.3")
    assert sound.files[0].sent_until == datetime(2035, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("connection", "version", "unseen", "encrypted", "plaintext"),
    [
        ("SSL/TLS", "TLSv1.2", Unseen.NOTHING, True, False),
        ("SSL/TLS", "", Unseen.VERSION, True, False),
        ("SSL/TLS", None, Unseen.VERSION, True, False),
        ("TCP/IP", "", Unseen.NOTHING, False, True),
        ("TCP/IP", None, Unseen.NOTHING, False, True),
        ("Socket", "", Unseen.NOTHING, False, False),
        ("Named Pipe", None, Unseen.NOTHING, False, False),
        ("", "", Unseen.ENCRYPTION, None, False),
        (None, None, Unseen.ENCRYPTION, None, False),
    ],
)
def test_each_kind_of_connection(connection, version, unseen, encrypted, plaintext):
    (group,) = state({**SESSIONS, "connection": connection, "version": version}).sessions
    assert group.unseen is unseen
    assert group.is_encrypted is encrypted
    assert group.is_plaintext is plaintext


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"settings": {"tls_version": "TLSv1,TLSv1.1"}, "status": {"current_tls_version": "TLSv1,TLSv1.1"}},
         ["maximum-version-too-old"]),
        ({"settings": {"tls_version": "TLSv1,TLSv1.1,TLSv1.2"}, "status": {"current_tls_version": ""}},
         ["minimum-version-too-old"]),
        ({"settings": {"tls_version": "TLSv1.2"}, "status": {"current_tls_version": "TLSv1.2"}}, []),
        ({"settings": {"tls_version": "TLSv1.2,TLSv1.3"}}, ["restart-due"]),
        ({"settings": {"tls_version": "TLSv1.2, TLSv1.3"}, "status": {"current_tls_version": "TLSv1.2, TLSv1.3"}},
         ["minimum-below-tls-1.3"]),
        ({"settings": {"tls_version": "new"}, "status": {"current_tls_version": "new"}}, ["settings-hidden"]),
        ({"without": ["tls_version"]}, ["settings-hidden"]),
        ({"settings": {"have_ssl": "DISABLED"}, "status": {"ssl_version": "", "ssl_server_not_after": ""}},
         ["tls-off"]),
        ({"settings": {"tls_version": ""},
          "status": {"ssl_version": "", "ssl_server_not_after": "", "current_tls_version": ""}},
         ["tls-off"]),
        ({"status": {"ssl_version": "", "ssl_server_not_after": ""}}, ["settings-hidden"]),
        ({"status": {"ssl_server_not_after": "Nov 23 00:00:00 2026 GMT"}}, ["certificate-expired"]),
        ({"status": {"ssl_server_not_after": "Dec  2 00:00:00 2026 GMT"}}, ["certificate-expiring"]),
        ({"status": {"performance_schema_thread_instances_lost": "7"}}, ["sessions-hidden"]),
        ({"status": {"performance_schema_thread_instances_lost": "7", "threads_connected": "1"}}, []),
        ({"settings": {"require_secure_transport": "OFF"}}, []),
        ({"without": ["require_secure_transport"],
          "others": [{"topic": "account", "user": "app", "host": "10.%"}]}, ["plaintext-allowed"]),
        ({"settings": {"require_secure_transport": "OFF"},
          "others": [{"topic": "account", "user": "root", "host": "localhost"}]}, []),
        ({"settings": {"require_secure_transport": "OFF"}, "others": [{"topic": "withheld", "view": "mysql.user"}]},
         ["rules-hidden"]),
        ({"settings": {"require_secure_transport": "OFF", "bind_address": "127.0.0.1"},
          "others": [{"topic": "account", "user": "app", "host": "%"}]}, ["plaintext-allowed"]),
        ({"settings": {"require_secure_transport": "OFF", "bind_address": "127.0.0.1,::1",
                       "mysqlx_bind_address": "127.0.0.1"},
          "others": [{"topic": "account", "user": "app", "host": "%"}]}, []),
        ({"settings": {"require_secure_transport": "OFF", "skip_networking": "ON"},
          "others": [{"topic": "account", "user": "app", "host": "%"}]}, []),
    ],
)  # fmt: skip
def test_each_fault(words, expected):
    assert [str(fault) for fault in found(**words)] == expected


def test_performance_schema_that_is_off():
    settings = {"performance_schema": "OFF", "tls_version": "TLSv1.2,TLSv1.3"}
    now = {"current_tls_version": "TLSv1.2,TLSv1.3"}
    said = found(
        BY_PROCESSLIST, server={"threads": "no"}, settings=settings, status=now
    )  # fmt: skip
    assert set(said) == {ServerFault.ENCRYPTION_HIDDEN, ServerFault.MINIMUM_BELOW_NEWEST}
    minimum = said[ServerFault.MINIMUM_BELOW_NEWEST]
    assert "whom TLSv1.3 would cut off is not known" in minimum.message
    assert minimum.commands == ()


def test_sessions_that_are_hidden_are_counted():
    seen = state(
        BY_PROCESSLIST, server={"threads": "no", "process": "no", "user": "o'\\x@10.%"},
        status={"threads_connected": "9"},
    )  # fmt: skip
    assert seen.hidden == 7
    grants = {view.name: view.grant for view in seen.withheld}
    assert grants["information_schema.PROCESSLIST"] == r"GRANT PROCESS ON *.* TO 'o''\\x'@'10.%'"
    assert grants["performance_schema.threads"].startswith(
        "GRANT SELECT ON performance_schema.* TO"
    )
    few = state(server={"threads": "no", "process": "no"}, status={"threads_connected": "0"})
    assert few.hidden == 0


def test_some_versions_are_not_shown():
    """MySQL 5.7 with show_compatibility_56, and the X protocol."""
    older = {**SESSIONS, "version": "TLSv1.2", "cipher": "ECDHE-RSA-AES128-GCM-SHA256"}
    unseen = {**SESSIONS, "version": None, "cipher": None, "sessions": 3}
    words = {"settings": {"tls_version": "TLSv1.2,TLSv1.3"}, "status": {"current_tls_version": ""}}
    said = found(older, unseen, **words)
    assert set(said) == {ServerFault.ENCRYPTION_HIDDEN, ServerFault.MINIMUM_BELOW_NEWEST}
    message = said[ServerFault.MINIMUM_BELOW_NEWEST].message
    assert "would cut off 2 sessions" in message
    assert message.endswith("and perhaps some of 3 whose version is not shown")
    assert "not known" in found(unseen, **words)[ServerFault.MINIMUM_BELOW_NEWEST].message


def counted(kind, name, connections, over_tls):
    return {"topic": "counted", "kind": kind, "name": name, "connections": connections, "over_tls": over_tls}  # fmt: skip


def test_connections_that_mariadb_counted():
    said = found(
        others=[
            counted("client", "10.0.0.4", 7, 4), counted("client", "10.0.0.5", 9, 9),
            counted("client", "127.0.0.1", 5, 0), counted("user", "erp", 3, 0), counted("user", "web", 9, 9),
        ]
    )  # fmt: skip
    assert set(said) == {ServerFault.PLAINTEXT_CONNECTIONS}
    assert said[ServerFault.PLAINTEXT_CONNECTIONS].message == (
        "3 connections have come through the network without TLS since the server counts them: "
        "3 of 7 from 10.0.0.4; users without TLS, also by Unix sockets: erp (3 of 3)"
    )
    local = [counted("client", "localhost", 5, 0), counted("user", "root", 5, 0)]
    assert found(others=local) == {}


@pytest.mark.parametrize(
    "said",
    [
        "tomorrow",
        "Nov 31 00:00:00 2026 GMT",
        "Nov  1 00:00:00 2026 CET",
        "Nov  1 25:00:00 2026 GMT",
    ],
)
def test_a_date_that_is_none_is_not_known(said):
    assert state(status={"ssl_server_not_after": said}).files[0].sent_until is None


@pytest.mark.parametrize(
    ("product", "version", "first"),
    [("MySQL", "5.6.51-log", "5.7"), ("MariaDB", "10.4.34-MariaDB", "10.5")],
)
def test_a_server_that_is_too_old(product, version, first):
    with pytest.raises(MalformedAnswerError) as caught:
        state(server={"product": product, "version": version})
    assert caught.value.message == f"db: {product} {version}: unpin asks version {first} or later"


@pytest.mark.parametrize("counting", ["ON", "OFF"])
def test_counting_needs_no_restart(counting):
    settings = {"performance_schema": "OFF", "userstat": counting}
    (finding,) = found(server={"threads": "no"}, settings=settings).values()
    assert finding.commands == (() if counting == "ON" else ("SET GLOBAL userstat = ON;",))


def test_tls_is_required_only_when_all_clients_are_known():
    plain = {**SESSIONS, "connection": "TCP/IP", "version": "", "user": "old"}
    account = [{"topic": "account", "user": "app", "host": "%"}]
    off = {"settings": {"require_secure_transport": "OFF"}, "others": account}
    assert found(**off)[ServerFault.PLAINTEXT_ALLOWED].commands == (
        "SET PERSIST require_secure_transport = ON;",
    )
    seen = found(plain, **off)[ServerFault.PLAINTEXT_ALLOWED]
    assert seen.cure.startswith("first give TLS to old@shop (")
    assert seen.commands == ()
    local = {**plain, "address": "127.0.0.1", "user": "on"}
    here = found(local, **off)[ServerFault.PLAINTEXT_ALLOWED]
    assert here.cure.startswith("first give TLS to on@shop (")
    socket = {**local, "address": "localhost", "connection": "Socket"}
    assert found(socket, **off)[ServerFault.PLAINTEXT_ALLOWED].commands
    dark = found(BY_PROCESSLIST, server={"threads": "no"}, **off)[ServerFault.PLAINTEXT_ALLOWED]
    assert dark.cure == "first find out which of the other clients use TLS, then require it"
    assert dark.commands == ()
    unable = {"server": {"threads": "no", "process": "no"}, "status": {"threads_connected": "2"}}
    assert found(**off, **unable)[ServerFault.PLAINTEXT_ALLOWED].commands == ()


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ({"settings": {"aad_auth_only": "OFF"}}, "az mysql flexible-server parameter set"),
        ({"settings": {"basedir": "/rdsdbbin/mysql-8.0.35.R4/"}}, "aws rds modify-db-parameter-group"),
        ({"settings": {"aurora_version": "3.08.0"}}, "aws rds modify-db-parameter-group"),
        ({}, "SET PERSIST tls_version = 'TLSv1.3';"),
        ({"server": {"version": "5.7.44-log"}}, None),
        ({"server": {"product": "MariaDB", "version": "11.4.2-MariaDB"}}, None),
    ],
)  # fmt: skip
def test_the_command_is_that_of_the_place(words, command):
    settings = {**words.get("settings", {}), "tls_version": "TLSv1.2,TLSv1.3"}
    words = {**words, "settings": settings, "status": {"current_tls_version": ""}}
    finding = found(**words)[ServerFault.MINIMUM_BELOW_NEWEST]
    if command is None:
        assert finding.commands == ()
        assert finding.cure.endswith("in the option file, and restart the server")
    else:
        assert finding.commands[0].startswith(command)


@pytest.mark.parametrize(
    "changed",
    [
        {"server": {"product": "Oracle"}},
        {"server": {"product": None}},
        {"server": {"now": "yesterday"}},
        {"server": {"threads": "no", "process": "no"}, "status": {"threads_connected": "many"}},
        {"others": [{"topic": "account", "user": "x"}]},
        {"others": [{**SESSIONS, "sessions": "many"}]},
        {"others": [{"topic": "sessions"}]},
        {"others": [{"topic": "server", "product": "MySQL"}]},
    ],
)
def test_values_of_another_kind(changed):
    with pytest.raises(MalformedAnswerError) as caught:
        state(**changed)
    assert caught.value.message.startswith("db: the answer lacks a part")


@pytest.mark.parametrize(
    "topic",
    [
        "server",
        "setting",
        "status",
        "sessions",
        "account",
        "counted",
        "client",
        "user",
        "certificate",
    ],
)
def test_a_query_that_failed(topic):
    """The client goes on with --force after an error, and prints the last row as well."""
    kept = [row for row in rows(SESSIONS) if topic not in {row["topic"], row.get("kind")}]
    with pytest.raises(MalformedAnswerError) as caught:
        server_state(printed_rows(raw(map(json.dumps, kept)), "a.txt"), "a.txt")
    assert caught.value.message.startswith("a.txt: the answer lacks a part")
    assert explain_text(f"unpin: error: {caught.value.message}")


def test_an_answer_that_is_cut():
    text = batch(map(json.dumps, rows(SESSIONS)))
    cuts = range(0, len(text) - 20, 37)
    for end in cuts:
        with pytest.raises(MalformedAnswerError):
            server_state(printed_rows(text[:end], "a.txt"), "a.txt")
