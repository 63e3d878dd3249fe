"""A catalogue of our own in Azure's shape, with the bytes of every certificate in it.

Old Root ── Old CA 1, Old CA 2          New Root (self-signed) ── New CA
Old Root ── New Root's twin (bridge)    Other Root ── Old CA 1's twin
"""

from datetime import date, timedelta

from tests.pki import NOW, Authority

from unpin.catalogue.model import (
    Catalogue,
    CatalogueCertificate,
    ChainFacts,
    Phase,
    Profile,
    ProfileRoot,
)
from unpin.model.finding import Severity
from unpin.pki.links import Link, issued

YESTERDAY = NOW - timedelta(days=1)

OLD, OTHER, NEW = Authority("Old Root"), Authority("Other Root"), Authority("New Root")
OLD_1, OLD_2 = Authority("Old CA 1", OLD), Authority("Old CA 2", OLD)
NEW_CA = Authority("New CA", NEW)
PRIVATE = Authority("Private Root")
PRIVATE_CA = Authority("Private CA", PRIVATE)

CERTIFICATES = {
    "old-root": OLD.certificate,
    "other-root": OTHER.certificate,
    "new-root": NEW.certificate,
    "bridge": Authority("New Root", OLD, key=NEW.key).certificate,
    "old-ca-1": OLD_1.certificate,
    "old-ca-2": OLD_2.certificate,
    "old-ca-1-twin": Authority("Old CA 1", OTHER, key=OLD_1.key).certificate,
    "new-ca": NEW_CA.certificate,
}
STRANGERS = {
    "expired old root": Authority("Old Root", key=OLD.key, ends=YESTERDAY).certificate,
    "expired bridge": Authority("New Root", OLD, key=NEW.key, ends=YESTERDAY).certificate,
    "expired old CA": Authority("Old CA 1", OLD, key=OLD_1.key, ends=YESTERDAY).certificate,
    "fake old root": Authority("Old Root").certificate,
    "a server": Authority("db.example.org", OLD_1, ca=False).certificate,
    "private root": PRIVATE.certificate,
    "private CA": PRIVATE_CA.certificate,
    "expired private CA": Authority(
        "Private CA", PRIVATE, key=PRIVATE_CA.key, ends=YESTERDAY
    ).certificate,
}
EVERYTHING = CERTIFICATES | STRANGERS


def _record(slug, certificate):
    fields, link = certificate.fields, Link.of(certificate)
    issuers = tuple(name for name, other in CERTIFICATES.items() if issued(Link.of(other), link))
    own = slug in issuers
    return CatalogueCertificate(
        slug=slug,
        name=certificate.label,
        role="root" if own else "cross-signed" if slug == "bridge" else "intermediate",
        chains=(),
        subject=str(fields.subject),
        issuer=str(fields.issuer),
        serial=fields.serial,
        sha256=certificate.sha256,
        sha1=certificate.sha1,
        spki_sha256=certificate.spki_sha256,
        key_id=fields.subject_key_id,
        authority_key_id=fields.authority_key_id,
        not_before=fields.not_before,
        not_after=fields.not_after,
        key=str(fields.public_key),
        signature_algorithm=fields.signature_algorithm,
        ca=True,
        path_length=None,
        issued_by=issuers,
        source="drawn",
        certificate=certificate,
    )


def _chain(name, issuing, served, bridge=None, bridge_self_signed=None):
    return ChainFacts(
        name=name,
        title=name,
        issuing=issuing,
        bridge=bridge,
        bridge_self_signed=bridge_self_signed,
        root="old-root",
        source="drawn",
        not_after=NOW + timedelta(days=3650),
        served=served,
    )


PROFILE = Profile(
    name="laboratory",
    title="the laboratory",
    source="drawn",
    date=date(2026, 11, 24),
    chains=("current", "new"),
    roots=(
        ProfileRoot("old-root", Severity.WARNING, "everybody"),
        ProfileRoot("other-root", Severity.NOTE, "somebody"),
    ),
)
CATALOGUE = Catalogue(
    name="laboratory",
    title="the laboratory",
    date_seen=date(2026, 11, 24),
    sources=("drawn",),
    default_profile="laboratory",
    certificates=tuple(_record(slug, one) for slug, one in CERTIFICATES.items()),
    known=(),
    chains=(
        _chain("current", ("old-ca-1", "old-ca-2"), Phase.TODAY),
        _chain("new", ("new-ca",), Phase.AFTER, "bridge", "new-root"),
    ),
    profiles=(PROFILE,),
)
