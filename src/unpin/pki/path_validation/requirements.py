"""What a family of clients requires of each certificate of a path, as data."""

from enum import StrEnum
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.values import frozen
from unpin.model.x509 import DIGITAL_SIGNATURE, KEY_CERT_SIGN
from unpin.pki.certificate_features import PSS_KEY, RESTRICTED_PSS_KEY, Oddity
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.pss import PssKind


class CaCriterion(StrEnum):
    """What makes a certificate a CA."""

    NOT_ASKED = "not asked"
    STATED = "version 3 with CA:TRUE"
    STATED_IN_V3 = "CA:TRUE, but for versions 1 and 2"
    NOT_DENIED = "the same, and self-issued ones without BasicConstraints"
    OPENSSL = "OpenSSL's check_ca"
    DENIED = "no CA (webpki's CaUsedAsEndEntity)"


class Enforced(StrEnum):
    """Whether a family enforces a constraint."""

    NO = "no"
    YES = "yes"
    UNSURE = "unsure"


@frozen
class CertificateRequirements:
    """What is required of a certificate in one position of a path; None is no requirement.

    `versions`: those that the family reads. `key_usage`: one of these KeyUsage bits, where the
    extension is there (RFC 5280 4.2.1.3). `extended_key_usage`: one of these purposes, likewise
    (4.2.1.12). `known_extensions`: the critical extensions that are understood,
    `fatal_extensions` those that never pass. `digests`: the hashes of its own signature;
    `refused_signatures`: the algorithms of it that never pass, whatever the hash (OIDs).
    `rsa_bits`: the sizes of an RSA key, `curves` the other keys. Clients or versions of the family
    differ in the RSA keys of `differing_rsa_bits` and in `differing_digests`.
    `directory_names`, `addresses`: whether constraints on these are understood (4.2.1.10).
    `unsure`: the oddities that nobody measured, or that members of the family judge differently.
    `unread_names`: the flaws of names with which the family does not read a certificate,
    `unsure_names` those with which it may not.
    """

    versions: frozenset[int] | None = None
    ca: CaCriterion = CaCriterion.NOT_ASKED
    key_usage: frozenset[int] | None = None
    extended_key_usage: frozenset[str] | None = None
    path_length: Enforced = Enforced.NO
    name_constraints: Enforced = Enforced.NO
    directory_names: Enforced = Enforced.YES
    addresses: Enforced = Enforced.YES
    known_extensions: frozenset[str] | None = None
    fatal_extensions: frozenset[str] = frozenset()
    digests: frozenset[str] | None = None
    refused_signatures: frozenset[str] = frozenset()
    rsa_bits: range | None = None
    curves: frozenset[str] | None = None
    unsure: frozenset[Oddity] = frozenset()
    unsure_digests: frozenset[str] = frozenset()
    differing_rsa_bits: range | None = None
    differing_digests: frozenset[str] = frozenset()
    unread_names: frozenset[NameFlaw] = frozenset()
    unsure_names: frozenset[NameFlaw] = frozenset()


@frozen
class PathRequirements:
    """What one family requires of the server certificate, of intermediates, of the trust anchor.

    `pinned` is required of a server certificate that is its own anchor. `counts_self_issued`: such
    intermediates count against a path length (RFC 5280 6.1.4 (l) says that they do not).
    `max_sent` limits the certificates that a server may send, `max_intermediates` those of a path,
    `max_built` those of a path that Java has to search for, as its certificates are out of order.
    `strict` is X509_V_FLAG_X509_STRICT. `clear_only`: where names and key identifiers do not tell
    who issued what, the answer is open; `ordinary_only`: even an oddity beside the path, in what
    was sent or may be looked at, leaves it open.
    """

    server: CertificateRequirements
    intermediate: CertificateRequirements
    anchor: CertificateRequirements
    pinned: CertificateRequirements
    counts_self_issued: bool = False
    max_sent: int | None = None
    max_intermediates: int | None = None
    max_built: int | None = None
    strict: bool = False
    clear_only: bool = False
    ordinary_only: bool = False


CERT_SIGN: Final = frozenset({KEY_CERT_SIGN})
SIGN: Final = frozenset({DIGITAL_SIGNATURE})
STEP_UP: Final = frozenset({oids.NETSCAPE_SERVER_GATED_CRYPTO, oids.MICROSOFT_SERVER_GATED_CRYPTO})
"""The extended key usages of server-gated cryptography, which some take for serverAuth."""
SHA2: Final = frozenset({"SHA256", "SHA384", "SHA512", "Ed25519", PssKind.USUAL})
PSS_BY_HASH: Final = frozenset({PssKind.REWRITTEN, PssKind.SALT, PssKind.MASK, PssKind.RARE})
"""The kinds of RSASSA-PSS that a client takes which looks at the hash alone."""
PSS_KEYS: Final = frozenset({PSS_KEY, RESTRICTED_PSS_KEY})
NIST_CURVES: Final = frozenset({"P-256", "P-384", "P-521", "Ed25519"})
TLS_CURVES: Final = frozenset({"P-256", "P-384", "P-521"})
"""The curves of ECDSA keys that clients offer by default (tests/conformance/server_keys)."""
TLS_KEYS: Final = TLS_CURVES | PSS_KEYS
"""The same, of clients that offer rsa_pss_pss_* besides (RFC 8446 4.2.3)."""

NOT_JUDGED: Final = CertificateRequirements(path_length=Enforced.YES, unsure=frozenset(Oddity))
NOT_MEASURED: Final = PathRequirements(
    NOT_JUDGED,
    NOT_JUDGED,
    NOT_JUDGED,
    NOT_JUDGED,
    max_intermediates=6,
    clear_only=True,
    ordinary_only=True,
)
"""Of a family whose judgement of oddities is not known: no oddity, no doubt."""
