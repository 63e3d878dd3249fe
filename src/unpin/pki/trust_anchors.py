"""The trust anchors that a client finds in a store, and what keeps it from loading the store."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model import proven_roots
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, IssuerPool
from unpin.pki.clients.rules import ClientRules, Loading
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.verdict import Reason

Damage: TypeAlias = frozenset[Flaw] | None
"""What may keep a client from loading an entry; None where it is no certificate at all."""


@kept
def trusted_pool(store: Store) -> IssuerPool:
    """The trusted certificates that can be parsed, in the order of the store."""
    return IssuerPool(
        CertificateView.of(entry.certificate)
        for entry in store.entries
        if isinstance(entry, TrustedEntry) and entry.certificate.problem is None
    )


def anchors(
    store: Store, client: ClientRules, loaded: frozenset[bytes] | None = None
) -> Iterator[tuple[int, CertificateView]]:
    """The anchors, each with the 0-based position of its entry, in the order of the file.

    `loaded` is the DER of the certificates that the client loads of a text; None for all. Entries
    that are not of the file yet count as loaded.

    Java does not see the entries that hidden_from_java names, and takes the first certificate of
    a key's chain for an anchor (measured; sun.security.validator.TrustStoreUtil). Certificates
    that cannot be parsed are no anchor for anybody.
    """
    java = client.reads_key_stores
    hidden = hidden_from_java(store) if java else {}
    for index, entry in enumerate(store.entries):
        if index in hidden:
            continue
        trust = None
        match entry:
            case TrustedEntry():
                certificate = entry.certificate
                if entry.block is not None and entry.block.trust is not None:
                    trust = entry.trust_settings.servers
            case KeyEntry() if java and entry.chain:
                certificate = entry.chain[0]
            case _:
                continue
        if loaded is not None and entry.raw and certificate.der not in loaded:
            continue
        if certificate.problem is None:
            view = CertificateView.of(certificate)
            yield index, view if trust is None else CertificateView.anchor(certificate, trust)


def damaged(store: Store) -> Iterator[tuple[int, Damage]]:
    """The entries at which loading the store may fail, each with its 0-based position.

    In a folder every file is loaded on its own. Of a certificate in a key store, the JDK reads up
    to its end and leaves what follows (measured).
    """
    if store.format is Format.FOLDER:
        return
    harmless = {Flaw.TRAILING} if store.format.is_jdk else frozenset[Flaw]()
    for index, entry in enumerate(store.entries):
        found: frozenset[Flaw] = frozenset()
        for certificate in _certificates(entry):
            if certificate.problem is not None:
                yield index, None
                break
            if flaws := _flaws(certificate):
                found |= flaws
        else:
            if isinstance(entry, UnreadableEntry) and _broken_block(store, entry):
                yield index, None
            elif found and found - harmless:
                yield index, found - harmless


@kept
def _flaws(certificate: Certificate) -> frozenset[Flaw]:
    """What parsers judge differently in its encoding."""
    if certificate.sha256 in proven_roots.PROVEN_ROOTS:
        return frozenset()
    return CertificateView.of(certificate).features.flaws


def loading(client: ClientRules, damages: Iterable[Damage]) -> Reason | None:
    """What becomes of loading a store with such entries: a refusal, a doubt, or None."""
    found = {client.loading.with_entry(damage) for damage in damages}
    if Loading.REFUSES in found:
        return Reason.UNREADABLE_ENTRY
    return Reason.NOT_MODELLED if Loading.UNKNOWN in found else None


def _certificates(entry: Entry) -> tuple[Certificate, ...]:
    match entry:
        case TrustedEntry():
            return (entry.certificate,)
        case KeyEntry():
            return entry.chain
        case _:
            return ()


def _broken_block(store: Store, entry: UnreadableEntry) -> bool:
    """Is it a certificate block that cannot be decoded? Clients skip blocks of other kinds."""
    return store.format in {Format.PEM, Format.PKCS7} and not entry.kind.is_other_block
