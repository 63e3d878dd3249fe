"""The registry of the families of TLS clients, each of which has a module of its own."""

from typing import Final

from unpin.model.errors import UsageError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.client_programs import PROGRAMS
from unpin.pki.clients.boringssl import BORINGSSL
from unpin.pki.clients.bouncycastle import BOUNCYCASTLE
from unpin.pki.clients.dotnet import DOTNET
from unpin.pki.clients.gnutls import GNUTLS
from unpin.pki.clients.go import GO
from unpin.pki.clients.java import PKIX, SUNX509
from unpin.pki.clients.mbedtls import MBEDTLS
from unpin.pki.clients.not_modelled import SCHANNEL, SECURE_TRANSPORT
from unpin.pki.clients.nss import NSS
from unpin.pki.clients.openssl import OPENSSL, PARTIAL_CHAIN, STRICT
from unpin.pki.clients.rules import ClientRules
from unpin.pki.clients.rustls import RUSTLS
from unpin.pki.clients.wolfssl import WOLFSSL

CLIENTS: Final = (
    PKIX,
    SUNX509,
    OPENSSL,
    PARTIAL_CHAIN,
    STRICT,
    GO,
    RUSTLS,
    GNUTLS,
    DOTNET,
    BORINGSSL,
    NSS,
    BOUNCYCASTLE,
    MBEDTLS,
    WOLFSSL,
    SCHANNEL,
    SECURE_TRANSPORT,
)
"""Every family, in the order of reports; a row here is all that a new module needs."""

MODELLED: Final = tuple(client for client in CLIENTS if client.model is not None)
"""The families whose verdicts unpin knows."""

USUAL: Final = (OPENSSL, PARTIAL_CHAIN, STRICT, PKIX, GO, RUSTLS, DOTNET, GNUTLS)
"""The families that are asked about by default, in the order of reports."""

_OF_NO_FAMILY: Final = {
    "cryptography": "the verifier of Python's cryptography (cryptography.x509.verification)",
}
"""Verifiers that agree with no family, as measured."""

_LISTED: Final = "unpin explain --clients lists the names"
_BY_IDENT: Final = {client.ident: client for client in CLIENTS}


def client_named(ident: str) -> ClientRules:
    """The family `ident`. Raises UsageError for an unknown family or a family without a model."""
    if ident not in _BY_IDENT:
        if ident in _OF_NO_FAMILY:
            raise UsageError(f"{_OF_NO_FAMILY[ident]} is not modelled", _LISTED)
        from difflib import get_close_matches

        near = get_close_matches(ident, (*_BY_IDENT, *PROGRAMS), 3)
        raise UsageError(
            f"no client family or program is called {ident!r}",
            f"did you mean {' or '.join(near)}?" if near else _LISTED,
        )
    return _BY_IDENT[ident]


def clients_named(name: str) -> tuple[ClientRules, ...]:
    """The family of this ident, those of a program or driver, or all; upper case is lower case.

    Raises UsageError for an unknown name.
    """
    folded = name.strip().lower()
    if folded == "all":
        return MODELLED
    return tuple(client_named(ident) for ident in PROGRAMS.get(folded, (folded,)))


def choose_clients(names: str) -> tuple[ClientRules, ...]:
    """The families of a comma-separated list. Raises UsageError for an unknown name."""
    chosen = (client for name in names.split(",") for client in clients_named(name))
    return tuple(dict.fromkeys(chosen))


def reading_clients(store: Store) -> tuple[ClientRules, ...]:
    """The families that read a store of this format, as far as they are modelled."""
    if store.format is Format.FOLDER:
        return (OPENSSL, PARTIAL_CHAIN, STRICT)
    return (PKIX,) if store.format.is_java else MODELLED


def default_clients(store: Store) -> tuple[ClientRules, ...]:
    """Those of `reading_clients` with which people connect to databases and services.

    For a PEM, the families of psql and libpq come first.
    """
    readers = reading_clients(store)
    return tuple(client for client in USUAL if client in readers)
