"""Take the certificates out of what a PEM file, or a download, holds."""

import base64
import binascii
import re
from typing import Final

from unpin.asn1.textual_encoding import block_lines

_BLOCK: Final = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL
)


def blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of each CERTIFICATE block (RFC 7468 5); what is not Base64 is left out."""
    found = []
    for match in _BLOCK.finditer(data):
        try:
            found.append(base64.b64decode(b"".join(match[1].split()), validate=True))
        except binascii.Error:
            continue
    return tuple(found)


def write(der: bytes) -> str:
    """`der` as one PEM block with lines of 64 characters (RFC 7468 2)."""
    return "\n".join((*block_lines("CERTIFICATE", der), ""))
