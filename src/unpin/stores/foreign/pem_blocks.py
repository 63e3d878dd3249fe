"""Recognise PEM files that hold no certificate: keys, requests, revocation lists, OpenPGP."""

from typing import Final

from unpin.model.entries import TrustedEntry
from unpin.model.errors import OtherFileError
from unpin.model.store import Store
from unpin.stores.foreign.kinds import ForeignFile, ForeignKind
from unpin.stores.foreign.pem_labels import foreign_label
from unpin.stores.pem.decoder import PemContainer
from unpin.stores.pem.text import TextBlock, commented_begin
from unpin.wording import listed

_PGP: Final = "PGP "


def check_for_certificates(store: Store) -> None:
    """Raise OtherFileError if `store` is a PEM file of whole blocks of other things.

    `unpin convert --keys` takes such a file for the key in it; what asks for certificates does not.
    """
    found = _contents(store)
    if not found:
        return
    kinds = list(dict.fromkeys(each.kind for each in found))
    if len(kinds) > 1 and ForeignKind.PARAMETERS in kinds:
        kinds.remove(ForeignKind.PARAMETERS)
    if len(kinds) == 1:
        what = next(each for each in found if each.kind is kinds[0])
    else:
        names = listed(dict.fromkeys(each.what for each in found))
        what = ForeignFile(ForeignKind.SEVERAL_BLOCKS, f"{names}; no certificate")
    raise OtherFileError(
        f"{store.source}: not a trust store: {what.what}", what.hint(store.source) or None
    )


def _contents(store: Store) -> list[ForeignFile]:
    """What its blocks are; empty where one is or may be a certificate, or cannot be told."""
    container = store.container
    if not isinstance(container, PemContainer) or not container.blocks or container.rest:
        return []
    if any(isinstance(entry, TrustedEntry) for entry in store.entries):
        return []
    if commented_begin(container.text) is not None:
        return []
    found: list[ForeignFile] = []
    for block, _ in container.blocks:
        known = _content(block)
        if known is None:
            return []
        found.append(known)
    return found


def _content(block: TextBlock) -> ForeignFile | None:
    if block.label.startswith(_PGP):
        # The first block of a signed message has no END line of its own.
        return ForeignFile(ForeignKind.PGP)
    return None if block.problem is not None else foreign_label(block.label)
