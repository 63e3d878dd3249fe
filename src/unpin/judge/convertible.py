"""What `unpin convert` can write of a store."""

from typing import NamedTuple

from unpin.jdk.certificate import refusal_of
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.answers import kept
from unpin.model.certificate import Certificate
from unpin.model.store import Store
from unpin.pki.trust_anchors import entry_views


class Convertible(NamedTuple):
    """Whether `unpin convert` can write some certificate, and all entries."""

    some: bool
    every: bool


@kept
def convertible(store: Store) -> Convertible:
    """Asked once: thousands of findings have the command."""
    readable = store.is_all_trusted and all(entry_views(store))
    if store.format.is_jdk and readable and not hidden_from_java(store):
        return Convertible(bool(store.trusted), every=True)
    trusted = [entry.certificate for entry in store.trusted]
    fit = sum(_is_fit(certificate, store.format.is_java) for certificate in trusted)
    return Convertible(fit > 0, fit == len(trusted) and not store.unreadable)


def _is_fit(certificate: Certificate, to_java: bool) -> bool:
    """Whether `unpin convert` writes the certificate, into a store of the JDK if `to_java`."""
    if certificate.problem is not None:
        return False
    return not to_java or refusal_of(certificate) is None
