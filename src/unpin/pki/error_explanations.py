"""Explain what clients print when they refuse a chain or a file: the cause and the remedy.

Measured on loopback in November 2026 (docs/clients.md has the versions), except where `measured`
is False: those were read in the client's source or in public reports. "..." stands for whatever
the client puts there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from unpin.pki.clients import CLIENTS
from unpin.pki.path_validation.strict import StrictRequirement


@dataclass(frozen=True, slots=True)
class ErrorText:
    """One text: who prints it, the likely cause, what to do."""

    text: str
    client: str
    cause: str
    remedy: str
    measured: bool = True

    @property
    def fragments(self) -> tuple[str, ...]:
        """The parts that are always there, folded for comparison, in their order."""
        return tuple(part for piece in self.text.split("...") if (part := _folded(piece)))


_AUDIT: Final = "unpin audit FILE names the pins; add the roots (unpin catalogue export)"
_PLAIN: Final = "write the file again as plain PEM; unpin audit FILE names the fault"

_READ: Final = frozenset({StrictRequirement.EXPLICIT_CURVE, StrictRequirement.SUBJECT})
"""Requirements with which no path of the tests fails first; their texts were read in OpenSSL."""


def _strict_texts() -> Iterator[ErrorText]:
    """What strict verification prints, but for a text that OpenSSL prints without it as well."""
    for requirement in StrictRequirement:
        if requirement is StrictRequirement.NOT_A_CA:
            continue
        yield ErrorText(
            requirement,
            "OpenSSL (strict): Python from 3.13, openssl verify -x509_strict",
            f"a certificate on the path has {requirement.fault}; RFC 5280 forbids that, and only "
            "strict verification minds (ssl.VERIFY_X509_STRICT, in Python's default context from "
            "3.13)",
            _ISSUE_SERVERS if requirement is StrictRequirement.AUTHORITY_KEY_ID else _ISSUE_CA,
            measured=requirement not in _READ,
        )


_ISSUE_CA: Final = (
    "have the certificate issued anew with the same name and key: unpin audit --client "
    "openssl-strict FILE names those of the store (nonconforming-anchor), unpin rehearse "
    "--chain-file those that the server sends"
)
_ISSUE_SERVERS: Final = (
    "the store is not at fault: have the certificate of the server or its intermediate issued anew "
    "with authorityKeyIdentifier=keyid; unpin rehearse --chain-file FILE names it"
)

ERROR_TEXTS: Final = (
    ErrorText(
        "PKIX path building failed: ... unable to find valid certification path to requested "
        "target",
        "Java",
        "no anchor of the store is reached: the pin is outdated, the root is missing, the server "
        "omits an intermediate; or Java reads another store than you think (a mistyped "
        "javax.net.ssl.trustStore falls back to cacerts in silence, jssecacerts shadows cacerts)",
        f"check which store is read, then: {_AUDIT}",
    ),
    ErrorText(
        "PKIX path validation failed: ... Path does not chain with any of the trust anchors",
        "Java",
        "the store has the issuer's name with another key",
        "remove the namesake (unpin audit: lookalike-certificate) and add the real root",
    ),
    ErrorText(
        "PKIX path validation failed: ... signature check failed",
        "Java",
        "a certificate of the store has the right name and another key, and the server sends its "
        "own root",
        "remove the namesake (unpin audit: lookalike-certificate) and add the real root",
    ),
    ErrorText(
        "PKIX path validation failed: ... validity check failed",
        "Java",
        "a certificate that the server sends has expired; never one of the store",
        "renew the server's certificate",
    ),
    ErrorText(
        "the trustAnchors parameter must be non-empty",
        "Java",
        "the store gives no anchor: it is empty, a PKCS12 is read without its password, or its "
        "certificates lack the trusted-key-usage attribute (made with openssl pkcs12 -nokeys)",
        "give javax.net.ssl.trustStorePassword; unpin audit FILE says invisible-to-java",
    ),
    ErrorText(
        "problem accessing trust store",
        "Java",
        "the password is wrong, or the file is not a key store (PEM and JCEKS are refused)",
        "check the password and the type: unpin list FILE",
    ),
    ErrorText(
        "keystore password was incorrect",
        "keytool, Java",
        "the password of a PKCS12 store is wrong; or it is right, and Java cannot read one of the "
        "certificates",
        "give the right one with --password-file; unpin audit FILE names what Java does not read",
    ),
    ErrorText(
        "Keystore was tampered with, or password was incorrect",
        "keytool, Java",
        "the password of a JKS store is wrong, or its bytes were changed",
        "unpin list FILE without a password shows what is in it, unchecked",
    ),
    ErrorText(
        "Input not an X.509 certificate",
        "keytool",
        "the file is a bundle, has a byte order mark, or is an HTML page",
        _PLAIN,
    ),
    ErrorText(
        "No trusted certificate found",
        "Java with SunX509",
        "no certificate of the store fits the chain as it is sent: SunX509 builds no path",
        "use the PKIX trust manager (the default), or add the issuer of the last certificate sent",
    ),
    ErrorText(
        "Certificate chaining error",
        "Java with SunX509",
        "the server sends its certificates out of order, which SunX509 does not sort",
        "use the PKIX trust manager (the default)",
    ),
    ErrorText(
        "Certificates do not conform to algorithm constraints",
        "Java",
        "a certificate on the path is signed with SHA-1 or MD5, or has a short key, and "
        "jdk.certpath.disabledAlgorithms or the system's crypto policy forbids it",
        "move to the chain under DigiCert Global Root G2; do not weaken the policy",
        measured=False,
    ),
    ErrorText(
        "Could not open SSL root certificate file ...",
        "pgJDBC",
        "sslmode verify-ca or verify-full (ssl=true) without a root file: pgJDBC does not read "
        "cacerts on its own",
        "set sslrootcert, or sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
    ),
    ErrorText(
        "Loading the SSL root certificate ... failed",
        "pgJDBC",
        "the root file cannot be parsed: a private key in it, a byte order mark, a broken block",
        _PLAIN,
    ),
    ErrorText(
        "The hostname ... could not be verified by hostnameverifier PgjdbcHostnameVerifier",
        "pgJDBC",
        "the server's certificate does not bear the name that is dialled; not the store",
        "dial the server's name, or use verify-ca",
    ),
    ErrorText(
        "No issuer certificate for certificate in certification path found",
        "BouncyCastle JSSE",
        "no anchor of the store is reached",
        _AUDIT,
    ),
    ErrorText(
        "SSL error: certificate verify failed",
        "libpq: psql, psycopg",
        "any of OpenSSL's reasons below, which libpq hides",
        "unpin rehearse FILE shows OpenSSL's own reason",
    ),
    ErrorText(
        "no pg_hba.conf entry for host ..., no encryption",
        "libpq",
        "TLS failed against a root.crt that is stale, and with sslmode prefer (or none) libpq "
        "tried again in clear text",
        "repair or remove ~/.postgresql/root.crt and PGSSLROOTCERT: unpin audit finds them",
    ),
    ErrorText(
        "could not read root certificate file ...: no certificate or crl found",
        "libpq",
        "the root file is empty, DER, PKCS7, UTF-16 or an HTML page",
        _PLAIN,
    ),
    ErrorText(
        "could not read root certificate file ...: bad end line",
        "libpq",
        "two blocks were joined without a line end between them",
        _PLAIN,
    ),
    ErrorText(
        "could not read root certificate file ...: PEM lib",
        "libpq",
        "a block holds no base64: for example the placeholder of a guide",
        _PLAIN,
    ),
    ErrorText(
        "could not read root certificate file ...: wrong tag",
        "libpq",
        "a block is broken",
        _PLAIN,
    ),
    ErrorText(
        "could not read root certificate file ...: nested asn1 error",
        "libpq",
        "OpenSSL cannot read one of the certificates, and refuses them all",
        "unpin audit FILE names the entry (unreadable-entry)",
    ),
    ErrorText(
        "root certificate file ... does not exist",
        "libpq",
        "sslmode verify-ca or verify-full without a root file; sslrootcert=system needs libpq 16",
        "set sslrootcert to a bundle of roots",
    ),
    ErrorText(
        "weak sslmode ... may not be used with sslrootcert=system",
        "libpq 16 and later",
        "sslrootcert=system demands verify-full",
        "set sslmode=verify-full",
    ),
    ErrorText(
        "server certificate for ... does not match host name",
        "libpq",
        "the server's certificate does not bear the name that is dialled; not the store",
        "dial the server's name, or use verify-ca",
    ),
    ErrorText(
        "unable to get local issuer certificate",
        "OpenSSL (20), Node (UNABLE_TO_GET_ISSUER_CERT_LOCALLY), Python, curl",
        "nothing in the store signed the last certificate sent: the root is missing or in a file "
        "that could not be parsed, or the server omits an intermediate",
        _AUDIT,
    ),
    ErrorText(
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        "Node",
        "nothing in the store signed the last certificate sent; Node also says so when it ignored "
        "a file that is not plain PEM",
        f"{_AUDIT}; encoding-fault says whether Node reads the file",
    ),
    ErrorText(
        "unable to get issuer certificate",
        "OpenSSL (2), Node and Bun (UNABLE_TO_GET_ISSUER_CERT)",
        "an intermediate of the store was taken, and its own issuer is not in the store: a pin, or "
        "an orphan beside good roots",
        "remove the intermediate (unpin audit: orphan-intermediate) and have the root in the store",
    ),
    ErrorText(
        "key usage does not include certificate signing",
        "OpenSSL (32), Node",
        "a CA on the path has a keyUsage without keyCertSign, or is no CA at all; Node names the "
        "last fault of a path, the other clients of OpenSSL the first, invalid CA certificate",
        "have that CA's certificate issued anew; unpin rehearse --chain-file FILE names it",
    ),
    ErrorText(
        "unable to verify the first certificate",
        "OpenSSL (21), Node, Bun",
        "the path stopped at the server's certificate: the server sends no intermediates, or "
        "nothing in the store signed it",
        "have the server send its chain; unpin rehearse --chain-file FILE with what it sends",
    ),
    ErrorText(
        "self-signed certificate in certificate chain",
        "OpenSSL (19), Node (SELF_SIGNED_CERT_IN_CHAIN)",
        "the server sends a root that the store does not have",
        "check its fingerprint (unpin list), then add it",
    ),
    ErrorText(
        "self-signed certificate",
        "OpenSSL (18), Node (DEPTH_ZERO_SELF_SIGNED_CERT)",
        "the server's certificate is self-signed, and not in the store",
        "check its fingerprint (unpin list), then add it, or have a CA issue one",
    ),
    ErrorText(
        "self signed certificate in certificate chain",
        "OpenSSL up to 1.1.1, BoringSSL",
        "the server sends a root that the store does not have",
        "check its fingerprint (unpin list), then add it",
    ),
    ErrorText(
        "certificate has expired",
        "OpenSSL (10), Node (CERT_HAS_EXPIRED), rustls, curl",
        "the server's certificate, or a copy in the store that is taken before the fresh one sent",
        "unpin audit FILE: shadowing-twin and expired-anchor name what to remove",
    ),
    ErrorText(
        "x509: certificate signed by unknown authority",
        "Go",
        "no anchor is reached, or the file was not parsed and the program ignored the result; "
        '"possibly because of" means a namesake with another key',
        _AUDIT,
    ),
    ErrorText(
        "x509: certificate has expired or is not yet valid",
        "Go",
        "the server's certificate, or the only anchor that fits",
        "unpin audit FILE: expired-anchor",
    ),
    ErrorText(
        "couldn't parse pem in sslrootcert",
        "Go lib/pq",
        "no CERTIFICATE block in the file: DER, a byte order mark, UTF-16",
        _PLAIN,
    ),
    ErrorText(
        "unable to add CA to cert pool",
        "Go pgx",
        "no CERTIFICATE block in the file: DER, a byte order mark, UTF-16",
        _PLAIN,
    ),
    ErrorText(
        "invalid peer certificate: UnknownIssuer",
        "rustls: Deno, uv, reqwest",
        "no anchor is reached; a pinned server certificate is never one for rustls",
        _AUDIT,
    ),
    ErrorText(
        "invalid peer certificate: BadSignature",
        "rustls: Deno, uv, reqwest",
        "a certificate of the store has the right name and another key",
        "remove the namesake (unpin audit: lookalike-certificate)",
    ),
    ErrorText(
        "PartialChain",
        ".NET",
        "the root is missing, or the store holds only a pin",
        _AUDIT,
    ),
    ErrorText(
        "UntrustedRoot",
        ".NET",
        "the server sends a root that the store does not have",
        "check its fingerprint (unpin list), then add it",
    ),
    ErrorText(
        "NotTimeValid",
        ".NET",
        "a certificate on the path has expired; the store's copy may be taken before the fresh one",
        "unpin audit FILE: shadowing-twin and expired-anchor name what to remove",
    ),
    ErrorText(
        "The remote certificate was rejected by the provided RemoteCertificateValidationCallback",
        ".NET: Npgsql",
        "the root file given is incomplete: from Npgsql 10 on it is the only source of roots",
        _AUDIT,
    ),
    ErrorText(
        "The certificate issuer is unknown",
        "GnuTLS",
        "no anchor is reached",
        _AUDIT,
    ),
    ErrorText(
        "The certificate chain uses expired certificate",
        "GnuTLS",
        "the anchor, or a certificate sent, has expired",
        "unpin audit FILE: expired-anchor",
    ),
    ErrorText(
        "SEC_ERROR_UNKNOWN_ISSUER",
        "NSS",
        "no anchor is reached",
        _AUDIT,
    ),
    ErrorText(
        "SEC_ERROR_UNTRUSTED_ISSUER",
        "NSS",
        "the server sends a root that the database does not trust",
        "check its fingerprint, then trust it",
    ),
    ErrorText(
        "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE",
        "NSS",
        "an issuer on the path has expired",
        "unpin audit FILE: expired-anchor",
    ),
    ErrorText(
        "The certificate is not correctly signed by the trusted CA",
        "Mbed TLS",
        "no anchor is reached",
        _AUDIT,
    ),
    ErrorText(
        "broker certificate could not be verified, verify that ssl.ca.location is correctly "
        "configured",
        "librdkafka",
        "any of OpenSSL's reasons",
        "unpin rehearse FILE shows OpenSSL's own reason",
        measured=False,
    ),
    ErrorText(
        "No subject alternative names matching IP address ... found",
        "Java",
        "the server is dialled by an address that its certificate does not bear",
        "dial the server's name",
    ),
    *_strict_texts(),
    *(
        ErrorText(
            text,
            client,
            "client and server have no TLS version, cipher suite or curve in common; or the client "
            "offers no handshake for the server's key (DSA, or a curve other than P-256, P-384 and "
            "P-521); or the server wants a client certificate. The trust store is not the cause",
            "compare both sides: openssl s_client -connect HOST:PORT -showcerts; unpin rehearse "
            "--chain-file judges the server's key",
        )
        for text, client in (
            ("alert handshake failure", "OpenSSL (psql, Python, curl, Node ...)"),
            ("Received fatal alert: handshake_failure", "Java"),
            ("remote error: tls: handshake failure", "Go"),
            ("received fatal alert: HandshakeFailure", "rustls"),
            ("handshake_failure(40)", "BouncyCastle JSSE"),
            ("A TLS fatal alert has been received", "GnuTLS"),
        )
    ),
)


def explain_text(said: str) -> tuple[ErrorText, ...]:
    """The texts that `said`, a client's message or a piece of one, may be; the closest first.

    A text fits where all its fragments stand in `said` in their order, or where `said` is itself
    a piece of the text.
    """
    folded = _folded(said)
    if not folded:
        return ()
    whole = [text for text in ERROR_TEXTS if _contains(folded, text.fragments)]
    if whole:
        return tuple(sorted(whole, key=lambda text: -sum(map(len, text.fragments))))
    if len(folded) < _SHORTEST:
        return ()
    pieces = [text for text in ERROR_TEXTS if any(folded in part for part in text.fragments)]
    return tuple(pieces) or tuple(_from_the_rules(folded))


_SHORTEST: Final = 6
"""Fewest characters of a piece that is looked for inside the texts."""


def _from_the_rules(folded: str) -> Iterator[ErrorText]:
    """What the rules of a client family print for one of the reasons, and no other table has."""
    for client in CLIENTS:
        last = () if client.last_errors is None else client.last_errors.errors.items()
        for reason, text in (*client.errors.items(), *client.other_errors.items(), *last):
            if _folded(text) in folded:
                yield ErrorText(text, client.title, reason.sentence, "see unpin rehearse FILE")


def _contains(text: str, fragments: tuple[str, ...]) -> bool:
    start = 0
    for fragment in fragments:
        found = text.find(fragment, start)
        if found < 0:
            return False
        start = found + len(fragment)
    return True


def _folded(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .:")
