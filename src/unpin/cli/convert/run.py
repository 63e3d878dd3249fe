"""`unpin convert`: convert any readable store to any writable format, and report losses."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from unpin.cli.bridges import hint_for_output
from unpin.cli.convert.formats import STANDARD_OUTPUT, SummaryFormat, extension_of
from unpin.cli.convert.options import in_the_way, options_each, target_of
from unpin.cli.dates import creation_time
from unpin.cli.open_each import open_each
from unpin.cli.options import load_catalogue
from unpin.cli.output import say, say_data, say_error, say_note
from unpin.cli.stores import read_input
from unpin.files.access import EVERYBODY, PUBLIC, SECRET, Readers
from unpin.files.reading import reason
from unpin.files.replacement import create
from unpin.model.errors import EmbeddedStoreError, OutputExistsError, UnpinError, UsageError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.operations.conversion import ConvertedFile
from unpin.operations.conversion_protection import OutputProtection, check_inputs, choose_protection
from unpin.operations.opening import (
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    STANDARD_OUTPUT_NAME,
    split_value,
)
from unpin.pki.work import check_number_of_certificates
from unpin.reports.conversion import ConversionReport, Written
from unpin.rewrite.aliases import free_alias, slug
from unpin.rewrite.conversion_plan import (
    ConversionPlan,
    Merged,
    Remark,
    Selection,
    Topic,
    few_names,
    known_roots,
)
from unpin.rewrite.conversion_remarks import left_behind, repairs
from unpin.rewrite.conversion_warnings import conversion_warnings
from unpin.rewrite.merge import merge
from unpin.stores.pem.keys import with_key_chains
from unpin.stores.pem.mixed_encodings import recovered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unpin.catalogue.model import Catalogue
    from unpin.cli.convert.options import ConvertOptions
    from unpin.stores.opening import Password


@dataclass(slots=True)
class _Summary:
    """The summary at the end; it never goes to the stream of the data."""

    output: SummaryFormat
    to_stdout: bool
    remarks: list[Remark] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    errors: list[UnpinError] = field(default_factory=list)

    def add(self, error: UnpinError) -> None:
        say_error(error)
        self.errors.append(error.kept())

    def say(self) -> None:
        # Several formats come from the same inputs: a remark on an input is printed once.
        report = ConversionReport(self.written, tuple(dict.fromkeys(self.remarks)), self.errors)
        match self.output:
            case SummaryFormat.JSON:
                say(report.document(), err=not self.to_stdout)
            case SummaryFormat.TABLE:
                for note in report.notes():
                    say_note(note)
                for line in report.lines():
                    say(line, err=not self.to_stdout)


def run(
    paths: Sequence[str],
    password: Password | None,
    options: ConvertOptions,
    formats: Sequence[Format],
) -> int:
    """Convert to each of `formats`, and return the exit code (docs/exit-codes.md).

    For several formats, the extension of each is added to the name after -o. Without a format, the
    extension after -o decides.
    """
    *others, last = paths or ("",)
    if (
        others
        and options.output_name == STANDARD_OUTPUT
        and last != STANDARD_INPUT
        and not Path(last).exists()
    ):
        raise UsageError(f"{last}: no such file", hint_for_output(last, others))
    variants = options_each(options, tuple(dict.fromkeys(formats)))
    targets = [target_of(paths, variant) for variant in variants]
    to_stdout = options.split is not None or options.output_name != STANDARD_OUTPUT
    summary = _Summary(options.output, to_stdout)
    for variant in variants:
        if (there := in_the_way(variant)) is not None:
            return _failed(there, summary)
    asks = any(target.has_password for target in targets) and not options.unverified
    inputs = list(
        open_each(
            paths,
            lambda place, alone: read_input(
                place.path, password, asks=asks, alone=alone, keys_alone=True
            ),
            summary.errors,
        )
    )
    if summary.errors:
        summary.say()
        return 3
    try:
        for variant, target in zip(variants, targets, strict=True):
            _convert(inputs, password, target, variant, summary)
    except UnpinError as error:
        return _failed(error, summary)
    summary.say()
    return 0


def _failed(error: UnpinError, summary: _Summary) -> int:
    """Report an error after the files that were written before it.

    JSON output includes the error; otherwise the error is raised.
    """
    if summary.output is SummaryFormat.JSON:
        summary.add(error)
        summary.say()
        return error.exit_code
    if summary.written:
        summary.say()
    raise error


def _convert(
    inputs: Sequence[Store],
    password: Password | None,
    target: Format,
    options: ConvertOptions,
    summary: _Summary,
) -> None:
    protection = choose_protection(
        target,
        inputs,
        given=password,
        chosen=options.out_password,
        scheme=options.scheme,
        keys=options.keys,
    )
    check_inputs(target, inputs, unverified=options.unverified)
    stores = [recovered(store) for store in inputs]
    if options.keys:
        stores = with_key_chains(stores)
    if options.roots is not None:
        stores.insert(0, _catalogue_roots(load_catalogue(options.catalogue), options.roots))
    for store in stores:
        summary.remarks += (*repairs(store), *left_behind(store))
    plan = _plan(stores, target, options)
    merged = merge(stores, plan)
    names = few_names([store.source for store in stores])
    check_number_of_certificates(names, len(set(merged.certificates())))
    summary.remarks += (*merged.remarks, *conversion_warnings(merged.entries, plan.now_ms))
    if options.split is not None:
        _write_each(merged, target, options.split, summary)
        return
    out = options.output_name
    name = STANDARD_OUTPUT_NAME if out == STANDARD_OUTPUT else out
    output = ConvertedFile(merged.entries, target, protection, name)
    _check_not_around(inputs, out)
    if out == STANDARD_OUTPUT:
        say_data(output.data)
    else:
        sources = [split_value(store.source)[0] for store in inputs]
        readers = Readers.of(sources, standard_input=STANDARD_INPUT_NAME)
        _create(output, Path(out), readers=readers, force=options.force)
    summary.remarks += output.remarks
    if target.has_password:
        summary.remarks.append(protection.remark(name, target))
    summary.remarks += output.losses()
    summary.written.append(Written(name, output.written))


def _check_not_around(inputs: Sequence[Store], out: str) -> None:
    """Refuse to overwrite the file of which an input is a value, which --force does not mean."""
    for store in inputs:
        file = split_value(store.source)[0]
        if store.embedding is not None and os.path.realpath(file) == os.path.realpath(out):
            raise EmbeddedStoreError(
                f"{store.source}: is a value of {out}, which would be overwritten",
                "name another file after -o",
            )


def _write_each(merged: Merged, target: Format, folder: Path, summary: _Summary) -> None:
    """Write a file for each certificate; write nothing if any of the files exists."""
    taken: set[str] = set()
    outputs: list[tuple[Path, ConvertedFile]] = []
    for entry in merged.entries:
        label = entry.certificate.label if entry.certificate else ""
        base = slug(entry.alias) or slug(label) or "certificate"
        path = folder / (free_alias(base, taken) + extension_of(target))
        if os.path.lexists(path):
            raise OutputExistsError(f"{path}: already exists", "--split overwrites nothing")
        outputs.append(
            (path, ConvertedFile((entry,), target, OutputProtection(None, ""), str(path)))
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {reason(error)}") from error
    for path, output in outputs:
        _create(output, path)
        summary.written.append(Written(str(path), output.written))


def _create(
    output: ConvertedFile, path: Path, *, readers: Readers = EVERYBODY, force: bool = False
) -> None:
    """Create the file, whole or not at all. Raises the errors of replacement.create.

    With a key, it is for those who may read every input. Other texts than certificates and keys are
    not in it.
    """
    secret = output.has_keys
    modes = create(
        path,
        str(path),
        output.data,
        mode=SECRET if secret else PUBLIC,
        readers=readers if secret else EVERYBODY,
        force=force,
    )
    if note := modes.note(holds_key=secret):
        output.remarks.append(Remark(Topic.KEY, str(path), note))


def _plan(stores: Sequence[Store], target: Format, options: ConvertOptions) -> ConversionPlan:
    known: frozenset[tuple[str, str]] = frozenset()
    roles = frozenset(role for choice in options.roles for role in choice.roles)
    if roles:
        every = [certificate for store in stores for certificate in store.certificates()]
        known = known_roots(every) | load_catalogue(options.catalogue).root_keys
    return ConversionPlan(
        target,
        Selection(options.aliases, roles, known),
        keys=options.keys,
        chains=options.chains,
        skip_unreadable=options.skip_unreadable,
        style=options.style,
        now_ms=creation_time(),
    )


def _catalogue_roots(catalogue: Catalogue, profile: str) -> Store:
    """The roots of a profile as a store. Raises CatalogueError if a root is not bundled."""
    from unpin.model.entries import TrustedEntry
    from unpin.model.errors import CatalogueError

    records = catalogue.roots_of(catalogue.profile(profile))
    if lacking := [record.slug for record in records if record.certificate is None]:
        raise CatalogueError(
            f"catalogue {catalogue.name}: not bundled: {', '.join(lacking)}",
            "unpin catalogue fetch gets the certificates",
        )
    entries = (TrustedEntry("", r.certificate, b"") for r in records if r.certificate is not None)
    return Store(f"profile {profile}", Format.FOLDER, tuple(entries))
