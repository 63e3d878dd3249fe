"""The options of `unpin fix`: their contradictions, and the RepairOptions that they give."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from unpin.catalogue.own_roots import own_root
from unpin.catalogue.profile_choice import named_profile
from unpin.cli.dates import creation_time, parse_moment
from unpin.cli.options import chosen_clients, load_catalogue
from unpin.cli.stores import check_names, check_standard_input
from unpin.files.reading import is_folder
from unpin.model.errors import UsageError
from unpin.model.values import frozen
from unpin.operations.opening import STANDARD_INPUT, open_path, split_value
from unpin.operations.repair import RepairOptions
from unpin.pki.roles import Role, role
from unpin.rewrite.aliases import AliasStyle
from unpin.rewrite.removal_candidates import PlanOptions, RemovalScope
from unpin.stores.formats import EncodeOptions, ProtectionScheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.catalogue.model import Catalogue, CatalogueCertificate
    from unpin.reports.formats import OutputFormat


@frozen
class FixOptions:
    """The options of the command, as given."""

    profile: str | None
    clients: str | None
    at: str | None
    scope: RemovalScope
    keep_pins: bool
    drop_retired: bool
    drop_expired: bool
    with_new_root: bool
    roots: tuple[str, ...]
    remove: tuple[str, ...]
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
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    verbose: bool = False
    patch: bool = False
    policy: str | None = None

    @property
    def asks_for_roots(self) -> bool:
        """Whether an option means the roots of the profile."""
        everything = self.scope is RemovalScope.EVERYTHING
        return everything or self.keep_pins or self.with_new_root


def removal_scope(*, only_azure: bool, all_pins: bool, replace_all: bool) -> RemovalScope:
    """The scope that the options name. Raises UsageError if they name several."""
    wanted = {
        RemovalScope.AZURE: only_azure,
        RemovalScope.ALL_PINS: all_pins,
        RemovalScope.EVERYTHING: replace_all,
    }
    named = [scope for scope, given in wanted.items() if given]
    if len(named) > 1:
        raise UsageError(f"--{named[0]} and --{named[1]} contradict each other")
    return named[0] if named else RemovalScope.AZURE


def repair_options(options: FixOptions) -> RepairOptions:
    """The RepairOptions of the command line. Raises UsageError and CatalogueError."""
    catalogue = load_catalogue(options.catalogue)
    now_ms = creation_time()
    return RepairOptions(
        catalogue=catalogue,
        profile=named_profile(catalogue, options.profile),
        now=parse_moment(options.at),
        created_ms=now_ms,
        clients=chosen_clients(options.clients),
        plan_options=PlanOptions(
            options.scope,
            options.keep_pins,
            options.drop_retired,
            options.with_new_root,
            tuple(_own_roots(options.roots, catalogue)),
            options.remove,
            options.drop_expired,
        ),
        style=options.alias_style,
        options=EncodeOptions(
            unverified=options.unverified,
            scheme=ProtectionScheme.MODERN if options.upgrade_protection else ProtectionScheme.KEEP,
            now_ms=now_ms,
        ),
    )


def write_command(options: FixOptions) -> tuple[str, ...]:
    """The call that writes what a call with `options` plans, up to the name of the store."""
    valued = {
        "--profile": options.profile,
        "--client": options.clients,
        "--at": options.at,
        "--policy": options.policy,
        "--catalogue": options.catalogue,
        "--alias-style": options.alias_style,
    }
    set_here = {
        f"--{options.scope}": options.scope is not RemovalScope.AZURE,
        "--keep-pins": options.keep_pins,
        "--drop-retired": options.drop_retired,
        "--drop-expired": options.drop_expired,
        "--with-new-root": options.with_new_root,
        "--upgrade-protection": options.upgrade_protection,
        "--unverified": options.unverified,
        "--no-backup": not options.backup,
        "--follow": options.follow,
    }
    words = ["unpin", "fix", "--write"]
    for name, value in valued.items():
        if value is not None and value is not AliasStyle.SLUG:
            words += [name, str(value)]
    words += [name for name, is_set in set_here.items() if is_set]
    for root in options.roots:
        words += ["--root", root]
    for name in options.remove:
        words += ["--remove", name]
    return tuple(words)


def _own_roots(paths: Sequence[str], catalogue: Catalogue) -> Iterator[CatalogueCertificate]:
    """The roots of --root: in files, or by their slugs in the catalogue.

    Raises UsageError for a certificate that is no root.
    """
    for path in paths:
        record = catalogue.by_slug.get(path)
        if record is not None and record.is_root:
            yield record
            continue
        certificates = [entry.certificate for entry in open_path(path).trusted]
        if not certificates:
            raise UsageError(f"--root {path}: no certificate is in it")
        for certificate in certificates:
            if certificate.problem is not None:
                raise UsageError(f"--root {path}: {certificate.problem}")
            if role(certificate, catalogue.root_keys) is not Role.ROOT:
                raise UsageError(
                    f"--root {path}: {certificate.label} is no root",
                    f"its issuer is {certificate.fields.issuer.label}",
                )
            yield own_root(certificate, catalogue, path)


def check_call(paths: Sequence[str], options: FixOptions) -> None:
    """Raise UsageError for options that contradict each other."""
    check_names(paths)
    if options.out is not None and len(paths) > 1:
        raise UsageError(f"-o writes one file, not {len(paths)}", "use --write")
    if options.out is not None and options.write:
        raise UsageError(
            "--write and -o contradict each other: --write changes the store, -o another file"
        )
    check_standard_input(paths)
    if options.keep_pins and options.scope is not RemovalScope.AZURE:
        raise UsageError(f"--keep-pins and --{options.scope} contradict each other")
    if options.check and (options.write or options.out is not None):
        raise UsageError("--check writes nothing, so --write and -o contradict it")
    if options.patch and (options.write or options.check or options.out is not None):
        raise UsageError("--patch only prints, so --write, -o and --check contradict it")
    stores = not options.patch and writes_to_stdout(paths, options)
    if stores and (len(paths) > 1 or sys.stdout.isatty()):
        raise UsageError(
            "standard output takes one store, and must be a file or a pipe",
            "redirect it: unpin fix - --write < OLD > NEW",
        )
    if options.out not in (None, STANDARD_INPUT):
        _check_out(options.out or "", paths[0])


def writes_to_stdout(paths: Sequence[str], options: FixOptions) -> bool:
    """Whether the new store or the patch, and not the report, goes to standard output."""
    return (
        options.patch
        or options.out == STANDARD_INPUT
        or (options.write and STANDARD_INPUT in paths)
    )


def _check_out(out: str, store: str) -> None:
    """Refuse an empty name, a folder, and the store itself: -o keeps no backup."""
    if not out:
        raise UsageError("the file name after -o is empty", "check that the variable is set")
    if is_folder(Path(out)):
        raise UsageError(f"-o {out}: this is a folder", "name a file in it")
    with suppress(OSError):
        if Path(out).samefile(split_value(store)[0]):
            raise UsageError(
                "-o names the store itself", "--write changes the store, and keeps a backup"
            )
