"""Rule invisible-to-java."""

from collections.abc import Iterator

from unpin.jdk.key_store_view import hidden_from_java, refused_by_java
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.model.store import Store
from unpin.pki.clients.java import PKIX


@rule("invisible-to-java")
def invisible_to_java(context: AuditContext) -> Iterator[Finding]:
    """Java does not see a certificate that is in the file.

    What it does
    Follows the rules by which the JDK loads a key store.

    Why it matters
    The store looks complete in other tools, but Java has fewer trust anchors, or none: "the
    trustAnchors parameter must be non-empty". For one certificate that it cannot parse, Java
    refuses a whole JKS or PKCS12 store.

    Example
    A trust store made with `openssl pkcs12 -export -nokeys`.

    Remedy
    Write the store again. This marks every certificate as trusted, as keytool does:
    `unpin convert truststore.p12 -o visible.p12`

    References
    sun.security.pkcs12.PKCS12KeyStore; sun.security.provider.JavaKeyStore
    """
    refusal = refused_by_java(context.store)
    if refusal is not None:
        yield invisible_to_java.finding(
            Severity.ERROR,
            context.location(),
            f"Java refuses the whole store: {refusal}",
            Remedy(RemedyKind.SATISFY_JAVA),
            (PKIX,),
        )
        return
    hides = bool(hidden_from_java(context.store))
    visible = hides and any(entry.hidden is None for entry in context.trusted)
    for entry in context.trusted if hides else ():
        if entry.hidden is not None:
            yield invisible_to_java.finding(
                Severity.WARNING if visible else Severity.ERROR,
                context.location(entry),
                f"Java does not see {certificate_name(entry)}: {entry.hidden}",
                Remedy(
                    RemedyKind.REIMPORT_ENTRY,
                    entries=(entry.index,),
                    command=context.convert_command(),
                ),
                (PKIX,),
            )
    if context.store.protection.needs_password:
        yield invisible_to_java.finding(
            Severity.NOTE,
            context.location(),
            _without_password(context.store),
            Remedy(RemedyKind.SET_TRUST_STORE_PASSWORD),
            (PKIX,),
        )


def _without_password(store: Store) -> str:
    """What Java does without the password: the JDK skips what is encrypted, BouncyCastle raises."""
    start = "Java started without javax.net.ssl.trustStorePassword"
    if store.format.is_jdk:
        return f"the certificates are encrypted: {start} sees no anchor in this store"
    return f"BouncyCastle reads this store only with its password: {start} refuses the whole store"
