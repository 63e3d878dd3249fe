"""How OpenSSL compares distinguished names, and the hash by which it finds them in a directory."""

import hashlib
import re
from functools import lru_cache
from typing import Final

from unpin.asn1 import tlv

_CACHE_SIZE: Final = 16384
_TO_UTF8: Final = {
    tlv.UTF8_STRING: "utf-8",
    tlv.PRINTABLE_STRING: "latin-1",
    tlv.TELETEX_STRING: "latin-1",
    tlv.IA5_STRING: "latin-1",
    tlv.VISIBLE_STRING: "latin-1",
    tlv.UNIVERSAL_STRING: "utf-32-be",
    tlv.BMP_STRING: "utf-16-be",
}
"""ASN1_MASK_CANON: the string types that are converted; all others count octet for octet."""

_BLANKS: Final = re.compile(rb"[ \t\n\v\f\r]+")


@lru_cache(maxsize=_CACHE_SIZE)
def canonical_encoding(name: bytes) -> bytes:
    """The octets by which OpenSSL compares a name (crypto/x509/x_name.c x509_name_canon).

    `name` is the DER of a Name. Only ASCII letters are folded, and only ASCII blanks count as
    blanks. A name that OpenSSL cannot convert is returned as it is.
    """
    try:
        return b"".join(_rdn(rdn) for rdn in tlv.read(name).expect(tlv.SEQUENCE, "name"))
    except (tlv.TlvError, UnicodeError):
        return name


def name_hash(name: bytes) -> str:
    """The eight digits of `openssl x509 -hash` for the DER of a Name (X509_NAME_hash)."""
    digest = hashlib.sha1(canonical_encoding(name), usedforsecurity=False).digest()
    return digest[3::-1].hex()


def _rdn(rdn: tlv.Node) -> bytes:
    attributes = sorted(_attribute(node) for node in rdn.expect(tlv.SET, "RDN"))
    return tlv.element(tlv.SET, b"".join(attributes))


def _attribute(node: tlv.Node) -> bytes:
    kind, value = node.sequence("name attribute", at_least=2)[:2]
    codec = _TO_UTF8.get(value.tag)
    if codec is None:
        return tlv.element(tlv.SEQUENCE, kind.raw + value.raw)
    text = value.content.decode(codec).encode("utf-8")
    folded = _BLANKS.sub(b" ", text).strip(b" ").lower()
    return tlv.element(tlv.SEQUENCE, kind.raw + tlv.element(tlv.UTF8_STRING, folded))
