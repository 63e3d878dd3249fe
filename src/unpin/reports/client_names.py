"""The names of client families in reports: their titles, or their number."""

from collections.abc import Iterable, Sequence
from typing import Final

from unpin.pki.clients import CLIENTS
from unpin.wording import listed

_MOST_TITLES: Final = 3
"""The most clients that a sentence names; more are counted."""

_TITLES: Final = {client.ident: client.title for client in CLIENTS}


def some_clients(idents: Sequence[str], total: int) -> str:
    """The client families `idents` in words; `total` is the number of families in the report."""
    if len(idents) == total and total > 1:
        return "every client"
    if len(idents) > _MOST_TITLES:
        return f"{len(idents)} of {total} clients"
    return family_titles(idents)


def family_titles(idents: Iterable[str]) -> str:
    """The titles of the client families `idents`, as a list in words."""
    return listed(_TITLES.get(ident, ident) for ident in idents)
