"""Put what Java lists of a store and what unpin says Java sees of it into the same rows."""

from unpin.jdk.key_store_view import hidden_from_java, refused_by_java
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.formats import Format

REFUSED = "refused"


def unpins(store):
    """Rows by folded alias of what Java sees of a Store, or REFUSED."""
    if refused_by_java(store) is not None:
        return REFUSED
    hidden = hidden_from_java(store)
    rows = {}
    for index, entry in enumerate(store.entries):
        if index not in hidden:
            alias = entry.alias.lower()
            assert alias not in rows, f"two entries that Java sees under {alias!r}"
            rows[alias] = _row(store, entry)
    return rows


def _row(store, entry):
    if isinstance(entry, TrustedEntry):
        return "trusted certificate", (entry.certificate.sha256,), entry.created_ms
    assert isinstance(entry, KeyEntry)
    kind = entry.kind
    if store.format is not Format.PKCS12 and not entry.chain:
        kind = KeyKind.SECRET  # KeyStoreSpi.engineEntryInstanceOf goes by the chain alone
    return str(kind), tuple(one.sha256 for one in entry.chain), entry.created_ms


def theirs(answer):
    """Rows by folded alias of an answer of Lister, or REFUSED.

    A date that Java makes up while it loads, for want of one in the file, is None.
    """
    if "error" in answer:
        return REFUSED
    first, last = answer["loaded"]
    rows = {}
    for one in answer["entries"]:
        if one["kind"] == "none":
            continue  # an alias of a JKS with a capital letter, behind which Java finds nothing
        made_up = answer["type"] == "PKCS12" and first <= one["created_ms"] <= last
        date = None if made_up else one["created_ms"]
        row = one["kind"], tuple(one["chain"]), date
        assert rows.setdefault(one["alias"].lower(), row) == row
    return rows
