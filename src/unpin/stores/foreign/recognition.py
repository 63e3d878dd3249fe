"""Name the kind of a file that is not a trust store."""

from typing import Final

from unpin.asn1 import tlv
from unpin.stores.foreign.binary import binary_kind
from unpin.stores.foreign.der import der_kind
from unpin.stores.foreign.kinds import ForeignFile, ForeignKind
from unpin.stores.foreign.text import text_kind

_IBM_DATABASE: Final = ".kdb"


def recognise(data: bytes, source: str = "") -> ForeignFile:
    """What a file is that no decoder claims: "an HTML page", "a private key (DER)".

    Never raises. `source` counts only where the bytes say nothing: no first bytes of an IBM key
    database are published.
    """
    if not data:
        return ForeignFile(ForeignKind.EMPTY)
    if not data.strip(b"\0"):
        return ForeignFile(ForeignKind.ZEROS)
    found = binary_kind(data)
    if found is None and data[0] == tlv.SEQUENCE:
        found = der_kind(data)
    found = found or text_kind(data)
    if found is not None:
        return found
    named = source.lower().endswith(_IBM_DATABASE)
    return ForeignFile(ForeignKind.IBM_DATABASE if named else ForeignKind.BINARY)
