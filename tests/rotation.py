"""A rotation in Azure's shape with keys of our own, and its catalogue.

Old Root > Old CA 1, Old CA 2                served today
Old Root > New Root (cross-signed) > New CA  served after
New Root (self-signed)    Other Root > Old CA 1 (its twin)
New Root > New CA 2 > new2.example.org, which the catalogue does not know
Other Root > other.example.org
Private Root > Private CA
"""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.fixed_keys import once
from tests.pki import NOW, Authority
from unpin.catalogue.model import (
    Catalogue,
    CatalogueCertificate,
    ChainFacts,
    Phase,
    Profile,
    ProfileRoot,
)
from unpin.model.certificate import Certificate
from unpin.model.finding import Severity

_ENDED = NOW - timedelta(days=30)


@dataclass(frozen=True)
class Rotation:
    """The certificates by name, and the catalogue that knows those of the chains."""

    certificates: dict[str, Certificate]
    catalogue: Catalogue

    def __getitem__(self, name):
        return self.certificates[name]


@once
def rotation():
    old, other = Authority("Old Root"), Authority("Other Root")
    new, hidden = Authority("New Root"), Authority("Hidden Root")
    ca1, ca2 = Authority("Old CA 1", old), Authority("Old CA 2", old)
    private = Authority("Private Root")
    private_ca = Authority("Private CA", private)
    new_ca, new_ca_2 = Authority("New CA", new), Authority("New CA 2", new)
    certificates = {
        "old-root": old,
        "other-root": other,
        "old-ca-1": ca1,
        "old-ca-2": ca2,
        "new-ca": new_ca,
        "new-root-x": Authority("New Root", old, key=new.key),
        "new-root": new,
    }
    beside = {
        "old-root-ended": Authority("Old Root", key=old.key, ends=_ENDED),
        "old-root-impostor": Authority("Old Root"),
        "old-ca-1-ended": Authority("Old CA 1", old, key=ca1.key, ends=_ENDED),
        "old-ca-1-other": Authority("Old CA 1", other, key=ca1.key),
        "new-root-x-ended": Authority("New Root", old, key=new.key, ends=_ENDED),
        "server": Authority("db.example.org", ca1, ca=False),
        "new-server": Authority("new.example.org", new_ca, ca=False),
        "unrelated": Authority("Unrelated Root"),
        "new-ca-2": new_ca_2,
        "new-server-2": Authority("new2.example.org", new_ca_2, ca=False),
        "other-server": Authority("other.example.org", other, ca=False),
        "new-root-hidden": Authority("New Root", hidden, key=new.key),
        "other-root-x": Authority("Other Root", old, key=other.key),
        "other-root-hidden": Authority("Other Root", hidden, key=other.key),
        "private-root": private,
        "private-ca": private_ca,
        "private-ca-ended": Authority("Private CA", private, key=private_ca.key, ends=_ENDED),
    }
    records = tuple(_record(slug, one.certificate) for slug, one in certificates.items())
    chains = (
        _chain("current", Phase.TODAY, ("old-ca-1", "old-ca-2")),
        _chain("new", Phase.AFTER, ("new-ca",), "new-root-x", "new-root"),
    )
    profile = Profile(
        "test",
        "A test",
        "nobody",
        date(2026, 11, 1),
        ("current", "new"),
        (
            ProfileRoot("old-root", Severity.WARNING, "everybody"),
            ProfileRoot("other-root", Severity.NOTE, "clients elsewhere"),
        ),
    )
    catalogue = Catalogue(
        "test", "A test", date(2026, 11, 1), (), "test", records, (), chains, (profile,)
    )
    every = certificates | beside
    return Rotation({name: one.certificate for name, one in every.items()}, catalogue)


def _record(slug, certificate):
    fields = certificate.fields
    issuers = {"Old CA 1": "old-root", "Old CA 2": "old-root", "New CA": "new-root"}
    issuer = issuers.get(certificate.label, slug)
    return CatalogueCertificate(
        slug=slug,
        name=slug.replace("-", " ").title(),
        role="root" if fields.subject == fields.issuer else "intermediate",
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
        issued_by=("old-root" if slug == "new-root-x" else issuer,),
        source="tests",
        certificate=certificate,
    )


def _chain(name, served, issuing, bridge=None, bridge_self_signed=None):
    return ChainFacts(
        name,
        name,
        issuing,
        bridge,
        bridge_self_signed,
        "old-root",
        "tests",
        NOW + timedelta(days=3650),
        served,
    )
