"""Which entries of a store Java counts, and why it does not see the others."""

from unpin.model.entries import TrustedEntry, UnreadableEntry
from unpin.model.store import Format, Store

_FOLDED = frozenset({Format.JKS, Format.JCEKS, Format.PKCS12})


def java_alias(store: Store, alias: str) -> str:
    """The name under which Java keeps an entry: the JDK folds case, BouncyCastle does not."""
    return alias.lower() if store.format in _FOLDED else alias


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
    hidden: dict[int, str] = {}
    winner: dict[str, int] = {}
    for index, entry in enumerate(store.entries):
        if isinstance(entry, UnreadableEntry):
            continue
        if store.format is Format.PKCS12:
            if isinstance(entry, TrustedEntry) and not entry.trusted:
                hidden[index] = "it lacks the trusted-key-usage attribute, so Java does not list it"
                continue
            key = entry.alias.lower()
            if not key:
                continue
        else:
            key = entry.alias
            if key != java_alias(store, key):
                hidden[index] = (
                    "its alias has capital letters; Java looks aliases up in lower case only"
                )
                continue
        if key in winner:
            hidden[winner[key]] = f"another entry has the alias {key!r}; Java keeps the last"
        winner[key] = index
    return hidden
