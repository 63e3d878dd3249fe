"""Find settings by which a client knows certificates: allowedIssuers, verify_certificate_spki."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import Document, Setting, Syntax
from unpin.references.model import NO_READER, Reference, ReferenceRole
from unpin.references.pins.pin_table import (
    UNKNOWN_KEY,
    PinTable,
    is_in_use,
    reason_of_retirement,
    titles_of,
)

_PINNING_KEY: Final = re.compile(
    r"(?i)(?:allowed|trusted|pinned|expected|accepted|valid|required|permitted)[\w\-]{0,40}\Z"
    r"|issuer(?:s|_?-?(?:cn|dn|names?|common-?_?names?))?\Z|(?:\A|[._\-])pins?\Z|pinning[\w.\-]{0,40}\Z"
    r"|(?:allowed|trusted|pinned|expected|accepted)[\w\-]{0,40}\.[\w\-]{1,40}\Z"
)
"""The key of a setting whose names of CAs a client compares."""

_TALKS: Final = re.compile(r"(?i)description|comment|title|summary|help|note|doc")
_LONGEST_VALUE: Final = 1000
_LONGEST_DIGEST: Final = 100


def setting_pins(document: Document, table: PinTable) -> Iterator[Reference]:
    """The names of CAs, digests and keys in settings whose key says that a client compares them."""
    if document.syntax is Syntax.TEXT:
        return
    for each in document.settings:
        value = each.value
        yield from _of_digest(document, each, table)
        if len(value) > _LONGEST_VALUE or table.names.search(value) is None:
            continue
        key = re.sub(r"\[\d+\]", "", each.key)
        if _PINNING_KEY.search(key) is None or _TALKS.search(key) is not None:
            continue
        records = table.named(value)
        yield Reference(
            document.name, each.line, key.rpartition(".")[2], value, "name", (NO_READER,),
            ReferenceRole.NAME_PIN, pinned=titles_of(records), note=reason_of_retirement(records),
            breaks=not any(map(is_in_use, records)),
        )  # fmt: skip


_DIGEST: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:?){19}[0-9A-Fa-f]{2}(?:(?::?[0-9A-Fa-f]{2}){12})?")
_SPKI: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
_DIGEST_KEY: Final = re.compile(
    r"(?i)verify_certificate_(?:spki|hash)\Z|(?:\A|[._\-])(?:pins?|pinned[\w\-]{0,40})\Z"
    r"|spki[\w\-]{0,20}\Z"
)
"""The key of a setting whose digests a client compares."""


def _of_digest(document: Document, setting: Setting, table: PinTable) -> Iterator[Reference]:
    value = setting.value.strip()
    key = re.sub(r"\[\d+\]", "", setting.key)
    if document.syntax is Syntax.XML or len(value) > _LONGEST_DIGEST:
        return
    if _DIGEST_KEY.search(key) is None:
        return
    if _SPKI.fullmatch(value):
        kind, records = "spki-sha256", table.spki.get(value, ())
    elif _DIGEST.fullmatch(value):
        digits = value.replace(":", "").lower()
        kind, records = table.digests.get(digits, ("sha1" if len(digits) == 40 else "sha256", ()))
    else:
        return
    yield Reference(
        document.name, setting.line, key.rpartition(".")[2], value, kind, (NO_READER,),
        ReferenceRole.HASH_PIN, pinned=titles_of(records),
        note=reason_of_retirement(records) if records else UNKNOWN_KEY,
        breaks=bool(records) and not any(map(is_in_use, records)),
    )  # fmt: skip
