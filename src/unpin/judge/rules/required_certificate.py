"""Rule required-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.cures import NEW_ROOT
from unpin.judge.rule import rule
from unpin.model.finding import (
    CertificateReference,
    Finding,
    Location,
    Remedy,
    RemedyKind,
    Severity,
)


@rule("required-certificate")
def required_certificate(context: AuditContext) -> Iterator[Finding]:
    """A certificate that the policy requires is not in the store.

    What it does
    Looks for each certificate of `[[required]]` in the policy, by its SHA-256.

    Why it matters
    The project decided that its stores hold this certificate.

    Example
    A store without the CA of the company, which its policy requires.

    Remedy
    Add the certificate; the finding has the command.

    References
    docs/policy.md
    """
    if not context.policy.required:
        return
    held = {each.certificate.sha256 for each in context.trusted if each.certificate}
    for wanted in context.policy.required:
        if wanted.sha256 not in held:
            yield required_certificate.finding(
                Severity.ERROR,
                Location(context.store.source, sha256=wanted.sha256, label=wanted.name),
                f"{wanted.name} is not in the store, and the policy requires it"
                + (f": {wanted.comment}" if wanted.comment else ""),
                Remedy(
                    RemedyKind.ADD_ROOTS,
                    (CertificateReference(wanted.name, wanted.sha256),),
                    command=_command(context, wanted.sha256),
                ),
            )


def _command(context: AuditContext, sha256: str) -> tuple[str, ...]:
    """The call that adds the certificate, by its name in the catalogue if unpin has its bytes."""
    if not context.store.format.is_writable:
        return ()
    known = context.catalogue.by_sha256.get(sha256)
    root = NEW_ROOT if known is None or known.certificate is None else known.slug
    return ("unpin", "fix", "--profile", "none", "--root", root)
