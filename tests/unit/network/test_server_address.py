import pytest

from unpin.model.errors import UsageError
from unpin.network.server_address import (
    PROTOCOLS_BY_PORT,
    Protocol,
    is_ip_address,
    parse_server,
    split_address,
)


@pytest.mark.parametrize(
    ("text", "asked", "host", "port", "protocol"),
    [
        ("db.example.org", Protocol.AUTO, "db.example.org", 443, Protocol.NONE),
        ("db.example.org:5432", Protocol.AUTO, "db.example.org", 5432, Protocol.POSTGRES),
        ("db.example.org:6432", Protocol.AUTO, "db.example.org", 6432, Protocol.POSTGRES),
        ("db:1433", Protocol.AUTO, "db", 1433, Protocol.MSSQL),
        ("db:9999", Protocol.AUTO, "db", 9999, Protocol.NONE),
        ("db:3306", Protocol.AUTO, "db", 3306, Protocol.MYSQL),
        ("mail:587", Protocol.AUTO, "mail", 587, Protocol.SMTP),
        ("db.example.org", Protocol.POSTGRES, "db.example.org", 5432, Protocol.POSTGRES),
        ("db", Protocol.POSTGRES_DIRECT, "db", 5432, Protocol.POSTGRES_DIRECT),
        ("db:5432", Protocol.NONE, "db", 5432, Protocol.NONE),
        ("[::1]:5432", Protocol.AUTO, "::1", 5432, Protocol.POSTGRES),
        ("::1", Protocol.AUTO, "::1", 443, Protocol.NONE),
        ("[fe80::1%eth0]", Protocol.AUTO, "fe80::1%eth0", 443, Protocol.NONE),
        ("b\xfccher.example:25", Protocol.AUTO, "b\xfccher.example", 25, Protocol.SMTP),
    ],
)
def test_what_a_user_writes(text, asked, host, port, protocol):
    found = parse_server(text, asked)
    assert (found.host, found.port, found.protocol) == (host, port, protocol)


@pytest.mark.parametrize(
    "text",
    ["", " ", ":5432", "db:", "db:0", "db:65536", "db:port", "db:-1", "db:5432:1", "https://db",
     "postgresql://u@db/x", "user@db", "db/x", "-db", "[db]:1", "[::1", "[::1]x", "a b",
     "db:\u0664\u0662", "x" * 300],
)  # fmt: skip
def test_what_is_no_server(text):
    with pytest.raises(UsageError):
        split_address(text)


def test_a_port_of_every_protocol_that_begins_without_tls():
    plain = {Protocol.AUTO, Protocol.NONE, Protocol.POSTGRES_DIRECT, Protocol.MSSQL_STRICT}
    assert set(PROTOCOLS_BY_PORT.values()) == set(Protocol) - plain


def test_only_an_unknown_port_is_guessed():
    assert parse_server("db:9999", Protocol.AUTO).guessed
    for text, asked in (("db", Protocol.AUTO), ("db:5432", Protocol.AUTO), ("db:9", Protocol.NONE)):
        assert not parse_server(text, asked).guessed


def test_titles_can_be_parsed_again():
    for text in ("db:1", "[::1]:5432"):
        assert parse_server(text, Protocol.AUTO).title == text


def test_an_address_is_no_server_name():
    assert is_ip_address("127.0.0.1")
    assert is_ip_address("fe80::1%eth0")
    assert not is_ip_address("127.0.0.1.example.org")


@pytest.mark.parametrize(
    "text",
    ["postgres://bob:s3cret@db:5432", "bob:s3cret@db:5432", "bob:s3cret@db", "s3:cr:s3cret@db"],
)
def test_a_message_repeats_no_password(text):
    with pytest.raises(UsageError) as caught:
        split_address(text)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
    assert "***@db" in caught.value.message
