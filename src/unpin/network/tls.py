"""The TLS handshake with a server: its certificates as it sent them, without verifying any.

This module alone loads pyOpenSSL. The records pass through memory: `ServerConnection`
counts them.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL, crypto

from unpin.model.errors import NoChainError
from unpin.model.values import frozen
from unpin.network.connection import Deadline, EndedByServerError, connect
from unpin.network.handshake_faults import (
    MAYBE_OTHER_PROTOCOL,
    FailedHandshakeError,
    SilentEndError,
    handshake_fault,
)
from unpin.network.preambles import ask_for_tls
from unpin.network.server_address import (
    HTTPS_PORT,
    Protocol,
    ServerAddress,
    is_ip_address,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.network.connection import Channel

_RECORDS: Final = 65_536
"""The most bytes that are taken from OpenSSL at a time."""

_EVERYTHING: Final = b"ALL:!aNULL:@SECLEVEL=0"
"""Every cipher suite with certificates, and keys of every size: unpin looks, and trusts nothing."""

_POSTGRESQL: Final = b"postgresql"
"""IANA, TLS ALPN Protocol IDs; libpq from 17 sends it."""


_TDS: Final = b"tds/8.0"
"""IANA, TLS ALPN Protocol IDs (MS-TDS 3.2.5.1)."""


class TlsVersion(StrEnum):
    """The versions of TLS, as OpenSSL spells them."""

    TLS_1_0 = "TLSv1"
    TLS_1_1 = "TLSv1.1"
    TLS_1_2 = "TLSv1.2"
    TLS_1_3 = "TLSv1.3"

    @property
    def number(self) -> int:
        """The version in the protocol (RFC 8446 4.2.1)."""
        return 0x0301 + list(TlsVersion).index(self)


@frozen
class VersionAnswer:
    """Whether the server accepts a version; `accepted` is None if that was not found out.

    `reason` is why not, or why it was not found out; None if the server accepts it.
    """

    version: TlsVersion
    accepted: bool | None
    reason: str | None


@frozen
class TlsSession:
    """What a handshake showed.

    `chain` is the DER of the certificates in the order in which the server sent them. `alpn` is the
    protocol that it chose, None without. `wants_certificate` says that it asked for a client
    certificate; `refusal` is why it then refused unpin, which has none: None if it did not.
    `ocsp` is the OCSP response that the server stapled (RFC 6066 8), b"" without. `unusual`
    says that the server refused what OpenSSL offers by default, and agreed to an old version, an
    unusual cipher suite or a weak key: clients of today may refuse that.
    """

    address: str
    version: str
    cipher: str
    alpn: str | None
    wants_certificate: bool
    chain: tuple[bytes, ...]
    refusal: str | None
    ocsp: bytes = b""
    unusual: bool = False


def tls_session(
    server: ServerAddress,
    reached_at: tuple[str, int],
    timeout: float,
    version: TlsVersion | None = None,
) -> TlsSession:
    """Connect to the host and port `reached_at`, shake hands as with `server`, and close.

    `timeout` is the time for all of it, in seconds; `version` the only version that is offered,
    None for every version of the local library. Raises NoChainError.
    """
    deadline = Deadline(timeout)
    if version is not None:
        return _session_of(server, reached_at, deadline, client_context(version))
    try:
        return _session_of(server, reached_at, deadline, client_context(None, suites=None))
    except (EndedByServerError, FailedHandshakeError):
        found = _session_of(server, reached_at, deadline, client_context(None))
        return replace(found, unusual=True)


def agreed_suite(
    server: ServerAddress, reached_at: tuple[str, int], timeout: float, context: SSL.Context
) -> str:
    """The cipher suite on which a handshake with `context` agrees, whatever follows in it.

    Raises NoChainError; TlsAlertError if the server refuses every suite.
    """
    with _asked_for_tls(server, reached_at, Deadline(timeout)) as connection:
        session = _session(server, context)
        try:
            _shake_hands(connection, session, server.protocol)
        except NoChainError:
            # A server that wants a client certificate refuses after it has chosen the suite.
            if not session.get_cipher_name():
                raise
        return session.get_cipher_name() or ""


def _session_of(
    server: ServerAddress, reached_at: tuple[str, int], deadline: Deadline, context: SSL.Context
) -> TlsSession:
    with _asked_for_tls(server, reached_at, deadline) as connection:
        return _seen_session(connection, server, context)


@contextmanager
def _asked_for_tls(
    server: ServerAddress, reached_at: tuple[str, int], deadline: Deadline
) -> Iterator[Channel]:
    """A connection on which the TLS handshake begins. Raises NoChainError."""
    with connect(*reached_at, deadline) as connection:
        try:
            channel = ask_for_tls(connection, server.protocol)
        except EndedByServerError as error:
            # It says nothing about the TLS versions of the server.
            raise NoChainError(error.message, _maybe_plain_tls(server.protocol)) from error
        yield channel


def version_answers(
    server: ServerAddress, reached_at: tuple[str, int], timeout: float, seen: TlsSession
) -> tuple[VersionAnswer, ...]:
    """Which versions the server accepts: a connection for each that `seen` does not show.

    `timeout` is the time for each, in seconds.
    """
    return tuple(
        _version_answer(server, reached_at, timeout, version, seen) for version in TlsVersion
    )


def _version_answer(
    server: ServerAddress,
    reached_at: tuple[str, int],
    timeout: float,
    version: TlsVersion,
    seen: TlsSession,
) -> VersionAnswer:
    if version == seen.version:
        return VersionAnswer(version, True, None)
    if not can_offer(version):
        return VersionAnswer(version, None, "the local OpenSSL cannot offer it")
    try:
        tls_session(server, reached_at, timeout, version)
    except EndedByServerError as error:
        return VersionAnswer(version, False, error.message)
    except NoChainError as error:
        return VersionAnswer(version, None, error.message)
    return VersionAnswer(version, True, None)


@cache
def can_offer(version: TlsVersion) -> bool:
    """Whether the local library can offer the version at all."""
    try:
        session = SSL.Connection(client_context(version), None)
        session.set_connect_state()
        session.do_handshake()
    except SSL.WantReadError:
        return True
    except (SSL.Error, ValueError):
        return False
    return True


class _Watch:
    """Notes that the server asks for a client certificate (RFC 8446 4.3.2, RFC 5246 7.4.4)."""

    wants_certificate = False

    def __call__(self, session: SSL.Connection, where: int, result: int) -> None:
        """Called by OpenSSL at each step of the handshake."""
        del result
        if where == SSL.SSL_CB_CONNECT_LOOP and _CERTIFICATE_REQUEST in session.get_state_string():
            self.wants_certificate = True


_CERTIFICATE_REQUEST: Final = b"read server certificate request"


def client_context(
    version: TlsVersion | None,
    suites: bytes | None = _EVERYTHING,
    suites_of_1_3: bytes | None = None,
) -> SSL.Context:
    """What unpin offers: one version, or all; these suites, in OpenSSL's spelling.

    None for `suites`, which are those before TLS 1.3, stands for what OpenSSL offers by default.
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
    if suites is not None:
        context.set_cipher_list(suites)
    if suites_of_1_3 is not None:
        context.set_tls13_ciphersuites(suites_of_1_3)
    context.set_min_proto_version(SSL.TLS1_VERSION if version is None else version.number)
    context.set_max_proto_version(0 if version is None else version.number)
    return context


def _session(server: ServerAddress, context: SSL.Context) -> SSL.Connection:
    session = SSL.Connection(context, None)
    if not is_ip_address(server.host):
        try:
            session.set_tlsext_host_name(server.host.rstrip(".").encode("idna"))
        except UnicodeError as error:
            raise NoChainError(f"{server.host!r} is not a host name ({error})") from error
    if server.protocol in {Protocol.POSTGRES, Protocol.POSTGRES_DIRECT}:
        session.set_alpn_protos([_POSTGRESQL])
    elif server.protocol is Protocol.MSSQL_STRICT:
        session.set_alpn_protos([_TDS])
    elif server.protocol is Protocol.NONE and server.port == HTTPS_PORT:
        session.set_alpn_protos([b"h2", b"http/1.1"])
    session.set_connect_state()
    return session


def _seen_session(connection: Channel, server: ServerAddress, context: SSL.Context) -> TlsSession:
    """What a handshake shows. Raises NoChainError."""
    watch = _Watch()
    context.set_info_callback(watch)
    stapled: list[bytes] = []

    def keep(_session: SSL.Connection, response: bytes, _data: object) -> bool:
        stapled.append(response)
        return True

    context.set_ocsp_client_callback(keep)
    session = _session(server, context)
    session.request_ocsp()
    refusal: NoChainError | None = None
    try:
        _shake_hands(connection, session, server.protocol)
    except NoChainError as error:
        refusal = error
    chain = tuple(
        crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
        for certificate in session.get_peer_cert_chain() or ()
    )
    if refusal is not None and not (watch.wants_certificate and chain):
        raise refusal
    if not chain:
        raise NoChainError("the server sent no certificate")
    alpn = session.get_alpn_proto_negotiated()
    return TlsSession(
        connection.address,
        session.get_protocol_version_name(),
        session.get_cipher_name() or "",
        alpn.decode("ascii", "backslashreplace") if alpn else None,
        watch.wants_certificate,
        chain,
        None if refusal is None else refusal.message,
        b"".join(stapled[:1]),
    )


def _shake_hands(connection: Channel, session: SSL.Connection, protocol: Protocol) -> None:
    """The handshake, and the close behind it. Raises NoChainError."""
    begun = b""
    try:
        while True:
            try:
                session.do_handshake()
                break
            except SSL.WantReadError:
                _flush(session, connection)
                received = _received(connection, begun=bool(begun))
                begun = begun or received[:64]
                session.bio_write(received)
    except SSL.Error as error:
        _last_words(session, connection)
        if isinstance(error, SSL.ZeroReturnError):
            closed = "the server closed TLS during the handshake (close_notify)"
            raise EndedByServerError(closed) from error
        raise handshake_fault(_reason(error), begun, protocol) from error
    session.shutdown()
    _last_words(session, connection)


def _reason(error: SSL.Error) -> str:
    """The first reason that OpenSSL gives."""
    reasons = [reason for _, _, reason in error.args[0]] if error.args else []
    return str(reasons[0] if reasons else "no reason given")


def _received(connection: Channel, *, begun: bool) -> bytes:
    """What the server says next. Raises SilentEndError if it ends and has not `begun`."""
    try:
        data = connection.receive("the TLS handshake")
    except EndedByServerError as error:
        if begun:
            raise
        raise SilentEndError(error.message, MAYBE_OTHER_PROTOCOL) from error
    if data:
        return data
    if begun:
        raise EndedByServerError(_CLOSED)
    raise SilentEndError(_CLOSED, MAYBE_OTHER_PROTOCOL)


_CLOSED: Final = "the server closed the connection during the TLS handshake"


def _maybe_plain_tls(protocol: Protocol) -> str | None:
    plain = {Protocol.NONE, Protocol.POSTGRES_DIRECT, Protocol.MSSQL_STRICT}
    return None if protocol in plain else "--starttls none is for TLS from the first byte"


def _flush(session: SSL.Connection, connection: Channel) -> None:
    """Send what OpenSSL has to say."""
    while True:
        try:
            data = session.bio_read(_RECORDS)
        except SSL.WantReadError:
            return
        connection.send(data, "the TLS handshake")


def _last_words(session: SSL.Connection, connection: Channel) -> None:
    """Send the alert or the close; a server that is gone does not miss them."""
    try:
        _flush(session, connection)
    except NoChainError:
        return
