"""Read a file of bare DER certificates: one, or several one after the other as Java reads them."""

import re
from typing import Final

from unpin.model import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.errors import LimitExceededError, MalformedStoreError
from unpin.model.store import Format, Store
from unpin.stores.encoding_faults import fault
from unpin.stores.pkcs7 import LENGTH

FORMAT: Final = Format.DER

MAX_CERTIFICATES: Final = 100_000
"""Most certificates of one file."""

_VERSION_1_FIELDS: Final = (
    tlv.INTEGER,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
    tlv.SEQUENCE,
)
_HEADER: Final = re.compile(
    rb"\x30" + LENGTH + rb"\x30" + LENGTH + rb"\xa0\x03\x02\x01[\x00-\x04]\x02", re.DOTALL
)


def claims(data: bytes) -> bool:
    """Whether `data` begins like a certificate (RFC 5280 4.1); version 3 even if truncated."""
    return _HEADER.match(data) is not None or _is_version_1(data)


def decode(data: bytes, *, source: str, password: str | None) -> Store:
    """Read one certificate after the other.

    Raises MalformedStoreError where the first is truncated, LimitExceededError beyond
    `MAX_CERTIFICATES`. What follows the last is a note.
    """
    del password
    entries: list[TrustedEntry] = []
    position = 0
    while position < len(data):
        try:
            node = tlv.read(data, position).expect(tlv.SEQUENCE, "certificate")
        except tlv.TlvError as error:
            if not entries:
                raise MalformedStoreError(f"{source}: {error}") from error
            break
        if len(entries) == MAX_CERTIFICATES:
            raise LimitExceededError(f"{source}: more than {MAX_CERTIFICATES} certificates")
        entries.append(TrustedEntry("", Certificate(node.raw), node.raw))
        position = node.end
    if not entries:
        raise MalformedStoreError(f"{source}: no certificate")
    rest = len(data) - position
    return Store(
        source=source,
        format=FORMAT,
        entries=tuple(entries),
        faults=(fault("der"),),
        notes=(f"{rest} bytes after the last certificate",) if rest else (),
        container=data[position:],
    )


def _is_version_1(data: bytes) -> bool:
    try:
        tbs = next(iter(tlv.read(data).expect(tlv.SEQUENCE, "certificate")), None)
        if tbs is None:
            return False
        fields = iter(tbs.expect(tlv.SEQUENCE, "TBSCertificate"))
        return all(
            child is not None and child.tag == tag
            for tag, child in ((tag, next(fields, None)) for tag in _VERSION_1_FIELDS)
        )
    except tlv.TlvError:
        return False
