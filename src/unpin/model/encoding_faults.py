"""The ways of writing a file that some clients choke on (docs/encoding-faults.md)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class FaultKind(StrEnum):
    """A kind of fault, by its ident in the machine output, and what it is in words.

    `description` says what is odd about the file, `consequence` what is remarkable about its
    readers, "" where nothing is. Which client families refuse a file for it, or drop a part, is
    ClientRules.reading.
    """

    description: str
    consequence: str

    def __new__(cls, ident: str, description: str, consequence: str = "") -> Self:
        """A member is its ident; the words come with it, so that none can be without."""
        member = str.__new__(cls, ident)
        member._value_ = ident
        member.description = description
        member.consequence = consequence
        return member

    UTF_8_BOM = (
        "utf-8-bom",
        "the file begins with a UTF-8 byte order mark",
        "Java refuses it up to version 21 and reads it in version 25",
    )
    UTF_16 = (
        "utf-16",
        "the file is UTF-16, as the > of Windows PowerShell writes it",
        "no client reads it, and Node.js ignores it without a word",
    )
    MIXED_ENCODING = (
        "mixed-encoding",
        "the file mixes 8-bit text and UTF-16, as the >> of Windows PowerShell writes it",
        "clients never see the UTF-16 part",
    )
    INDENTED = (
        "indented",
        "a block is indented, as if cut out of YAML",
        (
            "Node.js ignores the file without a word, and Java refuses it up to version 21 and "
            "reads it in version 25"
        ),
    )
    LITERAL_NEWLINE = (
        "literal-newline",
        (
            "a block has a backslash and an n where a line should end, as if cut out of JSON or an "
            "environment variable"
        ),
        "Node.js ignores the file without a word",
    )
    GLUED_MARKERS = (
        "glued-markers",
        (
            "an END line and the next BEGIN line are joined, as cat does with a file that lacks "
            "its last newline"
        ),
        "Node.js and Go ignore what is in it without a word",
    )
    TEXT_BEFORE_MARKER = (
        "text-before-marker",
        "a BEGIN marker stands in the middle of a line",
        "clients look for it at the start of one, Java up to version 21",
    )
    ONE_LINE = (
        "one-line",
        "a block has its markers and its base64 on one line",
        "Java 25 reads it if there are blanks between them",
    )
    CR_LINE_ENDS = (
        "cr-line-ends",
        "the lines end with a carriage return alone, as on old Macintosh systems",
    )
    TRUSTED_CERTIFICATE = (
        "trusted-certificate",
        "a block is labelled TRUSTED CERTIFICATE, which is OpenSSL's own form",
    )
    TRUSTED_CERTIFICATE_SETTINGS = (
        "trusted-certificate-settings",
        "a TRUSTED CERTIFICATE block carries OpenSSL's trust settings after the certificate",
        "Java refuses the extra bytes",
    )
    X509_CERTIFICATE = (
        "x509-certificate",
        "a block is labelled X509 CERTIFICATE, the label of long ago",
    )
    PRIVATE_KEY = (
        "private-key",
        "a private key is among the certificates",
        "Java's PEM readers refuse the whole file",
    )
    BROKEN_BLOCK = (
        "broken-block",
        "a block is broken",
        (
            "Go and Node.js keep the others without a word, the rest refuse the whole file, but "
            "for Java 25, which ignores a last block without an END line"
        ),
    )
    JAVA_CERTIFICATE = (
        "java-certificate",
        "Java cannot parse one of the certificates, and refuses the whole file",
    )
    OTHER_BLOCK = (
        "other-block",
        "a block is no certificate",
        "Java refuses the whole file",
    )
    BYTES_AFTER_CERTIFICATE = (
        "bytes-after-certificate",
        "bytes follow a certificate inside its block",
        "Java refuses the whole file, and Node.js reads no further without a word",
    )
    BER_CERTIFICATE = (
        "ber-certificate",
        "the length of a certificate is not written as DER writes it",
        "GnuTLS refuses one that is indefinite",
    )
    BLOCK_HEADERS = (
        "block-headers",
        "a block has the headers of RFC 1421 before its base64",
    )
    MISSING_PADDING = (
        "missing-padding",
        "the base64 of a block lacks its padding",
        "only Java makes up for it",
    )
    STRAY_END = (
        "stray-end",
        "an END line has no BEGIN line",
        "Java refuses the whole file",
    )
    COMMENTED_BLOCK = (
        "commented-block",
        "a block is commented out with #",
        "Java 25 takes it for one and refuses the whole file",
    )
    PKCS7_FIRST = (
        "pkcs7-first",
        "a PKCS7 block is followed by others, which Java ignores without a word",
    )
    PKCS7_LATER = (
        "pkcs7-later",
        "a PKCS7 block follows another block",
        "Java refuses the whole file",
    )
    PLACEHOLDER = (
        "placeholder",
        "a block holds the placeholder text of a guide instead of a certificate",
    )
    DER = (
        "der",
        "the file is a bare DER certificate, not PEM",
        "Node.js ignores it without a word",
    )
    DER_AND_MORE = (
        "der-and-more",
        "what follows the certificates begins like another one and is none",
        "Java refuses the whole file",
    )
    PKCS7 = (
        "pkcs7",
        "the certificates are wrapped in PKCS7",
        "only Java unwraps them, and Node.js ignores them without a word",
    )
    OTHER_ENCODING = (
        "other-encoding",
        "a part of the file is in another encoding than the part before it",
    )

    __hash__ = str.__hash__

    @property
    def message(self) -> str:
        """Both in one sentence."""
        return "; ".join(filter(None, (self.description, self.consequence)))


@dataclass(frozen=True, slots=True)
class EncodingFault:
    """A fault of one file: `line` is the first line (1-based) that shows it.

    In a folder `file` is the name of the first file that has it, `files` how many have.
    """

    kind: FaultKind
    line: int | None = None
    file: str | None = None
    files: int = 1

    @property
    def message(self) -> str:
        """What is odd, and where in a folder."""
        if self.file is None:
            return self.kind.message
        more = f" (and {self.files - 1} more files)" if self.files > 1 else ""
        return f"{self.file}{more}: {self.kind.message}"
