"""Connection strings of MySQL and MariaDB."""

import pytest

from unpin.database.mysql_address import MysqlTls, is_mysql_address, mysql_address
from unpin.model.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mysql://h", True),
        ("MySQL://h", True),
        ("mariadb://h", True),
        ("mysql+pymysql://h", True),
        ("mariadb+mariadbconnector://h", True),
        ("mysqlx://h", False),
        ("postgresql://h", False),
        ("host=mysql://h", False),
        ("", False),
    ],
)
def test_which_strings_are_those_of_mysql(text, expected):
    assert is_mysql_address(text) is expected


def test_every_part():
    found = mysql_address(
        "mysql+pymysql://us%40er:p%2Fw@[::1]:3307/my%20shop?charset=utf8mb4&ssl_ca=/a%20b.pem"
        "&ssl-cert=c&sslKey=k&unix_socket=/s"
    )
    assert (found.user, found.password, found.database) == ("us@er", "p/w", "my shop")
    assert (found.host, found.port, found.socket) == ("::1", 3307, "/s")
    assert (found.ca, found.certificate, found.key) == ("/a b.pem", "c", "k")
    assert found.title == "/s/my shop"


def test_what_was_not_said():
    found = mysql_address("mysql://")
    assert (found.host, found.port, found.user, found.tls) == ("localhost", 3306, "", "PREFERRED")
    assert found.title == "localhost:3306"


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        ("", MysqlTls.PREFERRED),
        ("ssl-ca=x", MysqlTls.VERIFY_CA),
        ("ssl-ca=x&ssl-mode=REQUIRED", MysqlTls.REQUIRED),
        ("sslMode=verify_identity", MysqlTls.VERIFY_IDENTITY),
        ("ssl_mode=verify-ca", MysqlTls.VERIFY_CA),
        ("ssl-mode=disabled", MysqlTls.DISABLED),
    ],
)
def test_the_mode_is_that_of_the_client(query, mode):
    assert mysql_address(f"mysql://h/d?{query}").tls is mode


@pytest.mark.parametrize(
    "text",
    [
        "mysql://u:s3cret/x@h/d",
        "mysql://u:s3cret#x@h/d",
        "mysql://u:12?s3cret=x@h/d",
        "mysql://u:s3cret@[h/d",
        "mysql://u:s3cret@h:99999/d",
        "mysql://u:s3cret@h\0/d",
        "mysql://h/?ssl-mode=s3cret",
        "mysql://h/?tls=s3cret",
        "mysql://h/?useSSL=s3cret",
        "mysql://h/?verifyServerCertificate=s3cret",
        "mysql://u:s3cret@h/?ssl_verify_cert=true",
        f"mysql://u:s3cret@h/{'x' * 70_000}",
    ],
)
def test_what_is_refused_without_being_repeated(text):
    with pytest.raises(UsageError) as caught:
        mysql_address(text)
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"
