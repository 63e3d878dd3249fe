"""`unpin fix`: the profile's roots in place of the pins, everything else byte for byte."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unpin.catalogue.profile_choice import ProfileChoice, choose_profile
from unpin.cli.fix.options import (
    check_call,
    repair_options,
    write_command,
    writes_to_stdout,
)
from unpin.cli.options import run_facts
from unpin.cli.output import print_results, say, say_data, say_error, say_note
from unpin.cli.stores import check_names, open_each, read_input, read_store
from unpin.files.access import PUBLIC, SECRET, Readers
from unpin.files.backups import is_backup, said_of
from unpin.files.distribution_managed import managed
from unpin.files.reading import is_folder, read_file, read_standard_input
from unpin.files.replacement import create, exclusive, undo
from unpin.files.tree import files_with_backup
from unpin.judge.cures import with_password
from unpin.model.errors import (
    EmbeddedStoreError,
    ManagedFileError,
    NothingToUndoError,
    UnpinError,
    UsageError,
    WrongPasswordError,
)
from unpin.operations.opening import STANDARD_INPUT, STANDARD_OUTPUT_NAME, split_value
from unpin.operations.repair import repair
from unpin.reports.escaping import on_terminal
from unpin.reports.fix import FixReport
from unpin.reports.names import format_title, shell_argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.cli.fix.options import FixOptions
    from unpin.model.formats import Format
    from unpin.model.store import Store
    from unpin.operations.opening import StorePath
    from unpin.operations.repair import Repair, RepairOptions
    from unpin.stores.opening import Password


def run(paths: Sequence[str], password: Password | None, options: FixOptions) -> int:
    """Fix every store; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    how = repair_options(options)
    check_call(paths, options)
    codes: set[int] = set()
    errors: list[UnpinError] = []

    def results() -> Iterator[FixReport]:
        def fix(place: StorePath, alone: bool) -> FixReport:
            if options.out is not None and not alone:
                raise UsageError("-o takes one store", "name it: of a folder every file is a store")
            return _fix(place.path, password, how, options, alone=alone)

        for report in open_each(paths, fix, errors):
            codes.add(_code(report.repair, options))
            yield report
            if report.repair.refusal is not None:
                say_error(report.repair.refusal)
                errors.append(report.repair.refusal.kept())

    print_results(
        FixReport,
        results(),
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        err=writes_to_stdout(paths, options),
        about=run_facts(how.catalogue, how.now),
    )
    return 3 if errors else max(codes, default=0)


def undo_all(paths: Sequence[str], *, follow: bool) -> int:
    """Restore the newest backup of every store; return the exit code."""
    check_names(paths)
    failed = False
    for path in _to_undo(paths):
        if isinstance(path, UnpinError):
            say_error(path)
            failed = True
            continue
        try:
            done = undo(Path(path), path, follow=follow)
        except UnpinError as error:
            say_error(error)
            failed = True
        else:
            for sentence in said_of(done.passed):
                say_note(f"{path}: {sentence}")
            aside = "" if done.aside is None else f"; the replaced file is now {done.aside}"
            say(on_terminal(f"{path}: restored from {done.restored}{aside}"))
            if note := done.modes.undo_note():
                say_note(f"{path}: {note}")
    return 3 if failed else 0


def _to_undo(paths: Sequence[str]) -> Iterator[str | UnpinError]:
    """The stores to restore: each file, and of each folder the files that have a backup."""
    for path in paths:
        if not is_folder(Path(path)):
            yield path
            continue
        found = False
        for name in files_with_backup(Path(path), path):
            found = True
            yield name
        if not found:
            yield NothingToUndoError(f"{path}: no file below it has a backup: nothing to undo")


def _fix(
    path: str, password: Password | None, how: RepairOptions, options: FixOptions, *, alone: bool
) -> FixReport:
    """Repair a store, and write it if the options say so."""
    refused: UnpinError | None = None
    file, value = split_value(path)
    if options.write and is_backup(Path(file).name):
        raise UsageError(
            f"{path}: this is a backup of unpin, which stays as it is",
            "unpin fix --undo takes the name of the store",
        )
    if options.write and file != STANDARD_INPUT and value is None and not is_folder(Path(path)):
        try:
            return _in_place(path, password, how, options, alone=alone)
        except (ManagedFileError, EmbeddedStoreError) as error:
            refused = error
    readers = _readers(file)
    data = _read(file)
    store = _open(path, password, data, options, alone=alone)
    choice = _chosen(store, how, options)
    fix = repair(store, replace(how, profile=choice.binding, set_aside=choice.set_aside))
    if options.write and store.embedding is not None and file != STANDARD_INPUT:
        refused = _not_its_own(store)
    if refused is not None and fix.due:
        raise refused
    if options.write and store.embedding is not None and fix.due:
        raise _not_its_own(store)
    report = _report(fix, file, choice, options)
    if store.embedding is not None and not options.write:
        data = store.embedding.data
    new = fix.data if fix.data is not None else data
    wanted = options.write or options.out
    if fix.refusal is not None or new is None or refused is not None or not wanted:
        return report
    if writes_to_stdout((path,), options):
        say_data(new)
        return replace(report, written=STANDARD_OUTPUT_NAME)
    _create(options.out or "", new, _may_hold_key(store, new), readers & _readers(file), options)
    return replace(report, written=options.out)


def _chosen(store: Store, how: RepairOptions, options: FixOptions) -> ProfileChoice:
    """The profile that the store is held against.

    Who asks for its roots asks for the profile. No roots complete a file that nothing can read.
    """
    if options.asks_for_roots:
        return ProfileChoice(how.profile)
    readable = any(entry.certificate.problem is None for entry in store.trusted)
    if options.profile is None and not readable:
        return ProfileChoice(None, how.profile if store.trusted or store.keys else None)
    return choose_profile(store, how.catalogue, options.profile)


def _not_its_own(store: Store) -> EmbeddedStoreError:
    """The refusal to overwrite the file that holds the store as a value."""
    base64 = store.embedding is not None and store.embedding.base64
    new = "its base64 (base64 -w0 NEW)" if base64 else "it"
    return EmbeddedStoreError(
        f"{store.source}: {format_title(store)}; unpin does not overwrite such a file",
        f"unpin fix {shell_argument(store)} -o NEW writes the new value; put {new} in the place of "
        "the old one",
    )


def _may_hold_key(store: Store, data: bytes) -> bool:
    """Whether a key is in it, or something that unpin does not read and that looks like one.

    A bundle may hold one behind a `#`, or in another encoding than the rest.
    """
    return bool(store.keys) or b"PRIVATE KEY" in data.replace(b"\0", b"")


def _readers(path: str) -> Readers:
    return Readers.of([path], standard_input=STANDARD_INPUT)


def _create(out: str, new: bytes, secret: bool, readers: Readers, options: FixOptions) -> None:
    """Write the new file; only users who may read the store may read it."""
    mode = SECRET if secret else PUBLIC
    modes = create(Path(out), out, new, mode=mode, readers=readers, force=options.force)
    if note := modes.note(holds_key=secret):
        say_note(f"{out}: {note}")


def _in_place(
    path: str, password: Password | None, how: RepairOptions, options: FixOptions, *, alone: bool
) -> FixReport:
    with exclusive(Path(path), path, follow=options.follow) as target:
        store = _open(path, password, target.data, options, alone=alone)
        if store.embedding is not None:
            raise _not_its_own(store)
        choice = _chosen(store, how, options)
        fix = repair(store, replace(how, profile=choice.binding, set_aside=choice.set_aside))
        report = _report(fix, path, choice, options)
        if fix.data is None:
            return report
        other_names = target.other_names
        backup = target.replace(fix.data, backup=options.backup)
    return replace(
        report,
        written=path,
        backup=None if backup is None else str(backup),
        other_names=other_names,
    )


def _report(fix: Repair, path: str, choice: ProfileChoice, options: FixOptions) -> FixReport:
    """The report of a repair before anything is written."""
    return FixReport(
        fix,
        None if choice.binding is None else choice.binding.name,
        set_aside=None if choice.set_aside is None else choice.set_aside.name,
        managed=managed(os.path.realpath(path)) if path != STANDARD_INPUT else None,
        out=options.out,
        other_format=_other_format(fix, options.out),
        check=options.check,
        upgrade_protection=options.upgrade_protection,
        command=with_password(write_command(options), fix.store),
    )


def _other_format(fix: Repair, out: str | None) -> Format | None:
    """The format that the extension of the output suggests, if it is not the store's format."""
    from unpin.cli.convert.formats import EXTENSIONS

    promised = EXTENSIONS.get(Path(out).suffix.lower()) if out else None
    return None if promised is fix.store.format else promised


def _read(path: str) -> bytes | None:
    """The bytes of a store; None for a folder."""
    if path == STANDARD_INPUT:
        return read_standard_input()
    return None if is_folder(Path(path)) else read_file(Path(path), path)


def _open(
    path: str, password: Password | None, data: bytes | None, options: FixOptions, *, alone: bool
) -> Store:
    """Open a store; with --unverified, also a store whose digest does not match the password."""
    try:
        store = read_input(path, password, asks=not options.unverified, alone=alone, data=data)
    except WrongPasswordError:
        if not options.unverified or password is None:
            raise
        store = read_store(path, None, data)
    if store.password is None and password is not None:
        return replace(store, password=password.text)
    return store


def _code(fix: Repair, options: FixOptions) -> int:
    if options.check:
        return 1 if fix.due or fix.fails else 0
    return 1 if fix.fails else 0
