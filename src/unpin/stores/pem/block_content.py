"""Say what a block of a text stands for: its bytes, its name, the trust settings of OpenSSL."""

import binascii
import re
from collections import deque
from itertools import islice
from typing import Final

from unpin.asn1 import tlv
from unpin.model.encoding_faults import FaultKind
from unpin.model.entries import TrustSettings, UnreadableKind
from unpin.stores import pkcs7
from unpin.stores.pem.text import BREAKS_OFF, TextBlock

CERTIFICATE: Final = "CERTIFICATE"
TRUSTED: Final = "TRUSTED CERTIFICATE"
X509: Final = "X509 CERTIFICATE"
PKCS7: Final = frozenset({"PKCS7", "PKCS #7 SIGNED DATA", "CMS"})

_REJECT: Final = 0xA0
_CERT_AUX: Final = (tlv.SEQUENCE, _REJECT, tlv.UTF8_STRING, tlv.OCTET_STRING, 0xA1)
"""The tags of trust, reject, alias, keyid and other, each of which may be missing."""
_BAG: Final = re.compile(r"(?:\A|[\r\n])[ \t]*Bag Attributes")
_TEXT_LINE: Final = re.compile(rb"[^\r\n]+")
_FRIENDLY_NAME: Final = "friendlyName:"
_OWN_COMMENT: Final = (b"# ", b"# SHA-256 ")
"""How the lines begin that unpin itself writes above a block (explanatory_text)."""

_PLACEHOLDER_CHARACTERS: Final = 400
"""What is no base64 and has fewer characters is the text of a guide."""
_SHORTEST: Final = 300
"""No certificate makes a block of fewer characters, markers included."""


class PlaceholderError(tlv.TlvError):
    """The text of a guide stands in the block."""


def der_of(block: TextBlock) -> bytes:
    """The bytes a block stands for. Raises tlv.TlvError saying what is wrong with it."""
    if block.problem is not None:
        raise tlv.TlvError(block.problem)
    if not block.body:
        raise tlv.TlvError("the block is empty")
    try:
        return binascii.a2b_base64(block.body + b"=" * (-len(block.body) % 4), strict_mode=True)
    except binascii.Error as error:
        if _may_be_placeholder(block):
            raise PlaceholderError("placeholder text, not a certificate") from error
        raise tlv.TlvError(f"not base64: {str(error).lower()}") from error


def signed_data(block: TextBlock, *, source: str) -> pkcs7.SignedData | None:
    """What a block of PKCS7 holds; None for any other. Raises LimitExceededError."""
    try:
        der = der_of(block)
        if block.label in PKCS7 or pkcs7.claims(der):
            return pkcs7.read_signed_data(der, source=source)
    except tlv.TlvError:
        pass
    return None


def broken_fault(block: TextBlock) -> FaultKind:
    """The fault of a block that cannot be read."""
    if block.problem is None and _may_be_placeholder(block):
        try:
            binascii.a2b_base64(block.body, strict_mode=True)
        except binascii.Error:
            return FaultKind.PLACEHOLDER
    return FaultKind.BROKEN_BLOCK


def unreadable_kind(block: TextBlock, error: tlv.TlvError) -> UnreadableKind:
    """What is known of a block that raised `error`.

    The words of a placeholder can be base64 by chance: YOUR CERTIFICATE HERE.
    """
    if isinstance(error, PlaceholderError):
        return UnreadableKind.PLACEHOLDER
    if block.problem == BREAKS_OFF:
        return UnreadableKind.CUT_OFF
    short = block.end - block.begin < _SHORTEST
    if short and block.closed and block.label == CERTIFICATE:
        return UnreadableKind.SHORT_BLOCK
    return UnreadableKind.MALFORMED


def trust_settings(der: bytes, position: int) -> TrustSettings:
    """The CertAux at `position`, behind the certificate (X509_CERT_AUX; d2i_X509_AUX reads it).

    Raises tlv.TlvError where it cannot be read. What follows it does not count.
    """
    trust, reject = None, frozenset[str]()
    order = iter(_CERT_AUX)
    for field in tlv.read(der, position).expect(tlv.SEQUENCE, "CertAux"):
        if field.tag not in order:
            raise tlv.TlvError("the trust settings after the certificate cannot be read")
        if field.tag == tlv.SEQUENCE:
            trust = frozenset(purpose.oid() for purpose in field)
        elif field.tag == _REJECT:
            reject = frozenset(purpose.oid() for purpose in field)
    return TrustSettings(trust, reject)


def friendly_name(above: str) -> str:
    """The friendlyName of the last "Bag Attributes", as `openssl pkcs12` prints it."""
    last = deque(_BAG.finditer(above), maxlen=1)
    if not last:
        return ""
    at = above.find(_FRIENDLY_NAME, last[0].end())
    if at < 0:
        return ""
    return above[at + len(_FRIENDLY_NAME) :].lstrip(" \t").partition("\n")[0].rstrip("\r ")


def is_commented(above: bytes) -> bool:
    """Whether text is above a block, other than the two lines that unpin itself writes."""
    written = (match[0] for match in _TEXT_LINE.finditer(above))
    lines = list(islice((line for line in written if line.strip()), len(_OWN_COMMENT) + 1))
    own = len(lines) == len(_OWN_COMMENT) and all(map(bytes.startswith, lines, _OWN_COMMENT))
    return bool(lines) and not own


def _may_be_placeholder(block: TextBlock) -> bool:
    return len(block.body) < _PLACEHOLDER_CHARACTERS or b"..." in block.body
