"""The clients of a store by what refers to it: an audit of a tree judges the store for them."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from unpin.model.values import frozen
from unpin.operations.inventory import Leads, LinkedReference, file_of
from unpin.operations.reference_links import Linker
from unpin.operations.taken_entries import linked_references
from unpin.pki.clients import reading_clients
from unpin.references.model import OPERATING_SYSTEM, ReferenceRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from unpin.model.store import Store
    from unpin.operations.reference_look import Seen
    from unpin.pki.clients.rules import ClientRules

_TRUSTING: Final = frozenset(
    {
        ReferenceRole.TRUST,
        ReferenceRole.LEAF_PIN,
        ReferenceRole.IMPORT,
        ReferenceRole.CLIENTS,
        ReferenceRole.BUILD,
    }
)
"""The roles by which a client, a server or a build tool reads a store."""


@frozen
class StoreAtPlace:
    """A file that may be a store: what the linker has to know of it."""

    source: str
    archive: str | None
    format: str = ""

    @property
    def file(self) -> str:
        """The file itself."""
        return self.source


class ReferringClients:
    """What refers to the stores of a tree, and the client families of it.

    `complete` is False where a text was not read in full: then no store is judged for some clients
    alone, as others may be named there.
    """

    def __init__(
        self,
        seen: Sequence[Seen],
        places: Sequence[StoreAtPlace],
        given: Sequence[str],
        members: Mapping[str, set[str]],
        *,
        complete: bool,
    ) -> None:
        linker = Linker(seen, places, given, members)
        self._users: dict[str, list[LinkedReference]] = {}
        self._namesakes: dict[str, list[LinkedReference]] = {}
        """References that lead to no file here, by the name of the file that they mean."""
        self._of_file: dict[str, list[LinkedReference]] = {}
        every, cut = linked_references(linker, seen)
        self._complete = complete and cut is None
        for linked in every:
            if linked.reference.role not in _TRUSTING:
                continue
            if linked.leads is not Leads.HERE:
                name = PurePath(linked.reference.store).name
                self._namesakes.setdefault(name, []).append(linked)
                continue
            for place in linked.places:
                self._users.setdefault(place, []).append(linked)
                self._of_file.setdefault(file_of(place), []).append(linked)

    def references(self, source: str) -> tuple[LinkedReference, ...]:
        """The references to the store in a file; of a value to its file.

        Those that may mean it by its name are added, if another one leads to it.
        """
        found = self._users.get(source) or self._users.get(file_of(source))
        if not found:
            return ()
        # A path of another machine, or of a variable, may be that of the same store.
        others = self._namesakes.get(PurePath(file_of(source)).name, ())
        return (*found, *others)

    def of_file(self, file: str) -> tuple[LinkedReference, ...]:
        """The references to a file, or to any value in it, and those that may mean it by name."""
        found = self._of_file.get(file, ())
        return (*found, *self._namesakes.get(PurePath(file).name, ())) if found else ()

    def clients(self, store: Store) -> tuple[ClientRules, ...]:
        """The families that read the store by what refers to it; () for all of them.

        That is where nothing refers to it, where a server judges its clients with it, where every
        program of a system reads it, where the families of a client are not known or do not read
        such a store, and where not everything was read.
        """
        users = self.references(store.source)
        if not self._complete or not users:
            return ()
        reading = {client.ident: client for client in reading_clients(store)}
        chosen: dict[str, ClientRules] = {}
        for each in users:
            reference = each.reference
            families = [ident for ident in reference.families if ident in reading]
            everybody = OPERATING_SYSTEM in reference.readers
            if everybody or len(families) < len(reference.families) or not families:
                return ()
            chosen |= {ident: reading[ident] for ident in families}
        return tuple(client for ident, client in reading.items() if ident in chosen)
