"""Say cheaply whether a file may hold stores as values: asked of every file."""

import re
from typing import Final

_LONGEST: Final = 16_000_000
"""Most bytes of a file that is looked through."""
_BINARY: Final = b"\xfe\xce\x30\x00\xff"
"""The first bytes of stores that are no text."""
_OFF_LINE: Final = re.compile(rb"[^\r\n]-----BEGIN ")
_BASE64_OF_PEM: Final = b"LS0tLS1CRUdJTi"
_BINARY_VALUES: Final = re.compile(
    rb"""(?m)["']?kind["']?[ \t]*:[ \t]*["']?Secret\b|^[ \t]*["']?binaryData["']?[ \t]*:"""
)


def may_hold_values(data: bytes) -> bool:
    """Whether it is worth the while to look for values: a cheap look at every file."""
    if len(data) > _LONGEST or data[:1] in _BINARY:
        return False
    return _OFF_LINE.search(data) is not None or _BASE64_OF_PEM in data or has_binary_values(data)


def has_binary_values(data: bytes) -> bool:
    """Whether it looks like a manifest of Kubernetes with values in base64."""
    return _BINARY_VALUES.search(data) is not None
