"""`unpin server`: what a database server says about TLS, and what follows from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.database.postgresql_review import keyword_rules
from unpin.database.server_findings import ServerFault, is_old_version, session_count
from unpin.database.server_state import DatabaseProduct, Unseen
from unpin.database.tls_review import certificate_in
from unpin.model.finding import Severity
from unpin.model.values import frozen
from unpin.network.suite_strength import is_weak_suite
from unpin.reports.blocks import Command, Headline, Lines, Notes, Table, Title, Tone, Toned
from unpin.reports.store_fields import iso
from unpin.wording import counted, day, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.database.server_findings import ServerFinding
    from unpin.database.server_state import ServerState, SessionGroup
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
    "ssl_crl_file", "ssl_library", "tls_version", "current_tls_version", "ssl_cipher",
    "tls_ciphersuites", "ssl_cert", "ssl_ca", "version_ssl_library", "bind_address",
    "performance_schema", "userstat",
)  # fmt: skip
_UNSEEN: Final = {
    ServerFault.SESSIONS_HIDDEN,
    ServerFault.ENCRYPTION_HIDDEN,
    ServerFault.SETTINGS_HIDDEN,
    ServerFault.RULES_HIDDEN,
}
"""Findings about what the server did not show: without others, the verdict is unknown."""
_HAS_TLS: Final = {
    True: "TLS is on",
    False: "TLS is off",
    None: "whether TLS is on is not known",
}
_MOST_SESSIONS: Final = 20
"""Rows of sessions on a page without --verbose."""


@frozen
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
        tls = _HAS_TLS[state.has_tls]
        yield Title((f"{state.source}: {state.product} {state.version}, {tls}",))
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
            ("with TLS of a version not shown", lambda group: group.unseen is Unseen.VERSION),
            ("whose encryption is not shown", lambda group: group.is_encrypted is None),
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
            in_file = None if certificate is None else certificate.fields.not_after
            if file.sent_until is not None and file.sent_until != in_file:
                said.append(f"the server sends a certificate valid until {day(file.sent_until)}")
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
            told = [
                group for group in groups if _faults(group) or group.unseen is not Unseen.NOTHING
            ]
            groups = told[:_MOST_SESSIONS]
        return [
            [
                str(group.sessions),
                group.account,
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
        if not any(file.pem or file.sent_until for file in state.files) and state.has_tls:
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
            "product": str(state.product),
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
            "rules": self._rules(),
            "certificates": [
                {
                    "path": file.path,
                    "modified": iso(file.modified),
                    "sha256": None if found is None else found.sha256,
                    "subject": None if found is None else str(found.fields.subject),
                    "not_after": iso(file.sent_until)
                    if found is None
                    else iso(found.fields.not_after),
                    "sent_until": iso(file.sent_until),
                }
                for file in state.files
                for found in (certificate_in(file),)
            ],
        }

    def _rules(self) -> list[str] | None:
        """Rules of pg_hba.conf, or accounts of MySQL that need no TLS; None if they were hidden."""
        state = self.state
        found = state.rules if state.product is DatabaseProduct.POSTGRESQL else state.accounts
        return None if found is None else [each.text for each in found]

    def _session_row(self, group: SessionGroup) -> Row:
        return {
            "database": group.database,
            "user": group.user,
            "application": group.application,
            "address": group.address or None,
            "version": group.version or None,
            "cipher": group.cipher or None,
            "encrypted": group.is_encrypted,
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
    if group.unseen is Unseen.VERSION:
        return "TLS, version not shown"
    if group.unseen is Unseen.ENCRYPTION:
        return "not shown"
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
