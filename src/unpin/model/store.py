"""A trust store as read: its entries, its protection, and the faults of its file; immutable."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from unpin.model.certificate import Certificate
from unpin.model.embedding import Embedding
from unpin.model.encoding_faults import EncodingFault, PemReader, PemReading
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format, Variant
from unpin.model.values import frozen


class Integrity(StrEnum):
    """The state of the digest or MAC over the whole store."""

    VERIFIED = "verified"
    NOT_CHECKED = "not checked"
    ABSENT = "none"
    """The store has no digest or MAC."""


@frozen
class Protection:
    """The protection of a store.

    `mac` and `encryption` name the algorithms and iteration counts in the file. `password` says
    which password opened the store, without its text: "the default password changeit", "no
    password". `needs_password` is True if Java with a null password reads no certificate: the JDK
    skips what is encrypted, BouncyCastle refuses the whole store. `weaknesses` are sentences for
    the audit. `refusal` says why Java refuses the protection although it has the right password;
    "" where Java does not. `java_since` names the first versions of Java that open the store with
    its password ("8u301, 11.0.12"), which know `newer_algorithms`; "" where every version does, or
    none.
    """

    integrity: Integrity = Integrity.ABSENT
    mac: str | None = None
    encryption: tuple[str, ...] = ()
    password: str | None = None
    needs_password: bool = False
    weaknesses: tuple[str, ...] = ()
    refusal: str = ""
    java_since: str = ""
    password_file: str = ""
    newer_algorithms: tuple[str, ...] = ()


@frozen(slots=False)
class Store:
    """A trust store: its entries in the order of the file, and how it is written.

    `source` is the name of the store in messages: a path, or "standard input". `faults` are ways
    of writing the file that some clients refuse, `notes` oddities that no client minds (trailing
    bytes). `embedding` is its place in another file, None for a file of its own. `archive` is the
    archive or image that holds the file, as the user named it; None for a file by itself.
    `file_sha256` is of the bytes of the file, None where they were not looked at.
    `container` is the
    codec's record of everything around the entries, so that it can write the rest back byte for
    byte. `readings` are what clients make of a text that is not
    written as they all read it; empty where they load every certificate. `password` is the password
    with which the store was opened, None for no password; writing the store again, or reading its
    keys, needs it. It is never shown. `answers` is what functions under `unpin.model.answers.kept`
    found out about it.
    """

    source: str
    format: Format
    entries: tuple[Entry, ...]
    protection: Protection = field(default_factory=Protection)
    variant: Variant = Variant.PLAIN
    faults: tuple[EncodingFault, ...] = ()
    notes: tuple[str, ...] = ()
    readings: Mapping[PemReader, PemReading] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
    embedding: Embedding | None = None
    archive: str | None = None
    file_sha256: str | None = None
    container: object = field(default=None, compare=False, repr=False)
    password: str | None = field(default=None, compare=False, repr=False)
    answers: dict[object, object] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @cached_property
    def trusted(self) -> tuple[TrustedEntry, ...]:
        """The trusted certificates, in the order of the file."""
        if set(map(type, self.entries)) == {TrustedEntry}:
            return self.entries  # type: ignore[return-value]  # they are all trusted
        return tuple([e for e in self.entries if isinstance(e, TrustedEntry)])

    @cached_property
    def keys(self) -> tuple[KeyEntry, ...]:
        """The private and secret keys, in the order of the file."""
        if self.is_all_trusted:
            return ()
        return tuple(e for e in self.entries if isinstance(e, KeyEntry))

    @cached_property
    def unreadable(self) -> tuple[UnreadableEntry, ...]:
        """The entries that could not be read, in the order of the file."""
        if self.is_all_trusted:
            return ()
        return tuple(e for e in self.entries if isinstance(e, UnreadableEntry))

    @cached_property
    def is_all_trusted(self) -> bool:
        """Whether the store has neither keys nor entries that could not be read."""
        return len(self.trusted) == len(self.entries)

    @cached_property
    def distinct_certificates(self) -> int:
        """The number of different certificates."""
        return len(self.certificate_set)

    @property
    def repeats_nothing(self) -> bool:
        """Whether it surely holds every certificate once: asked before a search for copies."""
        return self.is_all_trusted and self.distinct_certificates == len(self.entries)

    @cached_property
    def certificate_set(self) -> frozenset[Certificate]:
        """The different certificates of trusted entries and of key chains."""
        if self.is_all_trusted:
            return frozenset(map(attrgetter("certificate"), self.trusted))
        return frozenset(self.certificates())

    def certificates(self) -> Iterator[Certificate]:
        """The certificates of trusted entries and of key chains, in the order of the file."""
        for entry in self.entries:
            match entry:
                case TrustedEntry():
                    yield entry.certificate
                case KeyEntry():
                    yield from entry.chain
                case UnreadableEntry():
                    pass
