"""Trilogy, a driver of Ruby for MySQL with its own protocol; it is built on no other library.

Sources: cext.c and socket.c of trilogy, trilogy_adapter.rb of Rails. Nothing of it is measured.
"""

import re
from typing import Final

from unpin.connections.model import (
    Circumstances,
    Place,
    StoreRead,
    TlsBehaviour,
    Verifies,
    broken,
    plaintext,
    unverified,
    verified,
)

_MODES: Final = ("disabled", "verify_identity", "verify_ca", "required", "preferred")
"""The modes in the order of their numbers."""

_CONSTANT: Final = "trilogy::ssl_"
_WORD: Final = re.compile(r":?[A-Za-z][A-Za-z_]*")


def trilogy_rule(circumstances: Circumstances) -> TlsBehaviour:
    """What trilogy does: without ssl_mode no TLS; a CA file is read in every other mode."""
    given = circumstances.value("ssl_mode") or ""
    mode = _mode(given)
    foreign = circumstances.parameter("sslca", "sslmode", "sslverify")
    note = "" if foreign is None else f"trilogy reads no {foreign.key}: it is ssl_ca and ssl_mode"
    if circumstances.parameter("of.call") is not None and _WORD.fullmatch(given) is not None:
        return broken(f"Trilogy.new takes a number for ssl_mode, not {given!r}: a TypeError")
    if mode is None:
        return broken(f"trilogy knows no ssl_mode {given!r}: a TypeError").noting(note)
    if mode == "disabled":
        said = f"ssl_mode: {given}" if given else "without ssl_mode trilogy"
        return plaintext(f"{said} uses no TLS").noting(note)
    said = f"ssl_mode: {mode}"
    verifies = {"verify_identity": Verifies.FULL, "verify_ca": Verifies.CHAIN}.get(mode)
    ca = circumstances.value("ssl_ca")
    if ca and not circumstances.exists(ca):
        store = StoreRead(Place.FILE, ca, "ssl_ca")
        why = f"{ca} does not exist: trilogy reads it in every mode with TLS"
        return broken(why, store, verifies=verifies or Verifies.NOTHING).noting(note)
    if verifies is None:
        weak = "a server that offers no TLS is taken without it" if mode == "preferred" else ""
        return unverified(f"{said} verifies nothing, with ssl_ca or without").noting(weak, note)
    if (folder := circumstances.value("ssl_capath")) is not None:
        why = f"{said} verifies, also with the folder of ssl_capath, which is not read: {folder}"
        return TlsBehaviour(Verifies.UNKNOWN, why).noting(note)
    if not ca:
        roots = StoreRead(Place.OPENSSL, None, "no ssl_ca")
        return verified(verifies, f"{said} verifies with OpenSSL's default roots", roots).noting(
            note
        )
    name = "" if verifies is Verifies.FULL else "; the name is not checked"
    store = StoreRead(Place.FILE, ca, "ssl_ca")
    return verified(verifies, f"{said} verifies with ssl_ca{name}", store).noting(note)


def _mode(given: str) -> str | None:
    """The mode that a word or number names, "disabled" for none; None if it names no mode.

    Rails takes the words of MySQL; the constants of trilogy are numbers.
    """
    word = given.strip().lstrip(":").lower()
    if word.isdecimal():
        return _MODES[int(word)] if int(word) < len(_MODES) else None
    if word.startswith(_CONSTANT):
        word = word.removeprefix(_CONSTANT).removesuffix("_noverify")
    word = word.removeprefix("ssl_mode_") or "disabled"
    return word if word in _MODES else None
