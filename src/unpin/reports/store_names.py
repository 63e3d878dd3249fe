"""The name of a store in a title, and in a command line."""

import shlex

from unpin.model.store import Store
from unpin.operations.opening import STANDARD_INPUT, STANDARD_INPUT_NAME
from unpin.wording import counted


def store_title(store: Store) -> str:
    """The title of a report: source, format, number of entries, and the password's origin."""
    title = f"{store.source}: {store.format}, {counted(len(store.entries), 'entry', 'entries')}"
    return title + opened_with(store)


def opened_with(store: Store) -> str:
    """The end of a title that says which password opened the store; "" if none did."""
    return f", opened with {store.protection.password}" if store.protection.password else ""


def shell_argument(store: Store) -> str:
    """The store in a command line that may be pasted into a shell."""
    if store.source == STANDARD_INPUT_NAME:
        return STANDARD_INPUT
    return shlex.quote(store.source)
