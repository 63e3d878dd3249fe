"""What the commands share: passwords, the terminal, new files, error lines, exit codes."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from unpin.files.reading import reason
from unpin.model.errors import UnpinError, UnreadableFileError, UsageError
from unpin.stores.opening import Password

if TYPE_CHECKING:
    from collections.abc import Sequence


_MOST_SECRET = 64 * 1024
"""The longest password file that is read."""


def read_password(file: Path | None, given: str | None) -> Password | None:
    """The password to use, or None; never from more than one place without saying so."""
    if file is not None:
        try:
            text = _secret(file).decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"{file}: the password file is not UTF-8 text") from error
        return Password(text.removesuffix("\n").removesuffix("\r"), "the password file")
    if given is not None:
        return Password(given, "--password")
    # A pipeline hands over an unset secret as an empty variable; "" is tried anyway.
    if secret := os.environ.get("UNPIN_PASSWORD"):
        return Password(secret, "UNPIN_PASSWORD")
    return None


def _secret(file: Path) -> bytes:
    """What a password file holds, which may be a pipe: a password manager's, <(pass show x)."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_SECRET + 1)
    except OSError as error:
        raise UnreadableFileError(f"{file}: {reason(error)}") from error
    if len(data) > _MOST_SECRET:
        raise UnreadableFileError(f"{file}: no password file: longer than {_MOST_SECRET} bytes")
    return data


def say_error(error: UnpinError) -> None:
    """Print ``unpin: error: ...`` and the hint on standard error."""
    from unpin.reports.render import printable

    typer.echo(f"unpin: error: {printable(error.message)}", err=True)
    if error.hint:
        typer.echo(f"  hint: {printable(error.hint)}", err=True)


def check_names(paths: Sequence[str]) -> None:
    """Refuse "", which would be the folder that one is in."""
    if "" in paths:
        raise UsageError("the name of a store is empty", "is a variable not set?")


def place(out: str, data: bytes, *, mode: int, force: bool) -> None:
    """Put a new file in place. Raises what files.replacement.create does."""
    from unpin.files.replacement import create

    create(Path(out), out, data, mode=mode, force=force)


def colour_wanted() -> bool:
    """Colour only on a terminal, and never against NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def table_width(width: int | None) -> int | None:
    """The width for tables: as asked, else the terminal's, else none (in a pipe)."""
    if width is not None:
        return width or None
    if sys.stdout.isatty():
        import shutil

        return shutil.get_terminal_size().columns
    return None


def parse_moment(text: str | None) -> datetime:
    """`--at`: an ISO date or time, UTC unless it says otherwise; None is the clock's now."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", "2027-01-31 or 2027-01-31T12:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_days(text: str) -> timedelta:
    """`--expires-within`: "30" or "30d". Raises UsageError."""
    digits = text.removesuffix("d")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        raise UsageError(f"{text!r} is not a number of days (30 or 30d)")
    return timedelta(days=int(digits))


def creation_time() -> int:
    """Now in milliseconds since 1970, or SOURCE_DATE_EPOCH (reproducible-builds.org)."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return time.time_ns() // 1_000_000
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise UsageError(f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds since 1970")
    return int(text) * 1000
