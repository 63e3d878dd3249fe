"""Everything a user can cause, one class per meaning, each with its exit code."""

from typing import ClassVar, Final

OUR_FAULT: Final = "this is a fault in unpin: please report it"
"""The hint where a check of our own work fails."""


class UnpinError(Exception):
    """A failure the user can act on: lower case, no full stop, file and entry named.

    `message` goes to standard error after ``unpin: error:``; `hint`, where there is one, on a
    line of its own. `exit_code` is part of the command line's promise (docs/exit-codes.md).
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(UnpinError):
    """The call itself is wrong: an unknown client family, a date that is none."""

    exit_code: ClassVar[int] = 2


class UnknownNameError(UsageError):
    """A certificate, chain or profile was asked for that the catalogue does not hold."""


class NothingToAuditError(UnpinError):
    """No store was found where the user pointed, or on this machine."""

    exit_code: ClassVar[int] = 4


class UnreadableFileError(UnpinError):
    """The operating system did not hand over the bytes: missing, denied, too large, not a file."""


class UnknownFormatError(UnpinError):
    """No codec claims the bytes: an HTML page, a ZIP, an empty file."""


class MalformedStoreError(UnpinError):
    """A codec claims the bytes, but they are truncated, contradictory or hostile."""


class LimitExceededError(UnpinError):
    """A declared size, count, depth or iteration count is beyond the documented bound."""


class UnsupportedStoreError(UnpinError):
    """A well-formed store that uses an algorithm or mode unpin cannot read."""


class PasswordRequiredError(UnpinError):
    """The certificates are encrypted and no password was given."""


class WrongPasswordError(UnpinError):
    """The integrity value or the decryption contradicts the password."""


class CatalogueError(UnpinError):
    """A catalogue that does not prove itself, or lacks the bytes that are needed."""


class DownloadError(UnpinError):
    """A certificate could not be fetched, or what came is not the certificate asked for."""


class CannotWriteError(UnpinError):
    """A store or an entry that a format cannot hold, or cannot hold without loss: not written."""


class ManagedFileError(UnpinError):
    """The file belongs to the distribution, whose own command would write it anew."""


class BusyFileError(UnpinError):
    """Another program is writing the file, or wrote it between our reading and our writing."""


class NotWrittenError(UnpinError):
    """The operating system did not let the file be written as it must be; the old one is whole."""


class OutputExistsError(UnpinError):
    """A new file was to be written, and its name is taken."""


class NothingToUndoError(UnpinError):
    """There is no backup that differs from the file."""


class InterruptedWriteError(UnpinError):
    """A signal ended the writing of a file before anything was replaced."""


class RefusedPlanError(UnpinError):
    """A rewrite that would take from a client what it has today: not done."""
