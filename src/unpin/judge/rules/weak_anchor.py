"""Rule weak-anchor."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import called
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role

_MIN_RSA_BITS = 2048


@rule("weak-anchor")
def weak_anchor(context: AuditContext) -> Iterator[Finding]:
    """A trusted certificate has a weak key, or a weak signature that counts.

    What it does
    Looks for RSA keys under 2048 bits, and for MD5 or SHA-1 signatures on certificates that are
    not roots (a root's own signature is never checked).

    Why it matters
    Current JDKs, OpenSSL at its default security level, and hardened systems refuse such paths.

    Example
    A 1024-bit root of the 1990s.

    Remedy
    Replace it by its successor.

    References
    jdk.certpath.disabledAlgorithms; OpenSSL SSL_CTX_set_security_level
    """
    for one in context.trusted:
        if one.certificate is None:
            continue
        fields = one.certificate.fields
        key, algorithm = fields.public_key, fields.signature_algorithm
        reasons = []
        if key.algorithm == "RSA" and key.bits is not None and key.bits < _MIN_RSA_BITS:
            reasons.append(f"its key is {key}")
        digest = algorithm.lower()
        if one.role is not Role.ROOT and any(weak in digest for weak in ("md2", "md5", "sha1")):
            reasons.append(f"it is signed with {algorithm}")
        if reasons:
            yield Finding(
                "weak-anchor",
                Severity.WARNING,
                context.location(one),
                f"{called(one)} is weak: {' and '.join(reasons)}; current clients refuse it",
                "replace it by its successor",
            )
