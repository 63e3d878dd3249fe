"""What a driver or a server says, on a line and without passwords."""

import re
from typing import Final

_MOST: Final = 300
"""The longest text that a message repeats."""

_SECRETS: Final = re.compile(r"(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)|(?<=://)[^\s@/]*@")


def on_a_line(text: str, secret: str) -> str:
    """`text` on a line, cut where it is long, without the password `secret` and others."""
    said = " ".join(text.split())
    if secret:
        said = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "(hidden)", said)
    said = _SECRETS.sub(lambda found: (found[1] or "") + "(hidden)", said)
    return said if len(said) <= _MOST else f"{said[:_MOST]}..."
