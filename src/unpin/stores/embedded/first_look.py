"""Say cheaply whether a file may hold stores as values: asked of every file."""

import re
from typing import Final

_LONGEST: Final = 8_000_000
"""Most bytes of a file that is looked through."""
_BINARY: Final = b"\xfe\xce\x30\x00\xff"
"""The first bytes of stores that are no text."""
ELF: Final = b"\x7fELF"
_PROGRAMS: Final = (ELF, b"\xca\xfe\xba\xbe")
"""How programs and classes begin: what looks like a value in one cannot be written anew."""
_BEGIN: Final = b"-----BEGIN"
"""Without the blank, at which YAML may break a line."""
_BASE64_OF_PEM: Final = b"LS0tLS1CRUdJTi"
_BINARY_VALUES: Final = re.compile(
    rb"""(?m)["']?kind["']?[ \t]*:[ \t]*["']?Secret\b|^[ \t]*["']?binaryData["']?[ \t]*:"""
)


def may_hold_values(data: bytes) -> bool:
    """Whether it is worth the while to look for values: a cheap look at every file."""
    if len(data) > _LONGEST or data[:1] in _BINARY or data.startswith(_PROGRAMS):
        return False
    return _is_off_line(data) or _BASE64_OF_PEM in data or has_binary_values(data)


def _is_off_line(data: bytes) -> bool:
    """Whether a BEGIN marker does not stand at the beginning of its line."""
    at = data.find(_BEGIN)
    while at >= 0:
        if at and data[at - 1] not in b"\r\n":
            return True
        at = data.find(_BEGIN, at + len(_BEGIN))
    return False


def has_binary_values(data: bytes) -> bool:
    """Whether it looks like a manifest of Kubernetes with values in base64."""
    may = b":" in data and (b"Secret" in data or b"binaryData" in data)
    return may and _BINARY_VALUES.search(data) is not None
