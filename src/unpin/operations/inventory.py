"""The inventory of trees: every store, who refers to it, and what each reference leads to."""

from __future__ import annotations

import re
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from unpin.model.finding import AuditStatus, Severity
from unpin.model.values import frozen
from unpin.references.model import PINS, IfMissing, Reference, ReferenceRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from unpin.rehearsal.scenarios import RotationOutcome


class Leads(StrEnum):
    """Where a reference leads."""

    HERE = "here"
    """To a file that was found."""
    MISSING = "missing"
    """To no file, though the file system that it means was looked into."""
    NOT_HERE = "not-here"
    """To a path of another machine, perhaps: nothing that was looked into puts a file there."""
    OPEN = "open"
    """Only the run time knows."""
    ELSEWHERE = "elsewhere"
    """To what a platform or a build provides."""
    NO_FILE = "no-file"
    """To no file: a pin, a word, a mention."""


@frozen
class StoreFacts:
    """A store of the inventory: what it is, and the verdict of an audit for all clients.

    `outcomes` are those of the client families on the profile `profile`, None where the store is
    not held against it. `breaking` are the names of the entries that break clients;
    `errors` says that the audit has an error: a pin without one is harmless.
    """

    source: str
    format: str
    entries: int
    keys: int
    sha256: str | None
    status: AuditStatus
    reason: str
    outcomes: Mapping[str, RotationOutcome] = field(default_factory=dict)
    profile: str | None = None
    breaking: tuple[str, ...] = ()
    archive: str | None = None
    errors: bool = False

    @property
    def file(self) -> str:
        """The file that holds it, without the key of a value."""
        return file_of(self.source)


def file_of(source: str) -> str:
    """The file of a store, without the key of a value in it."""
    return re.sub(r"#[^/!]*\Z", "", source)


@frozen
class LinkedReference:
    """A reference, and where it leads: the places of the stores or files, if they were found.

    `by` is the file and line that puts the file there, "" if nothing does. `found` is the format of
    what is there, or its kind if it is no store, of which `problem` says that; "" where unknown.
    """

    reference: Reference
    leads: Leads
    places: tuple[str, ...] = ()
    by: str = ""
    found: str = ""
    problem: str = ""


@frozen
class InventoryFinding:
    """What is wrong with a reference: its rule, its severity, and a sentence."""

    rule: str
    severity: Severity
    reference: Reference
    message: str


@frozen
class Inventory:
    """The stores, the references and the findings of some trees, in the order of their places."""

    source: str
    stores: tuple[StoreFacts, ...]
    references: tuple[LinkedReference, ...]
    findings: tuple[InventoryFinding, ...]
    users: Mapping[str, tuple[LinkedReference, ...]] = field(default_factory=dict)

    def of_store(self, store: StoreFacts) -> tuple[LinkedReference, ...]:
        """The references to a store."""
        return self.users.get(store.source, ())


def inventory_of(
    source: str, stores: Iterable[StoreFacts], linked: Sequence[LinkedReference]
) -> Inventory:
    """The inventory of what was read."""
    users: dict[str, list[LinkedReference]] = {}
    for each in linked:
        for place in each.places:
            users.setdefault(place, []).append(each)
    found = (finding for each in linked for finding in _findings(each))
    findings = tuple(sorted(found, key=lambda finding: -finding.severity.rank))
    return Inventory(
        source, tuple(stores), tuple(linked), findings,
        {place: tuple(found) for place, found in users.items()},
    )  # fmt: skip


_OF_DISTRIBUTION: Final = re.compile(
    r"/(?:etc/ssl/certs|usr/share/ca-certificates(?:/mozilla)?)/(?!ca-certificates\.crt|ca-bundle|java/)"
    r"[^/]+\.(?:pem|crt|cer|0)\Z"
)
_WITHOUT: Final = {
    IfMissing.FAILS: "the client does not connect",
    IfMissing.CACERTS: "Java silently verifies with cacerts instead",
    IfMissing.UNVERIFIED: "the client then connects without verifying anybody",
    IfMissing.WARNS: "the client prints a warning, and verifies with its own roots alone",
    IfMissing.BY_VERSION: "some versions of Spring Boot do not start; with others, clients that use"
    " the bundle do not connect",
    IfMissing.NOT_STARTED: "the container does not start",
    IfMissing.WITHOUT: "the container starts without it",
    IfMissing.UNKNOWN: "what the client does then is not known",
}


def _findings(linked: LinkedReference) -> Iterator[InventoryFinding]:
    reference = linked.reference
    if reference.role not in {ReferenceRole.MENTION, ReferenceRole.IMPORT, *PINS}:
        yield from _of_missing(linked)
    if linked.problem and reference.role not in {ReferenceRole.MENTION, ReferenceRole.NEVER_READ}:
        yield InventoryFinding(
            "no-store", Severity.ERROR, reference, f"{linked.places[0]} is {linked.problem}",
        )  # fmt: skip
    if reference.role is ReferenceRole.HASH_PIN or reference.role is ReferenceRole.NAME_PIN:
        yield _of_pin(reference)
    if reference.role is ReferenceRole.LEAF_PIN:
        yield InventoryFinding(
            "leaf-pin-in-configuration", Severity.ERROR, reference,
            f"{reference.reader} accepts this server certificate alone: it breaks at each renewal",
        )  # fmt: skip
    if reference.role is ReferenceRole.NEVER_READ and reference.note:
        yield InventoryFinding(
            "store-never-read", Severity.NOTE, reference,
            f"{reference.reader} does not read it: {reference.note}",
        )  # fmt: skip
    own = linked.by  # what a command puts there is no file of the distribution
    if (
        reference.role is ReferenceRole.TRUST
        and not own
        and _OF_DISTRIBUTION.match(reference.store)
    ):
        yield InventoryFinding(
            "root-of-distribution", Severity.WARNING, reference,
            f"{reference.store} is the file of a single CA, which the distribution renames or"
            " removes with an update; a bundle of one's own, or the distribution's, stays",
        )  # fmt: skip
    if reference.unverified_download:
        yield InventoryFinding(
            "unverified-download", Severity.WARNING, reference,
            f"{reference.store} is downloaded without verifying the server: anybody on the way can"
            " put a CA of his own in its place",
        )  # fmt: skip


def _of_missing(linked: LinkedReference) -> Iterator[InventoryFinding]:
    reference = linked.reference
    without = _WITHOUT[reference.if_missing]
    if reference.role is ReferenceRole.NEVER_READ:
        return
    if linked.leads is Leads.MISSING:
        optional = reference.if_missing is IfMissing.WITHOUT
        yield InventoryFinding(
            "missing-store", Severity.WARNING if optional else Severity.ERROR, reference,
            f"{reference.store} does not exist: {without}",
        )  # fmt: skip
    elif linked.leads is Leads.NOT_HERE:
        yield InventoryFinding(
            "missing-store", Severity.WARNING, reference,
            f"{reference.store} is not on this machine, and nothing here puts it there; if it does"
            f" not exist, {without}",
        )  # fmt: skip


def _of_pin(reference: Reference) -> InventoryFinding:
    known = ", ".join(reference.pinned)
    if not known and reference.role is ReferenceRole.HASH_PIN:
        return InventoryFinding(
            "pin-in-code", Severity.WARNING, reference,
            f"pins {reference.format} {reference.store}: {reference.note}",
        )  # fmt: skip
    what = known or reference.store
    if reference.breaks and known and reference.note:
        said = f"pins {what}, which is out of use: {reference.note}"
        return InventoryFinding("pin-in-code", Severity.ERROR, reference, said)
    if reference.breaks:
        kind = "which are no roots" if len(reference.pinned) > 1 else "which is no root"
        said = f"pins {what}, {kind}: the pin breaks when servers get another CA"
        return InventoryFinding("pin-in-code", Severity.ERROR, reference, said)
    said = f"pins the root {what}: it holds as long as servers have chains to it"
    return InventoryFinding("pin-in-code", Severity.WARNING, reference, said)
