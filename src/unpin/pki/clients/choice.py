"""Which client families a question is about: those that read the format, or those named."""

from unpin.model.errors import UsageError
from unpin.model.store import Store
from unpin.pki.clients.families import CLIENTS, ClientRules


def default_clients(store: Store) -> tuple[ClientRules, ...]:
    """The client families that read a store of this format, as far as they are modelled."""
    if store.format.is_java:
        return tuple(client for client in CLIENTS if client.ident == "java")
    return tuple(client for client in CLIENTS if client.model is not None)


def choose_clients(names: str) -> tuple[ClientRules, ...]:
    """The families of a comma-separated list. Raises UsageError for an unknown one."""
    known = {client.ident: client for client in CLIENTS}
    chosen = []
    for name in (part.strip() for part in names.split(",")):
        if name not in known:
            raise UsageError(
                f"no client family is called {name!r}", "known: " + ", ".join(sorted(known))
            )
        chosen.append(known[name])
    return tuple(chosen)
