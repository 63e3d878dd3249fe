"""Write one certificate as a PEM block (RFC 7468) below a comment that says what it is."""

import re
import unicodedata
from typing import Final

from unpin.asn1.textual_encoding import block_lines
from unpin.model.certificate import Certificate

_LABEL: Final = 120
"""Most characters of a subject in a comment."""
_DASHES: Final = re.compile(r"-{3,}")
_UNPRINTABLE: Final = re.compile(r"[^ -~]+")


def certificate_block(certificate: Certificate, newline: str = "\n") -> str:
    """The comment and the block, ASCII only, with a line end after each line."""
    digest = certificate.sha256.upper()
    fingerprint = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    lines = (
        f"# {comment(certificate.label)}",
        f"# SHA-256 {fingerprint}",
        *block_lines("CERTIFICATE", certificate.der),
    )
    return "".join(line + newline for line in lines)


def comment(text: str) -> str:
    r"""A subject as one line of ASCII in which no reader finds a marker, whatever it holds.

    Accents are dropped, other characters written as in Python (`\\u0131`), and dashes that might
    make up a marker shortened.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    ascii_text = plain.encode("ascii", "backslashreplace").decode("ascii")
    line = " ".join(_UNPRINTABLE.sub(" ", ascii_text).split())
    line = _DASHES.sub("--", line)
    return line if len(line) <= _LABEL else line[: _LABEL - 3] + "..."
