"""Entries that no chain of a profile presents, and that block servers below its roots."""

from collections import Counter
from collections.abc import Sequence

from unpin.catalogue.handshakes import SHAPES, handshakes_of, view_of
from unpin.catalogue.model import Catalogue, Profile
from unpin.model.entries import TrustedEntry
from unpin.pki.certificate_view import CertificateView, is_issuer, is_self_signed
from unpin.pki.clients.rules import ClientRules
from unpin.rehearsal.rehearser import Rehearser


def blocked_below(
    rehearser: Rehearser, clients: Sequence[ClientRules], profile: Profile
) -> dict[int, tuple[str, ...]]:
    """The clients (idents) that fail because of an entry that no chain presents, by its position.

    They fail on the handshake for which the entry was presumably imported, if a CA of the profile
    is on its path: the profile names some of the CAs below its roots, a server may have another.
    Raises UnknownNameError if the catalogue lacks a name of the profile, WorkLimitError where it
    takes more work than a store may.
    """
    catalogue = rehearser.catalogue
    cas = [view_of(catalogue, catalogue.certificate(slug)) for slug in _slugs(catalogue, profile)]
    names = {(ca.subject, ca.key) for ca in cas}
    handshakes = handshakes_of(catalogue, profile.chains, SHAPES)
    documented = [handshake for handshake in handshakes if handshake.is_documented]
    views = {
        index: CertificateView.of(entry.certificate)
        for index, entry in enumerate(rehearser.store.entries)
        if isinstance(entry, TrustedEntry) and entry.certificate.problem is None
    }
    namesakes = Counter(view.subject for view in views.values())
    found: dict[int, tuple[str, ...]] = {}
    for index, view in views.items():
        # Of a self-issued certificate without namesakes nobody else can be the issuer: most roots
        # need no verification.
        alone = namesakes[view.subject] == 1 and view.subject not in catalogue.by_subject
        if (view.subject == view.issuer and alone) or is_self_signed(view):
            continue
        through = rehearser.handshakes_through(index, view, documented)
        above = [sent for handshake in through for sent in handshake.certificates]
        if any(handshake in documented for handshake in through) or not any(
            (sent.subject, sent.key) in names or any(is_issuer(ca, sent) for ca in cas)
            for sent in above
        ):
            continue
        blocked = rehearser.affected(clients, index, through, accepted_with_it=False)
        if blocked:
            found[index] = tuple(client.ident for client in blocked)
    return found


def _slugs(catalogue: Catalogue, profile: Profile) -> dict[str, None]:
    """The roots of the profile and every CA of its chains."""
    slugs = [root.slug for root in profile.roots]
    for name in profile.chains:
        chain = catalogue.chain(name)
        slugs += [chain.root, *chain.issuing]
        slugs += [slug for slug in (chain.bridge, chain.bridge_self_signed) if slug is not None]
    return dict.fromkeys(slugs)
