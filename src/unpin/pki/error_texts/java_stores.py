"""What Java, keytool and Java's servers print of a key store or of a certificate file."""

from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.pki.error_texts import causes
from unpin.pki.error_texts.model import Cause, ErrorText, texts

_NO_MAC: Final = "Integrity check failed: java.security.NoSuchAlgorithmException: Algorithm"
_NO_UNWRAPPING: Final = "exception unwrapping private key - java.security.NoSuchAlgorithmException"
_SHA_2: Final = ("SHA224", "SHA256", "SHA384", "SHA512", "SHA512/224", "SHA512/256")
_JAVA: Final = "keytool, Java"
_PLAIN: Final = causes.NO_CERTIFICATE_IN_FILE.remedy

JAVA_STORES_TEXTS: Final[tuple[ErrorText, ...]] = (
    *texts(
        "Java",
        causes.EMPTY_TRUST_STORE,
        "the trustAnchors parameter must be non-empty",
        measured=True,
    ),
    *texts(
        "Java",
        Cause(
            "the password is wrong, or the file is not a key store (PEM and JCEKS are refused)",
            "check the password and the type: unpin list FILE",
        ),
        "problem accessing trust store",
        measured=True,
        general=True,
    ),
    *texts(
        _JAVA,
        Cause(
            "the password of a PKCS12 store is wrong; or it is right, and Java cannot read one of "
            "the certificates, or is too old for the algorithms of the store (AES needs 8u301, "
            "11.0.12 or later)",
            "give the right password with --password-file; unpin list FILE shows the algorithms, "
            "unpin audit FILE what Java does not read",
        ),
        "keystore password was incorrect",
        "failed to decrypt safe contents entry",
        measured=True,
    ),
    *texts(
        _JAVA,
        Cause(
            "the password of a JKS store is wrong, or its bytes were changed",
            "unpin list FILE without a password shows what is in it, unchecked",
        ),
        "Keystore was tampered with, or password was incorrect",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.WRONG_PASSWORD,
        "PKCS12 key store mac invalid - wrong password or corrupted file",
        "KeyStore integrity check failed",
        "BCFKS KeyStore corrupted: MAC calculation failed",
        "Password verification failed",
    ),
    *texts(
        _JAVA,
        causes.KEY_PASSWORD,
        "UnrecoverableKeyException: Cannot recover key",
        "exception unwrapping private key - java.security.InvalidKeyException: pad block corrupted",
        "Get Key failed: null",
        "Such issues can arise if a bad key is used during decryption",
    ),
    *texts(
        _JAVA,
        Cause(
            "a private key in the store has another password; or the password is right, the "
            "key is under AES as OpenSSL writes it, and this Java is older than 8u301 or 11.0.12",
            "give the key's own password (keytool: -keypass); unpin list FILE says which versions "
            "of Java open the store",
        ),
        "Get Key failed: Given final block not properly padded",
        "Get Key failed: Given final block not properly padded. Such issues can arise if a bad key "
        "is used during decryption",
        measured=True,
    ),
    *texts(
        _JAVA,
        causes.NOT_A_KEY_STORE,
        "Invalid keystore format",
        "toDerInputStream rejects tag type",
        "DerInputStream.getLength(): lengthTag=..., too big",
        "DER input, Integer tag error",
        "DER input not an octet string",
        "Tag number over 30",
        "Tag number ... over 30 is not supported",
        "stream does not represent a PKCS12 key store",
        "Unrecognized keystore format",
        "Wrong version of key store",
        "Keystore has invalid format",
    ),
    *texts(
        _JAVA,
        causes.CUT_OFF,
        "java.io.EOFException ... KeyStore.engineLoad",
        "java.io.EOFException ... JavaKeyStore.engineLoad",
        "java.io.EOFException ... PKCS12KeyStore.engineLoad",
        "java.io.EOFException ... KeyStore.load",
        "Short read of DER length",
        "DER length more than",
        "DerInputStream.getDerValue ... EOFException",
    ),
    *texts(
        _JAVA,
        Cause(
            "Java reached the end of a file or a connection too early. Where KeyStore stands in "
            "the stack trace, the key store is empty or cut off; where SSLSocket or SSLEngine "
            "does, the other side closed the connection",
            "of a store: unpin list FILE says how far it can be read",
        ),
        "java.io.EOFException",
        general=True,
    ),
    *texts(
        "keytool",
        causes.ALIAS_EXISTS,
        "Certificate not imported, alias <...> already exists",
        "alias <...> already exists",
    ),
    *texts(
        "keytool",
        Cause(
            "the store has no entry with this alias",
            "unpin list FILE shows the aliases",
        ),
        "Alias <...> does not exist",
    ),
    *texts(
        "keytool",
        Cause(
            "the certificate is in the store already, under the alias that keytool names",
            "nothing to do: one entry is enough",
        ),
        "Certificate already exists in keystore under alias",
        "Certificate already exists in system-wide CA keystore under alias",
    ),
    *texts(
        "keytool",
        causes.NO_SUCH_FILE,
        "Keystore file does not exist",
    ),
    *texts(
        "keytool",
        Cause(
            "the reply does not fit the private key behind the alias, or its issuer is not in the "
            "store",
            "import the CA certificates first, then the reply under the alias of the key",
        ),
        "Failed to establish chain from reply",
        "Public keys in reply and keystore don't match",
    ),
    *texts(
        "keytool",
        Cause(
            "the file is a bundle, has a byte order mark, or is an HTML page",
            "unpin audit FILE names the fault; unpin convert FILE -o new.pem writes plain PEM, "
            "and unpin convert FILE -o new.p12 takes every certificate of a bundle at once",
        ),
        "Input not an X.509 certificate",
        measured=True,
    ),
    *texts(
        "Java",
        Cause(
            "Java cannot parse a certificate of the file: a block is broken, there is text "
            "where base64 must stand, or the file is not a certificate",
            _PLAIN,
        ),
        "Could not parse certificate",
        "Unable to initialize, java.io.IOException",
        "Illegal header: -----BEGIN",
        "Illegal footer",
        "Incomplete BER/DER data",
        "extra data given to DerValue constructor",
        "signed fields invalid",
        "No certificate data found",
        "found no certificates in input stream",
    ),
    *texts(
        "Java",
        causes.OLD_JAVA,
        *(f"Algorithm HmacPBE{name} not available" for name in _SHA_2),
        *(f"{_NO_MAC} HmacPBE{name} not available" for name in _SHA_2),
        measured=True,
    ),
    *texts(
        "Java",
        causes.PBMAC1_UNKNOWN,
        f"Algorithm HmacPBE{oids.PBMAC1} not available",
        f"{_NO_MAC} HmacPBE{oids.PBMAC1} not available",
        measured=True,
    ),
    *texts(
        "BouncyCastle, Android",
        causes.NO_ALGORITHM_FOR_KEY,
        _NO_UNWRAPPING,
        f"{_NO_UNWRAPPING}: ... not available",
        f"{_NO_UNWRAPPING}: Cannot find any provider supporting",
    ),
    *texts(
        "Java",
        causes.OLD_JAVA,
        "HmacPBESHA256 ... not available",
        "Integrity check failed: java.security.NoSuchAlgorithmException",
        "ObjectIdentifier() -- data isn't an object ID",
        "parseAlgParameters failed",
    ),
    *texts(
        "Java in FIPS mode, BouncyCastle FIPS",
        causes.FORBIDDEN_ALGORITHM,
        "unrecognized algorithm name: PBEWith",
        "no such algorithm: PBEWithSHA1AndRC2_40",
        "Cannot find any provider supporting PBEWithSHA1And",
        "SecretKeyFactory not available",
    ),
    *texts(
        "Java",
        Cause(
            "no security provider of this Java knows the algorithm: the provider that has it is "
            "not installed, or this Java is older than the store",
            "unpin list FILE names the algorithms of the store; unpin convert FILE -o new.p12 "
            "writes it with others",
        ),
        "NoSuchAlgorithmException: ... not available",
        "NoSuchAlgorithmException: Cannot find any provider supporting",
        general=True,
    ),
    *texts(
        "Java",
        Cause(
            "the store type is not known to this Java: BKS, UBER and BCFKS need BouncyCastle, JKS "
            "is missing in FIPS mode",
            "unpin list FILE says the type; unpin convert FILE -o new.p12 writes PKCS12, which "
            "every Java reads",
        ),
        "java.security.KeyStoreException: ... not found",
        "NoSuchAlgorithmException: ... KeyStore not available",
    ),
    *texts(
        "Java",
        Cause(
            "old versions of Java (7, and 8 before 8u60) keep no trusted certificates in PKCS12",
            "update Java, or use JKS: unpin convert FILE -o new.jks",
        ),
        "TrustedCertEntry not supported",
    ),
    *texts(
        "Java",
        Cause(
            "the program uses the key store before it was loaded, most often because no file was "
            "configured",
            "set the store's path and password",
        ),
        "Uninitialized keystore",
        "keystore not initialized",
    ),
    *texts(
        "Java",
        Cause(
            "the private key in the store has no certificate chain",
            "import the certificates of the key with it",
        ),
        "Private key must be accompanied by certificate chain",
    ),
    *texts(
        "Elasticsearch",
        causes.WRONG_PASSWORD,
        "cannot read configured ... keystore ... this is usually caused by an incorrect password",
    ),
    *texts(
        "Elasticsearch",
        causes.NO_SUCH_FILE,
        "cannot read configured ... because the file does not exist",
        "cannot read configured ... because access to read the file is blocked",
    ),
    *texts(
        "Elasticsearch",
        Cause(
            "the trust store holds no trusted certificate: Elasticsearch does not trust the "
            "certificates of a key",
            "unpin list FILE shows the entries; add the CA as a trusted certificate",
        ),
        "does not contain any trusted certificate entries",
    ),
    *texts(
        "Elasticsearch",
        Cause(
            "a file of the SSL settings cannot be used; the exception that caused it says why",
            "read the last 'Caused by:', and ask unpin explain about it",
        ),
        "failed to load SSL configuration",
        "cannot load PEM certificate_authorities",
        general=True,
    ),
    *texts(
        "OpenSearch",
        Cause(
            "a file of plugins.security.ssl cannot be used; the exception that caused it says why",
            "read the last 'Caused by:', and ask unpin explain about it",
        ),
        "Error while initializing transport SSL layer",
        "Error while initializing http SSL layer",
        general=True,
    ),
    *texts(
        "OpenSearch",
        Cause(
            "the trust store holds no trusted certificate: OpenSearch does not trust the "
            "certificates of a key",
            "unpin list FILE shows the entries; add the CA as a trusted certificate",
        ),
        "No truststore configured for server certs",
        "No truststore configured for client certs",
    ),
    *texts(
        "Elasticsearch",
        causes.NO_SUCH_FILE,
        "failed to initialize SSL TrustManager - truststore file ... does not exist",
        "failed to initialize SSL KeyManager - keystore file ... does not exist",
    ),
    *texts(
        "OpenSearch",
        causes.NO_SUCH_FILE,
        "Unable to read ... Please make sure this files exists and is readable regarding to "
        "permissions",
    ),
    *texts(
        "Java",
        causes.NO_SUCH_FILE,
        "FileNotFoundException: .../cacerts",
        "FileNotFoundException: .../keystore",
        "FileNotFoundException: .../truststore",
        "NoSuchFileException: .../keystore",
        "NoSuchFileException: .../truststore",
    ),
)
