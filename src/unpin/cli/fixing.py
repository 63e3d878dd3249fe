"""`unpin fix`: the profile's roots in place of the pins, everything else byte for byte."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unpin.cli.common import colour_wanted, creation_time, parse_moment, say_error, table_width
from unpin.cli.reading import Progress, unlock_one
from unpin.cli.targets import EXTENSIONS
from unpin.model.errors import ManagedFileError, UnpinError, UsageError, WrongPasswordError
from unpin.model.store import Format
from unpin.repair import Repair, Way, check_bytes, repair
from unpin.reports.render import OutputFormat
from unpin.rewrite.candidates import Scope, Wishes
from unpin.stores.encoding import EncodeOptions, Scheme
from unpin.stores.files import read_file, read_standard_input
from unpin.stores.opening import STANDARD_INPUT, Opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.reports.rows import Row
    from unpin.rewrite.aliases import AliasStyle
    from unpin.stores.opening import Password


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as given."""

    profile: str
    clients: str | None
    at: str | None
    scope: Scope
    keep_pins: bool
    drop_retired: bool
    with_new_root: bool
    alias_style: AliasStyle
    upgrade_protection: bool
    unverified: bool
    write: bool
    out: str | None
    force: bool
    check: bool
    backup: bool
    follow: bool
    catalogue: Path | None
    output: OutputFormat
    width: int | None


@dataclass(frozen=True, slots=True)
class _Done:
    """A repaired store, where it was written to, and the copy of what was there before.

    `links` counts the other names of the file, which still lead to the old contents.
    """

    fix: Repair
    written: str | None = None
    backup: str | None = None
    links: int = 0


def run(paths: Sequence[str], password: Password | None, options: Options) -> int:
    """Fix every store; the exit code is returned: 3 wins over 1 (docs/exit-codes.md)."""
    way = _way(options)
    _check_call(paths, options)
    to_stdout = _writes_to_stdout(paths, options)
    codes: set[int] = set()
    rows: list[Row] = []
    problems: list[UnpinError] = []
    progress = Progress(len(paths))
    for number, path in enumerate(paths):
        progress.show(number)
        try:
            done = _fix(path, password, way, options)
        except UnpinError as error:
            progress.clear()
            say_error(error)
            problems.append(error)
            continue
        progress.clear()
        codes.add(_code(done, options))
        if options.output in (OutputFormat.TABLE, OutputFormat.MARKDOWN):
            text = ("\n" if number else "") + _text(done, path, options)
            typer.echo(text, err=to_stdout)
        else:
            rows += _rows(done, options.output)
        if done.fix.refusal is not None:
            say_error(done.fix.refusal)
            problems.append(done.fix.refusal)
    _print(rows, problems, options.output, err=to_stdout)
    if problems:
        return 3
    return max(codes, default=0)


def one_scope(*, only_azure: bool, all_pins: bool, replace_all: bool) -> Scope:
    """The scope that the options name. Raises UsageError where they name several."""
    wanted = {Scope.AZURE: only_azure, Scope.ALL_PINS: all_pins, Scope.EVERYTHING: replace_all}
    named = [scope for scope, given in wanted.items() if given]
    if len(named) > 1:
        raise UsageError(f"--{named[0]} and --{named[1]} contradict each other")
    return named[0] if named else Scope.AZURE


def run_undo(paths: Sequence[str], *, follow: bool) -> int:
    """Put the newest backup of every store back; the exit code is returned."""
    from unpin.stores.replacing import undo

    _check_names(paths)
    failed = False
    for path in paths:
        try:
            restored = undo(Path(path), path, follow=follow)
        except UnpinError as error:
            say_error(error)
            failed = True
        else:
            typer.echo(f"{path}: restored from {restored}")
    return 3 if failed else 0


def _way(options: Options) -> Way:
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.pki.choosing import choose_clients

    catalogue = load_path(options.catalogue) if options.catalogue else load_builtin()
    return Way(
        catalogue=catalogue,
        profile=catalogue.profile(options.profile),
        now=parse_moment(options.at),
        created_ms=creation_time(),
        clients=choose_clients(options.clients) if options.clients else (),
        wishes=Wishes(
            options.scope, options.keep_pins, options.drop_retired, options.with_new_root
        ),
        style=options.alias_style,
        options=EncodeOptions(
            unverified=options.unverified,
            scheme=Scheme.MODERN if options.upgrade_protection else Scheme.KEEP,
            now_ms=creation_time(),
        ),
    )


def _check_call(paths: Sequence[str], options: Options) -> None:
    _check_names(paths)
    if options.out is not None and len(paths) > 1:
        raise UsageError("-o names one file, and there are several stores", "use --write")
    if options.out is not None and options.write:
        raise UsageError("--write changes the store itself, -o leaves it alone: choose one")
    if list(paths).count(STANDARD_INPUT) > 1:
        raise UsageError("only one store can be standard input")
    if options.keep_pins and options.scope is not Scope.AZURE:
        raise UsageError(f"--keep-pins and --{options.scope} contradict each other")
    if options.check and (options.write or options.out is not None):
        raise UsageError("--check only looks, so --write and -o have no place beside it")
    if _writes_to_stdout(paths, options) and (len(paths) > 1 or sys.stdout.isatty()):
        raise UsageError(
            "a store on standard output wants one store and a file or a pipe",
            "redirect it: unpin fix - --write < OLD > NEW",
        )
    if options.out not in (None, STANDARD_INPUT):
        _check_out(options.out or "", paths[0])


def _check_names(paths: Sequence[str]) -> None:
    """Refuse "", which would be the folder that one is in."""
    if "" in paths:
        raise UsageError("the name of a store is empty", "is a variable not set?")


def _check_out(out: str, store: str) -> None:
    """Refuse what is no file to be written, and the store itself, of which -o keeps no backup."""
    if not out:
        raise UsageError("the name after -o is empty", "is a variable not set?")
    if Path(out).is_dir():
        raise UsageError(f"-o {out}: is a folder", "name a file in it")
    with suppress(OSError):
        if Path(out).samefile(store):
            raise UsageError("-o names the store itself", "--write does that, and keeps a backup")


def _writes_to_stdout(paths: Sequence[str], options: Options) -> bool:
    return options.out == STANDARD_INPUT or (options.write and STANDARD_INPUT in paths)


def _fix(path: str, password: Password | None, way: Way, options: Options) -> _Done:
    """Repair one store, and write it as far as that was asked for."""
    managed: ManagedFileError | None = None
    if options.write and path != STANDARD_INPUT and not Path(path).is_dir():
        try:
            return _in_place(path, password, way, options)
        except ManagedFileError as error:
            managed = error
    data = _read(path)
    opened = _open(path, password, data, options)
    fix = repair(opened, way)
    if managed is not None and fix.due:
        raise managed
    new = fix.data if fix.data is not None else data
    wanted = options.write or options.out
    if fix.refusal is not None or new is None or managed is not None or not wanted:
        return _Done(fix)
    if _writes_to_stdout((path,), options):
        sys.stdout.buffer.write(new)
        sys.stdout.buffer.flush()
        return _Done(fix, "standard output")
    from unpin.stores.replacing import create

    out = options.out or ""
    create(
        Path(out),
        out,
        new,
        check=lambda written: check_bytes(opened, fix, written, way),
        mode=0o600 if opened.store.keys else 0o644,
        force=options.force,
    )
    return _Done(fix, out)


def _in_place(path: str, password: Password | None, way: Way, options: Options) -> _Done:
    from unpin.stores.replacing import exclusive

    with exclusive(Path(path), path, follow=options.follow) as target:
        opened = _open(path, password, target.data, options)
        fix = repair(opened, way)
        if fix.data is None:
            return _Done(fix)
        links = target.other_names
        backup = target.replace(
            fix.data,
            check=lambda written: check_bytes(opened, fix, written, way),
            backup=options.backup,
        )
    return _Done(fix, path, None if backup is None else str(backup), links)


def _read(path: str) -> bytes | None:
    """The bytes of a store; None for a folder, which has none."""
    if path == STANDARD_INPUT:
        return read_standard_input()
    return None if Path(path).is_dir() else read_file(Path(path), path)


def _open(path: str, password: Password | None, data: bytes | None, options: Options) -> Opened:
    """Open a store; with --unverified, one whose digest contradicts the password as well."""
    try:
        opened = unlock_one(path, password, data)
    except WrongPasswordError:
        if not options.unverified or password is None:
            raise
        opened = unlock_one(path, None, data)
    if opened.password is None and password is not None:
        return Opened(opened.store, password.text)
    return opened


def _code(done: _Done, options: Options) -> int:
    fix = done.fix
    if options.check:
        return 1 if fix.due or fix.fails else 0
    return 1 if fix.fails else 0


def _rows(done: _Done, output: OutputFormat) -> list[Row]:
    from unpin.reports.fixing import line_rows, repair_row

    if output is OutputFormat.CSV:
        return list(line_rows(done.fix, written=done.written))
    return [repair_row(done.fix, written=done.written, backup=done.backup)]


def _print(
    rows: Sequence[Row], problems: Sequence[UnpinError], output: OutputFormat, *, err: bool
) -> None:
    from unpin.reports import render
    from unpin.reports.fixing import COLUMNS

    match output:
        case OutputFormat.JSON:
            errors = [{"message": one.message, "hint": one.hint} for one in problems]
            typer.echo(render.as_json("stores", rows, errors), err=err)
        case OutputFormat.CSV:
            typer.echo(render.as_csv(COLUMNS, rows), err=err)
        case OutputFormat.JSONL if rows:
            typer.echo(render.as_json_lines(rows), err=err)


def _text(done: _Done, path: str, options: Options) -> str:
    from unpin.reports import fixing, render
    from unpin.reports.words import store_title

    markdown = options.output is OutputFormat.MARKDOWN
    fix, width, colour = done.fix, table_width(options.width), colour_wanted()
    title = store_title(fix.store)
    lines = [f"### {title}\n" if markdown else title]
    for headings, cells in (
        (fixing.PLAN_HEADINGS, fixing.plan_cells(fix) if fix.due else []),
        (fixing.VERDICT_HEADINGS, fixing.verdict_cells(fix)),
    ):
        if cells:
            table = render.as_table(headings, cells, width=width, colour=colour, markdown=markdown)
            lines += [table, ""]
    remarks = [*fixing.remarks(fix), *_about_the_file(done, path, options)]
    lines += [f"- {render.printable(line)}" for line in remarks]
    answer = _answer(done, options)
    if markdown:
        lines.append(f"\n**{answer}**" if remarks else f"**{answer}**")
    else:
        lines.append(f"=> {render.printable(answer)}")
    return "\n".join(lines)


def _about_the_file(done: _Done, path: str, options: Options) -> Iterator[str]:
    """What --write would refuse, what it did not reach, and an option without effect."""
    from unpin.reports.words import counted
    from unpin.stores.managed import managed

    owner = managed(os.path.realpath(path)) if path != STANDARD_INPUT else None
    if owner is not None and done.fix.due and done.written is None:
        yield f"it belongs to the distribution: {owner.hint}"
    kind = done.fix.store.format
    if options.upgrade_protection and not done.fix.upgrades:
        current = "its protection is not outdated" if kind is Format.PKCS12 else "it is for PKCS12"
        yield f"--upgrade-protection changes nothing: {current}"
    named = EXTENSIONS.get(Path(options.out).suffix.lower(), kind) if options.out else kind
    if named is not kind:
        yield (
            f"{options.out} says {named}, and fix keeps the format, {kind}: "
            "unpin convert changes the format"
        )
    if done.links:
        names = counted(done.links, "other name (hard link)", "other names (hard links)")
        yield f"the file has {names}, under which the old contents stay"


def _answer(done: _Done, options: Options) -> str:
    from unpin.reports.fixing import summary

    fix = done.fix
    if fix.refusal is not None:
        return f"refused, nothing is written: {summary(fix)}"
    if not fix.due:
        to = f"; written to {done.written} as it is" if done.written else ""
        if fix.fails:
            return f"no root or pin to change, and yet somebody fails{to}"
        return f"nothing to do: the roots of {options.profile} are here, and no pin of it{to}"
    if options.check:
        return f"a fix is due: {summary(fix)}; --write does it"
    if done.written is None:
        return f"planned: {summary(fix)}; nothing is written without --write"
    kept = f"; the old file is {done.backup}" if done.backup else ""
    return f"written to {done.written}: {summary(fix)}{kept}"
