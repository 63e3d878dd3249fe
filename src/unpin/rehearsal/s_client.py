"""Read what `openssl s_client` prints about a connection besides the certificates."""

import re
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 1_048_576
"""The bytes of the output that are searched; the connection is near the beginning."""

_SESSION: Final = re.compile(r"^New, ([^,\s]+), Cipher is (\S+)", re.MULTILINE)
_PROTOCOL: Final = re.compile(r"^\s+Protocol\s*: (\S+)", re.MULTILINE)
_CIPHER: Final = re.compile(r"^\s+Cipher\s*: (\S+)", re.MULTILINE)
_VERIFY: Final = re.compile(r"^\s*Verify return code: (\d+) \(([^)\n]*)\)", re.MULTILINE)
_SUBJECT: Final = re.compile(r"^subject=(.*)$", re.MULTILINE)
_SENT: Final = re.compile(r"^\s*(\d+) s:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ObservedConnection:
    """A connection as s_client reports it; a field is None where the output lacks it.

    `verify_code` and `verify_text` are the result of s_client's own verification with its own trust
    store. `sent` is the number of certificates that the server sent.
    """

    protocol: str | None
    cipher: str | None
    verify_code: int | None
    verify_text: str | None
    subject: str | None
    sent: int | None


def observed_connection(data: bytes) -> ObservedConnection | None:
    """Read the output of s_client; None for other text.

    If the output has several connections, the first counts.
    """
    text = data[:MAX_TEXT].decode("utf-8", "replace").replace("\r\n", "\n")
    if "\nCertificate chain\n" not in f"\n{text}" and "\nServer certificate\n" not in f"\n{text}":
        return None
    session, verify = _SESSION.search(text), _VERIFY.search(text)
    protocol, cipher = _PROTOCOL.search(text), _CIPHER.search(text)
    subject, sent = _SUBJECT.search(text), [int(number) for number in _SENT.findall(text)]
    return ObservedConnection(
        protocol=protocol[1] if protocol else session[1] if session else None,
        cipher=cipher[1] if cipher else session[2] if session else None,
        verify_code=int(verify[1]) if verify else None,
        verify_text=verify[2] if verify else None,
        subject=subject[1].strip() if subject else None,
        sent=max(sent) + 1 if sent else None,
    )
