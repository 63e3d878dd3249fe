"""The causes that several clients have a text for."""

from typing import Final

from unpin.pki.error_texts.model import Cause

_AUDIT: Final = "unpin audit FILE names the pins; add the roots (unpin catalogue export)"
_PLAIN: Final = "unpin audit FILE names the fault; unpin convert FILE -o new.pem writes plain PEM"
_DOCTOR: Final = "unpin doctor CONFIG says which file the client reads, and by which setting"
_CHECK: Final = "check its fingerprint (unpin list), then add it"
_DIAL: Final = "connect to a name that the certificate has; the trust store is not the cause"

NO_ANCHOR: Final = Cause("the client finds no path to a trust anchor of the store", _AUDIT)
NO_LOCAL_ISSUER: Final = Cause(
    "nothing in the store signed the last certificate sent: the root is missing or in a file "
    "that could not be parsed, or the server omits an intermediate",
    f"{_AUDIT}; unpin probe --store FILE HOST:PORT tells the two apart",
)
PIN_WITHOUT_ROOT: Final = Cause(
    "an intermediate of the store was taken, and its own issuer is not in the store: a pin, or "
    "an orphan beside good roots",
    "remove the intermediate (unpin audit: orphan-intermediate) and have the root in the store",
)
LEAF_ALONE: Final = Cause(
    "the path stopped at the server's certificate: the server sends no intermediates, or "
    "nothing in the store signed it",
    "have the server send its chain; unpin rehearse --chain-file FILE with what it sends",
)
ROOT_SENT: Final = Cause(
    "the server, or a proxy between that inspects TLS, sends a root that the store does not have",
    _CHECK,
)
SELF_SIGNED_SERVER: Final = Cause(
    "the server's certificate is self-signed, and not in the store",
    f"{_CHECK}, or have a CA issue the server's certificate",
)
NAMESAKE: Final = Cause(
    "a certificate of the store has the name of the issuer and another key",
    "remove the namesake (unpin audit: lookalike-certificate) and add the real root",
)
EXPIRED: Final = Cause(
    "the server's certificate has expired, or a copy in the store that is taken before the fresh "
    "certificate sent",
    "unpin audit FILE: shadowing-twin and expired-anchor name what to remove; if they name "
    "nothing, the server needs a new certificate",
)
EXPIRED_SENT: Final = Cause(
    "a certificate that the server sends has expired; the text never means an entry of the store",
    "renew the server's certificate; check the clock of the client",
)
EXPIRED_ANYWHERE: Final = Cause(
    "a certificate on the path has expired: the server's, an intermediate or the anchor",
    "unpin audit FILE: expired-anchor; if it names nothing, the server needs a new certificate",
)
NOT_YET_VALID: Final = Cause(
    "a certificate on the path is not valid yet; often the clock of the client is wrong",
    "check the clock; unpin audit FILE: not-yet-valid-anchor",
)
WRONG_NAME: Final = Cause(
    "the server's certificate does not have the name that the client connects to", _DIAL
)
WRONG_ADDRESS: Final = Cause(
    "the client connects to an IP address that the server's certificate does not have", _DIAL
)
NAME_IN_COMMON_NAME: Final = Cause(
    "the server's certificate has its name in the common name alone; the client reads only "
    "subjectAltName",
    "have the certificate issued anew with subjectAltName; the trust store is not the cause",
)
REVOKED: Final = Cause(
    "the CA revoked a certificate on the path",
    "have the server's owner get a new certificate; do not work around it",
)
REVOCATION_UNKNOWN: Final = Cause(
    "the client checks revocation, and got no answer: no CRL or OCSP server was reached",
    "let the client reach the CA's CRL and OCSP addresses, or change its revocation setting; the "
    "trust store is not the cause",
)
NOT_A_CA: Final = Cause(
    "a certificate that signed another certificate on the path is not a CA, or says so nowhere "
    "(BasicConstraints)",
    "unpin audit FILE: not-a-ca; have the CA issued anew with CA:TRUE",
)
PATH_LENGTH: Final = Cause(
    "more CAs stand below a CA than its path length allows",
    "have the CA issued anew with another pathLenConstraint, or the server's certificate by "
    "another CA",
)
TOO_LONG: Final = Cause(
    "the server sends more certificates than the client takes",
    "have the server send its own certificate and the intermediates alone",
)
PURPOSE: Final = Cause(
    "the key usage or the extended key usage of a certificate on the path does not allow TLS "
    "servers",
    "have the certificate issued anew with the extended key usage serverAuth",
)
NAME_NOT_ALLOWED: Final = Cause(
    "a CA on the path may not sign for this name (nameConstraints)",
    "have the server's certificate issued by a CA that may sign for its name",
)
UNKNOWN_EXTENSION: Final = Cause(
    "a certificate on the path has a critical extension that the client does not know",
    "have the certificate issued anew without it",
)
BAD_SIGNATURE: Final = Cause(
    "the signature of a certificate on the path does not fit the key of its issuer: a CA in the "
    "store has the right name and another key, or a certificate was changed",
    "unpin audit FILE: lookalike-certificate; unpin rehearse FILE --chain-file with what the "
    "server sends",
)
WEAK: Final = Cause(
    "a certificate on the path has a short key or an old signature (SHA-1, MD5), and the "
    "security level or the crypto policy of the client forbids it",
    "move to a chain with SHA-256 and keys of 2048 bits or more; do not weaken the policy",
)
DISTRUSTED: Final = Cause(
    "the client distrusts what this CA issued after a date, although the CA is in the store",
    "have the server's certificate issued by another CA",
)
NOT_TRUSTED_FOR_SERVERS: Final = Cause(
    "the trust settings of the certificate in the store do not allow servers (a TRUSTED "
    "CERTIFICATE block, openssl x509 -addtrust or -addreject)",
    "unpin list FILE shows the settings; add the certificate as a plain CERTIFICATE block",
)
NO_CERTIFICATE_IN_FILE: Final = Cause(
    "the client finds no PEM certificate in the file: it is empty, DER, PKCS7, UTF-16, an HTML "
    "page, or a file of another kind",
    _PLAIN,
)
BROKEN_PEM: Final = Cause("a PEM block of the file is broken", _PLAIN)
GLUED_PEM: Final = Cause("two blocks were joined without a line end between them", _PLAIN)
NO_BASE64: Final = Cause("a block holds no base64: for example the placeholder of a guide", _PLAIN)
UNREADABLE_CERTIFICATE: Final = Cause(
    "the client cannot read one of the certificates, and refuses the file",
    "unpin audit FILE names the entry (unreadable-entry); unpin convert --skip-unreadable FILE "
    "-o new.pem leaves it out",
)
NO_SUCH_FILE: Final = Cause(
    "the file that the setting names is not there, or the client may not read it",
    f"check the path as the client's user: unpin list FILE; {_DOCTOR}",
)
NO_COMMON_GROUND: Final = Cause(
    "client and server have no TLS version, cipher suite or curve in common; or the client "
    "offers no handshake for the server's key (DSA, or a curve other than P-256, P-384 and "
    "P-521); or the server wants a client certificate. The trust store is not the cause",
    "compare both sides: unpin probe HOST:PORT shows the server's TLS versions, and whether it "
    "asks for a client certificate; with --store FILE it judges the server's key",
)
OLD_VERSION: Final = Cause(
    "client and server have no TLS version in common: most often the client knows no TLS 1.2, or "
    "the server speaks only TLS 1.0 or 1.1, which the client forbids. The trust store is not the "
    "cause",
    "update the older side; unpin probe HOST:PORT shows the TLS versions that the server accepts",
)
NO_SUITE: Final = Cause(
    "client and server have no cipher suite in common. The trust store is not the cause",
    "compare both sides: unpin probe HOST:PORT names the cipher suites that the server accepts",
)
NOT_TLS: Final = Cause(
    "what answers does not speak TLS there: a plain-text port, a proxy, or a protocol that "
    "starts TLS only when asked (PostgreSQL, MySQL, SMTP, LDAP). The trust store is not the cause",
    "check host and port: unpin probe HOST:PORT, with --starttls postgres where PostgreSQL listens "
    "on another port than 5432",
)
CLOSED: Final = Cause(
    "the other side closed the connection during the handshake, without a reason: a firewall or "
    "proxy, a server without TLS on this port, or TLS versions that do not fit",
    "unpin probe HOST:PORT shows how far the handshake gets; look into the log of the server",
)
PEER_DISTRUSTS: Final = Cause(
    "the other side refused the certificate of this side. In a client's log the server does not "
    "trust the client certificate; in a server's log the client does not trust the server, and "
    "the client's own log says why",
    "look into the log of the side that refused; audit the store of that side: unpin audit FILE",
)
CLIENT_CERTIFICATE: Final = Cause(
    "the server wants a client certificate, and the client sent none. The trust store is not the "
    "cause",
    "give the client its certificate and key (sslcert and sslkey, javax.net.ssl.keyStore)",
)
NO_TLS_AT_SERVER: Final = Cause(
    "the server has TLS turned off, or a pooler or proxy between has. The trust store is not the "
    "cause",
    "turn TLS on at the server (PostgreSQL: ssl=on) and at the proxy, or connect to the server "
    "itself; unpin probe HOST:PORT asks again",
)
TLS_DEMANDED: Final = Cause(
    "the server takes only connections with TLS, and the client asked for none",
    "set sslmode=verify-full (PostgreSQL) or VERIFY_IDENTITY (MySQL) with the roots of the "
    "provider; unpin doctor CONFIG says what the settings of now do",
)
WRONG_PASSWORD: Final = Cause(
    "the password of the key store is wrong, or the file was changed",
    "give the right password with --password-file: unpin list FILE; without a password unpin "
    "shows what is in the store, unchecked",
)
KEY_PASSWORD: Final = Cause(
    "a private key in the store has another password; often it differs from the password of the "
    "store",
    "give the key's own password (keytool: -keypass), or give both the same password",
)
EMPTY_TRUST_STORE: Final = Cause(
    "the store gives no anchor: it is empty, a PKCS12 is read without its password, or its "
    "certificates lack the trusted-key-usage attribute (made with openssl pkcs12 -nokeys)",
    "give javax.net.ssl.trustStorePassword; unpin audit FILE says invisible-to-java",
)
NOT_A_KEY_STORE: Final = Cause(
    "the file is not a key store of the type that Java was told: PEM, an HTML page, base64 or a "
    "Git LFS pointer, or a store that a text tool changed (resource filtering of Maven or Gradle, "
    "copy and paste)",
    "unpin list FILE says what the file is; unpin convert FILE -o new.p12 makes a key store of "
    "it; keep filters away from binary files",
)
CUT_OFF: Final = Cause(
    "the file ends too early: it is empty, or was cut off while it was copied",
    "copy the file again; unpin list FILE says how far it can be read",
)
ALIAS_EXISTS: Final = Cause(
    "the store already has an entry with this alias, and keytool does not replace a certificate",
    "choose another alias with -alias, or remove the old entry: keytool -delete -alias ALIAS; "
    "unpin list FILE shows what it holds",
)
OLD_JAVA: Final = Cause(
    "this Java is too old for the algorithms that protect the PKCS12: AES with HmacPBESHA256 "
    "needs Java 8u301, 11.0.12 or later",
    "update Java, or write the store for old versions: unpin convert FILE -o new.p12 --scheme "
    "jdk8; unpin list FILE says which versions open it",
)
PBMAC1_UNKNOWN: Final = Cause(
    "the MAC of the PKCS12 is PBMAC1 (RFC 9579, openssl pkcs12 -pbmac1_pbkdf2), which no Java up "
    "to 25 knows",
    "write the store with a MAC that Java knows: unpin convert FILE -o new.p12, with --keys for "
    "its keys",
)
NO_ALGORITHM_FOR_KEY: Final = Cause(
    "the provider that reads the PKCS12 (BouncyCastle, Android) lacks the algorithm that encrypts "
    "its private key: an old version lacks AES with HMAC-SHA-256, FIPS mode lacks RC2 and 3DES",
    "unpin list FILE names the algorithms; update the provider, or write the store with others: "
    "unpin convert FILE --keys -o new.p12, with --scheme jdk8 for an old version",
)
FORBIDDEN_ALGORITHM: Final = Cause(
    "the security provider of this program (OpenSSL 3, FIPS mode, BouncyCastle FIPS) does not "
    "have the old algorithm that protects the PKCS12 (RC2, 3DES, SHA-1)",
    "write the store with new algorithms: unpin fix --upgrade-protection --write FILE, or unpin "
    "convert FILE -o new.p12",
)
HIDDEN_REASON: Final = Cause(
    "the client checked the server's certificate, and hides the reason why it failed",
    "unpin rehearse FILE shows the reason of this client family",
)
SETTING: Final = Cause(
    "a setting has a value that the client does not know",
    "check its spelling: unpin doctor CONFIG names the setting and what the client makes of it",
)
