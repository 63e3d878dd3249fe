"""What each family of clients prints for each Reason, as far as it was measured.

Where a text names the certificate or the name concerned, the part before or after it stands here.
"""

from types import MappingProxyType
from typing import Final

from unpin.pki.failure_reasons import Reason

_PKIX_BUILDING: Final = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
_PKIX_VALIDATION: Final = (
    "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
)
_PEER: Final = "invalid peer certificate: "
_GNUTLS_CONSTRAINTS: Final = "The certificate chain violates the signer's constraints."

OPENSSL: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no certificate or crl found",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self-signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
        Reason.NOT_YET_VALID: "certificate is not yet valid",
        Reason.BAD_SIGNATURE: "certificate signature failure",
        Reason.TOO_LONG: "certificate chain too long",
        Reason.PATH_LENGTH: "path length constraint exceeded",
        Reason.NOT_A_CA: "invalid CA certificate",
        Reason.NO_CERT_SIGN: "invalid CA certificate",
        Reason.KEY_USAGE: "unsuitable certificate purpose",
        Reason.PURPOSE: "unsuitable certificate purpose",
        Reason.NAME_CONSTRAINTS: "subtree violation",
        Reason.WEAK_SIGNATURE: "CA signature digest algorithm too weak",
        Reason.WEAK_KEY: "certificate key too weak",
        Reason.CRITICAL_EXTENSION: "unhandled critical extension",
    }
)

JAVA: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "the trustAnchors parameter must be non-empty",
        Reason.NO_ANCHOR: _PKIX_BUILDING,
        Reason.NAME_ONLY: _PKIX_VALIDATION + "Path does not chain with any of the trust anchors",
        Reason.BAD_SIGNATURE: _PKIX_VALIDATION + "signature check failed",
        Reason.EXPIRED: _PKIX_VALIDATION + "validity check failed",
        Reason.NOT_YET_VALID: _PKIX_VALIDATION + "validity check failed",
        Reason.PATH_LENGTH: _PKIX_VALIDATION
        + "basic constraints check failed: pathLenConstraint violated",
        Reason.NOT_A_CA: "is not a CA certificate",
        Reason.NO_CERT_SIGN: "keyCertSign bit",
        Reason.KEY_USAGE: "KeyUsage does not allow digital signatures",
        Reason.PURPOSE: "Extended key usage does not permit use for TLS server authentication",
        Reason.NAME_CONSTRAINTS: _PKIX_VALIDATION + "name constraints check failed",
        Reason.WEAK_SIGNATURE: _PKIX_VALIDATION + "Algorithm constraints check failed",
        Reason.WEAK_KEY: "PKIX path validation failed",
        Reason.CRITICAL_EXTENSION: _PKIX_VALIDATION + "unrecognized critical extension(s)",
        Reason.TOO_LONG: "exceeds the maximum allowed length (10)",
        Reason.DISTRUSTED: "TLS Server certificate issued after",
    }
)

JAVA_SUNX509: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "No trusted certificate found",
        Reason.NO_ANCHOR: "No trusted certificate found",
        Reason.DISORDER: "Certificate chaining error",
        Reason.BAD_SIGNATURE: "Certificate signature validation failed",
        Reason.EXPIRED: "java.security.cert.CertificateExpiredException",
        Reason.NOT_YET_VALID: "java.security.cert.CertificateNotYetValidException",
        Reason.PATH_LENGTH: "Violated path length constraints",
        Reason.NOT_A_CA: "End user tried to act as a CA",
        Reason.NO_CERT_SIGN: "Wrong key usage: expected keyCertSign",
        Reason.KEY_USAGE: "KeyUsage does not allow digital signatures",
        Reason.PURPOSE: "Extended key usage does not permit use for TLS server authentication",
        Reason.WEAK_SIGNATURE: "Certificate signature algorithm disabled",
        Reason.WEAK_KEY: "Certificate signature",
        Reason.CRITICAL_EXTENSION: "critical extensions",
        Reason.TOO_LONG: "exceeds the maximum allowed length (10)",
        Reason.DISTRUSTED: "TLS Server certificate issued after",
    }
)

GO: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "x509: certificate signed by unknown authority",
        Reason.NO_ANCHOR: "x509: certificate signed by unknown authority",
        Reason.NAME_ONLY: "x509: certificate signed by unknown authority",
        Reason.EXPIRED: "x509: certificate has expired or is not yet valid",
        Reason.NOT_YET_VALID: "x509: certificate has expired or is not yet valid",
        Reason.PATH_LENGTH: "x509: too many intermediates for path length constraint",
        Reason.NOT_A_CA: "x509: certificate is not authorized to sign other certificates",
        Reason.NO_CERT_SIGN: "x509: certificate signed by unknown authority",
        Reason.PURPOSE: "x509: certificate specifies an incompatible key usage",
        Reason.NAME_CONSTRAINTS: (
            "x509: a root or intermediate certificate is not authorized to sign for this name"
        ),
        Reason.WEAK_SIGNATURE: "x509: certificate signed by unknown authority",
        Reason.WEAK_KEY: "x509: certificate signed by unknown authority",
        Reason.CRITICAL_EXTENSION: "x509: unhandled critical extension",
    }
)

RUSTLS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "invalid peer certificate: UnknownIssuer",
        Reason.NO_ANCHOR: "invalid peer certificate: UnknownIssuer",
        Reason.NAME_ONLY: "invalid peer certificate: BadSignature",
        Reason.EXPIRED: "invalid peer certificate: certificate expired",
        Reason.NOT_YET_VALID: "invalid peer certificate: certificate not valid yet",
        Reason.PATH_LENGTH: f"{_PEER}Other(OtherError(PathLenConstraintViolated))",
        Reason.NOT_A_CA: f"{_PEER}Other(OtherError(EndEntityUsedAsCa))",
        Reason.SERVER_IS_A_CA: f"{_PEER}Other(OtherError(CaUsedAsEndEntity))",
        Reason.PURPOSE: f"{_PEER}Other(OtherError(EkuError))",
        Reason.NAME_CONSTRAINTS: f"{_PEER}Other(OtherError(NameConstraintViolation))",
        Reason.CRITICAL_EXTENSION: f"{_PEER}Other(OtherError(UnsupportedCriticalExtension))",
        Reason.TOO_LONG: f"{_PEER}Other(OtherError(MaximumPathDepthExceeded))",
    }
)

GNUTLS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "No certificate was found.",
        Reason.NO_ANCHOR: "The certificate issuer is unknown.",
        Reason.EXPIRED: "The certificate chain uses expired certificate.",
        Reason.NOT_YET_VALID: "The certificate chain uses not yet valid certificate.",
        Reason.PATH_LENGTH: _GNUTLS_CONSTRAINTS,
        Reason.NOT_A_CA: "The certificate issuer is not a CA.",
        Reason.NO_CERT_SIGN: _GNUTLS_CONSTRAINTS,
        Reason.KEY_USAGE: "Key usage violation in certificate has been detected.",
        Reason.PURPOSE: "The certificate chain does not match the intended purpose.",
        Reason.NAME_CONSTRAINTS: _GNUTLS_CONSTRAINTS,
        Reason.WEAK_SIGNATURE: "The certificate chain uses insecure algorithm.",
        Reason.WEAK_KEY: "The certificate chain uses insecure algorithm.",
        Reason.CRITICAL_EXTENSION: "The certificate contains an unknown critical extension.",
    }
)

DOTNET: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "PartialChain: unable to get local issuer certificate",
        Reason.NO_ANCHOR: "PartialChain: unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: ("PartialChain: unable to get local issuer certificate"),
        Reason.UNKNOWN_ROOT: "UntrustedRoot: self-signed certificate in certificate chain",
        Reason.EXPIRED: "NotTimeValid: certificate has expired",
    }
)

BORINGSSL: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "Invalid CA",
        Reason.NO_ANCHOR: "unable to get local issuer certificate",
        Reason.STORE_ISSUER_MISSING: "unable to get issuer certificate",
        Reason.UNKNOWN_ROOT: "self signed certificate in certificate chain",
        Reason.EXPIRED: "certificate has expired",
    }
)

NSS: Final = MappingProxyType(
    {
        Reason.NO_ANCHOR: "SEC_ERROR_UNKNOWN_ISSUER",
        Reason.NAME_ONLY: "SEC_ERROR_UNKNOWN_ISSUER",
        Reason.EXPIRED: "SEC_ERROR_EXPIRED_CERTIFICATE",
    }
)

BOUNCYCASTLE: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "no PKIXBuilderParameters available",
        Reason.NO_ANCHOR: ("No issuer certificate for certificate in certification path found."),
        Reason.EXPIRED: "Certification path could not be validated.",
    }
)

MBEDTLS: Final = MappingProxyType(
    {
        Reason.EMPTY_STORE: "X509 - The CRT/CRL/CSR format is invalid",
        Reason.NO_ANCHOR: "The certificate is not correctly signed by the trusted CA",
        Reason.EXPIRED: "The certificate validity has expired",
    }
)

WOLFSSL: Final = MappingProxyType(
    {
        Reason.NO_ANCHOR: "-188 certificate verify failed",
        Reason.NAME_ONLY: "-188 certificate verify failed",
        Reason.EXPIRED: "-151 ASN date error, current date after",
    }
)
