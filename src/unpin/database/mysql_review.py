"""What follows from the settings and accounts of MySQL and MariaDB, and how they are changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from unpin.database.mysql_queries import PROCESSLIST_VIEW, THREADS_VIEW
from unpin.database.server_findings import (
    VERSIONS,
    ServerFault,
    ServerFinding,
    StricterMinimum,
    minimum_finding,
    plaintext_finding,
    session_count,
)
from unpin.database.server_state import DatabaseProduct, is_loopback
from unpin.model.finding import Severity
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.database.server_state import ServerState

_VERSIONS: Final = "tls_version"
_REQUIRED: Final = "require_secure_transport"
_NUMBER: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def mysql_settings(state: ServerState) -> Iterator[ServerFinding]:
    """Whether there is TLS, and which versions the server takes."""
    said = state.value(_VERSIONS)
    setting = state.settings.get(_VERSIONS)
    if setting is not None and setting.waits:
        yield ServerFinding(
            ServerFault.RESTART_DUE,
            Severity.NOTE,
            f"{_VERSIONS} is {said}, which the server does not use yet: "
            f"{state.value('current_tls_version')} is in force",
            "let the server take it",
            mysql_reload(state),
        )
        said = state.value("current_tls_version")
    if state.has_tls is False:
        yield ServerFinding(
            ServerFault.TLS_OFF,
            Severity.ERROR,
            "the server offers no TLS; clients that require it fail",
            f"give the server a certificate (ssl_cert, ssl_key), and a {_VERSIONS}; restart it",
        )
        return
    if said is None:
        return
    taken = [version for version in VERSIONS if version in re.split(r"[\s,]+", said)]
    if not taken:
        yield ServerFinding(
            ServerFault.SETTINGS_HIDDEN,
            Severity.WARNING,
            f"{_VERSIONS} is {said or 'not set'}: the versions that the server takes are not known",
            "unpin probe finds out the versions from outside",
        )
    elif taken[-1] in VERSIONS[:2]:
        yield ServerFinding(
            ServerFault.MAXIMUM_TOO_OLD,
            Severity.ERROR,
            f"{_VERSIONS} is {said}: clients of today refuse the handshake",
            *_how(state, _VERSIONS, "TLSv1.2,TLSv1.3"),
        )
    elif taken[0] in VERSIONS[:2]:
        yield _minimum(state, said, taken, "TLSv1.2", ServerFault.MINIMUM_TOO_OLD)
    elif taken == ["TLSv1.2", "TLSv1.3"]:
        yield _minimum(state, said, taken, "TLSv1.3", ServerFault.MINIMUM_BELOW_NEWEST)


def mysql_access(state: ServerState) -> Iterator[ServerFinding]:
    """Whether the server takes sessions without TLS through the network."""
    required = state.value(_REQUIRED)
    if state.has_tls is False or required == "ON" or _is_for_itself(state):
        return
    lead = f"the server has no {_REQUIRED}" if required is None else f"{_REQUIRED} is {required}"
    taking = [account.text for account in state.accounts or () if not account.is_local]
    if any(group.is_plaintext for group in state.sessions):
        yield _allowed(state, f"{lead}: clients may connect without TLS")
    elif state.accounts is None:
        yield ServerFinding(
            ServerFault.RULES_HIDDEN,
            Severity.WARNING,
            f"{lead}, and {state.user} may not see which accounts need TLS",
            "let this user see the accounts, or require TLS of all",
            _grants(state, "mysql.user"),
        )
    elif taking:
        yield _allowed(state, f"{lead}, and accounts may connect without TLS: {few(taking)}")


def _allowed(state: ServerState, message: str) -> ServerFinding:
    """The setting also refuses plaintext of loopback addresses, but not of Unix sockets."""
    plain = [group for group in state.sessions if group.address and group.is_encrypted is False]
    return plaintext_finding(state, plain, message, *_how(state, _REQUIRED, "ON"))


def mysql_counted(state: ServerState) -> Iterator[ServerFinding]:
    """Connections without TLS that MariaDB counted, also of clients that have gone."""
    plain = [each for each in state.counted if each.without_tls]
    remote = [each for each in plain if each.address and not is_loopback(each.address)]
    if not remote or state.has_tls is False:
        return
    came = counted(
        sum(each.without_tls for each in remote), "connection has come", "connections have come"
    )
    places = few(
        [f"{each.without_tls} of {each.connections} from {each.address}" for each in remote]
    )
    says = f"{came} through the network without TLS since the server counts them: {places}"
    users = few(
        [f"{each.user} ({each.without_tls} of {each.connections})" for each in plain if each.user]
    )
    yield ServerFinding(
        ServerFault.PLAINTEXT_CONNECTIONS,
        Severity.WARNING,
        f"{says}; users without TLS, also by Unix sockets: {users}" if users else says,
        "give TLS to these clients; FLUSH USER_STATISTICS, CLIENT_STATISTICS counts anew",
    )


def mysql_unseen(state: ServerState) -> Iterator[ServerFinding]:
    """What the server did not show, of what the judgement rests on."""
    if state.hidden:
        grants = _grants(state, PROCESSLIST_VIEW)
        whose = "session of another user", "sessions of other users"
        hidden = counted(state.hidden, *(whose if grants else ("session", "sessions")))
        room = "raise performance_schema_max_thread_instances, which is too low; restart the server"
        yield ServerFinding(
            ServerFault.SESSIONS_HIDDEN,
            Severity.WARNING,
            f"{hidden} cannot be seen",
            "let this user see them" if grants else room,
            grants,
        )
    unseen = session_count(state.unseen)
    if state.value("performance_schema") == "OFF":
        said = counted(unseen, "session uses", "sessions use") if unseen else "sessions use"
        cure, commands = _how(state, "performance_schema", "ON")
        if state.value("userstat") == "OFF":
            cure += "; without a restart this counts new connections, with TLS and without:"
            commands = (*commands, "SET GLOBAL userstat = ON;")
        yield ServerFinding(
            ServerFault.ENCRYPTION_HIDDEN,
            Severity.WARNING,
            f"performance_schema is OFF: whether {said} TLS, and which version, is not known",
            cure,
            commands,
        )
    elif grants := _grants(state, THREADS_VIEW):
        yield ServerFinding(
            ServerFault.ENCRYPTION_HIDDEN,
            Severity.WARNING,
            f"{state.user} may not see whether sessions use TLS, and which version",
            "let this user see it",
            grants,
        )
    elif unseen:
        sessions = counted(unseen, "session", "sessions")
        yield ServerFinding(
            ServerFault.ENCRYPTION_HIDDEN,
            Severity.WARNING,
            f"the server does not show the TLS version of {sessions}",
            "ask again: a session that begins or ends is shown in part",
            sessions=state.unseen,
        )
    if state.has_tls is None or state.value(_VERSIONS) is None:
        yield ServerFinding(
            ServerFault.SETTINGS_HIDDEN,
            Severity.WARNING,
            "the server does not say whether it offers TLS, or which versions",
            "unpin probe finds out from outside",
        )


def mysql_reload(state: ServerState) -> tuple[str, ...]:
    """What lets the server read its certificate again."""
    if state.product is DatabaseProduct.MARIADB:
        return ("FLUSH SSL;",)
    return ("ALTER INSTANCE RELOAD TLS;",) if _number(state) >= (8, 0, 16) else ()


def _minimum(
    state: ServerState, now: str, taken: list[str], wanted: str, fault: ServerFault
) -> ServerFinding:
    later = VERSIONS[VERSIONS.index(wanted) :]
    value = ",".join(version for version in taken if version in later)
    cure, commands = _how(state, _VERSIONS, value)
    cure = f"when the clients that connect rarely are known, too: {cure}"
    return minimum_finding(
        state, StricterMinimum(_VERSIONS, now, wanted, value, cure, commands), fault
    )


def _grants(state: ServerState, view: str) -> tuple[str, ...]:
    return tuple(f"{each.grant};" for each in state.withheld if each.name == view)


def _is_for_itself(state: ServerState) -> bool:
    """Whether the server takes no connection through a network, nor by the X protocol."""
    if state.value("skip_networking") == "ON":
        return True
    names = ("bind_address", "mysqlx_bind_address")
    bound = [value for name in names if (value := state.value(name)) is not None]
    return bool(bound) and all(is_loopback(each) for value in bound for each in value.split(","))


def _is_azure(state: ServerState) -> bool:
    """Whether this is Azure Database for MySQL."""
    return "aad_auth_only" in state.settings


def _is_rds(state: ServerState) -> bool:
    """Whether this is Amazon RDS or Aurora."""
    return "aurora_version" in state.settings or (state.value("basedir") or "").startswith("/rdsdb")


def _number(state: ServerState) -> tuple[int, ...]:
    found = _NUMBER.match(state.version)
    return tuple(map(int, found.groups())) if found else ()


def _how(state: ServerState, name: str, value: str) -> tuple[str, tuple[str, ...]]:
    """How a setting is changed where the server runs: a sentence, and what to paste."""
    said = f"set {name}={value}"
    if _is_azure(state):
        command = "az mysql flexible-server parameter set --resource-group GROUP"
        return said, (f"{command} --server-name SERVER --name {name} --value {value}",)
    if _is_rds(state):
        command = "aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters"
        method = "immediate" if name == _REQUIRED else "pending-reboot"
        words = f'ParameterName={name},ParameterValue="{value}",ApplyMethod={method}'
        return said, (f"{command} '{words}'",)
    if state.product is DatabaseProduct.MYSQL and _number(state) >= (8, 0, 16):
        if name == _REQUIRED:
            return said, (f"SET PERSIST {name} = {value};",)
        if name == _VERSIONS:
            return said, (f"SET PERSIST {name} = '{value}';", *mysql_reload(state))
    group = "mariadbd" if state.product is DatabaseProduct.MARIADB else "mysqld"
    said += f" under [{group}] in the option file"
    if name == _REQUIRED:
        return f"{said}, and until the next start:", (f"SET GLOBAL {name} = {value};",)
    return f"{said}, and restart the server", ()
