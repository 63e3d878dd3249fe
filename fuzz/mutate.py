"""Change bytes a little, in the ways that trip readers of binary and text stores."""

from random import Random

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 63)
HEADS = (
    b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x00", b"\x04\x82\x00\x10", b"\x24\x80",
    b"\x02\x00", b"\x02\x01\xff", b"\x06\x01\x80", b"\xa0\x03\x02\x01\x02", b"\x1f\xff\x7f",
    b"\x30\x88" + b"\xff" * 8, b"\0\0", b"\x18\x00", b"\x1e\x01\0", b"\x0c\x01\xff",
)  # fmt: skip
TEXT = (
    b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----", b"-----BEGIN ", b"-----",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b"\\n", b"\0", b"=", b" ", b"\t", b"MII",
    b"-----BEGIN PKCS7-----\n", b"-----BEGIN TRUSTED CERTIFICATE-----\n", b"Proc-Type: 4\n\n",
)  # fmt: skip
MOST_BYTES = 400_000


def mutate(random: Random, data: bytes, other: bytes) -> bytes:
    """Apply one to six changes; `other` is another seed to take pieces from."""
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        random.choice(CHANGES)(random, out, other)
        del out[MOST_BYTES:]
    return bytes(out)


def _place(random: Random, out: bytearray) -> int:
    """A position; the beginning, where the headers are, comes up more often."""
    end = len(out)
    return random.randrange(min(end, random.choice((48, 200, end))) or 1) if end else 0


def _piece(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data) + 1)
    return bytes(data[start : start + random.choice((1, 2, 4, 16, 100, 1000))])


def flip(random: Random, out: bytearray, _other: bytes) -> None:
    if out:
        out[_place(random, out)] ^= 1 << random.randrange(8)


def byte(random: Random, out: bytearray, _other: bytes) -> None:
    if out:
        out[_place(random, out)] = random.choice(
            (0, 1, 0x30, 0x7F, 0x80, 0xFF, random.getrandbits(8))
        )


def number(random: Random, out: bytearray, _other: bytes) -> None:
    size = random.choice((1, 2, 4, 8))
    place = _place(random, out)
    value = random.choice(NUMBERS) % (1 << 8 * size)
    out[place : place + size] = value.to_bytes(size, "big")


def head(random: Random, out: bytearray, _other: bytes) -> None:
    place, new = _place(random, out), random.choice(HEADS)
    out[place : place + random.choice((0, len(new)))] = new


def text(random: Random, out: bytearray, _other: bytes) -> None:
    place = _place(random, out)
    out[place:place] = random.choice(TEXT) * random.choice((1, 1, 2, 50))


def cut(random: Random, out: bytearray, _other: bytes) -> None:
    del out[_place(random, out) :]


def drop(random: Random, out: bytearray, _other: bytes) -> None:
    place = _place(random, out)
    del out[place : place + random.choice((1, 2, 4, 20, 300))]


def repeat(random: Random, out: bytearray, _other: bytes) -> None:
    piece, place = _piece(random, out), _place(random, out)
    out[place:place] = piece * random.choice((1, 1, 2, 1000))


def splice(random: Random, out: bytearray, other: bytes) -> None:
    place = _place(random, out)
    out[place : place + random.choice((0, 8, 200))] = _piece(random, other)


def nest(random: Random, out: bytearray, _other: bytes) -> None:
    place = _place(random, out)
    out[place:place] = random.choice((b"\x30\x80", b"\x24\x80", b"\xa0\x80")) * 5000


def append(random: Random, out: bytearray, other: bytes) -> None:
    out += random.choice((b"\0", b"\n", b"tail", random.randbytes(20), other[:1000]))


def element(random: Random, out: bytearray, other: bytes) -> None:
    """Change one TLV element and keep the lengths around it right."""
    out[:] = _renew(random, bytes(out), other, 0)


def _renew(random: Random, data: bytes, other: bytes, depth: int) -> bytes:
    found = _elements(data)
    if not found:
        return data[: random.randrange(len(data) + 1)] + _piece(random, other)
    place = random.randrange(len(found))
    tag, content = found[place]
    nested = tag & 0x20 or (tag == 0x04 and content[:1] == b"\x30")
    if nested and depth < 20 and random.random() < 0.85:
        new = [(tag, _renew(random, content, other, depth + 1))]
    else:
        new = random.choice(
            (
                [],
                [(tag, content)] * random.choice((2, 2, 20, 2000)),
                [(tag, b"")],
                [(tag, _piece(random, content))],
                [(random.choice((0x02, 0x04, 0x05, 0x06, 0x0C, 0x18, 0x30, 0x31, 0xA0)), content)],
                [(tag, random.choice(NUMBERS).to_bytes(9, "big").lstrip(b"\0"))],
                [(0x02, b"\x7f" * 5000)],
                [(0x30, _encode(tag, content)), (tag, content)],
            )
        )
    found[place : place + 1] = new
    return b"".join(_encode(*one) for one in found)


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """The run of DER elements that `data` is, or nothing."""
    found, place = [], 0
    while place + 2 <= len(data):
        size, start = data[place + 1], place + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[place + 2 : start], "big")
        if start + size > len(data) or size == 0x80:
            return []
        found.append((data[place], data[start : start + size]))
        place = start + size
    return found if place == len(data) else []


def _encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


CHANGES = (
    element, element, element, element, flip, flip, byte, byte, number, number, head, head, text,
    cut, drop, repeat, splice, nest, append,
)  # fmt: skip
