"""Draw PKCS12 and JKS stores at random, from what matters to Java when it puts entries together."""

import random

from tests.pki import Authority
from tests.unit.stores import jks_writer as jks
from tests.unit.stores import p12_writer as p12
from unpin.asn1 import tlv

ALIASES = (
    "a", "A", "b", "1", "2", "3", "", "straße", "STRASSE", "\N{LATIN SMALL LETTER DOTLESS I}", "I",
    "İ", "😀", "ǅ", "ß", "ẞ",
)  # fmt: skip
KEY_IDS = (b"1", b"2", b"01", b"Time 5", b"Time -5", b"Time x", b"", b"\xff")
SEALED = tlv.element(
    tlv.SEQUENCE,
    tlv.encode_oid("1.2.840.113549.1.12.10.1.2"),
    tlv.element(0xA0, tlv.element(tlv.OCTET_STRING, b"sealed")),
)


class Drawing:
    """Draws stores; the same ones for the same `seed`."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        root, old = Authority("root"), Authority("root")
        issuing = Authority("issuing", root)
        renewed = Authority("issuing", root, key=issuing.key)
        authorities = (
            root, old, Authority("root", old, key=root.key), issuing, renewed, Authority("issuing", old),
            Authority("leaf", issuing, ca=False), Authority("leaf", old, ca=False),
            Authority("alone", ca=False), Authority("cross", issuing, key=root.key),
        )  # fmt: skip
        self._certificates = [one.certificate.der for one in authorities]

    def pkcs12(self):
        """A store in clear with a MAC, of which some parts may be in BER."""
        contents = [self._contents() for _ in range(self._random.choice((1, 1, 2, 3)))]
        data = p12.pfx(p12.safe_of(*contents))
        return self._ber(data) if self._random.random() < 0.2 else data

    def _contents(self):
        bags = [self._bag() for _ in range(self._random.randrange(7))]
        safe = tlv.element(tlv.SEQUENCE, *bags)
        if self._random.random() < 0.2:
            safe = self._ber(safe)
        octets = tlv.element(tlv.OCTET_STRING, safe)
        if self._random.random() < 0.1:
            cut = self._random.randrange(len(safe))
            parts = (tlv.element(tlv.OCTET_STRING, part) for part in (safe[:cut], safe[cut:]))
            octets = b"\x24\x80" + b"".join(parts) + b"\0\0"
            return b"\x30\x80" + tlv.encode_oid(p12.DATA) + b"\xa0\x80" + octets + b"\0\0\0\0"
        return tlv.element(tlv.SEQUENCE, tlv.encode_oid(p12.DATA), tlv.element(0xA0, octets))

    def _bag(self):
        kind = self._random.choice("cccccttttkkkksn1x")
        if kind == "c":
            return p12.cert_bag(self._certificate(), self._attributes())
        if kind == "t":
            return p12.cert_bag(self._certificate(), self._attributes(trusted=True))
        if kind == "k":
            return p12.key_bag(self._attributes())
        if kind == "s":
            return p12.bag(5, SEALED, self._attributes())
        if kind == "n":
            nested = tlv.element(tlv.SEQUENCE, *(self._bag() for _ in range(2)))
            return p12.bag(6, nested, self._attributes())
        if kind == "1":
            return p12.bag(1, tlv.element(tlv.SEQUENCE), self._attributes())
        return p12.bag(4, tlv.element(tlv.SEQUENCE), self._attributes())

    def _certificate(self):
        der = self._random.choice(self._certificates)
        return self._ber(der) if self._random.random() < 0.1 else der

    def _attributes(self, *, trusted=False):
        found = []
        while self._random.random() < 0.55:
            name = self._random.choice(ALIASES).encode("utf-16-be")
            found.append(p12.attribute(p12.FRIENDLY, tlv.element(tlv.BMP_STRING, name)))
        while self._random.random() < 0.5:
            value = tlv.element(tlv.OCTET_STRING, self._random.choice(KEY_IDS))
            found.append(p12.attribute(p12.LOCAL_KEY_ID, value))
        if trusted:
            found.append(p12.attribute(p12.TRUSTED, tlv.encode_oid("2.5.29.37.0")))
        self._random.shuffle(found)
        return tlv.element(tlv.SET, *found) if found or self._random.random() < 0.1 else b""

    def _ber(self, data):
        node = tlv.read(data)
        if not node.constructed or self._random.random() < 0.2:
            return node.raw
        return bytes((node.tag, 0x80)) + b"".join(self._ber(one.raw) for one in node) + b"\0\0"

    def jks(self):
        """A JKS or JCEKS store, of version 1 or 2."""
        magic = self._random.choice((jks.JKS, jks.JCEKS))
        version = self._random.choice((1, 2, 2, 2))
        kind = "X.509" if version == 2 else None
        entries = []
        for _ in range(self._random.randrange(8)):
            alias = self._random.choice(ALIASES)
            date = self._random.choice((0, -1, 1_700_000_000_123, -(1 << 63), (1 << 63) - 1))
            # NOTE: of a JCEKS key without chain, Java 17 and 25 fail to say what kind it is
            # (KeyStoreSpi.engineEntryInstanceOf: ArrayIndexOutOfBoundsException).
            least = 1 if magic == jks.JCEKS else 0
            chain = [self._certificate() for _ in range(self._random.randrange(least, 4))]
            what = self._random.choice("ttks" if magic == jks.JCEKS else "ttk")
            if what == "t":
                entries.append(jks.trusted(alias, self._certificate(), date=date, kind=kind))
            elif what == "k":
                entries.append(jks.key(alias, *chain, date=date, kind=kind))
            else:
                entries.append(jks.secret(alias, jks.sealed_object(), date=date))
        return jks.store(*entries, magic=magic, version=version)


OTHER_TAGS = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x30, 0x31, 0xA0, 0xA3)
STRAYS = (b"\x05\x00", b"\x01\x01\xff", b"\x02\x01\x01")


def changed(der, source):
    """A certificate with one octet or one element changed, as `source` draws it."""
    if source.random() < 0.35:
        at = source.randrange(len(der))
        octet = source.choice((der[at] ^ 1 << source.randrange(8), source.randrange(256), 0, 255))
        return der[:at] + bytes((octet,)) + der[at + 1 :]
    outer = tlv.read(der)
    start = source.choice(list(_descendants(outer))).start
    return _rebuilt(outer, start, source)


def _descendants(node):
    for child in node if node.constructed else ():
        yield child
        yield from _descendants(child)


def _rebuilt(node, start, source):
    """The element with lengths that fit, and a change to the one that begins at `start`."""
    if node.start == start:
        return source.choice(
            (
                b"",
                node.raw * 2,
                tlv.element(source.choice(OTHER_TAGS), node.content),
                tlv.element(node.tag),
                node.raw + source.choice(STRAYS),
                bytes((node.tag, 0x82)) + len(node.content).to_bytes(2, "big") + node.content,
            )
        )
    if not node.constructed:
        return node.raw
    return tlv.element(node.tag, *(_rebuilt(child, start, source) for child in node))
