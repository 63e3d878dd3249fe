"""The errors that a user can cause, one class per meaning, each with its exit code."""

from typing import ClassVar, Final, Self, TypeVar

CUT_OFF_HINT: Final = "the file ends early: its download or copy broke off; get it again"
"""The hint where the file ends inside of what it holds."""

OUR_FAULT: Final = "this is a fault in unpin: please report it"
"""The hint where unpin's check of its own result fails."""


class UnpinError(Exception):
    """An error that the user can act on.

    `message` names the file and the entry, in lower case and without a full stop; the command line
    prints it after ``unpin: error:``. `hint` says what to do, on a line of its own; it may be None.
    `exit_code` is stable (docs/exit-codes.md), and so is `code`, the kind of the error in JSON.
    `source` is the store that the error is about, as the user named it; None if it is about none.
    """

    code: ClassVar[str] = "fault"
    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.source: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """The same error in another process, whatever its class is made from."""
        return _again, (type(self), self.args, self.__dict__)

    def kept(self) -> Self:
        """The error itself, for a list of errors: without the way to it, which holds the data."""
        self.__cause__ = self.__context__ = self.__traceback__ = None
        return self


_Error = TypeVar("_Error", bound=UnpinError)


def _again(kind: type[_Error], args: tuple[object, ...], fields: dict[str, object]) -> _Error:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(fields)
    return error


class UsageError(UnpinError):
    """The command or call is wrong: an unknown client family, an invalid date."""

    code: ClassVar[str] = "usage"
    exit_code: ClassVar[int] = 2


class UnknownNameError(UsageError):
    """The catalogue has no certificate, chain or profile of that name."""

    code: ClassVar[str] = "unknown-name"


class PolicyError(UsageError):
    """A policy or a baseline is malformed: an unknown key, an exception without an end."""

    code: ClassVar[str] = "policy"


class NothingToAuditError(UnpinError):
    """No store was found at the given path, or on this machine."""

    code: ClassVar[str] = "nothing-to-audit"
    exit_code: ClassVar[int] = 4


class UnreadableFileError(UnpinError):
    """The file could not be read: it is missing, not permitted, too large, or not a file."""

    code: ClassVar[str] = "unreadable-file"


class UnreadableArchiveError(UnpinError):
    """An archive or a member of it is broken, encrypted, or compressed in a way unpin lacks."""

    code: ClassVar[str] = "unreadable-archive"


class UnknownFormatError(UnpinError):
    """The file is not a store of any known format: an HTML page, a ZIP, an empty file."""

    code: ClassVar[str] = "unknown-format"


class OtherFileError(UnknownFormatError):
    """The file was read whole and holds no certificate: a private key, a request, a CRL."""


class SeveralStoresError(UnpinError):
    """The file holds several stores as values, and none of them is named.

    `keys` are the names of the values.
    """

    code: ClassVar[str] = "several-stores"

    def __init__(self, message: str, hint: str, keys: tuple[str, ...]) -> None:
        super().__init__(message, hint)
        self.keys = keys


class EmbeddedStoreError(UnpinError):
    """The store is a value of another file, which unpin does not write."""

    code: ClassVar[str] = "embedded-store"


class MalformedStoreError(UnpinError):
    """The store has a known format, but it is truncated, contradictory or hostile."""

    code: ClassVar[str] = "malformed-store"


class UnreadEntriesError(UnpinError):
    """The store was read, but some of its entries were not."""

    code: ClassVar[str] = "unread-entries"


class LimitExceededError(UnpinError):
    """A size, count, depth or iteration count exceeds its documented bound (docs/formats.md)."""

    code: ClassVar[str] = "limit-exceeded"


class UnsupportedStoreError(UnpinError):
    """The store is well-formed, but uses an algorithm or mode that unpin cannot read."""

    code: ClassVar[str] = "unsupported-store"


class PasswordRequiredError(UnpinError):
    """The certificates are encrypted, and no password was given."""

    code: ClassVar[str] = "password-required"


class WrongPasswordError(UnpinError):
    """The password does not fit the integrity value or the encryption of the store."""

    code: ClassVar[str] = "wrong-password"


class CatalogueError(UnpinError):
    """The catalogue is malformed, contradicts itself, or lacks the bytes of a certificate."""

    code: ClassVar[str] = "catalogue"


class DownloadError(UnpinError):
    """A certificate could not be downloaded, or the download is not that certificate."""

    code: ClassVar[str] = "download"


class NoChainError(UnpinError):
    """A server gave no certificate chain: refused, timed out, no TLS, an alert, not TLS at all."""

    code: ClassVar[str] = "no-chain"


class BrokenConnectionError(UnpinError):
    """A configuration describes a connection that fails, or whose store is not known."""

    code: ClassVar[str] = "broken-connection"


class DatabaseError(UnpinError):
    """A database server did not answer: refused, not permitted, timed out, or a query failed."""

    code: ClassVar[str] = "database"


class MalformedAnswerError(UnpinError):
    """The printed answer of a database server is not whole, or is none."""

    code: ClassVar[str] = "malformed-answer"


class CannotWriteError(UnpinError):
    """The format cannot hold a store or an entry without loss, so nothing was written."""

    code: ClassVar[str] = "cannot-write"


class ManagedFileError(UnpinError):
    """The file belongs to the distribution, whose own command would overwrite it."""

    code: ClassVar[str] = "managed-file"


class BusyFileError(UnpinError):
    """Another program is writing the file, or wrote it after unpin had read it."""

    code: ClassVar[str] = "busy-file"


class NotWrittenError(UnpinError):
    """The file could not be written as it must be; the old file is unchanged."""

    code: ClassVar[str] = "not-written"


class OutputExistsError(UnpinError):
    """The name of the new file is taken."""

    code: ClassVar[str] = "output-exists"


class NothingToUndoError(UnpinError):
    """No backup differs from the file."""

    code: ClassVar[str] = "nothing-to-undo"


class InterruptedWriteError(UnpinError):
    """A signal stopped unpin before it replaced the file."""

    code: ClassVar[str] = "interrupted-write"


class RefusedPlanError(UnpinError):
    """The plan would take from a client a connection that it has today, so nothing was written."""

    code: ClassVar[str] = "refused-plan"
