"""What two stores can be compared in: a format that keeps no dates has not lost any."""

from dataclasses import dataclass

from unpin.model.formats import Naming
from unpin.model.store import Store


@dataclass(frozen=True, slots=True)
class Scope:
    """What both stores hold in the same way.

    `names` are aliases, or files of a folder; `sealed` the encrypted bytes of keys, and raw bytes
    of what cannot be read; `chains` the certificates of a key; `attributes` those of PKCS12 bags;
    `visibility` is what Java sees; `order` says that the position of an entry can decide.
    """

    names: bool
    sealed: bool
    chains: bool
    attributes: bool
    visibility: bool
    order: bool

    @staticmethod
    def of(before: Store, after: Store) -> "Scope":
        """What can be compared, by the formats and, for names, by what the stores hold."""
        formats = {before.format, after.format}
        same = len(formats) == 1
        files = any(one.facts.naming is Naming.FILE for one in formats)
        java = all(one.is_java for one in formats)
        return Scope(
            names=same or (not files and _named(before) and _named(after)),
            sealed=same,
            chains=same or java,
            attributes=same and before.format.facts.attributes,
            visibility=java,
            order=all(one.facts.order_decides for one in formats),
        )


def _named(store: Store) -> bool:
    """Whether the store gives its entries aliases; an empty one contradicts nobody."""
    return not store.entries or any(entry.alias for entry in store.entries)
