"""Which entries of a store a family of clients takes for trust anchors."""

from collections.abc import Iterator

from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.java_view import hidden_from_java
from unpin.model.store import Store
from unpin.pki.clients import ClientRules
from unpin.pki.links import Link


def reads_as_java(client: ClientRules) -> bool:
    """True for the families that read a store through java.security.KeyStore."""
    return client.ident.startswith("java") or client.ident == "bouncycastle"


def reader(client: ClientRules) -> str:
    """The ident under which it was measured how a file is read: Java's clients read it alike."""
    return "java" if reads_as_java(client) else client.ident


def anchors(store: Store, client: ClientRules) -> Iterator[tuple[int, Link]]:
    """The anchors, each with the 0-based position of its entry, in the order of the file.

    Java does not see the entries that hidden_from_java names, and takes the first certificate of
    a key's chain for an anchor (measured; sun.security.validator.TrustStoreUtil). Certificates
    that cannot be parsed are no anchor for anybody.
    """
    java = reads_as_java(client)
    hidden = hidden_from_java(store) if java else {}
    for index, entry in enumerate(store.entries):
        if index in hidden:
            continue
        match entry:
            case TrustedEntry():
                certificate = entry.certificate
            case KeyEntry() if java and entry.chain:
                certificate = entry.chain[0]
            case _:
                continue
        if certificate.problem is None:
            yield index, Link.of(certificate)
