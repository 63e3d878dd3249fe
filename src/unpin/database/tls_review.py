"""Judge what a PostgreSQL server says about TLS, and name whom a stricter setting cuts off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, Final

from unpin.database.answers import quoted
from unpin.model.errors import UnpinError
from unpin.model.finding import Severity
from unpin.network.suite_strength import is_weak_suite
from unpin.stores.opening import open_bytes
from unpin.wording import counted, day, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.database.server_state import (
        AuthenticationRule,
        CertificateFile,
        ServerState,
        SessionGroup,
    )
    from unpin.model.certificate import Certificate

VERSIONS: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""The TLS versions as PostgreSQL spells them, oldest first."""

_OLD: Final = ("SSLv3", "TLSv1", "TLSv1.1")
"""Versions that RFC 8996 and RFC 7568 forbid."""

_ENFORCED: Final = ("on", "1")
"""The values of a setting that requires TLS."""

_MINIMUM: Final = "ssl_min_protocol_version"

_SOON: Final = timedelta(days=30)


class ServerFault(StrEnum):
    """The kinds of faults."""

    TLS_OFF = "tls-off"
    MAXIMUM_TOO_OLD = "maximum-version-too-old"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_UNREADABLE = "certificate-unreadable"
    CERTIFICATE_NOT_LOADED = "certificate-not-loaded"
    CERTIFICATE_EXPIRING = "certificate-expiring"
    PLAINTEXT_SESSIONS = "plaintext-sessions"
    OLD_VERSION_SESSIONS = "old-version-sessions"
    WEAK_CIPHER_SESSIONS = "weak-cipher-sessions"
    PLAINTEXT_ALLOWED = "plaintext-allowed"
    MINIMUM_TOO_OLD = "minimum-version-too-old"
    RULE_UNREADABLE = "rule-unreadable"
    SESSIONS_HIDDEN = "sessions-hidden"
    SETTINGS_HIDDEN = "settings-hidden"
    RULES_HIDDEN = "rules-hidden"
    RESTART_DUE = "restart-due"
    MINIMUM_BELOW_NEWEST = "minimum-below-tls-1.3"


@dataclass(frozen=True, slots=True)
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


def review(state: ServerState) -> list[ServerFinding]:
    """The findings, worst first."""
    found = [
        *_of_settings(state),
        *(finding for file in state.files for finding in _of_certificate(file, state)),
        *_of_sessions(state),
        *_of_access(state),
        *_of_the_unseen(state),
    ]
    return sorted(found, key=lambda finding: -finding.severity.rank)


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


def _of_settings(state: ServerState) -> Iterator[ServerFinding]:
    for setting in state.settings.values():
        if setting.waits:
            yield ServerFinding(
                ServerFault.RESTART_DUE,
                Severity.NOTE,
                f"{setting.name} has a new value in the configuration that needs a restart",
            )
    if state.value("ssl") == "off":
        yield ServerFinding(
            ServerFault.TLS_OFF,
            Severity.ERROR,
            "the server offers no TLS: ssl is off; sslmode=require and stricter clients fail",
            "give the server a certificate, and turn TLS on",
            _change(state, "ssl", "on"),
        )
        return
    maximum = state.value("ssl_max_protocol_version")
    if maximum in VERSIONS[:2]:
        yield ServerFinding(
            ServerFault.MAXIMUM_TOO_OLD,
            Severity.ERROR,
            f"ssl_max_protocol_version is {maximum}: clients of today refuse the handshake",
            "allow the newest version",
            _change(state, "ssl_max_protocol_version", ""),
        )
    minimum = state.value(_MINIMUM)
    if minimum in {"", *VERSIONS[:2]}:
        yield _minimum(state, minimum or "not set", "TLSv1.2", ServerFault.MINIMUM_TOO_OLD)
    elif minimum == "TLSv1.2" and maximum in {"", VERSIONS[-1]}:
        yield _minimum(state, minimum, "TLSv1.3", ServerFault.MINIMUM_BELOW_NEWEST)


def _minimum(state: ServerState, now: str, wanted: str, fault: ServerFault) -> ServerFinding:
    """Who would be cut off if ssl_min_protocol_version were `wanted`."""
    groups = cut_off(state, wanted)
    old = fault is ServerFault.MINIMUM_TOO_OLD
    lead = f"{_MINIMUM} is {now}"
    if old:
        lead += ": the server takes versions that RFC 8996 forbids"
    if groups:
        sessions = counted(session_count(groups), "session", "sessions")
        return ServerFinding(
            fault,
            Severity.WARNING if old else Severity.NOTE,
            f"{lead}; {wanted} would cut off {sessions}: {_names(groups)}",
            f"first update these clients; then {wanted} is safe",
            sessions=groups,
        )
    nobody = "would cut off nobody who is connected now"
    if state.hidden or state.left_out:
        nobody = "would cut off nobody of those who are listed"
    return ServerFinding(
        fault,
        Severity.WARNING if old else Severity.NOTE,
        f"{lead}; {wanted} {nobody}",
        f"set it to {wanted} when the clients that connect rarely are known, too",
        _change(state, _MINIMUM, wanted),
    )


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
    if file.pem is None:
        return
    certificate = certificate_in(file)
    if certificate is None:
        yield ServerFinding(
            ServerFault.CERTIFICATE_UNREADABLE,
            Severity.WARNING,
            f"{file.path}: unpin finds no certificate in it",
        )
        return
    ends = certificate.fields.not_after
    if ends is None or ends < state.now:
        yield ServerFinding(
            ServerFault.CERTIFICATE_EXPIRED,
            Severity.ERROR,
            f"the server certificate {certificate.label} ended on {day(ends)}",
            "renew it",
        )
    elif ends - state.now < _SOON:
        yield ServerFinding(
            ServerFault.CERTIFICATE_EXPIRING,
            Severity.WARNING,
            f"the server certificate {certificate.label} ends on {day(ends)}",
            "renew it",
        )


def certificate_in(file: CertificateFile) -> Certificate | None:
    """The first certificate of the file, which PostgreSQL sends as its own; None without one."""
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
    if plain and state.value("ssl") != "off":
        yield _about(
            plain,
            ServerFault.PLAINTEXT_SESSIONS,
            ("comes through the network without TLS", "come through the network without TLS"),
            "set sslmode=verify-full in these clients, with the roots of the server",
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
            "update these clients, or leave such suites out of ssl_ciphers",
        )


def _names(groups: Sequence[SessionGroup]) -> str:
    return few([group.who for group in groups])


def _about(
    groups: tuple[SessionGroup, ...], fault: ServerFault, what: tuple[str, str], cure: str
) -> ServerFinding:
    count = session_count(groups)
    said = counted(count, f"session {what[0]}", f"sessions {what[1]}")
    return ServerFinding(
        fault,
        Severity.WARNING,
        f"{said}: {_names(groups)}",
        cure,
        sessions=groups,
    )


def _of_access(state: ServerState) -> Iterator[ServerFinding]:
    """Whether the server takes sessions without TLS, and unreadable rules."""
    for rule in state.rules or ():
        if rule.error:
            yield ServerFinding(
                ServerFault.RULE_UNREADABLE,
                Severity.WARNING,
                f"pg_hba.conf, {rule.place}: PostgreSQL cannot read it: {rule.error}",
            )
    if state.value("ssl") == "off":
        return
    setting = state.enforcement
    if setting is not None:
        if setting.value not in _ENFORCED:
            yield _allowed(
                state,
                f"{setting.name} is {setting.value}: clients may connect without TLS",
                _change(state, setting.name, "1" if state.is_rds else "on"),
            )
        return
    taking = plaintext_rules(state.rules or ())
    if taking:
        lines = few([f"{rule.place} ({rule.text})" for rule in taking])
        yield _allowed(state, f"pg_hba.conf lets clients connect without TLS: {lines}", ())


def _of_the_unseen(state: ServerState) -> Iterator[ServerFinding]:
    """What the server did not show, of what the judgement rests on."""
    if state.hidden:
        hidden = counted(state.hidden, "session of another user", "sessions of other users")
        yield ServerFinding(
            ServerFault.SESSIONS_HIDDEN,
            Severity.WARNING,
            f"{hidden} cannot be seen",
            "let this user see them",
            (f"GRANT pg_read_all_stats TO {quoted(state.user)};",),
        )
    if state.left_out:
        yield ServerFinding(
            ServerFault.SESSIONS_HIDDEN,
            Severity.WARNING,
            "there are more sessions than unpin lists; the smallest groups are left out",
        )
    if state.value(_MINIMUM) is None:
        yield ServerFinding(
            ServerFault.SETTINGS_HIDDEN,
            Severity.WARNING,
            f"{state.user} may not see which TLS versions and suites the server allows",
            "let this user see them; unpin probe finds out the versions from outside",
            (f"GRANT pg_read_all_settings TO {quoted(state.user)};",),
        )
    if state.rules is None and state.enforcement is None and state.value("ssl") != "off":
        grants = [view.grant for view in state.withheld if view.name == "pg_hba_file_rules"]
        yield ServerFinding(
            ServerFault.RULES_HIDDEN,
            Severity.WARNING,
            f"{state.user} may not see whether pg_hba.conf lets clients connect without TLS",
            "let this user see the rules",
            tuple(f"{part};" for grant in grants for part in grant.split("; ")),
        )


def _allowed(state: ServerState, message: str, commands: tuple[str, ...]) -> ServerFinding:
    plain = tuple(group for group in state.sessions if group.is_plaintext)
    if plain:
        return ServerFinding(
            ServerFault.PLAINTEXT_ALLOWED,
            Severity.WARNING,
            message,
            f"first give TLS to {_names(plain)}, then require it",
            sessions=plain,
        )
    cure = "require TLS" if commands else "write hostssl for host, and let the server read the file"
    reload = commands or ("SELECT pg_reload_conf();",)
    return ServerFinding(ServerFault.PLAINTEXT_ALLOWED, Severity.WARNING, message, cure, reload)


def plaintext_rules(rules: Sequence[AuthenticationRule]) -> list[AuthenticationRule]:
    """The rules by which a client in a network connects without TLS; the first that fits counts.

    Source: the PostgreSQL documentation, chapter "The pg_hba.conf File".
    """
    found = []
    refused: set[tuple[str, int]] = set()
    for rule in rules:
        if rule.error or rule.kind not in {"host", "hostnossl", "hostnogssenc"}:
            continue
        if rule.method == "reject":
            # hostnogssenc also matches TLS without GSSAPI: it leaves no plaintext either.
            refused |= rule.refused
        elif not rule.is_local and not refused.issuperset(product(rule.purposes, (4, 6))):
            found.append(rule)
    return found


def keyword_rules(rules: Sequence[AuthenticationRule]) -> list[AuthenticationRule]:
    """The rules that keep plaintext out of a later one if their "all" is the keyword.

    In quotes it is a name, and the rule keeps nobody out: pg_hba_file_rules shows both alike.
    """
    refusing = [rule for rule in rules if rule.method == "reject" and rule.refused]
    others = [rule for rule in rules if rule not in refusing]
    return refusing if len(plaintext_rules(others)) > len(plaintext_rules(rules)) else []


def _change(state: ServerState, name: str, value: str) -> tuple[str, ...]:
    """What changes a setting where the server runs."""
    if state.is_azure:
        command = "az postgres flexible-server parameter set --resource-group GROUP"
        return (f"{command} --server-name SERVER --name {name} --value {value or VERSIONS[-1]}",)
    if state.is_rds:
        command = "aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters"
        parameter = f"ParameterName={name},ParameterValue={value or VERSIONS[-1]}"
        return (f"{command} {parameter},ApplyMethod=immediate",)
    return (f"ALTER SYSTEM SET {name} = '{value}';", "SELECT pg_reload_conf();")
