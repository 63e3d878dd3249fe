"""What the other TLS libraries print: Go, rustls, .NET, GnuTLS, NSS, browsers, Mbed TLS, Erlang."""

from typing import Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText, texts

_GO: Final = "Go: pgx, lib/pq, Docker, Terraform, kubectl ..."
_RUSTLS: Final = "rustls: Deno, uv, reqwest, sqlx, tokio-postgres"
_NET: Final = ".NET: Npgsql, HttpClient ..."
_GNUTLS: Final = "GnuTLS: wget, git on Debian ..."
_NSS: Final = "NSS: Firefox, older curl"
_MBEDTLS: Final = "Mbed TLS"
_CHROMIUM: Final = "Chrome, Edge, Electron"

OTHERS_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        _GO,
        Cause(
            "no anchor is reached, or the file was not parsed and the program ignored the result; "
            '"possibly because of" means a namesake with another key',
            causes.NO_ANCHOR.remedy,
        ),
        "x509: certificate signed by unknown authority",
        measured=True,
    ),
    *texts(
        _GO,
        Cause(
            "the server's certificate, or the only anchor that fits, has expired or is not valid "
            "yet",
            "unpin audit FILE: expired-anchor; check the clock",
        ),
        "x509: certificate has expired or is not yet valid",
        measured=True,
    ),
    *texts(_GO, causes.WRONG_NAME, "x509: certificate is valid for ..., not"),
    *texts(
        _GO, causes.WRONG_NAME, "x509: certificate is not valid for any names, but wanted to match"
    ),
    *texts(
        _GO,
        causes.WRONG_ADDRESS,
        "x509: cannot validate certificate for ... because it doesn't contain any IP SANs",
    ),
    *texts(
        _GO,
        causes.NAME_IN_COMMON_NAME,
        "x509: certificate relies on legacy Common Name field",
    ),
    *texts(
        _GO,
        causes.NOT_A_CA,
        "x509: certificate is not authorized to sign other certificates",
        "x509: invalid signature: parent certificate cannot sign this kind of certificate",
    ),
    *texts(_GO, causes.PATH_LENGTH, "x509: too many intermediates for path length constraint"),
    *texts(_GO, causes.PURPOSE, "x509: certificate specifies an incompatible key usage"),
    *texts(
        _GO,
        causes.WEAK,
        "x509: cannot verify signature: insecure algorithm",
        "certificate signed with insecure algorithm",
    ),
    *texts(_GO, causes.UNKNOWN_EXTENSION, "x509: unhandled critical extension"),
    *texts(
        _GO,
        causes.NAME_NOT_ALLOWED,
        "x509: a root or intermediate certificate is not authorized to sign for this name",
    ),
    *texts(
        _GO,
        Cause(
            "Go finds no roots on this machine: the container image has no ca-certificates",
            "install ca-certificates in the image, or set SSL_CERT_FILE",
        ),
        "x509: failed to load system roots and no roots provided",
    ),
    *texts(
        _GO,
        Cause(
            "Go 1.23 and later refuses a certificate with a negative serial number or with "
            "another malformed field",
            "have the certificate issued anew; unpin audit FILE names the entry",
        ),
        "x509: negative serial number",
        "x509: malformed",
        "x509: invalid",
        "x509: trailing data",
    ),
    *texts(
        _GO,
        causes.NO_CERTIFICATE_IN_FILE,
        "tls: failed to find any PEM data in certificate input",
        "failed to append certs from PEM",
        "failed to append certificate",
        "unable to parse certificates",
    ),
    *texts(
        _GO,
        causes.NO_COMMON_GROUND,
        "remote error: tls: handshake failure",
        measured=True,
    ),
    *texts(
        _GO,
        causes.OLD_VERSION,
        "remote error: tls: protocol version not supported",
        "tls: server selected unsupported protocol version",
        "tls: no supported versions satisfy MinVersion and MaxVersion",
        "tls: client offered only unsupported versions",
    ),
    *texts(_GO, causes.NO_SUITE, "tls: no cipher suite supported by both client and server"),
    *texts(
        _GO,
        causes.PEER_DISTRUSTS,
        "remote error: tls: bad certificate",
        "remote error: tls: unknown certificate",
        "remote error: tls: unknown certificate authority",
    ),
    *texts(
        _GO,
        causes.CLIENT_CERTIFICATE,
        "remote error: tls: certificate required",
        "tls: client didn't provide a certificate",
    ),
    *texts(
        _GO,
        causes.NOT_TLS,
        "tls: first record does not look like a TLS handshake",
        "tls: oversized record received",
        "http: server gave HTTP response to HTTPS client",
    ),
    *texts(
        _RUSTLS,
        Cause(
            "no anchor is reached; rustls never takes a pinned server certificate as an anchor",
            causes.NO_ANCHOR.remedy,
        ),
        "invalid peer certificate: UnknownIssuer",
        measured=True,
    ),
    *texts(_RUSTLS, causes.NAMESAKE, "invalid peer certificate: BadSignature", measured=True),
    *texts(
        _RUSTLS,
        causes.EXPIRED_ANYWHERE,
        "invalid peer certificate: Expired",
        "invalid peer certificate: certificate expired",
        "CertExpired",
    ),
    *texts(
        _RUSTLS,
        causes.NOT_YET_VALID,
        "invalid peer certificate: NotValidYet",
        "invalid peer certificate: certificate not valid yet",
    ),
    *texts(
        _RUSTLS,
        causes.WRONG_NAME,
        "invalid peer certificate: NotValidForName",
        "invalid peer certificate: certificate not valid for name",
    ),
    *texts(
        _RUSTLS,
        Cause(
            "the server's own certificate says that it is a CA (openssl req -x509 makes such "
            "ones), and rustls refuses it as a server's",
            "have a CA issue the server's certificate, with CA:FALSE",
        ),
        "CaUsedAsEndEntity",
    ),
    *texts(
        _RUSTLS,
        Cause(
            "a certificate on the path is of X.509 version 1, which rustls refuses",
            "have it issued anew as version 3, with subjectAltName",
        ),
        "UnsupportedCertVersion",
    ),
    *texts(
        _RUSTLS,
        causes.PURPOSE,
        "invalid peer certificate: InvalidPurpose",
        "RequiredEkuNotFound",
        "certificate does not allow extended key usage for server authentication",
    ),
    *texts(
        _RUSTLS,
        causes.WEAK,
        "UnsupportedSignatureAlgorithm",
    ),
    *texts(_RUSTLS, causes.UNKNOWN_EXTENSION, "UnsupportedCriticalExtension"),
    *texts(_RUSTLS, causes.UNREADABLE_CERTIFICATE, "invalid peer certificate: BadEncoding"),
    *texts(_RUSTLS, causes.REVOKED, "invalid peer certificate: Revoked"),
    *texts(
        _RUSTLS,
        causes.NO_CERTIFICATE_IN_FILE,
        "no native root CA certificates found",
        "no CA certificates found",
        "no root certificates",
    ),
    *texts(
        _RUSTLS,
        causes.NO_COMMON_GROUND,
        "received fatal alert: HandshakeFailure",
        measured=True,
    ),
    *texts(_RUSTLS, causes.OLD_VERSION, "received fatal alert: ProtocolVersion"),
    *texts(
        _RUSTLS,
        causes.PEER_DISTRUSTS,
        "received fatal alert: UnknownCA",
        "received fatal alert: BadCertificate",
        "received fatal alert: CertificateUnknown",
    ),
    *texts(_RUSTLS, causes.CLIENT_CERTIFICATE, "received fatal alert: CertificateRequired"),
    *texts(_RUSTLS, causes.NOT_TLS, "received corrupt message of type InvalidContentType"),
    *texts(
        _NET,
        Cause("the root is missing, or the store holds only a pin", causes.NO_ANCHOR.remedy),
        "PartialChain",
        measured=True,
    ),
    *texts(_NET, causes.ROOT_SENT, "UntrustedRoot", measured=True),
    *texts(
        _NET,
        Cause(
            "a certificate on the path has expired; the client may take the store's copy before "
            "the fresh certificate",
            "unpin audit FILE: shadowing-twin and expired-anchor name what to remove",
        ),
        "NotTimeValid",
        measured=True,
    ),
    *texts(_NET, causes.WRONG_NAME, "RemoteCertificateNameMismatch"),
    *texts(
        _NET,
        causes.REVOCATION_UNKNOWN,
        "RevocationStatusUnknown",
        "OfflineRevocation",
    ),
    *texts(_NET, causes.BAD_SIGNATURE, "NotSignatureValid"),
    *texts(_NET, causes.PURPOSE, "NotValidForUsage"),
    *texts(
        _NET,
        Cause(
            ".NET found no path to a trusted root, or a check of the path failed; the message does "
            "not say which",
            "unpin rehearse FILE --client dotnet",
        ),
        "RemoteCertificateChainErrors",
        "The remote certificate is invalid according to the validation procedure",
        "The remote certificate is invalid because of errors in the certificate chain",
        "The SSL connection could not be established",
        "Could not establish trust relationship for the SSL/TLS secure channel",
        "A call to SSPI failed",
        general=True,
    ),
    *texts(
        _NET,
        causes.NOT_TLS,
        "Cannot determine the frame size or a corrupted frame was received",
        "The handshake failed due to an unexpected packet format",
    ),
    *texts(
        _NET,
        causes.CLOSED,
        "Received an unexpected EOF or 0 bytes from the transport stream",
        "Authentication failed because the remote party has closed the transport stream",
    ),
    *texts(
        _NET,
        causes.OLD_VERSION,
        "the remote party sent a TLS alert: 'ProtocolVersion'",
        "The client and server cannot communicate, because they do not possess a common algorithm",
        "Could not create SSL/TLS secure channel",
    ),
    *texts(
        _NET,
        causes.NO_COMMON_GROUND,
        "the remote party sent a TLS alert: 'HandshakeFailure'",
    ),
    *texts(
        _NET,
        causes.WRONG_PASSWORD,
        "The specified network password is not correct",
        "The certificate data cannot be read with the provided password",
    ),
    *texts(_GNUTLS, causes.NO_ANCHOR, "The certificate issuer is unknown", measured=True),
    *texts(
        _GNUTLS,
        causes.EXPIRED_ANYWHERE,
        "The certificate chain uses expired certificate",
        measured=True,
    ),
    *texts(
        _GNUTLS,
        causes.EXPIRED_ANYWHERE,
        "The certificate has expired",
        "The certificate of ... has expired",
    ),
    *texts(
        _GNUTLS,
        causes.NOT_YET_VALID,
        "The certificate chain uses not yet valid certificate",
        "The certificate is not yet activated",
    ),
    *texts(
        _GNUTLS,
        causes.WRONG_NAME,
        "The name in the certificate does not match the expected",
    ),
    *texts(
        _GNUTLS,
        causes.WEAK,
        "The certificate chain uses insecure algorithm",
    ),
    *texts(_GNUTLS, causes.NOT_A_CA, "The certificate issuer is not a CA"),
    *texts(_GNUTLS, causes.BAD_SIGNATURE, "The signature in the certificate is invalid"),
    *texts(
        _GNUTLS,
        causes.NAME_NOT_ALLOWED,
        "The certificate chain violates the signer's constraints",
    ),
    *texts(_GNUTLS, causes.REVOKED, "The certificate chain is revoked"),
    *texts(
        _GNUTLS,
        Cause(
            "GnuTLS refused the server's certificate; this message does not say why",
            "unpin rehearse FILE --client gnutls",
        ),
        "Error in the certificate verification",
        "The certificate is NOT trusted",
        "The certificate of ... is not trusted",
        "gnutls_handshake() failed",
        general=True,
    ),
    *texts(
        _GNUTLS,
        causes.NO_COMMON_GROUND,
        "A TLS fatal alert has been received",
        measured=True,
    ),
    *texts(
        _GNUTLS,
        causes.OLD_VERSION,
        "A packet with illegal or unsupported version was received",
        "The TLS connection was non-properly terminated ... version",
    ),
    *texts(_GNUTLS, causes.NOT_TLS, "An unexpected TLS packet was received"),
    *texts(
        _GNUTLS,
        causes.CLOSED,
        "The TLS connection was non-properly terminated",
        "Error in the pull function",
    ),
    *texts(_NSS, causes.NO_ANCHOR, "SEC_ERROR_UNKNOWN_ISSUER", measured=True),
    *texts(
        _NSS,
        causes.NO_ANCHOR,
        "Peer's Certificate issuer is not recognized",
        "MOZILLA_PKIX_ERROR_ADDITIONAL_POLICY_CONSTRAINT_FAILED",
    ),
    *texts(
        _NSS,
        Cause(
            "the server sends a root that the database does not trust",
            "check its fingerprint, then trust it",
        ),
        "SEC_ERROR_UNTRUSTED_ISSUER",
        measured=True,
    ),
    *texts(
        _NSS,
        causes.SELF_SIGNED_SERVER,
        "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT",
    ),
    *texts(
        _NSS,
        causes.EXPIRED_ANYWHERE,
        "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE",
        measured=True,
    ),
    *texts(_NSS, causes.EXPIRED_ANYWHERE, "SEC_ERROR_EXPIRED_CERTIFICATE"),
    *texts(_NSS, causes.NOT_A_CA, "SEC_ERROR_CA_CERT_INVALID", "MOZILLA_PKIX_ERROR_CA_CERT_USED"),
    *texts(_NSS, causes.BAD_SIGNATURE, "SEC_ERROR_BAD_SIGNATURE"),
    *texts(
        _NSS,
        causes.WRONG_NAME,
        "SSL_ERROR_BAD_CERT_DOMAIN",
        "requested domain name does not match the server's certificate",
    ),
    *texts(_NSS, causes.OLD_VERSION, "SSL_ERROR_UNSUPPORTED_VERSION", "SSL_ERROR_PROTOCOL_VERSION"),
    *texts(_NSS, causes.NO_SUITE, "SSL_ERROR_NO_CYPHER_OVERLAP"),
    *texts(_NSS, causes.NOT_TLS, "SSL_ERROR_RX_RECORD_TOO_LONG"),
    *texts(_CHROMIUM, causes.NO_ANCHOR, "ERR_CERT_AUTHORITY_INVALID"),
    *texts(_CHROMIUM, causes.WRONG_NAME, "ERR_CERT_COMMON_NAME_INVALID"),
    *texts(
        _CHROMIUM,
        Cause(
            "a certificate on the path has expired, or the clock is wrong",
            "renew the server's certificate; check the clock",
        ),
        "ERR_CERT_DATE_INVALID",
    ),
    *texts(_CHROMIUM, causes.WEAK, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM"),
    *texts(_CHROMIUM, causes.REVOKED, "ERR_CERT_REVOKED"),
    *texts(
        _CHROMIUM,
        causes.OLD_VERSION,
        "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    ),
    *texts(
        _MBEDTLS,
        causes.NO_ANCHOR,
        "The certificate is not correctly signed by the trusted CA",
        measured=True,
    ),
    *texts(
        _MBEDTLS,
        Cause(
            "the certificate could not be verified; the message does not say why",
            "unpin rehearse FILE --client mbedtls",
        ),
        "Certificate verification failed, e.g. CRL, CA or signature check failed",
        general=True,
    ),
    *texts(
        "wolfSSL",
        causes.NO_ANCHOR,
        "ASN no signer error to confirm failure",
    ),
    *texts("wolfSSL", causes.BAD_SIGNATURE, "ASN sig error, confirm failure"),
    *texts("wolfSSL", causes.EXPIRED_ANYWHERE, "ASN date error, current date after"),
    *texts("wolfSSL", causes.WRONG_NAME, "peer subject name mismatch"),
    *texts(
        "Erlang, Elixir: RabbitMQ, Postgrex",
        causes.NO_ANCHOR,
        "Fatal - Unknown CA",
        "tls_alert,{unknown_ca",
        "Authenticity is not established by certificate path validation",
    ),
    *texts(
        "Erlang, Elixir: RabbitMQ, Postgrex",
        causes.WRONG_NAME,
        "hostname_check_failed",
    ),
    *texts(
        "macOS, iOS",
        causes.NO_ANCHOR,
        "errSSLXCertChainInvalid",
        "NSURLErrorServerCertificateUntrusted",
    ),
)
