"""What database clients and drivers print around the texts of their TLS library."""

from typing import Final

from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText, texts

_LIBPQ: Final = "libpq: psql, psycopg"
_MYSQL: Final = "MySQL and MariaDB clients"
_SQL_SERVER: Final = "SqlClient, ODBC driver for SQL Server"

DATABASES_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        _LIBPQ,
        Cause(
            "OpenSSL refused the server's certificate, and libpq hides the reason",
            "unpin rehearse FILE shows OpenSSL's own reason",
        ),
        "SSL error: certificate verify failed",
        measured=True,
    ),
    *texts(
        "libpq, pgJDBC and other PostgreSQL drivers",
        Cause(
            "the connection came without TLS, and the server takes only TLS. Either sslmode is "
            "disable (or the driver's default is); or TLS failed first, against a root.crt that "
            "is outdated, and with sslmode prefer (or none) libpq tried again in clear text: the "
            "line before then names the TLS error",
            "set sslmode=verify-full with the right roots; repair or remove "
            "~/.postgresql/root.crt and PGSSLROOTCERT: unpin audit FILE; unpin doctor says which "
            "of them the client reads",
        ),
        "no pg_hba.conf entry for host ..., no encryption",
        measured=True,
    ),
    *texts(
        "libpq, pgJDBC and other PostgreSQL drivers",
        Cause(
            "the connection came without TLS (PostgreSQL up to 13 says SSL off), and the server "
            "takes only TLS: sslmode is disable, or TLS failed first and libpq tried again in "
            "clear text",
            "set sslmode=verify-full with the right roots; repair or remove "
            "~/.postgresql/root.crt and PGSSLROOTCERT: unpin audit FILE; unpin doctor says which "
            "of them the client reads",
        ),
        "no pg_hba.conf entry for host ..., SSL off",
    ),
    *texts(
        "PostgreSQL",
        Cause(
            "TLS works, and the server does not let this address, user or database in: a firewall "
            "rule, or pg_hba.conf. The trust store is not the cause",
            "add the address to the firewall rules of the server or to pg_hba.conf",
        ),
        "no pg_hba.conf entry for host ..., SSL on",
        "no pg_hba.conf entry for host ..., SSL encryption",
    ),
    *texts(
        "Azure Database",
        causes.TLS_DEMANDED,
        "SSL connection is required. Please specify SSL options and retry",
        "Connections using insecure transport are prohibited",
        "require_secure_transport=ON",
        "TLS connection is required",
    ),
    *texts(
        _LIBPQ,
        causes.NO_CERTIFICATE_IN_FILE,
        "could not read root certificate file ...: no certificate or crl found",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        causes.GLUED_PEM,
        "could not read root certificate file ...: bad end line",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        causes.NO_BASE64,
        "could not read root certificate file ...: PEM lib",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        causes.BROKEN_PEM,
        "could not read root certificate file ...: wrong tag",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        Cause(
            "OpenSSL cannot read one of the certificates, and refuses them all",
            "unpin audit FILE names the entry (unreadable-entry)",
        ),
        "could not read root certificate file ...: nested asn1 error",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        causes.UNREADABLE_CERTIFICATE,
        "could not read root certificate file",
        general=True,
    ),
    *texts(
        _LIBPQ,
        Cause(
            "sslmode verify-ca or verify-full without a root file; sslrootcert=system needs libpq "
            "16",
            "set sslrootcert to a bundle of roots",
        ),
        "root certificate file ... does not exist",
        measured=True,
    ),
    *texts(
        "libpq 16 and later",
        Cause("sslrootcert=system demands verify-full", "set sslmode=verify-full"),
        "weak sslmode ... may not be used with sslrootcert=system",
        measured=True,
    ),
    *texts(
        _LIBPQ,
        Cause(causes.WRONG_NAME.sentence, "connect to the server's name, or use verify-ca"),
        "server certificate for ... does not match host name",
        measured=True,
    ),
    *texts(
        "PostgreSQL drivers",
        causes.NO_TLS_AT_SERVER,
        "server does not support SSL, but SSL was required",
        "The server does not support SSL connections",
        "The server does not support SSL",
        "SSL is not enabled on the server",
        "server refused TLS connection",
        "No SSL enabled connection from this host is configured",
        "PostgreSQL server at ... rejected SSL upgrade",
        "server does not support TLS",
        "server does not support SSL",
    ),
    *texts(
        _LIBPQ,
        causes.SETTING,
        "invalid sslmode value",
        "Invalid value for sslmode",
        "invalid ssl_min_protocol_version value",
    ),
    *texts(
        "PostgreSQL",
        causes.CLIENT_CERTIFICATE,
        "connection requires a valid client certificate",
    ),
    *texts(
        _LIBPQ,
        Cause(
            "others may read the private key of the client, or the user of the client does not own "
            "it",
            "chmod 600 the key file (chown to the user that runs the client)",
        ),
        "has group or world access",
        "private key file ... must be owned by the current user or root",
    ),
    *texts(
        _LIBPQ,
        causes.NO_SUCH_FILE,
        "could not open certificate file",
        "certificate present, but not private key file",
        "could not load private key file",
    ),
    *texts(
        "pgJDBC",
        Cause(
            "sslmode verify-ca or verify-full (ssl=true) without a root file: pgJDBC does not read "
            "cacerts on its own",
            "set sslrootcert, or sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        ),
        "Could not open SSL root certificate file ...",
        measured=True,
    ),
    *texts(
        "pgJDBC",
        Cause(
            "the root file cannot be parsed: a private key in it, a byte order mark, a broken "
            "block",
            causes.BROKEN_PEM.remedy,
        ),
        "Loading the SSL root certificate ... failed",
        measured=True,
    ),
    *texts(
        "pgJDBC",
        Cause(causes.WRONG_NAME.sentence, "connect to the server's name, or use verify-ca"),
        "The hostname ... could not be verified",
        measured=True,
    ),
    *texts(
        _MYSQL,
        Cause(
            "the handshake failed; the words after the last colon say why, and unpin does not "
            "know them",
            "unpin rehearse FILE --chain-file with what the server sends",
        ),
        "SSL connection error",
        "TLS/SSL error",
        "Cannot connect to MySQL by using SSL",
        general=True,
    ),
    *texts(
        _MYSQL,
        causes.HIDDEN_REASON,
        "Validation of SSL server certificate failed",
        "Certificate signature check failed",
        "Certificate verification failure",
        "SSL certificate validation failure",
    ),
    *texts(
        _MYSQL,
        causes.OLD_VERSION,
        "SSL connection error: protocol version mismatch",
        "TLS version is invalid",
    ),
    *texts(
        _MYSQL,
        causes.NO_TLS_AT_SERVER,
        "SSL is required but the server doesn't support it",
        "SSL is required, but the server does not support it",
        "SSL Connection required, but not provided by server",
        "SSL connection required, but not supported by server",
        "Server does not support secure connection",
    ),
    *texts(
        _MYSQL,
        causes.NO_CERTIFICATE_IN_FILE,
        "SSL connection error: SSL_CTX_set_default_verify_paths failed",
        "SSL connection error: Failed to set ssl CA",
    ),
    *texts(
        "MySQL Connector/J",
        Cause(
            "the trust store of the connection cannot be used: the path, the type or the password "
            "is wrong",
            "unpin list FILE; check trustCertificateKeyStoreUrl, -Type and -Password",
        ),
        "Cannot open file:",
        "Could not load truststore key store from",
    ),
    *texts(
        _SQL_SERVER,
        causes.NO_ANCHOR,
        "The certificate chain was issued by an authority that is not trusted",
        "A certificate chain could not be built to a trusted root authority",
        "SEC_E_UNTRUSTED_ROOT",
        "CERT_TRUST_IS_UNTRUSTED_ROOT",
        "A certificate chain processed, but terminated in a root certificate which is not trusted",
    ),
    *texts(
        _SQL_SERVER,
        causes.WRONG_NAME,
        "The target principal name is incorrect",
        "The certificate's CN name does not match the passed value",
        "Failed to validate the server name",
        "does not match the name in the certificate",
        "The specified hostname was not present in the certificate",
        "SEC_E_WRONG_PRINCIPAL",
    ),
    *texts(
        _SQL_SERVER,
        Cause(
            "the driver compares the server's certificate with one file (ServerCertificate): a pin "
            "that breaks at each renewal of the server's certificate",
            "trust the root instead: drop ServerCertificate and use Encrypt=Strict or Mandatory "
            "with the machine's roots",
        ),
        "The server certificate does not match the provided certificate",
        "does not match the certificate provided in the ServerCertificate",
    ),
    *texts(
        _SQL_SERVER,
        causes.EXPIRED_ANYWHERE,
        "The received certificate has expired",
        "SEC_E_CERT_EXPIRED",
    ),
    *texts(
        "Schannel: curl, .NET and ODBC on Windows",
        causes.REVOCATION_UNKNOWN,
        "CRYPT_E_NO_REVOCATION_CHECK",
        "CRYPT_E_REVOCATION_OFFLINE",
        "The revocation function was unable to check revocation",
    ),
    *texts(
        "JDBC driver for SQL Server",
        Cause(
            "the driver could not set up TLS; the words after Error: say why",
            "ask unpin explain about the words after Error:",
        ),
        "The driver could not establish a secure connection to SQL Server by using Secure Sockets "
        "Layer",
        general=True,
    ),
    *texts(
        "Oracle client",
        Cause(
            "the wallet has no root for the server's chain, or only a pin; older clients also "
            "refuse a server certificate that stands in the wallet itself",
            "unpin list WALLET (ewallet.p12); add the roots with orapki wallet add -trusted_cert, "
            "and remove the server's own certificate",
        ),
        "ORA-29024",
        "ORA-28857",
    ),
    *texts(
        "Oracle client",
        Cause(
            "the wallet cannot be opened: the path (file:/...), the rights or the password is "
            "wrong, or cwallet.sso was copied from another machine as auto_login_local",
            "check the path as the database's user; unpin list ewallet.p12",
        ),
        "ORA-28759",
        "ORA-28791",
        "ORA-29106",
    ),
    *texts(
        "Oracle client",
        causes.NO_COMMON_GROUND,
        "ORA-28860",
        "ORA-28865",
        "ORA-29019",
        "ORA-29039",
    ),
    *texts(
        "Oracle client",
        causes.WRONG_NAME,
        "ORA-29003",
        "ORA-17965",
    ),
    *texts(
        "Go lib/pq",
        causes.NO_CERTIFICATE_IN_FILE,
        "couldn't parse pem in sslrootcert",
        measured=True,
    ),
    *texts(
        "Go pgx",
        causes.NO_CERTIFICATE_IN_FILE,
        "unable to add CA to cert pool",
        measured=True,
    ),
    *texts(
        "Npgsql",
        Cause(
            "the root file given is incomplete: from Npgsql 10 on it is the only source of roots",
            causes.NO_ANCHOR.remedy,
        ),
        "The remote certificate was rejected by the provided RemoteCertificateValidationCallback",
        measured=True,
    ),
    *texts(
        "Npgsql",
        Cause(
            "sslmode Require does not verify, and Npgsql asks to say so plainly",
            "use VerifyFull with the root file",
        ),
        "To validate server certificates, please use VerifyFull or VerifyCA instead of Require",
    ),
    *texts(
        "librdkafka: Kafka clients in Python, Go, .NET",
        causes.NO_LOCAL_ISSUER,
        "broker certificate could not be verified, verify that ssl.ca.location is correctly "
        "configured",
    ),
    *texts(
        "librdkafka: Kafka clients in Python, Go, .NET",
        causes.NO_CERTIFICATE_IN_FILE,
        "ssl.ca.location failed",
        "Failed to load CA certificates",
    ),
    *texts(
        "OpenLDAP",
        causes.HIDDEN_REASON,
        "TLS: peer cert untrusted or revoked",
    ),
    *texts(
        "OpenLDAP",
        causes.WRONG_NAME,
        "TLS: hostname does not match CN in peer certificate",
        "TLS: hostname does not match name in peer certificate",
    ),
    *texts(
        "MongoDB",
        causes.HIDDEN_REASON,
        "SSL peer certificate validation failed",
        general=True,
    ),
    *texts(
        "MongoDB",
        causes.WRONG_NAME,
        "The server certificate does not match the host name",
    ),
)
