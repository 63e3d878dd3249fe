"""What OpenSSL makes of the trust settings in TRUSTED CERTIFICATE blocks, for TLS servers."""

from collections.abc import Iterator
from dataclasses import replace

from unpin.model.entries import TrustedEntry, TrustSettings
from unpin.model.store import Store
from unpin.pki.clients.rules import ClientRules, Model
from unpin.pki.failure_reasons import Reason
from unpin.pki.verdict import Verdict


def settings(store: Store) -> Iterator[tuple[int, str, TrustSettings]]:
    """The trusted entries as (position, SHA-256, settings); none if no block has settings."""
    entries = [
        (index, entry)
        for index, entry in enumerate(store.entries)
        if isinstance(entry, TrustedEntry) and entry.certificate.problem is None
    ]
    if any(entry.block is not None and entry.block.trust is not None for _, entry in entries):
        for index, entry in entries:
            yield index, entry.certificate.sha256, entry.trust_settings


def as_trusted(
    found: list[tuple[int, str, TrustSettings]],
    client: ClientRules,
    verdict: Verdict,
    without: frozenset[int],
) -> Verdict:
    """`verdict`, corrected by the settings `found` in the store (settings).

    X509_check_trust of OpenSSL (crypto/x509/x509_trs.c), called for each certificate of the store
    on the path, the lowest first: one that is rejected for servers, or trusted for other purposes
    only, ends in a refusal. One that is trusted for servers by name ends the path there, even if
    it is an intermediate: where that would save a refused path, the verdict is unknown. A server's
    certificate in the store is asked where it is the whole path. Of equal certificates the first
    counts.
    """
    if not found or client.model is not Model.OPENSSL:
        return verdict
    first: dict[str, TrustSettings] = {}
    for index, sha256, own in found:
        if index not in without:
            first.setdefault(sha256, own)
    pinned = verdict.accepted is True and len(verdict.path) == 1
    for at, view in enumerate(verdict.path):
        if at == 0 and not pinned:
            continue
        own = first.get(view.id, TrustSettings())
        if own.rejects_servers:
            return Verdict(False, Reason.REJECTED, verdict.path[: at + 1])
        if own.trust is not None:
            if verdict.accepted:
                return verdict
            return replace(verdict, accepted=None, reason=Reason.NOT_MODELLED, anchor=None)
    return verdict
