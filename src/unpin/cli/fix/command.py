"""`unpin fix`: the profile's roots in place of the pins, everything else byte for byte."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unpin.cli.fix.options import check_call, repair_options, writes_to_stdout
from unpin.cli.fix.output import Done, print_rows, rows_of, text_of
from unpin.cli.store_reading import Progress, unlock_of_several, unlock_one
from unpin.cli.terminal import check_names, place, say_error
from unpin.files.reading import is_folder, read_file, read_standard_input
from unpin.model.errors import ManagedFileError, UnpinError, WrongPasswordError
from unpin.operations.opening import STANDARD_INPUT
from unpin.operations.repair import repair
from unpin.reports.render import OutputFormat
from unpin.stores.opening import Opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.cli.fix.options import Options
    from unpin.operations.repair import RepairOptions
    from unpin.reports.rows import Row
    from unpin.stores.opening import Password


def run(paths: Sequence[str], password: Password | None, options: Options) -> int:
    """Fix every store; the exit code is returned: 3 wins over 1 (docs/exit-codes.md)."""
    way = repair_options(options)
    options = replace(options, profile=way.profile.name)
    check_call(paths, options)
    to_stdout = writes_to_stdout(paths, options)
    codes: set[int] = set()
    rows: list[Row] = []
    problems: list[UnpinError] = []
    progress = Progress(len(paths))
    for number, path in enumerate(paths):
        progress.show(number)
        try:
            done = _fix(path, password, way, options, alone=len(paths) == 1)
        except UnpinError as error:
            progress.clear()
            say_error(error)
            problems.append(error)
            continue
        progress.clear()
        codes.add(_code(done, options))
        if options.output in (OutputFormat.TABLE, OutputFormat.MARKDOWN):
            text = ("\n" if number else "") + text_of(done, path, options)
            typer.echo(text, err=to_stdout)
        else:
            rows += rows_of(done, options.output)
        if done.fix.refusal is not None:
            say_error(done.fix.refusal)
            problems.append(done.fix.refusal)
    print_rows(rows, problems, options.output, err=to_stdout)
    if problems:
        return 3
    return max(codes, default=0)


def run_undo(paths: Sequence[str], *, follow: bool) -> int:
    """Put the newest backup of every store back; the exit code is returned."""
    from unpin.files.replacement import undo

    check_names(paths)
    failed = False
    for path in paths:
        before = _undone(path)
        try:
            restored = undo(Path(path), path, follow=follow)
        except UnpinError as error:
            say_error(error)
            failed = True
        else:
            kept = [f"; what was there is now {one}" for one in sorted(_undone(path) - before)]
            typer.echo(f"{path}: restored from {restored}{''.join(kept)}")
    return 3 if failed else 0


def _undone(path: str) -> set[Path]:
    """The files that an undo of this store has put aside."""
    from unpin.files.backups import UNDONE, backups

    try:
        return set(backups(Path(os.path.realpath(path)), UNDONE))
    except OSError:
        return set()


def _fix(
    path: str, password: Password | None, way: RepairOptions, options: Options, *, alone: bool
) -> Done:
    """Repair one store, and write it as far as that was asked for."""
    managed: ManagedFileError | None = None
    if options.write and path != STANDARD_INPUT and not is_folder(Path(path)):
        try:
            return _in_place(path, password, way, options, alone=alone)
        except ManagedFileError as error:
            managed = error
    data = _read(path)
    opened = _open(path, password, data, options, alone=alone)
    fix = repair(opened, way)
    if managed is not None and fix.due:
        raise managed
    new = fix.data if fix.data is not None else data
    wanted = options.write or options.out
    if fix.refusal is not None or new is None or managed is not None or not wanted:
        return Done(fix)
    if writes_to_stdout((path,), options):
        sys.stdout.buffer.write(new)
        sys.stdout.buffer.flush()
        return Done(fix, "standard output")
    out = options.out or ""
    place(out, new, mode=0o600 if opened.store.keys else 0o644, force=options.force)
    return Done(fix, out)


def _in_place(
    path: str, password: Password | None, way: RepairOptions, options: Options, *, alone: bool
) -> Done:
    from unpin.files.replacement import exclusive

    with exclusive(Path(path), path, follow=options.follow) as target:
        opened = _open(path, password, target.data, options, alone=alone)
        fix = repair(opened, way)
        if fix.data is None:
            return Done(fix)
        links = target.other_names
        backup = target.replace(fix.data, backup=options.backup)
    return Done(fix, path, None if backup is None else str(backup), links)


def _read(path: str) -> bytes | None:
    """The bytes of a store; None for a folder, which has none."""
    if path == STANDARD_INPUT:
        return read_standard_input()
    return None if is_folder(Path(path)) else read_file(Path(path), path)


def _open(
    path: str, password: Password | None, data: bytes | None, options: Options, *, alone: bool
) -> Opened:
    """Open a store; with --unverified, one whose digest contradicts the password as well."""
    try:
        opened = unlock_of_several(
            path, password, asks=not options.unverified, alone=alone, data=data
        )
    except WrongPasswordError:
        if not options.unverified or password is None:
            raise
        opened = unlock_one(path, None, data)
    if opened.password is None and password is not None:
        return Opened(opened.store, password.text)
    return opened


def _code(done: Done, options: Options) -> int:
    fix = done.fix
    if options.check:
        return 1 if fix.due or fix.fails else 0
    return 1 if fix.fails else 0
