"""Say of a file that it is written as every client reads it, so that no scanner is needed."""

import re
from typing import Final

_TEXT: Final = re.compile(
    rb"(?>"
    rb"(?!0|\xef\xbb\xbf|.*-----)[^\x00-\x08\x0b-\x1f\x7f\n]{0,250}\r?\n"
    rb"|"
    rb"-----BEGIN CERTIFICATE-----\r?\n(?:[A-Za-z0-9+/]{64}\r?\n)*"
    rb"(?:[A-Za-z0-9+/]{4}){0,15}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\r?\n"
    rb"-----END CERTIFICATE-----(?:\r?\n|\Z)"
    rb")*+\Z"
)
"""Lines of text without dashes in a row, and blocks of full lines and a last one.

NOTE: Java takes what begins with the digit 0, where a block could begin, for DER.
"""


def is_plain(data: bytes) -> bool:
    """Whether it is blocks labelled CERTIFICATE, and text that no client takes for anything."""
    return _TEXT.match(data) is not None
