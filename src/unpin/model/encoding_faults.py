"""Encoding faults, for which a client refuses a file or drops a part; the readers of PEM files.

docs/encoding-faults.md lists them.
"""

from enum import StrEnum
from typing import Self

from unpin.model.values import frozen


class FaultKind(StrEnum):
    """A kind of fault; its value is the ident in the machine output.

    `description` says what is wrong with the file, `consequence` how clients react where that is
    remarkable, else "". ClientRules.reading says which client families refuse the file or drop a
    part of it.
    """

    description: str
    consequence: str

    def __new__(cls, ident: str, description: str, consequence: str = "") -> Self:
        """Take the ident as the value, and require the words of every member."""
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
        "no client reads it, and Node.js ignores it silently",
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
            "Node.js ignores the file silently, and Java refuses it up to version 21 and "
            "reads it in version 25"
        ),
    )
    LITERAL_NEWLINE = (
        "literal-newline",
        (
            "a block has a backslash and an n where a line should end, as if cut out of JSON or an "
            "environment variable"
        ),
        "Node.js ignores the file silently",
    )
    GLUED_MARKERS = (
        "glued-markers",
        (
            "an END line and the next BEGIN line are joined, as cat does with a file that lacks "
            "its last newline"
        ),
        "Node.js and Go silently ignore the joined blocks",
    )
    TEXT_BEFORE_MARKER = (
        "text-before-marker",
        "a BEGIN marker stands in the middle of a line",
        (
            "most clients, and Java up to version 21, find a block only where it begins at the "
            "start of a line"
        ),
    )
    ONE_LINE = (
        "one-line",
        "a block has its markers and its base64 on one line",
        "Java 25 reads it if blanks separate them",
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
        "OpenSSL's clients obey them, and Java refuses the extra bytes",
    )
    X509_CERTIFICATE = (
        "x509-certificate",
        "a block has the obsolete label X509 CERTIFICATE",
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
            "Go and Node.js skip it silently, and the other clients refuse the whole file, except "
            "Java 25 where the last block has no END line"
        ),
    )
    JAVA_CERTIFICATE = (
        "java-certificate",
        "Java cannot parse one of the certificates, and refuses the whole file",
    )
    OTHER_BLOCK = (
        "other-block",
        "a block is not a certificate",
        "Java refuses the whole file",
    )
    BYTES_AFTER_CERTIFICATE = (
        "bytes-after-certificate",
        "bytes follow a certificate inside its block",
        "Java refuses the whole file, and Node.js silently reads no further",
    )
    BER_CERTIFICATE = (
        "ber-certificate",
        "a certificate has a length that is not encoded as DER requires",
        "GnuTLS refuses an indefinite length",
    )
    BLOCK_HEADERS = (
        "block-headers",
        "a block has the headers of RFC 1421 before its base64",
    )
    MISSING_PADDING = (
        "missing-padding",
        "the base64 of a block lacks its padding",
        "only Java reads it",
    )
    STRAY_END = (
        "stray-end",
        "an END line has no BEGIN line",
        "Java refuses the whole file",
    )
    COMMENTED_BLOCK = (
        "commented-block",
        "a block is commented out with #",
        "Java 25 reads it as a block and refuses the whole file",
    )
    PKCS7_FIRST = (
        "pkcs7-first",
        "a PKCS7 block is followed by other blocks, which Java ignores silently",
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
        "Node.js ignores it silently",
    )
    DER_AND_MORE = (
        "der-and-more",
        "the data after the certificates begins like a certificate and is not a certificate",
        "Java refuses the whole file",
    )
    PKCS7 = (
        "pkcs7",
        "the certificates are wrapped in PKCS7",
        "only Java unwraps them, and Node.js ignores them silently",
    )
    UNHASHED_CERTIFICATE = (
        "unhashed-certificate",
        "a file of a hashed directory has a CA certificate that stands in no file of its hash",
        "openssl rehash names no file of several certificates, and OpenSSL does not find it",
    )
    BLANK_LINE = (
        "blank-line",
        "a block has an empty line between its markers",
        "OpenSSL takes what stands above it for headers, and refuses the file",
    )
    TEXT_AFTER_MARKER = (
        "text-after-marker",
        "a marker has more characters behind it on its line",
        "to many clients the line is then no marker",
    )
    TEXT_BEFORE_END = (
        "text-before-end",
        "an END marker does not stand at the start of its line",
        "most clients then do not find it",
    )
    MALFORMED_MARKER = (
        "malformed-marker",
        "a line has five dashes and is not a marker as clients expect it",
        "some clients lose the block, and Java refuses a file with such a line",
    )
    MIXED_LINE_ENDS = (
        "mixed-line-ends",
        "carriage returns stand in the text where they end no line of it",
        "some clients lose a block with them",
    )
    CONTROL_CHARACTERS = (
        "control-characters",
        "a block has characters that are neither base64 nor white space of PEM",
        "clients differ in which of them they pass over",
    )
    TEXT_LIKE_DER = (
        "text-like-der",
        "a line begins with the digit 0 where a block can begin",
        "Java takes it for DER, and refuses the file",
    )
    IRREGULAR_TEXT = (
        "irregular-text",
        "the text is not written as every client expects it",
        "a client loses certificates of the file",
    )
    OTHER_ENCODING = (
        "other-encoding",
        "the encoding changes in the middle of the file",
    )

    __hash__ = str.__hash__

    @property
    def message(self) -> str:
        """The description and the consequence in one sentence."""
        return "; ".join(filter(None, (self.description, self.consequence)))


@frozen
class EncodingFault:
    """A fault of a store; `line` is the first line (1-based) that shows it, None for no line.

    In a folder, `file` is the name of the first file with the fault, and `files` their number.
    """

    kind: FaultKind
    line: int | None = None
    file: str | None = None
    files: int = 1

    @property
    def message(self) -> str:
        """The message of the kind, in a folder with the file in front."""
        if self.file is None:
            return self.kind.message
        more = f" (and {self.files - 1} more files)" if self.files > 1 else ""
        return f"{self.file}{more}: {self.kind.message}"


class PemReader(StrEnum):
    """A way of reading a file of certificates, as tests/conformance/pem_readers compares it."""

    OPENSSL = "OpenSSL's certificate files"
    """X509_load_cert_crl_file: psql, libpq, curl, Python, openssl -CAfile."""
    NODE = "Node.js"
    """PEM_read_bio_X509_AUX, until it fails: tls and https, and OpenSSL's hashed directories."""
    BUN = "Bun"
    GO = "Go"
    RUSTLS = "rustls"
    RUSTLS_PEMFILE = "rustls-pemfile"
    """The older crate: Deno."""
    GNUTLS = "GnuTLS"
    JAVA_17 = "Java up to 21"
    JAVA_25 = "Java 25"

    __hash__ = str.__hash__


@frozen
class PemReading:
    """What a reader makes of a file: the DER of the certificates that it loads, or a refusal."""

    loaded: frozenset[bytes] = frozenset()
    refused: bool = False


REFUSED = PemReading(refused=True)
