"""Stores that cost much to judge or to read: generators by name, each for any number of entries.

`python -m fuzz.bombs NAME COUNT FILE` writes a single one. bench/bombs.py measures them, and
tests/fuzz/test_bombs.py runs small ones.
"""

import base64
import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.unit.stores import jks_writer as jks

from unpin.asn1.tlv import element
from unpin.catalogue.load import load_builtin

ECDSA_SHA256: Final = element(0x30, element(0x06, bytes.fromhex("2a8648ce3d040302")))
RSA_SHA256: Final = element(
    0x30, element(0x06, bytes.fromhex("2a864886f70d01010b")) + element(0x05)
)
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


def block(der: bytes, width: int = 64) -> bytes:
    """A CERTIFICATE block (RFC 7468)."""
    text = base64.b64encode(der)
    lines = b"".join(text[i : i + width] + b"\n" for i in range(0, len(text), width))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"-----END CERTIFICATE-----\n"


def azure_names() -> list[bytes]:
    """The subjects of the roots and bridges of the chains that the catalogue expects."""
    catalogue = load_builtin()
    known = [record.certificate for record in catalogue.certificates if record.is_root]
    return [one.fields.subject.der for one in known if one is not None][:8]


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


def servers(count: int) -> Iterator[bytes]:
    """Server certificates of a CA that is not there."""
    ca = Party.called("CA")
    for i in range(count):
        yield ca.certifies(Party.called(f"s{i}.example.org"), i + 1, ca=False)


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


def namesakes(count: int) -> Iterator[bytes]:
    """Roots called DigiCert Global Root G2, with other keys."""
    (name,) = {
        record.certificate.fields.subject.der
        for record in load_builtin().certificates
        if record.certificate is not None and record.name == "DigiCert Global Root G2"
    }
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


STORES: Final[dict[str, Callable[[int], Iterator[bytes]]]] = {
    one.__name__.replace("_", "-"): one
    for one in (
        roots,
        expired_roots,
        same,
        same_pin,
        renewals,
        renewed_pins,
        orphans,
        siblings,
        servers,
        azure_servers,
        long_chain,
        azure_cycles,
        private_cycles,
        unnamed_cycles,
        namesakes,
        unnamed_namesakes,
        long_exponents,
        many_names,
    )
}
"""Certificates that cost much to judge, whatever store they stand in."""

JKS_STORES: Final[dict[str, Callable[[int], bytes]]] = {
    one.__name__.replace("_", "-"): one
    for one in (collisions, long_aliases, long_key_chain, many_keys)
}
"""Stores that only JKS can hold."""


def write(name: str, count: int, path: Path) -> None:
    """Write the store `name`; a certificate list goes into a PEM or JKS, by the extension."""
    if name in JKS_STORES:
        path.write_bytes(JKS_STORES[name](count))
    elif path.suffix == ".pem":
        path.write_bytes(as_pem(STORES[name](count)))
    else:
        path.write_bytes(as_jks(STORES[name](count)))


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
