"""How a client reads the file itself: it refuses the file, reads a part of it, or all of it."""

from dataclasses import replace
from typing import Final

from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients.rules import ClientRules
from unpin.pki.failure_reasons import Reason
from unpin.pki.verdict import Verdict

_EXACTLY_MODELLED: Final = frozenset({FaultKind.BROKEN_BLOCK})
"""Faults of which unpin knows the part that is lost: the broken block, and nothing else."""


def refusal(store: Store, client: ClientRules) -> EncodingFault | None:
    """The first fault for which `client` refuses the whole file; None where it reads the file."""
    return next((fault for fault in store.faults if fault.kind in client.reading.refuses), None)


def as_read(store: Store, client: ClientRules, verdict: Verdict) -> Verdict:
    """`verdict`, corrected by how `client` reads the file.

    An accepting verdict becomes unknown if the client silently drops a part of the file, and if
    its reading of a fault was not measured although other clients than Java refuse the fault.
    """
    if store.format is Format.FOLDER:
        return _by_hashed_names(client, verdict)
    if not store.faults:
        return verdict
    if refusal(store, client) is not None:
        return Verdict(False, Reason.FILE_REFUSED, ())
    if not verdict.accepted:
        return verdict
    kinds = {fault.kind for fault in store.faults}
    if kinds & client.reading.ignores - _EXACTLY_MODELLED:
        return replace(verdict, accepted=None, reason=Reason.FILE_PARTLY_READ)
    if kinds & client.reading.unsure_of:
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    return verdict


def _by_hashed_names(client: ClientRules, verdict: Verdict) -> Verdict:
    if client.reading.hashed_directories is False:
        return Verdict(False, Reason.FILE_REFUSED, ())
    if client.reading.hashed_directories is None and verdict.accepted:
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    return verdict
