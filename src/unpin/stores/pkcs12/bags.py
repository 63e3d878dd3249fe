"""A SafeBag of a PKCS12 store (RFC 7292 4.2), as it was read."""

import re
from enum import StrEnum
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute
from unpin.model.values import frozen

_TIME: Final = re.compile(rb"Time ([+-]?)0*([0-9]{1,19})")


class BagKind(StrEnum):
    """The bag types by the last arc of 1.2.840.113549.1.12.10.1."""

    KEY = "1"
    SHROUDED_KEY = "2"
    CERTIFICATE = "3"
    CRL = "4"
    SECRET = "5"  # noqa: S105 - a bag type
    SAFE_CONTENTS = "6"

    @property
    def oid(self) -> str:
        """The whole object identifier."""
        return BAG_ARC + self


BAG_ARC: Final = f"{oids.PKCS12_BAG_TYPES_ARC}."


@frozen
class Bag:
    """A SafeBag; `first` if it is the first of its SafeContents, which Java treats differently.

    If the bag cannot be read, `kind` is None, `reason` says why, and the other fields are best
    effort. `refusal` says why Java refuses the whole store because of the bag; "" if it does not.
    `nested` bags are in a bag of the type SafeContents, which Java skips. `sealed` is the value of
    a key's bag.
    """

    raw: bytes
    kind: BagKind | None
    first: bool = False
    nested: bool = False
    alias: str | None = None
    local_key_id: bytes | None = None
    trusted: bool = False
    attributes: tuple[Attribute, ...] = ()
    certificate: Certificate | None = None
    reason: str = ""
    refusal: str = ""
    sealed: bytes = b""

    @property
    def created_ms(self) -> int | None:
        """The creation date, which the JDK stores in a key's localKeyID as "Time <ms>"."""
        match = _TIME.fullmatch(self.local_key_id or b"")
        if match is None:
            return None
        value = int(match[1] + match[2])
        return value if -(1 << 63) <= value < 1 << 63 else None


_SHROUDED_OID: Final = tlv.encode_oid(BagKind.SHROUDED_KEY.oid)


def sealed_secret(bag: Bag) -> bool:
    """Whether a SecretBag holds an encrypted key, as the SecretBags of Java do."""
    return bag.kind is BagKind.SECRET and _SHROUDED_OID in bag.sealed[:32]
