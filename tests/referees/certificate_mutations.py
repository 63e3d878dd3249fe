"""Certificates whose fields are changed one by one, with what each field can hold: drawn from a seed.

A certificate is a tree of elements here, into the values of extensions and the key as well, so that a
change at any depth leaves the lengths around it right. The pools hold every kind of key, parameters
of algorithms, extensions, names and times that the JDK has a parser for, well-formed and not.
"""

import random
from functools import partial

from tests.referees import odd_certificates as odd
from tests.referees.certificate_pools import (
    CURVES,
    DH,
    DSA,
    EA_RSA,
    EC,
    EXTENSIONS,
    HASHES,
    INTEGERS,
    KEYS,
    MGF1,
    NAMES,
    OAEP,
    OIDS,
    OIW_DSA,
    PSS,
    RSA,
    SHA1,
    SIGNATURES,
    TAGS,
    TEXTS,
    TIMES,
    X942_DH,
)
from unpin.asn1 import tlv
from unpin.asn1.tlv import element, encode_integer, encode_oid

INDEFINITE = 0
"""The length of an element that ends with 00 00; other numbers are octets of the length."""
NULL = element(tlv.NULL)
TRUE = element(tlv.BOOLEAN, b"\xff")


def sequence(*parts):
    return element(tlv.SEQUENCE, *parts)


def octets(*parts):
    return element(tlv.OCTET_STRING, *parts)


def bits(content, unused=0):
    return element(tlv.BIT_STRING, bytes((unused,)), content)


def algorithm(oid, parameters=b""):
    return sequence(encode_oid(oid), parameters)


def explicit(number, *parts):
    return element(0xA0 + number, *parts)


class Drawing:
    """Draws certificates; equal seeds give equal certificates."""

    def __init__(self, seed):
        self._source = random.Random(seed)
        self.pick = self._source.choice

    def _likely(self, share=0.8):
        return self._source.random() < share

    def _some(self, most, draw):
        return [draw() for _ in range(self._source.randint(0, most))]

    def certificate(self):
        """A certificate of drawn fields, most of them ordinary; half of them are changed after."""
        shape = self._source.random()
        parts = {}
        if shape < 0.3:
            parts["spki"] = self._key()
        elif shape < 0.45:
            parts["inner"] = parts["outer"] = self._signature()
            if not self._likely(0.9):
                parts["outer"] = self._signature()
        elif shape < 0.75:
            parts["rest"] = self._extensions()
        elif shape < 0.85:
            parts["issuer"], parts["subject"] = self._name(), self._name()
        elif shape < 0.95:
            parts["validity"] = self._time() + self._time()
        else:
            parts["version"] = self.pick([*INTEGERS, None])
            parts["serial"] = self.pick(INTEGERS)
            parts["rest"] = b"".join(
                self._some(1, lambda: element(self.pick((0x81, 0x82, 0xA1)), self.pick(INTEGERS)))
            ) + (self._extensions() if self._likely(0.5) else b"")
        made = odd.assembled(**parts)
        if self._likely(0.5):
            return made
        return changed(made, self._source)

    def _integer(self):
        if self._likely(0.7):
            return encode_integer(
                self._source.getrandbits(self.pick((5, 30, 31, 32, 63, 160, 512)))
            )
        return element(tlv.INTEGER, self.pick(INTEGERS))

    def _oid(self, pool, share=0.95):
        return encode_oid(self.pick(pool)) if self._likely(share) else element(6, self.pick(OIDS))

    def _pss(self):
        fields = [
            explicit(0, algorithm(self.pick(HASHES), self.pick((b"", NULL)))),
            explicit(
                1,
                sequence(
                    self._oid((MGF1, MGF1, MGF1, SHA1)),
                    sequence(self._oid(HASHES), self.pick((b"", NULL)))
                    if self._likely(0.9)
                    else self.pick((b"", NULL)),
                ),
            ),
            explicit(2, self._integer()),
            explicit(
                3, element(tlv.INTEGER, self.pick((b"\1", b"\1", b"\2", b"\0\1", b"\xbc", b"")))
            ),
        ]
        kept = [field for field in fields if self._likely(0.6)]
        return sequence(*kept)

    def _parameters(self):
        draw = self.pick(
            (
                lambda: b"",
                lambda: NULL,
                lambda: element(tlv.NULL, b"x"),
                self._pss,
                lambda: self._oid(CURVES),
                lambda: sequence(*self._some(5, self._integer)),
                lambda: octets(b"x"),
            )
        )
        return draw()

    def _signature(self):
        oid = PSS if self._likely(0.3) else self.pick(SIGNATURES)
        parameters = self._pss() if oid == PSS and self._likely(0.8) else self._parameters()
        return sequence(encode_oid(oid), parameters)

    def _key(self):
        oid = (
            self.pick((RSA, PSS, EC, EC, DSA, DH, X942_DH))
            if self._likely(0.6)
            else self.pick(KEYS)
        )
        parameters = self._parameters()
        if self._likely():
            if oid == EC:
                return self._ec_key()
            own = {
                RSA: lambda: self.pick((NULL, NULL, b"", self._pss())),
                PSS: lambda: self._pss() if self._likely() else NULL,
                DSA: lambda: sequence(*(self._integer() for _ in range(3))),
                OIW_DSA: lambda: sequence(*(self._integer() for _ in range(3))),
                DH: lambda: sequence(*(self._integer() for _ in range(self.pick((2, 2, 3, 5))))),
                X942_DH: lambda: sequence(
                    *(self._integer() for _ in range(self.pick((2, 3, 3, 5))))
                ),
            }
            parameters = own.get(oid, lambda: b"")()
        if oid in (RSA, PSS, EA_RSA, OAEP):
            draw = self._rsa_numbers
        elif oid in (DSA, OIW_DSA, DH, X942_DH):
            draw = self._integer
        else:
            sizes = (0, 1, 11, 12, 31, 32, 56, 57, 60, 64, 800, 1184, 1312, 1568, 1952, 2592)
            draw = partial(self._bytes, sizes)
        content = draw()
        return sequence(
            sequence(self._oid([oid], 0.98), parameters),
            bits(content, self.pick((0, 0, 0, 0, 0, 0, 0, 1, 7, 8))),
        )

    def _bytes(self, sizes):
        return bytes(self._source.choices(range(256), k=self.pick(sizes)))

    def _rsa_numbers(self):
        size = self.pick((100, 504, 505, 511, 512, 513, 1024, 3072, 3073, 4096, 16384, 16385))
        modulus = encode_integer(self._source.getrandbits(size) | 1 << (size - 1) | 1)
        exponent = self.pick((1, 2, 3, 65537, 1 << 63 | 1, 1 << 64 | 1, (1 << 600) + 1))
        numbers = [modulus, encode_integer(exponent)]
        if not self._likely(0.9):
            numbers[self.pick((0, 1))] = element(tlv.INTEGER, self.pick(INTEGERS))
        if not self._likely(0.95):
            numbers.append(self._integer())
        if not self._likely(0.95):
            modulus = b"\xff" * 64
            numbers = [element(tlv.INTEGER, modulus), encode_integer(3)]
        return sequence(*numbers)

    def _ec_key(self):
        curve = self.pick(CURVES)
        sizes = (14, 16, 20, 21, 24, 25, 28, 29, 30, 32, 33, 36, 40, 48, 52, 64, 66, 72)
        point = bytes((self.pick((4, 4, 4, 4, 4, 2, 0)),)) + bytes(2 * self.pick(sizes))
        if not self._likely(0.9):
            point += b"x"
        return sequence(
            sequence(encode_oid(EC), encode_oid(curve)), bits(point, self.pick((0, 0, 0, 1)))
        )

    def _attribute(self):
        tag = self.pick((0x0C, 0x13, 0x14, 0x16, 0x1E, 0x1C, 0x12, 0x1A, 0x1B, 2, 0x30))
        oid = self._oid(("2.5.4.3", "2.5.4.6", "0.9.2342.19200300.100.1.25", "1.2.3"))
        return sequence(oid, element(tag, self.pick(TEXTS)))

    def _name(self):
        rdns = self._some(2, lambda: element(tlv.SET, *self._some(2, self._attribute)))
        return b"".join(rdns) if self._likely(0.3) else odd.ODD + b"".join(rdns)

    def _time(self):
        text = self.pick(TIMES) if self._likely(0.7) else self._changed_time()
        tag = 0x18 if len(text) > 13 else 0x17
        return element(tag if self._likely(0.85) else self.pick((0x17, 0x18, 0x16)), text)

    def _changed_time(self):
        text = bytearray(self.pick(TIMES) or b"Z")
        text[self._source.randrange(len(text))] = self.pick(b"0123456789Z+-., a")
        return bytes(text)

    def _general_name(self):
        tag = self.pick(
            (0x81, 0x82, 0x82, 0x86, 0x86, 0x87, 0xA4, 0xA0, 0x88, 0xA3, 0xA5, *TAGS[-17:])
        )
        if tag == 0x87:
            return element(tag, bytes(self.pick((0, 4, 4, 8, 16, 32, 5))))
        if tag == 0xA4:
            return element(tag, sequence(self._name()) if self._likely() else self._name())
        if tag == 0xA0:
            return element(
                tag,
                self._oid(("1.2.3", "1.3.6.1.4.1.311.20.2.3")),
                element(self.pick((0xA0, 0xA0, 0xA1, 0x80, 0x0C)), element(0x0C, b"a")),
            )
        if tag == 0x88:
            return element(tag, self.pick(OIDS))
        return element(tag, self.pick(NAMES))

    def _general_names(self):
        return b"".join(self._some(2, self._general_name))

    def _subtree(self):
        more = (
            b""
            if self._likely(0.7)
            else element(self.pick((0x80, 0x81, 0x82, 0xA0)), self.pick(INTEGERS))
        )
        return sequence(self._general_name(), more)

    def _distribution_point(self):
        full = explicit(0, self._general_names())
        relative = explicit(1, *self._some(2, self._attribute))
        fields = [
            explicit(0, self.pick((full, full, relative, explicit(2)))),
            element(0x81, self.pick((b"\0\xff", b"\7\x80", b"", b"\x08a", b"\1"))),
            explicit(2, self._general_names()),
        ]
        kept = [field for field in fields if self._likely(0.6)]
        return sequence(*kept)

    def _policy(self):
        qualifiers = sequence(
            *self._some(
                2, lambda: sequence(self._oid(("1.3.6.1.5.5.7.2.1",)), element(0x16, b"http://a"))
            )
        )
        return sequence(
            self._oid(("2.5.29.32.0", "1.2.3")), b"" if self._likely(0.5) else qualifiers
        )

    def _value(self, oid):
        draws = {
            "2.5.29.14": lambda: octets(*self._some(1, lambda: b"key")),
            "2.5.29.15": lambda: bits(self.pick((b"\6", b"\xff\x80", b"")), self.pick((0, 1, 7, 8))),
            "2.5.29.16": lambda: sequence(
                *self._some(2, lambda: element(self.pick((0x80, 0x81)), self.pick(TIMES)))
            ),
            "2.5.29.19": lambda: sequence(
                *(self._some(1, lambda: element(1, self.pick((b"\xff", b"\0", b"", b"\1\1")))) + self._some(2, self._integer))
            ),
            "2.5.29.20": self._integer,
            "2.5.29.21": lambda: element(0x0A, self.pick(INTEGERS)),
            "2.5.29.27": self._integer,
            "2.5.29.28": lambda: sequence(
                *self._some(2, lambda: self.pick((
                    explicit(0, explicit(0, self._general_names())), element(0x81, b"\xff"), element(0x82, b""),
                    element(0x83, b"\0a"), element(0x83, b""), element(0x84, b"\0"), element(0x85, b"\0\0"), element(0x86, b"\0"),
                )))
            ),
            "2.5.29.30": lambda: sequence(
                *(element(self.pick((0xA0, 0xA1)), *self._some(2, self._subtree)) for _ in range(self.pick((0, 1, 1, 2))))
            ),
            "2.5.29.31": lambda: sequence(*self._some(2, self._distribution_point)),
            "2.5.29.46": lambda: sequence(*self._some(2, self._distribution_point)),
            "2.5.29.32": lambda: sequence(*self._some(2, self._policy)),
            "2.5.29.33": lambda: sequence(
                *self._some(2, lambda: sequence(*(self._oid(("1.2.3", "2.5.29.32.0")) for _ in range(self.pick((1, 2, 2, 3))))))
            ),
            "2.5.29.35": lambda: sequence(
                *self._some(3, lambda: self.pick((
                    element(0x80, b"key"), element(0xA1, self._general_names()), element(0x82, self.pick(INTEGERS)), element(0x80),
                )))
            ),
            "2.5.29.36": lambda: sequence(
                *self._some(2, lambda: element(self.pick((0x80, 0x81, 0x80, 0x81, 0xA0, 0x82)), self.pick(INTEGERS)))
            ),
            "2.5.29.37": lambda: sequence(*self._some(2, lambda: self._oid(("1.3.6.1.5.5.7.3.1",), 0.7))),
            "2.5.29.54": self._integer,
            "1.3.6.1.5.5.7.1.1": lambda: sequence(
                *self._some(2, lambda: sequence(self._oid(("1.3.6.1.5.5.7.48.1",)), self._general_name()))
            ),
            "2.16.840.1.113730.1.1": lambda: bits(b"\x40", self.pick((0, 6, 8))),
        }  # fmt: skip
        draws["2.5.29.17"] = draws["2.5.29.18"] = draws["2.5.29.29"] = lambda: sequence(
            self._general_names()
        )
        draws["1.3.6.1.5.5.7.1.11"] = draws["1.3.6.1.5.5.7.1.1"]
        value = draws.get(oid, lambda: octets(b"x"))()
        if self._likely(0.93):
            return value
        return self.pick((value + b"\0", b"", b"x", value[:-1], octets(value), element(0x30)))

    def _extension(self):
        oid = self.pick(EXTENSIONS)
        critical = TRUE if self._likely(0.75) else self.pick((b"", element(1, b"\0"), element(1)))
        return sequence(self._oid([oid], 0.98), critical, octets(self._value(oid)))

    def _extensions(self):
        drawn = [self._extension() for _ in range(self.pick((0, 1, 1, 1, 2)))]
        if drawn and not self._likely(0.9):
            drawn.append(drawn[0])
        return odd.extensions(*drawn)


def originals():
    """Certificates that are changed: the odd ones, and one of an RSA and an EC key."""
    return [der for name, der in sorted(odd.certificates().items()) if der[:1] == b"\x30"]


def drawn(seed, number):
    """`number` certificates: drawn ones, and changed ones of `originals`."""
    drawing, source = Drawing(seed), random.Random(seed)
    first = originals()
    return [
        drawing.certificate() if source.random() < 0.7 else changed(source.choice(first), source)
        for _ in range(number)
    ]


def changed(der, source):
    """The certificate with one to three of its elements changed, and all lengths right."""
    try:
        tree = _tree(tlv.only(der, "certificate"))
    except tlv.TlvError:
        return der
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        _change(tree, source)
    return _encoded(tree)


def _tree(node):
    """[tag, bytes before the elements, elements, or the content as bytes]."""
    if node.constructed:
        return [node.tag, b"", [_tree(child) for child in node]]
    skipped = {tlv.OCTET_STRING: 0, tlv.BIT_STRING: 1}.get(node.tag)
    if skipped is not None and len(node.content) > 3:
        try:
            inner = tlv.only(node.content[skipped:], "value")
            if inner.tag in (tlv.SEQUENCE, tlv.OCTET_STRING, tlv.BIT_STRING):
                return [node.tag, node.content[:skipped], [_tree(inner)]]
        except tlv.TlvError:
            pass
    return [node.tag, b"", node.content]


def _encoded(tree):
    tag, before, content, *length = tree
    if isinstance(content, list):
        content = b"".join(map(_encoded, content))
    if not length:
        return element(tag, before, content)
    if length == [INDEFINITE]:
        return bytes((tag, 0x80)) + before + content + b"\0\0"
    content = before + content
    return bytes((tag, 0x80 | length[0])) + len(content).to_bytes(length[0], "big") + content


def _nodes(tree):
    yield tree
    if isinstance(tree[2], list):
        for child in tree[2]:
            yield from _nodes(child)


def _change(tree, source):
    node = source.choice(list(_nodes(tree)))
    content = node[2]
    kind = source.randrange(9)
    if kind == 0:
        node[0] = source.choice(TAGS)
    elif kind == 8:
        node[3:] = [source.choice((INDEFINITE, 3, 4, 5, 8))]
    elif isinstance(content, list):
        if kind < 3 and content:
            content.pop(source.randrange(len(content)))
        elif kind < 5 and content:
            content.insert(source.randrange(len(content)), source.choice(content))
        elif kind == 5:
            source.shuffle(content)
        elif kind == 6:
            content.append([source.choice(TAGS[:16]), b"", source.choice(INTEGERS)])
        else:
            content.clear()
    else:
        pool = {2: INTEGERS, 6: OIDS, 0x17: TIMES, 0x18: TIMES}.get(node[0], (*TEXTS, *NAMES))
        node[2] = (
            b"" if kind == 1 else content[:-1] if kind == 2 else content + b"\0" if kind == 3
            else source.choice(pool)
        )  # fmt: skip
