"""The rules of GnuTLS."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.model.encoding_faults import FaultKind, PemReader
from unpin.pki.certificate_features import BASIC_EXTENSIONS, Oddity
from unpin.pki.clients.rules import (
    ClientRules,
    FileReading,
    Flag,
    Loading,
    Model,
    StoreLoading,
)
from unpin.pki.encoding_flaws import (
    LOCAL_TIME_FLAWS,
    Flaw,
)
from unpin.pki.name_flaws import NameFlaw
from unpin.pki.path_validation.requirements import (
    CERT_SIGN,
    NIST_CURVES,
    PSS_KEYS,
    SHA2,
    SIGN,
    TLS_KEYS,
    CaCriterion,
    CertificateRequirements,
    Enforced,
    PathRequirements,
)
from unpin.pki.pss import PssKind
from unpin.pki.verdict import Reason

_UNREAD_NAMES: Final = frozenset(
    {NameFlaw.NO_DNS_NAME, NameFlaw.NO_ADDRESS, NameFlaw.X400, NameFlaw.MALFORMED}
)
_EVERYWHERE: Final = CertificateRequirements(
    known_extensions=BASIC_EXTENSIONS
    | {
        oids.CERTIFICATE_POLICIES,
        oids.INHIBIT_ANY_POLICY,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.ISSUER_ALT_NAME,
        oids.AUTHORITY_INFO_ACCESS,
    },
    fatal_extensions=frozenset({oids.TLS_FEATURE}),
    directory_names=Enforced.UNSURE,
    rsa_bits=range(1024, 16385),
    curves=NIST_CURVES | PSS_KEYS | {"P-192", "P-224", "Ed448"},
    unsure=frozenset({Oddity.ENCODING}),
    unread_names=_UNREAD_NAMES,
)
_DIGESTS: Final = SHA2 | {"SHA224", "DSA", "Ed448", PssKind.REWRITTEN}
_ANCHOR: Final = replace(
    _EVERYWHERE,
    ca=CaCriterion.NOT_DENIED,
    key_usage=CERT_SIGN,
    path_length=Enforced.YES,
    name_constraints=Enforced.YES,
)
_SERVER: Final = replace(
    _EVERYWHERE,
    key_usage=SIGN,
    extended_key_usage=frozenset({oids.SERVER_AUTH, oids.ANY_EXTENDED_KEY_USAGE}),
    unsure=frozenset({Oddity.ENCODING}),
)

_REQUIREMENTS: Final = PathRequirements(
    server=replace(_SERVER, digests=_DIGESTS),
    intermediate=replace(
        _ANCHOR,
        ca=CaCriterion.STATED,
        extended_key_usage=frozenset({oids.SERVER_AUTH, oids.NETSCAPE_SERVER_GATED_CRYPTO}),
        digests=_DIGESTS,
    ),
    anchor=_ANCHOR,
    pinned=_SERVER,
    counts_self_issued=True,
)
"""lib/x509/verify.c with the priorities NORMAL (verification profile LOW)."""

_REFUSED: Final = LOCAL_TIME_FLAWS | {
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

_READING: Final = FileReading(
    readers=(PemReader.GNUTLS,),
    refuses=frozenset(
        {
            FaultKind.UTF_16,
            FaultKind.TRUSTED_CERTIFICATE,
            FaultKind.BYTES_AFTER_CERTIFICATE,
            FaultKind.BLOCK_HEADERS,
            FaultKind.MISSING_PADDING,
            FaultKind.DER,
            FaultKind.PKCS7,
        }
    ),
    ignores=frozenset({FaultKind.MIXED_ENCODING, FaultKind.BER_CERTIFICATE}),
    unsure_of=frozenset(),
)

_CONSTRAINTS: Final = "The certificate chain violates the signer's constraints."

_ERRORS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "No certificate was found.",
        Reason.SERVER_KEY: "A TLS fatal alert has been received",
        Reason.NO_ANCHOR: "The certificate issuer is unknown.",
        Reason.BAD_SIGNATURE: "The signature in the certificate is invalid.",
        Reason.EXPIRED: "The certificate chain uses expired certificate.",
        Reason.NOT_YET_VALID: "The certificate chain uses not yet valid certificate.",
        Reason.PATH_LENGTH: _CONSTRAINTS,
        Reason.NOT_A_CA: "The certificate issuer is not a CA.",
        Reason.NO_CERT_SIGN: _CONSTRAINTS,
        Reason.UNREAD: "Error in the certificate.",
        Reason.KEY_USAGE: "Key usage violation in certificate has been detected.",
        Reason.PURPOSE: "The certificate chain does not match the intended purpose.",
        Reason.NAME_CONSTRAINTS: _CONSTRAINTS,
        Reason.WEAK_SIGNATURE: "The certificate chain uses insecure algorithm.",
        Reason.WEAK_KEY: "The certificate chain uses insecure algorithm.",
        Reason.CRITICAL_EXTENSION: "The certificate contains an unknown critical extension.",
    }
)

_OTHER_ERRORS: Final = MappingProxyType({Reason.BAD_SIGNATURE: "The certificate is NOT trusted."})
"""GnuTLS adds nothing if the key cannot have made the signature."""

GNUTLS: Final = ClientRules(
    ident="gnutls",
    title="GnuTLS",
    who="gnutls-cli, wget, OpenLDAP and others of Debian",
    source="measured: GnuTLS 3.7.9 gnutls-cli",
    model=Model.GNUTLS,
    flags=frozenset({Flag.READS_WHAT_IS_SENT, Flag.READS_THE_STORE}),
    requirements=_REQUIREMENTS,
    loading=StoreLoading(Loading.REFUSES, _REFUSED),
    reading=_READING,
    errors=_ERRORS,
    other_errors=_OTHER_ERRORS,
    server_curves=TLS_KEYS,
)
