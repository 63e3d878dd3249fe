"""The types of references: a place that names a store, or that pins a certificate in code."""

from enum import StrEnum
from typing import Final

from unpin.model.values import frozen


class ReferenceRole(StrEnum):
    """What the place makes of what it names."""

    TRUST = "trust"
    """A client verifies servers with it."""
    CLIENTS = "clients"
    """A server judges the certificates of its clients with it."""
    NEVER_READ = "never-read"
    """It is named, and this client does not read it."""
    LEAF_PIN = "leaf-pin"
    """The certificate of the server itself has to be it."""
    NAME_PIN = "name-pin"
    """Code compares the name of a CA."""
    HASH_PIN = "hash-pin"
    """Code compares a digest or a serial number."""
    IMPORT = "import"
    """A command writes a certificate into it."""
    BUILD = "build"
    """A build tool downloads with it."""
    MENTION = "mention"
    """It is spoken of; nothing reads it because of that."""


PINS: Final = frozenset({ReferenceRole.NAME_PIN, ReferenceRole.HASH_PIN})
"""The roles of what is no store, but stands in code."""

NO_READER: Final = "-"
OPERATING_SYSTEM: Final = "OS"


class IfMissing(StrEnum):
    """What a client does if the file that is named does not exist."""

    FAILS = "fails"
    CACERTS = "cacerts"
    """Java silently verifies with cacerts."""
    UNVERIFIED = "unverified"
    """It connects to anybody."""
    WARNS = "warns"
    """It prints a warning, and verifies with its own roots."""
    BY_VERSION = "by-version"
    """Spring Boot and a bundle: some versions do not start, in others who uses it fails."""
    NOT_STARTED = "not-started"
    """The platform does not start the container."""
    WITHOUT = "without"
    """The container starts without it."""
    UNKNOWN = "unknown"


@frozen
class Reference:
    """A place that names a store, or pins a certificate.

    `file` is the file as reports name it, `line` counts from 1. `key` is the key, option or call
    that names the store; `variable` is the variable of the environment that holds it, "" for none.
    `store` is the store as it is written, without quotes and "file:"; for a pin the name or digest.
    `format` is what the reader expects there, or what the name says. `readers` are the clients, and
    `families` the idents of the client families that verify for them. `source` is the file that an
    import or a copy takes. `pinned` names the certificates of the catalogue that a pin names;
    `breaks` says that none of them is a root in use, so that the pin breaks. `known_as` is the path
    that the variables of the same file make of `store`, or that it is of the class path.
    """

    file: str
    line: int
    key: str
    store: str
    format: str
    readers: tuple[str, ...]
    role: ReferenceRole
    families: tuple[str, ...] = ()
    variable: str = ""
    source: str = ""
    note: str = ""
    if_missing: IfMissing = IfMissing.UNKNOWN
    pinned: tuple[str, ...] = ()
    breaks: bool = False
    unverified_download: bool = False
    known_as: str = ""

    @property
    def reader(self) -> str:
        """The readers in words."""
        return ", ".join(self.readers) or NO_READER


JAVA_FORMATS: Final = "JKS or PKCS12"
_BY_EXTENSION: Final = {
    "jks": "JKS", "ks": "JKS", "truststore": "JKS", "keystore": "JKS", "jceks": "JCEKS",
    "p12": "PKCS12", "pfx": "PKCS12", "pkcs12": "PKCS12", "bks": "BKS", "bcfks": "BCFKS",
    "pem": "PEM", "crt": "PEM", "cer": "PEM or DER", "cert": "PEM", "der": "DER", "p7b": "PKCS7",
    "p7c": "PKCS7",
}  # fmt: skip


def format_of(store: str, declared: str = "", default: str = "") -> str:
    """The format of a store by what is declared, by its name, or by what its reader expects."""
    if declared:
        return declared.upper()
    name = store.rpartition("/")[2].rpartition("\\")[2].lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    if name in {"cacerts", "jssecacerts"} or extension == "cacerts":
        return "JKS" if "/jre/" in store or extension else JAVA_FORMATS
    found = _BY_EXTENSION.get(extension)
    if found == "PEM or DER" and default == "PEM":
        return "PEM"
    return found or default
