"""The trust anchors that a client finds in a store, and what keeps it from loading the store."""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Final, TypeAlias

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model import proven_roots
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, TrustedEntry, UnreadableEntry, own_certificate
from unpin.model.formats import Format
from unpin.model.grouping import Grouped, grouped
from unpin.model.known_certificates import Usual, UsualAnswers
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, IssuerPool
from unpin.pki.clients.rules import ClientRules, Loading
from unpin.pki.encoding_flaws import Flaw
from unpin.pki.verdict import Reason

Damage: TypeAlias = frozenset[Flaw] | None
"""What may keep a client from loading an entry; None where it is no certificate at all."""

_NO_DAMAGE: Final[frozenset[Flaw]] = frozenset()


@kept
def entry_views(store: Store) -> tuple[CertificateView | None, ...]:
    """What path building sees of each entry, in the order of the store.

    Of a key that is the first certificate of its chain. None where no certificate can be read.
    """
    if store.is_all_trusted:
        own = list(map(attrgetter("certificate"), store.trusted))
    else:
        own = list(map(own_certificate, store.entries))
    return tuple(_VIEWS.of_each(own))


_VIEWS: Final = UsualAnswers(CertificateView.if_readable)


@kept
def places_by_subject(store: Store) -> Grouped[str, int]:
    """The positions of the entries by their subjects, of a store of which each can be read."""
    views = entry_views(store)
    return grouped(map(attrgetter("subject"), views), range(len(views)))


@kept
def trusted_pool(store: Store) -> IssuerPool:
    """The trusted certificates that can be parsed, in the order of the store."""
    views = entry_views(store)
    if store.repeats_nothing and all(views):
        return IssuerPool(filter(None, views), places_by_subject(store))
    rows = zip(store.entries, views, strict=True)
    return IssuerPool(
        view for entry, view in rows if view is not None and isinstance(entry, TrustedEntry)
    )


def anchors(
    store: Store, client: ClientRules, loaded: frozenset[bytes] | None = None
) -> Iterable[tuple[int, CertificateView]]:
    """The anchors, each with the 0-based position of its entry, in the order of the file.

    `loaded` is the DER of the certificates that the client loads of a text; None for all. Entries
    that are not of the file yet count as loaded.

    Java does not see the entries that hidden_from_java names, and takes the first certificate of
    a key's chain for an anchor (measured; sun.security.validator.TrustStoreUtil). Certificates
    that cannot be parsed are no anchor for anybody.
    """
    java = client.reads_key_stores
    hidden = hidden_from_java(store) if java else {}
    views = entry_views(store)
    plain = loaded is None and not hidden and store.is_all_trusted and all(views)
    if plain and (store.format.is_java or not _has_settings(store)):
        return enumerate(views)  # type: ignore[arg-type]  # none is None
    return _anchors(store, java, hidden, loaded)


@kept
def _has_settings(store: Store) -> bool:
    """Whether OpenSSL's settings stand with a certificate."""
    blocks = (entry.block for entry in store.trusted)
    return any(block is not None and block.trust is not None for block in blocks)


def _anchors(
    store: Store, java: bool, hidden: Mapping[int, str], loaded: frozenset[bytes] | None
) -> Iterator[tuple[int, CertificateView]]:
    for index, (entry, view) in enumerate(zip(store.entries, entry_views(store), strict=True)):
        if view is None or index in hidden:
            continue
        trust = None
        if isinstance(entry, TrustedEntry):
            if entry.block is not None and entry.block.trust is not None:
                trust = entry.trust_settings.servers
        elif not java:
            continue
        certificate = view.certificate
        assert certificate is not None
        if loaded is not None and entry.raw and certificate.der not in loaded:
            continue
        yield index, view if trust is None else CertificateView.anchor(certificate, trust)


def damaged(store: Store) -> Iterator[tuple[int, Damage]]:
    """The entries at which loading the store may fail, each with its 0-based position.

    In a folder every file is loaded on its own. Of a certificate in a key store, the JDK reads up
    to its end and leaves what follows (measured).
    """
    if store.format is Format.FOLDER:
        return
    if store.is_all_trusted and _UNDAMAGED.holds_of(store.certificate_set):
        return
    harmless = frozenset({Flaw.TRAILING} if store.format.is_jdk else ())
    for index, entry in enumerate(store.entries):
        if isinstance(entry, TrustedEntry):
            damage = _damage(entry.certificate)
        elif isinstance(entry, KeyEntry):
            damage = _damage_of_chain(entry.chain)
        else:
            damage = None if _broken_block(store, entry) else _NO_DAMAGE
        if damage is None or (damage and not damage <= harmless):
            yield index, damage and damage - harmless


@kept
def _damage(certificate: Certificate) -> Damage:
    """What parsers judge differently in its encoding."""
    if certificate.sha256 in proven_roots.PROVEN_ROOTS:
        return _NO_DAMAGE
    view = CertificateView.if_readable(certificate)
    return None if view is None else view.features.flaws


_UNDAMAGED: Final = Usual(lambda certificate: _damage(certificate) == _NO_DAMAGE)


def _damage_of_chain(chain: Iterable[Certificate]) -> Damage:
    found = _NO_DAMAGE
    for damage in map(_damage, chain):
        if damage is None:
            return None
        found |= damage
    return found


def loading(client: ClientRules, damages: Iterable[Damage]) -> Reason | None:
    """What becomes of loading a store with such entries: a refusal, a doubt, or None."""
    found = {client.loading.with_entry(damage) for damage in damages}
    if Loading.REFUSES in found:
        return Reason.UNREADABLE_ENTRY
    return Reason.NOT_MODELLED if Loading.UNKNOWN in found else None


def _broken_block(store: Store, entry: UnreadableEntry) -> bool:
    """Is it a certificate block that cannot be decoded? Clients skip blocks of other kinds."""
    return store.format in {Format.PEM, Format.PKCS7} and not entry.kind.is_other_block
