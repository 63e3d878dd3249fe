"""Find the references in a file: what it names as a store, and what it pins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unpin.catalogue.model import Catalogue
from unpin.configurations.document import read_document
from unpin.configurations.find import connections_in
from unpin.configurations.model import Document
from unpin.configurations.secrets import secrets_in
from unpin.connections.drivers import Driver
from unpin.model.errors import UnpinError
from unpin.references.client_calls import call_references
from unpin.references.code_pins import pin_references, pin_table
from unpin.references.commands import Put, command_references, puts_in
from unpin.references.jvm_properties import jvm_references
from unpin.references.keys import key_references
from unpin.references.model import Reference, ReferenceRole
from unpin.references.of_connections import connection_references


@dataclass(frozen=True, slots=True)
class FileReferences:
    """What a file refers to, what it puts where, and the Secrets and ConfigMaps in it, by name.

    `errors` say what of it was not read.
    """

    references: tuple[Reference, ...] = ()
    puts: tuple[Put, ...] = ()
    secrets: tuple[str, ...] = ()
    errors: tuple[UnpinError, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.references or self.puts or self.secrets or self.errors)


def references_in(
    name: str, data: bytes, catalogue: Catalogue, chosen: Sequence[Driver] = ()
) -> FileReferences:
    """The references in the bytes of a file, by line.

    `chosen` are the drivers of the user. Raises LimitExceededError, and UnknownFormatError for what
    is no text.
    """
    document = read_document(name, data)
    errors: list[UnpinError] = []
    found = tuple(sorted(_distinct(_all(document, catalogue, errors, chosen)), key=_order))
    secrets = tuple(secrets_in(document.text)) if "kind:" in document.text else ()
    return FileReferences(found, tuple(puts_in(document)), secrets, tuple(errors))


def _order(reference: Reference) -> int:
    return reference.line


def _all(
    document: Document, catalogue: Catalogue, errors: list[UnpinError], chosen: Sequence[Driver]
) -> Iterator[Reference]:
    connections = connections_in(document, errors)
    yield from connection_references(document, connections, chosen)
    yield from jvm_references(document)
    yield from key_references(document)
    yield from call_references(document)
    yield from command_references(document)
    yield from pin_references(document, pin_table(catalogue))


def _distinct(found: Iterator[Reference]) -> Iterator[Reference]:
    """Each store of a line once: the first reader knows best; a mention only of what is alone."""
    known: dict[tuple[int, str], Reference] = {}
    for each in found:
        known.setdefault((each.line, each.store), each)
    used = {each.line for each in known.values() if each.role is not ReferenceRole.MENTION}
    for each in known.values():
        if (
            each.role is not ReferenceRole.MENTION
            or each.unverified_download
            or each.line not in used
        ):
            yield each
