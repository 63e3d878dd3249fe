"""Find the references in a file: what it names as a store, and what it pins."""

from collections.abc import Iterator, Sequence

from unpin.catalogue.model import Catalogue
from unpin.configurations.document import read_document
from unpin.configurations.find import connections_in
from unpin.configurations.model import Document
from unpin.configurations.secrets import secrets_in
from unpin.connections.drivers import Driver
from unpin.model.errors import UnpinError
from unpin.references.client_calls import call_references
from unpin.references.code_pins import pin_references, pin_table
from unpin.references.commands import command_references, downloads_in, puts_in
from unpin.references.file_references import FileReferences, Put
from unpin.references.first_look import is_page
from unpin.references.jvm_properties import jvm_references
from unpin.references.keys import key_references
from unpin.references.model import Reference, ReferenceRole
from unpin.references.of_connections import connection_references, names_store


def references_in(
    name: str, data: bytes, catalogue: Catalogue | None, chosen: Sequence[Driver] = ()
) -> FileReferences:
    """The references in the bytes of a file, by line; the pins among them only with a catalogue.

    `chosen` are the drivers of the user. Raises LimitExceededError, and UnknownFormatError for what
    is no text.
    """
    document = read_document(name, data)
    errors: list[UnpinError] = []
    puts = () if is_page(name) else tuple(puts_in(document))
    every = _all(document, catalogue, errors, chosen, puts)
    found = tuple(sorted(_distinct(every), key=_order))
    secrets = tuple(secrets_in(document.text)) if "kind:" in document.text else ()
    return FileReferences(found, puts, secrets, tuple(errors))


def _order(reference: Reference) -> int:
    return reference.line


def _all(
    document: Document,
    catalogue: Catalogue | None,
    errors: list[UnpinError],
    chosen: Sequence[Driver],
    puts: Sequence[Put],
) -> Iterator[Reference]:
    if not is_page(document.name):
        if names_store(document) or document.unread:
            connections = connections_in(document, errors)
            yield from connection_references(document, connections, chosen)
        yield from jvm_references(document)
        yield from key_references(document)
        yield from call_references(document)
        yield from command_references(document, puts)
    yield from downloads_in(document)
    if catalogue is not None:
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
