"""What a client makes of the file itself, before any path: refuses it, reads it in part, or all."""

from dataclasses import replace
from typing import Final

from unpin.model.store import EncodingFault, Store
from unpin.pki.clients.families import ClientRules
from unpin.pki.failure_reasons import Reason
from unpin.pki.trust_anchors import reader
from unpin.pki.verdict import Verdict

_MEASURED: Final = frozenset(
    {"java", "openssl", "openssl-partial-chain", "openssl-strict", "go", "rustls", "gnutls"}
)
"""Whose reading of every kind of fault was measured (docs/encoding-faults.md)."""

_EXACTLY_MODELLED: Final = frozenset({"broken-block"})
"""Faults whose lost part is known: the broken blocks are no entries, the others are read."""


def refusal(store: Store, client: ClientRules) -> EncodingFault | None:
    """The fault for which `client` refuses the whole file, if there is one."""
    return next((one for one in store.faults if reader(client) in one.refused_by), None)


def as_read(store: Store, client: ClientRules, verdict: Verdict) -> Verdict:
    """`verdict`, unless the way in which the file is written decides otherwise.

    A client that silently drops a part of the file may or may not accept what it accepts with the
    whole: that is not known. Neither is it of a client whose reading was not measured, if another
    one than Java chokes on the file.
    """
    if not store.faults:
        return verdict
    if refusal(store, client) is not None:
        return Verdict(False, Reason.FILE_REFUSED, ())
    lossy = any(
        reader(client) in fault.ignored_by and fault.kind not in _EXACTLY_MODELLED
        for fault in store.faults
    )
    if lossy and verdict.accepted:
        return replace(verdict, accepted=None, reason=Reason.FILE_PARTLY_READ)
    if verdict.accepted and reader(client) not in _MEASURED and _stumbled_over(store, client):
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    return verdict


def _stumbled_over(store: Store, client: ClientRules) -> bool:
    return any(
        {*fault.refused_by, *fault.ignored_by} - {"java"}
        for fault in store.faults
        if client.ident not in fault.read_by
    )
