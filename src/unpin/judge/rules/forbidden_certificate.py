"""Rule forbidden-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("forbidden-certificate")
def forbidden_certificate(context: AuditContext) -> Iterator[Finding]:
    """A certificate that the policy forbids is in the store.

    What it does
    Looks for each certificate of `[[forbidden]]` in the policy, by its SHA-256. With `only-listed`,
    it also names each certificate that is neither required nor allowed.

    Why it matters
    The project decided that its stores do not trust this certificate.

    Example
    A CA that the company no longer uses, in the store of a service.

    Remedy
    Remove the entry; the finding has the command.

    References
    docs/policy.md
    """
    policy = context.policy
    if not policy.forbidden and not policy.only_listed:
        return
    forbidden = {each.sha256: each for each in policy.forbidden}
    listed = {each.sha256 for each in (*policy.required, *policy.allowed)}
    for entry in context.trusted:
        sha256 = "" if entry.certificate is None else entry.certificate.sha256
        found = forbidden.get(sha256)
        if found is not None:
            said = "is in the store, and the policy forbids it"
            said += f": {found.comment}" if found.comment else ""
        elif policy.only_listed and sha256 not in listed:
            said = "is in the store, and the policy does not list it"
        else:
            continue
        yield forbidden_certificate.finding(
            Severity.ERROR,
            context.location(entry),
            f"{certificate_name(entry)} {said}",
            Remedy(RemedyKind.REMOVE_ENTRY, entries=(entry.index,)),
        )
