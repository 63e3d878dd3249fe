"""Read a password: from a file, an option, the environment, or by asking."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from unpin.cli.output import ask_secret
from unpin.files.reading import reason
from unpin.model.errors import UnreadableFileError, UsageError
from unpin.reports.escaping import on_terminal
from unpin.stores.opening import Password, PasswordOrigin

if TYPE_CHECKING:
    from pathlib import Path

_MOST_SECRET: Final = 64 * 1024
"""The longest password file that unpin reads, in bytes."""


def read_password(file: Path | None, given: str | None) -> Password | None:
    """The password: of the file, of the option `given`, or of UNPIN_PASSWORD; else None."""
    if file is not None:
        return read_password_file(file)
    if given is not None:
        return Password(given, PasswordOrigin.OPTION)
    # A pipeline passes an unset secret as an empty variable; "" is tried by default anyway.
    if secret := os.environ.get("UNPIN_PASSWORD"):
        return Password(secret, PasswordOrigin.ENVIRONMENT)
    return None


def read_password_file(file: Path) -> Password:
    """The password in a file, without a line end. Raises UsageError and UnreadableFileError.

    The file may be a pipe, as of a password manager: <(pass show x).
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_SECRET + 1)
    except OSError as error:
        raise UnreadableFileError(f"{file}: {reason(error)}") from error
    if len(data) > _MOST_SECRET:
        raise UnreadableFileError(
            f"{file}: too long for a password file: more than {_MOST_SECRET} bytes"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: the password file is not UTF-8 text") from error
    return Password(text.removesuffix("\n").removesuffix("\r"), PasswordOrigin.FILE)


def can_ask() -> bool:
    """Whether unpin can ask a person at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_password(path: str) -> Password:
    """Ask for the password of a store, without showing what is typed."""
    text = ask_secret(on_terminal(f"password of {path}"))
    return Password(text, PasswordOrigin.TYPED)
