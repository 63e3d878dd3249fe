"""Rule alias-collision."""

from collections.abc import Iterator

from unpin.jdk.key_store_view import java_alias
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Severity


@rule("alias-collision")
def alias_collision(context: AuditContext) -> Iterator[Finding]:
    """Two entries have the same alias, or aliases that differ only in case.

    What it does
    Compares the aliases of a Java store in lower case; those of BKS, UBER and BCFKS as spelled.

    Why it matters
    Java folds aliases, so one of the two entries is silently gone.

    Example
    "MyRoot" and "myroot" in one PKCS12.

    Remedy
    Give each entry an alias of its own.

    References
    java.security.KeyStore
    """
    if not context.store.format.is_java:
        return
    first: dict[str, str] = {}
    for one in context.judged:
        folded = java_alias(context.store, one.alias)
        if not folded:
            continue
        if folded in first:
            yield Finding(
                "alias-collision",
                Severity.WARNING,
                context.location(one),
                f"the alias {one.alias!r} collides with {first[folded]!r}: Java keeps only one "
                "of the two entries",
                "give each entry an alias of its own",
                ("java",),
            )
        else:
            first[folded] = one.alias
