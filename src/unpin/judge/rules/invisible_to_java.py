"""Rule invisible-to-java."""

from collections.abc import Iterator

from unpin.jdk.key_store_view import refused_by_java
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity


@rule("invisible-to-java")
def invisible_to_java(context: AuditContext) -> Iterator[Finding]:
    """Java does not see a certificate that is in the file.

    What it does
    Follows the rules by which the JDK loads a key store.

    Why it matters
    The store looks complete in other tools, but Java has fewer anchors, or none: "the
    trustAnchors parameter must be non-empty". For one certificate that it cannot parse, Java
    refuses a whole JKS or PKCS12 store.

    Example
    A trust store made with `openssl pkcs12 -export -nokeys`.

    Remedy
    Import the certificates with keytool, which sets the trusted-key-usage attribute.

    References
    sun.security.pkcs12.PKCS12KeyStore; sun.security.provider.JavaKeyStore
    """
    refusal = refused_by_java(context.store)
    if refusal is not None:
        yield Finding(
            "invisible-to-java",
            Severity.ERROR,
            context.location(),
            f"Java refuses the whole store: {refusal}",
            "remove what Java refuses, or write the store again with keytool",
            ("java",),
        )
        return
    seen = [one for one in context.trusted if one.hidden is None]
    for one in context.trusted:
        if one.hidden is not None:
            yield Finding(
                "invisible-to-java",
                Severity.WARNING if seen else Severity.ERROR,
                context.location(one),
                f"Java does not see {called(one)}: {one.hidden}",
                "import it again with keytool under an alias of its own in lower case",
                ("java",),
            )
    if context.store.protection.needs_password:
        yield Finding(
            "invisible-to-java",
            Severity.NOTE,
            context.location(),
            "the certificates are encrypted: Java started without "
            "javax.net.ssl.trustStorePassword sees no anchor in this store",
            "set javax.net.ssl.trustStorePassword wherever this store is used",
            ("java",),
        )
