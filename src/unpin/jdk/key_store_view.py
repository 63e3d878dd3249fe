"""Which entries of a store Java sees, and why it hides the others or refuses the store."""

from unpin.jdk.certificate import certificate_refusal
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format, Naming
from unpin.model.store import Store

_FOLDED = frozenset({Naming.LOWER_CASE, Naming.FOUND_IN_LOWER_CASE})


def java_alias(store: Store, alias: str) -> str:
    """The name under which Java keeps an entry: the JDK folds case, BouncyCastle does not."""
    return alias.lower() if store.format.facts.naming in _FOLDED else alias


def refused_by_java(store: Store) -> str | None:
    """Why the JDK refuses the whole store even with its password; None where it does not.

    One certificate that it cannot parse is enough. Measured with JDK 17 and 25. None for the
    formats of BouncyCastle, which parses otherwise, and for those that are no Java key store.
    """
    if not store.format.is_jdk:
        return None
    if store.protection.refusal:
        return store.protection.refusal
    for index, entry in enumerate(store.entries):
        reason = _entry_refusal(entry)
        if reason is not None:
            name = f"entry {entry.alias!r}" if entry.alias else f"entry {index + 1}"
            return f"{name}: {reason}"
    return None


def _entry_refusal(entry: Entry) -> str | None:
    if entry.refusal:
        return entry.refusal
    if not isinstance(entry, UnreadableEntry) and entry.unlisted:
        return None  # Java does not look at its certificate
    match entry:
        case TrustedEntry():
            return certificate_refusal(entry.certificate.der)
        case KeyEntry():
            reasons = (certificate_refusal(certificate.der) for certificate in entry.chain)
            return next((reason for reason in reasons if reason is not None), None)
        case UnreadableEntry():
            return None


def hidden_from_java(store: Store) -> dict[int, str]:
    """Map the position of each entry that Java's key store does not show to the reason.

    Empty for formats that are no Java key store. Sources: sun.security.provider.JavaKeyStore
    (aliases are kept as spelled on load, looked up in lower case), PKCS12KeyStore (aliases are
    folded on load, the last of two equal ones wins, certificates without the trusted-key-usage
    attribute only serve key chains), BouncyCastle's BcKeyStoreSpi and BcFKSKeyStoreSpi (aliases
    are kept and looked up as spelled, the last of two equal ones wins).
    """
    if not store.format.is_java:
        return {}
    refusal = refused_by_java(store)
    if refusal is not None:
        return dict.fromkeys(range(len(store.entries)), f"Java refuses the whole store: {refusal}")
    hidden: dict[int, str] = {}
    winner: dict[str, int] = {}
    for index, entry in enumerate(store.entries):
        reason = _unlisted(store, entry)
        if reason is not None:
            hidden[index] = reason
        elif not isinstance(entry, UnreadableEntry):
            key = java_alias(store, entry.alias)
            if key in winner:
                hidden[winner[key]] = f"another entry has the alias {key!r}; Java keeps the last"
            winner[key] = index
    return hidden


def _unlisted(store: Store, entry: Entry) -> str | None:
    """Why Java passes over an entry, whatever the others are."""
    if isinstance(entry, UnreadableEntry):
        return "Java passes over it" if store.format is Format.PKCS12 else None
    if entry.unlisted:
        return entry.unlisted
    if isinstance(entry, TrustedEntry) and not entry.trusted:
        return "it lacks the trusted-key-usage attribute, so Java does not list it"
    looked_up = store.format.facts.naming is Naming.FOUND_IN_LOWER_CASE
    if looked_up and entry.alias != java_alias(store, entry.alias):
        return "its alias has capital letters; Java looks aliases up in lower case only"
    return None
