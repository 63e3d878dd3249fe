"""Ask MySQL or MariaDB, in one read-only transaction; this module alone knows PyMySQL."""

from __future__ import annotations

import json
import os
import ssl
import struct
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from unpin.database.answer_rows import MAX_ROWS
from unpin.database.answers import server_state
from unpin.database.driver_texts import on_a_line
from unpin.database.mysql_address import MysqlTls
from unpin.database.mysql_answers import refuse_old_server
from unpin.database.mysql_queries import MYSQL_QUERIES, MYSQL_START
from unpin.database.server_state import DatabaseProduct
from unpin.model.errors import DatabaseError, LimitExceededError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.database.answer_rows import Answered
    from unpin.database.mysql_address import MysqlAddress
    from unpin.database.server_state import ServerState

_IN_CLEAR: Final = ("mysql_clear_password", "dialog")
"""The plugins by which a server asks for the password as it is."""

_NOT_SPOKEN: Final = (
    AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error,
)  # fmt: skip
"""What PyMySQL raises where the server does not speak MySQL."""


def ask_mysql(address: MysqlAddress, seconds: float, password: str | None = None) -> ServerState:
    """What the server at `address` says; `seconds` is the time for everything.

    Raises UsageError without PyMySQL; DatabaseError; MalformedAnswerError; LimitExceededError.
    """
    try:
        import pymysql
    except ImportError as error:
        raise UsageError(
            "unpin server connects to MySQL with PyMySQL, which is not installed",
            "pip install 'pymysql>=1.2'; or without it: unpin server --sql --dialect mysql | "
            "mysql -h HOST | unpin server --result -",
        ) from error
    secret = password or address.password or os.environ.get("MYSQL_PWD", "")
    answers: SimpleQueue[ServerState | BaseException] = SimpleQueue()

    def work() -> None:
        # PyMySQL has a time for each packet only: a server that drips would be waited for.
        try:
            answers.put(_answer(address, seconds, secret))
        except BaseException as error:  # noqa: BLE001  (it is raised where the answer is taken)
            answers.put(error)

    Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise DatabaseError(
            f"{address.title}: no whole answer within {seconds:g} seconds",
            "--timeout gives it more",
        ) from None
    if not isinstance(answer, BaseException):
        return answer
    if isinstance(answer, (*_NOT_SPOKEN, pymysql.InternalError)):
        raise DatabaseError(
            f"{address.title}: the server does not speak the protocol of MySQL",
            "unpin probe finds out what it speaks",
        ) from None
    if isinstance(answer, pymysql.MySQLError | RuntimeError):
        # A RuntimeError is about what PyMySQL lacks, such as PyNaCl for ed25519.
        said = on_a_line(_text(answer), secret)
        hint = "unpin explain - reads such a text, and says its cause" if "SSL" in said else None
        raise DatabaseError(f"{address.title}: {said}", hint) from None
    raise answer


def _answer(address: MysqlAddress, seconds: float, secret: str) -> ServerState:
    import pymysql
    from pymysql.cursors import SSCursor

    tls = _tls(address)
    connection = pymysql.connect(
        host=address.host,
        port=address.port,
        user=address.user or None,
        password=secret.encode(),
        database=address.database or None,
        unix_socket=address.socket or None,
        connect_timeout=max(1, seconds),
        read_timeout=seconds,
        write_timeout=seconds,
        autocommit=None,
        program_name="unpin",
        cursorclass=SSCursor,
        auth_plugin_map={} if address.tls.verifies else dict.fromkeys(_IN_CLEAR, _ClearPassword),
        ssl=tls,
        ssl_disabled=address.tls is MysqlTls.DISABLED,
    )
    try:
        said = connection.server_version.removeprefix("5.5.5-")  # MariaDB says it to old clients
        product = DatabaseProduct.MARIADB if "mariadb" in said.lower() else DatabaseProduct.MYSQL
        refuse_old_server(product, said, address.title)
        with connection.cursor() as cursor:
            for statement in MYSQL_START:
                cursor.execute(statement)
            rows = list(_every_row(cursor))
            cursor.execute("COMMIT")
    finally:
        connection.close()
    return server_state(rows, address.title)


class _ClearPassword:
    """Refuses to send the password as it is to a server whose certificate nobody verified."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, packet: object) -> object:  # noqa: ARG002  (PyMySQL gives it)
        from pymysql.constants import CR
        from pymysql.err import OperationalError

        raise OperationalError(
            CR.CR_AUTH_PLUGIN_ERR,
            "the server wants the password unencrypted, and its certificate is not verified: "
            "ssl-mode=VERIFY_IDENTITY with ssl-ca verifies it",
        )


def _every_row(cursor: Any) -> Iterator[Answered]:  # noqa: ANN401
    left = MAX_ROWS
    for query in MYSQL_QUERIES:
        cursor.execute(f"SELECT {query.choice}")
        ((number,),) = cursor.fetchall()
        cursor.execute(query.texts[int(number)])
        while (row := cursor.fetchone()) is not None:
            left -= 1
            if left < 0:
                raise LimitExceededError(f"the server gave more than {MAX_ROWS} rows")
            yield json.loads(row[0])


def _tls(address: MysqlAddress) -> ssl.SSLContext | None:
    """The context of Python for what the address asks; None leaves TLS to the server."""
    if address.tls in {MysqlTls.DISABLED, MysqlTls.PREFERRED} and not address.certificate:
        return None
    try:
        context = ssl.create_default_context(cafile=address.ca or None)
        # The certificates that MySQL makes for itself are no CAs by RFC 5280.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = address.tls is MysqlTls.VERIFY_IDENTITY
        if not address.tls.verifies:
            context.verify_mode = ssl.CERT_NONE
        if address.certificate:
            context.load_cert_chain(address.certificate, address.key or None, lambda: "")
    except (OSError, ValueError) as error:
        raise DatabaseError(
            f"ssl-ca, ssl-cert or ssl-key of the connection string cannot be read: {error}"
        ) from None
    return context


def _text(error: Exception) -> str:
    """The text of the driver, without its number."""
    return str(error.args[-1] if error.args else error)
