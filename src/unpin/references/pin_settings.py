"""Find the settings that name CAs for a client to compare: allowedIssuers, tls.expected-issuer."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import Document, Syntax
from unpin.references.model import NO_READER, Reference, ReferenceRole
from unpin.references.pin_table import PinTable, is_in_use, reason_of_retirement, titles_of

_PINNING_KEY: Final = re.compile(
    r"(?i)(?:allowed|trusted|pinned|expected|accepted|valid|required|permitted)[\w\-]{0,40}\Z"
    r"|issuer(?:s|_?-?(?:cn|dn|names?|common-?_?names?))?\Z|(?:\A|[._\-])pins?\Z|pinning[\w.\-]{0,40}\Z"
    r"|(?:allowed|trusted|pinned|expected|accepted)[\w\-]{0,40}\.[\w\-]{1,40}\Z"
)
"""The key of a setting whose names of CAs a client compares."""

_TALKS: Final = re.compile(r"(?i)description|comment|title|summary|help|note|doc")
_LONGEST_VALUE: Final = 1000


def setting_pins(document: Document, table: PinTable) -> Iterator[Reference]:
    """The names of CAs in settings: allowedIssuers, tls.expected-issuer and the like."""
    if document.syntax is Syntax.TEXT:
        return
    for each in document.settings:
        value = each.value
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
