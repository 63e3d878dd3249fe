"""Whether an entry is a pin: an anchor, not a root, on which a client depends."""

from collections.abc import Sequence

from unpin.catalogue.handshakes import view_of
from unpin.catalogue.model import CatalogueCertificate
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


def roots_suffice(
    context: AuditContext, entry: AuditedEntry, roots: Sequence[CatalogueCertificate]
) -> bool:
    """Whether `roots` are enough for each client that accepts servers by `entry` alone.

    Where there is no such client: whether they are enough for any.
    """
    handshakes = context.handshakes_through(entry)
    dependents = context.dependents(entry, handshakes)
    gone = frozenset({entry.index})
    views = tuple(view_of(context.catalogue, root) for root in roots)
    verdicts = [
        context.rehearser.verdict(client, handshake, without=gone, plus=views).accepted
        for client in dependents or context.clients
        for handshake in handshakes
        if not dependents or context.accepts(client, handshake)
    ]
    return all(verdicts) if dependents else any(verdicts)


def replacement(context: AuditContext, entry: AuditedEntry) -> Remedy:
    """The remedy for an intermediate on which clients depend: its root in its place.

    The roots of the profile, where servers under the intermediate are accepted with them; else
    the root that the catalogue has; an intermediate under a retired root serves no more.
    """
    entries = (entry.index,)
    if context.is_replaceable(entry):
        if roots_suffice(context, entry, context.profile_roots):
            return Remedy(RemedyKind.REPLACE_PIN, entries=entries, command=context.fix_command())
        above = context.recorded_roots(entry)
        for root in above:
            if not root.retired and roots_suffice(context, entry, (root,)):
                named = CertificateReference(root.name, root.sha256)
                return Remedy(RemedyKind.REPLACE_BY_ROOT, (named,), entries)
        if above and all(root.retired for root in above):
            return Remedy(RemedyKind.REMOVE_UNUSED, entries=entries)
    if entry.rooted:
        return Remedy(RemedyKind.SEND_WHOLE_CHAIN, entries=entries)
    issuer = entry.certificate.fields.issuer.label if entry.certificate else "unknown"
    return Remedy(RemedyKind.ASK_OWNER, (CertificateReference(issuer),), entries)
