"""`unpin policy`: write a policy that today's stores keep, and check one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unpin.cli.help import GroupedCommand, GroupedCommands
from unpin.cli.options import (
    AtOption,
    CatalogueOption,
    PasswordFileOption,
    PasswordOption,
    ProfileOrNoneOption,
    StoresArgument,
)
from unpin.wording import counted

if TYPE_CHECKING:
    from unpin.judge.run import Audit
    from unpin.model.store import Store

policy_commands = typer.Typer(
    name="policy",
    help="Write or check the policy of a project (unpin.toml).",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=GroupedCommands,
)


@policy_commands.callback()
def policy() -> None:
    """Write or check the policy of a project (unpin.toml)."""


@policy_commands.command("init", cls=GroupedCommand)
def init(  # noqa: PLR0913  (a parameter for each option)
    stores: StoresArgument,
    *,
    profile: ProfileOrNoneOption = None,
    target: Annotated[
        Path, typer.Option("-o", "--output", help="File to write.", metavar="FILE")
    ] = Path("unpin.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    at: AtOption = None,
    catalogue: CatalogueOption = None,
    password_file: PasswordFileOption = None,
    password: PasswordOption = None,
) -> None:
    """Write a policy that these stores keep today."""
    from unpin.catalogue.profile_choice import choose_profile, named_profile
    from unpin.cli.dates import parse_moment
    from unpin.cli.options import load_catalogue
    from unpin.cli.output import say_note
    from unpin.cli.passwords import read_password
    from unpin.cli.stores import Reading
    from unpin.files.replacement import create
    from unpin.judge.run import audit
    from unpin.reports.pipeline.initial_policy import initial_policy

    now, known = parse_moment(at), load_catalogue(catalogue)
    named_profile(known, profile)
    reading = Reading(stores, read_password(password_file, password), every_name=True)

    def judged(store: "Store") -> "Audit":
        choice = choose_profile(store, known, profile)
        return audit(
            store, catalogue=known, profile=choice.binding, set_aside=choice.set_aside, now=now
        )

    text = initial_policy(list(reading.each(judged)), profile, now, target.parent)
    if reading.errors:
        raise typer.Exit(3)
    create(target, str(target), text.encode("utf-8"), force=force)
    count = text.count("\n[[exception]]\n")
    exceptions = counted(count, "exception", "exceptions")
    say_note(f"{target} has {exceptions}{': name the owner and reason of each' if count else ''}")


@policy_commands.command("check", cls=GroupedCommand)
def check(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Policy; default: the nearest unpin.toml."),
    ] = None,
    *,
    at: AtOption = None,
    catalogue: CatalogueOption = None,
) -> None:
    """Check a policy, and name the exceptions that have ended."""
    from unpin.cli.dates import parse_moment
    from unpin.cli.options import load_catalogue
    from unpin.cli.output import say
    from unpin.model.errors import UsageError
    from unpin.policy.description import policy_lines
    from unpin.policy.policy_file import find_policy, read_policy
    from unpin.reports.escaping import on_lines, on_terminal

    path = find_policy(Path.cwd()) if file is None else Path(file)
    if path is None:
        raise UsageError("no unpin.toml here or above", "unpin policy init STORE... writes one")
    found = read_policy(path, load_catalogue(catalogue))
    now = parse_moment(at)
    say(on_lines(map(on_terminal, policy_lines(found, now))))
    ended = [each for each in found.exemptions if each.exemption.until < now.date()]
    raise typer.Exit(1 if ended else 0)
