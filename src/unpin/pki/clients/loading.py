"""Which flaws of one certificate keep a family of clients from a whole store, as data.

Measured kind by kind with the clients that ClientRules.source names, an odd root before and after
the one that the handshake needs (tests/conformance/bystanders/measured.json). A family loads what
all its clients load; where a client reads what stands before the odd root and no further, that is
not known. What the JDK refuses, jdk/certificate.py says exactly.
"""

from typing import Final

from unpin.pki.encoding_flaws import Flaw

NONE: Final[frozenset[Flaw]] = frozenset()
UNMEASURED: Final = frozenset({Flaw.OTHER})

_FRAME: Final = frozenset({Flaw.EMPTY_SERIAL, Flaw.EXTENSIONS})
_VERSIONS: Final = frozenset(
    {
        Flaw.EXTENDED_VERSION_1,
        Flaw.EXTENDED_VERSION_2,
        Flaw.LATE_VERSION,
        Flaw.NEGATIVE_VERSION,
    }
)
_LENGTHS: Final = frozenset({Flaw.LONG_LENGTH, Flaw.INDEFINITE_LENGTH})
_LOCAL: Final = frozenset({Flaw.UTC_LOCAL, Flaw.GENERALIZED_LOCAL})
_SHORT: Final = frozenset({Flaw.UTC_SHORT, Flaw.GENERALIZED_SHORT})
_NO_DER_TIME: Final = (
    _LOCAL
    | _SHORT
    | {
        Flaw.GENERALIZED_FRACTION,
        Flaw.GENERALIZED_OFFSET,
        Flaw.LEAP_SECOND,
        Flaw.NO_SUCH_DAY,
        Flaw.NO_TIME,
    }
)

OPENSSL: Final = (
    _FRAME | _LOCAL | _SHORT | {Flaw.PADDED_SERIAL, Flaw.UTF8_NAME, Flaw.BMP_NAME, Flaw.NAME_TYPE}
)
"""PEM_X509_INFO_read_bio, d2i_X509; extensions and keys are parsed when they are asked for.

NOTE: times without seconds or Z are refused by 3.5.9 (psycopg's wheel), and taken by 3.0.19.
"""

OPENSSL_UNSURE: Final = UNMEASURED | {Flaw.TRAILING}
"""Node reads no further than a certificate with octets after its end; the others take it."""

RUSTLS: Final = (
    _VERSIONS
    | _LENGTHS
    | {
        Flaw.TRAILING,
        Flaw.EXTENSIONS,
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.PURPOSES,
        Flaw.CRITICAL_PURPOSES,
        Flaw.ALTERNATIVE_NAMES,
        Flaw.NAME_CONSTRAINTS,
        Flaw.CRL_POINTS,
        Flaw.LAX_CRITICAL,
        Flaw.VERSION_2,
        Flaw.WRITTEN_VERSION_1,
        Flaw.UNIQUE_IDS,
        Flaw.TWO_ALGORITHMS,
    }
)
"""webpki cert.rs, trust_anchor.rs: an anchor is read up to its end, its dates are not.

NOTE: uv skips what it cannot read (RootCertStore::add_parsable_certificates).
"""

RUSTLS_UNSURE: Final = UNMEASURED | {Flaw.REPEATED_EXTENSION}
"""Refused where webpki knows the extension, else not seen."""

GNUTLS: Final = _LOCAL | {
    Flaw.INDEFINITE_LENGTH,
    Flaw.TRAILING,
    Flaw.EXTENSIONS,
    Flaw.REPEATED_EXTENSION,
    Flaw.ALTERNATIVE_NAMES,
    Flaw.EXTENDED_VERSION_1,
    Flaw.EXTENDED_VERSION_2,
    Flaw.NEGATIVE_VERSION,
    Flaw.UTC_OFFSET,
    Flaw.GENERALIZED_FRACTION,
    Flaw.GENERALIZED_OFFSET,
    Flaw.NO_TIME,
}
"""lib/x509/x509.c gnutls_x509_crt_import."""

DOTNET: Final = (
    _FRAME
    | _LENGTHS
    | _NO_DER_TIME
    | {
        Flaw.TRAILING,
        Flaw.PADDED_SERIAL,
        Flaw.LAX_CRITICAL,
        Flaw.UTC_OFFSET,
        Flaw.UTF8_NAME,
        Flaw.BMP_NAME,
        Flaw.NAME_TYPE,
    }
)
"""X509Certificate2Collection.ImportFromPemFile: OpenSSL and .NET's own AsnReader in turn."""

BORINGSSL_UNSURE: Final = (
    UNMEASURED
    | _FRAME
    | _LENGTHS
    | _VERSIONS
    | _NO_DER_TIME
    | {Flaw.TRAILING, Flaw.PADDED_SERIAL, Flaw.UTF8_NAME, Flaw.BMP_NAME}
)
"""What BoringSSL does not take, Bun reads no further than."""

BOUNCYCASTLE: Final = (
    _FRAME
    | _VERSIONS
    | {
        Flaw.TRAILING,
        Flaw.PADDED_SERIAL,
        Flaw.REPEATED_EXTENSION,
        Flaw.BASIC_CONSTRAINTS,
        Flaw.EXTRA_CONSTRAINTS,
        Flaw.KEY_USAGE,
        Flaw.NO_TIME,
        Flaw.BMP_NAME,
    }
)
"""org.bouncycastle.jcajce.provider.asymmetric.x509.CertificateFactory."""
