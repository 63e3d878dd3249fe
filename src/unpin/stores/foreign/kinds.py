"""The table of files that are no trust stores: a row for each kind."""

import shlex
from enum import StrEnum
from typing import Final, Self

from unpin.model.values import frozen

_EXTRACT: Final = "extract the store that is in it:"
_FOUND: Final = "unpin list {file} finds the stores in it; take out the store that is meant"
_CERTIFICATES_OF_KEY: Final = (
    "name the file of the certificates instead; a key and its certificates become a store with "
    "unpin convert CERTIFICATES {file} --keys -o store.p12"
)
_STANDARD_INPUT: Final = "standard input"
_LISTING: Final = "name the store that it was printed from"
_IBM_DATABASE: Final = (
    "runmqakm -cert -list -db {0} -stashed lists its certificates; runmqakm -cert -extract -db {0} "
    "-stashed -label LABEL -target ca.pem -format ascii writes a certificate"
)


class ForeignKind(StrEnum):
    """A kind of file that is no store; its value is an ident.

    `what` says what the file is. `next_step` says what to do, in which ``{file}`` stands for the
    name of the file; "" where nothing is to be said of it. `whole`: the file is known to hold no
    certificate, whatever its name, so a folder may hold it beside stores.
    """

    what: str
    next_step: str
    whole: bool

    def __new__(cls, ident: str, what: str, next_step: str = "", whole: bool = False) -> Self:
        """Take the ident as the value, and require the words of every member."""
        member = str.__new__(cls, ident)
        member._value_ = ident
        member.what = what
        member.next_step = next_step
        member.whole = whole
        return member

    # What a download or a checkout leaves in the place of the file.
    EMPTY = "empty", "the file is empty", "download or copy it again"
    ZEROS = "zeros", "nothing but zero bytes", "download or copy it again"
    BLANKS = "blanks", "nothing but blanks", "download or copy it again"
    HTML = (
        "html",
        "an HTML page, not a certificate file",
        (
            "download the raw file (on a code host, the link called Raw); a login or error page "
            "may have been saved instead of it"
        ),
    )
    GIT_LFS = (
        "git-lfs",
        "a Git LFS pointer, which stands for the file",
        "git lfs pull --include={file} fetches the file",
    )
    GIT_ANNEX = (
        "git-annex",
        "a git-annex pointer, which stands for the file",
        "git annex get {file} fetches the file",
    )
    GIT_CRYPT = (
        "git-crypt",
        "a file that git-crypt has encrypted",
        "git-crypt unlock decrypts it",
    )
    GIT_SYMLINK = (
        "git-symlink",
        "the path of another file, as git writes a symbolic link on systems without links",
        "name the file that it points to; git config core.symlinks true makes links again",
    )
    ANSIBLE_VAULT = (
        "ansible-vault",
        "a file that Ansible Vault has encrypted",
        "ansible-vault view {file} > decrypted.pem",
    )
    AGE = "age", "a file that age has encrypted", "age --decrypt -i KEY {file} > decrypted.pem"
    SHORTCUT = (
        "windows-shortcut",
        "a Windows shortcut (.lnk)",
        "name the file that it points to",
    )

    # Archives.
    ZIP = "zip", "a ZIP archive or jar", _FOUND
    EMPTY_ZIP = "empty-zip", "an empty ZIP archive or jar"
    TAR = "tar", "a tar archive", _FOUND
    TAR_GZIP = "tar-gzip", "a tar archive in gzip", _FOUND
    GZIP = "gzip", "a gzip file", "gzip -dc {file} > unpacked decompresses it"
    BZIP2 = "bzip2", "a bzip2 file", "bzip2 -dc {file} > unpacked decompresses it"
    XZ = "xz", "an xz file", "xz -dc {file} > unpacked decompresses it"
    ZSTD = "zstd", "a zstd file", "zstd -dc {file} > unpacked decompresses it"
    SEVEN_ZIP = "7z", "a 7z archive", f"{_EXTRACT} 7z l {{file}} lists the files"
    RAR = "rar", "a RAR archive", f"{_EXTRACT} unrar l {{file}} lists the files"
    CABINET = (
        "cabinet",
        "a Windows cabinet archive",
        f"{_EXTRACT} cabextract -l {{file}} lists them",
    )
    DEBIAN_PACKAGE = (
        "debian-package",
        "a Debian package",
        f"{_EXTRACT} dpkg-deb --contents {{file}} lists the files",
    )
    AR = "ar", "an ar archive", f"{_EXTRACT} ar t {{file}} lists the files"
    RPM = "rpm", "an RPM package", f"{_EXTRACT} rpm -qlp {{file}} lists the files"
    CPIO = "cpio", "a cpio archive", f"{_EXTRACT} cpio -t < {{file}} lists the files"

    # Stores of certificates that unpin does not read.
    NSS_CERTIFICATES = (
        "nss-certificates",
        "a certificate database of NSS (cert9.db)",
        (
            "certutil -L -d sql:FOLDER lists its certificates; certutil -L -d sql:FOLDER "
            '-n "NICKNAME" -a > bundle.pem prints a certificate'
        ),
    )
    NSS_KEYS = (
        "nss-keys",
        "a key database of NSS (key4.db)",
        "its certificates are in cert9.db beside it: certutil -L -d sql:FOLDER lists them",
    )
    NSS_MODULES = (
        "nss-modules",
        "the module list of an NSS database (pkcs11.txt)",
        "its certificates are in cert9.db beside it: certutil -L -d sql:FOLDER lists them",
    )
    BERKELEY_DB = (
        "berkeley-db",
        "a Berkeley DB, such as NSS had up to version 3.34 (cert8.db, key3.db)",
        (
            "certutil -L -d dbm:FOLDER lists the certificates of cert8.db; certutil --merge -d "
            "sql:NEW --source-dir dbm:FOLDER moves them to a database of today"
        ),
    )
    ORACLE_WALLET = (
        "oracle-wallet",
        "an Oracle auto-login wallet (cwallet.sso)",
        (
            "orapki wallet display -wallet FOLDER lists it; ewallet.p12 beside it is a PKCS12, "
            "which unpin reads with the wallet's password"
        ),
    )
    IBM_DATABASE = (
        "ibm-database",
        "by its name an IBM key database (CMS, .kdb)",
        f"{_IBM_DATABASE.format('{file}')}",
    )
    IBM_STASH = (
        "ibm-stash",
        "the stash file of an IBM key database (.sth), which holds its password",
        f"the certificates are in the .kdb beside it: {_IBM_DATABASE.format('KEYS.kdb')}",
    )
    WINDOWS_STORE = (
        "windows-store",
        "a serialized certificate store of Windows (.sst)",
        (
            "in PowerShell, $c = [Security.Cryptography.X509Certificates."
            "X509Certificate2Collection]::new(); $c.Import('FILE'); "
            "[IO.File]::WriteAllBytes('bundle.p7b', $c.Export('Pkcs7')) writes a PKCS7, which "
            "unpin reads"
        ),
    )
    MACOS_KEYCHAIN = (
        "macos-keychain",
        "a keychain of macOS",
        "security export -k {file} -t certs -f pemseq -o bundle.pem",
    )
    GNOME_KEYRING = "gnome-keyring", "a keyring of GNOME", "it holds passwords"
    KEEPASS = "keepass", "a password database of KeePass", "it holds passwords"
    CERTDATA = (
        "certdata",
        "Mozilla's certdata.txt, the source of its root certificates",
        "curl's mk-ca-bundle.pl makes a PEM of it; https://curl.se/ca/cacert.pem is made of it",
    )
    KUBERNETES = (
        "kubernetes",
        "a manifest of Kubernetes",
        "",
    )
    KUBERNETES_SECRET = (
        "kubernetes-secret",
        "a Kubernetes Secret",
        (
            "its values are base64: kubectl get secret NAME -o jsonpath='{.data.ca\\.crt}' | "
            "base64 -d > ca.crt"
        ),
    )
    KUBERNETES_CONFIG_MAP = (
        "kubernetes-configmap",
        "a Kubernetes ConfigMap without certificates in clear",
        (
            "values in binaryData are base64: kubectl get configmap NAME -o "
            "jsonpath='{.binaryData.truststore\\.jks}' | base64 -d > truststore.jks"
        ),
    )
    JWKS = (
        "jwks",
        "a set of JSON Web Keys (JWKS)",
        (
            "its keys are no trust store; certificates, if any, are the base64 under x5c: "
            "jq -r '.keys[].x5c[]?' {file}"
        ),
    )
    AWS_ACM = (
        "aws-acm",
        "what aws acm prints about a certificate",
        (
            "aws acm get-certificate --certificate-arn ARN --query CertificateChain --output text "
            "> chain.pem writes the certificates"
        ),
    )
    AZURE_KEY_VAULT = (
        "azure-key-vault",
        "what az keyvault certificate show prints",
        "az keyvault certificate download --id ID --encoding PEM --file certificate.pem",
    )
    SAML_METADATA = (
        "saml-metadata",
        "SAML metadata (XML), whose X509Certificate is base64 without BEGIN and END lines",
        (
            "xmllint --xpath \"string(//*[local-name()='X509Certificate'])\" {file} | base64 -di > "
            "certificate.der"
        ),
    )

    # Encodings of a certificate or of a store.
    BASE64 = (
        "base64",
        "base64 without its BEGIN and END lines",
        (
            "write -----BEGIN CERTIFICATE----- above it and -----END CERTIFICATE----- below, if it "
            "is a certificate"
        ),
    )
    BASE64_OF_STORE = "base64-of-store", "the base64 of a store"
    HEXADECIMAL = (
        "hexadecimal",
        "DER in hexadecimal",
        "xxd -r -p {file} > decoded.der decodes it",
    )
    PRINTED_CERTIFICATE = (
        "printed-certificate",
        "the text that openssl x509 -text prints, without the certificate itself",
        "leave out -noout when it is printed, or get the certificate where the text came from",
    )
    KEYTOOL_LISTING = "keytool-listing", "what keytool -list prints of a store", _LISTING

    # Keys, and what is signed and is no certificate.
    PRIVATE_KEY = "private-key", "a private key", _CERTIFICATES_OF_KEY, True
    PUBLIC_KEY = "public-key", "a public key", "a store needs the certificate of the key", True
    PVK = (
        "pvk",
        "a private key of Microsoft (.pvk)",
        "it holds no certificate: name the .cer or .spc beside it",
        True,
    )
    REQUEST = (
        "request",
        "a certificate signing request",
        "send it to the CA, and name the certificate that the CA returns",
        True,
    )
    REVOCATION_LIST = (
        "revocation-list",
        "a certificate revocation list",
        "it names revoked certificates and holds none: name the file of the CA's certificates",
        True,
    )
    PARAMETERS = "parameters", "parameters of keys", "name the file of the certificates", True
    SSH_PUBLIC_KEY = (
        "ssh-public-key",
        "an SSH public key",
        "SSH keys are not for TLS: name the file of the certificates",
        True,
    )
    SSH_PRIVATE_KEY = (
        "ssh-private-key",
        "an OpenSSH private key",
        "SSH keys are not for TLS: name the file of the certificates",
        True,
    )
    PUTTY_KEY = (
        "putty-key",
        "a private key of PuTTY",
        "SSH keys are not for TLS: name the file of the certificates",
        True,
    )
    PGP = (
        "pgp",
        "an OpenPGP key or message",
        "OpenPGP keys are not for TLS: name the file of the certificates",
        True,
    )
    SEVERAL_BLOCKS = (
        "several-blocks",
        "no certificate",
        "name the file of the certificates",
        True,
    )

    # The rest.
    ELF = "elf", "a program (ELF)"
    WINDOWS_PROGRAM = "windows-program", "a Windows program"
    JAVA_CLASS = "java-class", "a Java class file"
    JAVA_OBJECT = "java-object", "a serialized Java object"
    PDF = "pdf", "a PDF document"
    SQLITE = "sqlite", "an SQLite database"
    PASSWORD = (
        "password",
        "a single word, such as a password",
        "name the store itself: unpin list --password-file {file} STORE",
    )
    JSON = "json", "a JSON document"
    XML = "xml", "an XML document"
    DER = "der", "DER data that is no certificate"
    PKCS7 = "pkcs7", "a PKCS7 message without certificates in clear"
    UTF_16 = "utf-16", "plain text in UTF-16 without certificates"
    TEXT = "text", "plain text without certificates"
    BINARY = "binary", "binary data of no known kind"

    __hash__ = str.__hash__


@frozen
class ForeignFile:
    """A file that is no store: its kind, and what it is in this case ("" as the kind has it)."""

    kind: ForeignKind
    detail: str = ""
    next_step: str = ""

    @property
    def what(self) -> str:
        """What it is: "a gzip file", "the base64 of a JKS file"."""
        return self.detail or self.kind.what

    def hint(self, source: str) -> str:
        """What to do with the file called `source`; "" where nothing is to be said."""
        return about(self.next_step or self.kind.next_step, source)


def about(next_step: str, source: str) -> str:
    """The next step for the file called `source`, so that a command in it can be pasted."""
    name = "FILE" if source == _STANDARD_INPUT else shlex.quote(source)
    return next_step.replace("{file}", name)
