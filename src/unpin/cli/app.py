"""The command line: every command by its name, and what an error comes to."""

import io
import os
import sys
from typing import Annotated

import typer

from unpin.cli import catalogue
from unpin.cli.audit import audit
from unpin.cli.convert.command import convert
from unpin.cli.diff.command import diff
from unpin.cli.explain import explain
from unpin.cli.fix.command import fix
from unpin.cli.list import list_
from unpin.cli.output import say_error
from unpin.cli.rehearse.command import rehearse
from unpin.model.errors import UnpinError

app = typer.Typer(
    name="unpin",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Audit and repair the trust stores of Java and database clients before a CA rotation.",
)


def _version(wanted: bool) -> None:
    if wanted:
        import unpin

        typer.echo(f"unpin {unpin.__version__}")
        raise typer.Exit


@app.callback()
def unpin_(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Audit and repair the trust stores of Java and database clients before a CA rotation."""


app.command("list")(list_)
app.command("audit")(audit)
app.command("rehearse")(rehearse)
app.command("diff")(diff)
app.command("fix")(fix)
app.command("convert")(convert)
app.command("explain")(explain)
app.add_typer(catalogue.app)


def run() -> None:
    """Run the command line; a UnpinError becomes its line and its exit code.

    NOTE: an alias may hold half a surrogate pair (Java writes it), or what the terminal's encoding
    lacks: it is printed escaped, in JSON a legal escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except UnpinError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # A fault of unpin's own must not pass for findings (exit code 1), nor be hidden.
        if os.environ.get("UNPIN_DEBUG"):
            raise
        say_error(_fault(error))
        sys.exit(UnpinError.exit_code)


def _fault(error: Exception) -> UnpinError:
    """An unforeseen error, in a line."""
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        # Whoever opens a file says what is wrong with it: what is left is a full or lost output.
        return UnpinError(f"the output cannot be written: {error.strerror.lower()}")
    what = f"{type(error).__name__}: {error}"
    return UnpinError(f"this is a fault in unpin ({what})", "UNPIN_DEBUG=1 shows where")
