"""What follows from the settings and rules of PostgreSQL, and how they are changed."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from unpin.database.answers import quoted
from unpin.database.server_findings import (
    VERSIONS,
    ServerFault,
    ServerFinding,
    StricterMinimum,
    minimum_finding,
    plaintext_finding,
)
from unpin.model.finding import Severity
from unpin.wording import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.database.server_state import AuthenticationRule, ServerSetting, ServerState

_ENFORCED: Final = ("on", "1")
"""The values of a setting that requires TLS."""

_MINIMUM: Final = "ssl_min_protocol_version"


def postgresql_settings(state: ServerState) -> Iterator[ServerFinding]:
    """Whether there is TLS, and which versions the server takes."""
    for setting in state.settings.values():
        if setting.waits:
            yield ServerFinding(
                ServerFault.RESTART_DUE,
                Severity.NOTE,
                f"{setting.name} has a new value in the configuration that needs a restart",
            )
    if state.has_tls is False:
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
    cure = f"set it to {wanted} when the clients that connect rarely are known, too"
    commands = _change(state, _MINIMUM, wanted)
    return minimum_finding(
        state, StricterMinimum(_MINIMUM, now, wanted, wanted, cure, commands), fault
    )


def postgresql_access(state: ServerState) -> Iterator[ServerFinding]:
    """Whether the server takes sessions without TLS, and unreadable rules."""
    for rule in state.rules or ():
        if rule.error:
            yield ServerFinding(
                ServerFault.RULE_UNREADABLE,
                Severity.WARNING,
                f"pg_hba.conf, {rule.place}: PostgreSQL cannot read it: {rule.error}",
            )
    if state.has_tls is False:
        return
    setting = _enforcement(state)
    if setting is not None:
        if setting.value not in _ENFORCED:
            yield _allowed(
                state,
                f"{setting.name} is {setting.value}: clients may connect without TLS",
                _change(state, setting.name, "1" if _is_rds(state) else "on"),
            )
        return
    taking = plaintext_rules(state.rules or ())
    if taking:
        lines = few([f"{rule.place} ({rule.text})" for rule in taking])
        yield _allowed(state, f"pg_hba.conf lets clients connect without TLS: {lines}", ())


def postgresql_unseen(state: ServerState) -> Iterator[ServerFinding]:
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
    if state.value(_MINIMUM) is None:
        yield ServerFinding(
            ServerFault.SETTINGS_HIDDEN,
            Severity.WARNING,
            f"{state.user} may not see which TLS versions and suites the server allows",
            "let this user see them; unpin probe finds out the versions from outside",
            (f"GRANT pg_read_all_settings TO {quoted(state.user)};",),
        )
    if state.rules is None and _enforcement(state) is None and state.has_tls is not False:
        grants = [view.grant for view in state.withheld if view.name == "pg_hba_file_rules"]
        yield ServerFinding(
            ServerFault.RULES_HIDDEN,
            Severity.WARNING,
            f"{state.user} may not see whether pg_hba.conf lets clients connect without TLS",
            "let this user see the rules",
            tuple(f"{part};" for grant in grants for part in grant.split("; ")),
        )


def _allowed(state: ServerState, message: str, commands: tuple[str, ...]) -> ServerFinding:
    cure = "require TLS" if commands else "write hostssl for host, and let the server read the file"
    plain = [group for group in state.sessions if group.is_plaintext]
    reload = commands or ("SELECT pg_reload_conf();",)
    return plaintext_finding(state, plain, message, cure, reload)


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


def _enforcement(state: ServerState) -> ServerSetting | None:
    """The setting of a cloud that requires TLS, or not; None where there is none."""
    names = ("require_secure_transport", "rds.force_ssl")
    return next((state.settings[name] for name in names if name in state.settings), None)


def _is_azure(state: ServerState) -> bool:
    """Whether this is Azure Database for PostgreSQL."""
    return "azure.extensions" in state.settings or "require_secure_transport" in state.settings


def _is_rds(state: ServerState) -> bool:
    """Whether this is Amazon RDS or Aurora."""
    return any(name.startswith("rds.") for name in state.settings)


def _change(state: ServerState, name: str, value: str) -> tuple[str, ...]:
    """What changes a setting where the server runs."""
    if _is_azure(state):
        command = "az postgres flexible-server parameter set --resource-group GROUP"
        return (f"{command} --server-name SERVER --name {name} --value {value or VERSIONS[-1]}",)
    if _is_rds(state):
        command = "aws rds modify-db-parameter-group --db-parameter-group-name GROUP --parameters"
        parameter = f"ParameterName={name},ParameterValue={value or VERSIONS[-1]}"
        return (f"{command} {parameter},ApplyMethod=immediate",)
    return (f"ALTER SYSTEM SET {name} = '{value}';", "SELECT pg_reload_conf();")
