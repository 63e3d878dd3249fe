"""The types in which a module of this package says what a family of TLS clients does."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.model.values import frozen
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.path_validation.requirements import NOT_MEASURED, PathRequirements
from unpin.pki.verdict import Reason


class Model(StrEnum):
    """The path builder of a family (unpin.pki.path_building)."""

    OPENSSL = "openssl"
    BORINGSSL = "boringssl"
    DOTNET = "dotnet"
    JAVA = "java"
    SUNX509 = "sunx509"
    BOUNCYCASTLE = "bouncycastle"
    SEARCH = "search"
    GNUTLS = "gnutls"
    MBEDTLS = "mbedtls"


class Flag(StrEnum):
    """Where families with one builder differ."""

    PARTIAL_CHAIN = "partial-chain"
    """Every certificate of the store ends a path (X509_V_FLAG_PARTIAL_CHAIN)."""
    ANCHOR_DATES = "anchor-dates"
    """The builder refuses an expired anchor."""
    ANCHOR_DATES_ABOVE = "anchor-dates-above"
    """The same, but not of an anchor that issued the server certificate itself."""
    LEAF_PIN = "leaf-pin"
    """A server certificate in the store is trusted as such."""
    EXPIRED_LEAF_PIN = "expired-leaf-pin"
    """The same, its dates unread."""
    EXACT_NAMES = "exact-names"
    """Names are compared octet for octet, not as RFC 5280 7.1 has it."""
    DISTRUSTS = "distrusts"
    """Some roots are distrusted for server certificates issued after a day (distrusted_cas)."""
    FEW_SIGNATURES = "few-signatures"
    """The builder stops after a hundred signatures."""
    MOST_SPECIFIC_ERROR = "most-specific-error"
    """Of several dead ends, the most specific error is the reason (path_building.webpki)."""
    READS_WHAT_IS_SENT = "reads-what-is-sent"
    """One certificate that it does not read, of those sent, ends the handshake."""
    REFUSES_CURVES_SENT = "refuses-curves-sent"
    """One certificate sent with a key on a curve that it does not know ends the handshake."""
    READS_THE_STORE = "reads-the-store"
    """One certificate that it does not read makes it refuse the store."""
    DROPS_UNREAD = "drops-unread"
    """A certificate of the store that it does not read is dropped without a word."""
    FORWARD_ONLY = "forward-only"
    """An issuer is sought only behind its subject in the presented chain."""

    # Path builders ask for flags at every turn, and Enum's own hash is a call of Python's.
    __hash__ = str.__hash__


class Loading(StrEnum):
    """What a family does with a store in which a certificate has a flaw."""

    LOADS = "loads the store, with or without the certificate"
    REFUSES = "refuses the store"
    UNKNOWN = "not known"


UNMEASURED_FLAWS: Final = frozenset({Flaw.OTHER})
"""The flaws that were tried with no family (tests/conformance/bystanders)."""


@frozen
class StoreLoading:
    """What one odd certificate in a store does to the loading of the whole store.

    `broken` is what the family does where an entry is no certificate at all. For a certificate
    with a flaw of `refuses` it refuses the store, with one of `unsure_of` it may; with any other
    it loads the rest. Measured kind by kind with the clients that ClientRules.source names, an odd
    root before and after the one that the handshake needs
    (tests/conformance/bystanders/measured.json). A family loads what all its clients load; where
    a client reads what stands before the odd root and no further, that is not known, unless all
    its clients do so (`keeps_what_precedes`).
    """

    broken: Loading = Loading.UNKNOWN
    refuses: frozenset[Flaw] = frozenset()
    unsure_of: frozenset[Flaw] = UNMEASURED_FLAWS
    keeps_what_precedes: bool = False

    def with_entry(self, flaws: frozenset[Flaw] | None) -> Loading:
        """What becomes of a store with such an entry; None is no certificate at all."""
        if flaws is None:
            return self.broken
        if flaws & self.refuses:
            return Loading.REFUSES
        return Loading.UNKNOWN if flaws & self.unsure_of else Loading.LOADS


_JAVA_ALONE_MINDS: Final = frozenset(
    {
        FaultKind.TRUSTED_CERTIFICATE_SETTINGS,
        FaultKind.PRIVATE_KEY,
        FaultKind.JAVA_CERTIFICATE,
        FaultKind.OTHER_BLOCK,
        FaultKind.STRAY_END,
        FaultKind.COMMENTED_BLOCK,
        FaultKind.PKCS7_FIRST,
        FaultKind.PKCS7_LATER,
        FaultKind.DER_AND_MORE,
        FaultKind.OTHER_ENCODING,
    }
)
BY_READERS: Final = frozenset(
    {
        FaultKind.BLANK_LINE,
        FaultKind.TEXT_AFTER_MARKER,
        FaultKind.TEXT_BEFORE_END,
        FaultKind.MALFORMED_MARKER,
        FaultKind.MIXED_LINE_ENDS,
        FaultKind.CONTROL_CHARACTERS,
        FaultKind.TEXT_LIKE_DER,
        FaultKind.IRREGULAR_TEXT,
    }
)
"""The faults of which the readers alone say who stumbles: it depends on the very characters."""

UNMEASURED_FAULTS: Final = frozenset(FaultKind) - _JAVA_ALONE_MINDS
"""The faults on which another family than Java's stumbles: those not measured may as well."""


@frozen
class FileReading:
    """What a family makes of a file that is not written as plain PEM (docs/encoding-faults.md).

    For a fault of `refuses` it refuses the whole file, for one of `ignores` it silently drops
    what it cannot read; what it does with one of `unsure_of` was not measured. It reads all others.
    `readers` are how its clients read a PEM text; where they are named, they decide for it, and
    the faults only say why (Store.readings). `hashed_directories` says whether it reads a folder by
    hashed names; None where that is unknown.
    """

    refuses: frozenset[FaultKind] = frozenset()
    ignores: frozenset[FaultKind] = frozenset()
    unsure_of: frozenset[FaultKind] = UNMEASURED_FAULTS
    readers: tuple[PemReader, ...] = ()
    hashed_directories: bool | None = None

    def minds(self, kind: FaultKind) -> bool:
        """Whether the family refuses the file for this fault, or drops a part of it."""
        return kind in self.refuses or kind in self.ignores


ONLY_CERTIFICATES_MEASURED: Final = FileReading(
    unsure_of=UNMEASURED_FAULTS - {FaultKind.BYTES_AFTER_CERTIFICATE, FaultKind.BER_CERTIFICATE}
)
"""The reading of a family that reads odd certificates, and of which nothing else was measured."""


@frozen
class LastErrors:
    """The texts of a client that goes on after the first fault of a path and reports the last.

    `client` is what it is called, `errors` its text for each Reason, `at_server` its texts for a
    path that ends with the server certificate itself, where they differ.
    """

    client: str
    errors: Mapping[Reason, str]
    at_server: Mapping[Reason, str]


@frozen
class ClientRules:
    """One family: what it is called, who belongs to it, and what it does.

    `model` and `flags` say how it builds paths; `model` is None where unpin cannot say.
    `requirements` is what it requires of the certificates of a path, `loading` what it does with
    a store of which one certificate is odd, `reading` what it makes of an oddly written file.
    `reads_key_stores` is True where it reads a store through java.security.KeyStore.
    `server_curves` are the curves that it offers for the key of the server certificate (RFC 8422
    5.1.1; no family offers DSA), with PSS_KEYS where it offers keys for RSASSA-PSS alone; None
    where that is unknown. `source`
    says how the rules were learnt, `errors` what the family prints for each Reason, as far as it
    was measured: where a text names the certificate or the name, the part before or after it.
    `errors_at_server` are those of a path that ends with the server certificate itself, where they
    differ; `other_errors` is what the family may print for a Reason instead, `last_errors` what
    a client of the family prints that reports the last fault. `programs` are those by which people
    know the family, if its title does not say it.

    NOTE: of the OpenSSL families, Node keeps what stands before the broken certificate.

    NOTE: `errors` has the library's own words. libpq (psql, psycopg) hides them all behind "SSL
    error: certificate verify failed".
    """

    ident: str
    title: str
    who: str
    source: str
    model: Model | None
    flags: frozenset[Flag] = frozenset()
    requirements: PathRequirements = NOT_MEASURED
    loading: StoreLoading = StoreLoading()
    reading: FileReading = FileReading()
    reads_key_stores: bool = False
    server_curves: frozenset[str] | None = None
    errors: Mapping[Reason, str] = field(default_factory=lambda: MappingProxyType({}))
    errors_at_server: Mapping[Reason, str] = field(default_factory=lambda: MappingProxyType({}))
    other_errors: Mapping[Reason, str] = field(default_factory=lambda: MappingProxyType({}))
    last_errors: LastErrors | None = None
    programs: str = ""

    @property
    def label(self) -> str:
        """The title, behind the programs by which people know the family."""
        return f"{self.programs}: {self.title}" if self.programs else self.title

    def __hash__(self) -> int:
        return hash(self.ident)
