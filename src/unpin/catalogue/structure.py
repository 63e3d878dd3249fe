"""Check that a catalogue agrees with itself: every reference, every link by name, key and date."""

from collections import Counter
from collections.abc import Iterable

from unpin.catalogue.model import Catalogue, CatalogueCertificate, ChainFacts, Profile
from unpin.model.errors import CatalogueError


def check(catalogue: Catalogue, source: str) -> None:
    """Raise CatalogueError, `source` in front, for the first thing that contradicts another."""
    try:
        _unique("certificate slug", (one.slug for one in catalogue.certificates))
        _unique("SHA-256", (one.sha256 for one in catalogue.certificates))
        _unique("SHA-1", [one.sha1 for one in catalogue.certificates])
        _unique("SHA-1 of a known certificate", [one.sha1 for one in catalogue.known])
        _unique("chain", (one.name for one in catalogue.chains))
        _unique("profile", (one.name for one in catalogue.profiles))
        for certificate in catalogue.certificates:
            _certificate(catalogue, certificate)
        for chain in catalogue.chains:
            _chain(catalogue, chain)
        for profile in catalogue.profiles:
            _profile(catalogue, profile)
        _default(catalogue)
    except _ContradictionError as error:
        raise CatalogueError(f"{source}: {error}") from None


class _ContradictionError(Exception):
    """A contradiction, still without the catalogue's name."""


def link_problem(child: CatalogueCertificate, parent: CatalogueCertificate) -> str | None:
    """Why `parent` cannot have issued `child`, by names and key identifiers; None if it can.

    Not a proof: that takes the signature (verify.verify).
    """
    if child.canonical_issuer != parent.canonical_subject:
        return f"its issuer is {child.issuer}, but {parent.slug} is {parent.subject}"
    if None not in (ids := (child.authority_key_id, parent.key_id)) and ids[0] != ids[1]:
        return f"its authority key id is not the key id of {parent.slug}"
    if not parent.ca:
        return f"{parent.slug} is no CA"
    return None


def _certificate(catalogue: Catalogue, one: CatalogueCertificate) -> None:
    where = f"certificate {one.slug}"
    if one.not_after <= one.not_before:
        raise _ContradictionError(f"{where}: it ends before it begins")
    for slug in one.issued_by:
        if slug not in catalogue.by_slug:
            raise _ContradictionError(f"{where}: issued_by names {slug!r}, which does not exist")
        if problem := link_problem(one, catalogue.by_slug[slug]):
            raise _ContradictionError(f"{where}: {problem}")
    if one.is_root != (one.slug in one.issued_by):
        raise _ContradictionError(f"{where}: a root is issued by itself, and nothing else is")
    if one.role == "cross-signed" and one.subject == one.issuer:
        raise _ContradictionError(f"{where}: a cross-signed certificate has another issuer")


def _chain(catalogue: Catalogue, chain: ChainFacts) -> None:
    where = f"chain {chain.name}"
    if not chain.issuing:
        raise _ContradictionError(f"{where}: no issuing CA")
    above = [slug for slug in (chain.bridge, chain.root) if slug is not None]
    for slug in (*chain.issuing, *above, chain.bridge_self_signed or chain.root):
        if slug not in catalogue.by_slug:
            raise _ContradictionError(f"{where}: {slug!r} does not exist")
    if not catalogue.by_slug[chain.root].is_root:
        raise _ContradictionError(f"{where}: {chain.root} is not a root")
    for slug in chain.issuing:
        for child, parent in zip([slug, *above], above, strict=False):
            if parent not in catalogue.by_slug[child].issued_by:
                raise _ContradictionError(f"{where}: {child} is not issued by {parent}")
    if chain.bridge_self_signed is not None:
        _self_signed_bridge(catalogue, chain, chain.bridge_self_signed)
    first = min(catalogue.by_slug[slug].not_after for slug in (*chain.issuing, *above))
    if chain.not_after > first:
        raise _ContradictionError(
            f"{where}: it lasts until {chain.not_after}, a certificate until {first}"
        )


def _self_signed_bridge(catalogue: Catalogue, chain: ChainFacts, slug: str) -> None:
    one = catalogue.by_slug[slug]
    bridge = catalogue.by_slug.get(chain.bridge or "")
    same = bridge is not None and (
        (one.canonical_subject, one.spki_sha256) == (bridge.canonical_subject, bridge.spki_sha256)
    )
    if not (same and one.is_root):
        raise _ContradictionError(
            f"chain {chain.name}: {slug} is not the root with the bridge's name and key"
        )


def _default(catalogue: Catalogue) -> None:
    if catalogue.default_profile not in {one.name for one in catalogue.profiles}:
        raise _ContradictionError(f"default profile {catalogue.default_profile!r} does not exist")


def _profile(catalogue: Catalogue, profile: Profile) -> None:
    where = f"profile {profile.name}"
    if missing := set(profile.chains) - {one.name for one in catalogue.chains}:
        raise _ContradictionError(f"{where}: chain {min(missing)!r} does not exist")
    for root in profile.roots:
        if root.slug not in catalogue.by_slug:
            raise _ContradictionError(f"{where}: root {root.slug!r} does not exist")
        if not catalogue.by_slug[root.slug].is_root:
            raise _ContradictionError(f"{where}: {root.slug} is not a root")
    _unique(f"{where}: root", (root.slug for root in profile.roots))


def _unique(what: str, values: Iterable[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise _ContradictionError(f"{what} {value} occurs {count} times")
