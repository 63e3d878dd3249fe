"""How GnuTLS compares distinguished names (lib/x509/dn.c _gnutls_x509_compare_raw_dn)."""

from functools import lru_cache
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

_CACHE_SIZE: Final = 16384
_Attribute: TypeAlias = tuple[bytes, bytes]
_AS_IT_IS: Final = frozenset({tlv.UTF8_STRING, tlv.PRINTABLE_STRING})
_OF_ONE_TYPE: Final = {
    oids.COUNTRY_NAME: tlv.PRINTABLE_STRING,
    oids.SERIAL_NUMBER: tlv.PRINTABLE_STRING,
    oids.DOMAIN_COMPONENT: tlv.IA5_STRING,
    oids.EMAIL_ADDRESS: tlv.IA5_STRING,
}
"""The attributes that are no DirectoryString; one of another string type is not decoded."""


@lru_cache(maxsize=_CACHE_SIZE)
def printed_form(name: bytes) -> tuple[tuple[_Attribute, ...], ...] | bytes:
    """What gnutls_x509_rdn_get2 prints of the DER of a Name: case and blanks count, tags do not.

    A name that it cannot print is returned as it is: it equals itself alone.
    """
    try:
        return tuple(
            tuple(_attribute(node) for node in rdn.expect(tlv.SET, "RDN"))
            for rdn in tlv.read(name).expect(tlv.SEQUENCE, "name")
        )
    except tlv.TlvError:
        return name


def _attribute(node: tlv.Node) -> _Attribute:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    wanted = _OF_ONE_TYPE.get(kind.oid())
    if wanted is None:
        text = _directory_string(value)
    else:
        text = value.content if value.tag == wanted else None
    if text is None or b"\0" in text:
        return kind.raw, b"#" + value.raw.hex().encode()
    return kind.raw, text


def _directory_string(value: tlv.Node) -> bytes | None:
    """decode_complex_string; None is what is no DirectoryString, such as an IA5String."""
    content = value.content
    if value.tag in _AS_IT_IS:
        return content
    if value.tag == tlv.BMP_STRING:
        try:
            return content.decode("utf-16-be").encode()
        except UnicodeError:
            return content.hex().encode()
    if value.tag == tlv.TELETEX_STRING:
        return content if all(0x20 <= octet < 0x7F for octet in content) else content.hex().encode()
    return content.hex().encode() if value.tag == tlv.UNIVERSAL_STRING else None
