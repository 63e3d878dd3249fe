"""The values that a file holds, as its own parser gives them to a client."""

import re
from dataclasses import field
from typing import Final

from unpin.model.values import frozen
from unpin.stores.embedded.scalars import Scalar

BEGIN_MARKER: Final = "-----BEGIN "
END_MARKER: Final = "-----END "
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/=\s]")
_SHORTEST: Final = 32
"""No store has a base64 of fewer characters."""
_OF_PEM: Final = "LS0tLS1CRUdJTi"
"""How the base64 of "-----BEGIN" begins."""


@frozen
class TextValue:
    """A value: its key, and its text after unescaping.

    `lines` are the lines of the file (1-based) from which the lines of the text come; the last of
    them stands for all that follow. `path` are the parts of the key. `scalar` is where the value is
    in its file.
    """

    path: tuple[str, ...]
    text: str
    lines: tuple[int, ...]
    scalar: Scalar | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The key: "data.ca.crt", "[0].cert"."""
        joined = ".".join(self.path)
        return joined.replace(".[", "[")

    @property
    def markers(self) -> int:
        """How many BEGIN markers are in it."""
        return self.text.count(BEGIN_MARKER)

    @property
    def may_be_base64(self) -> bool:
        """Whether all of it is base64, and long enough to be a store."""
        return _is_base64(self.text)

    @property
    def is_base64_of_pem(self) -> bool:
        """Whether it is the base64 of a PEM text."""
        return self.text.lstrip().startswith(_OF_PEM) and self.may_be_base64


def is_of_interest(text: str) -> bool:
    """Whether a scalar may be a store: PEM, or base64."""
    return BEGIN_MARKER in text or _is_base64(text)


def _is_base64(text: str) -> bool:
    return len(text) >= _SHORTEST and _NOT_BASE64.search(text) is None
