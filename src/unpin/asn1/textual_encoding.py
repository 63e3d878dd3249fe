"""Put DER into a block of text with markers (RFC 7468)."""

import binascii
from typing import Final

_LINE: Final = 48
"""Bytes of a line of 64 characters (RFC 7468 2)."""


def base64_lines(der: bytes) -> list[str]:
    """The Base64 of `der`, in lines of 64 characters."""
    starts = range(0, len(der), _LINE)
    return [
        binascii.b2a_base64(der[at : at + _LINE], newline=False).decode("ascii") for at in starts
    ]


def block_lines(label: str, der: bytes) -> list[str]:
    """The lines of a block, its markers included, without line ends."""
    return [f"-----BEGIN {label}-----", *base64_lines(der), f"-----END {label}-----"]
