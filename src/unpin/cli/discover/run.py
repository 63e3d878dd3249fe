"""`unpin discover`: read stores and references in one walk, then say who refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unpin.catalogue.profile_choice import choose_profile, named_profile
from unpin.cli.dates import parse_moment
from unpin.cli.options import load_catalogue, run_facts
from unpin.cli.output import print_results, say_error, say_note
from unpin.cli.passwords import read_password
from unpin.cli.stores import Reading, check_names, check_standard_input
from unpin.connections.drivers import drivers_named
from unpin.judge.run import at_another_place, audit
from unpin.model.errors import NothingToAuditError, UnreadableFileError
from unpin.model.finding import Severity
from unpin.model.values import frozen
from unpin.operations.inventory import StoreFacts, inventory_of
from unpin.operations.reference_links import Linker
from unpin.operations.reference_look import ReferenceLook, Seen
from unpin.operations.taken_entries import linked_references
from unpin.reports.audit_wording import reason_text
from unpin.reports.discover.report import DiscoverReport
from unpin.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from unpin.judge.run import Audit
    from unpin.model.store import Store
    from unpin.operations.inventory import Inventory
    from unpin.operations.opening import SeenFile
    from unpin.reports.formats import OutputFormat


@frozen
class DiscoverOptions:
    """The options of the command, as given."""

    clients: str | None
    profile: str | None
    at: str | None
    fail_on: Severity
    catalogue: Path | None
    root: Path | None
    password_file: Path | None
    password: str | None
    exclude: tuple[str, ...]
    output: OutputFormat
    verbose: bool
    width: int | None
    files: tuple[str, ...] = ()


def run(paths: Sequence[str], options: DiscoverOptions) -> int:
    """Print the inventory; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    given = read_password(options.password_file, options.password)
    now = parse_moment(options.at)
    known = load_catalogue(options.catalogue)
    chosen = drivers_named(options.clients) if options.clients else ()
    named_profile(known, options.profile)  # an unknown name is an error before a file is read
    check_names(paths)
    check_standard_input(paths)
    if options.root is not None and not options.root.is_dir():
        raise UnreadableFileError(f"{options.root}: no such directory")
    look = ReferenceLook(known, chosen)
    reading = Reading(paths, given, exclude=options.exclude, look=look)

    def judged(store: Store) -> Audit:
        choice = choose_profile(store, known, options.profile)
        return audit(
            store, catalogue=known, profile=choice.binding, set_aside=choice.set_aside, now=now
        )

    stores = [_facts(found) for found in reading.each_judged_once(judged, at_another_place)]
    seen = [_seen(found) for found in reading.seen]
    for each in seen:
        for error in each.found.errors:
            error.source = each.name
            reading.errors.append(error.kept())
            say_error(error)
    if look.left_out:
        say_note(
            f"{counted(look.left_out, 'large text', 'large texts')} not looked through to the end,"
            f" which by name {'is' if look.left_out == 1 else 'are'} no configuration:"
            f" {', '.join(look.first_left_out)}"
        )
    linker = Linker(seen, stores, paths, look.members, options.root)
    linked, cut = linked_references(linker, seen, chosen)
    if cut is not None:
        reading.errors.append(cut.kept())
        say_error(cut)
    inventory = inventory_of(", ".join(paths), stores, linked)
    print_results(
        DiscoverReport,
        [DiscoverReport(inventory, options.verbose, len(reading.errors))],
        options.output,
        width=options.width,
        files=options.files,
        errors=reading.errors,
        about=run_facts(known, now) | reading.facts(),
        fail_on=options.fail_on,
    )
    return _code(inventory, reading, options, paths)


def _facts(found: Audit) -> StoreFacts:
    """What is kept of a store: its certificates are not."""
    store = found.store
    return StoreFacts(
        store.source, str(store.format), len(store.entries), len(store.keys), store.file_sha256,
        found.status, reason_text(found), dict(found.outcomes), found.profile,
        tuple(pin.name for pin in found.pins if pin.breaks), store.archive,
        found.count(Severity.ERROR) > 0,
    )  # fmt: skip


def _seen(found: SeenFile) -> Seen:
    from unpin.references.file_references import FileReferences

    assert isinstance(found.seen, FileReferences)
    return Seen(found.name, found.archive, found.seen)


def _code(
    inventory: Inventory, reading: Reading, options: DiscoverOptions, paths: Sequence[str]
) -> int:
    if reading.errors:
        return 3
    if not inventory.stores and not inventory.references:
        raise NothingToAuditError(
            f"no store and no reference to one found in {', '.join(paths)}",
            "unpin audit without a name looks at the stores of this machine",
        )
    lowest = options.fail_on.rank
    return int(any(finding.severity.rank >= lowest for finding in inventory.findings))
