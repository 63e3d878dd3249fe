"""How BouncyCastle compares distinguished names (X500Name, AbstractX500NameStyle, IETFUtils)."""

import re
from functools import lru_cache
from typing import Final, TypeAlias

from unpin.asn1 import tlv

Rdns: TypeAlias = tuple[tuple[str, ...], ...]

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


def same_name(name: bytes, other: bytes) -> bool:
    """Does X500Name.equals call these names (DER) equal?

    Either they are the same ASN.1, with the attributes of an RDN in any order; or they are the same
    text, with letters of ASCII and runs of blanks folded, whatever the string type and the
    attribute, and the RDNs in any order, but not the attributes of an RDN. Names that cannot be
    read are equal if their octets are.
    """
    return (
        name == other
        or _sorted(name) == _sorted(other)
        or sorted(folded_name(name)) == sorted(folded_name(other))
    )


@lru_cache(maxsize=_CACHE_SIZE)
def in_der_order(name: bytes) -> bool:
    """Are the attributes of each RDN of this name in the order of a DER SET (X.690 11.6)?"""
    return _encodings(name) == _sorted(name)


def _encodings(name: bytes) -> tuple[tuple[bytes, ...], ...]:
    """The encodings of the attributes by RDN."""
    try:
        rdns = tlv.read(name).expect(tlv.SEQUENCE, "name")
        return tuple(tuple(bytes(attribute.raw) for attribute in rdn) for rdn in rdns)
    except tlv.TlvError:
        return ((name,),)


@lru_cache(maxsize=_CACHE_SIZE)
def _sorted(name: bytes) -> tuple[tuple[bytes, ...], ...]:
    return tuple(tuple(sorted(rdn)) for rdn in _encodings(name))


@lru_cache(maxsize=_CACHE_SIZE)
def folded_name(name: bytes) -> Rdns:
    """The RDNs of a name (DER), each the texts of its attributes; equal as IETFUtils says."""
    try:
        rdns = tlv.read(name).expect(tlv.SEQUENCE, "name")
        return tuple(tuple(_attribute(attribute) for attribute in rdn) for rdn in rdns)
    except tlv.TlvError:
        return ((name.hex(),),)


def _attribute(node: tlv.Node) -> str:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    if value.tag not in _TEXTS:
        return f"{kind.oid()}=#{tlv.element(value.tag, value.content).hex()}"
    text = value.content.decode(_CODECS.get(value.tag, "latin-1"), "replace")
    return f"{kind.oid()}={_BLANKS.sub(' ', text.translate(_UPPER)).strip(' ')}"
