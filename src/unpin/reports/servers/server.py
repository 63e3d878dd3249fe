"""`unpin server`: what a database server says about TLS, and what follows from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.database.tls_review import (
    ServerFault,
    certificate_in,
    is_old_version,
    keyword_rules,
    session_count,
)
from unpin.model.finding import Severity
from unpin.network.suite_strength import is_weak_suite
from unpin.reports.blocks import Command, Headline, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.store_fields import iso
from unpin.wording import counted, day, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.database.server_state import ServerState, SessionGroup
    from unpin.database.tls_review import ServerFinding
    from unpin.reports.blocks import Block, Cell
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row

_TONES: Final = {
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.DOUBTFUL,
    Severity.NOTE: Tone.NEUTRAL,
}
_SHOWN_SETTINGS: Final = (
    "ssl", "require_secure_transport", "rds.force_ssl", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "ssl_ciphers", "ssl_tls13_ciphers", "ssl_groups",
    "ssl_ecdh_curve", "ssl_prefer_server_ciphers", "ssl_cert_file", "ssl_ca_file",
    "ssl_crl_file", "ssl_library",
)  # fmt: skip
_UNSEEN: Final = {
    ServerFault.SESSIONS_HIDDEN,
    ServerFault.SETTINGS_HIDDEN,
    ServerFault.RULES_HIDDEN,
}
"""Findings about what the server did not show: without others, the verdict is unknown."""
_MOST_SESSIONS: Final = 20
"""Rows of sessions on a page without --verbose."""


@dataclass(frozen=True, slots=True)
class ServerReport:
    """The state of a server and its findings; `everything` shows sessions without fault, too."""

    state: ServerState
    findings: Sequence[ServerFinding]
    everything: bool = False

    title: ClassVar[str] = "unpin server"
    json_key: ClassVar[str] = "databases"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "database", "user", "application", "address", "version", "cipher", "encrypted",
        "sessions", "since", "faults",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """The verdict, the findings with their cures, the settings, the sessions."""
        state = self.state
        tls = "TLS is off" if state.value("ssl") == "off" else "TLS is on"
        yield Title((f"{state.source}: PostgreSQL {state.version}, {tls}",))
        yield Headline(self.verdict(), self.answer())
        if self.findings:
            yield Table(("severity", "finding", "cure"), [_finding_cells(f) for f in self.findings])
        yield Table(("setting", "value"), list(self._settings()))
        rows = self._session_rows()
        if rows:
            yield Table(("sessions", "user", "application", "address", "encryption"), rows)
        yield Notes(tuple(self._notes(len(rows))))

    markdown = text

    def json_fields(self) -> Row:
        """The state with the settings and sessions, and the findings."""
        return {
            **self._server_row(),
            "settings": {name: each.value for name, each in self.state.settings.items()},
            "sessions": [self._session_row(group) for group in self.state.sessions],
            "findings": [_finding_row(finding) for finding in self.findings],
        }

    def json_lines(self) -> Iterator[Row]:
        """A line for the server, and for each group of sessions and each finding."""
        yield {"type": "database", **self._server_row()}
        for group in self.state.sessions:
            yield {
                "type": "sessions", "source": self.state.source, **self._session_row(group),
            }  # fmt: skip
        for finding in self.findings:
            yield {"type": "server-finding", "source": self.state.source, **_finding_row(finding)}

    def csv_rows(self) -> Iterator[Row]:
        """A row for each group of sessions; a row for the server if it has no other session."""
        for group in self.state.sessions:
            row = self._session_row(group)
            yield {"source": self.state.source, **row, "faults": " ".join(row["faults"])}
        if not self.state.sessions:
            yield {"source": self.state.source, "sessions": 0}

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        return iter(())

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_connections import of_server

        return of_server(self)

    def verdict(self) -> Toned:
        """The worst of the findings in a word."""
        errors = any(finding.severity is Severity.ERROR for finding in self.findings)
        warnings = {f.fault for f in self.findings if f.severity is Severity.WARNING}
        if errors:
            return Toned("FAULT", Tone.BAD)
        if warnings - _UNSEEN:
            return Toned("AT RISK", Tone.DOUBTFUL)
        return Toned("UNKNOWN", Tone.DOUBTFUL) if warnings else Toned("SOUND", Tone.GOOD)

    def answer(self) -> str:
        """How many sessions use what."""
        state = self.state
        total = session_count(state.sessions)
        parts = [f"{counted(total, 'other session', 'other sessions')} listed"]
        kinds = (
            ("without TLS", lambda group: group.is_plaintext),
            ("with an old TLS version", lambda group: is_old_version(group.version)),
            ("with a weak suite", lambda group: is_weak_suite(group.cipher)),
        )
        bad = [
            f"{session_count(found)} {words}"
            for words, test in kinds
            if (found := [group for group in state.sessions if test(group)])
        ]
        if bad:
            parts.append(", ".join(bad))
        elif total:
            parts.append("each with a current TLS version and suite, or on the server itself")
        if state.hidden:
            parts.append(
                f"{counted(state.hidden, 'session is', 'sessions are')} hidden from {state.user}"
            )
        return "; ".join(parts)

    def _settings(self) -> Iterator[list[Cell]]:
        for name in _SHOWN_SETTINGS:
            value = self.state.value(name)
            if value is not None:
                yield [name, value or "(not set)"]
        for file in self.state.files:
            certificate = certificate_in(file)
            said = [] if file.modified is None else [f"written {file.modified:%Y-%m-%d %H:%M}"]
            if certificate is not None:
                fields = certificate.fields
                said += [
                    certificate.label,
                    f"by {fields.issuer}",
                    f"valid until {day(fields.not_after)}",
                ]
            yield [file.path, ", ".join(said)]

    def _session_rows(self) -> list[Sequence[Cell]]:
        groups = sorted(self.state.sessions, key=lambda group: not _faults(group))
        if not self.everything:
            groups = [group for group in groups if _faults(group)][:_MOST_SESSIONS]
        return [
            [
                str(group.sessions),
                f"{group.user}@{group.database}",
                group.application,
                group.place,
                _encryption(group),
            ]
            for group in groups
        ]

    def _notes(self, shown: int) -> Iterator[str]:
        state = self.state
        if not self.everything and shown < len(state.sessions):
            folded = counted(len(state.sessions) - shown, "more group", "more groups")
            yield f"{folded} of sessions: --verbose"
        unread = [view.name for view in state.withheld]
        if unread:
            yield f"not allowed to {state.user}: {listed(unread)}"
        if "pg_read_file" in unread:
            yield "so the dates of the server certificate were not read: unpin probe shows them"
        for rule in keyword_rules(state.rules or ()):
            yield (
                f"pg_hba.conf, {rule.place} ({rule.text}) keeps plaintext out, unless all stands "
                "in quotes there: then it is a name, which the server does not show"
            )
        own = state.own_version or "no TLS"
        if state.sslinfo is not None:
            given = "a" if state.sslinfo.client_certificate else "no"
            own += f" with {state.sslinfo.cipher} and {given} client certificate, says sslinfo"
        yield f"the session that asked used {own}"
        yield (
            "the server sees who uses TLS, not who verifies its certificate: unpin doctor says "
            "that of a client's settings"
        )

    def _server_row(self) -> Row:
        state = self.state
        return {
            "source": state.source,
            "product": "PostgreSQL",
            "version": state.version,
            "user": state.user,
            "asked_at": iso(state.now),
            "own_version": state.own_version or None,
            "sslinfo": None if state.sslinfo is None else asdict(state.sslinfo),
            "verdict": self.verdict().text.lower().replace(" ", "-"),
            "answer": self.answer(),
            "hidden_sessions": state.hidden,
            "left_out_groups": state.left_out,
            "withheld": [{"view": view.name, "grant": view.grant} for view in state.withheld],
            "rules": None if state.rules is None else [rule.text for rule in state.rules],
            "certificates": [
                {
                    "path": file.path,
                    "modified": iso(file.modified),
                    "sha256": None if found is None else found.sha256,
                    "subject": None if found is None else str(found.fields.subject),
                    "not_after": None if found is None else iso(found.fields.not_after),
                }
                for file in state.files
                for found in (certificate_in(file),)
            ],
        }

    def _session_row(self, group: SessionGroup) -> Row:
        return {
            "database": group.database,
            "user": group.user,
            "application": group.application,
            "address": group.address or None,
            "version": group.version or None,
            "cipher": group.cipher or None,
            "encrypted": bool(group.version) or group.gss,
            "sessions": group.sessions,
            "since": iso(group.since),
            "faults": [str(fault) for fault in _faults(group)],
        }


def _faults(group: SessionGroup) -> list[ServerFault]:
    """The faults of the sessions themselves."""
    tests = {
        ServerFault.PLAINTEXT_SESSIONS: group.is_plaintext,
        ServerFault.OLD_VERSION_SESSIONS: is_old_version(group.version),
        ServerFault.WEAK_CIPHER_SESSIONS: is_weak_suite(group.cipher),
    }
    return [fault for fault, is_so in tests.items() if is_so]


def _encryption(group: SessionGroup) -> Cell:
    if group.version:
        said = f"{group.version}, {group.cipher}"
        return Toned(said, Tone.DOUBTFUL) if _faults(group) else said
    if group.gss:
        return "GSSAPI"
    return Toned("none", Tone.BAD) if group.is_plaintext else "none, on the server itself"


def _finding_cells(finding: ServerFinding) -> list[Cell]:
    return [
        Toned(str(finding.severity), _TONES[finding.severity]),
        finding.message,
        Lines((*filter(None, (finding.cure,)), *map(Command, finding.commands))),
    ]


def _finding_row(finding: ServerFinding) -> Row:
    return {
        "fault": str(finding.fault),
        "severity": str(finding.severity),
        "message": finding.message,
        "cure": finding.cure or None,
        "commands": list(finding.commands),
        "clients": [group.who for group in finding.sessions],
    }
