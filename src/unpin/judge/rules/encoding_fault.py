"""Rule encoding-fault."""

from collections.abc import Iterator
from dataclasses import replace

from unpin.judge.context import AuditContext
from unpin.judge.rule import rule
from unpin.model.encoding_faults import FaultKind
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.rehearsal.file_reading import minding
from unpin.wording import listed


@rule("encoding-fault")
def encoding_fault(context: AuditContext) -> Iterator[Finding]:
    """The encoding of the file keeps some clients from reading it.

    What it does
    Reports byte order marks, UTF-16, indentation, literal backslash-n, glued markers, DER or
    PKCS7 where PEM is expected, and the like, each with the clients that refuse it. In a hashed
    directory it reports CA certificates that OpenSSL does not find, as of a file of several.

    Why it matters
    unpin reads the file. A client may refuse it, or use only a part of it without a message.

    Example
    A bundle that PowerShell's `>` wrote in UTF-16.

    Remedy
    Write the file again as plain PEM:
    `unpin convert truststore.pem -o clean.pem`

    References
    docs/encoding-faults.md
    """
    for fault, clients in minding(context.store, context.clients):
        unhashed = fault.kind is FaultKind.UNHASHED_CERTIFICATE
        severity = Severity.WARNING if unhashed else Severity.ERROR
        yield encoding_fault.finding(
            severity if clients else Severity.NOTE,
            replace(context.location(), line=fault.line, file=fault.file),
            fault.message
            + (
                f" (refused or ignored by {listed(client.title for client in clients)})"
                if clients
                else ""
            ),
            Remedy(RemedyKind.SPLIT_AND_REHASH)
            if unhashed
            else Remedy(RemedyKind.CONVERT_TO_PEM, command=context.convert_command()),
            clients,
        )
