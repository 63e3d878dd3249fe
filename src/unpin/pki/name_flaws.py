"""What some parsers of certificates do not read in names (RFC 5280 4.1.2.4, 4.2.1.6)."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final

from unpin.asn1 import tlv
from unpin.model.names import is_long_name
from unpin.pki.answer_cache import cached_answers

_EMAIL, _DNS, _URI, _ADDRESS, _REGISTERED = 0x81, 0x82, 0x86, 0x87, 0x88
_OTHER, _X400, _DIRECTORY, _EDI = 0xA0, 0xA3, 0xA4, 0xA5
_KNOWN: Final = frozenset(
    {_EMAIL, _DNS, _URI, _ADDRESS, _REGISTERED, _OTHER, _X400, _DIRECTORY, _EDI}
)
_ASCII: Final = frozenset({_EMAIL, _DNS, _URI})
_ADDRESSES: Final = (4, 16)
"""The octets of an iPAddress."""
_PRINTABLE: Final = re.compile(rb"[A-Za-z0-9 '()+,\-./:=?*&]*")
"""X.680 41.4, and two characters that every parser lets pass."""
_NUMERIC: Final = re.compile(rb"[0-9 ]*")
_PLAIN_URI: Final = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*:"
    rb"(//[A-Za-z0-9._-]*(:[0-9]*)?(?=[/?#]|$)|(?!//))[A-Za-z0-9._~!$&'()*+,;=:@/?#-]*"
)
"""What RFC 3986 allows without brackets, user names and percent signs."""
_MOST_NAMES: Final = 1024
"""So many names are remembered: many certificates have the same."""
_READ_BY_ALL: Final = frozenset({tlv.UTF8_STRING, tlv.TELETEX_STRING, tlv.BMP_STRING})


class NameFlaw(StrEnum):
    """A name that some clients do not read, in the words of a report: this certificate has ..."""

    PRINTABLE = "a PrintableString with a character that it has not"
    IA5 = "an IA5String beyond ASCII"
    NUMERIC = "a NumericString of more than digits"
    STRING_TYPE = "a name in UniversalString, or in no string at all"
    ALTERNATIVE_ASCII = "an alternative name beyond ASCII"
    NO_DNS_NAME = "an empty DNS name"
    ADDRESS_SIZE = "an IP address of neither 4 nor 16 octets"
    NO_ADDRESS = "an IP address of no octets"
    UNUSUAL_URI = "a URI that some parsers do not read"
    X400 = "an X.400 or EDI name"
    MALFORMED = "an alternative name that is malformed"


def name_flaws(
    names: Sequence[bytes], alternative: Sequence[tuple[int, bytes]]
) -> frozenset[NameFlaw]:
    """The flaws of names (DER) and of alternative names (tag, octets). Never raises.

    What is no name at all, encoding_checks finds.
    """
    found: set[NameFlaw] = set()
    for name in names:
        found |= _flaws_of_name(name)
    for tag, value in alternative:
        found.update(_alternative(tag, value))
    return frozenset(found)


@cached_answers(_MOST_NAMES, is_long_name)
def _flaws_of_name(name: bytes) -> frozenset[NameFlaw]:
    found: set[NameFlaw] = set()
    with suppress(tlv.TlvError, IndexError):
        for rdn in tlv.read(name):
            for attribute in rdn:
                found.update(_string(list(attribute)[1]))
    return frozenset(found)


def _string(value: tlv.Node) -> Iterator[NameFlaw]:
    match value.tag:
        case tlv.PRINTABLE_STRING:
            if not _PRINTABLE.fullmatch(value.content):
                yield NameFlaw.PRINTABLE
        case tlv.IA5_STRING:
            if not value.content.isascii():
                yield NameFlaw.IA5
        case tlv.NUMERIC_STRING:
            if not _NUMERIC.fullmatch(value.content):
                yield NameFlaw.NUMERIC
        case tag:
            if tag not in _READ_BY_ALL:
                yield NameFlaw.STRING_TYPE


def _alternative(tag: int, value: bytes) -> Iterator[NameFlaw]:
    if tag in _ASCII and not value.isascii():
        yield NameFlaw.ALTERNATIVE_ASCII
    elif tag == _URI and not _PLAIN_URI.fullmatch(value):
        yield NameFlaw.UNUSUAL_URI
    elif tag == _DNS and not value:
        yield NameFlaw.NO_DNS_NAME
    elif tag == _ADDRESS and len(value) not in _ADDRESSES:
        yield NameFlaw.ADDRESS_SIZE
        if not value:
            yield NameFlaw.NO_ADDRESS
    elif tag in {_X400, _EDI}:
        yield NameFlaw.X400
    elif tag not in _KNOWN or not _well_formed(tag, value):
        yield NameFlaw.MALFORMED


def _well_formed(tag: int, value: bytes) -> bool:
    """Has an otherName its OID and value, a registered ID octets, a directory name a SEQUENCE?"""
    if tag == _OTHER:
        return _tags(tlv.element(tlv.SEQUENCE, value)) == [tlv.OID, tlv.CONTEXT_0]
    if tag == _REGISTERED:
        return bool(value)
    return tag != _DIRECTORY or _tags(value) is not None


def _tags(sequence: bytes) -> list[int] | None:
    """The tags of the elements of a SEQUENCE; None where it is none."""
    try:
        return [part.tag for part in tlv.read(sequence).sequence("name")]
    except tlv.TlvError:
        return None
