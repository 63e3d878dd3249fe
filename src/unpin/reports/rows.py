"""Spell entries and audits field by field: the versioned machine form (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from unpin.jdk.key_store_view import refused_by_java
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.reports.audit_wording import remedy_text, verdict_text

if TYPE_CHECKING:
    from datetime import datetime

    from unpin.judge.audited_entry import AuditedEntry
    from unpin.judge.run import Audit
    from unpin.model.finding import Finding
    from unpin.model.store import Store

SCHEMA: Final = 1

Row = dict[str, Any]  # the JSON edge: values of several types


def kind(one: AuditedEntry) -> str:
    """The entry's kind in java.security.KeyStore's words."""
    match one.entry:
        case TrustedEntry():
            return "trusted certificate"
        case KeyEntry(kind=which):
            return str(which)
        case _:
            return "unreadable"


def entry_row(one: AuditedEntry) -> Row:
    """One entry of `unpin list --format json`."""
    certificate = one.certificate
    fields = certificate.fields if certificate and certificate.problem is None else None
    created_ms = getattr(one.entry, "created_ms", None)
    chain = one.entry.chain if isinstance(one.entry, KeyEntry) else ()
    reason = getattr(one.entry, "reason", None) or (certificate.problem if certificate else None)
    return {
        "index": one.index,
        "alias": one.alias,
        "kind": kind(one),
        "role": str(one.role) if one.role else None,
        "subject": str(fields.subject) if fields else None,
        "issuer": str(fields.issuer) if fields else None,
        "serial": f"{fields.serial:x}" if fields else None,
        "not_before": iso(fields.not_before) if fields else None,
        "not_after": iso(fields.not_after) if fields else None,
        "key": str(fields.public_key) if fields else None,
        "signature_algorithm": fields.signature_algorithm if fields else None,
        "sha256": certificate.sha256 if certificate else None,
        "sha1": certificate.sha1 if certificate else None,
        "chain_sha256": [view.sha256 for view in chain],
        "created": iso(getattr(one.entry, "created", None)),
        "created_ms": created_ms,
        "visible_to_java": one.hidden is None,
        "hidden_because": one.hidden,
        "catalogue": one.record.slug if one.record else None,
        "line": getattr(one.entry, "line", None),
        "file": getattr(one.entry, "file", None),
        "reason": reason,
    }


def store_row(store: Store) -> Row:
    """What is said of a store as a whole."""
    protection = store.protection
    return {
        "source": store.source,
        "format": str(store.format),
        "variant": store.variant or None,
        "integrity": str(protection.integrity),
        "mac": protection.mac,
        "encryption": list(protection.encryption),
        "opened_with": protection.password,
        "needs_password": protection.needs_password,
        "notes": list(store.notes),
        "refused_by_java": refused_by_java(store),
    }


def finding_row(finding: Finding) -> Row:
    """One finding of `unpin audit --format json`."""
    place = finding.location
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "source": place.source,
        "entry": place.entry or None,
        "alias": place.alias,
        "index": place.index,
        "sha256": place.sha256,
        "line": place.line,
        "file": place.file,
        "message": finding.message,
        "remedy": remedy_text(finding.remedy),
        "clients": list(finding.clients),
    }


def audit_row(one: Audit) -> Row:
    """One store of `unpin audit --format json`."""
    return {
        **store_row(one.store),
        "entries": len(one.entries),
        "clients": list(one.clients),
        "verdict": verdict_text(one),
        "findings": [finding_row(finding) for finding in one.findings],
    }


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, milliseconds only where there are any."""
    if moment is None:
        return None
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")
