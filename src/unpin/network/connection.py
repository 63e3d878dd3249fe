"""A TCP connection within a time and a number of bytes, both fixed before it begins."""

from __future__ import annotations

import errno
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeAlias

from unpin.model.errors import NoChainError

if TYPE_CHECKING:
    from types import TracebackType

MAX_RECEIVED: Final = 1_048_576
"""The most bytes that unpin takes from a server in a connection; a chain has some 5,000."""

MAX_LINE: Final = 4_096
"""The longest line of a mail server; RFC 5321 4.5.3.1.5 allows 512 bytes."""

_CHUNK: Final = 16_384


class EndedByServerError(NoChainError):
    """The server closed or reset the connection, or ended the handshake with an alert."""


class Deadline:
    """The moment at which a connection ends, whatever the server does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError if none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Channel(Protocol):
    """What TLS goes through: a connection, or packets of another protocol on one."""

    address: str

    def send(self, data: bytes, awaited: str) -> None:
        """Send all of `data`. Raises NoChainError, whose message names what was awaited."""

    def receive(self, awaited: str) -> bytes:
        """Some bytes; b"" if the server has closed the connection. Raises NoChainError."""


def spelled(data: bytes) -> str:
    """Bytes of a server for a message: text in quotes where they are text, else hexadecimal."""
    text = data.decode("ascii", "replace").rstrip("\r\n")
    return f'"{text}"' if text.isprintable() and text.isascii() else f"the bytes {data.hex(' ')}"


class ServerConnection:
    """A connected socket. Every method raises NoChainError; its message names what was awaited."""

    def __init__(self, found: socket.socket, deadline: Deadline) -> None:
        self._socket = found
        self._deadline = deadline
        self._received = 0
        self.address = str(found.getpeername()[0])
        self.local_address = str(found.getsockname()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def send(self, data: bytes, awaited: str) -> None:
        """Send all of `data`."""
        try:
            self._socket.settimeout(self._deadline.left())
            self._socket.sendall(data)
        except OSError as error:
            raise self._fault(error, awaited) from error

    def receive(self, awaited: str, most: int = _CHUNK) -> bytes:
        """Some bytes, at most `most`; b"" if the server has closed the connection."""
        if self._received >= MAX_RECEIVED:
            raise NoChainError(
                f"the server sent more than {MAX_RECEIVED // 1024} KiB and no end of {awaited}"
            )
        try:
            self._socket.settimeout(self._deadline.left())
            data = self._socket.recv(min(most, MAX_RECEIVED - self._received))
        except OSError as error:
            raise self._fault(error, awaited) from error
        self._received += len(data)
        return data

    def exactly(self, count: int, awaited: str) -> bytes:
        """`count` bytes."""
        data = b""
        while len(data) < count:
            more = self.receive(awaited, count - len(data))
            if not more:
                raise EndedByServerError(f"the server closed the connection instead of {awaited}")
            data += more
        return data

    def line(self, awaited: str) -> bytes:
        """A line without its end; not a byte behind it is taken."""
        data = b""
        while not data.endswith(b"\n"):
            if len(data) >= MAX_LINE:
                raise NoChainError(f"the server sent a line without end instead of {awaited}")
            data += self.exactly(1, awaited)
        return data.rstrip(b"\r\n")

    def _fault(self, error: OSError, awaited: str) -> NoChainError:
        if isinstance(error, TimeoutError):
            return NoChainError(
                f"timed out after {self._deadline.seconds:g} s, waiting for {awaited}"
            )
        if isinstance(error, ConnectionResetError | BrokenPipeError):
            return EndedByServerError(f"the server reset the connection instead of {awaited}")
        return NoChainError(f"{(error.strerror or str(error)).lower()}, waiting for {awaited}")


def connect(host: str, port: int, deadline: Deadline) -> ServerConnection:
    """Connect to the first address of `host` that answers.

    The addresses share the time, so that a dead address leaves some for the others. Raises
    NoChainError.
    """
    addresses = _resolved(host, port, deadline)[:MOST_ADDRESSES]
    fault = NoChainError(f"no address is known for {host}")
    for position, (family, address) in enumerate(addresses):
        found: socket.socket | None = None
        try:
            found = socket.socket(family, socket.SOCK_STREAM)
            found.settimeout(deadline.left() / (len(addresses) - position))
            found.connect(address)
            return ServerConnection(found, deadline)
        except OSError as error:
            if found is not None:
                found.close()
            fault = _refusal(error, str(address[0]), deadline)
    raise fault


def _refusal(error: OSError, address: str, deadline: Deadline) -> NoChainError:
    if isinstance(error, ConnectionRefusedError):
        return NoChainError(f"connection refused by {address}")
    if isinstance(error, TimeoutError):
        return NoChainError(
            f"timed out after {deadline.seconds:g} s, connecting to {address}",
            "a firewall may drop the packets; --timeout SECONDS waits longer",
        )
    if isinstance(error, ConnectionResetError) or error.errno == errno.ENOTCONN:
        # It was connected for a moment: getpeername has no answer any more.
        return NoChainError(f"the server {address} reset the connection")
    return NoChainError(f"{(error.strerror or str(error)).lower()}, connecting to {address}")


def addresses_of(host: str, port: int, deadline: Deadline) -> list[str]:
    """The IP addresses of a host, in the order of the resolver; at most MOST_ADDRESSES + 1.

    Raises NoChainError.
    """
    found = [str(address[0]) for _, address in _resolved(host, port, deadline)]
    return list(dict.fromkeys(found))


_Address: TypeAlias = tuple[socket.AddressFamily, Any]  # an address has the form of its family
_Addresses: TypeAlias = list[_Address]

MOST_ADDRESSES: Final = 8
"""The most addresses of a name that are tried."""


def _resolved(host: str, port: int, deadline: Deadline) -> _Addresses:
    """The addresses of `host`. The resolver has no time limit of its own: it gets a thread."""
    found: list[_Addresses | OSError | UnicodeError] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            unique: dict[_Address, None] = {}
            for family, _, _, _, address in answers:
                unique[family, address] = None
            found.append(list(unique)[: MOST_ADDRESSES + 1])
        except (OSError, UnicodeError) as error:
            found.append(error)

    worker = threading.Thread(target=resolve, daemon=True)
    worker.start()
    with suppress(TimeoutError):  # no time is left where an attempt before this one took it
        worker.join(deadline.left())
    if not found:
        raise NoChainError(f"timed out after {deadline.seconds:g} s, looking up {host}")
    if isinstance(found[0], OSError | UnicodeError):
        why = getattr(found[0], "strerror", None) or str(found[0])
        raise NoChainError(f"no address is known for {host} ({why.lower()})")
    return found[0]
