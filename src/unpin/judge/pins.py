"""Whether an entry is a pin: an anchor, not a root, on which a client depends."""

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
from unpin.model.finding import CertificateReference, Remedy, RemedyKind
from unpin.pki.roles import Role


def is_pinned_intermediate(context: AuditContext, entry: AuditedEntry) -> bool:
    """Whether `entry` is an intermediate that does what only a root should do."""
    if entry.role is not Role.INTERMEDIATE:
        return False
    if context.dependents(entry, context.handshakes_through(entry)):
        return True
    return not entry.rooted and not validates_without(context, entry)


def validates_without(context: AuditContext, entry: AuditedEntry) -> bool:
    """Whether some client accepts a handshake through `entry` if the entry is gone."""
    gone = frozenset({entry.index})
    return any(
        context.accepts(client, handshake, gone)
        for handshake in context.handshakes_through(entry)
        for client in context.clients
    )


def replacement(context: AuditContext, entry: AuditedEntry) -> Remedy:
    """The remedy for an intermediate on which clients depend: its root in its place."""
    entries = (entry.index,)
    if context.is_replaceable(entry):
        return Remedy(RemedyKind.REPLACE_PIN, entries=entries, command=context.fix_command())
    if entry.rooted:
        return Remedy(RemedyKind.SEND_WHOLE_CHAIN, entries=entries)
    issuer = entry.certificate.fields.issuer.label if entry.certificate else "unknown"
    return Remedy(RemedyKind.ASK_OWNER, (CertificateReference(issuer),), entries)
