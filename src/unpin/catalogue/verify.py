"""Verify a catalogue: its facts against each other, its certificates, and their signatures."""

from collections import Counter
from collections.abc import Iterable

from unpin.catalogue.model import Catalogue, CatalogueCertificate, ChainFacts, Profile
from unpin.model.certificate import Certificate
from unpin.model.errors import CatalogueError
from unpin.pki import signatures
from unpin.pki.signatures import Signed


def verify(catalogue: Catalogue) -> tuple[str, ...]:
    """Verify the catalogue; return a line for each certificate and for each of its issuers.

    A line says "by signature", or "by names and key ids" if a certificate is not bundled. Raises
    CatalogueError for the first certificate that contradicts its facts, or that its issuer did not
    sign.
    """
    lines = []
    for record in catalogue.certificates:
        if record.certificate is None:
            lines.append(f"{record.slug}: facts only")
        else:
            _check_bytes(catalogue, record, record.certificate)
            lines.append(f"{record.slug}: bytes agree with SHA-256 {record.sha256}")
    for child in catalogue.certificates:
        for slug in child.issued_by:
            parent = catalogue.certificate(slug)
            lines.append(f"{child.slug}: issued by {slug}, {_proof(catalogue, child, parent)}")
    return tuple(lines)


def _check_bytes(catalogue: Catalogue, record: CatalogueCertificate, held: Certificate) -> None:
    where = f"catalogue {catalogue.name}: certificate {record.slug}"
    if held.problem is not None:
        raise CatalogueError(f"{where}: {held.problem}")
    fields = held.fields
    if fields.problems:
        raise CatalogueError(f"{where}: {fields.problems[0]}")
    pairs: tuple[tuple[str, object, object], ...] = (
        ("SHA-256", record.sha256, held.sha256),
        ("SHA-1", record.sha1, held.sha1),
        ("SHA-256 of the key", record.spki_sha256, held.spki_sha256),
        ("subject", record.canonical_subject, fields.subject.canonical),
        ("issuer", record.canonical_issuer, fields.issuer.canonical),
        ("name", record.name, fields.subject.label),
        ("serial", record.serial, fields.serial),
        ("key id", record.key_id, fields.subject_key_id),
        ("authority key id", record.authority_key_id, fields.authority_key_id),
        ("first day", record.not_before, fields.not_before),
        ("last day", record.not_after, fields.not_after),
        ("key", record.key, str(fields.public_key)),
        ("signature algorithm", record.signature_algorithm, fields.signature_algorithm),
        ("basic constraints", record.ca, bool(fields.ca)),
        ("path length", record.path_length, fields.path_length),
    )
    for what, said, found in pairs:
        if said != found:
            raise CatalogueError(
                f"{where}: {what}: the catalogue says {_show(said)}, the bytes {_show(found)}"
            )


def _show(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _proof(catalogue: Catalogue, child: CatalogueCertificate, parent: CatalogueCertificate) -> str:
    where = f"catalogue {catalogue.name}: certificate {child.slug}"
    if problem := _issuer_problem(child, parent):
        raise CatalogueError(f"{where}: {problem}")
    if child.certificate is None or parent.certificate is None:
        return "by names and key ids"
    match signatures.verify_signature(child.certificate, parent.certificate.fields.public_key.der):
        case Signed.YES:
            return "by signature"
        case Signed.NO:
            raise CatalogueError(f"{where}: {parent.slug} did not sign it")
        case Signed.UNCHECKED:
            algorithm = child.certificate.fields.signature_algorithm
            raise CatalogueError(f"{where}: its signature cannot be checked ({algorithm})")


def check_structure(catalogue: Catalogue, source: str) -> None:
    """Raise CatalogueError for the first contradiction within the catalogue.

    `source` is its name in messages.
    """
    try:
        _unique("certificate slug", (record.slug for record in catalogue.certificates))
        _unique("SHA-256", (record.sha256 for record in catalogue.certificates))
        _unique("SHA-1", [record.sha1 for record in catalogue.certificates])
        _unique("SHA-1 of a known certificate", [known.sha1 for known in catalogue.known])
        _unique("chain", (chain.name for chain in catalogue.chains))
        _unique("profile", (profile.name for profile in catalogue.profiles))
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
    """A contradiction, without the name of the catalogue."""


def _issuer_problem(child: CatalogueCertificate, parent: CatalogueCertificate) -> str | None:
    """Why `parent` cannot have issued `child`, by names and key identifiers; None if it can.

    None is not a proof; `verify` checks the signature.
    """
    if child.canonical_issuer != parent.canonical_subject:
        return f"its issuer is {child.issuer}, but {parent.slug} is {parent.subject}"
    if None not in (ids := (child.authority_key_id, parent.key_id)) and ids[0] != ids[1]:
        return f"its authority key id is not the key id of {parent.slug}"
    if not parent.ca:
        return f"{parent.slug} is not a CA"
    return None


def _certificate(catalogue: Catalogue, record: CatalogueCertificate) -> None:
    where = f"certificate {record.slug}"
    if record.not_after <= record.not_before:
        raise _ContradictionError(f"{where}: it ends before it begins")
    for slug in record.issued_by:
        if slug not in catalogue.by_slug:
            raise _ContradictionError(f"{where}: issued_by names {slug!r}, which does not exist")
        if problem := _issuer_problem(record, catalogue.by_slug[slug]):
            raise _ContradictionError(f"{where}: {problem}")
    if record.is_root != (record.slug in record.issued_by):
        raise _ContradictionError(f"{where}: a root must be issued by itself, and only a root")
    if record.role == "cross-signed" and record.subject == record.issuer:
        raise _ContradictionError(f"{where}: it is cross-signed, but names itself as its issuer")


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
    record = catalogue.by_slug[slug]
    bridge = catalogue.by_slug.get(chain.bridge or "")
    same = bridge is not None and (
        (record.canonical_subject, record.spki_sha256)
        == (bridge.canonical_subject, bridge.spki_sha256)
    )
    if not (same and record.is_root):
        raise _ContradictionError(
            f"chain {chain.name}: {slug} is not the root with the bridge's name and key"
        )


def _default(catalogue: Catalogue) -> None:
    if catalogue.default_profile not in {profile.name for profile in catalogue.profiles}:
        raise _ContradictionError(f"default profile {catalogue.default_profile!r} does not exist")


def _profile(catalogue: Catalogue, profile: Profile) -> None:
    where = f"profile {profile.name}"
    if missing := set(profile.chains) - {chain.name for chain in catalogue.chains}:
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
