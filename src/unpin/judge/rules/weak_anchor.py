"""Rule weak-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role

_MIN_RSA_BITS = 2048


@rule("weak-anchor")
def weak_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate has a weak key, or a weak signature that clients check.

    What it does
    Looks for RSA keys under 2048 bits, and for MD5 or SHA-1 signatures on certificates that are
    not roots (clients do not check a root's own signature).

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
    for entry in context.trusted:
        if entry.certificate is None:
            continue
        fields = entry.certificate.fields
        key, algorithm = fields.public_key, fields.signature_algorithm
        reasons = []
        if key.algorithm == "RSA" and key.bits is not None and key.bits < _MIN_RSA_BITS:
            reasons.append(f"its key is {key}")
        digest = algorithm.lower()
        if entry.role is not Role.ROOT and any(weak in digest for weak in ("md2", "md5", "sha1")):
            reasons.append(f"it is signed with {algorithm}")
        if reasons:
            yield weak_anchor.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} is weak: {' and '.join(reasons)}; current clients "
                "refuse it",
                Remedy(RemedyKind.REPLACE_BY_SUCCESSOR, entries=(entry.index,)),
            )
