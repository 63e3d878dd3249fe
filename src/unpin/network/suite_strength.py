"""Which cipher suites are weak, by their name in OpenSSL."""

from typing import Final


def is_weak_suite(suite: str) -> bool:
    """Whether a suite has no forward secrecy, no authentication, or a broken cipher or MAC.

    `suite` is spelled as OpenSSL does; "" is none.
    """
    parts = suite.split("-")
    return bool(suite) and (
        not suite.startswith(_FORWARD_SECRET) or any(part in _BROKEN for part in parts)
    )


_FORWARD_SECRET: Final = ("TLS_", "ECDHE-", "DHE-", "EDH-")
"""How suites with an ephemeral key exchange begin; those of TLS 1.3 begin with TLS_."""

_BROKEN: Final = frozenset({"NULL", "RC4", "DES", "CBC3", "RC2", "MD5", "SEED", "IDEA"})
"""Parts of names that say the cipher or MAC is broken."""
