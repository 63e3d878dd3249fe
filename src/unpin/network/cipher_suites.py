"""The cipher suites that a server accepts: a handshake for each, offering what is left."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL

from unpin.model.errors import NoChainError
from unpin.model.values import frozen
from unpin.network.connection import EndedByServerError
from unpin.network.handshake_faults import TlsAlertError
from unpin.network.tls import TlsVersion, agreed_suite, client_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.network.server_address import ServerAddress

MAX_HANDSHAKES: Final = 150
"""The most handshakes for the suites of a version; the local library has some 200 in all."""

_EVERY_SUITE: Final = "ALL:COMPLEMENTOFALL:!PSK:!SRP"
"""Also suites without encryption or certificates; those with a shared secret need the secret."""

_SUITES_OF_1_3: Final = (
    "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
    "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256",
)  # fmt: skip
"""RFC 8446 B.4."""

_KINDS: Final = {
    "RC4": "RC4-SHA",
    "3DES": "DES-CBC3-SHA",
    "single DES": "DES-CBC-SHA",
    "export suites": "EXP-RC4-MD5",
    "static ECDH": "ECDH-RSA-AES128-SHA",
    "static DH": "DH-RSA-AES128-SHA",
    "IDEA": "IDEA-CBC-SHA",
    "SEED": "SEED-SHA",
    "Camellia": "CAMELLIA128-SHA",
    "ARIA": "ARIA128-GCM-SHA256",
    "CCM": "AES128-CCM",
    "NULL": "NULL-SHA",
}
"""Kinds of suites that a library may lack, each with a suite of that kind."""


@frozen
class AcceptedSuites:
    """The suites of a version, in the order in which the server chose them.

    `missing` is why there may be more; None if the server refused all others with an alert.
    """

    version: TlsVersion
    suites: tuple[str, ...]
    missing: str | None


def accepted_suites(
    server: ServerAddress, reached_at: tuple[str, int], timeout: float, version: TlsVersion
) -> AcceptedSuites:
    """Ask for the suites of a version that the server accepts; `timeout` is for each handshake."""
    left = list(_offered(version))
    found: list[str] = []
    missing: str | None = None
    while left and len(found) < MAX_HANDSHAKES:
        try:
            suite = agreed_suite(server, reached_at, timeout, _context(version, left))
        except TlsAlertError:
            break
        except EndedByServerError:
            missing = "the server closed the connection, which may be no answer"
            break
        except NoChainError as error:
            missing = error.message
            break
        if suite not in left:
            missing = f"the server chose {suite}, which was not offered again"
            break
        left.remove(suite)
        found.append(suite)
    else:
        missing = "unpin asked for no more" if left else None
    return AcceptedSuites(version, tuple(found), missing)


@cache
def kinds_not_offered() -> tuple[str, ...]:
    """The kinds of suites that the local library lacks."""
    return tuple(kind for kind, suite in _KINDS.items() if suite not in _known(suite))


@cache
def _offered(version: TlsVersion) -> tuple[str, ...]:
    if version is TlsVersion.TLS_1_3:
        return tuple(suite for suite in _SUITES_OF_1_3 if _has_1_3(suite))
    return tuple(suite for suite in _known(_EVERY_SUITE) if suite not in _SUITES_OF_1_3)


def _known(suites: str) -> Sequence[str]:
    """The suites of OpenSSL's list `suites` that the library has."""
    try:
        return SSL.Connection(client_context(None, _at_every_level(suites)), None).get_cipher_list()
    except SSL.Error:
        return ()


def _has_1_3(suite: str) -> bool:
    try:
        _context(TlsVersion.TLS_1_3, [suite])
    except SSL.Error:
        return False
    return True


def _context(version: TlsVersion, suites: Sequence[str]) -> SSL.Context:
    names = ":".join(suites)
    if version is TlsVersion.TLS_1_3:
        return client_context(version, suites_of_1_3=names.encode())
    return client_context(version, _at_every_level(names))


def _at_every_level(suites: str) -> bytes:
    return f"{suites}:@SECLEVEL=0".encode()
