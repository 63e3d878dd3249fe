"""What several scanners ask: where a text comes next, and what a block holds."""

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


class Finder:
    """A search that remembers where each text was found last, so that it reads no byte twice."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[bytes, tuple[int, int]] = {}

    def next(self, text: bytes, start: int) -> int:
        """As bytes.find."""
        begun, found = self._known.get(text, (0, 0))
        if begun <= start and (found < 0 or start <= found) and text in self._known:
            return found
        found = self._data.find(text, start)
        self._known[text] = start, found
        return found
