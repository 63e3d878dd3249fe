"""Find the references in a file: what it names as a store, and what it pins."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from unpin.catalogue.model import Catalogue
from unpin.configurations.document import read_document
from unpin.configurations.find import connections_in
from unpin.configurations.model import Document, Setting, Syntax, until_limit
from unpin.configurations.placeholders import known_values, resolve
from unpin.configurations.platforms.chart_files import with_chart_files
from unpin.configurations.platforms.entries import platform_entries
from unpin.connections.drivers import Driver
from unpin.model.errors import UnpinError, UnreadableFileError
from unpin.references.client_calls import call_references
from unpin.references.commands import command_references, downloads_in, puts_in
from unpin.references.entry_uses import container_facts, entry_uses, namespaces_in
from unpin.references.file_references import FileReferences, Put
from unpin.references.first_look import is_page
from unpin.references.fragments import fragment_references
from unpin.references.jvm_properties import jvm_references
from unpin.references.keys import key_references
from unpin.references.model import Reference, ReferenceRole
from unpin.references.of_connections import connection_references, names_store
from unpin.references.pins.code_pins import pin_references
from unpin.references.pins.pin_table import pin_table
from unpin.references.wildfly import wildfly_references


def references_in(
    name: str, data: bytes, catalogue: Catalogue | None, chosen: Sequence[Driver] = ()
) -> FileReferences:
    """The references in the bytes of a file, by line; the pins among them only with a catalogue.

    `chosen` are the drivers of the user. Raises LimitExceededError, and UnknownFormatError for what
    is no text.
    """
    document = read_document(name, data)
    errors: list[UnpinError] = []
    puts = () if is_page(name) else tuple(until_limit(puts_in(document), errors))
    every = list(_distinct(_all(document, catalogue, errors, chosen, puts)))
    if not is_page(name):
        lines = {each.line for each in every if each.role is not ReferenceRole.MENTION}
        pieces = until_limit(fragment_references(document), errors)
        every += [each for each in pieces if each.line not in lines]
    if any("$" in each.store for each in every):
        values = known_values(document)
        resolved = [_with_path(each, values) for each in every]
        paths = {(each.line, each.known_as) for each in resolved if each.known_as}
        every = [each for each in resolved if (each.line, each.store) not in paths]
    found = tuple(sorted(every, key=_order))
    raw = data.decode("utf-8-sig", "replace")
    made = () if is_page(name) else platform_entries(document)
    entries = tuple(with_chart_files(name, raw, made))
    if document.is_plain or is_page(name):
        return FileReferences(found, puts, entries, errors=tuple(errors))
    uses = tuple(entry_uses(document))
    taking = {use.container for use in uses}
    containers = tuple(
        each
        for each in container_facts(document)
        if each.mounted
        or each.variables
        or each.place in taking
        or any(each.first <= reference.line <= each.last for reference in found)
    )
    return FileReferences(
        found, puts, entries, uses, containers, namespaces_in(document), tuple(errors)
    )


def variable_references(
    name: str, variables: Sequence[tuple[str, str]], chosen: Sequence[Driver] = ()
) -> list[Reference]:
    """The references of a process with these variables; the line is the number of the variable."""
    settings = [Setting(key, value, line) for line, (key, value) in enumerate(variables, 1)]
    text = "\n".join(f"{key}={value}" for key, value in variables)
    document = Document(name, text, Syntax.ASSIGNMENTS, tuple(settings))
    return list(_distinct(_all(document, None, [], chosen, ())))


_NO_PATH: Final = re.compile(r"[()\"'\s]")
"""What an expression has, and a path has not."""


def _with_path(reference: Reference, values: Mapping[str, str]) -> Reference:
    """The reference with the path that its store has by the variables of the document."""
    if "$" not in reference.store or "::" in reference.store:
        return reference  # ${a::b} is a variable of Puppet
    path = resolve(reference.store, values)
    is_path = path != reference.store and _NO_PATH.search(path) is None
    return replace(reference, known_as=path) if is_path else reference


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
            problems: list[UnpinError] = []
            connections = connections_in(document, problems)
            # What stands in files that are not there is no part of this one.
            errors += [each for each in problems if not isinstance(each, UnreadableFileError)]
            yield from connection_references(document, connections, errors, chosen)
        yield from until_limit(jvm_references(document), errors)
        yield from until_limit(key_references(document), errors)
        yield from wildfly_references(document)
        yield from until_limit(call_references(document), errors)
        yield from until_limit(command_references(document, puts), errors)
    yield from until_limit(downloads_in(document), errors)
    if catalogue is not None:
        yield from until_limit(pin_references(document, pin_table(catalogue)), errors)


def _distinct(found: Iterator[Reference]) -> Iterator[Reference]:
    """Each store of a line and variable once: the first reader that tells the client knows best.

    A mention counts only of what is alone.
    """
    known: dict[tuple[int, str], list[Reference]] = {}
    for each in found:
        same = known.setdefault((each.line, each.store), [])
        for at, first in enumerate(same):
            if not first.variable or not each.variable or first.variable == each.variable:
                trusted = first.role is ReferenceRole.TRUST is each.role
                same[at] = each if trusted and each.families and not first.families else first
                break
        else:
            same.append(each)
    distinct = [each for same in known.values() for each in same]
    used = {each.line for each in distinct if each.role is not ReferenceRole.MENTION}
    for each in distinct:
        if (
            each.role is not ReferenceRole.MENTION
            or each.unverified_download
            or each.line not in used
        ):
            yield each
