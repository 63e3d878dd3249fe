"""How BouncyCastle compares distinguished names (X500Name, AbstractX500NameStyle, IETFUtils)."""

import re
from functools import lru_cache
from typing import Final

from unpin.asn1 import tlv

_CACHE_SIZE: Final = 16384
_CODECS: Final = {tlv.UTF8_STRING: "utf-8", tlv.BMP_STRING: "utf-16-be"}
"""The string types that are not read as Latin-1."""
_TEXTS: Final = frozenset(
    {
        tlv.UTF8_STRING,
        tlv.BMP_STRING,
        tlv.PRINTABLE_STRING,
        tlv.TELETEX_STRING,
        tlv.IA5_STRING,
        tlv.NUMERIC_STRING,
    }
)
"""The string types that are folded; others count octet for octet."""
_UPPER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_BLANKS: Final = re.compile(" {2,}")


@lru_cache(maxsize=_CACHE_SIZE)
def bouncycastle_name(der: bytes) -> str:
    """A text that two names share exactly where X500Name.equals calls them equal.

    `der` is the DER of a Name. Letters of ASCII are folded, and runs of blanks, whatever the string
    type and the attribute; the RDNs may stand in any order, the attributes of an RDN may not. A
    name that is no name is equal to itself alone.
    """
    try:
        rdns = [
            "\1".join(_attribute(attribute) for attribute in rdn.expect(tlv.SET, "RDN"))
            for rdn in tlv.read(der).expect(tlv.SEQUENCE, "name")
        ]
    except tlv.TlvError:
        return der.hex()
    return "\0".join((str(len(rdns)), *sorted(rdns)))


def _attribute(node: tlv.Node) -> str:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    if value.tag not in _TEXTS:
        return f"{kind.oid()}=#{tlv.element(value.tag, value.content).hex()}"
    text = value.content.decode(_CODECS.get(value.tag, "latin-1"), "replace")
    return f"{kind.oid()}={_BLANKS.sub(' ', text.translate(_UPPER)).strip(' ')}"
