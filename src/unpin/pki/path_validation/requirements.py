"""The form of a policy: what a family of clients asks of a certificate in each place of a path."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.x509 import DIGITAL_SIGNATURE, KEY_CERT_SIGN
from unpin.pki.certificate_features import Oddity


class Authority(StrEnum):
    """What makes a certificate a CA."""

    NOT_ASKED = "not asked"
    STATED = "version 3 with CA:TRUE"
    STATED_IN_V3 = "CA:TRUE, but for versions 1 and 2"
    NOT_DENIED = "the same, and self-issued ones without BasicConstraints"
    OPENSSL = "OpenSSL's check_ca"
    DENIED = "no CA (webpki's CaUsedAsEndEntity)"


class Ask(StrEnum):
    """Whether a constraint counts."""

    NO = "no"
    YES = "yes"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked of a certificate in one place; None is not asked.

    `usage`: one of these KeyUsage bits, where the extension is there. `purposes`: one of these
    ExtendedKeyUsages, likewise. `known`: the critical extensions that are understood. `digests`:
    the hashes of its own signature. `rsa`: the sizes of an RSA key, `curves` the other keys.
    `directories`: whether constraints on directory names are understood. `unsure`: the oddities
    that nobody measured, or that members of the family judge apart.
    """

    authority: Authority = Authority.NOT_ASKED
    usage: frozenset[int] | None = None
    purposes: frozenset[str] | None = None
    path_length: Ask = Ask.NO
    names: Ask = Ask.NO
    directories: Ask = Ask.YES
    known: frozenset[str] | None = None
    fatal: frozenset[str] = frozenset()
    digests: frozenset[str] | None = None
    rsa: range | None = None
    curves: frozenset[str] | None = None
    unsure: frozenset[Oddity] = frozenset()
    unsure_digests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """One family: what it asks of the server's certificate, of CAs in the middle, of the anchor.

    `pinned` is asked of a server certificate that is its own anchor. `counts_self_issued`: such
    intermediates count against a path length (RFC 5280 6.1.4 (l) says that they do not).
    `most_sent` and `most_middle` limit the certificates that a server may send, and a path.
    `strict` is X509_V_FLAG_X509_STRICT. `clear_only`: where names and key identifiers do not tell
    who issued what, the answer is open; `ordinary_only`: even an oddity beside the path, in what
    was sent or may be looked at, leaves it open.
    """

    server: Checks
    middle: Checks
    anchor: Checks
    pinned: Checks
    counts_self_issued: bool = False
    most_sent: int | None = None
    most_middle: int | None = None
    strict: bool = False
    clear_only: bool = False
    ordinary_only: bool = False


CERT_SIGN: Final = frozenset({KEY_CERT_SIGN})
SIGN: Final = frozenset({DIGITAL_SIGNATURE})
STEP_UP: Final = frozenset({oids.NETSCAPE_SERVER_GATED_CRYPTO, oids.MICROSOFT_SERVER_GATED_CRYPTO})
"""The extended key usages of server-gated cryptography, which some take for serverAuth."""
BASIC_EXTENSIONS: Final = frozenset(
    {
        oids.BASIC_CONSTRAINTS,
        oids.KEY_USAGE,
        oids.EXT_KEY_USAGE,
        oids.SUBJECT_ALT_NAME,
        oids.NAME_CONSTRAINTS,
    }
)
"""The extensions that every family understands."""
SHA2: Final = frozenset({"SHA256", "SHA384", "SHA512", "PSS", "Ed25519"})
NIST_CURVES: Final = frozenset({"P-256", "P-384", "P-521", "Ed25519"})

NOT_JUDGED: Final = Checks(path_length=Ask.YES, unsure=frozenset(Oddity))
NOT_MEASURED: Final = Policy(
    NOT_JUDGED,
    NOT_JUDGED,
    NOT_JUDGED,
    NOT_JUDGED,
    most_middle=6,
    clear_only=True,
    ordinary_only=True,
)
"""Of a family whose judgement of oddities is not known: no oddity, no doubt."""
