"""Stores that cost much to judge or to read: generators by name, each for any number of entries.

`python -m fuzz.bombs NAME COUNT FILE` writes a single one. bench/bombs.py measures them, and
tests/fuzz/test_bombs.py runs small ones.
"""

import base64
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.unit.stores import certs, p12_writer
from tests.unit.stores import jks_writer as jks

from unpin.asn1 import object_identifiers as oids
from unpin.asn1.tlv import element, encode_oid
from unpin.catalogue.load import load_builtin
from unpin.model.certificate import Certificate

ECDSA_SHA256: Final = element(0x30, element(0x06, bytes.fromhex("2a8648ce3d040302")))
RSA_SHA256: Final = element(
    0x30, element(0x06, bytes.fromhex("2a864886f70d01010b")) + element(0x05)
)
EMPTY: Final = element(0x30)
RSA: Final = element(0x30, element(0x06, bytes.fromhex("2a864886f70d010101")) + element(0x05))


@dataclass(frozen=True)
class Party:
    """A name (DER) and a P-256 key."""

    name: bytes
    key: ec.EllipticCurvePrivateKey
    spki: bytes

    @staticmethod
    def called(name: str | bytes) -> "Party":
        key = ec.generate_private_key(ec.SECP256R1())
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return Party(name if isinstance(name, bytes) else named(name), key, spki)

    def certifies(
        self,
        other: "Party",
        serial: int = 1,
        *,
        ca: bool = True,
        ids: bool = True,
        ends: bytes = b"360101000000Z",
        more: bytes = b"",
    ) -> bytes:
        """The DER of a certificate of `other`; `ids` are key identifiers, `more` extensions."""
        extensions = more
        if ca:
            extensions += extension("551d13", element(0x30, element(0x01, b"\xff")), critical=True)
        if ids:
            extensions += extension("551d0e", element(0x04, key_id(other)))
            extensions += extension("551d23", element(0x30, element(0x80, key_id(self))))
        tbs = to_be_signed(self.name, other.name, other.spki, serial, extensions, ends=ends)
        return certificate(tbs, self.key.sign(tbs, ec.ECDSA(hashes.SHA256())))


def named(common_name: str) -> bytes:
    attribute = element(0x06, bytes.fromhex("550403")) + element(0x0C, common_name.encode())
    return element(0x30, element(0x31, element(0x30, attribute)))


def key_id(party: Party) -> bytes:
    return hashlib.sha1(party.spki).digest()


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = element(0x01, b"\xff") if critical else b""
    return element(0x30, element(0x06, bytes.fromhex(oid)) + flag + element(0x04, value))


def to_be_signed(
    issuer: bytes,
    subject: bytes,
    spki: bytes,
    serial: int,
    extensions: bytes = b"",
    *,
    algorithm: bytes = ECDSA_SHA256,
    ends: bytes = b"360101000000Z",
) -> bytes:
    validity = element(0x30, element(0x17, b"200101000000Z") + element(0x17, ends))
    number = element(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    last = element(0xA3, element(0x30, extensions)) if extensions else b""
    version = element(0xA0, element(0x02, b"\2"))
    return element(0x30, version + number + algorithm + issuer + validity + subject + spki + last)


def certificate(tbs: bytes, signature: bytes, algorithm: bytes = ECDSA_SHA256) -> bytes:
    return element(0x30, tbs + algorithm + element(0x03, b"\0" + signature))


def as_jks(ders: Iterator[bytes]) -> bytes:
    return jks.store(*(jks.trusted(f"e{i}", der) for i, der in enumerate(ders)))


def as_pem(ders: Iterator[bytes]) -> bytes:
    return b"".join(map(block, ders))


def block(der: bytes, width: int = 64, label: bytes = b"CERTIFICATE") -> bytes:
    """A block of a PEM text (RFC 7468)."""
    text = base64.b64encode(der)
    lines = b"".join(text[i : i + width] + b"\n" for i in range(0, len(text), width))
    return b"-----BEGIN %s-----\n" % label + lines + b"-----END %s-----\n" % label


def as_pkcs12(ders: Iterator[bytes]) -> bytes:
    return sealed(
        p12_writer.cert_bag(der, p12_writer.attributes(f"e{i}", trusted=True))
        for i, der in enumerate(ders)
    )


def sealed(bags: Iterable[bytes]) -> bytes:
    """A PKCS12 store of `bags` in clear, with a MAC under "changeit"."""
    safe = p12_writer.safe_of(p12_writer.plain(*bags))
    return p12_writer.pfx(safe, p12_writer.mac_data(safe, "changeit\0".encode("utf-16-be"), 1))


def azure_roots() -> list[Certificate]:
    """Roots and bridges of the chains that the catalogue expects."""
    known = [record.certificate for record in load_builtin().certificates if record.is_root]
    return [root for root in known if root is not None][:8]


def azure_names() -> list[bytes]:
    """Their subjects."""
    return [root.fields.subject.der for root in azure_roots()]


def roots(count: int) -> Iterator[bytes]:
    """Self-signed roots with names and keys of their own: a big, but ordinary store."""
    for i in range(count):
        party = Party.called(f"Root {i}")
        yield party.certifies(party)


def expired_roots(count: int) -> Iterator[bytes]:
    for i in range(count):
        party = Party.called(f"Root {i}")
        yield party.certifies(party, ends=b"210101000000Z")


def same(count: int) -> Iterator[bytes]:
    """The same root, again and again."""
    root = Party.called("Root")
    yield from [root.certifies(root)] * count


def same_pin(count: int) -> Iterator[bytes]:
    """The same intermediate without its root, again and again."""
    root, middle = Party.called("Root"), Party.called("Middle")
    yield from [root.certifies(middle)] * count


def renewals(count: int) -> Iterator[bytes]:
    """A root renewed with its old key: the serial number differs."""
    root = Party.called("Root")
    for i in range(count):
        yield root.certifies(root, i + 1)


def orphans(count: int) -> Iterator[bytes]:
    """Intermediates of roots that are not there."""
    for i in range(count):
        root, middle = Party.called(f"Root {i}"), Party.called(f"Middle {i}")
        yield root.certifies(middle)


def unnamed_orphans(count: int) -> Iterator[bytes]:
    """Roots of one name, and intermediates under that name that none of them issued."""
    lost = Party.called("Root")
    for i in range(count // 2):
        root = Party.called("Root")
        yield root.certifies(root, ids=False)
        yield lost.certifies(Party.called(f"Middle {i}"), i + 1, ids=False)


def renewed_pins(count: int) -> Iterator[bytes]:
    """An intermediate, renewed with its old key, of a root that is not there."""
    root, middle = Party.called("Root"), Party.called("Middle")
    for i in range(count):
        yield root.certifies(middle, i + 1)


def siblings(count: int) -> Iterator[bytes]:
    """A root and its intermediates."""
    root = Party.called("Root")
    yield root.certifies(root)
    for i in range(count - 1):
        yield root.certifies(Party.called(f"Middle {i}"))


def old_siblings(count: int) -> Iterator[bytes]:
    """An expired root and its intermediates, on which clients depend."""
    root = Party.called("Root")
    yield root.certifies(root, ends=b"210101000000Z")
    for i in range(count - 1):
        yield root.certifies(Party.called(f"Middle {i}"))


def servers(count: int) -> Iterator[bytes]:
    """Server certificates of a CA that is not there."""
    ca = Party.called("CA")
    for i in range(count):
        yield ca.certifies(Party.called(f"s{i}.example.org"), i + 1, ca=False)


def old_servers(count: int) -> Iterator[bytes]:
    """Server certificates that have expired, of a CA that is not there."""
    ca = Party.called("CA")
    for i in range(count):
        party = Party.called(f"s{i}.example.org")
        yield ca.certifies(party, i + 1, ca=False, ends=b"210101000000Z")


def own_servers(count: int) -> Iterator[bytes]:
    """Self-signed certificates of servers with one name."""
    for i in range(count):
        party = Party.called("db.example.org")
        yield party.certifies(party, i + 1, ca=False)


def old_orphans(count: int) -> Iterator[bytes]:
    """Expired intermediates whose roots are not there."""
    for i in range(count):
        party = Party.called(f"Middle {i}")
        yield Party.called(f"Root {i}").certifies(party, ends=b"210101000000Z")


def unmarked(count: int) -> Iterator[bytes]:
    """Certificates that are not marked as CAs, of one name, and what the first of them signed."""
    first = Party.called("CA")
    for _ in range(count // 2):
        yield Party.called("Root").certifies(Party.called("CA"), ca=False, ids=False)
    for i in range(count - count // 2):
        yield first.certifies(Party.called(f"s{i}.example.org"), i + 1, ca=False, ids=False)


def azure_servers(count: int) -> Iterator[bytes]:
    """Certificates under the name of a root of Azure, which did not sign them."""
    ca = Party.called(azure_names()[0])
    for i in range(count):
        yield ca.certifies(Party.called(f"s{i}.example.org"), i + 1, ca=False)


def long_chain(count: int) -> Iterator[bytes]:
    """Each is issued by the next; the last is a root."""
    below = Party.called("CA 0")
    for i in range(1, count):
        above = Party.called(f"CA {i}")
        yield above.certifies(below)
        below = above
    yield below.certifies(below)


def azure_cycles(count: int) -> Iterator[bytes]:
    """CAs under Azure's names that sign each other, without a root."""
    parties = [Party.called(name) for name in azure_names()]
    for i in range(count):
        signer = parties[i % len(parties)]
        yield signer.certifies(parties[(i + 1 + i // len(parties)) % len(parties)], i + 1)


def private_cycles(count: int) -> Iterator[bytes]:
    """A signs B, and B signs A, with new serial numbers."""
    a, b = Party.called("A"), Party.called("B")
    for i in range(count):
        yield a.certifies(b, i + 1) if i % 2 else b.certifies(a, i + 1)


def unnamed_cycles(count: int) -> Iterator[bytes]:
    """The same without key identifiers, and a key of its own for each."""
    parties = [Party.called("AB"[i % 2]) for i in range(count)]
    for i in range(count):
        yield parties[i - 1].certifies(parties[i], i + 1, ids=False)


def layers(count: int) -> Iterator[bytes]:
    """Layers of ten CAs, of which each certifies each of the layer below: 10^n paths."""
    yield from above([Party.called(f"CA 0.{i}") for i in range(10)], count)


def above(below: list[Party], count: int) -> Iterator[bytes]:
    """`count` certificates of layers of ten CAs above `below`; the last layer has no roots."""
    number = 0
    while True:
        parents = [Party.called(f"CA {number}.{i}") for i in range(10)]
        for parent in parents:
            for child in below:
                number += 1
                yield parent.certifies(child, number, ids=False)
                if number >= count:
                    return
        below = parents


def g2() -> Party:
    """DigiCert Global Root G2 with its true key, which signs nothing here."""
    (root,) = {
        record.certificate
        for record in load_builtin().certificates
        if record.certificate is not None and record.name == "DigiCert Global Root G2"
    }
    key = ec.generate_private_key(ec.SECP256R1())
    return Party(root.fields.subject.der, key, root.fields.public_key.der)


def azure_layers(count: int) -> Iterator[bytes]:
    """The same above DigiCert Global Root G2 with its true key."""
    yield from above([g2()], count)


def azure_chain(count: int) -> Iterator[bytes]:
    """Above DigiCert Global Root G2 with its true key a chain up to a root."""
    below = g2()
    for i in range(1, count):
        parent = Party.called(f"CA {i}")
        yield parent.certifies(below)
        below = parent
    yield below.certifies(below)


def azure_crosses(count: int) -> Iterator[bytes]:
    """The true key of DigiCert Global Root G2, certified by many roots, which are here."""
    root = g2()
    for i in range(count // 2):
        parent = Party.called(f"Root {i}")
        yield parent.certifies(root, i + 1)
        yield parent.certifies(parent)


def azure_copies(count: int) -> Iterator[bytes]:
    """The true key of DigiCert Global Root G2, certified again and again by a root."""
    root, parent = g2(), Party.called("Root")
    for i in range(count - 1):
        yield parent.certifies(root, i + 1)
    yield parent.certifies(parent)


def azure_constraints(count: int) -> Iterator[bytes]:
    """The true key of DigiCert Global Root G2, under a root that excludes so many names."""
    root, parent = g2(), Party.called("Root")
    trees = b"".join(
        element(0x30, element(0x82, f"x{i}.example.com".encode())) for i in range(count)
    )
    limits = extension("551d1e", element(0x30, element(0xA1, trees)), critical=True)
    yield parent.certifies(root, 1, more=limits)
    yield parent.certifies(parent, 2, more=limits)


def namesakes(count: int) -> Iterator[bytes]:
    """Roots called DigiCert Global Root G2, with other keys."""
    name = g2().name
    for _ in range(count):
        party = Party.called(name)
        yield party.certifies(party)


def unnamed_namesakes(count: int) -> Iterator[bytes]:
    """Roots of one name and many keys, without key identifiers."""
    for _ in range(count):
        party = Party.called("Root")
        yield party.certifies(party, ids=False)


def long_exponents(count: int) -> Iterator[bytes]:
    """Twins with RSA-3072 keys whose exponent is as long as the modulus."""
    random = Random(1)
    name = named("Twin")
    for i in range(count):
        modulus, exponent = (random.getrandbits(3072) | 1 << 3071 | 1 for _ in range(2))
        spki = rsa_public_key(modulus, min(exponent, modulus - 2))
        ca = extension("551d13", element(0x30, element(0x01, b"\xff")), critical=True)
        tbs = to_be_signed(name, name, spki, i + 1, ca, algorithm=RSA_SHA256)
        yield certificate(tbs, random.randbytes(383).rjust(384, b"\0"), RSA_SHA256)


def rsa_public_key(modulus: int, exponent: int) -> bytes:
    numbers = b"".join(
        element(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
        for number in (modulus, exponent)
    )
    return element(0x30, RSA + element(0x03, b"\0" + element(0x30, numbers)))


def many_names(count: int) -> Iterator[bytes]:
    """A CA with so many excluded names, and a server with so many names."""
    ca, server = Party.called("CA"), Party.called("server")
    trees = b"".join(
        element(0x30, element(0x82, f"x{i}.example.com".encode())) for i in range(count)
    )
    yield ca.certifies(ca, more=extension("551d1e", element(0x30, element(0xA1, trees))))
    names = b"".join(element(0x82, f"s{i}.example.org".encode()) for i in range(count))
    more = extension("551d11", element(0x30, names))
    yield ca.certifies(server, 2, ca=False, more=more)


def large(**parts: bytes) -> bytes:
    """A root with odd parts: `subject`, or `more` extensions; the signature is not verified."""
    root = Party.called(parts.get("subject", b"") or "Large")
    return root.certifies(root, more=parts.get("more", b""))


def many_attributes(count: int) -> Iterator[bytes]:
    """A name of so many attributes, each in an RDN of its own."""
    rdns = (element(0x31, attribute_of(element(0x0C, f"unit {i}".encode()))) for i in range(count))
    yield large(subject=element(0x30, *rdns))


def wide_rdn(count: int) -> Iterator[bytes]:
    """A name of so many attributes in a single RDN."""
    values = (attribute_of(element(0x0C, f"unit {i}".encode())) for i in range(count))
    yield large(subject=element(0x30, element(0x31, *values)))


def attribute_of(value: bytes) -> bytes:
    """An AttributeTypeAndValue for an organizational unit."""
    return element(0x30, element(0x06, bytes.fromhex("55040b")), value)


def combining_marks(count: int) -> Iterator[bytes]:
    """A name of so many combining characters, which a normal form sorts."""
    marks = ("\u0316\u0301" * (count // 2)).encode()
    yield large(subject=element(0x30, element(0x31, attribute_of(element(0x0C, b"a" + marks)))))


def blanks_in_a_name(count: int) -> Iterator[bytes]:
    value = b"a" + b" " * count + b"b"
    yield large(subject=element(0x30, element(0x31, attribute_of(element(0x0C, value)))))


def many_extensions(count: int) -> Iterator[bytes]:
    more = b"".join(
        extension((b"\x2a\x03" + base128(i)).hex(), element(0x05)) for i in range(count)
    )
    yield large(more=more)


def base128(number: int) -> bytes:
    """An arc of an object identifier (X.690 8.19)."""
    octets = bytes((number & 0x7F,))
    while number := number >> 7:
        octets = bytes((number & 0x7F | 0x80,)) + octets
    return octets


def repeated_extensions(count: int) -> Iterator[bytes]:
    yield large(more=extension("551d0f", element(0x03, b"\1\6"), critical=True) * count)


def many_policies(count: int) -> Iterator[bytes]:
    """So many policies, and mappings of each to two others (RFC 5280 4.2.1.4 and 4.2.1.5)."""
    oids = [element(0x06, b"\x2a\x04" + base128(i)) for i in range(count)]
    policies = element(0x30, *(element(0x30, oid) for oid in oids))
    pairs = (
        element(0x30, oid, oids[(i + step) % count])
        for i, oid in enumerate(oids)
        for step in (1, 2)
    )
    yield large(more=extension("551d20", policies) + extension("551d21", element(0x30, *pairs)))


def policy_tree(count: int) -> Iterator[bytes]:
    """A chain, of which each CA maps each of ten policies to all the others."""
    oids = [element(0x06, b"\x2a\x04" + base128(i)) for i in range(10)]
    pairs = (element(0x30, first, second) for first in oids for second in oids)
    more = extension("551d20", element(0x30, *(element(0x30, oid) for oid in oids)))
    more += extension("551d21", element(0x30, *pairs))
    below = g2()
    for i in range(count):
        parent = Party.called(f"CA {i}")
        yield parent.certifies(below, more=more)
        below = parent


def constrained_chain(count: int) -> Iterator[bytes]:
    """A chain below which nothing of a hundred names may stand, and each CA has a hundred."""
    trees = (element(0x30, element(0x82, f"x{i}.example.com".encode())) for i in range(100))
    names = (element(0x82, f"s{i}.example.org".encode()) for i in range(100))
    more = extension("551d1e", element(0x30, element(0xA1, *trees)))
    more += extension("551d11", element(0x30, *names))
    below = g2()
    for i in range(count):
        parent = Party.called(f"CA {i}")
        yield parent.certifies(below, more=more)
        below = parent


def long_oid(count: int) -> Iterator[bytes]:
    """An object identifier with a single arc of so many octets."""
    yield large(more=extension((b"\x2a" + b"\xff" * count + b"\x7f").hex(), element(0x05)))


def many_arcs(count: int) -> Iterator[bytes]:
    yield large(more=extension((b"\x2a" + b"\1" * count).hex(), element(0x05)))


def long_serial(count: int) -> Iterator[bytes]:
    root = Party.called("Root")
    yield root.certifies(root, 1 << 8 * count)


def deep_extension(count: int) -> Iterator[bytes]:
    """A value nested so deep."""
    yield large(more=extension("551d1f", nested(count)))


def deep_name(count: int) -> Iterator[bytes]:
    yield large(subject=nested(count))


def nested(count: int) -> bytes:
    """So many SEQUENCEs in one another."""
    heads = []
    size = 0
    for _ in range(count):
        head = element(0x30, b"\0" * size)[: 2 if size < 128 else 2 + (size.bit_length() + 7) // 8]
        heads.append(head)
        size += len(head)
    return b"".join(reversed(heads))


def long_modulus(count: int) -> Iterator[bytes]:
    """An RSA key of so many octets, which signs itself."""
    name = named("Large")
    spki = rsa_public_key((1 << 8 * count) + 1, 65537)
    tbs = to_be_signed(name, name, spki, 1, algorithm=RSA_SHA256)
    yield certificate(tbs, b"\1" * count, RSA_SHA256)


def collisions(count: int) -> bytes:
    """The same alias for different roots."""
    return jks.store(*(jks.trusted("same", der) for der in roots(count)))


def long_aliases(count: int) -> bytes:
    """Aliases of 65,535 bytes."""
    der = next(roots(1))
    return jks.store(*(jks.trusted(f"{i:06}".encode() + b"a" * 65529, der) for i in range(count)))


def long_key_chain(count: int) -> bytes:
    """A key whose chain has so many certificates."""
    return jks.store(jks.key("k", *long_chain(count)))


def many_keys(count: int) -> bytes:
    return jks.store(*(jks.key(f"k{i}", der) for i, der in enumerate(siblings(count))))


def keys_below_namesakes(count: int) -> bytes:
    """Keys whose issuer is called like so many roots, which did not issue them."""
    root = Party.called("Root")
    keys = (
        jks.key(f"k{i}", root.certifies(Party.called(f"s{i}"), i, ca=False))
        for i in range(count // 2)
    )
    others = (Party.called("Root") for _ in range(count // 2))
    return jks.store(*keys, *(jks.trusted(f"r{i}", o.certifies(o)) for i, o in enumerate(others)))


def keys_of_one_id(count: int) -> bytes:
    """So many keys and certificates, all with the same localKeyId."""
    attributes = p12_writer.attributes("k", b"id")
    bags = (p12_writer.key_bag(attributes) for _ in range(count // 2))
    return sealed((*bags, *(p12_writer.cert_bag(der, attributes) for der in roots(count // 2))))


def keys_of_a_cycle(count: int) -> bytes:
    """Keys, each with the certificate of a CA that the next of the certificates certifies."""
    keys, ders = [], []
    for i, der in enumerate(long_chain(count // 2)):
        attributes = p12_writer.attributes(f"k{i}", b"%d" % i)
        keys.append(p12_writer.key_bag(attributes))
        ders.append(p12_writer.cert_bag(der, attributes))
    return sealed((*keys, *ders))


def nested_safes(count: int) -> bytes:
    """SafeContents bags in one another."""
    inside = p12_writer.cert_bag(certs.der())
    for _ in range(min(count, 2_000)):
        inside = p12_writer.bag(6, element(0x30, inside))
    return sealed([inside])


def empty_certificates(count: int) -> bytes:
    return as_jks(iter([certs.der(), *[EMPTY] * count]))


def empty_bags(count: int) -> bytes:
    return sealed([p12_writer.cert_bag(certs.der()), *[p12_writer.cert_bag(EMPTY)] * count])


def indefinite_lengths(count: int) -> bytes:
    """A PKCS7 of so many elements, nested 50 deep in indefinite lengths."""
    inside = element(0x30) * min(count, 50)
    return signed_data(indefinite(0x30, inside, 50) * max(count // 150, 1))


def indefinite_certificates(count: int) -> bytes:
    """A PKCS7 of so many empty certificates, each of indefinite length."""
    return signed_data(indefinite(0x30) * count)


def indefinite(tag: int, content: bytes = b"", levels: int = 1) -> bytes:
    """An element whose end is marked (X.690 8.1.3.6), inside such elements."""
    return bytes((tag, 0x80)) * levels + content + b"\0\0" * levels


def signed_data(certificates: bytes) -> bytes:
    """A PKCS7 of a certificate and of `certificates`, all lengths indefinite."""
    fields = element(0x02, b"\1") + element(0x31) + element(0x30, encode_oid(oids.DATA))
    fields += indefinite(0xA0, certs.der() + certificates) + element(0x31)
    return indefinite(
        0x30, encode_oid(oids.SIGNED_DATA) + indefinite(0xA0, indefinite(0x30, fields))
    )


def revocation_lists(count: int) -> bytes:
    der = certs.revocation_list(Encoding.DER)
    return block(der, label=b"X509 CRL") * count + certs.pem()


def private_keys(count: int) -> bytes:
    """The same private key again and again, before so many certificates."""
    return certs.private_key() * (count // 2) + as_pem(roots(count // 2))


def trust_settings(count: int) -> bytes:
    """Trusted certificates of OpenSSL, each with a hundred uses."""
    use = element(0x06, bytes.fromhex("2b06010505070301"))
    settings = element(0x30, element(0x30, use * 100))
    return block(certs.der() + settings, label=b"TRUSTED CERTIFICATE") * count


STORES: Final[dict[str, Callable[[int], Iterator[bytes]]]] = {
    make.__name__.replace("_", "-"): make
    for make in (
        roots,
        expired_roots,
        same,
        same_pin,
        renewals,
        renewed_pins,
        orphans,
        unnamed_orphans,
        siblings,
        old_siblings,
        servers,
        old_servers,
        own_servers,
        old_orphans,
        unmarked,
        azure_servers,
        long_chain,
        azure_cycles,
        private_cycles,
        unnamed_cycles,
        namesakes,
        unnamed_namesakes,
        long_exponents,
        layers,
        azure_layers,
        azure_chain,
        azure_crosses,
        azure_copies,
        policy_tree,
        constrained_chain,
    )
}
"""Certificates that cost much to judge, whatever store they stand in."""

CERTIFICATES: Final[dict[str, Callable[[int], Iterator[bytes]]]] = {
    make.__name__.replace("_", "-"): make
    for make in (
        many_names,
        azure_constraints,
        many_attributes,
        wide_rdn,
        combining_marks,
        blanks_in_a_name,
        many_extensions,
        repeated_extensions,
        many_policies,
        long_oid,
        many_arcs,
        long_serial,
        deep_extension,
        deep_name,
        long_modulus,
    )
}
"""One certificate or two with so many parts."""

ONE_FORMAT: Final[dict[str, tuple[str, Callable[[int], bytes]]]] = {
    make.__name__.replace("_", "-"): (suffix, make)
    for suffix, make in (
        (".jks", collisions),
        (".jks", long_aliases),
        (".jks", long_key_chain),
        (".jks", many_keys),
        (".jks", keys_below_namesakes),
        (".p12", keys_of_one_id),
        (".p12", keys_of_a_cycle),
        (".p12", nested_safes),
        (".jks", empty_certificates),
        (".p12", empty_bags),
        (".p7b", indefinite_lengths),
        (".p7b", indefinite_certificates),
        (".pem", revocation_lists),
        (".pem", private_keys),
        (".pem", trust_settings),
    )
}
"""Stores that only one format can hold, with its file extension."""

_AS: Final[dict[str, Callable[[Iterator[bytes]], bytes]]] = {
    ".jks": as_jks,
    ".pem": as_pem,
    ".p12": as_pkcs12,
}


def suffixes(name: str) -> tuple[str, ...]:
    """The file extensions of the formats in which the store `name` can be written."""
    return (ONE_FORMAT[name][0],) if name in ONE_FORMAT else tuple(_AS)


def write(name: str, count: int, path: Path) -> None:
    """Write the store `name`, in the format that the file extension of `path` names."""
    if name in ONE_FORMAT:
        path.write_bytes(ONE_FORMAT[name][1](count))
    else:
        path.write_bytes(_AS[path.suffix]({**STORES, **CERTIFICATES}[name](count)))


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
