"""How the JDK compares distinguished names (sun.security.x509.X500Name, AVA, RDN)."""

from functools import lru_cache
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

_CACHE_SIZE: Final = 16384
_TEXTS: Final = {tlv.PRINTABLE_STRING: "ascii", tlv.UTF8_STRING: "utf-8"}
"""AVA.isDerString: the string types that are folded; all others count octet for octet."""

_KEYWORDS: Final = frozenset(
    {
        oids.COMMON_NAME,
        oids.COUNTRY_NAME,
        oids.LOCALITY_NAME,
        oids.STATE_OR_PROVINCE_NAME,
        oids.ORGANIZATION_NAME,
        oids.ORGANIZATIONAL_UNIT_NAME,
        oids.STREET_ADDRESS,
        oids.DOMAIN_COMPONENT,
        oids.USER_ID,
    }
)
"""The attributes of RFC 2253, of which the texts are folded; all others count octet for octet."""

_CONTROLS: Final = "".join(map(chr, range(0x21)))
"""What String.trim removes."""


@lru_cache(maxsize=_CACHE_SIZE)
def java_name(der: bytes, *, latin: bool = False) -> str | None:
    """A text that two names share exactly where X500Name.equals calls them equal.

    `der` is the DER of a Name. Case is folded, runs of blanks become one and NFKD is applied, of
    the attributes of RFC 2253 as PrintableString and UTF8String alone; the attributes of an RDN may
    stand in any order. `latin`: a PrintableString is read as JDK 25 does, as Latin-1; to JDK 17 and
    21 each letter beyond ASCII in it is the same. None for a name that is no name.
    """
    try:
        rdns = [
            [_attribute(attribute, latin=latin) for attribute in rdn.expect(tlv.SET, "RDN")]
            for rdn in tlv.read(der).expect(tlv.SEQUENCE, "name")
        ]
    except tlv.TlvError:
        return None
    return "\0".join((str(len(rdns)), *("\1".join(sorted(rdn)) for rdn in rdns)))


def _attribute(node: tlv.Node, *, latin: bool) -> str:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    oid = kind.oid()
    codec = _TEXTS.get(value.tag)
    if codec is None or oid not in _KEYWORDS:
        return f"{oid}=#{tlv.element(value.tag, value.content).hex()}"
    text = value.content.decode("latin-1" if latin and codec == "ascii" else codec, "replace")
    while "  " in text:
        text = text.replace("  ", " ")
    text = text.strip(_CONTROLS).upper().lower()
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKD", text)
    return f"{oid}={text}"
