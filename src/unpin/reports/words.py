"""Words that several reports share: which store, and which clients."""

import shlex
from collections.abc import Iterable, Sequence
from typing import Final

from unpin.model.store import Store
from unpin.pki.clients import CLIENTS
from unpin.reports.render import printable
from unpin.wording import counted, listed

_MOST_TITLES: Final = 3
"""Most clients that a sentence names; more are counted."""

_TITLES: Final = {client.ident: client.title for client in CLIENTS}


def store_title(store: Store) -> str:
    """The line above a report: source, format, size, and which password opened it."""
    title = f"{store.source}: {store.format}, {counted(len(store.entries), 'entry', 'entries')}"
    if store.protection.password:
        title += f", opened with {store.protection.password}"
    return printable(title)


def argument(store: Store) -> str:
    """The store in a command line that may be pasted into a shell."""
    if store.source == "standard input":
        return "-"
    return printable(shlex.quote(store.source))


def clients(idents: Sequence[str], total: int) -> str:
    """The client families `idents`, of `total` that were asked about."""
    if len(idents) == total and total > 1:
        return "every client"
    if len(idents) > _MOST_TITLES:
        return f"{len(idents)} of {total} clients"
    return listed(_TITLES.get(ident, ident) for ident in idents)


def titles(idents: Iterable[str]) -> str:
    """Every client family of `idents` by its title."""
    return listed(_TITLES.get(ident, ident) for ident in idents)
