"""The findings about a database server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.pki import Authority, pem

from unpin.database.server_findings import ServerFault
from unpin.database.server_state import (
    AuthenticationRule,
    CertificateFile,
    ServerSetting,
    ServerState,
    SessionGroup,
    WithheldView,
)
from unpin.database.tls_review import review

NOW = datetime(2026, 11, 24, tzinfo=UTC)
GOOD = {
    "ssl": "on", "ssl_min_protocol_version": "TLSv1.3", "ssl_max_protocol_version": "",
    "require_secure_transport": "on",
}  # fmt: skip


def session(
    version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", *, user="app", address="10.0.0.4", count=1
):
    return SessionGroup("shop", user, "", address, version, cipher, False, count, NOW)


def state(*sessions, hidden=0, rules=(), files=(), without=(), waits=(), loaded=NOW, **changed):
    settings = {name: value for name, value in {**GOOD, **changed}.items() if name not in without}
    return ServerState(
        source="db", version="16.4", user="app", now=NOW, loaded=loaded, own_version="TLSv1.3",
        settings={n: ServerSetting(n, v, "file", n in waits) for n, v in settings.items()},
        sessions=sessions, hidden=hidden, left_out=0, rules=rules, files=files,
        withheld=() if rules is not None else (WithheldView("pg_hba_file_rules", "GRANT a; GRANT b"),),
    )  # fmt: skip


def faults(found):
    return [str(finding.fault) for finding in review(found)]


def only(found, fault):
    (finding,) = [each for each in review(found) if each.fault is fault]
    return finding


def test_a_sound_server_has_no_finding():
    assert faults(state(session())) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (state(ssl="off"), ["tls-off"]),
        (state(ssl_max_protocol_version="TLSv1.1"), ["maximum-version-too-old"]),
        (state(ssl_min_protocol_version=""), ["minimum-version-too-old"]),
        (state(ssl_min_protocol_version="TLSv1.1"), ["minimum-version-too-old"]),
        (state(ssl_min_protocol_version="TLSv1.2"), ["minimum-below-tls-1.3"]),
        (state(ssl_min_protocol_version="TLSv1.2", ssl_max_protocol_version="TLSv1.2"), []),
        (state(session("", "")), ["plaintext-sessions"]),
        (state(session("", "", address="")), []),
        (state(session("", ""), ssl="off"), ["tls-off"]),
        (state(session("TLSv1.1", "ECDHE-RSA-AES256-SHA")), ["old-version-sessions"]),
        (state(session("TLSv1.2", "AES256-GCM-SHA384")), ["weak-cipher-sessions"]),
        (state(require_secure_transport="off"), ["plaintext-allowed"]),
        (state(without=["require_secure_transport"], **{"rds.force_ssl": "0"}), ["plaintext-allowed"]),
        (state(without=["require_secure_transport"], **{"rds.force_ssl": "1"}), []),
        (state(hidden=2), ["sessions-hidden"]),
        (state(without=["ssl_min_protocol_version"]), ["settings-hidden"]),
        (state(rules=None), []),
        (state(rules=None, without=["require_secure_transport"]), ["rules-hidden"]),
        (state(waits=["ssl"]), ["restart-due"]),
    ],
)  # fmt: skip
def test_each_fault(found, expected):
    assert faults(found) == expected


def test_who_would_be_cut_off_is_named_and_no_command_given():
    found = state(
        session("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", user="old", count=3), session(),
        ssl_min_protocol_version="TLSv1.2",
    )  # fmt: skip
    finding = only(found, ServerFault.MINIMUM_BELOW_NEWEST)
    assert finding.message == (
        "ssl_min_protocol_version is TLSv1.2; TLSv1.3 would cut off 3 sessions: old@shop from 10.0.0.4"
    )
    assert finding.commands == ()


def test_nobody_is_cut_off_and_hidden_sessions_are_not_counted_as_nobody():
    seen = only(state(ssl_min_protocol_version="TLSv1.2"), ServerFault.MINIMUM_BELOW_NEWEST)
    assert "nobody who is connected now" in seen.message
    found = state(session(), ssl_min_protocol_version="TLSv1.2", hidden=1)
    assert "nobody of those who are listed" in only(found, ServerFault.MINIMUM_BELOW_NEWEST).message


def test_who_would_be_cut_off_is_not_known_where_no_session_is_listed():
    found = state(ssl_min_protocol_version="TLSv1.2", hidden=3)
    finding = only(found, ServerFault.MINIMUM_BELOW_NEWEST)
    assert finding.message.endswith("TLSv1.3 would cut off is not known: no session is listed")
    assert finding.commands == ()


@pytest.mark.parametrize(
    ("changed", "without", "command"),
    [
        ({}, [], "az postgres flexible-server parameter set"),
        ({"rds.extensions": "x"}, ["require_secure_transport"], "aws rds modify-db-parameter-group"),
        ({}, ["require_secure_transport"], "ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv1.3';"),
    ],
)  # fmt: skip
def test_the_command_is_that_of_the_place(changed, without, command):
    found = state(without=without, ssl_min_protocol_version="TLSv1.2", **changed)
    finding = only(found, ServerFault.MINIMUM_BELOW_NEWEST)
    assert finding.commands[0].startswith(command)


def test_tls_is_required_only_after_those_without_it():
    found = state(session("", ""), require_secure_transport="off")
    finding = only(found, ServerFault.PLAINTEXT_ALLOWED)
    assert finding.cure == "first give TLS to app@shop from 10.0.0.4, then require it"
    assert finding.commands == ()


def test_tls_is_not_required_of_those_who_are_hidden():
    found = state(session(), require_secure_transport="off", hidden=1)
    finding = only(found, ServerFault.PLAINTEXT_ALLOWED)
    assert finding.cure == "first find out which of the other clients use TLS, then require it"
    assert finding.commands == ()


def test_a_rule_that_postgresql_cannot_read():
    bad = AuthenticationRule(7, "", (), (), "", "", "", 'invalid connection type "hostt"')
    finding = only(state(rules=(bad,)), ServerFault.RULE_UNREADABLE)
    assert 'line 7: PostgreSQL cannot read it: invalid connection type "hostt"' in finding.message


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (NOW - timedelta(days=1), ["certificate-expired"]),
        (NOW + timedelta(days=29), ["certificate-expiring"]),
        (NOW + timedelta(days=31), []),
    ],
)
def test_the_end_of_the_certificate(ends, expected):
    """Root > db, the file of the server."""
    root = Authority("Root")
    server = Authority("db", root, ca=False, ends=ends)
    file = CertificateFile("server.crt", None, pem(server.certificate, root.certificate))
    assert faults(state(files=(file,))) == expected


def test_a_file_without_a_certificate():
    assert faults(state(files=(CertificateFile("s", None, b"none"),))) == ["certificate-unreadable"]


def test_a_file_that_was_not_loaded_yet():
    file = CertificateFile("server.crt", NOW, None)
    assert faults(state(files=(file,), loaded=NOW - timedelta(hours=1))) == [
        "certificate-not-loaded"
    ]
    assert faults(state(files=(file,), loaded=NOW + timedelta(hours=1))) == []
    assert faults(replace(state(files=(file,)), loaded=None)) == []


def test_the_worst_comes_first():
    found = state(
        session("", ""), ssl_max_protocol_version="TLSv1", ssl_min_protocol_version="TLSv1.2"
    )
    severities = [finding.severity.rank for finding in review(found)]
    assert severities == sorted(severities, reverse=True)
    assert severities[0] == 2
