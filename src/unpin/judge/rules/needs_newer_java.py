"""Rule needs-newer-java."""

from collections.abc import Iterator
from typing import Final

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.wording import listed

_OWN_KEY_STORES: Final = frozenset({"java", "java-sunx509"})
"""The families that read a PKCS12 with the JDK's own code."""


@rule("needs-newer-java")
def needs_newer_java(context: AuditContext) -> Iterator[Finding]:
    """Older versions of Java cannot open the store.

    What it does
    Names the first versions of Java that know the algorithms of a PKCS12: 8u301 and 11.0.12 for a
    MAC over SHA-2 (HmacPBESHA256), and for PBES2 (AES) without the length of its key, as OpenSSL
    writes it; 8u301 and 11 for PBES2 as the JDK writes it. No version up to 25 knows PBMAC1, which
    OpenSSL writes with -pbmac1_pbkdf2; later ones do (JDK-8370042).

    Why it matters
    keytool has written such stores since Java 16, OpenSSL since 3.0. An older Java does not say
    what it lacks: "Integrity check failed: java.security.NoSuchAlgorithmException: Algorithm
    HmacPBESHA256 not available", "parseAlgParameters failed: ObjectIdentifier() -- data isn't an
    object ID", or "keystore password was incorrect" with the right password.

    Example
    A truststore.p12 that JDK 17 wrote, in an image with Java 8u292.

    Remedy
    Update Java, or write a copy that every version reads, with weaker algorithms:
    `unpin convert truststore.p12 --scheme jdk8 -o old.p12`

    References
    JDK-8267701, JDK-8202837, JDK-8228481; measured with 11.0.5, 11.0.10, 11.0.13, 17, 21 and 25
    """
    protection = context.store.protection
    clients = [client for client in context.clients if client.ident in _OWN_KEY_STORES]
    if not protection.java_since or not clients:
        return
    yield needs_newer_java.finding(
        Severity.NOTE,
        context.location(),
        f"only Java {protection.java_since} or later opens this store: older versions do not know "
        f"{listed(protection.newer_algorithms)}",
        Remedy(RemedyKind.WRITE_FOR_OLD_JAVA, command=context.convert_command("--scheme", "jdk8")),
        clients,
    )
