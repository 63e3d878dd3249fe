"""What a caller may ask of an encoder beyond the entries themselves."""

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """How a PKCS12 store is to be protected where it is not to stay as it was."""

    KEEP = "keep"
    """As the file was; a new file like MODERN."""
    MODERN = "modern"
    """PBES2 with AES-256 and an HMAC-SHA-256 MAC, the JDK's own since 8u301 and 11.0.12."""
    JDK8 = "jdk8"
    """3DES and an HMAC-SHA-1 MAC, which every JDK 8 reads."""
    PASSWORD_LESS = "password-less"  # noqa: S105  (the name of a scheme)
    """No MAC and no encryption, as the cacerts of JDK 18 and later is written."""


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """How to write a store.

    `unverified` allows writing a store whose integrity was not checked when it was read. `scheme`
    is read by PKCS12 alone.
    """

    unverified: bool = False
    scheme: Scheme = Scheme.KEEP
