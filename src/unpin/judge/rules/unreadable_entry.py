"""Rule unreadable-entry."""

from collections.abc import Iterator

from unpin.judge.case import Case
from unpin.judge.rule import rule
from unpin.model.entries import UnreadableEntry
from unpin.model.finding import Finding, Severity
from unpin.pki.roles import Role


@rule("unreadable-entry")
def unreadable_entry(case: Case) -> Iterator[Finding]:
    """An entry is not what it should be, and could not be judged.

    What it does
    Reports every entry whose bytes do not parse.

    Why it matters
    What could not be read was not audited. Java refuses a whole JKS or PKCS12 store for one such
    certificate; OpenSSL refuses a whole PEM file for one broken block.

    Example
    A block cut off while it was copied.

    Remedy
    Replace or remove the entry.

    References
    docs/encoding-faults.md
    """
    for one in case.judged:
        if one.role is not Role.UNREADABLE:
            continue
        if isinstance(one.entry, UnreadableEntry):
            reason = one.entry.reason
        else:
            reason = (one.certificate.problem if one.certificate else None) or "not a certificate"
        yield Finding(
            "unreadable-entry",
            Severity.ERROR,
            case.location(one),
            f"this entry could not be read and was not judged: {reason}",
            "replace or remove the entry",
        )
