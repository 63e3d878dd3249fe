"""Which cipher suites are weak, by their name in OpenSSL or at IANA."""

from typing import Final


def is_weak_suite(suite: str) -> bool:
    """Whether a suite has no forward secrecy, no authentication, or a broken cipher or MAC.

    `suite` is spelled as OpenSSL or as IANA does (MariaDB with wolfSSL); "" is none.
    """
    if _WITH in suite:
        name = suite.removeprefix("TLS_")
        return not name.startswith(_IANA_FORWARD_SECRET) or not _BROKEN.isdisjoint(name.split("_"))
    parts = suite.split("-")
    return bool(suite) and (
        not suite.startswith(_FORWARD_SECRET) or any(part in _BROKEN for part in parts)
    )


_WITH: Final = "_WITH_"
"""What the names of IANA have between key exchange and cipher, up to TLS 1.2."""

_IANA_FORWARD_SECRET: Final = ("ECDHE_", "DHE_")

_FORWARD_SECRET: Final = ("TLS_", "TLS13-", "ECDHE-", "DHE-", "EDH-")
"""How suites with an ephemeral key exchange begin; those of TLS 1.3 begin with TLS_ or TLS13-."""

_BROKEN: Final = frozenset(
    {"NULL", "RC4", "DES", "3DES", "DES40", "CBC3", "RC2", "MD5", "SEED", "IDEA"}
)
"""Parts of names that say the cipher or MAC is broken."""
