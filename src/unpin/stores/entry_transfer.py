"""Turn an entry of a store into an entry of another, byte for byte if the formats allow it."""

from unpin.asn1 import object_identifiers as oids
from unpin.model.entries import TrustedEntry
from unpin.model.formats import EntryLayout, Format, Variant
from unpin.model.store import Store
from unpin.stores import encoders


def same_layout(origin: Store, target: Format) -> bool:
    """Whether a trusted entry of `origin` has the same bytes in a `target` file."""
    layout = target.facts.layout
    if layout is EntryLayout.CERTIFICATE or layout is not origin.format.facts.layout:
        return False
    # Version 1 does not write the type of a certificate.
    return layout is not EntryLayout.JAVA_KEY_STORE or origin.variant is Variant.VERSION_2


def transfer_trusted(
    entry: TrustedEntry, origin: Store, target: Format, *, alias: str, created_ms: int
) -> TrustedEntry:
    """The entry in the format `target`; a PEM block is always written anew.

    So is a PKCS12 bag without friendlyName, to which Java would give another number, and a bag that
    Java does not list. Raises CannotWriteError for an alias that the format cannot hold.
    """
    kept = entry.raw and entry.trusted and not entry.unlisted and same_layout(origin, target)
    if target is Format.PKCS12:
        kept = kept and any(attribute.oid == oids.FRIENDLY_NAME for attribute in entry.attributes)
    if not kept:
        return TrustedEntry(alias, entry.certificate, b"", created_ms)
    renamed = encoders.rename(entry, alias, target)
    assert isinstance(renamed, TrustedEntry)
    return renamed
