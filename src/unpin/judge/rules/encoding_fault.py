"""Rule encoding-fault."""

from collections.abc import Iterator
from dataclasses import replace

from unpin.judge.context import AuditContext
from unpin.judge.other_blocks import other_block_cure
from unpin.judge.rule import rule
from unpin.judge.wording import refused_by
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.finding import Finding, Remedy, RemedyKind, Severity
from unpin.rehearsal.file_reading import minding


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
    Private keys, requests and revocation lists belong in files of their own; to leave them out:
    `unpin convert --skip-unreadable truststore.pem -o clean.pem`

    References
    docs/encoding-faults.md
    """
    for fault, clients in minding(context.store, context.clients):
        if fault.kind is FaultKind.BROKEN_BLOCK:
            continue  # the rule unreadable-entry names the block and the clients
        unhashed = fault.kind is FaultKind.UNHASHED_CERTIFICATE
        severity = Severity.WARNING if unhashed else Severity.ERROR
        yield encoding_fault.finding(
            severity if clients else Severity.NOTE,
            replace(context.location(), line=fault.line, file=fault.file),
            fault.message + (f" ({refused_by(clients)})" if clients else ""),
            _remedy(context, fault),
            clients,
        )


def _remedy(context: AuditContext, fault: EncodingFault) -> Remedy:
    match fault.kind:
        case FaultKind.UNHASHED_CERTIFICATE:
            return Remedy(RemedyKind.SPLIT_AND_REHASH)
        case FaultKind.PRIVATE_KEY:
            return Remedy(RemedyKind.SEPARATE_KEYS, command=context.convert_command(keys=False))
        case FaultKind.OTHER_BLOCK:
            cures = (
                other_block_cure(entry)
                for entry in context.store.unreadable
                if entry.line == fault.line and entry.file == fault.file
            )
            cure = next(filter(None, cures), RemedyKind.REMOVE_BLOCK)
            return Remedy(cure, command=context.convert_command())
        case _:
            return Remedy(RemedyKind.CONVERT_TO_PEM, command=context.convert_command())
