"""Decode and encode Java's modified UTF-8 (java.io.DataInput): NUL as C0 80, surrogate pairs."""

from typing import Final

MAX_ENCODED: Final = 0xFFFF
"""The most bytes of a string: DataOutput.writeUTF has a length field of two bytes."""

_FOUR_BYTE_LEAD: Final = 0xF0
_NUL: Final = b"\xc0\x80"


def read_utf(data: bytes) -> str:
    """Decode as java.io.DataInputStream.readUTF does, which accepts overlong forms.

    A lone surrogate is kept, as in a Java string. Raises ValueError if Java throws
    UTFDataFormatException.
    """
    if data.isascii():
        return data.decode("ascii")
    if max(data) < _FOUR_BYTE_LEAD:
        try:
            return _pair(data.replace(_NUL, b"\x00").decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError:
            pass  # overlong or malformed: _decode_units decides
    return _decode_units(data)


def write_utf(text: str) -> bytes:
    """Encode as java.io.DataOutputStream.writeUTF does, without its length field.

    Raises ValueError if the result is longer than MAX_ENCODED.
    """
    units = text.encode("utf-16-be", "surrogatepass")
    out = bytearray()
    for high, low in zip(units[::2], units[1::2], strict=True):
        unit = high << 8 | low
        if 0 < unit < 0x80:
            out.append(unit)
        elif unit < 0x800:
            out += bytes((0xC0 | unit >> 6, 0x80 | unit & 0x3F))
        else:
            out += bytes((0xE0 | unit >> 12, 0x80 | unit >> 6 & 0x3F, 0x80 | unit & 0x3F))
    if len(out) > MAX_ENCODED:
        raise ValueError(f"{len(out)} bytes in modified UTF-8, at most {MAX_ENCODED} are possible")
    return bytes(out)


def _pair(text: str) -> str:
    """Join the surrogate pairs of `text`."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")


def _decode_units(data: bytes) -> str:
    units: list[int] = []
    position, end = 0, len(data)
    try:
        while position < end:
            lead = data[position]
            if lead < 0x80:
                units.append(lead)
                position += 1
                continue
            second = data[position + 1]
            if second & 0xC0 != 0x80:
                break
            if lead >> 5 == 0b110:
                units.append((lead & 0x1F) << 6 | second & 0x3F)
                position += 2
                continue
            third = data[position + 2]
            if lead >> 4 != 0b1110 or third & 0xC0 != 0x80:
                break
            units.append((lead & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F)
            position += 3
        else:
            return _pair("".join(map(chr, units)))
    except IndexError:
        pass  # the last character is cut off
    raise ValueError(f"malformed modified UTF-8 at byte {position}")
