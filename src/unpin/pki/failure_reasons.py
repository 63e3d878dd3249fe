"""Why a verdict is what it is."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a verdict is what it is; part of the machine output."""

    ACCEPTED = "accepted"
    EMPTY_STORE = "empty-store"
    NO_ANCHOR = "no-anchor"
    STORE_ISSUER_MISSING = "store-issuer-missing"
    UNKNOWN_ROOT = "unknown-root"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    NAME_ONLY = "name-only"
    BAD_SIGNATURE = "bad-signature"
    DISORDER = "disorder"
    NOTHING_PRESENTED = "nothing-presented"
    TOO_LONG = "too-long"
    NOT_A_CA = "not-a-ca"
    SERVER_IS_A_CA = "server-is-a-ca"
    NO_CERT_SIGN = "no-cert-sign"
    KEY_USAGE = "key-usage"
    PURPOSE = "purpose"
    PATH_LENGTH = "path-length"
    NAME_CONSTRAINTS = "name-constraints"
    WEAK_SIGNATURE = "weak-signature"
    WEAK_KEY = "weak-key"
    CRITICAL_EXTENSION = "critical-extension"
    NOT_STRICT = "not-strict"
    DISTRUSTED = "distrusted"
    UNREADABLE_ENTRY = "unreadable-entry"
    NAMES_UNKNOWN = "names-unknown"
    NOT_MODELLED = "not-modelled"
    GAVE_UP = "gave-up"
    FILE_REFUSED = "file-refused"
    FILE_PARTLY_READ = "file-partly-read"
    FILE_READING_UNKNOWN = "file-reading-unknown"

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
        Reason.FILE_READING_UNKNOWN,
    }
)
