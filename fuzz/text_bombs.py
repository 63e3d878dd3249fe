"""Texts that cost much to scan: generators by name, each for any number of bytes."""

import base64
from collections.abc import Callable
from typing import Final

from tests.unit.stores import certs

BEGIN: Final = b"-----BEGIN CERTIFICATE-----"
END: Final = b"-----END CERTIFICATE-----"
LINE: Final = b"MIIB" * 16 + b"\n"
BLOCK: Final = certs.pem()
SHORT: Final = base64.encodebytes(certs.der())


def _lines(piece: bytes, size: int, *, last: bytes = BLOCK) -> bytes:
    """`piece` over and over, and a certificate, up to `size` bytes."""
    return piece * ((size - len(last)) // len(piece)) + last


PIECES: Final[dict[str, bytes]] = {
    "base64-lines": LINE,
    "base64-short-lines": b"MI\n",
    "base64-one-line": b"MIIB" * 1024,
    "empty-lines": b"\n",
    "blanks": b" ",
    "blank-lines": b"  \t\n",
    "carriage-returns": b"\r",
    "carriage-return-lines": b"x\r",
    "nul": b"\0",
    "dashes": b"-",
    "dash-lines": b"\n-",
    "five-dash-lines": b"-----\n",
    "end-markers": END + b"\n",
    "end-markers-in-a-line": END,
    "begin-markers": BEGIN + b"\n",
    "begin-markers-in-a-line": BEGIN,
    "old-begin-markers": b"-----BEGIN X509 CERTIFICATE-----\n",
    "half-begin-markers": b"-----BEGIN ",
    "half-end-markers": b"-----END ",
    "empty-blocks": BEGIN + b"\n" + END + b"\n",
    "blocks-in-a-line": BEGIN + END,
    "other-blocks": b"-----BEGIN X-----\n-----END X-----\n",
    "comments": b"# a comment of some length, as bundles have them above each certificate\n",
    "commented-begins": b"#" + BEGIN + b"\n",
    "attributes": b"Bag Attributes\n    friendlyName: a name\n",
    "attribute-lines": b"a: b\n",
    "colons": b":\n",
    "literal-newlines": b"\\n",
    "literal-newline-blocks": BLOCK.replace(b"\n", b"\\n") + b"\n",
    "indented-blocks": b"  " + BLOCK.replace(b"\n", b"\n  ") + b"\n",
    "blocks": BLOCK,
    "blocks-of-76": BEGIN + b"\n" + SHORT + END + b"\n",
    "glued-blocks": BLOCK.rstrip(b"\n"),
    "blocks-without-end": BLOCK.replace(END + b"\n", b""),
    "der": certs.der(),
    "high-bytes": b"\xff\xfe",
    "zeros": b"0",
    "boms": b"\xef\xbb\xbf",
}
"""What is repeated before a certificate."""


def _in_a_block(piece: bytes, size: int) -> bytes:
    """The same within one block."""
    return BEGIN + b"\n" + piece * (size // len(piece)) + END + b"\n"


def _wide(piece: bytes, size: int) -> bytes:
    """The same in UTF-16."""
    return _lines(piece, size // 2).decode("latin-1").encode("utf-16")


TEXTS: Final[dict[str, Callable[[int], bytes]]] = {
    **{name: lambda size, one=piece: _lines(one, size) for name, piece in PIECES.items()},
    **{
        f"{name}-after-a-block": lambda size, one=piece: BLOCK + _lines(one, size)
        for name, piece in PIECES.items()
    },
    **{
        f"{name}-in-a-block": lambda size, one=piece: _in_a_block(one, size)
        for name, piece in PIECES.items()
    },
    **{
        f"{name}-in-utf-16": lambda size, one=piece: _wide(one, size)
        for name, piece in PIECES.items()
    },
}
"""Texts of about so many bytes."""
