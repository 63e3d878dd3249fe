"""Rule weak-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.weakness import weakness_of
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role


@rule("weak-anchor")
def weak_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate has a weak key, or a weak signature that clients check.

    What it does
    Looks for RSA keys under 2048 bits, and for signatures with MD2, MD4, MD5 or SHA-1 on
    certificates that are not roots (clients do not check a root's own signature).

    Why it matters
    Current JDKs, OpenSSL at its default security level, and hardened systems refuse such paths.

    Example
    A 1024-bit root of the 1990s.

    Remedy
    Add the certificate that replaces it, then remove it:
    `unpin convert truststore.p12 new-root.pem -o new-truststore.p12`
    `keytool -delete -alias ALIAS -keystore new-truststore.p12`

    References
    jdk.certpath.disabledAlgorithms; OpenSSL SSL_CTX_set_security_level
    """
    for entry in context.remarkable:
        weakness = None if entry.certificate is None else weakness_of(entry.certificate)
        if weakness is None:
            continue
        reasons = [weakness.key] if weakness.key else []
        if weakness.signature and entry.role is not Role.ROOT:
            reasons.append(weakness.signature)
        if reasons:
            yield weak_anchor.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} is weak: {' and '.join(reasons)}; current clients "
                "refuse it",
                Remedy(RemedyKind.REPLACE_BY_SUCCESSOR, entries=(entry.index,)),
            )
