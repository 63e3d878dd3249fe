"""Findings about database servers: their kinds, and those that are alike for every product."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.model.finding import Severity
from unpin.model.values import frozen
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.database.server_state import ServerState, SessionGroup

VERSIONS: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""The TLS versions as PostgreSQL and MySQL spell them, oldest first."""

_OLD: Final = ("SSLv3", "TLSv1", "TLSv1.1")
"""Versions that RFC 8996 and RFC 7568 forbid."""


class ServerFault(StrEnum):
    """The kinds of faults."""

    TLS_OFF = "tls-off"
    MAXIMUM_TOO_OLD = "maximum-version-too-old"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_UNREADABLE = "certificate-unreadable"
    CERTIFICATE_NOT_LOADED = "certificate-not-loaded"
    CERTIFICATE_EXPIRING = "certificate-expiring"
    PLAINTEXT_SESSIONS = "plaintext-sessions"
    PLAINTEXT_CONNECTIONS = "plaintext-connections"
    OLD_VERSION_SESSIONS = "old-version-sessions"
    WEAK_CIPHER_SESSIONS = "weak-cipher-sessions"
    PLAINTEXT_ALLOWED = "plaintext-allowed"
    MINIMUM_TOO_OLD = "minimum-version-too-old"
    RULE_UNREADABLE = "rule-unreadable"
    SESSIONS_HIDDEN = "sessions-hidden"
    ENCRYPTION_HIDDEN = "encryption-hidden"
    SETTINGS_HIDDEN = "settings-hidden"
    RULES_HIDDEN = "rules-hidden"
    RESTART_DUE = "restart-due"
    MINIMUM_BELOW_NEWEST = "minimum-below-tls-1.3"


@frozen
class ServerFinding:
    """A fault of a database server or of its sessions.

    `sessions` are the groups of sessions that the finding is about, or that its cure would cut
    off. `cure` is what to do, and `commands` what to paste for it; both may be empty.
    """

    fault: ServerFault
    severity: Severity
    message: str
    cure: str = ""
    commands: tuple[str, ...] = ()
    sessions: tuple[SessionGroup, ...] = ()


@frozen
class StricterMinimum:
    """A later oldest version: `setting` is `now`, and would be `value`, with `version` the oldest.

    `commands` set it; where there are none, `cure` says how.
    """

    setting: str
    now: str
    version: str
    value: str
    cure: str
    commands: tuple[str, ...]


def is_old_version(version: str) -> bool:
    """Whether RFC 7568 or RFC 8996 forbids the TLS version; "" is no version."""
    return version in _OLD


def cut_off(state: ServerState, minimum: str) -> tuple[SessionGroup, ...]:
    """The groups of sessions with an older TLS version than `minimum`, of `VERSIONS`."""
    older = (*_OLD[:1], *VERSIONS[: VERSIONS.index(minimum)])
    return tuple(group for group in state.sessions if group.version in older)


def session_count(groups: Sequence[SessionGroup]) -> int:
    """The number of sessions in the groups."""
    return sum(group.sessions for group in groups)


def group_names(groups: Sequence[SessionGroup]) -> str:
    """The first of the groups by name, and how many there are beside them."""
    return few([group.who for group in groups])


def minimum_finding(
    state: ServerState, stricter: StricterMinimum, fault: ServerFault
) -> ServerFinding:
    """Whom the later oldest version would cut off."""
    groups = cut_off(state, stricter.version)
    old = fault is ServerFault.MINIMUM_TOO_OLD
    severity = Severity.WARNING if old else Severity.NOTE
    lead = f"{stricter.setting} is {stricter.now}"
    if old:
        lead += ": the server takes versions that RFC 8996 forbids"
    unseen = session_count(state.unseen)
    if groups:
        sessions = counted(session_count(groups), "session", "sessions")
        more = f", and perhaps some of {unseen} whose version is not shown" if unseen else ""
        return ServerFinding(
            fault,
            severity,
            f"{lead}; {stricter.value} would cut off {sessions}: {group_names(groups)}{more}",
            f"first update these clients; then {stricter.value} is safe",
            sessions=groups,
        )
    if unseen:
        sessions = counted(unseen, "session", "sessions")
        return ServerFinding(
            fault,
            severity,
            f"{lead}; whom {stricter.value} would cut off is not known: the server does not show "
            f"the TLS version of {sessions}",
            "first find out the versions of the clients",
        )
    nobody = "would cut off nobody who is connected now"
    if (state.hidden or state.left_out) and not state.sessions:
        return ServerFinding(
            fault,
            severity,
            f"{lead}; whom {stricter.value} would cut off is not known: no session is listed",
            "first find out the versions of the clients",
        )
    if state.hidden or state.left_out:
        nobody = "would cut off nobody of those who are listed"
    return ServerFinding(
        fault, severity, f"{lead}; {stricter.value} {nobody}", stricter.cure, stricter.commands
    )


def plaintext_finding(
    state: ServerState,
    plain: Sequence[SessionGroup],
    message: str,
    cure: str,
    commands: tuple[str, ...],
) -> ServerFinding:
    """The server takes sessions without TLS; `plain` are those that the cure would cut off."""
    dark = any(group.address and group.is_encrypted is None for group in state.sessions)
    if plain:
        cure, commands = f"first give TLS to {group_names(plain)}, then require it", ()
    elif dark or state.hidden or state.left_out:
        cure, commands = "first find out which of the other clients use TLS, then require it", ()
    return ServerFinding(
        ServerFault.PLAINTEXT_ALLOWED, Severity.WARNING, message, cure, commands, tuple(plain)
    )
