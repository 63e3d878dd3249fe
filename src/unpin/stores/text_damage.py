"""Say which text tool has changed the bytes of a binary store, and whether that can be undone."""

import binascii
from typing import Final, NamedTuple

from unpin.model.errors import PasswordRequiredError, UnpinError, WrongPasswordError
from unpin.model.formats import Format
from unpin.stores.foreign.kinds import about
from unpin.stores.formats import decoder_of, is_recognised

_REPLACEMENT: Final = b"\xef\xbf\xbd"
"""U+FFFD in UTF-8, which stands for bytes that are no UTF-8."""
_FEWEST: Final = 8
"""Fewest of them that are no chance."""
_LONGEST: Final = 96_000_000
"""Most bytes that are decoded to see what is in them."""
_BINARY: Final = (
    "copy the file anew as binary: in git with *.jks binary in .gitattributes, in Maven without "
    "filtering, in a ConfigMap under binaryData"
)


class TextDamage(NamedTuple):
    """What has happened to the bytes, after "the file is"; and what to do with it, ``{file}``."""

    what: str
    next_step: str

    def hint(self, source: str) -> str:
        """What to do with the file called `source`."""
        return about(self.next_step, source)


def damage(data: bytes) -> TextDamage | None:
    """The damage of a file that is no store or cannot be read; None without a sign of it."""
    return _of_base64(data) or _of_line_ends(data) or _of_utf_8(data) or _of_latin_1(data)


def _is_sound(data: bytes) -> bool:
    """Whether it is a store, as far as can be seen without its password."""
    decoder = decoder_of(data)
    if decoder is None:
        return False
    try:
        decoder.decode(data, source="", password=None)
    except (PasswordRequiredError, WrongPasswordError):
        return True
    except UnpinError:
        return False
    return True


def _of_base64(data: bytes) -> TextDamage | None:
    """A store in base64: the value of a Kubernetes secret, an attachment of a mail."""
    if len(data) > _LONGEST:
        return None
    try:
        inner = binascii.a2b_base64(b"".join(data.split()), strict_mode=True)
    except binascii.Error:
        return None
    for kind in Format:
        if not inner or not is_recognised(inner, kind):
            continue
        # NOTE: much that is no certificate begins like one.
        if kind is not Format.DER or _is_sound(inner):
            new = f"decoded{kind.facts.extensions[0]}" if kind.facts.extensions else "decoded"
            return TextDamage(
                f"the base64 of a {kind} file", f"base64 -d {{file}} > {new} decodes it"
            )
    return None


def _of_utf_8(data: bytes) -> TextDamage | None:
    lost = data.count(_REPLACEMENT)
    if lost < _FEWEST or not _is_utf_8(data):
        return None
    what = f"binary data that was read as UTF-8 text: U+FFFD stands for {lost} lost bytes"
    return TextDamage(what, f"no tool restores them; {_BINARY}")


def _of_latin_1(data: bytes) -> TextDamage | None:
    """Each byte from 0x80 became two."""
    if len(data) > _LONGEST or not _is_utf_8(data):
        return None
    try:
        inner = data.decode("utf-8").encode("latin-1")
    except UnicodeEncodeError:
        return None
    if inner == data or decoder_of(inner) is None:
        return None
    return TextDamage(
        "binary data that was converted from Latin-1 to UTF-8",
        "iconv -f UTF-8 -t LATIN1 {file} > restored undoes it",
    )


def _of_line_ends(data: bytes) -> TextDamage | None:
    """Each LF became CRLF: no other LF is left, and if that is undone it is a store."""
    count = data.count(b"\r\n")
    if not count or count != data.count(b"\n") or b"-----BEGIN " in data:
        return None
    if not _is_sound(data.replace(b"\r\n", b"\n")):
        return None
    return TextDamage(
        "binary data in which a text tool has turned each LF into CRLF",
        f"{_BINARY}; or undo it: perl -pe 's/\\r\\n/\\n/' {{file}} > restored",
    )


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
