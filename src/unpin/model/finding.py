"""What an audit finds: rule, severity, place, message, remedy; and what that makes of a store."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad, worst first: an outage, a risk, a fact worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return (Severity.NOTE, Severity.WARNING, Severity.ERROR).index(self)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding is: a store, and the entry in it if it concerns one."""

    source: str
    alias: str | None = None
    index: int | None = None
    """0-based position of the entry in the store."""
    sha256: str | None = None
    line: int | None = None
    file: str | None = None
    label: str | None = None

    @property
    def entry(self) -> str:
        """The entry as a person finds it: its alias, else file or line, else its subject."""
        if self.alias:
            return self.alias
        if self.file is not None:
            return self.file
        if self.line is not None:
            return f"line {self.line}" + (f" ({self.label})" if self.label else "")
        return self.label or ""


class RemedyKind(StrEnum):
    """What cures a finding. The entry is the one that the finding is about."""

    ADD_ROOTS = "add-roots"
    """Add the certificates that the remedy names."""
    REPLACE_PIN = "replace-pin"
    """Add the roots of the profile, then remove the entry."""
    ASK_OWNER = "ask-owner"
    """Get the issuer that the remedy names from the CA's owner, add it, then remove the entry."""
    SEND_WHOLE_CHAIN = "send-whole-chain"
    """Configure the server to send its intermediates, then remove the entry."""
    TRUST_SERVER_ROOT = "trust-server-root"
    """Add the root of the server's chain, then remove the entry."""
    TRUST_ISSUER = "trust-issuer"
    """Add the CA that signs the servers' certificates, then remove the entry."""
    REMOVE_ENTRY = "remove-entry"
    REMOVE_UNUSED = "remove-unused"
    """Remove the entry unless something still needs it."""
    REMOVE_DUPLICATES = "remove-duplicates"
    REPLACE_LOOKALIKE = "replace-lookalike"
    """Put the certificate that the remedy names in the place of the entry."""
    REPLACE_ENTRY = "replace-entry"
    """Replace the entry by an undamaged copy, or remove it."""
    REPLACE_BY_SUCCESSOR = "replace-by-successor"
    ADD_SUCCESSOR = "add-successor"
    KEEP_ENTRY = "keep-entry"
    """Keep the entry as long as its server uses the certificate."""
    KEEP_PREDECESSOR = "keep-predecessor"
    """Keep the certificate that the entry replaces until the entry is valid."""
    RENAME_ALIAS = "rename-alias"
    REIMPORT_ENTRY = "reimport-entry"
    """Import the certificate again so that Java sees it."""
    SATISFY_JAVA = "satisfy-java"
    """Remove what makes Java refuse the store, or write the store again."""
    SET_TRUST_STORE_PASSWORD = "set-trust-store-password"  # noqa: S105  (a kind of remedy)
    """Start Java with javax.net.ssl.trustStorePassword."""
    GIVE_PASSWORD = "give-password"  # noqa: S105  (a kind of remedy)
    """Give unpin the password of the store."""
    CONVERT_TO_PEM = "convert-to-pem"
    RENEW_PROTECTION = "renew-protection"
    SEPARATE_KEYS = "separate-keys"
    """Keep private keys and trusted certificates in two files."""
    USE_ROOT_ALONE = "use-root-alone"
    """Use a store that holds only the root that the remedy names."""
    TRY_CLIENT = "try-client"
    """Connect with the client itself, or use a store that holds only the roots of the profile."""


@dataclass(frozen=True, slots=True)
class CertificateReference:
    """A certificate by its name and SHA-256 (hexadecimal); None where only the name is known."""

    name: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What cures a finding.

    `certificates` are those to be added, or the one that the entry was taken for. `entries` are
    the 0-based positions of the entries to be removed, replaced or renamed. `command` is the call
    of unpin that plans it or carries it out, up to the name of the store; empty where unpin has
    none.
    """

    kind: RemedyKind
    certificates: tuple[CertificateReference, ...] = ()
    entries: tuple[int, ...] = ()
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a store, or a fact worth knowing.

    `rule` is the ident of the rule. `message` says in a sentence what happens to which clients.
    `clients` are the idents of the client families that it concerns, empty where it concerns
    every reader.
    """

    rule: str
    severity: Severity
    location: Location
    message: str
    remedy: Remedy
    clients: tuple[str, ...] = ()


class AuditStatus(StrEnum):
    """What the findings mean for the store, in a word."""

    NOTHING_TRUSTED = "nothing-trusted"
    """No trusted certificate can be read."""
    PINNED = "pinned"
    """An entry makes clients fail, now or when its CA changes."""
    NEEDS_WORK = "needs-work"
    """There are other errors."""
    NO_PINS = "no-pins"
    """There is no error; without a profile there is no rotation to be ready for."""
    READY = "ready"
    """There is no error: the clients survive the rotation."""
