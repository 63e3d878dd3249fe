"""What OpenSSL and the programs that use it print: Python, Node, curl, PHP, Ruby, wget.

Of OpenSSL: crypto/x509/x509_txt.c, crypto/pem/pem_err.c, ssl/ssl_err.c.
"""

from collections.abc import Iterator
from typing import Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText, texts
from unpin.pki.path_validation.strict import StrictRequirement

_OPENSSL: Final = "OpenSSL: psql, Python, Node, curl ..."
_NODE: Final = "Node, Bun, Deno's npm programs"
_PYTHON: Final = "Python"

_READ: Final = frozenset({StrictRequirement.EXPLICIT_CURVE, StrictRequirement.SUBJECT})
"""Requirements with which no path of the tests fails first; their texts were read in OpenSSL."""

_ISSUE_CA: Final = (
    "have the certificate issued anew with the same name and key: unpin audit --client "
    "openssl-strict FILE names those of the store (nonconforming-anchor), unpin rehearse "
    "--chain-file those that the server sends"
)
_ISSUE_SERVERS: Final = (
    "the store is not at fault: have the certificate of the server or its intermediate issued anew "
    "with authorityKeyIdentifier=keyid; unpin rehearse --chain-file FILE names it"
)


def _strict_texts() -> Iterator[ErrorText]:
    """What strict verification prints, but for a text that OpenSSL prints without it as well."""
    for requirement in StrictRequirement:
        if requirement is StrictRequirement.NOT_A_CA:
            continue
        cause = Cause(
            f"a certificate on the path has {requirement.fault}; RFC 5280 forbids that, and only "
            "strict verification minds (ssl.VERIFY_X509_STRICT, in Python's default context from "
            "3.13)",
            _ISSUE_SERVERS if requirement is StrictRequirement.AUTHORITY_KEY_ID else _ISSUE_CA,
        )
        yield ErrorText(
            requirement,
            "OpenSSL (strict): Python from 3.13, openssl verify -x509_strict",
            cause,
            measured=requirement not in _READ,
        )


OPENSSL_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        "OpenSSL (20): psql, Python, Node, curl ...",
        causes.NO_LOCAL_ISSUER,
        "unable to get local issuer certificate",
        measured=True,
    ),
    *texts(
        _NODE,
        Cause(
            f"{causes.NO_LOCAL_ISSUER.sentence}; Node also says so when it ignored a file that is "
            "not plain PEM",
            f"{causes.NO_LOCAL_ISSUER.remedy}; encoding-fault says whether Node reads the file",
        ),
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        measured=True,
    ),
    *texts(
        "OpenSSL (2): psql, Python, Node, curl ...",
        causes.PIN_WITHOUT_ROOT,
        "unable to get issuer certificate",
        measured=True,
    ),
    *texts(_NODE, causes.PIN_WITHOUT_ROOT, "UNABLE_TO_GET_ISSUER_CERT"),
    *texts(
        "OpenSSL (21): Node, Bun, openssl s_client",
        causes.LEAF_ALONE,
        "unable to verify the first certificate",
        measured=True,
    ),
    *texts(_NODE, causes.LEAF_ALONE, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    *texts(
        "OpenSSL (19): psql, Python, Node, curl ...",
        causes.ROOT_SENT,
        "self-signed certificate in certificate chain",
        measured=True,
    ),
    *texts(_NODE, causes.ROOT_SENT, "SELF_SIGNED_CERT_IN_CHAIN"),
    *texts(
        "OpenSSL (18): psql, Python, Node, curl ...",
        causes.SELF_SIGNED_SERVER,
        "self-signed certificate",
        measured=True,
    ),
    *texts(_NODE, causes.SELF_SIGNED_SERVER, "DEPTH_ZERO_SELF_SIGNED_CERT"),
    *texts(
        "OpenSSL (10): psql, Python, Node, curl ...; rustls",
        causes.EXPIRED,
        "certificate has expired",
        measured=True,
    ),
    *texts(_NODE, causes.EXPIRED, "CERT_HAS_EXPIRED"),
    *texts(_OPENSSL, causes.NOT_YET_VALID, "certificate is not yet valid"),
    *texts(_NODE, causes.NOT_YET_VALID, "CERT_NOT_YET_VALID"),
    *texts(
        _OPENSSL,
        causes.NOT_A_CA,
        "invalid CA certificate",
    ),
    *texts(
        "OpenSSL (32), Node",
        Cause(
            "a CA on the path has a keyUsage without keyCertSign, or is no CA at all; Node names "
            "the last fault of a path, the other clients of OpenSSL the first, invalid CA "
            "certificate",
            "have that CA's certificate issued anew; unpin rehearse --chain-file FILE names it",
        ),
        "key usage does not include certificate signing",
        measured=True,
    ),
    *texts(_NODE, causes.NOT_A_CA, "INVALID_CA"),
    *texts(_OPENSSL, causes.PATH_LENGTH, "path length constraint exceeded"),
    *texts(_NODE, causes.PATH_LENGTH, "PATH_LENGTH_EXCEEDED"),
    *texts(_OPENSSL, causes.TOO_LONG, "certificate chain too long"),
    *texts(_NODE, causes.TOO_LONG, "CERT_CHAIN_TOO_LONG"),
    *texts(
        _OPENSSL,
        causes.PURPOSE,
        "unsuitable certificate purpose",
        "unsupported certificate purpose",
    ),
    *texts(_NODE, causes.PURPOSE, "INVALID_PURPOSE"),
    *texts(
        _OPENSSL,
        causes.NOT_TRUSTED_FOR_SERVERS,
        "certificate not trusted",
        "certificate rejected",
        "root CA not marked as trusted for specified purpose",
    ),
    *texts(_NODE, causes.NOT_TRUSTED_FOR_SERVERS, "CERT_UNTRUSTED", "CERT_REJECTED"),
    *texts(_OPENSSL, causes.BAD_SIGNATURE, "certificate signature failure"),
    *texts(_NODE, causes.BAD_SIGNATURE, "CERT_SIGNATURE_FAILURE"),
    *texts(
        _OPENSSL,
        causes.WEAK,
        "CA certificate key too weak",
        "EE certificate key too weak",
        "CA signature digest algorithm too weak",
        "ca md too weak",
        "ca key too small",
        "ee key too small",
    ),
    *texts(_OPENSSL, causes.REVOKED, "certificate revoked", "CERT_REVOKED"),
    *texts(
        _OPENSSL,
        causes.REVOCATION_UNKNOWN,
        "unable to get certificate CRL",
        "UNABLE_TO_GET_CRL",
        "CRL has expired",
        "CRL is not yet valid",
    ),
    *texts(
        _OPENSSL,
        causes.NAME_NOT_ALLOWED,
        "permitted subtree violation",
        "excluded subtree violation",
    ),
    *texts(_OPENSSL, causes.UNKNOWN_EXTENSION, "unhandled critical extension"),
    *texts(
        _OPENSSL,
        causes.WRONG_NAME,
        "hostname mismatch",
        "Hostname mismatch, certificate is not valid for",
        "certificate verify failed: Hostname mismatch",
        "SSL: no alternative certificate subject name matches target",
        "SSL: certificate subject name ... does not match target",
        "no alternative certificate subject name matches",
    ),
    *texts(
        _OPENSSL,
        causes.WRONG_ADDRESS,
        "IP address mismatch",
        "IP address mismatch, certificate is not valid for",
    ),
    *texts(
        _NODE,
        causes.WRONG_NAME,
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "Hostname/IP does not match certificate's altnames",
        "Hostname/IP doesn't match certificate's altnames",
        "is not in the cert's altnames",
        "is not cert's CN",
    ),
    *texts(
        _PYTHON,
        causes.WRONG_NAME,
        "hostname ... doesn't match",
        "doesn't match either of",
    ),
    *_strict_texts(),
    *texts(
        _OPENSSL,
        Cause(
            "OpenSSL refused the server's certificate; the words after this text say why, and "
            "unpin does not know the words of this message",
            "unpin probe HOST:PORT --store FILE, with the file that the client reads, names the "
            "reason",
        ),
        "certificate verify failed",
        "CERTIFICATE_VERIFY_FAILED",
        "server certificate verification failed",
        "SSL certificate problem",
        "SSL peer certificate or SSH remote key was not OK",
        general=True,
    ),
    *texts(
        _OPENSSL,
        causes.NO_CERTIFICATE_IN_FILE,
        "no certificate or crl found",
        "NO_CERTIFICATE_OR_CRL_FOUND",
        "no start line",
        "NO_START_LINE",
        "not enough data: cadata does not contain a certificate",
    ),
    *texts(
        _OPENSSL,
        causes.BROKEN_PEM,
        "bad base64 decode",
        "BAD_BASE64_DECODE",
        "PEM_read_bio:bad base64",
        "PEM routines::bad end line",
        "PEM routines:PEM_read_bio:bad end line",
        "PEM routines:get_name:bad end line",
        "PEM routines:get_header_and_data:bad end line",
        "PEM routines::short header",
        "PEM routines::not proc type",
        "BAD_END_LINE",
    ),
    *texts(
        _PYTHON,
        causes.BROKEN_PEM,
        "[SSL] PEM lib",
        "[X509] PEM lib",
        "[X509: PEM_LIB] PEM lib",
    ),
    *texts(
        _OPENSSL,
        causes.UNREADABLE_CERTIFICATE,
        "asn1 encoding routines::wrong tag",
        "asn1 encoding routines::header too long",
        "asn1 encoding routines::too long",
        "asn1 encoding routines::not enough data",
        "asn1 encoding routines::nested asn1 error",
        "asn1 encoding routines:asn1_check_tlen:wrong tag",
        "asn1 encoding routines:asn1_get_object:header too long",
        "asn1 encoding routines:ASN1_get_object:too long",
    ),
    *texts(
        _NODE,
        Cause(
            "Node ignores the file of NODE_EXTRA_CA_CERTS: it is not there, Node may not read it, "
            "or it has no PEM certificate; Node then trusts its own roots alone",
            "check the path; unpin audit FILE names a fault of its encoding",
        ),
        "Ignoring extra certs from",
    ),
    *texts(
        "curl (77), PHP",
        Cause(
            "the CA file or folder is not there, or has no certificate that curl can read",
            "check the path (--cacert, CURL_CA_BUNDLE, curl.cainfo); unpin audit FILE names a "
            "fault of the file",
        ),
        "error setting certificate verify locations",
        "error setting certificate file",
        "curl: (77)",
        "cURL error 77",
        "Problem with the SSL CA cert (path? access rights?)",
        "error adding trust anchors from file",
    ),
    *texts(
        "PHP",
        causes.NO_CERTIFICATE_IN_FILE,
        "failed loading cafile stream",
        "failed to load CA file",
    ),
    *texts(
        "PHP", causes.NO_CERTIFICATE_IN_FILE, "no valid certs found cafile stream", measured=True
    ),
    *texts("PHP", causes.WRONG_NAME, "Peer certificate CN=... did not match expected CN="),
    *texts(
        "Python requests, pip",
        causes.NO_SUCH_FILE,
        "Could not find a suitable TLS CA certificate bundle, invalid path",
    ),
    *texts(
        "wget, git with GnuTLS or OpenSSL",
        causes.NO_ANCHOR,
        "Unable to locally verify the issuer's authority",
        "server certificate verification failed. CAfile:",
        "doesn't have a known issuer",
        "Self-signed certificate encountered",
    ),
    *texts(
        "wget",
        causes.WRONG_NAME,
        "certificate common name ... doesn't match requested host name",
        "no certificate subject alternative name matches",
        "The certificate's owner does not match hostname",
    ),
    *texts(
        "OpenSSL (psql, Python, curl, Node ...)",
        causes.NO_COMMON_GROUND,
        "alert handshake failure",
        measured=True,
    ),
    *texts(_OPENSSL, causes.NO_COMMON_GROUND, "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    *texts(
        _OPENSSL,
        causes.OLD_VERSION,
        "alert protocol version",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "unsupported protocol",
        "UNSUPPORTED_PROTOCOL",
        "version too low",
        "no protocols available",
        "NO_PROTOCOLS_AVAILABLE",
        "unsupported ssl version",
    ),
    *texts(
        _OPENSSL,
        causes.NO_SUITE,
        "no shared cipher",
        "NO_SHARED_CIPHER",
        "no ciphers available",
        "NO_CIPHERS_AVAILABLE",
        "no cipher match",
        "NO_CIPHER_MATCH",
        "alert insufficient security",
    ),
    *texts(
        _OPENSSL,
        Cause(
            "the server's key exchange is too weak for this client (a Diffie-Hellman group of 1024 "
            "bits). The trust store is not the cause",
            "have the server use ECDHE, or a group of 2048 bits",
        ),
        "dh key too small",
        "DH_KEY_TOO_SMALL",
    ),
    *texts(
        _OPENSSL,
        Cause(
            "the server does not know secure renegotiation (RFC 5746), which OpenSSL 3 demands. "
            "The trust store is not the cause",
            "update the server, or the TLS proxy before it",
        ),
        "unsafe legacy renegotiation disabled",
        "UNSAFE_LEGACY_RENEGOTIATION_DISABLED",
    ),
    *texts(
        _OPENSSL,
        causes.NOT_TLS,
        "wrong version number",
        "WRONG_VERSION_NUMBER",
        "packet length too long",
        "PACKET_LENGTH_TOO_LONG",
        "unknown protocol",
        "SSL routines:ssl3_get_record:http request",
        "record layer failure",
    ),
    *texts(
        _OPENSSL,
        causes.CLOSED,
        "unexpected eof while reading",
        "UNEXPECTED_EOF_WHILE_READING",
        "EOF occurred in violation of protocol",
        "SSL_ERROR_SYSCALL in connection to",
        "Client network socket disconnected before secure TLS connection was established",
        "SSL SYSCALL error: EOF detected",
        "SSL SYSCALL error: Connection reset by peer",
    ),
    *texts(
        _OPENSSL,
        causes.PEER_DISTRUSTS,
        "alert unknown ca",
        "alert bad certificate",
        "alert certificate unknown",
        "TLSV1_ALERT_UNKNOWN_CA",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    ),
    *texts(
        _OPENSSL,
        Cause(
            "the other side refused the certificate of this side, because it has expired",
            "renew the certificate of this side",
        ),
        "alert certificate expired",
    ),
    *texts(
        _OPENSSL,
        causes.CLIENT_CERTIFICATE,
        "alert certificate required",
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "peer did not return a certificate",
        "PEER_DID_NOT_RETURN_A_CERTIFICATE",
    ),
    *texts(
        _OPENSSL,
        Cause(
            "the private key does not belong to the client's certificate",
            "give the key and the certificate that belong together",
        ),
        "key values mismatch",
        "KEY_VALUES_MISMATCH",
    ),
    *texts(
        _OPENSSL,
        Cause(
            "the password of the private key is wrong",
            "give the password of the key (sslpassword); the trust store is not the cause",
        ),
        "bad decrypt",
        "BAD_DECRYPT",
        "bad password read",
    ),
    *texts(
        "OpenSSL: openssl pkcs12, Python, Node",
        causes.WRONG_PASSWORD,
        "mac verify failure",
        "Mac verify error: invalid password?",
        "Invalid password or PKCS12 data",
    ),
    *texts(
        "OpenSSL 3",
        causes.FORBIDDEN_ALGORITHM,
        "Algorithm (RC2-40-CBC",
        "unsupported:Global default library context, Algorithm",
        "inner_evp_generic_fetch:unsupported",
        "ERR_OSSL_EVP_UNSUPPORTED",
        "Unsupported PKCS12 PFX data",
    ),
    *texts(
        _OPENSSL,
        causes.NO_SUCH_FILE,
        "BIO routines:file_ctrl:system lib",
        "load_verify_locations ... No such file or directory",
        "ENOENT: no such file or directory, open '....pem'",
        "ENOENT: no such file or directory, open '....crt'",
        "ENOENT: no such file or directory, open '....cer'",
    ),
)
