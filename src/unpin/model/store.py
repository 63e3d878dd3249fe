"""A trust store as read: immutable entries, what protects them, and what is odd about the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format, Variant


class Integrity(StrEnum):
    """What is known of the digest or MAC over the whole store."""

    VERIFIED = "verified"
    NOT_CHECKED = "not checked"
    ABSENT = "none"
    """The format, or this file, has no integrity value."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How a store is protected, and which password opened it (its origin, never its text).

    `mac` and `encryption` name algorithm and iteration count as the file states them.
    `password` says in words what opened it: "the default password changeit", "no password".
    `needs_password` is True where the certificates are encrypted, so that Java with a null
    password sees no anchor at all. `weaknesses` are plain sentences for the audit. `refusal` says
    why Java, given the right password, refuses the whole store for how it is protected; "" where it
    does not.
    """

    integrity: Integrity = Integrity.ABSENT
    mac: str | None = None
    encryption: tuple[str, ...] = ()
    password: str | None = None
    needs_password: bool = False
    weaknesses: tuple[str, ...] = ()
    refusal: str = ""


class FaultKind(StrEnum):
    """The ways of writing a file that some clients choke on; part of the machine output."""

    UTF_8_BOM = "utf-8-bom"
    UTF_16 = "utf-16"
    MIXED_ENCODING = "mixed-encoding"
    INDENTED = "indented"
    LITERAL_NEWLINE = "literal-newline"
    GLUED_MARKERS = "glued-markers"
    TEXT_BEFORE_MARKER = "text-before-marker"
    ONE_LINE = "one-line"
    CR_LINE_ENDS = "cr-line-ends"
    TRUSTED_CERTIFICATE = "trusted-certificate"
    TRUSTED_CERTIFICATE_SETTINGS = "trusted-certificate-settings"
    X509_CERTIFICATE = "x509-certificate"
    PRIVATE_KEY = "private-key"
    BROKEN_BLOCK = "broken-block"
    JAVA_CERTIFICATE = "java-certificate"
    OTHER_BLOCK = "other-block"
    BYTES_AFTER_CERTIFICATE = "bytes-after-certificate"
    BER_CERTIFICATE = "ber-certificate"
    BLOCK_HEADERS = "block-headers"
    MISSING_PADDING = "missing-padding"
    STRAY_END = "stray-end"
    COMMENTED_BLOCK = "commented-block"
    PKCS7_FIRST = "pkcs7-first"
    PKCS7_LATER = "pkcs7-later"
    PLACEHOLDER = "placeholder"
    DER = "der"
    DER_AND_MORE = "der-and-more"
    PKCS7 = "pkcs7"
    OTHER_ENCODING = "other-encoding"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True)
class EncodingFault:
    """A way of writing that some clients choke on (docs/encoding-faults.md).

    Which families refuse the file for it, or drop a part, is ClientRules.reading. `line` is the
    first line (1-based) that shows it.
    """

    kind: FaultKind
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """The entries of one store in file order.

    `source` is how messages name it (a path, or "standard input"). `variant` tells apart what one
    format writes in several ways. `notes` are oddities that change nothing
    for a reader (trailing bytes). `container` is the codec's own record of everything around the
    entries, so that it can write the rest back byte for byte. `password` is the one that opened it,
    None for none: writing the store again needs it, and nothing ever shows it.
    """

    source: str
    format: Format
    entries: tuple[Entry, ...]
    protection: Protection = field(default_factory=Protection)
    variant: Variant = Variant.PLAIN
    faults: tuple[EncodingFault, ...] = ()
    notes: tuple[str, ...] = ()
    container: object = field(default=None, compare=False, repr=False)
    password: str | None = field(default=None, compare=False, repr=False)

    @property
    def trusted(self) -> tuple[TrustedEntry, ...]:
        return tuple(e for e in self.entries if isinstance(e, TrustedEntry))

    @property
    def keys(self) -> tuple[KeyEntry, ...]:
        return tuple(e for e in self.entries if isinstance(e, KeyEntry))

    @property
    def unreadable(self) -> tuple[UnreadableEntry, ...]:
        return tuple(e for e in self.entries if isinstance(e, UnreadableEntry))

    def certificates(self) -> Iterator[Certificate]:
        """Every certificate in file order, those of key chains included."""
        for entry in self.entries:
            match entry:
                case TrustedEntry():
                    yield entry.certificate
                case KeyEntry():
                    yield from entry.chain
                case UnreadableEntry():
                    pass
