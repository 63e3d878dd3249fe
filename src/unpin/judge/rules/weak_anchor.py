"""Rule weak-anchor."""

from collections.abc import Iterator
from typing import Final

from unpin.asn1.algorithms import DIGEST_BITS, SIGNATURE_ALGORITHMS
from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.pki.roles import Role

_MIN_RSA_BITS: Final = 2048
_MIN_DIGEST_BITS: Final = 224
"""SHA-224 (RFC 4055); collisions are known of all that is shorter."""


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
    for entry in context.trusted:
        if entry.certificate is None:
            continue
        fields = entry.certificate.fields
        key, algorithm = fields.public_key, fields.signature_algorithm
        reasons = []
        if key.algorithm == "RSA" and key.bits is not None and key.bits < _MIN_RSA_BITS:
            reasons.append(f"its key is {key}")
        signature = SIGNATURE_ALGORITHMS.get(fields.signature_oid)
        digest = signature.digest if signature is not None else None
        weak = digest is not None and DIGEST_BITS[digest] < _MIN_DIGEST_BITS
        if entry.role is not Role.ROOT and weak:
            reasons.append(f"it is signed with {algorithm}")
        if reasons:
            yield weak_anchor.finding(
                Severity.WARNING,
                context.location(entry),
                f"{certificate_name(entry)} is weak: {' and '.join(reasons)}; current clients "
                "refuse it",
                Remedy(RemedyKind.REPLACE_BY_SUCCESSOR, entries=(entry.index,)),
            )
