"""The flaws of an encoding that some parsers of certificates forgive and others do not.

RFC 5280 4.1. A client may refuse a whole store for one such certificate, however unrelated to the
handshake: ClientRules.loading says which does. Each flaw stands for what was measured, an example
of it in tests/conformance/bystanders; OTHER is what was not.
"""

from enum import StrEnum
from typing import Final


class Flaw(StrEnum):
    """A kind of flaw, in the words of reports: this certificate has ..."""

    TRAILING = "trailing bytes"
    LONG_LENGTH = "lengths that are not minimal"
    INDEFINITE_LENGTH = "an indefinite length"
    NEGATIVE_SERIAL = "a negative serial number"
    PADDED_SERIAL = "a serial number that is not minimal"
    EMPTY_SERIAL = "an empty serial number"
    NEGATIVE_PATH_LENGTH = "a negative path length"
    HUGE_PATH_LENGTH = "a path length of more than 32 bits"
    REPEATED_EXTENSION = "a repeated extension"
    EXTENSIONS = "extensions that cannot be read"
    BASIC_CONSTRAINTS = "BasicConstraints that cannot be read"
    EXTRA_CONSTRAINTS = "trailing bytes in BasicConstraints"
    KEY_USAGE = "a KeyUsage that cannot be read"
    PURPOSES = "an ExtendedKeyUsage that cannot be read"
    CRITICAL_PURPOSES = "a critical ExtendedKeyUsage that cannot be read"
    ALTERNATIVE_NAMES = "a SubjectAltName that cannot be read"
    KEY_ID = "a key identifier that cannot be read"
    NAME_CONSTRAINTS = "NameConstraints that cannot be read"
    CRL_POINTS = "CRLDistributionPoints that cannot be read"
    LAX_CRITICAL = "a critical flag that is not DER's TRUE"
    EXTENDED_VERSION_1 = "version 1 with extensions"
    EXTENDED_VERSION_2 = "version 2 with extensions"
    VERSION_2 = "version 2"
    WRITTEN_VERSION_1 = "an explicit version 1"
    LATE_VERSION = "a version above 3"
    NEGATIVE_VERSION = "a negative version"
    UNIQUE_IDS = "unique identifiers"
    UTC_SHORT = "a UTCTime without seconds"
    UTC_OFFSET = "a UTCTime with an offset"
    UTC_LOCAL = "a UTCTime without Z"
    GENERALIZED_SHORT = "a GeneralizedTime without seconds"
    GENERALIZED_FRACTION = "a GeneralizedTime with a fraction"
    GENERALIZED_OFFSET = "a GeneralizedTime with an offset"
    GENERALIZED_LOCAL = "a GeneralizedTime without Z"
    LEAP_SECOND = "a time with a second 60"
    NO_SUCH_DAY = "a date that does not exist"
    NO_TIME = "a malformed time"
    EMPTY_NAME = "an empty name without a critical SubjectAltName"
    UTF8_NAME = "a name in UTF8String that is not UTF-8"
    BMP_NAME = "a name in BMPString of odd length"
    NAME_TYPE = "a name value that is not a string"
    PUBLIC_KEY = "a public key that cannot be read"
    EXPLICIT_CURVE = "explicit curve parameters"
    UNKNOWN_CURVE = "an uncommon curve"
    RSA_EXPONENT = "an RSA exponent below 3"
    TWO_ALGORITHMS = "two different signature algorithms"
    OTHER = "an encoding that was tried with no client"


FRAME_FLAWS: Final = frozenset({Flaw.EMPTY_SERIAL, Flaw.EXTENSIONS})
VERSION_FLAWS: Final = frozenset(
    {Flaw.EXTENDED_VERSION_1, Flaw.EXTENDED_VERSION_2, Flaw.LATE_VERSION, Flaw.NEGATIVE_VERSION}
)
LENGTH_FLAWS: Final = frozenset({Flaw.LONG_LENGTH, Flaw.INDEFINITE_LENGTH})
LOCAL_TIME_FLAWS: Final = frozenset({Flaw.UTC_LOCAL, Flaw.GENERALIZED_LOCAL})
SHORT_TIME_FLAWS: Final = frozenset({Flaw.UTC_SHORT, Flaw.GENERALIZED_SHORT})
TIME_FLAWS: Final = (
    LOCAL_TIME_FLAWS
    | SHORT_TIME_FLAWS
    | {
        Flaw.GENERALIZED_FRACTION,
        Flaw.GENERALIZED_OFFSET,
        Flaw.LEAP_SECOND,
        Flaw.NO_SUCH_DAY,
        Flaw.NO_TIME,
    }
)
"""Every flaw of a time but the offset of a UTCTime, which more parsers take."""

STRING_FLAWS: Final = frozenset({Flaw.PADDED_SERIAL, Flaw.UTF8_NAME, Flaw.BMP_NAME})
"""What only BoringSSL's and OpenSSL's parsers refuse: they convert names while they read."""

JUDGED: Final = frozenset(
    {Flaw.VERSION_2, Flaw.EXPLICIT_CURVE, Flaw.UNKNOWN_CURVE, Flaw.NAME_CONSTRAINTS}
)
"""What path validation judges in a certificate of a path; the others leave the verdict open."""
