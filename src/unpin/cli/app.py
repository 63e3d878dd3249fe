"""The command line: the commands by name, and the exit codes of errors."""

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from unpin.cli.output import say_error
from unpin.model.errors import UnpinError

COMMANDS: Final = {
    "list": ("unpin.cli.list", "list_"),
    "audit": ("unpin.cli.audit", "audit"),
    "rehearse": ("unpin.cli.rehearse.command", "rehearse"),
    "diff": ("unpin.cli.diff.command", "diff"),
    "fix": ("unpin.cli.fix.command", "fix"),
    "convert": ("unpin.cli.convert.command", "convert"),
    "explain": ("unpin.cli.explain", "explain"),
    "catalogue": ("unpin.cli.catalogue", "app"),
}
"""The commands: the module of each, and its function or group of commands there."""


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line with the command that the first of `arguments` names, or with all commands.

    Other commands are not loaded: that would take longer than reading most stores.
    """
    app = typer.Typer(
        name="unpin",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="Audit and repair the trust stores of Java and database clients before a CA rotation.",
    )
    app.callback()(unpin_)
    wanted = arguments[0] if arguments else ""
    for name in (wanted,) if wanted in COMMANDS else COMMANDS:
        module, attribute = COMMANDS[name]
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command)
        else:
            app.command(name)(command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        import unpin

        typer.echo(f"unpin {unpin.__version__}")
        raise typer.Exit


def unpin_(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Audit and repair the trust stores of Java and database clients before a CA rotation."""


def run() -> None:
    """Run the command line; a UnpinError gives an error line and its exit code.

    NOTE: an alias may hold half a surrogate pair (Java writes it), or characters that the encoding
    of the terminal lacks: they are printed escaped, in JSON as a valid escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        application(sys.argv[1:])()
    except UnpinError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # An error in unpin itself must not look like findings (exit code 1), nor be hidden.
        if os.environ.get("UNPIN_DEBUG"):
            raise
        say_error(_fault(error))
        sys.exit(UnpinError.exit_code)


def _fault(error: Exception) -> UnpinError:
    """The UnpinError for an unexpected exception."""
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        # Errors of opened files have a filename: what remains is a full or closed output.
        return UnpinError(f"the output cannot be written: {error.strerror.lower()}")
    what = f"{type(error).__name__}: {error}"
    return UnpinError(f"this is a fault in unpin ({what})", "UNPIN_DEBUG=1 shows where")
