"""What reports call client families: by their titles, or by how many they are."""

from collections.abc import Iterable, Sequence
from typing import Final

from unpin.pki.clients import CLIENTS
from unpin.wording import listed

_MOST_TITLES: Final = 3
"""Most clients that a sentence names; more are counted."""

_TITLES: Final = {client.ident: client.title for client in CLIENTS}


def some_clients(idents: Sequence[str], total: int) -> str:
    """The client families `idents`, of `total` that were asked about."""
    if len(idents) == total and total > 1:
        return "every client"
    if len(idents) > _MOST_TITLES:
        return f"{len(idents)} of {total} clients"
    return client_titles(idents)


def client_titles(idents: Iterable[str]) -> str:
    """Every client family of `idents` by its title."""
    return listed(_TITLES.get(ident, ident) for ident in idents)
