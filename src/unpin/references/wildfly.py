"""Find the trust stores of WildFly: what its trust managers and security realms name."""

from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import Document, Syntax
from unpin.references.model import Reference, ReferenceRole, format_of
from unpin.references.store_names import store_name

_STORE: Final = "key-store"
_OF_REALM: Final = "truststore"
_ATTRIBUTES: Final = {
    f".{_STORE}.@name": "name",
    f".{_STORE}.implementation.@type": "type",
    f".{_STORE}.file.@path": "path",
    f".{_STORE}.file.@relative-to": "folder",
    f".{_OF_REALM}.@path": "path",
    f".{_OF_REALM}.@relative-to": "folder",
}
"""The attributes of a store, of which each begins another one where it is there already."""


def wildfly_references(document: Document) -> Iterator[Reference]:
    """The stores; a path is relative to the folder that the configuration names beside it."""
    if document.syntax is not Syntax.XML or "trust" not in document.text:
        return
    stores: list[dict[str, str]] = []
    lines: list[int] = []
    trusted = {
        each.value for each in document.settings if each.key.endswith(".trust-manager.@key-store")
    }
    for each in document.settings:
        for ending, part in _ATTRIBUTES.items():
            if each.key.endswith(ending):
                of_realm = ending.startswith(f".{_OF_REALM}.")
                begins = part == "name" or not stores or part in stores[-1]
                if begins or ("realm" in stores[-1]) is not of_realm:
                    stores.append({"realm": ""} if of_realm else {})
                    lines.append(0)
                stores[-1][part] = each.value
                lines[-1] = each.line if part == "path" else lines[-1]
    for store, line in zip(stores, lines, strict=True):
        if "path" not in store or not ("realm" in store or store.get("name") in trusted):
            continue
        of_realm = "realm" in store
        folder = f"${{{store['folder']}}}/" if "folder" in store else ""
        kind = format_of(store["path"], store.get("type", ""), "JKS")
        yield Reference(
            document.name, line, "path" if of_realm else "trust-manager",
            store_name(folder + store["path"]), kind,
            ("WildFly",), ReferenceRole.CLIENTS if of_realm else ReferenceRole.TRUST,
            () if of_realm else ("java",),
        )  # fmt: skip
