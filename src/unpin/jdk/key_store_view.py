"""Which entries of a store Java sees, and why it hides the others or refuses the store."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final

from unpin.jdk.certificate import refusal_of
from unpin.model.answers import kept
from unpin.model.entries import Entry, KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format, Naming
from unpin.model.known_certificates import Usual
from unpin.model.store import Store

_FOLDED = frozenset({Naming.LOWER_CASE, Naming.FOUND_IN_LOWER_CASE})


_CAPITALS = "its alias has capital letters; Java looks aliases up in lower case only"


def java_alias(store: Store, alias: str) -> str:
    """The alias as Java keeps it: the JDK turns it into lower case, BouncyCastle does not."""
    return alias.lower() if store.format.facts.naming in _FOLDED else alias


@kept
def refused_by_java(store: Store) -> str | None:
    """Why the JDK refuses the whole store even with its password; None where it does not.

    A single certificate that the JDK cannot parse is enough. Measured with JDK 17 and 25. Always
    None for the formats of BouncyCastle, which has its own parser, and for other formats.
    """
    if not store.format.is_jdk:
        return None
    if store.protection.refusal:
        return store.protection.refusal
    readable = store.is_all_trusted and _READABLE.holds_of(store.certificate_set)
    if readable and not any(map(attrgetter("refusal"), store.trusted)):
        return None
    for index, entry in enumerate(store.entries):
        reason = _entry_refusal(entry)
        if reason is not None:
            name = f"entry {entry.alias!r}" if entry.alias else f"entry {index + 1}"
            return f"{name}: {reason}"
    return None


_READABLE: Final = Usual(lambda certificate: refusal_of(certificate) is None)


def _entry_refusal(entry: Entry) -> str | None:
    if entry.refusal:
        return entry.refusal
    if not isinstance(entry, UnreadableEntry) and entry.unlisted:
        return None  # Java does not look at its certificate
    match entry:
        case TrustedEntry():
            return refusal_of(entry.certificate)
        case KeyEntry():
            reasons = (refusal_of(certificate) for certificate in entry.chain)
            return next((reason for reason in reasons if reason is not None), None)
        case UnreadableEntry():
            return None


@kept
def hidden_from_java(store: Store) -> Mapping[int, str]:
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
    naming = store.format.facts.naming
    folds = naming in _FOLDED
    if store.is_all_trusted and _all_apart(store.trusted, naming):
        return {}
    hidden: dict[int, str] = {}
    winner: dict[str, int] = {}
    for index, entry in enumerate(store.entries):
        reason = _unlisted(store, entry)
        if reason is not None:
            hidden[index] = reason
            continue
        if isinstance(entry, UnreadableEntry):
            continue
        key = entry.alias.lower() if folds else entry.alias
        if naming is Naming.FOUND_IN_LOWER_CASE and key != entry.alias:
            hidden[index] = _CAPITALS
            continue
        if key in winner:
            hidden[winner[key]] = f"another entry has the alias {key!r}; Java keeps the last"
        winner[key] = index
    return hidden


def _all_apart(entries: Sequence[TrustedEntry], naming: Naming) -> bool:
    """Whether Java lists all of them, and finds each: as in nearly every store."""
    if any(map(attrgetter("unlisted"), entries)) or not all(map(attrgetter("trusted"), entries)):
        return False
    spelled = list(map(attrgetter("alias"), entries))
    names = list(map(str.lower, spelled)) if naming in _FOLDED else spelled
    if naming is Naming.FOUND_IN_LOWER_CASE and names != spelled:
        return False
    return len(set(names)) == len(names)


def _unlisted(store: Store, entry: Entry) -> str | None:
    """Why Java ignores an entry for itself, whatever the other entries are."""
    if isinstance(entry, UnreadableEntry):
        return "Java ignores it" if store.format is Format.PKCS12 else None
    if entry.unlisted:
        return entry.unlisted
    if isinstance(entry, TrustedEntry) and not entry.trusted:
        return "it lacks the trusted-key-usage attribute, so Java does not list it"
    return None
