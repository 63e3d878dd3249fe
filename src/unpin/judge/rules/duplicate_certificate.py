"""Rule duplicate-certificate."""

from collections.abc import Iterator

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.judge.wording import certificate_name
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity


@rule("duplicate-certificate")
def duplicate_certificate(context: AuditContext) -> Iterator[Finding]:
    """The same certificate is in the store twice.

    What it does
    Compares the SHA-256 of the trusted certificates.

    Why it matters
    Clients do not care. But if you remove only one copy, the certificate stays trusted.

    Example
    One root under the aliases "digicertglobalrootg2" and "mykey".

    Remedy
    Keep one copy. This writes each certificate once:
    `unpin convert truststore.pem -o clean.pem`

    References
    docs/concepts.md
    """
    if context.store.repeats_nothing:
        return
    first: dict[str, int] = {}
    for entry in context.trusted:
        if entry.certificate is None:
            continue
        index = first.setdefault(entry.certificate.sha256, entry.index)
        if index == entry.index:
            continue
        other = context.location(context.entries[index]).entry
        yield duplicate_certificate.finding(
            Severity.NOTE,
            context.location(entry),
            f"{certificate_name(entry)} is in the store twice; the other entry is {other}: if you "
            "remove only one of them, it stays trusted",
            Remedy(
                RemedyKind.REMOVE_DUPLICATES,
                entries=(index, entry.index),
                command=context.convert_command(),
            ),
        )
