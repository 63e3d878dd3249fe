"""Read a SafeBag quickly that is as nearly all are: a trusted certificate, as the JDK writes it."""

import struct
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import Attribute
from unpin.model.recent import Recent
from unpin.stores.pkcs12.bags import Bag, BagKind

KNOWN_CERTIFICATES: Final = Recent[Certificate]()
"""What the CertBags of the last stores hold, by their bytes; of bags that no other bag holds."""

_USUAL_HEAD: Final = struct.Struct(">HH13sHH")
"""A SEQUENCE with a length of two octets, the type of the bag, and a value of such a length."""
_LONG_SEQUENCE: Final = 0x3082
_LONG_CONTEXT_0: Final = 0xA082
_CERTIFICATE_OID: Final = tlv.encode_oid(BagKind.CERTIFICATE.oid)
_NAME_OID: Final = tlv.encode_oid(oids.FRIENDLY_NAME)
_EVERY_USAGE: Final = tlv.element(tlv.SET, tlv.encode_oid(oids.ANY_EXTENDED_KEY_USAGE))
_USAGE: Final = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oids.TRUSTED_KEY_USAGE), _EVERY_USAGE)
"""The attribute with which Java says that it trusts a certificate for everything."""
_HEAD: Final = 19
_NEVER: Final = b"\0"
"""No SET begins so."""


def usual_bag(data: bytes, start: int, limit: int, *, first: bool) -> Bag | None:
    """The bag at `start` as nearly all are: a certificate that is known, as Java writes it.

    Its attributes are a friendlyName and the trusted-key-usage, in either order. None for any
    other bag.
    """
    after = start + _USUAL_HEAD.size
    if after > limit:
        return None
    tag, size, oid, value_tag, value_size = _USUAL_HEAD.unpack_from(data, start)
    value_end, end = after + value_size, start + 4 + size
    if tag != _LONG_SEQUENCE or oid != _CERTIFICATE_OID or value_tag != _LONG_CONTEXT_0:
        return None
    certificate = KNOWN_CERTIFICATES.get(data[after:value_end]) if end <= limit else None
    written = data[value_end:end]
    if certificate is None or len(written) >= len(_NAME_FIRST):
        return None
    if written.startswith(_NAME_FIRST[len(written)]) and written.endswith(_USAGE):
        name, usage_last = written[_HEAD - 4 : -len(_USAGE)], True
    elif written.startswith(_USAGE_FIRST[len(written)]):
        name, usage_last = written[_HEAD - 4 + len(_USAGE) :], False
    else:
        return None
    try:
        alias = name[4:].decode("utf-16-be")
    except UnicodeDecodeError:
        return None
    named = Attribute(oids.FRIENDLY_NAME, name)
    attributes = (named, _SHARED_USAGE) if usage_last else (_SHARED_USAGE, named)
    raw, kind = data[start:end], BagKind.CERTIFICATE
    return Bag(raw, kind, first, False, alias, None, True, attributes, certificate)


def _name_first(size: int) -> bytes:
    """The octets before the characters of a name, where the attributes have `size` octets."""
    left = size - 2 - len(_USAGE)
    lengths = (left - 2, left - 2 - len(_NAME_OID) - 2, left - _HEAD + 2)
    if min(lengths) < 0:
        return _NEVER
    whole, values, name = lengths
    head = bytes((tlv.SET, size - 2, tlv.SEQUENCE, whole)) + _NAME_OID
    return head + bytes((tlv.SET, values, tlv.BMP_STRING, name))


_NAME_FIRST: Final = tuple(map(_name_first, range(130)))
"""How attributes begin whose lengths are of one octet each, by their size."""
_USAGE_FIRST: Final = tuple(head[:2] + _USAGE + head[2:] for head in _NAME_FIRST)
_SHARED_USAGE: Final = Attribute(oids.TRUSTED_KEY_USAGE, _EVERY_USAGE)
