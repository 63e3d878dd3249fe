"""Rule encoding-fault."""

from collections.abc import Iterator
from dataclasses import replace

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.finding import Finding, Severity


@rule("encoding-fault")
def encoding_fault(context: AuditContext) -> Iterator[Finding]:
    """The file is encoded in a way that some clients cannot read.

    What it does
    Reports byte order marks, UTF-16, indentation, literal backslash-n, glued markers, DER or
    PKCS7 where PEM is expected, and the like, each with the clients that refuse it.

    Why it matters
    unpin reads it; the client may refuse the file, or silently use less than what is in it.

    Example
    A bundle written by PowerShell's `>` in UTF-16.

    Remedy
    Write the file again as plain PEM.

    References
    docs/encoding-faults.md
    """
    for fault in context.store.faults:
        hit = tuple(one.ident for one in context.clients if one.reading.minds(fault.kind))
        yield Finding(
            "encoding-fault",
            Severity.ERROR if hit else Severity.NOTE,
            replace(context.location(), line=fault.line),
            fault.message + (f" (refused or ignored by {', '.join(hit)})" if hit else ""),
            "write the file again as plain PEM",
            hit,
        )
