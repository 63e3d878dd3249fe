"""Pins of keys in code: the base64 of the SHA-256 of a public key, with sha256/ or without."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.references.matches import matches_in
from unpin.references.model import Reference
from unpin.references.pins.pin_places import PinText
from unpin.references.pins.pin_table import PinTable

_MOST_PINS: Final = 1000
_MOST_DIGESTS: Final = 50_000
_SPKI: Final = re.compile(
    r"(?P<prefix>sha256/|sha256//|pin-sha256=\\?[\"']|pin-sha256:)(?P<pin>[A-Za-z0-9+/]{43}=)"
)
_BARE_SPKI: Final = re.compile(r"(?<![A-Za-z0-9+/])(?P<pin>[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])")
_PINNING: Final = re.compile(
    r"(?i)\b\w{0,40}pin(?:s|ner|ning|set)?\b|\bpinned|kTSKPublicKeyHashes|publicKeyHash"
    r"|pin[ _-]?digest"
)
_PINS_IN_FILE: Final = re.compile(
    r"(?i)certificate_?pinner|trustkit|k?TSKPublic|NSPinned|(?:ssl|cert(?:ificate)?|key)[ _-]?pinn"
    r"|public-?key-?pins|pinnedpubkey"
)
"""What a file has that pins keys."""

_NAMED: Final = re.compile(
    r"(?i:SPKI-SHA256-BASE64|k?TSKPublicKeyHashes|(?:spki|pub(?:lic)?_?key)_?(?:sha)?_?-?(?:256|hash(?:es)?|pins?)"
    r"|verify_certificate_spki)[\"']?\s{0,8}(?:=>|[:=]+)?\s{0,8}(?:@?\[\s{0,80})?(?:@?[\"'`])?\Z"
)
"""The key before a pin that has no prefix."""

_PIN_NAME: Final = re.compile(
    r"(?i:k?TSKPublicKeyHashes|spki|pub(?:lic)?_?key_?(?:sha)?_?(?:256|hash|pin))"
    r"|(?:^|_|(?<=[a-z]))(?:pins?|Pins?|PINS?|pinned|Pinned|PINNED)(?:$|_|[A-Z])"
)
"""The name of a constant or a list of pins."""

_XML_KEY: Final = re.compile(
    r"<key>\s{0,8}(?:SPKI-SHA256-BASE64|k?TSKPublicKeyHashes|NSPublicKeyHashes)\s{0,8}</key>"
)


def key_pins(pins: PinText, table: PinTable) -> Iterator[Reference]:
    """The pins of keys, first those with a prefix."""
    document, seen = pins.document, set[int]()
    # Every prefix of _SPKI has the word.
    in_file = "sha256" in pins.text and _PINS_IN_FILE.search(pins.text) is not None
    for match in matches_in(document, _SPKI, _MOST_PINS):
        seen.add(match.start("pin"))
        prefix = match["prefix"] if match["prefix"].startswith("sha256/") else ""
        records = table.spki.get(match["pin"], ())
        if records or in_file or _PINNING.search(pins.around(pins.line_of(match.start("pin")))):
            written = prefix + match["pin"]
            yield pins.pin(match.start(), written, "spki-sha256", records)
    for match in matches_in(document, _BARE_SPKI, _MOST_DIGESTS):
        records = table.spki.get(match["pin"], ())
        if match.start("pin") not in seen and (records or _is_pinned(pins, match)):
            yield pins.pin(match.start(), match["pin"], "spki-sha256", records)


def _is_pinned(pins: PinText, match: re.Match[str]) -> bool:
    """Whether what stands around a base64 says that it is a pin."""
    at = match.start("pin")
    line = pins.lines[pins.line_of(at) - 1]
    if "<" in line[:2000]:
        key = pins.text.rfind("<key>", max(0, at - 2000), at)
        return re.search(r"<pin\b", line) is not None or (
            key >= 0 and _XML_KEY.match(pins.text, key) is not None
        )
    if _NAMED.search(pins.before(at)) is not None:
        return True
    return pins.is_program and any(map(_PIN_NAME.search, pins.constants.names_at(at)))
