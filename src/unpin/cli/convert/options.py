"""The options of `unpin convert`: their contradictions, and the format of the output."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.cli.convert.formats import STANDARD_OUTPUT, choose_format, extension_of
from unpin.cli.stores import check_names, check_standard_input
from unpin.model.errors import OutputExistsError, UsageError
from unpin.model.formats import Format
from unpin.model.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from unpin.cli.convert.formats import RoleChoice, SummaryFormat
    from unpin.rewrite.aliases import AliasStyle
    from unpin.stores.formats import ProtectionScheme
    from unpin.stores.opening import Password

SPLIT_FORMATS: Final = (Format.PEM, Format.DER)
"""The formats of --split: those of a single certificate."""


@frozen
class ConvertOptions:
    """The options of the command, as given; `out` None is standard output."""

    out: str | None
    to: Format | None
    split: Path | None
    roots: str | None
    catalogue: Path | None
    aliases: tuple[str, ...]
    roles: tuple[RoleChoice, ...]
    keys: bool
    chains: bool
    skip_unreadable: bool
    unverified: bool
    force: bool
    style: AliasStyle
    out_password: Password | None
    scheme: ProtectionScheme | None
    output: SummaryFormat

    @property
    def output_name(self) -> str:
        """The name after -o; - for standard output."""
        return STANDARD_OUTPUT if self.out is None else self.out


def options_each(options: ConvertOptions, formats: Sequence[Format]) -> list[ConvertOptions]:
    """The options for each format. Raises UsageError if several formats have no -o NAME."""
    if len(formats) < 2:
        return [replace(options, to=formats[0] if formats else None)]
    out = options.output_name
    if out in {STANDARD_OUTPUT, ""} or options.split:
        raise UsageError(
            "several formats need -o NAME",
            f"-o truststore writes truststore{extension_of(formats[0])} and so on",
        )
    return [replace(options, to=kind, out=f"{out}{extension_of(kind)}") for kind in formats]


def target_of(paths: Sequence[str], options: ConvertOptions) -> Format:
    """The format of the output. Raises UsageError for options that contradict each other."""
    check_names(paths)
    if options.out == "":
        raise UsageError("the file name after -o is empty", "check that the variable is set")
    if not paths and options.roots is None:
        raise UsageError("nothing to convert", "name a store, - for standard input, or --roots")
    if options.out_password is not None and not options.out_password.text:
        raise UsageError(
            "the password file of --password-file-out is empty",
            "check that the secret is set; --password-less writes a PKCS12 without a password",
        )
    check_standard_input(paths)
    if options.split is None:
        return choose_format(options.to, options.output_name)
    if options.out is not None:
        raise UsageError("-o and --split contradict each other: -o writes one file, --split many")
    if options.keys:
        raise UsageError(
            "--split and --keys contradict each other: --split writes certificates only"
        )
    target = options.to or Format.PEM
    if target not in SPLIT_FORMATS:
        raise UsageError(f"--split writes pem or der, not {target.lower()}")
    return target


def in_the_way(options: ConvertOptions) -> OutputExistsError | None:
    """The error for an output that exists, before unpin asks for a password."""
    out = options.output_name
    if options.split or options.force or out == STANDARD_OUTPUT or not os.path.lexists(out):
        return None
    return OutputExistsError(f"{out}: already exists", "--force replaces it")
