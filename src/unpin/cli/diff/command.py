"""`unpin diff`: one store against the chains, two stores, or one as text for git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from unpin.cli.store_reading import open_one
from unpin.cli.terminal import parse_moment, say_error
from unpin.model.errors import UnpinError, UnreadableFileError, UsageError
from unpin.operations.opening import STANDARD_INPUT, open_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from unpin.catalogue.model import Catalogue, Profile
    from unpin.judge.audited_entry import AuditedEntry
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.reports.render import OutputFormat
    from unpin.stores.opening import Password


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as given."""

    profile: str | None
    clients: str | None
    at: str | None
    catalogue: Path | None
    textconv: bool
    output: OutputFormat
    width: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """What the options mean; `profile` None asks for no rehearsal, `clients` () for the default."""

    catalogue: Catalogue
    profile: Profile | None
    clients: tuple[ClientRules, ...]
    now: datetime

    def judged(self, store: Store) -> tuple[AuditedEntry, ...]:
        """What `unpin list` says of the entries."""
        from unpin.judge.audited_entry import audited_entries

        return audited_entries(store, self.catalogue)


def run(
    paths: Sequence[str], passwords: tuple[Password | None, Password | None], options: Options
) -> int:
    """Compare; the exit code is returned (docs/diff.md)."""
    if options.textconv:
        if len(paths) != 1:
            raise UsageError(f"{len(paths)} stores; --textconv takes one")
        return _textconv(paths[0], passwords[0])
    if len(paths) > 2:
        raise UsageError(
            f"{len(paths)} stores; diff takes one (against the chains) or two (with one another)"
        )
    if list(paths).count(STANDARD_INPUT) > 1:
        raise UsageError("only one store can be standard input")
    question = _question(options)
    if len(paths) == 1 and question.profile is None:
        raise UsageError("one store is compared with a profile", "unpin catalogue lists them")
    stores: list[Store] = []
    problems: list[dict[str, str | None]] = []
    for path, password in zip(paths, passwords, strict=False):
        try:
            stores.append(open_one(path, password))
        except UnpinError as error:
            say_error(error)
            problems.append({"message": error.message, "hint": error.hint})
    if len(paths) == 2:
        from unpin.cli.diff.two_stores import run as compare

        return compare(stores, question, options, problems)
    from unpin.cli.diff.store_and_chains import run as cover

    return cover(stores, question, options, problems)


def _question(options: Options) -> Question:
    from unpin.catalogue.load import load_builtin, load_path
    from unpin.pki.clients import choose_clients

    catalogue = load_path(options.catalogue) if options.catalogue else load_builtin()
    profile = None if options.profile == "none" else catalogue.profile(options.profile)
    clients = choose_clients(options.clients) if options.clients else ()
    return Question(catalogue, profile, clients, parse_moment(options.at))


def _textconv(path: str, password: Password | None) -> int:
    """Print the store for git, or that it cannot be read.

    NOTE: git (2.39) stops the whole diff with "fatal: unable to read files to diff" where a
    textconv program fails, so only a file that is not there is an error.
    """
    from unpin.catalogue.load import load_builtin
    from unpin.reports import textconv

    try:
        store = open_path(path, password)
    except UnreadableFileError:
        raise
    except UnpinError as error:
        # Git hands over temporary files: their names would differ in every diff.
        name = "standard input" if path == STANDARD_INPUT else path
        typer.echo(textconv.unreadable(error.message.removeprefix(f"{name}: ")))
        return 0
    question = Question(load_builtin(), None, (), parse_moment(None))
    typer.echo(textconv.text(store, question.judged(store)))
    return 0
