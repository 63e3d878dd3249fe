"""The stores that mutation starts from: what the tests' writers make, fixtures, Java's cacerts.

A seed is bytes to be changed and `seal`, which puts around the changed bytes what they need to be
looked at: a digest, a MAC, an encryption, base64. Without it nearly all mutants end at a MAC.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.unit.stores import bcfks_writer as bcfks
from tests.unit.stores import bks_writer as bks
from tests.unit.stores import certs
from tests.unit.stores import jks_writer as jks
from tests.unit.stores import test_pkcs7 as pkcs7
from tests.unit.stores.pkcs12 import test_pkcs12 as pkcs12

from unpin.model.certificate import Certificate
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import encode

FIXTURES = Path(__file__).parents[1] / "fixtures"
CACERTS = Path("/etc/ssl/certs/java/cacerts")
MARK = b"-----%s CERTIFICATE-----\n"


@dataclass(frozen=True)
class Seed:
    format: str
    name: str
    data: bytes
    seal: Callable[[bytes], bytes] = bytes


def _jks(body: bytes) -> bytes:
    return body + jks.digest(body, "changeit")


def _bks(body: bytes) -> bytes:
    """Guard what follows the header (whose one iteration costs nothing)."""
    return bks.store(iterations=1)[:32] + body + bks.store(body[:-1], iterations=1)[-20:]


def _uber(body: bytes) -> bytes:
    return bks.uber(clear=body + hashlib.sha1(body).digest(), iterations=1)


def _bcfks(content: bytes) -> bytes:
    return bcfks.store(bcfks.encrypted(content, kdf=bcfks.UNUSED), kdf=bcfks.UNUSED)


def _bcfks_clear(content: bytes) -> bytes:
    return bcfks.store(content, kdf=bcfks.UNUSED)


def _pkcs12_mac(safe: bytes) -> bytes:
    return pkcs12.pfx(safe, pkcs12.mac_data(safe, "changeit\0".encode("utf-16-be"), 1))


def _pem(der: bytes) -> bytes:
    return MARK % b"BEGIN" + base64.encodebytes(der) + MARK % b"END"


def seeds() -> list[Seed]:
    """Every seed there is on this machine."""
    a, b = certs.der("Root A"), certs.der("Root B")
    found = [*_java(a, b), *_bouncy_castle(a, b), *_pkcs12(a, b), *_text(a, b), *_stored()]
    return [*found, *_written({one.format for one in found}, a)]


def _written(seeded: set[str], a: bytes) -> list[Seed]:
    """A new store of each format of which there is no seed, as its encoder writes it."""
    entry = TrustedEntry("a", Certificate(a), b"")
    return [
        Seed(kind.lower(), "new", encode(Store("new", kind, (entry,)), password="changeit"))
        for kind in Format
        if kind.is_writable and kind.lower() not in seeded
    ]


def _java(a: bytes, b: bytes) -> list[Seed]:
    trusted = (jks.trusted("a", a), jks.key("é\0\N{GRINNING FACE}", b, a))
    old = (jks.trusted("a", a, kind=None), jks.key("k", b, kind=None))
    secret = (jks.secret("s", jks.sealed_object()), jks.trusted("b", b))
    return [
        Seed("jks", "version 2", jks.store(*trusted)[:-20], _jks),
        Seed("jks", "version 1", jks.store(*old, version=1)[:-20], _jks),
        Seed("jceks", "secret key", jks.store(*secret, magic=jks.JCEKS)[:-20], _jks),
        Seed("jceks", "whole", jks.store(*secret, *trusted, magic=jks.JCEKS)),
    ]


def _bouncy_castle(a: bytes, b: bytes) -> list[Seed]:
    entries = (
        bks.trusted("a", a),
        bks.sealed("server", b, a),
        bks.protected("p", b),
        bks.plain("é", b"key"),
    )
    objects = (bcfks.trusted("a", a), bcfks.key("k", b, a), bcfks.secret("s"))
    content = bcfks.content(*objects)
    found = [
        Seed("bks", "entries", b"".join(entries) + b"\0", _bks),
        Seed("bks", "whole", bks.store(*entries, iterations=1)),
        Seed("bks", "version 1", bks.store(*entries, iterations=1, version=1)),
        Seed("bcfks", "objects", content, _bcfks),
        Seed("bcfks", "objects in clear", content, _bcfks_clear),
        Seed("bcfks", "whole", _bcfks(content)),
        Seed("bcfks", "scrypt", bcfks.simple(*objects, kdf=bcfks.Scrypt(4, 1))),
    ]
    try:
        found.append(Seed("uber", "whole", bks.uber(*entries, iterations=1)))
    except ImportError:
        return found
    return [*found, Seed("uber", "entries", b"".join(entries) + b"\0", _uber)]


def _pkcs12(a: bytes, b: bytes) -> list[Seed]:
    safe = pkcs12.safe_of(
        pkcs12.plain(
            pkcs12.cert_bag(a, pkcs12.attributes("a", trusted=True)),
            pkcs12.cert_bag(b, pkcs12.attributes("k", b"1")),
            pkcs12.key_bag(pkcs12.attributes("k", b"1")),
        ),
        pkcs12.plain(pkcs12.bag(6, pkcs12.tlv.element(0x30, pkcs12.cert_bag(a)))),
    )
    cipher = pkcs12.encrypted(pkcs12.pbe_algorithm("1.2.840.113549.1.12.1.6", 2), bytes(64))
    return [
        Seed("pkcs12", "contents", safe, pkcs12.pfx),
        Seed("pkcs12", "contents under a MAC", safe, _pkcs12_mac),
        Seed("pkcs12", "encrypted", pkcs12.pfx(pkcs12.safe_of(cipher))),
        Seed("pkcs12", "by cryptography", pkcs12.key_store(old=True)),
    ]


def _text(a: bytes, b: bytes) -> list[Seed]:
    bundle = certs.pem("Root A") + b"# a comment\r\n" + certs.pem("Root B")
    return [
        Seed("pem", "bundle", bundle),
        Seed("pem", "base64", a, _pem),
        Seed("pem", "PKCS7", pkcs7.TEXT),
        Seed("pem", "mixed", certs.private_key() + certs.pem() + certs.revocation_list()),
        Seed("pem", "UTF-16", bundle.decode("ascii").encode("utf-16")),
        Seed("der", "certificates", a + b),
        Seed("pkcs7", "bundle", pkcs7.BUNDLE),
        Seed("pkcs7", "BER", pkcs7.signed_data(a, pkcs7.tlv.element(0xA2))),
        Seed("folder", "certificate", a),
        Seed("folder", "bundle", bundle),
    ]


def _stored() -> list[Seed]:
    kinds = {".bks": "bks", ".ubr": "uber", ".bcfks": "bcfks", ".pem": "pem"}
    files = (path for path in sorted(FIXTURES.rglob("*")) if path.suffix in kinds)
    found = [Seed(kinds[path.suffix], path.name, path.read_bytes()) for path in files]
    if CACERTS.exists():
        data = CACERTS.read_bytes()
        kind = "jks" if data.startswith(jks.JKS) else "pkcs12"
        found.append(Seed(kind, "cacerts", data))
    return found
