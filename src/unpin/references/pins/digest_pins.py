"""Pins of certificates in code: their SHA-1, SHA-256 and serial numbers, in any notation."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from unpin.references.matches import line_before, matches_in
from unpin.references.model import Reference
from unpin.references.pins.pin_places import PinText
from unpin.references.pins.pin_table import PinTable

_MOST_DIGESTS: Final = 50_000
_MOST_ARRAYS: Final = 2000
_HEX: Final = re.compile(
    r"(?<![0-9A-Za-z+/=_-])(?:0x)?(?P<hex>[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8}(?:[0-9A-Fa-f]{24})?)?"
    r"|[0-9A-Fa-f]{2}(?:[:\- ][0-9A-Fa-f]{2}){15}(?:(?:[:\- ][0-9A-Fa-f]{2}){4}"
    r"(?:(?:[:\- ][0-9A-Fa-f]{2}){12})?)?)(?![0-9A-Za-z+/=_])"
)
"""32 digits of a serial number, 40 of a SHA-1, 64 of a SHA-256; colons, blanks or none between."""

_BYTES: Final = re.compile(r"(?:0x[0-9A-Fa-f]{2}\s{0,40},?\s{0,40}){16,64}")
"""A digest as the initialiser of an array of bytes."""

_KINDS: Final = {40: "sha1", 64: "sha256"}
_NAMES_A_PIN: Final = re.compile(
    r"(?i)(?:pin|pinned|pins|server|issuer|root|trusted|ca|assert)[_-]?(?:ssl|tls|public|cert(?:ificate)?)?"
    r"[_-]?(?:thumb_?print|finger_?print|cert_?hash|sha-?1|sha-?256)s?[\"']?\s{0,4}"
    r"[:=(,\[{]{1,3}[^=\n]{0,20}\Z"
)
"""What stands before a digest that a program pins, whatever it is the digest of."""

_NAME_OF_LIST: Final = (
    r"(?:allowed|trusted|pinned|expected|accepted|valid|known|server|issuer|root|ca)_?"
    r"(?:\w{0,20}_?)?(?:thumb_?print|finger_?print|cert_?hash(?:e|))s?"
)
_NAME_OF_PINS: Final = r"pinned_?(?:cert\w{0,12}|hash(?:es)?)"
_NAMES_LIST: Final = re.compile(rf"(?i){_NAME_OF_LIST}|{_NAME_OF_PINS}")
_LIST_OF_PINS: Final = re.compile(rf"(?i)(?:\w{{0,20}}_?)?{_NAME_OF_LIST}|{_NAME_OF_PINS}")
"""The name of a list of digests that a program or setting pins."""

_DIGEST_NAME: Final = (
    r"(?:thumb_?print|finger_?print(?:_?(?:sha)?_?(?:1|256|512))?"
    r"|cert_?hash(?:_?string)?|certificate_?hash)"
)
_COMPARED: Final = re.compile(
    rf"(?i){_DIGEST_NAME}\w{{0,20}}(?:\(\))?\)?\s{{0,4}}(?:\?\s{{0,2}})?"
    r"(?:\.\s{0,4}(?:equals|equalsIgnoreCase|compareTo|contains|eql\??)\s{0,4}\("
    r"|[=!]==?|-c?(?:eq|ne|like)\b|\bis\b|\bin\b)\s{0,4}[@\[({]{0,2}[\"'`]?\Z"
)
"""What stands before a digest with which the digest of a certificate is compared."""

_MENTIONS: Final = re.compile(rf"(?i){_DIGEST_NAME}")
_PINNED: Final = re.compile(r"(?i)pinned")
_OF_CERTIFICATE: Final = re.compile(r"(?i)x509|certificate|peercert|getpeer|tls|ssl")
_CONSTANT: Final = re.compile(
    rf"(?i)\w{{0,60}}(?:{_DIGEST_NAME}|cert(?:ificate)?_?(?:sha_?)?(?:1|256))\w{{0,20}}"
)
_OF_ITS_OWN: Final = re.compile(
    r"(?i)StoreName\.My\b|Cert:\\\w{1,40}\\My\b|FindByThumbprint|X509Store\b|gpg|gnupg|openpgp"
    r"|apt-key|ssh-|hostkey|client_?cert"
)
"""What is near a digest of a certificate of the program's own, or of a key of another kind."""

_LONG_SERIAL: Final = re.compile(
    r"(?<![0-9A-Za-z+/=_.-])(?:(?:0x)?"
    r"(?P<hex>[0-9A-Fa-f]{15,39}|[0-9A-Fa-f]{2}(?:[: ][0-9A-Fa-f]{2}){7,19})"
    r"|(?P<decimal>[0-9]{18,49}))(?![0-9A-Za-z+/=_])"
)
"""A serial number that is no other number by chance."""

_SHORT_SERIAL: Final = re.compile(
    r"(?<![\w.+/-])(?:0x(?P<hex>[0-9A-Fa-f]{6,15})|(?P<decimal>[0-9]{7,19}))L?(?![\w.+/])"
)
_SERIAL: Final = re.compile(r"(?i)serial")


def digest_pins(pins: PinText, table: PinTable) -> Iterator[Reference]:
    """The digests and serial numbers that a program or setting pins."""
    text, document = pins.text, pins.document
    mentions = _MENTIONS.search(text) is not None
    # A list of pins has one of these words in its name, which takes longer to look for.
    may_list = mentions or _PINNED.search(text) is not None
    has_lists = may_list and _NAMES_LIST.search(text) is not None
    compares = mentions and _OF_CERTIFICATE.search(text) is not None
    in_hex = ((m, m["hex"]) for m in matches_in(document, _HEX, _MOST_DIGESTS))
    as_bytes = (
        (m, "".join(re.findall(r"0x([0-9A-Fa-f]{2})", m[0])))
        for m in matches_in(document, _BYTES, _MOST_ARRAYS)
    )
    seen: set[int] = set()
    for match, written in chain(in_hex, as_bytes if "0x" in text else ()):
        digest = re.sub(r"[^0-9a-f]", "", written.lower())
        known = table.digests.get(digest)
        if known is None and match.re is _BYTES and (found := table.serial(int(digest, 16))):
            known = "serial", found
        if known is None:
            kind, at = _KINDS.get(len(digest)), match.start()
            if kind is None or not (
                _is_named(pins, at)
                or (has_lists and _is_in_list(pins, at))
                or (compares and _is_compared(pins, at))
            ):
                continue
            known = kind, ()
        seen.add(match.start())
        yield pins.pin(match.start(), written, *known)
    yield from _serials(pins, table, seen)


def _is_named(pins: PinText, at: int) -> bool:
    return _NAMES_A_PIN.search(pins.before(at, 80)) is not None


def _is_in_list(pins: PinText, at: int) -> bool:
    """Whether it stands in a list or setting whose name says that it pins certificates."""
    return any(map(_LIST_OF_PINS.fullmatch, pins.constants.names_at(at)))


def _is_compared(pins: PinText, at: int) -> bool:
    """Whether a program compares it with the digest of a certificate that a peer sent."""
    if not pins.is_program or _OF_ITS_OWN.search(pins.text, max(0, at - 600), at) is not None:
        return False
    if _COMPARED.search(pins.before(at)) is not None:
        return True
    names = pins.constants.names_at(at)[:1]
    return any(map(_CONSTANT.fullmatch, names)) and pins.constants.is_compared(at, pins.lines)


def _serials(pins: PinText, table: PinTable, seen: set[int]) -> Iterator[Reference]:
    """The serial numbers of the catalogue, as decimals and with as many digits as they have."""
    for match in matches_in(pins.document, _LONG_SERIAL, _MOST_DIGESTS):
        if match.start() not in seen and (records := table.serial(*_numbers(match))):
            yield pins.pin(match.start(), match[0], "serial", records)
            seen.add(match.start())
    if _SERIAL.search(pins.text) is None:
        return
    for match in matches_in(pins.document, _SHORT_SERIAL, _MOST_DIGESTS):
        if match.start() in seen or not (records := table.serial(*_numbers(match))):
            continue
        end = match.string.find("\n", match.end())
        line = line_before(match) + match.string[match.start() : end if end >= 0 else None]
        if _SERIAL.search(line[:2000]) is not None:
            yield pins.pin(match.start(), match[0], "serial", records)


def _numbers(match: re.Match[str]) -> Iterator[int]:
    """The numbers that a text may be: digits alone may be decimal or hexadecimal."""
    written = match["decimal"] or match["hex"]
    digits = re.sub(r"[: ]", "", written)
    if digits.isdecimal() and not match[0].lower().startswith("0x"):
        yield int(digits)
    if match["hex"] is not None or match.re is _LONG_SERIAL:
        yield int(digits, 16)
