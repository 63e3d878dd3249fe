"""Write DER: certificates that no library wants to issue have to be put together by hand."""


def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts):
    return tlv(0x30, *parts)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\x00")


def octets(value):
    return tlv(0x04, value)


def bits(value, unused=0):
    return tlv(0x03, bytes([unused]), value)


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        base128 = [arc & 0x7F]
        while arc := arc >> 7:
            base128.append(arc & 0x7F | 0x80)
        out += bytes(reversed(base128))
    return tlv(0x06, bytes(out))


def generalized_time(moment):
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(moment):
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def common_name(text, tag=0x0C):
    """A name of one CN (a str, or its octets); `tag` 0x0C is UTF8String, 0x13 PrintableString."""
    value = tlv(tag, text if isinstance(text, bytes) else text.encode())
    return sequence(tlv(0x31, sequence(oid("2.5.4.3"), value)))
