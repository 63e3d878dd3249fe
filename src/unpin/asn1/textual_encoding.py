"""Write and read DER as a block of text with markers (RFC 7468)."""

import binascii
import re
from typing import Final

_LINE: Final = 48
"""Bytes of a line of 64 characters (RFC 7468 2)."""
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL
)


def base64_lines(der: bytes) -> list[str]:
    """The Base64 of `der`, in lines of 64 characters."""
    starts = range(0, len(der), _LINE)
    return [
        binascii.b2a_base64(der[at : at + _LINE], newline=False).decode("ascii") for at in starts
    ]


def block_lines(label: str, der: bytes) -> list[str]:
    """The lines of a block, its markers included, without line ends."""
    return [f"-----BEGIN {label}-----", *base64_lines(der), f"-----END {label}-----"]


def block(label: str, der: bytes) -> str:
    """`der` as one block with a line end after each line."""
    return "\n".join((*block_lines(label, der), ""))


def certificate_blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of each certificate block in `data`, under any of the labels that tools write.

    RFC 7468 5; what is not Base64 is left out. NOTE: of a TRUSTED CERTIFICATE block the DER ends
    with OpenSSL's trust settings. A store is read by unpin.stores.pem, which says what is odd.
    """
    found = []
    for match in _CERTIFICATE.finditer(data):
        try:
            found.append(binascii.a2b_base64(b"".join(match[1].split()), strict_mode=True))
        except binascii.Error:
            continue
    return tuple(found)
