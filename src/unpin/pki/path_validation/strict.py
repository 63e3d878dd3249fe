"""What X509_V_FLAG_X509_STRICT of OpenSSL asks of a path: Python's default from 3.13."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Self

from unpin.asn1 import object_identifiers as oids
from unpin.model.x509 import KEY_CERT_SIGN
from unpin.pki.certificate_view import CertificateView
from unpin.pki.encoding_flaws import Flaw

_EMPTY: Final = b"\x30\x00"
"""An empty SEQUENCE: a name without attributes, a SubjectAltName without names."""
_VERSION_3: Final = 3


class StrictRequirement(StrEnum):
    """A requirement that strict verification adds; the value is what OpenSSL prints.

    `fault` says what is wrong with the certificate: "it has ...". In the order in which OpenSSL
    asks (crypto/x509/x509_vfy.c, check_extensions, of 3.0 to 3.5). A key identifier that is
    critical is no case of its own: OpenSSL does not know it as a critical extension.
    """

    fault: str

    EXPLICIT_CURVE = "Certificate public key has explicit ECC parameters", "an unnamed curve"
    NOT_A_CA = "invalid CA certificate", "no BasicConstraints with CA:TRUE"
    PATH_LENGTH_OF_NO_CA = (
        "Path length invalid for non-CA cert",
        "a path length, and is not a CA",
    )
    PATH_LENGTH = (
        "Path length given without key usage keyCertSign",
        "a path length, and no key usage keyCertSign",
    )
    BASIC_CONSTRAINTS = (
        "Basic Constraints of CA cert not marked critical",
        "BasicConstraints that are not critical",
    )
    KEY_USAGE = "CA cert does not include key usage extension", "no keyUsage"
    CERT_SIGN = (
        "Key usage keyCertSign invalid for non-CA cert",
        "the key usage keyCertSign, and is not a CA",
    )
    ISSUER = "Issuer name empty", "an empty issuer"
    SUBJECT = "Subject name empty", "an empty subject"
    SUBJECT_ALT_NAME = (
        "Subject empty and Subject Alt Name extension not critical",
        "an empty subject, and a subjectAltName that is not critical",
    )
    EMPTY_ALT_NAME = (
        "Empty Subject Alternative Name extension",
        "a subjectAltName without names",
    )
    TWO_ALGORITHMS = (
        "cert info signature and signature algorithm mismatch",
        "two different signature algorithms",
    )
    AUTHORITY_KEY_ID = "Missing Authority Key Identifier", "no authorityKeyIdentifier"
    SUBJECT_KEY_ID = "Missing Subject Key Identifier", "no subjectKeyIdentifier"
    VERSION = "Using cert extension requires at least X509v3", "extensions, and is not of version 3"

    def __new__(cls, printed: str, fault: str) -> Self:
        """Make the member that OpenSSL calls `printed`."""
        requirement = str.__new__(cls, printed)
        requirement._value_ = printed
        requirement.fault = fault
        return requirement


class Breach(NamedTuple):
    """A certificate of a path, and the first requirement that it does not meet."""

    certificate: CertificateView
    requirement: StrictRequirement


def breach(path: Sequence[CertificateView]) -> Breach | None:
    """The first certificate of `path`, the server's first, that strict verification refuses."""
    for at, view in enumerate(path):
        if found := unmet(view, server=at == 0, last=at == len(path) - 1):
            return Breach(view, found[0])
    return None


def unmet(view: CertificateView, *, server: bool, last: bool) -> tuple[StrictRequirement, ...]:
    """The requirements that `view` does not meet; none of what is known by facts alone.

    `server` says that it is the server's own certificate, `last` that the path ends with it. Of
    a path of one certificate, a server's in the store, OpenSSL asks next to nothing.
    """
    if view.certificate is None:
        return ()
    own, fields = view.features, view.certificate.fields
    cert_sign = own.key_usage is not None and KEY_CERT_SIGN in own.key_usage
    if server and last:
        lax = own.stated_ca is None and (cert_sign or _is_self_issued_v1(view))
        return (StrictRequirement.NOT_A_CA,) if lax else ()
    ca = own.stated_ca is True
    current = own.version >= _VERSION_3
    alternative = fields.extensions.get(oids.SUBJECT_ALT_NAME)
    no_subject = fields.subject.der == _EMPTY
    critical = own.critical_extensions
    require = StrictRequirement
    asked = (
        (require.EXPLICIT_CURVE, Flaw.EXPLICIT_CURVE in own.flaws),
        (require.NOT_A_CA, own.stated_ca is None and cert_sign if server else not ca),
        (require.PATH_LENGTH_OF_NO_CA, view.path_length is not None and not ca),
        (require.PATH_LENGTH, view.path_length is not None and not cert_sign),
        (require.BASIC_CONSTRAINTS, ca and oids.BASIC_CONSTRAINTS not in critical),
        (require.KEY_USAGE, ca and own.key_usage is None),
        (require.CERT_SIGN, not ca and cert_sign),
        (require.ISSUER, fields.issuer.der == _EMPTY),
        (require.SUBJECT, no_subject and (ca or alternative is None)),
        (require.SUBJECT_ALT_NAME, no_subject and oids.SUBJECT_ALT_NAME not in critical),
        (require.EMPTY_ALT_NAME, alternative == _EMPTY),
        (require.TWO_ALGORITHMS, Flaw.TWO_ALGORITHMS in own.flaws),
        (require.AUTHORITY_KEY_ID, current and not last and view.authority_key_id is None),
        (require.SUBJECT_KEY_ID, current and ca and view.key_id is None),
        (require.VERSION, not current and bool(own.extensions)),
    )
    return tuple(requirement for requirement, is_unmet in asked if is_unmet)


def _is_self_issued_v1(view: CertificateView) -> bool:
    return view.features.version == 1 and view.subject == view.issuer
