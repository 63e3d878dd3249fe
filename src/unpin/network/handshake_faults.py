"""Why a TLS handshake failed, by what OpenSSL says and by how the server's answer began."""

from typing import Final

from unpin.model.errors import NoChainError
from unpin.network.connection import EndedByServerError, spelled
from unpin.network.server_address import Protocol


class FailedHandshakeError(NoChainError):
    """The local library refused what the server said in the handshake."""


class TlsAlertError(EndedByServerError):
    """The server ended the handshake with an alert, so it is TLS that refuses."""


class SilentEndError(EndedByServerError):
    """The server closed the connection instead of the first byte of TLS."""


class OtherProtocolError(NoChainError):
    """The server speaks another protocol before TLS: `protocol`; None for HTTP."""

    def __init__(self, protocol: Protocol | None) -> None:
        if protocol is None:
            super().__init__(
                "not TLS: the server speaks another protocol",
                "the server speaks HTTP without TLS on this port",
            )
        else:
            super().__init__(
                "not TLS: the server speaks another protocol", f"--starttls {protocol}"
            )
        self.protocol = protocol


MAYBE_OTHER_PROTOCOL: Final = "--starttls names the protocol, if it is not TLS from the first byte"
"""The hint where a server says nothing, or no TLS."""


def handshake_fault(reason: str, begun: bytes, protocol: Protocol) -> NoChainError:
    """The cause of a failed handshake. `begun` is how the server's answer began."""
    if begun and begun[0] not in _TLS_RECORDS:
        for start, spoken in _OTHER_PROTOCOLS:
            if begun.startswith(start) or begun[4:].startswith(start):
                return OtherProtocolError(spoken)
        hint = MAYBE_OTHER_PROTOCOL if protocol is Protocol.NONE else None
        return NoChainError(f"not TLS: the server's answer began with {spelled(begun[:8])}", hint)
    if " alert " in f" {reason} ":
        return TlsAlertError(
            f'the server ended the handshake with the TLS alert "{reason.rpartition(" alert ")[2]}"'
        )
    if reason == "excessive message size":
        return NoChainError("the server's certificate message is larger than 100 KiB")
    if reason in _OTHER_VERSIONS:
        return EndedByServerError("the server answered with a TLS version that was not offered")
    return FailedHandshakeError(f"the TLS handshake failed: {reason}")


_OTHER_VERSIONS: Final = frozenset({"unsupported protocol", "wrong ssl version", "version too low"})
"""OpenSSL's reasons for a ServerHello with another version."""


_TLS_RECORDS: Final = frozenset(range(0x14, 0x19))
"""The first bytes of TLS records: content types 20 to 24."""

_OTHER_PROTOCOLS: Final = (
    (b"220 ", Protocol.SMTP),
    (b"220-", Protocol.SMTP),
    (b"* OK", Protocol.IMAP),
    (b"\x0a5.", Protocol.MYSQL),
    (b"\x0a8.", Protocol.MYSQL),
    (b"\x0a9.", Protocol.MYSQL),
    (b"\x0a1", Protocol.MYSQL),
    (b"HTTP/", None),
)
"""How servers begin that speak first, or that take TLS for their own protocol; None for HTTP."""
