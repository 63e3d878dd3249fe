"""The store formats: what a store of each holds, who reads it, which modules code it."""

from enum import StrEnum
from typing import Self

from unpin.model.values import frozen


class FormatFamily(StrEnum):
    """The programs that a format belongs to."""

    JDK = "JDK"
    """The key stores of the JDK's own providers."""
    BOUNCY_CASTLE = "BouncyCastle"
    """The key stores of BouncyCastle's provider for Java."""
    BUNDLE = "bundle"
    """Files of certificates without aliases, as OpenSSL, Go and most other clients read them."""
    FOLDER = "folder"


class Naming(StrEnum):
    """How the entries of a format are named, and how Java compares the names."""

    NONE = "none"
    FILE = "file"
    """An entry has the name of its file."""
    AS_SPELLED = "as spelled"
    """Aliases that differ only in case are different."""
    LOWER_CASE = "lower case"
    """Java turns aliases into lower case when it loads the store (PKCS12KeyStore)."""
    FOUND_IN_LOWER_CASE = "found in lower case"
    """Java keeps aliases as spelled and looks them up in lower case (JavaKeyStore)."""


class PrivateKeys(StrEnum):
    """How a format holds private keys."""

    NONE = "none"
    SEALED = "sealed"
    """Under the format's own encryption: a key can only go to a format with the same entries."""
    PKCS8 = "PKCS8"
    """As PrivateKeyInfo or EncryptedPrivateKeyInfo (RFC 5958): a key can go to other formats."""


class PasswordUse(StrEnum):
    """Whether a password protects a store of the format."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class EntryLayout(StrEnum):
    """The encoding of an entry: formats with the same layout hold an entry as the same bytes."""

    JAVA_KEY_STORE = "sun.security.provider.JavaKeyStore"
    SAFE_BAG = "SafeBag (RFC 7292 4.2)"
    BC_KEY_STORE = "BcKeyStoreSpi"
    OBJECT_DATA = "ObjectData (BcFKSKeyStoreSpi)"
    CERTIFICATE = "certificates alone"


@frozen
class NotWritten:
    """Why unpin does not write a format (`reason`), and what to do instead."""

    reason: str
    instead: str


@frozen
class FormatFacts:
    """The properties of a format.

    `decoder` and `encoder` are modules below unpin.stores. `first_bytes` are the bytes with which
    a store may begin; empty means any. `extensions` are file name extensions, the usual extension
    first. `private_keys`, `secret_keys` and `attributes` (of PKCS12) say what an entry can hold.
    `composed_chains`: Java composes the chain of a key from all certificates of the store.
    `one_certificate`: clients read only the first certificate. `order_decides`: a client may take
    the first of several twins. `keeps_order`: entries are written in the order of the Store.
    `schemes`: the protection can be chosen (stores.formats.ProtectionScheme).
    """

    family: FormatFamily
    naming: Naming
    layout: EntryLayout
    password: PasswordUse
    decoder: str | None
    encoder: str | NotWritten
    extensions: tuple[str, ...]
    first_bytes: bytes = b""
    private_keys: PrivateKeys = PrivateKeys.NONE
    secret_keys: bool = False
    attributes: bool = False
    composed_chains: bool = False
    one_certificate: bool = False
    order_decides: bool = False
    keeps_order: bool = True
    schemes: bool = False


class Format(StrEnum):
    """The store formats, by the names that their own tools use.

    Decoders are tried in this order on the bytes of a file.
    """

    facts: FormatFacts

    def __new__(cls, name: str, facts: FormatFacts) -> Self:
        """Take the name as the value, and require the facts of every member."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.facts = facts
        return member

    JKS = (
        "JKS",
        FormatFacts(
            FormatFamily.JDK,
            Naming.FOUND_IN_LOWER_CASE,
            EntryLayout.JAVA_KEY_STORE,
            PasswordUse.REQUIRED,
            decoder="java.jks",
            encoder="java.jks",
            extensions=(".jks",),
            first_bytes=b"\xfe",
            private_keys=PrivateKeys.PKCS8,
        ),
    )
    JCEKS = (
        "JCEKS",
        FormatFacts(
            FormatFamily.JDK,
            Naming.FOUND_IN_LOWER_CASE,
            EntryLayout.JAVA_KEY_STORE,
            PasswordUse.REQUIRED,
            decoder="java.jks",
            encoder="java.jks",
            extensions=(".jceks",),
            first_bytes=b"\xce",
            private_keys=PrivateKeys.PKCS8,
            secret_keys=True,
        ),
    )
    PKCS12 = (
        "PKCS12",
        FormatFacts(
            FormatFamily.JDK,
            Naming.LOWER_CASE,
            EntryLayout.SAFE_BAG,
            PasswordUse.OPTIONAL,
            decoder="pkcs12.decoder",
            encoder="pkcs12.encoder",
            extensions=(".p12", ".pfx", ".pkcs12"),
            first_bytes=b"\x30",
            private_keys=PrivateKeys.PKCS8,
            secret_keys=True,
            attributes=True,
            composed_chains=True,
            keeps_order=False,
            schemes=True,
        ),
    )
    BKS = (
        "BKS",
        FormatFacts(
            FormatFamily.BOUNCY_CASTLE,
            Naming.AS_SPELLED,
            EntryLayout.BC_KEY_STORE,
            PasswordUse.REQUIRED,
            decoder="bouncycastle.bks",
            encoder="bouncycastle.bks",
            extensions=(".bks",),
            first_bytes=b"\x00",
            private_keys=PrivateKeys.SEALED,
            secret_keys=True,
        ),
    )
    UBER = (
        "UBER",
        FormatFacts(
            FormatFamily.BOUNCY_CASTLE,
            Naming.AS_SPELLED,
            EntryLayout.BC_KEY_STORE,
            PasswordUse.REQUIRED,
            decoder="bouncycastle.uber",
            encoder=NotWritten(
                "unpin reads UBER but does not write it: it cannot keep the entries unchanged",
                "convert it: unpin convert STORE --to bks --keys -o NEW",
            ),
            extensions=(),
            first_bytes=b"\x00",
            private_keys=PrivateKeys.SEALED,
            secret_keys=True,
        ),
    )
    BCFKS = (
        "BCFKS",
        FormatFacts(
            FormatFamily.BOUNCY_CASTLE,
            Naming.AS_SPELLED,
            EntryLayout.OBJECT_DATA,
            PasswordUse.REQUIRED,
            decoder="bouncycastle.bcfks",
            encoder="bouncycastle.bcfks_encoder",
            extensions=(".bcfks",),
            first_bytes=b"\x30",
            private_keys=PrivateKeys.SEALED,
            secret_keys=True,
        ),
    )
    PEM = (
        "PEM",
        FormatFacts(
            FormatFamily.BUNDLE,
            Naming.NONE,
            EntryLayout.CERTIFICATE,
            PasswordUse.NONE,
            decoder="pem.decoder",
            encoder="pem.encoder",
            extensions=(".pem", ".crt", ".cer", ".cert", ".ca-bundle"),
            private_keys=PrivateKeys.PKCS8,
            order_decides=True,
        ),
    )
    DER = (
        "DER",
        FormatFacts(
            FormatFamily.BUNDLE,
            Naming.NONE,
            EntryLayout.CERTIFICATE,
            PasswordUse.NONE,
            decoder="der",
            encoder="der",
            extensions=(".der",),
            first_bytes=b"\x30",
            one_certificate=True,
            keeps_order=False,
        ),
    )
    PKCS7 = (
        "PKCS7",
        FormatFacts(
            FormatFamily.BUNDLE,
            Naming.NONE,
            EntryLayout.CERTIFICATE,
            PasswordUse.NONE,
            decoder="pkcs7",
            encoder="pkcs7",
            extensions=(".p7b", ".p7c"),
            first_bytes=b"\x30",
            order_decides=True,
            keeps_order=False,
        ),
    )
    FOLDER = (
        "folder",
        FormatFacts(
            FormatFamily.FOLDER,
            Naming.FILE,
            EntryLayout.CERTIFICATE,
            PasswordUse.NONE,
            decoder=None,
            encoder=NotWritten(
                "unpin does not write folders of certificates",
                "name the files of the folder, or unpin convert FOLDER -o bundle.pem",
            ),
            extensions=(),
            keeps_order=False,
        ),
    )

    @property
    def is_java(self) -> bool:
        """True for the formats that only Java reads, with or without BouncyCastle."""
        return self.facts.family in {FormatFamily.JDK, FormatFamily.BOUNCY_CASTLE}

    @property
    def is_jdk(self) -> bool:
        """True for the formats that the JDK reads with its own providers."""
        return self.facts.family is FormatFamily.JDK

    @property
    def is_bundle(self) -> bool:
        """True for files of certificates without aliases."""
        return self.facts.family is FormatFamily.BUNDLE

    @property
    def has_aliases(self) -> bool:
        """Whether an entry has a name of its own that is written with it."""
        return self.facts.naming not in {Naming.NONE, Naming.FILE}

    @property
    def has_password(self) -> bool:
        """Whether a password may guard a store, and vouch for it."""
        return self.facts.password is not PasswordUse.NONE

    @property
    def is_writable(self) -> bool:
        """True for the formats that unpin writes."""
        return not isinstance(self.facts.encoder, NotWritten)


class Variant(StrEnum):
    """The variants of a format; part of the machine output."""

    PLAIN = ""
    VERSION_1 = "version 1"
    """JKS, JCEKS, BKS and UBER."""
    VERSION_2 = "version 2"
    BER = "BER"
    """PKCS12 and PKCS7 with indefinite lengths."""
    UTF_16_LE = "UTF-16-LE"
    """PEM."""
    UTF_16_BE = "UTF-16-BE"
