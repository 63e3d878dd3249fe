"""Read a password: from a file, an option, the environment, or by asking."""

from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING, Final

from unpin.cli.output import ask_secret, say_note
from unpin.files.reading import reason
from unpin.model.errors import UnreadableFileError, UsageError
from unpin.reports.escaping import on_terminal
from unpin.stores.opening import Password, PasswordOrigin

if TYPE_CHECKING:
    from pathlib import Path

_MOST_SECRET: Final = 64 * 1024
"""The longest password file that unpin reads, in bytes."""

PATIENCE_SECONDS: Final = 30.0
"""The longest time that unpin waits for the writer of a password pipe."""

_BOM: Final = "\ufeff"


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

    The file may be a pipe, as of a password manager: <(pass show x), or a terminal. unpin waits
    PATIENCE_SECONDS for its writer.
    """
    try:
        data = _secret(file)
    except TimeoutError as error:
        raise UnreadableFileError(
            f"{file}: no password came within {PATIENCE_SECONDS:.0f} seconds"
        ) from error
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
    if text.startswith(_BOM):
        say_note(f"{file}: the byte order mark at its beginning is not part of the password")
        text = text.removeprefix(_BOM)
    return Password(text.removesuffix("\n").removesuffix("\r"), PasswordOrigin.FILE, str(file))


def _secret(file: Path) -> bytes:
    """The beginning of a file. Raises OSError, of which TimeoutError for a silent pipe."""
    with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb", 0) as stream:
        mode = os.fstat(stream.fileno()).st_mode
        if not stat.S_ISFIFO(mode) and not stat.S_ISCHR(mode):
            return stream.read(_MOST_SECRET + 1)
        import select

        data, end = b"", time.monotonic() + PATIENCE_SECONDS
        poll = select.poll()
        poll.register(stream, select.POLLIN)
        while len(data) <= _MOST_SECRET:
            if not poll.poll(max(0, end - time.monotonic()) * 1000):
                raise TimeoutError
            part = stream.read(_MOST_SECRET + 1 - len(data))
            if part == b"":
                break
            data += part or b""  # None: somebody else was faster
        return data


def can_ask() -> bool:
    """Whether unpin can ask a person at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_password(path: str) -> Password:
    """Ask for the password of a store, without showing what is typed."""
    text = ask_secret(on_terminal(f"password of {path}"))
    return Password(text, PasswordOrigin.TYPED)
