"""Hold what unpin reads of a store against what Lister printed of it, entry by entry."""

import re
from typing import NamedTuple

from unpin.jdk.key_store_view import hidden_from_java, refused_by_java
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import UnpinError
from unpin.model.formats import Format
from unpin.stores.java import jks
from unpin.stores.pkcs12 import decoder as pkcs12

REFUSED, UNCLEAR = "refused", "differs from version to version"
SINCE = re.compile(r"Java (.*?) (?:does|do|takes?) .*; Java (?:21 and )?25 ")
"""A note about what the versions that it begins with refuse."""

UNTIL = re.compile(r", which Java (17|17 and 21) still accepts?$")
"""The end of a refusal that earlier versions lack, and their numbers."""

IN_SOME_PLACES = "which Java reads in some places only"


class Row(NamedTuple):
    """An entry as Java shows it. `created_ms` is None where Java makes up a date on loading."""

    kind: str
    chain: tuple[str, ...]
    created_ms: int | None


class Listing(NamedTuple):
    """Rows by lower-case alias, and the aliases behind which Java finds nothing."""

    rows: dict[str, Row]
    nothing: set[str]


def decoded(data, password):
    """The store that unpin reads, or the UnpinError that it raises."""
    codec = jks if jks.claims(data) else pkcs12
    try:
        return codec.decode(data, source="store", password=password)
    except UnpinError as error:
        return error


def expected(store, version):
    """What unpin says that Java of this version shows: a Listing, or that it is refused."""
    if isinstance(store, UnpinError):
        return REFUSED
    refusal = refused_by_java(store)
    for note in store.notes:
        if (found := SINCE.match(note)) and str(version) in found[1].split(" and "):
            return REFUSED
    since = store.protection.java_since
    if since.isdecimal() and version < int(since):
        return REFUSED
    if refusal is not None:
        return REFUSED if refuses(refusal, version) else UNCLEAR
    hidden = hidden_from_java(store)
    rows, nothing = {}, set()
    for index, entry in enumerate(store.entries):
        if index not in hidden:
            assert entry.alias.lower() not in rows, f"two visible entries {entry.alias!r}"
            rows[entry.alias.lower()] = _row(store, entry)
    if store.format is not Format.PKCS12:
        nothing = {one.alias for one in store.entries if one.alias.lower() not in rows}
    return Listing(rows, nothing)


def refuses(refusal, version):
    """Whether Java of this version refuses a certificate, by unpin's words; None where it may.

    An earlier version that accepts what they name may still refuse something else in it.
    """
    if refusal is None:
        return False
    until = UNTIL.search(refusal)
    earlier = until is not None and str(version) in until[1].split(" and ")
    return None if earlier or refusal.endswith(IN_SOME_PLACES) else True


def _row(store, entry):
    if isinstance(entry, TrustedEntry):
        return Row("trusted certificate", (entry.certificate.sha256,), entry.created_ms)
    assert isinstance(entry, KeyEntry)
    kind = entry.kind
    if store.format is not Format.PKCS12 and not entry.chain:
        kind = KeyKind.SECRET  # NOTE: KeyStoreSpi takes every key without certificates for secret
    return Row(kind, tuple(one.sha256 for one in entry.chain), entry.created_ms)


def shown(answer):
    """What Lister printed: a Listing, or that the store is refused.

    PKCS12 keeps no date of a trusted certificate, nor of a key without "Time" in its localKeyID.
    Java then shows the moment of loading, which is between the two of `loaded`: unpin's is None.
    """
    if "error" in answer:
        return REFUSED
    first, last = answer["loaded"]
    rows, nothing = {}, set()
    for one in answer["entries"]:
        alias, created = one["alias"], one["created_ms"]
        if one["kind"] == "none":
            nothing.add(alias)
            continue
        made_up = answer["type"] == "PKCS12" and first <= created <= last
        row = Row(one["kind"], tuple(one["chain"]), None if made_up else created)
        # JKS lists every spelling of an alias, and finds the same entry behind each.
        assert rows.setdefault(alias.lower(), row) == row
    return Listing(rows, nothing)
