"""Which profile a store is held against, if the user names none."""

from typing import Final, NamedTuple

from unpin.catalogue.model import Catalogue, Profile
from unpin.model.certificate import Certificate
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView, is_self_signed
from unpin.pki.work import check_number_of_certificates

NO_PROFILE: Final = "none"
"""The name that leaves out what needs a profile."""

_MANY_ORGANISATIONS: Final = 10
"""The roots of so many organisations are a general bundle; a company has those of a few."""


class ProfileChoice(NamedTuple):
    """The profile whose roots a store must have, and a default profile that is none of its own.

    At most one of them is not None.
    """

    binding: Profile | None
    set_aside: Profile | None = None


def choose_profile(store: Store, catalogue: Catalogue, named: str | None) -> ProfileChoice:
    """The profile `named` ("none" for no profile); if None, the default if the store is for it.

    Raises UnknownNameError for an unknown profile, LimitExceededError for a store with more
    certificates than unpin judges: a view of each would take more memory than the store.
    """
    check_number_of_certificates(store.source, store.distinct_certificates)
    profile = named_profile(catalogue, named)
    if profile is None or named is not None or is_for_catalogue(store, catalogue):
        return ProfileChoice(profile)
    return ProfileChoice(None, profile)


def named_profile(catalogue: Catalogue, named: str | None) -> Profile | None:
    """The profile `named`, the default one if None; None for "none". Raises UnknownNameError."""
    return None if named == NO_PROFILE else catalogue.profile(named)


def is_for_catalogue(store: Store, catalogue: Catalogue) -> bool:
    """Whether the clients of `store` may connect to the services of `catalogue`.

    It trusts a certificate of the catalogue, a copy of one, or one that a CA below the roots
    issued; or it is a general bundle of public roots; or no certificate in it can be read.
    """
    if any(
        entry.certificate.sha256 in catalogue.by_sha256
        or entry.certificate.sha1 in catalogue.known_by_sha1
        for entry in store.trusted
    ):
        return True
    trusted = [entry.certificate for entry in store.trusted if entry.certificate.problem is None]
    if not trusted and len(store.entries) > len(store.keys):
        return True
    organisations: set[str] = set()
    for certificate in trusted:
        view = CertificateView.of(certificate)
        above = catalogue.by_subject.get(view.issuer, ())
        if view.subject in catalogue.by_subject or any(not record.is_root for record in above):
            return True
        if is_self_signed(view):
            organisations.add(_organisation(certificate))
    return len(organisations) >= _MANY_ORGANISATIONS


def _organisation(certificate: Certificate) -> str:
    """The O of the subject, or the whole subject without one."""
    subject = str(certificate.fields.subject)
    parts = [part for part in subject.split(",") if part.startswith("O=")]
    return parts[0] if parts else subject


def profile_options(store: Store, catalogue: Catalogue, profile: Profile) -> tuple[str, ...]:
    """The options by which another call holds `store` against `profile`, too."""
    default = profile.name == catalogue.default_profile
    if default and is_for_catalogue(store, catalogue):
        return ()
    return ("--profile", profile.name)
