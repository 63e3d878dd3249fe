"""Rule alias-collision."""

from collections.abc import Iterator

from unpin.jdk.key_store_view import hidden_from_java, java_alias
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.clients.java import PKIX


@rule("alias-collision")
def alias_collision(context: AuditContext) -> Iterator[Finding]:
    """Two entries have the same alias, or aliases that differ only in case.

    What it does
    Compares the aliases of a Java store as Java does: without regard to case in JKS, JCEKS and
    PKCS12, as spelled in BKS, UBER and BCFKS.

    Why it matters
    Java keeps one of the two entries and drops the other without a message.

    Example
    "MyRoot" and "myroot" in one PKCS12.

    Remedy
    Give each entry its own alias. This renames the second entry:
    `unpin convert truststore.p12 -o renamed.p12`

    References
    java.security.KeyStore
    """
    if not context.store.format.is_java:
        return
    if not hidden_from_java(context.store) and not context.store.unreadable:
        return
    first: dict[str, int] = {}
    for entry in context.entries:
        folded = java_alias(context.store, entry.alias)
        if not folded:
            continue
        index = first.setdefault(folded, entry.index)
        if index == entry.index:
            continue
        other = context.entries[index]
        yield alias_collision.finding(
            Severity.WARNING,
            context.location(entry),
            f"the alias {entry.alias!r} collides with {other.alias!r}: Java keeps only one of the "
            "two entries",
            Remedy(
                RemedyKind.RENAME_ALIAS,
                entries=(other.index, entry.index),
                command=context.convert_command(),
            ),
            (PKIX,),
        )
