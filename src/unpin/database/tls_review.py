"""Judge what a database server says about TLS, and name whom a stricter setting cuts off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from unpin.database.mysql_review import (
    mysql_access,
    mysql_counted,
    mysql_reload,
    mysql_settings,
    mysql_unseen,
)
from unpin.database.postgresql_review import (
    postgresql_access,
    postgresql_settings,
    postgresql_unseen,
)
from unpin.database.server_findings import (
    ServerFault,
    ServerFinding,
    group_names,
    is_old_version,
    session_count,
)
from unpin.database.server_state import DatabaseProduct
from unpin.model.errors import UnpinError
from unpin.model.finding import Severity
from unpin.network.suite_strength import is_weak_suite
from unpin.stores.opening import open_bytes
from unpin.wording import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from unpin.database.server_state import CertificateFile, ServerState, SessionGroup
    from unpin.model.certificate import Certificate

_SOON: Final = timedelta(days=30)

_VERIFYING: Final = {
    DatabaseProduct.POSTGRESQL: "sslmode=verify-full",
    DatabaseProduct.MYSQL: "ssl-mode=VERIFY_IDENTITY",
    DatabaseProduct.MARIADB: "ssl-verify-server-cert and ssl-ca",
}
"""The setting of the clients that verifies the server and its name."""

_SUITES: Final = {
    DatabaseProduct.POSTGRESQL: "ssl_ciphers",
    DatabaseProduct.MYSQL: "ssl_cipher",
    DatabaseProduct.MARIADB: "ssl_cipher",
}
"""The setting of the server that names the suites of TLS 1.2 and before."""


def review(state: ServerState) -> list[ServerFinding]:
    """The findings, worst first."""
    if state.product is DatabaseProduct.POSTGRESQL:
        settings, access, unseen = postgresql_settings, postgresql_access, postgresql_unseen
    else:
        settings, access, unseen = mysql_settings, mysql_access, mysql_unseen
    found = [
        *settings(state),
        *(finding for file in state.files for finding in _of_certificate(file, state)),
        *_of_sessions(state),
        *mysql_counted(state),
        *access(state),
        *_of_those_left_out(state),
        *unseen(state),
    ]
    return sorted(found, key=lambda finding: -finding.severity.rank)


def _of_certificate(file: CertificateFile, state: ServerState) -> Iterator[ServerFinding]:
    if file.modified and state.loaded and file.modified > state.loaded:
        yield ServerFinding(
            ServerFault.CERTIFICATE_NOT_LOADED,
            Severity.WARNING,
            f"{file.path} is from {file.modified:%Y-%m-%d %H:%M}, and the server last read its "
            f"configuration at {state.loaded:%Y-%m-%d %H:%M}: it still sends the old certificate",
            "let the server read the file",
            ("SELECT pg_reload_conf();",),
        )
    certificate = certificate_in(file)
    if file.pem is not None and certificate is None:
        yield ServerFinding(
            ServerFault.CERTIFICATE_UNREADABLE,
            Severity.WARNING,
            f"{file.path}: unpin finds no certificate in it",
        )
    in_file = None if certificate is None else certificate.fields.not_after
    sent = file.sent_until
    if certificate is not None and sent is not None and in_file != sent:
        yield ServerFinding(
            ServerFault.CERTIFICATE_NOT_LOADED,
            Severity.WARNING,
            f"the certificate in {file.path} ends on {day(in_file)}, the one that the server sends "
            f"on {day(sent)}: it has not read the file since",
            "let the server read the file",
            mysql_reload(state),
        )
        yield from _of_the_end("the certificate that the server sends", sent, state)
    elif certificate is not None:
        yield from _of_the_end(f"the server certificate {certificate.label}", in_file, state)
    elif sent is not None:
        yield from _of_the_end("the server certificate", sent, state)


def _of_the_end(name: str, ends: datetime | None, state: ServerState) -> Iterator[ServerFinding]:
    if ends is None or ends < state.now:
        yield ServerFinding(
            ServerFault.CERTIFICATE_EXPIRED,
            Severity.ERROR,
            f"{name} ended on {day(ends)}",
            "renew it",
        )
    elif ends - state.now < _SOON:
        yield ServerFinding(
            ServerFault.CERTIFICATE_EXPIRING,
            Severity.WARNING,
            f"{name} ends on {day(ends)}",
            "renew it",
        )


def certificate_in(file: CertificateFile) -> Certificate | None:
    """The first certificate of the file, which the server sends as its own; None without one."""
    if file.pem is None:
        return None
    try:
        store = open_bytes(file.pem, source=file.path)
    except UnpinError:
        return None
    return next(store.certificates(), None)


def _of_sessions(state: ServerState) -> Iterator[ServerFinding]:
    plain = tuple(group for group in state.sessions if group.is_plaintext)
    old = tuple(group for group in state.sessions if is_old_version(group.version))
    weak = tuple(group for group in state.sessions if is_weak_suite(group.cipher))
    if plain and state.has_tls is not False:
        yield _about(
            plain,
            ServerFault.PLAINTEXT_SESSIONS,
            ("comes through the network without TLS", "come through the network without TLS"),
            f"set {_VERIFYING[state.product]} in these clients, with the roots of the server",
        )
    if old:
        yield _about(
            old,
            ServerFault.OLD_VERSION_SESSIONS,
            ("uses a TLS version that RFC 8996 forbids", "use TLS versions that RFC 8996 forbids"),
            "update these clients or their TLS libraries",
        )
    if weak:
        yield _about(
            weak,
            ServerFault.WEAK_CIPHER_SESSIONS,
            (
                "uses a cipher suite that is broken or has no forward secrecy",
                "use cipher suites that are broken or have no forward secrecy",
            ),
            f"update these clients, or leave such suites out of {_SUITES[state.product]}",
        )


def _about(
    groups: tuple[SessionGroup, ...], fault: ServerFault, what: tuple[str, str], cure: str
) -> ServerFinding:
    count = session_count(groups)
    said = counted(count, f"session {what[0]}", f"sessions {what[1]}")
    return ServerFinding(
        fault,
        Severity.WARNING,
        f"{said}: {group_names(groups)}",
        cure,
        sessions=groups,
    )


def _of_those_left_out(state: ServerState) -> Iterator[ServerFinding]:
    if state.left_out:
        yield ServerFinding(
            ServerFault.SESSIONS_HIDDEN,
            Severity.WARNING,
            "there are more sessions than unpin lists; the smallest groups are left out",
        )
