"""The encoding faults of a bundle that are gone when its certificates are written anew."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import TrustedEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unpin.model.store import Store
    from unpin.stores.pem.decoder import PemContainer

_OF_THE_TEXT: Final = frozenset(
    {
        FaultKind.UTF_8_BOM,
        FaultKind.UTF_16,
        FaultKind.GLUED_MARKERS,
        FaultKind.ONE_LINE,
        FaultKind.CR_LINE_ENDS,
        FaultKind.X509_CERTIFICATE,
        FaultKind.BLOCK_HEADERS,
        FaultKind.MISSING_PADDING,
        FaultKind.STRAY_END,
        FaultKind.BLANK_LINE,
        FaultKind.TEXT_AFTER_MARKER,
        FaultKind.TEXT_BEFORE_END,
        FaultKind.MALFORMED_MARKER,
        FaultKind.MIXED_LINE_ENDS,
        FaultKind.CONTROL_CHARACTERS,
        FaultKind.TEXT_LIKE_DER,
        FaultKind.IRREGULAR_TEXT,
    }
)
"""Faults of the text around certificates. The others are in a certificate, or mean something: trust
settings, a block of another kind or inside YAML or JSON, what cannot be read."""

_LIKE_A_BLOCK: Final = re.compile(rb"[A-Za-z0-9+/]{48}|PRIVATE")
"""Base64 outside the blocks, or what speaks of a key."""


def repairable_faults(store: Store) -> tuple[EncodingFault, ...]:
    """The faults of a PEM bundle; none unless all are of its text.

    Nor if anything but certificates and text is in the file, or a client finds a certificate in it
    that unpin does not: it would be lost.
    """
    if not store.faults:
        return ()
    from unpin.stores.pem.decoder import PemContainer

    old = store.container
    if not isinstance(old, PemContainer) or any(
        not isinstance(entry, TrustedEntry) or entry.certificate.problem is not None
        for entry in store.entries
    ):
        return ()
    if any(fault.kind not in _OF_THE_TEXT for fault in store.faults):
        return ()
    found = {certificate.der for certificate in store.certificates()}
    if any(not reading.loaded <= found for reading in store.readings.values()):
        return ()
    return () if any(map(_LIKE_A_BLOCK.search, _between(old))) else store.faults


def _between(old: PemContainer) -> Iterator[bytes]:
    """The text before, between and behind the blocks, a byte a character."""
    end = 0
    for block, _ in old.blocks:
        yield old.text.ascii[end : block.begin]
        end = block.end
    yield old.text.ascii[end:]


def written_anew(store: Store) -> Store:
    """The PEM bundle `store` without its text: each certificate in a block of its own."""
    entries = tuple(
        TrustedEntry(entry.alias, entry.certificate, b"")
        for entry in store.entries
        if isinstance(entry, TrustedEntry)
    )
    return replace(store, entries=entries, container=None, faults=(), readings={})
