"""Roots of the user's own, in the form of the catalogue's."""

import re

from unpin.catalogue.model import Catalogue, CatalogueCertificate
from unpin.model.certificate import Certificate
from unpin.model.errors import UsageError
from unpin.pki.certificate_view import CertificateView


def own_root(certificate: Certificate, catalogue: Catalogue, source: str) -> CatalogueCertificate:
    """The record of a root that the user gave: the catalogue's, if it knows the certificate.

    `source` is the file with the certificate, which must be readable. Raises UsageError for a
    certificate with an unreadable date.
    """
    known = catalogue.by_sha256.get(certificate.sha256)
    if known is not None:
        return known
    fields, view = certificate.fields, CertificateView.of(certificate)
    if fields.not_before is None or fields.not_after is None:
        raise UsageError(f"{source}: {certificate.label} has an unreadable date")
    slug = re.sub(r"[^a-z0-9]+", "-", certificate.label.lower()).strip("-") or "root"
    return CatalogueCertificate(
        slug=slug,
        name=certificate.label,
        role="root",
        chains=(),
        subject=str(fields.subject),
        issuer=str(fields.issuer),
        serial=fields.serial,
        sha256=certificate.sha256,
        sha1=certificate.sha1,
        spki_sha256=view.key,
        key_id=None,
        authority_key_id=None,
        not_before=fields.not_before,
        not_after=fields.not_after,
        key=str(fields.public_key),
        signature_algorithm=fields.signature_algorithm,
        ca=True,
        path_length=None,
        issued_by=(slug,),
        source=source,
        certificate=certificate,
    )
