"""The findings of an audit, their remedies, and the status of a store."""

from enum import StrEnum

from unpin.model.values import frozen


class Severity(StrEnum):
    """The severity of a finding, worst first: an outage, a risk, a fact worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for an error."""
        return (Severity.NOTE, Severity.WARNING, Severity.ERROR).index(self)


@frozen
class Location:
    """The place of a finding: a store, and an entry of it unless the finding is about the store.

    `source` names the store, `index` is the 0-based position of the entry, `sha256` its
    certificate's, `line` its 1-based line in a text, `file` its file in a folder, and `label` the
    name of its certificate. All but `source` may be None.
    """

    source: str
    alias: str | None = None
    index: int | None = None
    sha256: str | None = None
    line: int | None = None
    file: str | None = None
    label: str | None = None

    @property
    def entry(self) -> str:
        """The name of the entry for people: its alias, else its file or line, else its subject."""
        if self.alias:
            return self.alias
        if self.file is not None:
            return self.file
        if self.line is not None:
            return f"line {self.line}" + (f" ({self.label})" if self.label else "")
        return self.label or ""


class RemedyKind(StrEnum):
    """The kinds of remedies. "The entry" is the entry that the finding is about."""

    ADD_ROOTS = "add-roots"
    """Add the certificates that the remedy names."""
    REPLACE_PIN = "replace-pin"
    """Add the roots of the profile, then remove the entry."""
    REPLACE_BY_ROOT = "replace-by-root"
    """Add the root that the remedy names, which is none of the profile's, then remove the entry."""
    ASK_OWNER = "ask-owner"
    """Get the certificate of the named issuer from its owner, add it, then remove the entry."""
    SEND_WHOLE_CHAIN = "send-whole-chain"
    """Configure the server to send its intermediates, then remove the entry."""
    TRUST_SERVER_ROOT = "trust-server-root"
    """Add the root of the server's chain, then remove the entry."""
    RENEW_SERVER_CERTIFICATE = "renew-server-certificate"
    """Give the server another certificate under a trusted root, then remove the entry."""
    TRUST_ISSUER = "trust-issuer"
    """Add the CA that signs the server certificates, then remove the entry."""
    REMOVE_ENTRY = "remove-entry"
    REMOVE_UNUSED = "remove-unused"
    """Remove the entry unless a client still needs it."""
    REMOVE_EXPIRED = "remove-expired"
    """Remove the expired CA certificates."""
    REMOVE_DUPLICATES = "remove-duplicates"
    GET_NEW_BUNDLE = "get-new-bundle"
    """Get the current certificates where those of the store came from."""
    REPLACE_LOOKALIKE = "replace-lookalike"
    """Replace the entry with the certificate that the remedy names."""
    REPLACE_ENTRY = "replace-entry"
    """Replace the entry with an undamaged copy, or remove it."""
    GET_FILE_AGAIN = "get-file-again"
    """Download or copy the file again, which broke off."""
    REPLACE_BY_SUCCESSOR = "replace-by-successor"
    REISSUE_CA = "reissue-ca"
    """Replace the entry with a certificate of the same name and key that meets RFC 5280."""
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
    REDUCE_STORE = "reduce-store"
    """Remove the certificates that no client needs, and audit the store again."""
    GIVE_PASSWORD = "give-password"  # noqa: S105  (a kind of remedy)
    """Give unpin the password of the store."""
    CONVERT_TO_PEM = "convert-to-pem"
    REMOVE_BLOCK = "remove-block"
    """Remove a PEM block that is no certificate."""
    REPLACE_REQUEST = "replace-request"
    """Remove a certificate signing request, and get the certificate from the CA."""
    MOVE_REVOCATION_LIST = "move-revocation-list"
    """Move a revocation list to a file of its own."""
    SPLIT_AND_REHASH = "split-and-rehash"
    """Write a file for each certificate, and run openssl rehash on the directory."""
    RENEW_PROTECTION = "renew-protection"
    WRITE_FOR_OLD_JAVA = "write-for-old-java"
    """Update Java, or write the store with algorithms that old versions know."""
    SEPARATE_NAMESAKES = "separate-namesakes"
    """Keep CAs of one name in a store each, or give them different names."""
    SEPARATE_KEYS = "separate-keys"
    """Keep private keys and trusted certificates in two files."""
    MAKE_TRUST_STORE = "make-trust-store"
    """Give the clients of a key store a trust store of their own."""
    USE_ROOT_ALONE = "use-root-alone"
    """Use a store that holds only the root that the remedy names."""
    NAME_PROFILE = "name-profile"
    """Name the profile of the servers to which the clients connect."""
    TRY_CLIENT = "try-client"
    """Connect with the client itself, or use a store that holds only the roots of the profile."""


@frozen
class CertificateReference:
    """A certificate by its name and its SHA-256 (hexadecimal; None if only the name is known)."""

    name: str
    sha256: str | None = None


@frozen
class Remedy:
    """The remedy of a finding.

    `certificates` are the certificates to add, or the certificate for which the entry was
    mistaken. `entries` are the 0-based positions of the entries to remove, replace or rename.
    `command` is the unpin command that plans or applies the remedy, without the name of the
    store; empty where unpin has no such command.
    """

    kind: RemedyKind
    certificates: tuple[CertificateReference, ...] = ()
    entries: tuple[int, ...] = ()
    command: tuple[str, ...] = ()


@frozen
class Finding:
    """A fault of a store, or a fact worth knowing.

    `rule` is the ident of the rule. `message` is a sentence that says what happens to which
    clients. `clients` are the idents of the client families concerned; empty means every client
    that reads the store. `accepted` says who accepts the finding and until when; None if nobody.
    """

    rule: str
    severity: Severity
    location: Location
    message: str
    remedy: Remedy
    clients: tuple[str, ...] = ()
    accepted: str | None = None

    def with_command(self, command: tuple[str, ...]) -> "Finding":
        """The finding whose remedy has `command`."""
        own = self.remedy
        remedy = Remedy(own.kind, own.certificates, own.entries, command)
        return Finding(
            self.rule,
            self.severity,
            self.location,
            self.message,
            remedy,
            self.clients,
            self.accepted,
        )

    def key_at(self, path: str) -> str:
        """What stays the same of the finding in the next audit; a worse severity changes it.

        The rule, the severity, the store, known by its `path`, and the certificate: that of the
        entry, or those that the remedy names. The words are no part of it. An entry without a
        certificate is known by its alias, file or line, and by its position only where it has none
        of them.
        """
        from hashlib import sha256

        place = self.location
        entry = place.sha256 or place.alias or place.file
        if entry is None:
            place_in_store = {"line": place.line, "entry": place.index}
            entry = next((f"{k} {v}" for k, v in place_in_store.items() if v is not None), "")
        named = [str(each.sha256 or each.name) for each in self.remedy.certificates]
        said = "\n".join((self.rule, self.severity, path, entry, *named))
        return sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


class AuditStatus(StrEnum):
    """The status of a store after an audit."""

    READY = "ready"
    """There is no pin and no error; with a profile, its clients survive the rotation."""
    PINNED = "pinned"
    """The store trusts an intermediate or a server certificate, harmful or not."""
    FAILING = "failing"
    """There are errors, but no pin that breaks a client."""
    UNKNOWN = "unknown"
    """Whether a client connects is not known, or unpin gave up."""
    UNREADABLE = "unreadable"
    """The store, or every trusted certificate in it, cannot be read."""
    NOT_FOR_PROFILE = "not-for-profile"
    """The store is for other servers than those of the default profile, or has only keys; there is
    no pin and no error."""
