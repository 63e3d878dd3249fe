"""What a caller may ask of an encoder beyond the entries, and what every encoder refuses."""

from dataclasses import dataclass
from enum import StrEnum

from unpin.model.errors import CannotWriteError
from unpin.model.store import Integrity, Store


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
    is read by PKCS12 alone. `now_ms` (milliseconds since 1970) is the time of the change for the
    formats that keep one; 0 leaves the old one.
    """

    unverified: bool = False
    scheme: Scheme = Scheme.KEEP
    now_ms: int = 0


DEFAULT_OPTIONS = EncodeOptions()


def check_writable(store: Store, options: EncodeOptions) -> None:
    """Refuse a store whose digest or MAC nobody checked. Raises CannotWriteError.

    What was changed behind the owner's back would leave here with a new, valid digest.
    """
    if store.protection.integrity is Integrity.NOT_CHECKED and not options.unverified:
        raise CannotWriteError(
            f"{store.source}: its integrity was not checked, so it is not written",
            "give the store's password, or --unverified to write it all the same",
        )


def required(password: str | None, store: Store) -> str:
    """The password that a format needs to guard what it writes. Raises CannotWriteError."""
    if password is None:
        raise CannotWriteError(
            f"{store.source}: {store.format} is guarded by a password, and none was given",
            "give --password-file FILE or set UNPIN_PASSWORD",
        )
    return password
