"""The command line: the commands by name, and the exit codes of errors."""

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, NoReturn, cast

import typer

from unpin.cli.help import FIRST_STEPS, GroupedCommand, GroupedCommands
from unpin.cli.output import fault, say, say_error, say_traceback, say_wrong_call
from unpin.model.errors import UnpinError, UsageError
from unpin.reports.escaping import on_lines, on_terminal

COMMANDS: Final = {
    "list": ("unpin.cli.list", "list_"),
    "audit": ("unpin.cli.audit", "audit"),
    "rehearse": ("unpin.cli.rehearse.command", "rehearse"),
    "probe": ("unpin.cli.probe.command", "probe"),
    "server": ("unpin.cli.server.command", "server"),
    "doctor": ("unpin.cli.doctor.command", "doctor"),
    "discover": ("unpin.cli.discover.command", "discover"),
    "diff": ("unpin.cli.diff.command", "diff"),
    "fix": ("unpin.cli.fix.command", "fix"),
    "convert": ("unpin.cli.convert.command", "convert"),
    "explain": ("unpin.cli.explain", "explain"),
    "catalogue": ("unpin.cli.catalogue", "app"),
    "policy": ("unpin.cli.policy", "policy_commands"),
}
"""The commands: the module of each, and its function or group of commands there."""

_WRONG_CALL: Final = cast("type[typer.BadParameter]", typer.BadParameter.mro()[1])
"""UsageError of click: typer has no name for it, and keeps it in different modules."""

_VERSION: Final = ("--version", "-V")

_INTERRUPTED: Final = 130
"""The exit code of a shell after Ctrl-C."""

_UNREAD: Final = 141
"""The exit code of a shell for a process that SIGPIPE ended."""


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line with the command that the first of `arguments` names, or with all commands.

    Other commands are not loaded: that would take longer than reading most stores.
    """
    app = typer.Typer(
        name="unpin",
        invoke_without_command=True,
        cls=GroupedCommands,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="Audit and repair the trust stores of Java and database clients before a CA rotation.",
    )
    app.callback()(unpin_)
    wanted = arguments[0] if arguments else ""
    for name in () if wanted in _VERSION else (wanted,) if wanted in COMMANDS else COMMANDS:
        module, attribute = COMMANDS[name]
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(name, cls=GroupedCommand)(command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        import unpin

        say(on_terminal(f"unpin {unpin.__version__}"))
        raise typer.Exit


def _max_kdf(iterations: int | None) -> None:
    if iterations is not None:
        from unpin.stores.crypto.derivation_budget import budget

        budget.raise_to(iterations)


def unpin_(
    context: typer.Context,
    *,
    max_kdf: Annotated[
        int | None,
        typer.Option(
            "--max-kdf",
            metavar="ITERATIONS",
            min=1,
            callback=_max_kdf,
            help="Allow this many iterations of key derivation in a store and in a run.",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(*_VERSION, callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Audit and repair the trust stores of Java and database clients before a CA rotation."""
    del max_kdf, version  # their callbacks have served them
    if context.invoked_subcommand is None:
        say(on_lines(map(on_terminal, FIRST_STEPS.splitlines())))
        raise typer.Exit(UsageError.exit_code)


def run() -> None:
    """Run the command line; a UnpinError gives an error line and its exit code.

    NOTE: an alias may hold characters that the encoding of the terminal lacks: they are printed
    escaped.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # the caller closed it
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
    except BrokenPipeError:
        _end_unread()
    except SystemExit as end:
        # Typer ends with 1 for an output that nobody reads any more, and 1 means findings.
        if isinstance(end.__context__, BrokenPipeError):
            _end_unread()
        raise
    sys.exit(code)


def _run() -> int | None:
    """The exit code of the call; errors are said."""
    try:
        arguments = _of_help(sys.argv[1:])
        code: int | None = application(arguments)(args=arguments, standalone_mode=False)
    except UnpinError as error:
        say_error(error)
        return error.exit_code
    except _WRONG_CALL as error:
        _explain_call(error)
        return error.exit_code
    except typer.Abort:
        # Typer's own exit code is 1, which means findings.
        return _INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (it is said, with the exit code of a fault)
        # An error in unpin itself must not look like findings (exit code 1), nor be hidden.
        if os.environ.get("UNPIN_DEBUG"):
            say_traceback(error)
        say_error(fault(error))
        return UnpinError.exit_code
    return code


def _end_unread() -> NoReturn:
    """End where the reader of the output has gone, with the code of a process that SIGPIPE ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # a stream of a test has no descriptor
            os.dup2(nowhere, stream.fileno())
    sys.exit(_UNREAD)


def _of_help(arguments: list[str]) -> list[str]:
    """The arguments, with `help COMMAND` as `COMMAND --help`."""
    if arguments[:1] != ["help"]:
        return arguments
    return [*arguments[1:], "--help"]


def _explain_call(error: typer.BadParameter) -> None:
    """Print the usage error of typer, escaped: it repeats words of the command line."""
    from unpin.cli.bridges import hint_for_call

    context, hint = error.ctx, hint_for_call(sys.argv[1:])
    hints = () if hint is None else (f"  hint: {hint}",)
    if context is None:
        say_wrong_call(error.format_message(), (), hints)
    else:
        usage = context.get_usage().split("\n")
        advice = f"Try '{context.command_path} --help' for help."
        say_wrong_call(error.format_message(), (*usage, advice), hints)
