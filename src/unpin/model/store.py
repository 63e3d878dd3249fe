"""A trust store as read: immutable entries, what protects them, and what is odd about the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from unpin.model.certificate import Certificate
from unpin.model.encoding_faults import EncodingFault
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
