"""What Java prints of chains and handshakes: the JDK, IBM's JDK, Android, BouncyCastle JSSE.

Of the JDK: sun.security.validator, sun.security.provider.certpath, sun.security.ssl.
"""

from typing import Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText, texts

_JAVA: Final = "Java"
_NO_PATH: Final = Cause(
    "no anchor of the store is reached: the pin is outdated, the root is missing, the server "
    "omits an intermediate; or Java reads another store than you think (a mistyped "
    "javax.net.ssl.trustStore falls back to cacerts in silence, jssecacerts shadows cacerts)",
    "check which store is read, then: unpin audit FILE names the pins; add the roots (unpin "
    "catalogue export)",
)
_CHECK_FAILED: Final = Cause(
    "Java found a path to an anchor, and a check of the path failed; the words after the last "
    "colon name the check, and unpin does not know them",
    "unpin rehearse FILE --chain-file with what the server sends",
)
_CONSTRAINTS: Final = Cause(
    "a certificate on the path is signed with SHA-1 or MD5, or has a short key, and "
    "jdk.certpath.disabledAlgorithms or the system's crypto policy forbids it",
    "move to a chain with SHA-256 and keys of 2048 bits or more (Azure: under DigiCert Global "
    "Root G2); do not weaken the policy",
)
_SIGNATURE: Final = Cause(
    "a certificate of the store has the right name and another key, and the server sends its own "
    "root",
    "remove the namesake (unpin audit: lookalike-certificate) and add the real root",
)
_NO_SORTING: Final = "use the PKIX trust manager (the default)"
_CRITICAL: Final = "the client does not know a critical extension of a certificate on the path"

JAVA_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        _JAVA,
        _NO_PATH,
        "PKIX path building failed: ... unable to find valid certification path to requested "
        "target",
        measured=True,
    ),
    *texts(
        _JAVA,
        _NO_PATH,
        "unable to find valid certification path to requested target",
    ),
    *texts(_JAVA, _NO_PATH, "PKIX path building failed", general=True),
    *texts(
        "IBM Java",
        causes.NO_ANCHOR,
        "PKIXCertPathBuilderImpl could not build a valid CertPath",
        "CWPKI0022E: SSL HANDSHAKE FAILURE: A signer with SubjectDN ... was sent from the target "
        "host",
        "CWPKI0823E: SSL HANDSHAKE FAILURE: A signer with SubjectDN",
        "com.ibm.security.cert.IBMCertPathHelper: The certificate issued by ... is not trusted",
        "The certificate issued by ... is not trusted; internal cause is",
    ),
    *texts(
        "Android",
        causes.NO_ANCHOR,
        "Trust anchor for certification path not found",
    ),
    *texts(
        "OkHttp, Android",
        Cause(
            "the program pins certificates in its own code, and the server's chain has none of "
            "them: the pins were not renewed before the rotation",
            "change the pins in the code (CertificatePinner, network_security_config.xml) to "
            "roots, with a spare; the trust store is not the cause",
        ),
        "Certificate pinning failure!",
        "Pin verification failed",
    ),
    *texts(
        "Android",
        causes.EXPIRED_ANYWHERE,
        "CertPathValidatorException: Chain validation failed",
        "ExtCertPathValidatorException: Could not validate certificate: Certificate expired at",
        "ExtCertPathValidatorException: Could not validate certificate: certificate expired on",
    ),
    *texts(
        "OkHttp",
        causes.WRONG_NAME,
        "SSLPeerUnverifiedException: Hostname ... not verified",
    ),
    *texts(
        "Apache HttpClient",
        causes.WRONG_NAME,
        "Certificate for <...> doesn't match any of the subject alternative names",
        "Certificate for <...> doesn't match common name of the certificate subject",
        "hostname in certificate didn't match",
    ),
    *texts(
        _JAVA,
        _CHECK_FAILED,
        "PKIX path validation failed",
        "java.security.cert.CertPathValidatorException",
        general=True,
    ),
    *texts(
        _JAVA,
        causes.NAMESAKE,
        "PKIX path validation failed: ... Path does not chain with any of the trust anchors",
        "Path does not chain with any of the trust anchors",
        measured=True,
    ),
    *texts(
        _JAVA,
        _SIGNATURE,
        "PKIX path validation failed: ... signature check failed",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.EXPIRED_SENT,
        "PKIX path validation failed: ... validity check failed",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.EXPIRED_SENT,
        "validity check failed",
        "timestamp check failed",
        "CertificateExpiredException: NotAfter",
        "Received fatal alert: certificate_expired",
    ),
    *texts(
        _JAVA,
        causes.NOT_YET_VALID,
        "CertificateNotYetValidException: NotBefore",
    ),
    *texts(
        _JAVA,
        causes.REVOCATION_UNKNOWN,
        "Could not determine revocation status",
        "Unable to determine revocation status due to network error",
        "revocation status check failed: no CRL found",
        "Certificate does not specify OCSP responder",
        "No CRL distribution points",
    ),
    *texts(
        _JAVA,
        causes.REVOKED,
        "Certificate has been revoked, reason",
        "CertificateRevokedException",
    ),
    *texts(
        _JAVA,
        causes.PATH_LENGTH,
        "pathLenConstraint violated - this cert must be the last cert in the certification path",
    ),
    *texts(
        _JAVA,
        causes.NOT_A_CA,
        "basic constraints check failed: this is not a CA certificate",
        "CA key usage check failed: keyCertSign bit is not set",
    ),
    *texts(_JAVA, causes.NOT_A_CA, "basic constraints check failed", general=True),
    *texts(
        _JAVA,
        Cause(
            "the certificate in the store that signed the server's certificate is not a CA for "
            "Java (8u391, 11.0.21, 17.0.9, 21 and later ask it of anchors)",
            "have the CA issued anew with BasicConstraints CA:TRUE; unpin audit FILE: not-a-ca",
        ),
        "TrustAnchor with subject ... is not a CA certificate",
    ),
    *texts(
        _JAVA,
        causes.PURPOSE,
        "Extended key usage does not permit use for TLS server authentication",
        "KeyUsage does not allow digital signatures",
        "KeyUsage does not allow key encipherment",
        "KeyUsage does not allow key agreement",
        "Netscape cert type does not permit use for SSL server",
    ),
    *texts(_JAVA, causes.NAME_NOT_ALLOWED, "name constraints check failed"),
    *texts(
        _JAVA,
        Cause(_CRITICAL, causes.UNKNOWN_EXTENSION.remedy),
        "unrecognized critical extension(s)",
        "Certificate contains unsupported critical extensions",
    ),
    *texts(
        _JAVA,
        causes.DISTRUSTED,
        "TLS Server certificate issued after ... and anchored by a distrusted legacy ... root CA",
    ),
    *texts(_JAVA, _CONSTRAINTS, "Certificates do not conform to algorithm constraints"),
    *texts(
        _JAVA,
        _CONSTRAINTS,
        "Algorithm constraints check failed on",
        "Usage constraint TLSServer check failed",
    ),
    *texts(
        "Java with SunX509",
        Cause(
            "no certificate of the store fits the chain as it is sent: SunX509 builds no path",
            "use the PKIX trust manager (the default), or add the issuer of the last certificate "
            "sent",
        ),
        "No trusted certificate found",
        measured=True,
    ),
    *texts(
        "Java with SunX509",
        Cause(
            "the server sends its certificates out of order, which SunX509 does not sort",
            _NO_SORTING,
        ),
        "Certificate chaining error",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.WRONG_ADDRESS,
        "No subject alternative names matching IP address ... found",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.WRONG_NAME,
        "No name matching ... found",
        "No subject alternative DNS name matching ... found",
        "java.security.cert.CertificateException: No subject alternative names present",
    ),
    *texts(
        "BouncyCastle JSSE",
        causes.NO_ANCHOR,
        "No issuer certificate for certificate in certification path found",
        measured=True,
    ),
    *texts(
        "BouncyCastle JSSE",
        causes.NO_ANCHOR,
        "Unable to find certificate chain",
        "org.bouncycastle.tls.TlsFatalAlert: certificate_unknown(46)",
    ),
    *texts(
        _JAVA,
        causes.NO_COMMON_GROUND,
        "Received fatal alert: handshake_failure",
        measured=True,
    ),
    *texts("BouncyCastle JSSE", causes.NO_COMMON_GROUND, "handshake_failure(40)", measured=True),
    *texts(
        _JAVA,
        causes.NO_SUITE,
        "no cipher suites in common",
        "Received fatal alert: insufficient_security",
    ),
    *texts(
        _JAVA,
        causes.OLD_VERSION,
        "Received fatal alert: protocol_version",
        "The server selected protocol version ... is not accepted by client preferences",
        "Client requested protocol ... is not enabled or supported in server context",
        "Server chose ..., but that protocol version is not enabled or not supported by the client",
        "No appropriate protocol (protocol is disabled or cipher suites are inappropriate)",
    ),
    *texts(
        _JAVA,
        causes.PEER_DISTRUSTS,
        "Received fatal alert: certificate_unknown",
        "Received fatal alert: unknown_ca",
        "Received fatal alert: bad_certificate",
    ),
    *texts(
        _JAVA,
        causes.CLIENT_CERTIFICATE,
        "Received fatal alert: certificate_required",
        "null cert chain",
        "Empty client certificate chain",
        "Empty server certificate chain",
    ),
    *texts(
        _JAVA,
        causes.NOT_TLS,
        "Unsupported or unrecognized SSL message",
        "Unrecognized SSL message, plaintext connection?",
        "not an SSL/TLS record",
    ),
    *texts(
        _JAVA,
        causes.CLOSED,
        "Remote host terminated the handshake",
        "Remote host closed connection during handshake",
        "SSL peer shut down incorrectly",
    ),
    *texts(
        "Java: Kafka, Elasticsearch and others",
        Cause(
            "the TLS handshake failed; the exception that caused it says why",
            "read the last 'Caused by:' of the stack trace, and ask unpin explain about it",
        ),
        "org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed",
        "failed authentication due to: SSL handshake failed",
        "javax.net.ssl.SSLHandshakeException",
        "General SSLEngine problem",
        general=True,
    ),
    *texts(
        "Elasticsearch, OpenSearch",
        causes.NO_ANCHOR,
        "failed to establish trust with server at",
        "failed to establish trust with client at",
    ),
    *texts(
        "Apache Kafka clients",
        causes.WRONG_PASSWORD,
        "Failed to load SSL keystore ... of type",
        general=True,
    ),
)
