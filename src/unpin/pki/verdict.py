"""The verdict of a client on a server chain, and its reasons: idents, and sentences for people."""

from enum import StrEnum
from typing import Final, Self

from unpin.model.values import frozen
from unpin.pki.certificate_view import CertificateView


class Reason(StrEnum):
    """Why a verdict is what it is. The ident is part of the machine output (docs/json.md).

    `sentence` follows "because" in every report. Each reason must have a sentence.
    """

    sentence: str

    ACCEPTED = "accepted", "the client accepts the chain"
    EMPTY_STORE = "empty-store", "the store has no trust anchor"
    NO_ANCHOR = "no-anchor", "nothing in the store signed the chain"
    STORE_ISSUER_MISSING = (
        "store-issuer-missing",
        "the client takes a certificate of the store whose issuer is missing",
    )
    UNKNOWN_ROOT = "unknown-root", "the root that the server sends is not in the store"
    EXPIRED = "expired", "a certificate on the path has expired"
    NOT_YET_VALID = "not-yet-valid", "a certificate on the path is not valid yet"
    NAME_ONLY = "name-only", "a certificate in the store has the right name but another key"
    BAD_SIGNATURE = (
        "bad-signature",
        "a certificate in the store has the right name but another key",
    )
    SERVER_KEY = "server-key", "the client offers no handshake for the server certificate's key"
    DISORDER = "disorder", "the server sends its certificates out of order"
    NOTHING_PRESENTED = "nothing-presented", "the server sends no certificate"
    TOO_LONG = "too-long", "the path is longer than the client allows"
    NOT_A_CA = "not-a-ca", "a certificate on the path is not a CA"
    SERVER_IS_A_CA = "server-is-a-ca", "the server certificate is a CA certificate"
    NO_CERT_SIGN = "no-cert-sign", "a certificate on the path may not sign certificates"
    KEY_USAGE = "key-usage", "the key usage of a certificate on the path does not fit"
    PURPOSE = "purpose", "a certificate on the path is not for servers"
    PATH_LENGTH = "path-length", "a CA on the path allows fewer CAs below it"
    NAME_CONSTRAINTS = "name-constraints", "a CA on the path may not sign for this name"
    WEAK_SIGNATURE = "weak-signature", "a certificate on the path has a weak signature"
    WEAK_KEY = "weak-key", "a certificate on the path has a weak key"
    CRITICAL_EXTENSION = (
        "critical-extension",
        "a certificate on the path has a critical extension that the client does not know",
    )
    NOT_STRICT = "not-strict", "a certificate on the path breaks a rule of RFC 5280"
    DISTRUSTED = "distrusted", "the client distrusts the root for newer server certificates"
    REJECTED = (
        "rejected",
        "OpenSSL's trust settings in the file reject a certificate on the path for servers",
    )
    UNREADABLE_ENTRY = (
        "unreadable-entry",
        "the client refuses the whole store for an entry that it cannot read",
    )
    UNREAD = "unread", "the client does not read a certificate that it needs, or that is sent"
    FILE_REFUSED = "file-refused", "the file is refused as it is written"
    NAMES_UNKNOWN = (
        "names-unknown",
        "the path has name constraints, and the names of the server are unknown",
    )
    NOT_MODELLED = (
        "not-modelled",
        "how the client treats a certificate of this kind was not measured",
    )
    GAVE_UP = "gave-up", "unpin gave up: the search for a path took too many steps"
    FILE_PARTLY_READ = "file-partly-read", "the client reads only a part of the file"
    CLIENTS_DIFFER = (
        "clients-differ",
        "clients or versions of this family differ in what they take",
    )
    READERS_DIFFER = (
        "readers-differ",
        "some clients of the family load less of the file than others",
    )
    FILE_READING_UNKNOWN = (
        "file-reading-unknown",
        "how the client reads a file with this fault was not measured",
    )

    def __new__(cls, ident: str, sentence: str) -> Self:
        """Make the member `ident`."""
        reason = str.__new__(cls, ident)
        reason._value_ = ident
        reason.sentence = sentence
        return reason

    @property
    def is_doubt(self) -> bool:
        """True where unpin cannot say what the client does."""
        return self in _DOUBTS

    # Texts are looked up by reasons for every verdict, and Enum's own hash is a call of Python's.
    __hash__ = str.__hash__


_DOUBTS: Final = frozenset(
    {
        Reason.NOT_MODELLED,
        Reason.NAMES_UNKNOWN,
        Reason.GAVE_UP,
        Reason.FILE_PARTLY_READ,
        Reason.CLIENTS_DIFFER,
        Reason.READERS_DIFFER,
        Reason.FILE_READING_UNKNOWN,
    }
)


@frozen
class Verdict:
    """Whether a client accepts a server chain, and why.

    `accepted` is None where unpin does not know (Reason.is_doubt). `path` goes from the server
    certificate up as far as the client came; `anchor` is the trust anchor at which an accepted
    path ends. `last` is the last of the reasons against the path, for a client that goes on after
    the first (ClientRules.last_errors); None where it does not refuse the path, or is not known.
    `otherwise` is the verdict of the clients of the family that read the file in another way,
    where they do.
    """

    accepted: bool | None
    reason: Reason
    path: tuple[CertificateView, ...]
    anchor: CertificateView | None = None
    last: Reason | None = None
    otherwise: "Verdict | None" = None

    @property
    def path_labels(self) -> tuple[str, ...]:
        """The certificates of the path as a person calls them, the server certificate first."""
        return tuple(view.label for view in self.path)
