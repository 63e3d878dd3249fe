"""Whether an entry is a pin: an anchor, not a root, on which a client depends."""

from unpin.judge.audited_entry import AuditedEntry
from unpin.judge.context import AuditContext
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
