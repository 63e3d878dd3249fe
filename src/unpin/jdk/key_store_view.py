"""Which entries of a store Java sees, and why it hides the others or refuses the store."""

from unpin.jdk.certificate import certificate_refusal
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format, Naming
from unpin.model.store import Store

_FOLDED = frozenset({Naming.LOWER_CASE, Naming.FOUND_IN_LOWER_CASE})


def java_alias(store: Store, alias: str) -> str:
    """The alias as Java keeps it: the JDK turns it into lower case, BouncyCastle does not."""
    return alias.lower() if store.format.facts.naming in _FOLDED else alias


def refused_by_java(store: Store) -> str | None:
    """Why the JDK refuses the whole store even with its password; None where it does not.

    A single certificate that the JDK cannot parse is enough. Measured with JDK 17 and 25. Always
    None for the formats of BouncyCastle, which has its own parser, and for other formats.
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
    """The entries that Java does not see, as their 0-based positions with the reasons.

    Empty for formats other than Java's key stores. Sources: sun.security.provider.JavaKeyStore
    (keeps aliases as spelled, looks them up in lower case), PKCS12KeyStore (keeps aliases in lower
    case; the last of two equal aliases wins; certificates without the trusted-key-usage attribute
    only serve key chains), BouncyCastle's BcKeyStoreSpi and BcFKSKeyStoreSpi (keep and look up
    aliases as spelled; the last of two equal aliases wins).
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
    """Why Java ignores an entry for itself, whatever the other entries are."""
    if isinstance(entry, UnreadableEntry):
        return "Java ignores it" if store.format is Format.PKCS12 else None
    if entry.unlisted:
        return entry.unlisted
    if isinstance(entry, TrustedEntry) and not entry.trusted:
        return "it lacks the trusted-key-usage attribute, so Java does not list it"
    looked_up = store.format.facts.naming is Naming.FOUND_IN_LOWER_CASE
    if looked_up and entry.alias != java_alias(store, entry.alias):
        return "its alias has capital letters; Java looks aliases up in lower case only"
    return None
