"""What a client makes of the file itself, before any path: refuses it, reads it in part, or all."""

from dataclasses import replace
from typing import Final

from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients.rules import ClientRules
from unpin.pki.failure_reasons import Reason
from unpin.pki.verdict import Verdict

_EXACTLY_MODELLED: Final = frozenset({FaultKind.BROKEN_BLOCK})
"""Faults whose lost part is known: the broken blocks are no entries, the others are read."""


def refusal(store: Store, client: ClientRules) -> EncodingFault | None:
    """The fault for which `client` refuses the whole file, if there is one."""
    return next((one for one in store.faults if one.kind in client.reading.refuses), None)


def as_read(store: Store, client: ClientRules, verdict: Verdict) -> Verdict:
    """`verdict`, unless the way in which the file is written decides otherwise.

    A client that silently drops a part of the file may or may not accept what it accepts with the
    whole: that is not known. Neither is it of a client whose reading was not measured, if another
    one than Java chokes on the file.
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
