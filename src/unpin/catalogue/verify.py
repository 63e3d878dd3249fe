"""Prove a catalogue: bytes against facts, and every link by the signature where both are held."""

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.catalogue.structure import link_problem
from unpin.model import x509
from unpin.model.certificate import Certificate
from unpin.model.errors import CatalogueError

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - a root's own signature proves no more than its names
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def verify(catalogue: Catalogue) -> tuple[str, ...]:
    """One line of proof per certificate and per link.

    Raises CatalogueError for the first certificate whose bytes contradict its facts, and the
    first link that does not hold. A line says "by signature", or "by names and key ids" where
    the bytes of one side are not held.
    """
    lines = []
    for one in catalogue.certificates:
        if one.certificate is None:
            lines.append(f"{one.slug}: facts only")
        else:
            _check_bytes(catalogue, one, one.certificate)
            lines.append(f"{one.slug}: bytes agree with SHA-256 {one.sha256}")
    for child in catalogue.certificates:
        for slug in child.issued_by:
            parent = catalogue.certificate(slug)
            lines.append(f"{child.slug}: issued by {slug}, {_proof(catalogue, child, parent)}")
    return tuple(lines)


def _check_bytes(catalogue: Catalogue, one: CatalogueCertificate, held: Certificate) -> None:
    where = f"catalogue {catalogue.name}: certificate {one.slug}"
    if held.problem is not None:
        raise CatalogueError(f"{where}: {held.problem}")
    fields = held.fields
    if fields.problems:
        raise CatalogueError(f"{where}: {fields.problems[0]}")
    pairs: tuple[tuple[str, object, object], ...] = (
        ("SHA-256", one.sha256, held.sha256),
        ("SHA-1", one.sha1, held.sha1),
        ("SHA-256 of the key", one.spki_sha256, held.spki_sha256),
        ("subject", one.canonical_subject, fields.subject.canonical),
        ("issuer", one.canonical_issuer, fields.issuer.canonical),
        ("name", one.name, fields.subject.label),
        ("serial", one.serial, fields.serial),
        ("key id", one.key_id, fields.subject_key_id),
        ("authority key id", one.authority_key_id, fields.authority_key_id),
        ("first day", one.not_before, fields.not_before),
        ("last day", one.not_after, fields.not_after),
        ("key", one.key, str(fields.public_key)),
        ("signature algorithm", one.signature_algorithm, fields.signature_algorithm),
        ("basic constraints", one.ca, bool(fields.ca)),
        ("path length", one.path_length, fields.path_length),
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
    if problem := link_problem(child, parent):
        raise CatalogueError(f"{where}: {problem}")
    if child.certificate is None or parent.certificate is None:
        return "by names and key ids"
    try:
        _check_signature(child.certificate.fields, parent.certificate.fields.public_key.der)
    except InvalidSignature as error:
        raise CatalogueError(f"{where}: {parent.slug} did not sign it") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CatalogueError(f"{where}: its signature cannot be checked: {error}") from error
    return "by signature"


def _check_signature(fields: x509.Fields, issuer_spki: bytes) -> None:
    """Raise InvalidSignature, or ValueError for an algorithm or a key of another kind."""
    name = fields.signature_algorithm
    digest = _HASHES.get(name.partition("With")[0].rpartition("-")[2].lower())
    match load_der_public_key(issuer_spki):
        case rsa.RSAPublicKey() as key if digest and name.endswith("WithRSAEncryption"):
            key.verify(fields.signature, fields.tbs, padding.PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as curve_key if digest and name.startswith("ecdsa"):
            curve_key.verify(fields.signature, fields.tbs, ec.ECDSA(digest))
        case dsa.DSAPublicKey() as dsa_key if digest and name.startswith("dsa"):
            dsa_key.verify(fields.signature, fields.tbs, digest)
        case ed25519.Ed25519PublicKey() as short_key if name == "Ed25519":
            short_key.verify(fields.signature, fields.tbs)
        case ed448.Ed448PublicKey() as long_key if name == "Ed448":
            long_key.verify(fields.signature, fields.tbs)
        case _:
            raise ValueError(f"{name} with another kind of key")
