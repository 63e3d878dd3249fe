"""Addresses of sessions, and rules of pg_hba.conf."""

from dataclasses import replace

import pytest

from unpin.database.postgresql_review import keyword_rules, plaintext_rules
from unpin.database.server_state import AuthenticationRule, SessionGroup

ANY4 = ("0.0.0.0", "0.0.0.0")
ANY6 = ("::", "::")


def rule(
    kind,
    address="all",
    netmask="",
    method="scram-sha-256",
    *,
    who=("all",),
    where=("all",),
    error="",
):
    return AuthenticationRule(1, kind, where, who, address, netmask, method, error)


def group(address, *, version="", gss=False):
    return SessionGroup("shop", "app", "", address, version, "", gss, 1, None)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.4", False),
        ("fe80::1%eth0", False),
        ("2001:db8::1", False),
    ],
)
def test_what_runs_on_the_server_itself(address, local):
    assert group(address).is_local is local
    assert group(address).is_plaintext is not local


def test_gssapi_encrypts_as_well():
    assert not group("10.0.0.4", gss=True).is_plaintext
    assert not group("10.0.0.4", version="TLSv1.3").is_plaintext


@pytest.mark.parametrize(
    ("rules", "taking"),
    [
        ([rule("hostssl")], []),
        ([rule("local")], []),
        ([rule("hostgssenc")], []),
        ([rule("host", "127.0.0.1", "255.255.255.255")], []),
        ([rule("host", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")], []),
        ([rule("host", "samehost")], []),
        ([rule("host", "localhost")], []),
        ([rule("host")], [0]),
        ([rule("host", "samenet")], [0]),
        ([rule("host", "db.example.org")], [0]),
        ([rule("host", "10.0.0.0", "255.0.0.0")], [0]),
        ([rule("host", "2001:db8::", "ffff:ffff::")], [0]),
        ([rule("hostnossl")], [0]),
        ([rule("hostnogssenc")], [0]),
        ([rule("host", error="invalid")], []),
        ([rule("hostnossl", method="reject"), rule("host")], []),
        ([rule("host", *ANY4, method="reject"), rule("host", *ANY6, method="reject"), rule("host")], []),
        ([rule("host", *ANY4, method="reject"), rule("host")], [1]),
        ([rule("host", "10.0.0.0", "255.0.0.0", method="reject"), rule("host")], [1]),
        ([rule("hostnossl", method="reject", who=("app",)), rule("host")], [1]),
        ([rule("hostnossl", method="reject", where=("shop",)), rule("host")], [1]),
        ([rule("host"), rule("hostnossl", method="reject")], [0]),
        ([rule("hostnossl", method="reject"), rule("host", where=("replication",))], [1]),
        ([rule("hostnossl", method="reject"), rule("host", where=("all", "replication"))], [1]),
        ([rule("host", method="reject", where=("replication",)), rule("host")], [1]),
        ([rule("host", method="reject", where=("all", "replication")),
          rule("host", where=("replication",)), rule("host")], []),
        ([rule("host", method="reject", where=("replication",)),
          rule("host", where=("replication", "shop"))], [1]),
    ],
)  # fmt: skip
def test_the_rules_that_take_plaintext(rules, taking):
    assert plaintext_rules(rules) == [rules[index] for index in taking]


@pytest.mark.parametrize(
    ("rules", "by_keyword"),
    [
        ([rule("hostnossl", method="reject"), rule("host")], [0]),
        ([rule("hostnossl", method="reject"), rule("hostssl")], []),
        ([rule("hostnossl", method="reject", who=("app",)), rule("host")], []),
        ([rule("host"), rule("hostnossl", method="reject")], []),
        ([rule("hostnossl", method="reject", where=("replication",)),
          rule("host", where=("replication",))], [0]),
    ],
)  # fmt: skip
def test_the_rules_that_a_quoted_all_would_undo(rules, by_keyword):
    assert keyword_rules(rules) == [rules[index] for index in by_keyword]


def test_an_address_is_spelled_as_a_network():
    mask = "ffff:ffff::"
    assert rule("host", "2001:db8::", mask).text == "host all all 2001:db8::/32 scram-sha-256"
    assert rule("host", *ANY4).text == "host all all 0.0.0.0/0 scram-sha-256"
    assert rule("host").text == "host all all all scram-sha-256"


def test_a_line_of_an_included_file():
    assert replace(rule("host"), file="/etc/postgresql/pg_hba.conf").place == "line 1"
    assert replace(rule("host"), file="/etc/postgresql/extra.conf").place == "line 1 of extra.conf"
