"""What is in a block, as far as a client asks while it reads the file."""

from typing import NamedTuple

from unpin.asn1 import tlv
from unpin.model.certificate import Certificate


class Content(NamedTuple):
    """A certificate in DER, what follows it in its block, and whether its lengths are DER's."""

    der: bytes
    rest: bytes
    distinguished: bool


def certificate(data: bytes) -> Content | None:
    """The certificate at the beginning of `data`; None where there is none."""
    try:
        node = tlv.read(data).expect(tlv.SEQUENCE, "certificate")
        der = tlv.definite(node)
    except tlv.TlvError:
        return None
    if Certificate(der).problem is not None:
        return None
    return Content(der, data[node.end :], der == node.raw)


def is_sequence(data: bytes) -> bool:
    """Whether `data` begins with a SEQUENCE, as keys and revocation lists do."""
    try:
        tlv.read(data).expect(tlv.SEQUENCE, "content")
    except tlv.TlvError:
        return False
    return True
