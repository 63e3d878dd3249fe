"""Write and read the textual encoding of DER: Base64 between BEGIN and END lines (RFC 7468)."""

import binascii
import re
from typing import Final

_LINE: Final = 48
"""The bytes that a line of 64 characters encodes (RFC 7468 2)."""
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL
)


def base64_lines(der: bytes) -> list[str]:
    """The Base64 of `der` in lines of 64 characters, without line ends."""
    starts = range(0, len(der), _LINE)
    return [
        binascii.b2a_base64(der[at : at + _LINE], newline=False).decode("ascii") for at in starts
    ]


def block_lines(label: str, der: bytes) -> list[str]:
    """The lines of a block, BEGIN and END lines included, without line ends."""
    return [f"-----BEGIN {label}-----", *base64_lines(der), f"-----END {label}-----"]


def block(label: str, der: bytes) -> str:
    """`der` as a block; every line ends with a line feed."""
    return "\n".join((*block_lines(label, der), ""))


def certificate_blocks(data: bytes) -> tuple[bytes, ...]:
    """The DER of each certificate block in `data` (RFC 7468 5), under any label that tools write.

    A block that is not Base64 is left out. NOTE: the DER of a TRUSTED CERTIFICATE block ends with
    OpenSSL's trust settings. Stores are read by unpin.stores.pem, which reports their faults.
    """
    certificates = []
    for match in _CERTIFICATE.finditer(data):
        try:
            certificates.append(binascii.a2b_base64(b"".join(match[1].split()), strict_mode=True))
        except binascii.Error:
            continue
    return tuple(certificates)
