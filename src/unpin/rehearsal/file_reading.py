"""How a client reads the file itself: it refuses the file, reads a part of it, or all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from unpin.model.encoding_faults import EncodingFault, FaultKind, PemReading
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients.rules import BY_READERS, ClientRules, Model
from unpin.pki.verdict import Reason, Verdict

_EXACTLY_MODELLED: Final = frozenset({FaultKind.BROKEN_BLOCK})
"""Faults of which unpin knows the part that is lost: the broken block, and nothing else."""

_OF_CERTIFICATES: Final = frozenset({FaultKind.BER_CERTIFICATE})
"""Faults of a certificate, not of the text around it."""


def readings_of(store: Store, client: ClientRules) -> tuple[PemReading, ...]:
    """What the readers of `client` make of the text; nothing if they load all or are unknown."""
    if not store.readings:
        return ()
    return tuple(store.readings[reader] for reader in client.reading.readers)


def refusal(store: Store, client: ClientRules) -> EncodingFault | None:
    """The first fault for which `client` refuses the whole file; None where it reads the file."""
    known = readings_of(store, client)
    minded = (fault for fault in store.faults if fault.kind in client.reading.refuses)
    if not known:
        return next(minded, None)
    if not known[0].refused:
        return None
    return next(minded, next(iter(store.faults), None))


def reads_all(store: Store, client: ClientRules) -> bool | None:
    """Whether the clients of the family load every certificate of the text; None is not known."""
    if not store.readings:
        return None
    known = readings_of(store, client)
    if not known:
        return None
    there = {entry.certificate.der for entry in store.trusted if entry.raw}
    return all(not reading.refused and there <= reading.loaded for reading in known)


def minding(
    store: Store, clients: Sequence[ClientRules]
) -> Iterator[tuple[EncodingFault, list[ClientRules]]]:
    """For each fault the clients that refuse the file for it, or do not load all certificates.

    A client that loads all minds no fault; one that does not, and minds none of these kinds by
    itself, minds those that no client minds by itself, or the last.
    """
    losing = {client.ident for client in clients if reads_all(store, client) is False}
    known = {client.ident for client in clients if reads_all(store, client) is not None}

    def minds(client: ClientRules, fault: EncodingFault) -> bool:
        by_itself = client.reading.minds(fault.kind)
        if client.ident not in known or fault.kind in _OF_CERTIFICATES:
            return by_itself
        return by_itself and client.ident in losing

    named = {
        client.ident for client in clients if any(minds(client, fault) for fault in store.faults)
    }
    left = losing - named
    last = store.faults[-1:] if BY_READERS.isdisjoint(fault.kind for fault in store.faults) else ()
    for fault in store.faults:
        others = losing if fault.kind in BY_READERS else left if fault in last else frozenset()
        yield (
            fault,
            [client for client in clients if minds(client, fault) or client.ident in others],
        )


def is_read_alike(store: Store) -> bool:
    """Whether nothing about the file keeps a client from reading all that unpin reads."""
    return store.format is not Format.FOLDER and not store.faults and not store.readings


def misread(store: Store, reading: PemReading) -> bool:
    """Whether a reader finds certificates in the text that unpin does not find there."""
    return not reading.loaded <= {entry.certificate.der for entry in store.trusted}


def family_verdict(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of a family from the verdicts of its clients, which read the file differently.

    Where one connects and another does not, the outcome is unknown.
    """
    first, last = verdicts[0], verdicts[-1]
    if len(verdicts) == 1:
        return first
    if any(verdict.accepted is not first.accepted for verdict in verdicts):
        return replace(first, accepted=None, reason=Reason.READERS_DIFFER)
    return first if last == first else replace(first, otherwise=last)


def as_read(store: Store, client: ClientRules, verdict: Verdict) -> Verdict:
    """`verdict`, corrected by how `client` reads the file.

    An accepting verdict becomes unknown if the client silently drops a part of the file, and if
    its reading of a fault was not measured although other clients than Java refuse the fault.
    """
    if store.format is Format.FOLDER:
        return _by_hashed_names(client, verdict)
    if verdict.accepted and _is_in_other_order(store, client):
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    kinds = set(_kinds(store, client))
    if not kinds:
        return verdict
    if not kinds.isdisjoint(client.reading.refuses):
        return Verdict(False, Reason.FILE_REFUSED, ())
    if not verdict.accepted:
        return verdict
    if kinds & client.reading.ignores - _EXACTLY_MODELLED:
        return replace(verdict, accepted=None, reason=Reason.FILE_PARTLY_READ)
    if kinds & client.reading.unsure_of:
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    return verdict


def _is_in_other_order(store: Store, client: ClientRules) -> bool:
    """Whether the family loads a certificate in another place than unpin.

    It does where it skips a block with trust settings and reads a plain copy later; the order
    matters only to GnuTLS.
    """
    if client.model is not Model.GNUTLS or not store.readings:
        return False
    passed: set[bytes] = set()
    for entry in store.trusted:
        if entry.raw.startswith(_TRUSTED_BLOCK):
            passed.add(entry.certificate.der)
        elif entry.certificate.der in passed:
            return True
    return False


_TRUSTED_BLOCK: Final = b"-----BEGIN TRUSTED CERTIFICATE"


def _kinds(store: Store, client: ClientRules) -> Iterator[FaultKind]:
    """The faults that count: where the readers of the client are known, those of certificates."""
    by_readers = bool(readings_of(store, client))
    for fault in store.faults:
        if not by_readers or fault.kind in _OF_CERTIFICATES:
            yield fault.kind


def _by_hashed_names(client: ClientRules, verdict: Verdict) -> Verdict:
    if client.reading.hashed_directories is False:
        return Verdict(False, Reason.FILE_REFUSED, ())
    if client.reading.hashed_directories is None and verdict.accepted:
        return replace(verdict, accepted=None, reason=Reason.FILE_READING_UNKNOWN)
    return verdict
