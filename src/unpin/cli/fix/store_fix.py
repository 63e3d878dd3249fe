"""Plan the fix of a store, and write it; what several places hold is planned once."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unpin.catalogue.profile_choice import ProfileChoice, choose_profile, named_profile
from unpin.cli.fix.options import write_command
from unpin.cli.judged_once import JudgedOnce, moved_error
from unpin.cli.output import say_data, say_note
from unpin.cli.stores import check_holds_something, read_input, read_store
from unpin.files.access import PUBLIC, SECRET, Readers
from unpin.files.backups import is_backup
from unpin.files.distribution_managed import managed
from unpin.files.reading import is_folder
from unpin.files.replacement import create, exclusive
from unpin.files.temporary import postponed
from unpin.judge.cures import with_password
from unpin.judge.run import at_another_place, audit
from unpin.model.errors import (
    CannotWriteError,
    EmbeddedStoreError,
    ManagedFileError,
    UnpinError,
    UsageError,
    WrongPasswordError,
)
from unpin.operations.opening import (
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    STANDARD_OUTPUT_NAME,
    HeldFile,
    split_value,
)
from unpin.operations.repair import Repair, repair
from unpin.reports.fixes.archive_recipes import rebuilding_hint
from unpin.reports.fixes.report import FixReport
from unpin.reports.names import format_title, shell_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.cli.fix.options import FixOptions
    from unpin.cli.fix.patches import Patches
    from unpin.cli.project_rules import ProjectRules
    from unpin.model.formats import Format
    from unpin.model.store import Store
    from unpin.operations.opening import StorePath
    from unpin.operations.repair import RepairOptions
    from unpin.stores.opening import Password

    Planned = tuple[Repair, ProfileChoice]


class StoreFix:
    """Fixes the stores of a call.

    `unsaid` is the report of the last store that was written in its place: a signal that comes
    during the write is delivered when it is set.
    """

    def __init__(
        self,
        password: Password | None,
        how: RepairOptions,
        options: FixOptions,
        patches: Patches,
        project: ProjectRules,
        folders: Sequence[str],
    ) -> None:
        self._folders = [Path(os.path.realpath(folder)) for folder in folders]
        self._project = project
        self._patches = patches
        self._password = password
        self._how = how
        self._options = options
        self._plans: JudgedOnce[Planned] = JudgedOnce(self._open, self._plan, self._moved)
        self.unsaid: FixReport | None = None

    def __call__(self, place: StorePath, alone: bool) -> FixReport:
        """Plan the fix of a store, and write it if the options say so. Raises UnpinError."""
        options, held = self._options, place.content
        if options.out is not None and not alone:
            raise UsageError("-o takes one store", "name it: of a folder every file is a store")
        if held is not None and held.archive is not None:
            return self._in_archive(place, held, held.archive, alone)
        file, value = split_value(place.path)
        if options.write and is_backup(Path(file).name):
            raise UsageError(
                f"{place.path}: this is a backup of unpin, which stays as it is",
                "unpin fix --undo takes the name of the store",
            )
        kept: UnpinError | None = None
        in_place = options.write and value is None and file != STANDARD_INPUT
        if place.in_folder and (accepted := self._accepted(place, alone)) is not None:
            return accepted
        if in_place and not is_folder(Path(place.path)):
            try:
                return self._in_place(place, alone)
            except ManagedFileError as error:
                kept = error
        readers = _readers(file)
        fix, choice = self._plans(place, alone)
        store = fix.store
        if options.write and store.embedding is not None:
            kept = _not_its_own(store)
        report = self._report(fix, file, choice, place, kept)
        data = None if held is None else held.data
        if store.embedding is not None and not options.write:
            if options.patch and data is not None and fix.data is not None:
                self._patches.add(file, data, store.embedding.key, fix.data)
                return replace(report, command=())
            data = store.embedding.data
        to_stdout = file == STANDARD_INPUT
        return self._written_elsewhere(report, data, readers & _readers(file), to_stdout=to_stdout)

    def _in_archive(self, place: StorePath, held: HeldFile, archive: str, alone: bool) -> FixReport:
        if place.in_folder and (accepted := self._accepted(place, alone)) is not None:
            return accepted
        given = STANDARD_INPUT if archive == STANDARD_INPUT_NAME else archive
        readers = _readers(given)
        fix, choice = self._plans(place, alone)
        store = fix.store
        kept = _in_an_archive(store) if self._options.write else None
        report = self._report(fix, None, choice, place, kept)
        data = held.data if store.embedding is None else store.embedding.data
        return self._written_elsewhere(report, data, readers & _readers(given), to_stdout=False)

    def _written_elsewhere(
        self, report: FixReport, data: bytes | None, readers: Readers, *, to_stdout: bool
    ) -> FixReport:
        """Write the new store, or `data` if it is unchanged, if it goes to another file.

        With `to_stdout`, --write writes to standard output.
        """
        fix, options = report.repair, self._options
        new = fix.data if fix.data is not None else data
        if report.refusal is not None or report.kept is not None or new is None:
            return report
        if options.out == STANDARD_INPUT or (options.write and to_stdout):
            say_data(new)
            return replace(report, written=STANDARD_OUTPUT_NAME)
        if options.out is None:
            return report
        _create(options.out, new, _may_hold_key(fix.store, new), readers, options)
        return replace(report, written=options.out)

    def _in_place(self, place: StorePath, alone: bool) -> FixReport:
        options, path = self._options, place.path
        with exclusive(Path(path), path, follow=options.follow) as target:
            locked = replace(place, content=HeldFile(target.data, path))
            fix, choice = self._plans(locked, alone)
            kept: UnpinError | None = None
            if fix.store.embedding is not None:
                kept = _not_its_own(fix.store)
            elif place.in_folder and not any(target.path.is_relative_to(f) for f in self._folders):
                kept = _out_of_the_folder(path, target.path)
            report = self._report(fix, path, choice, place, kept)
            if fix.data is None or report.refusal is not None:
                return report
            others = target.other_names if place.other_names is None else place.other_names
            with postponed(path):
                backup = target.replace(fix.data, backup=options.backup)
                report = replace(
                    report,
                    written=path,
                    backup=None if backup is None else str(backup),
                    other_names=others,
                )
                self.unsaid = report
        return report

    def _open(self, place: StorePath, alone: bool) -> Store:
        """Open a store; with --unverified, also one whose digest does not match the password."""
        unverified, password = self._options.unverified, self._password
        try:
            store = read_input(
                place.path, password, asks=not unverified, alone=alone, content=place.content
            )
        except WrongPasswordError:
            if not unverified or password is None:
                raise
            store = read_store(place.path, None, place.content)
        check_holds_something(store, place)
        if store.password is None and password is not None:
            return replace(store, password=password.text)
        return store

    def _plan(self, store: Store) -> Planned:
        choice, how = self._way(store)
        return repair(store, how), choice

    def _way(self, store: Store) -> tuple[ProfileChoice, RepairOptions]:
        """The profile of a store, and how it is repaired: the call wins over the policy."""
        choice, project = self._chosen(store), self._project
        within = project.scope(store.source).expires_within
        return choice, replace(
            self._how,
            profile=choice.binding,
            set_aside=choice.set_aside,
            clients=self._how.clients or project.clients(store),
            policy=project.of_store(store.source),
            expires_within=within or self._how.expires_within,
            fail_on=project.fail_on,
        )

    def _accepted(self, place: StorePath, alone: bool) -> FixReport | None:
        """The report of a store of a tree that stays as it is: the policy accepts what is wrong.

        None if nothing is due, or if a finding is left that nobody accepts.
        """
        if self._project.policy is None:
            return None
        fix, choice = self._plans(place, alone)
        if not fix.due:
            return None
        _, how = self._way(fix.store)
        now = audit(
            fix.store,
            catalogue=how.catalogue,
            profile=how.profile,
            set_aside=how.set_aside,
            now=how.now,
            clients=how.clients,
            policy=how.policy,
            expires_within=how.expires_within,
        )
        accepted = [finding.accepted for finding in now.findings if finding.accepted is not None]
        if not accepted or now.at_least(how.fail_on):
            return None
        report = self._report(fix, None, choice, place, None)
        return replace(report, accepted=accepted[0], command=())

    def _chosen(self, store: Store) -> ProfileChoice:
        """The profile that the store is held against.

        Who asks for its roots asks for the profile. No roots complete a file that nothing can read.
        """
        how, options = self._how, self._options
        named = options.profile or self._project.scope(store.source).profile
        profile = how.profile if options.profile else named_profile(how.catalogue, named)
        if options.asks_for_roots:
            return ProfileChoice(profile)
        readable = any(entry.certificate.problem is None for entry in store.trusted)
        if named is None and not readable:
            return ProfileChoice(None, profile if store.trusted or store.keys else None)
        return choose_profile(store, how.catalogue, named)

    def _moved(self, planned: Planned, old: str, new: str, archive: str | None) -> Planned | None:
        """The plan for a store with the same bytes elsewhere; None if it has to be made anew."""
        fix, choice = planned
        source = new + fix.store.source.removeprefix(old)
        found = fix.audit and at_another_place(fix.audit, old, new, archive)
        if self._project.differ(fix.store.source, source) or (fix.audit and found is None):
            return None
        refusal = fix.refusal and moved_error(fix.refusal, old, new)
        store = replace(fix.store, source=source, archive=archive)
        return replace(fix, store=store, audit=found, refusal=refusal), choice

    def _report(
        self,
        fix: Repair,
        file: str | None,
        choice: ProfileChoice,
        place: StorePath,
        kept: UnpinError | None,
    ) -> FixReport:
        """The report of a repair before anything is written; `file` is None in an archive.

        `kept` says why --write leaves the file as it is; it counts if a fix is due.
        """
        options = self._options
        on_disk = file is not None and file != STANDARD_INPUT
        return FixReport(
            fix,
            None if choice.binding is None else choice.binding.name,
            set_aside=None if choice.set_aside is None else choice.set_aside.name,
            managed=managed(os.path.realpath(file or "")) if on_disk else None,
            out=options.out,
            other_format=_other_format(fix, options.out),
            check=options.check,
            upgrade_protection=options.upgrade_protection,
            command=with_password(write_command(options), fix.store),
            kept=kept if fix.due else None,
            links=place.links,
            hard_links=place.hard_links,
        )


def _not_its_own(store: Store) -> EmbeddedStoreError:
    """The refusal to overwrite the file that holds the store as a value."""
    return EmbeddedStoreError(
        f"{store.source}: {format_title(store)}; unpin does not overwrite such a file",
        f"{shell_command(('unpin', 'fix', '--write'), store)} changes it",
    )


def _out_of_the_folder(path: str, real: Path) -> CannotWriteError:
    """The refusal to write a file that only a link has brought into the folder."""
    return CannotWriteError(
        f"{path}: a link leads out of the folder, to {real}",
        f"unpin fix --write {shlex.quote(path)} writes that file",
    )


def _in_an_archive(store: Store) -> CannotWriteError:
    """The refusal to change the archive that holds the store."""
    return CannotWriteError(
        f"{store.source}: is in an archive, which unpin does not change", rebuilding_hint(store)
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


def _other_format(fix: Repair, out: str | None) -> Format | None:
    """The format that the extension of the output suggests, if it is not the store's format."""
    from unpin.cli.convert.formats import EXTENSIONS

    promised = EXTENSIONS.get(Path(out).suffix.lower()) if out else None
    return None if promised is fix.store.format else promised
