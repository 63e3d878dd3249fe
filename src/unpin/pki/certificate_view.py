"""What path building sees of a certificate, also where its bytes are not at hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import filterfalse
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.answers import kept, kept_for
from unpin.model.certificate import Certificate
from unpin.model.grouping import Grouped, grouped
from unpin.model.values import frozen
from unpin.pki import signatures
from unpin.pki.signatures import Signed
from unpin.pki.work import MOST_CANDIDATES, WorkLimitError, spend

if TYPE_CHECKING:
    from unpin.pki.certificate_features import CertificateFeatures

_EACH_CANDIDATE: Final = 4
"""The work of a look at a possible issuer (pki.work), besides its signature."""


@frozen(slots=False, eq=False)
class CertificateView:
    """What path building asks of a certificate; equal to another iff the `id` is.

    `id` is the SHA-256 of the certificate (or whatever names a fact), `label` what a person calls
    it. `subject` and `issuer` are canonical names (Name.canonical), `key` the SHA-256 of the
    SubjectPublicKeyInfo. `certificate` is None where only facts are known; `issuer_key` is then
    the `key` of its real issuer, if that is known. Times are aware; None is not limited.
    `featured` is the certificate whose features verifiers see; None holds nothing against it.
    `trust` is what OpenSSL's settings in the store say of it for servers (TrustSettings.servers).
    """

    id: str
    label: str
    subject: str
    issuer: str
    key: str
    key_id: bytes | None
    authority_key_id: bytes | None
    not_before: datetime | None
    not_after: datetime | None
    ca: bool
    path_length: int | None
    certificate: Certificate | None = None
    issuer_key: str | None = None
    featured: Certificate | None = None
    trust: bool | None = None

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, CertificateView) and self.id == other.id)

    def __hash__(self) -> int:
        return hash(self.id)

    @staticmethod
    @kept
    def of(certificate: Certificate) -> "CertificateView":
        """Describe a certificate. Raises tlv.TlvError where `certificate.problem` is not None."""
        fields = certificate.fields
        subject, issuer = fields.subject.canonical, fields.issuer.canonical
        issuer = subject if issuer == subject else issuer  # an object is compared at once
        # NOTE: certificates of versions 1 and 2 cannot say that they are CAs (RFC 5280 6.1.4 (k)
        # leaves it to other means); clients take old self-issued roots without it for CAs.
        ca = fields.version < 3 or subject == issuer if fields.ca is None else fields.ca
        return CertificateView(
            id=certificate.sha256,
            label=certificate.label,
            subject=subject,
            issuer=issuer,
            key=certificate.spki_sha256,
            key_id=fields.subject_key_id,
            authority_key_id=fields.authority_key_id,
            not_before=fields.not_before,
            not_after=fields.not_after,
            ca=ca,
            path_length=fields.path_length,
            certificate=certificate,
            featured=certificate,
        )

    @staticmethod
    @kept
    def if_readable(certificate: Certificate) -> "CertificateView | None":
        """Describe a certificate; None where it cannot be parsed."""
        return None if certificate.problem is not None else CertificateView.of(certificate)

    @staticmethod
    @kept_for
    def anchor(certificate: Certificate, trust: bool | None) -> "CertificateView":
        """Describe a certificate of a store that has settings. Raises tlv.TlvError as `of` does."""
        view = CertificateView.of(certificate)
        return view if trust is None else replace(view, trust=trust)

    @cached_property
    def features(self) -> "CertificateFeatures":
        """What else verifiers look at, read when a verifier first asks."""
        from unpin.pki.certificate_features import UNKNOWN_FEATURES, features

        return UNKNOWN_FEATURES if self.featured is None else features(self.featured)

    @cached_property
    def is_long(self) -> bool:
        """Whether its certificate is long (Certificate.is_long)."""
        held = self.certificate or self.featured
        return held is not None and held.is_long

    @cached_property
    def is_self_signed(self) -> bool:
        """Whether it is signed with its own key; found out when it is first asked."""
        return self.subject == self.issuer and is_issuer(self, self)

    def valid(self, at: datetime) -> bool:
        """Is `at` within the validity period (RFC 5280 4.1.2.5: both ends included)?"""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at <= self.not_after
        )


def is_issuer(parent: CertificateView, child: CertificateView) -> bool:
    """Did `parent` issue `child`: name, key identifiers, and the key?

    RFC 5280 6.1.3 (a). Whether `parent` may act as a CA is not asked; `is_ca_issuer` does.
    """
    if parent.subject != child.issuer or key_identifiers_differ(parent, child):
        return False
    return key_signed(parent, child)


def key_signed(parent: CertificateView, child: CertificateView) -> bool:
    """Did `parent`'s key sign `child`? By the signature where both are certificates.

    Elsewhere by the issuer's key where it is known, else by key identifiers.

    NOTE: remembered for certificates and keys (signatures.verify_signature), not for views: one
    that is known by its facts equals that of the certificate, and says less.
    """
    if parent.certificate is not None and child.certificate is not None:
        key = parent.certificate.fields.public_key.der
        return signatures.verify_signature(child.certificate, key) is not Signed.NO
    if child.issuer_key is not None:
        return child.issuer_key == parent.key
    return not key_identifiers_differ(parent, child)


def issuer_name_matches(parent: CertificateView, child: CertificateView) -> bool:
    """Is `parent` called, octet for octet, what `child` calls its issuer?

    Go (crypto/x509), webpki and GnuTLS compare the encodings; where one is not at hand, the
    canonical names are compared.
    """
    own, wanted = parent.features.subject_der, child.features.issuer_der
    if own is None or wanted is None:
        return parent.subject == child.issuer
    return own == wanted


def likely_issued(parent: CertificateView, child: CertificateView) -> bool:
    """Do name and AuthorityKeyIdentifier say so? OpenSSL's ossl_x509_likely_issued.

    The signature is not asked, but that the key could make one of its kind.
    """
    if parent.subject != child.issuer or key_identifiers_differ(parent, child):
        return False
    if not names_match_in_openssl(parent, child):
        return False
    return not issuer_and_serial_differ(parent, child) and _could_sign(parent, child)


def issuer_and_serial_differ(parent: CertificateView, child: CertificateView) -> bool:
    """Does `child` name its issuer's certificate by issuer and serial number, and not `parent`?

    RFC 5280 4.2.1.1, authorityCertIssuer and authorityCertSerialNumber.
    """
    wanted, own = child.features, parent.features
    if wanted.authority_serial is None or own.serial is None:
        return False
    if wanted.authority_serial != own.serial:
        return True
    return wanted.authority_issuer not in (None, parent.issuer)


def names_match_in_openssl(parent: CertificateView, child: CertificateView) -> bool:
    """X509_NAME_cmp, where both encodings are at hand.

    NOTE: OpenSSL folds ASCII letters and blanks only: to it, ÆRLIG and ærlig are two names.
    """
    own, issuer = parent.features.subject_der, child.features.issuer_der
    if own is None or issuer is None or own == issuer:
        return True
    from unpin.pki.openssl_names import canonical_encoding

    return canonical_encoding(own) == canonical_encoding(issuer)


def _could_sign(parent: CertificateView, child: CertificateView) -> bool:
    if parent.certificate is None or child.certificate is None:
        return True
    oid, key = child.certificate.fields.signature_oid, parent.features.key_algorithm
    if oid.startswith(f"{oids.PKCS1_ARC}."):
        return key == "RSA" or (oid == oids.RSASSA_PSS and key.startswith("RSA"))
    if oid in {oids.ED25519, oids.ED448}:
        return key == child.features.digest
    return not oid.startswith(f"{oids.EC_SIGNATURE_ARC}.") or key.startswith(("EC", "P-"))


def is_ca_issuer(parent: CertificateView, child: CertificateView) -> bool:
    """Is `parent` a CA that issued `child`? Path length and name constraints are not asked."""
    return parent.ca and is_issuer(parent, child)


def is_self_signed(view: CertificateView) -> bool:
    """Is it signed with its own key? By the signature where the certificate is at hand."""
    return view.is_self_signed


def key_identifiers_differ(parent: CertificateView, child: CertificateView) -> bool:
    """Do the key identifiers say that another key than `parent`'s signed `child`?"""
    return (
        child.authority_key_id is not None
        and parent.key_id is not None
        and child.authority_key_id != parent.key_id
    )


def same_name_and_key(first: CertificateView, second: CertificateView) -> bool:
    """Do both certify the same name for the same key, whoever signed them?"""
    return first.subject == second.subject and first.key == second.key


def issuer_label(view: CertificateView) -> str:
    """What a person calls the issuer; its canonical name where only facts are known."""
    return view.certificate.fields.issuer.label if view.certificate is not None else view.issuer


_ID: Final = attrgetter("id")
_SUBJECT: Final = attrgetter("subject")
_IS_SELF_SIGNED: Final = attrgetter("is_self_signed")


class IssuerPool:
    """Certificates by their names, each once, in their order: where issuers are looked for."""

    def __init__(
        self, views: Iterable[CertificateView], places: Grouped[str, int] | None = None
    ) -> None:
        """`places`: where those with a subject are, of views that are all different."""
        every = tuple(views)
        if places is None:
            copies = grouped(map(_ID, every), every)
            every = tuple([called[0] for called in copies.by_key.values()])
            places = grouped(map(_SUBJECT, every), range(len(every)))
        self._views = every
        self._places = places

    @property
    def ids(self) -> Iterator[str]:
        """The ids of the certificates."""
        return map(_ID, self._views)

    def called(self, name: str) -> Sequence[CertificateView]:
        """The certificates with the subject `name`."""
        return [self._views[at] for at in self._places.under(name)]

    def __iter__(self) -> Iterator[CertificateView]:
        return iter(self._views)


class IssuedPool:
    """Certificates by what they say of their issuers, each once."""

    def __init__(self, views: Iterable[CertificateView]) -> None:
        self._by_name: dict[str, dict[bytes | None, dict[str, CertificateView]]] = {}
        for view in views:
            by_key = self._by_name.setdefault(view.issuer, {})
            by_key.setdefault(view.authority_key_id, {}).setdefault(view.id, view)

    @property
    def issuers(self) -> AbstractSet[str]:
        """The names of the issuers."""
        return self._by_name.keys()

    def perhaps_by(self, parent: CertificateView) -> Iterator[CertificateView]:
        """Those that `parent` may have issued, by its name and the key identifiers."""
        by_key = self._by_name.get(parent.subject, {})
        fitting = by_key if parent.key_id is None else (parent.key_id, None)
        for key in fitting:
            yield from by_key.get(key, {}).values()

    def remove(self, view: CertificateView) -> None:
        """Leave out a certificate that is in it."""
        del self._by_name[view.issuer][view.authority_key_id][view.id]


def ancestors(view: CertificateView, pool: IssuerPool) -> tuple[CertificateView, ...]:
    """The issuers of `view` in `pool` up to a root, the root last; empty if no root is reached.

    Breadth first, so the path is a shortest path. Each certificate is visited once. Raises
    WorkLimitError where more than MOST_CANDIDATES are issuers, or called like them.
    """
    came_from: dict[str, CertificateView | None] = {view.id: None}
    todo = [view]
    for child in todo:
        candidates = pool.called(child.issuer)
        spend(_EACH_CANDIDATE * len(candidates))
        if max(len(came_from), len(candidates)) > MOST_CANDIDATES:
            raise WorkLimitError
        for parent in candidates:
            if parent.id in came_from or not is_issuer(parent, child):
                continue
            came_from[parent.id] = child
            if is_self_signed(parent):
                return _path(parent, came_from)
            todo.append(parent)
    return ()


def below_roots(pool: IssuerPool) -> frozenset[str]:
    """The ids of the self-signed certificates of `pool`, and of those that they issued, and so on.

    Linear in the pairs of an issuer and a certificate with a fitting name and key identifiers.
    """
    others = [*filterfalse(_IS_SELF_SIGNED, pool)]
    found = set(pool.ids).difference(map(_ID, others))
    waiting = IssuedPool(others)
    todo = [view for name in waiting.issuers for view in pool.called(name) if view.id in found]
    for parent in todo:
        children = list(waiting.perhaps_by(parent))
        spend(len(children))
        for child in children:
            if is_issuer(parent, child):
                waiting.remove(child)
                found.add(child.id)
                todo.append(child)
    return frozenset(found)


def _path(
    root: CertificateView, came_from: Mapping[str, CertificateView | None]
) -> tuple[CertificateView, ...]:
    path = [root]
    while (child := came_from[path[-1].id]) is not None and came_from[child.id] is not None:
        path.append(child)
    return tuple(reversed(path))
