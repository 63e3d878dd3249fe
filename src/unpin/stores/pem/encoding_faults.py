"""Say what each odd way of writing certificates is (docs/encoding-faults.md)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.model.store import EncodingFault, FaultKind


def _table(*faults: EncodingFault) -> Mapping[str, EncodingFault]:
    return MappingProxyType({fault.kind: fault for fault in faults})


FAULTS: Final = _table(
    EncodingFault(
        FaultKind.UTF_8_BOM,
        "the file begins with a UTF-8 byte order mark; Java refuses it up to version 21 and "
        "reads it in version 25",
    ),
    EncodingFault(
        FaultKind.UTF_16,
        "the file is UTF-16, as the > of Windows PowerShell writes it; no client reads it, and "
        "Node.js ignores it without a word",
    ),
    EncodingFault(
        FaultKind.MIXED_ENCODING,
        "the file mixes 8-bit text and UTF-16, as the >> of Windows PowerShell writes it; "
        "clients never see the UTF-16 part",
    ),
    EncodingFault(
        FaultKind.INDENTED,
        "a block is indented, as if cut out of YAML; Node.js ignores the file without a word, and "
        "Java refuses it up to version 21 and reads it in version 25",
    ),
    EncodingFault(
        FaultKind.LITERAL_NEWLINE,
        "a block has a backslash and an n where a line should end, as if cut out of JSON or an "
        "environment variable; Node.js ignores the file without a word",
    ),
    EncodingFault(
        FaultKind.GLUED_MARKERS,
        "an END line and the next BEGIN line are joined, as cat does with a file that lacks its "
        "last newline; Node.js and Go ignore what is in it without a word",
    ),
    EncodingFault(
        FaultKind.TEXT_BEFORE_MARKER,
        "a BEGIN marker stands in the middle of a line; clients look for it at the start of one, "
        "Java up to version 21",
    ),
    EncodingFault(
        FaultKind.ONE_LINE,
        "a block has its markers and its base64 on one line; Java 25 reads it if there are blanks "
        "between them",
    ),
    EncodingFault(
        FaultKind.CR_LINE_ENDS,
        "the lines end with a carriage return alone, as on old Macintosh systems",
    ),
    EncodingFault(
        FaultKind.TRUSTED_CERTIFICATE,
        "a block is labelled TRUSTED CERTIFICATE, which is OpenSSL's own form",
    ),
    EncodingFault(
        FaultKind.TRUSTED_CERTIFICATE_SETTINGS,
        "a TRUSTED CERTIFICATE block carries OpenSSL's trust settings after the certificate; "
        "Java refuses the extra bytes",
    ),
    EncodingFault(
        FaultKind.X509_CERTIFICATE,
        "a block is labelled X509 CERTIFICATE, the label of long ago",
    ),
    EncodingFault(
        FaultKind.PRIVATE_KEY,
        "a private key is among the certificates; Java's PEM readers refuse the whole file",
    ),
    EncodingFault(
        FaultKind.BROKEN_BLOCK,
        "a block is broken; Go and Node.js keep the others without a word, the rest refuse the "
        "whole file, but for Java 25, which ignores a last block without an END line",
    ),
    EncodingFault(
        FaultKind.JAVA_CERTIFICATE,
        "Java cannot parse one of the certificates, and refuses the whole file",
    ),
    EncodingFault(
        FaultKind.OTHER_BLOCK,
        "a block is no certificate; Java refuses the whole file",
    ),
    EncodingFault(
        FaultKind.BYTES_AFTER_CERTIFICATE,
        "bytes follow a certificate inside its block; Java refuses the whole file, and Node.js "
        "reads no further without a word",
    ),
    EncodingFault(
        FaultKind.BER_CERTIFICATE,
        "the length of a certificate is not written as DER writes it; GnuTLS refuses one that is "
        "indefinite",
    ),
    EncodingFault(
        FaultKind.BLOCK_HEADERS,
        "a block has the headers of RFC 1421 before its base64",
    ),
    EncodingFault(
        FaultKind.MISSING_PADDING,
        "the base64 of a block lacks its padding; only Java makes up for it",
    ),
    EncodingFault(
        FaultKind.STRAY_END,
        "an END line has no BEGIN line; Java refuses the whole file",
    ),
    EncodingFault(
        FaultKind.COMMENTED_BLOCK,
        "a block is commented out with #; Java 25 takes it for one and refuses the whole file",
    ),
    EncodingFault(
        FaultKind.PKCS7_FIRST,
        "a PKCS7 block is followed by others, which Java ignores without a word",
    ),
    EncodingFault(
        FaultKind.PKCS7_LATER,
        "a PKCS7 block follows another block; Java refuses the whole file",
    ),
    EncodingFault(
        FaultKind.PLACEHOLDER,
        "a block holds the placeholder text of a guide instead of a certificate",
    ),
    EncodingFault(
        FaultKind.DER,
        "the file is a bare DER certificate, not PEM; Node.js ignores it without a word",
    ),
    EncodingFault(
        FaultKind.DER_AND_MORE,
        "what follows the certificates begins like another one and is none; Java refuses the "
        "whole file",
    ),
    EncodingFault(
        FaultKind.PKCS7,
        "the certificates are wrapped in PKCS7; only Java unwraps them, and Node.js ignores them "
        "without a word",
    ),
)
"""By kind. Which client families mind it, their rules say (ClientRules.reading)."""


def fault(kind: FaultKind, line: int | None = None) -> EncodingFault:
    """The fault of this kind, first seen at `line`."""
    return replace(FAULTS[kind], line=line)
