"""Turn an entry of one store into an entry of another, byte for byte where the format allows it."""

from unpin.asn1 import object_identifiers as oids
from unpin.model.entries import TrustedEntry
from unpin.model.formats import EntryLayout, Format, Variant
from unpin.model.store import Store
from unpin.stores import encoders


def same_layout(origin: Store, target: Format) -> bool:
    """Whether a trusted entry of `origin` lies in a `target` file as the same bytes."""
    layout = target.facts.layout
    if layout is EntryLayout.CERTIFICATE or layout is not origin.format.facts.layout:
        return False
    # Version 1 does not name the type of a certificate: its slots are shorter.
    return layout is not EntryLayout.JAVA_KEY_STORE or origin.variant is Variant.VERSION_2


def transfer_trusted(
    entry: TrustedEntry, origin: Store, target: Format, *, alias: str, created_ms: int
) -> TrustedEntry:
    """The entry as `target` holds it; a block of a bundle is always written anew, plainly.

    A PKCS12 bag without a name is new as well: Java would call it by another number. So is one that
    Java does not see. Raises CannotWriteError for an alias that the format cannot hold.
    """
    kept = entry.raw and entry.trusted and not entry.unlisted and same_layout(origin, target)
    if target is Format.PKCS12:
        kept = kept and any(one.oid == oids.FRIENDLY_NAME for one in entry.attributes)
    if not kept:
        return TrustedEntry(alias, entry.certificate, b"", created_ms)
    renamed = encoders.rename(entry, alias, target)
    assert isinstance(renamed, TrustedEntry)
    return renamed
