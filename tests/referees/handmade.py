"""Stores that no tool creates any more, or never did, each by name with its password."""

import hashlib
import hmac
import struct
from typing import NamedTuple

from tests.referees.odd_certificates import certificates, indefinite, long_form, octets, signed
from tests.unit.stores import jks_writer as jks
from tests.unit.stores import p12_writer as p12
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HASHES
from unpin.stores.crypto import key_derivation

PASSWORD = "changeit"
A, B = signed("a"), signed("b")


class Handmade(NamedTuple):
    """The bytes of a store, the type by which Java is to load it, and its password."""

    data: bytes
    type: str
    password: str = PASSWORD


def jks_stores():
    stores = {
        f"slot: {name}": jks.store(jks.trusted("a", der)) for name, der in certificates().items()
    }
    stores |= {
        f"chain: {name}": jks.store(jks.key("a", A, der)) for name, der in certificates().items()
    }
    stores |= {
        f"date {date}": jks.store(jks.trusted("a", A, date=date), jks.key("k", A, date=date))
        for date in (0, -1, -6_795_364_578_871, -(1 << 63), (1 << 63) - 1)
    }
    stores |= {
        f"type {kind}": jks.store(jks.trusted("a", A, kind=kind), jks.trusted("b", A))
        for kind in ("X.509", "X509", "x.509", "x509", "X.508", "", "PGP")
    }
    stores |= {
        f"alias {alias!r}": jks.store(jks.trusted(alias, A), jks.trusted("other", B))
        for alias in (
            "MyAlias", "", " ", "a\0b", b"raw\0nul", "\N{GRINNING FACE}".encode(), "\N{GRINNING FACE}",
            "\ud800", b"\xc1\x81", b"\xe0\x81\x81", b"\xc3", b"\xe2\x82", b"\xff", b"\x80", "İ", "ẞ",
        )
    }  # fmt: skip
    return stores | {
        "version 1": jks.store(
            jks.trusted("a", A, kind=None), jks.key("k", A, B, kind=None), version=1
        ),
        "version 0": jks.store(version=0),
        "version 3": jks.store(version=3),
        "same alias twice": jks.store(jks.trusted("same", A), jks.trusted("same", B)),
        "same alias, key first": jks.store(jks.key("same", A), jks.trusted("same", B)),
        "folded aliases": jks.store(
            jks.trusted("Same", A), jks.trusted("same", B), jks.trusted("SAME", A)
        ),
        "key without chain": jks.store(jks.key("k"), jks.key("K2")),
        "no entries": jks.store(),
        "more entries than counted": jks.store(jks.trusted("a", A), jks.trusted("b", B), count=1),
        "trailing bytes": jks.store(jks.trusted("a", A)) + b"tail",
        "cut off in the digest": jks.store(jks.trusted("a", A))[:-1],
        "cut off before the digest": jks.store(jks.trusted("a", A))[:-20],
        "unknown tag": jks.store(jks.head(9, "a", 0)),
        "a secret key": jks.store(jks.secret("s", jks.sealed_object())),
    }


def jceks_stores():
    def one(sealed):
        return jks.store(jks.trusted("a", A), jks.secret("Secret", sealed), magic=jks.JCEKS)

    own = jks.class_description("com.sun.crypto.provider.SealedObjectForKeyProtector")
    return {
        "secret key": one(jks.sealed_object()),
        "secret key of another class": one(jks.sealed_object(name="javax.crypto.SealedObject")),
        "secret key of an unknown class": one(jks.sealed_object(name="com.example.Sealed")),
        "secret key of another version": one(jks.sealed_object(uid=1)),
        "null for a secret key": one(b"\xac\xed\x00\x05\x70"),
        "a string for a secret key": one(b"\xac\xed\x00\x05\x74" + jks.utf("text")),
        "a class for a secret key": one(b"\xac\xed\x00\x05\x76" + own),
        "no stream for a secret key": one(b"\xac\xed\x00\x06\x70"),
        "version 1": jks.store(
            jks.trusted("a", A, kind=None), jks.secret("s", jks.sealed_object()),
            version=1, magic=jks.JCEKS,
        ),
        "folded aliases": jks.store(
            jks.secret("Same", jks.sealed_object()), jks.trusted("same", B), magic=jks.JCEKS
        ),
    }  # fmt: skip


def attribute(oid, *values):
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), tlv.element(tlv.SET, *values))


def named(*names, trusted=True, more=()):
    """The attributes of a bag with these friendlyNames: text, or a whole element."""
    found = [
        attribute(
            p12.FRIENDLY,
            name if isinstance(name, bytes) else tlv.element(tlv.BMP_STRING, bmp(name)),
        )
        for name in names
    ]
    if trusted:
        found.append(attribute(p12.TRUSTED, tlv.encode_oid("2.5.29.37.0")))
    return tlv.element(tlv.SET, *found, *more)


def bmp(text):
    return text.encode("utf-16-be", "surrogatepass")


def key_id(value):
    return attribute(p12.LOCAL_KEY_ID, octets(value))


def bags():
    """SafeContents by name: what is in the one plain ContentInfo."""
    der = certificates()
    x509 = "1.2.840.113549.1.9.22.1"
    wrapped = tlv.element(0xA0, octets(A))
    beside = p12.cert_bag(B, named("beside"))
    leaf, issuing, root = signed("leaf", "issuing"), signed("issuing", "root"), signed("root")
    tiers = [p12.cert_bag(one) for one in (issuing, root)]
    end = p12.cert_bag(leaf, named("leaf", trusted=False, more=[key_id(b"1")]))

    def server(alias="leaf", value=b"1"):
        return p12.key_bag(named(alias, trusted=False, more=[key_id(value)]))

    def secret(value, attrs=b""):
        return p12.bag(5, value, attrs)

    sealed = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3"), tlv.element(0xA0, octets(b"x")))
    nested = tlv.element(tlv.SEQUENCE, p12.cert_bag(A, named("deep")))
    found = {
        f"slot: {name}": [p12.cert_bag(data, named("a")), beside] for name, data in der.items()
    }
    return found | {
        "trusted": [p12.cert_bag(A, named("A"))],
        "not trusted": [p12.cert_bag(A, named("A", trusted=False)), beside],
        "no attributes": [p12.cert_bag(A), beside],
        "empty attributes": [p12.cert_bag(A, tlv.element(tlv.SET)), beside],
        "attributes that are no SET": [p12.cert_bag(A, tlv.element(tlv.SEQUENCE)), beside],
        "attributes of junk": [p12.cert_bag(A, tlv.element(tlv.SET, tlv.encode_integer(1))), beside],
        "attribute without values": [
            p12.cert_bag(A, tlv.element(tlv.SET, attribute(p12.FRIENDLY))), beside
        ],
        "unknown attribute": [p12.cert_bag(A, named("a", more=[attribute("1.2.3", octets(b"x"))]))],
        "unknown attribute without values": [p12.cert_bag(A, named("a", more=[attribute("1.2.3")]))],
        "trusted for nothing": [p12.cert_bag(A, tlv.element(tlv.SET, attribute(p12.TRUSTED)))],
        "trusted for junk": [
            p12.cert_bag(A, tlv.element(tlv.SET, attribute(p12.TRUSTED, tlv.encode_integer(1))))
        ],
        "name in UTF-8": [p12.cert_bag(A, named(tlv.element(tlv.UTF8_STRING, b"a"))), beside],
        "two names": [p12.cert_bag(A, named("one", "two")), beside],
        "two values of a name": [
            p12.cert_bag(
                A,
                named(tlv.element(tlv.BMP_STRING, bmp("x")) + tlv.element(tlv.BMP_STRING, bmp("y"))),
            )
        ],
        "odd name": [p12.cert_bag(A, named(tlv.element(tlv.BMP_STRING, b"\0a\0"))), beside],
        "empty names": [p12.cert_bag(A, named("")), p12.cert_bag(B, named(""))],
        "lone surrogates": [
            p12.cert_bag(A, named("\ud800x")), p12.cert_bag(B, named("\udc00\ud800"))
        ],
        "no names": [p12.cert_bag(A, named()), beside, p12.cert_bag(B, named())],
        "a number for a name": [
            p12.cert_bag(A, named()), p12.cert_bag(B, named("1")), p12.cert_bag(B, named())
        ],
        "numbers of every kind": [
            p12.cert_bag(A, named()), secret(sealed), p12.cert_bag(B, named(trusted=False)),
            p12.key_bag(tlv.element(tlv.SET, key_id(b"7"))), secret(sealed), p12.cert_bag(B, named()),
        ],
        "folded names": [
            p12.cert_bag(A, named("Same")), p12.cert_bag(B, named("same")), p12.cert_bag(A, named("İ"))
        ],
        "nested": [p12.bag(6, nested), beside],
        "nested beside a key": [p12.bag(6, tlv.element(tlv.SEQUENCE, end)), server()],
        "CRL": [p12.bag(4, tlv.element(tlv.SEQUENCE)), beside],
        "unknown bag": [p12.bag(9, tlv.element(tlv.SEQUENCE)), beside],
        "unknown bag with a bad name": [
            p12.bag(9, tlv.element(tlv.SEQUENCE), named(tlv.element(tlv.UTF8_STRING, b"a"))), beside
        ],
        "sdsiCertificate": [
            p12.bag(3, tlv.element(
                tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.9.22.2"),
                tlv.element(0xA0, tlv.element(0x16, b"c2RzaQ==")),
            )), beside,
        ],
        "X.509 that calls itself something else": [
            p12.bag(3, tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3"), wrapped), named("a"))
        ],
        "CertBag of three": [
            p12.bag(3, tlv.element(tlv.SEQUENCE, tlv.encode_oid(x509), wrapped, b"\5\0"), named("a"))
        ],
        "CertBag of one": [p12.bag(3, tlv.element(tlv.SEQUENCE, tlv.encode_oid(x509)), named("a"))],
        "a bag of four": [
            tlv.element(tlv.SEQUENCE, tlv.read(p12.cert_bag(A, named("a"))).content, b"\5\0"), beside
        ],
        "a bag of one": [tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3")), beside],
        "no bag": [tlv.encode_integer(1), beside],
        "key in clear": [p12.bag(1, tlv.element(tlv.SEQUENCE), named("k", trusted=False)), beside],
        "key in clear with certificate": [
            p12.bag(1, tlv.element(tlv.SEQUENCE), named("leaf", trusted=False, more=[key_id(b"1")])), end
        ],
        "secret key": [secret(sealed, tlv.element(tlv.SET, key_id(b"Time 1700000000123"))), beside],
        "secret key of junk": [secret(tlv.element(tlv.SEQUENCE)), beside],
        "secret key of a string": [
            secret(tlv.element(
                tlv.SEQUENCE, tlv.encode_oid("1.2.3"), tlv.element(0xA0, tlv.encode_integer(1))
            )), beside,
        ],
        "key and chain": [server(), end, *tiers],
        "key and chain, upside down": [*tiers[::-1], end, server()],
        "key and trusted chain": [
            server(), end, p12.cert_bag(issuing, named("i")), p12.cert_bag(root, named("r"))
        ],
        "own certificate trusted": [server(), p12.cert_bag(leaf, named("leaf", more=[key_id(b"1")]))],
        "ids differ, names agree": [server(value=b"2"), end],
        "ids and names differ": [server("other", b"2"), end],
        "names agree but for case": [server("LEAF", b"2"), end],
        "names agree as Turkish does": [
            server("\u0131", b"2"), p12.cert_bag(leaf, named("I", trusted=False))
        ],
        "several with one id": [
            server("x"), end, p12.cert_bag(root, named("y", trusted=False, more=[key_id(b"1")]))
        ],
        "several with one id, one with the name": [
            server(), end, p12.cert_bag(root, named("y", trusted=False, more=[key_id(b"1")]))
        ],
        "two keys with one id": [server("one"), server("two"), end],
        "two keys with one name": [server(), server(value=b"2"), end],
        "key without id": [p12.key_bag(), p12.cert_bag(leaf), *tiers],
        "key without id after its certificate": [p12.cert_bag(leaf), p12.key_bag(), *tiers],
        "second key without id": [server(), end, p12.key_bag(named("k", trusted=False)), *tiers],
        "first key without id": [p12.key_bag(named("k", trusted=False)), server(), end, *tiers],
        "two ids": [
            p12.key_bag(tlv.element(tlv.SET, key_id(b"1"), key_id(b"2"))),
            p12.cert_bag(leaf, tlv.element(tlv.SET, key_id(b"2"))),
        ],
        "id in segments": [
            p12.key_bag(tlv.element(tlv.SET, attribute(
                p12.LOCAL_KEY_ID, tlv.element(0x24, octets(b"Time "), octets(b"1700000000000"))
            ))),
        ],
        "id that is no OCTET STRING": [
            p12.key_bag(tlv.element(tlv.SET, attribute(p12.LOCAL_KEY_ID, tlv.encode_integer(1))))
        ],
        **{
            f"date {text!r}": [p12.key_bag(tlv.element(tlv.SET, key_id(text)))]
            for text in (
                b"Time -1", b"Time +5", b"Time 0", b"Time", b"Time 1x", b"Time  1", b"time 1",
                b"Time 9223372036854775807", b"Time 9223372036854775808",
                b"Time -9223372036854775808", b"Time 0000000000000000000000001",
            )
        },
        "issuer by name alone": [
            server(), p12.cert_bag(signed("leaf", "issuing", ids=False), named("leaf", trusted=False)),
            p12.cert_bag(issuing), p12.cert_bag(root),
        ],
        "issuers of one name": [
            server(), end, p12.cert_bag(signed("issuing", "root", by="other", serial=9, ids=False)),
            *tiers,
        ],
        "issuer with another key id": [
            server(), p12.cert_bag(signed("leaf", "issuing", by="x"), named("leaf", trusted=False)),
            *tiers,
        ],
        "issuers in a circle": [
            server("a"), p12.cert_bag(signed("a", "b"), named("a", trusted=False)),
            p12.cert_bag(signed("b", "a")),
        ],
        "self-issued, not self-signed": [
            server("r"), p12.cert_bag(signed("r", by="old"), named("r", trusted=False)),
            p12.cert_bag(signed("r")),
        ],
        "self-issued without ids, not self-signed": [
            server("r"),
            p12.cert_bag(signed("r", by="old", ids=False, serial=3), named("r", trusted=False)),
            p12.cert_bag(signed("r", ids=False)),
        ],
        "no bags": [],
    }  # fmt: skip


def p12_stores():
    """PKCS12 stores by name: every SafeContents above, and what is odd about the file around."""
    one = p12.plain(p12.cert_bag(A, named("a")))
    safe = p12.safe_of(one)
    stores = {
        f"bags: {name}": p12.pfx(p12.safe_of(p12.plain(*content)))
        for name, content in bags().items()
    }
    stores |= {f"BER {name}": ber(data) for name, data in stores.items() if "slot" not in name}
    bare = tlv.read(safe).content
    envelope = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid("1.2.840.113549.1.7.3"),
        tlv.element(0xA0, tlv.element(tlv.SEQUENCE)),
    )
    contents = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid(p12.DATA),
        tlv.element(0xA0, octets(tlv.element(tlv.SEQUENCE, p12.cert_bag(A, named("a"))), b"tail")),
    )
    return stores | {
        "trailing bytes": p12.pfx(safe) + b"tail",
        "trailing bytes in BER": ber(p12.pfx(safe)) + b"tail",
        "bytes after the AuthenticatedSafe": p12.pfx(safe + b"tail"),
        "bytes after the SafeContents": p12.pfx(p12.safe_of(contents)),
        "long length outside": long_form(p12.pfx(safe)),
        "long length inside": p12.pfx(long_form(safe)),
        "no contents": p12.pfx(p12.safe_of()),
        "enveloped contents": p12.pfx(p12.safe_of(envelope, one)),
        "unknown contents": p12.pfx(p12.safe_of(
            tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.3"), tlv.element(0xA0, octets())), one
        )),
        "two contents": p12.pfx(p12.safe_of(
            p12.plain(p12.key_bag()), p12.plain(p12.cert_bag(signed("leaf", "root"))),
            p12.plain(p12.cert_bag(signed("root"), named("root"))),
        )),
        "signed": p12.pfx(b"", content_type="1.2.840.113549.1.7.2"),
        "version 4": tlv.element(
            tlv.SEQUENCE, tlv.encode_integer(4), tlv.read(p12.pfx(safe)).children()[1].raw
        ),
        "no AuthenticatedSafe": p12.pfx(bare),
    }  # fmt: skip


def mac_stores():
    """By name: the bytes and the password."""
    safe = p12.safe_of(p12.plain(p12.cert_bag(A, named("a"))))
    ascii_bmp = bmp(PASSWORD) + b"\0\0"
    stores = {}
    for count in (1, 2, 1000):
        stores[f"{count} iterations"] = (
            p12.pfx(safe, p12.mac_data(safe, ascii_bmp, count)),
            PASSWORD,
        )
    for oid, hash_name in HASHES.items():
        stores[f"MAC with {hash_name}"] = (
            p12.pfx(safe, mac(safe, ascii_bmp, oid, hash_name)),
            PASSWORD,
        )
    default = tlv.read(p12.mac_data(safe, ascii_bmp, 1)).children()
    without_count = tlv.element(tlv.SEQUENCE, *(node.raw for node in default[:2]))
    stores |= {
        "no count": (p12.pfx(safe, without_count), PASSWORD),
        "unknown MAC": (
            p12.pfx(safe, mac(safe, ascii_bmp, "1.2.643.7.1.1.2.2", "sha256")),
            PASSWORD,
        ),
        "PBMAC1": (p12.pfx(safe, pbmac1(safe, 32)), PASSWORD),
        "PBMAC1 without the length of its key": (p12.pfx(safe, pbmac1(safe, None)), PASSWORD),
        "empty password, two NULs": (p12.pfx(safe, p12.mac_data(safe, b"\0\0", 5)), ""),
        "empty password, nothing": (p12.pfx(safe, p12.mac_data(safe, b"", 5)), ""),
        "Latin password": (
            p12.pfx(safe, p12.mac_data(safe, bmp("pässwörd") + b"\0\0", 5)),
            "pässwörd",
        ),
        "NUL in the password": (
            p12.pfx(safe, p12.mac_data(safe, bmp("a\0b") + b"\0\0", 5)),
            "a\0b",
        ),
    }
    stores |= {f"BER {name}": (ber(data), password) for name, (data, password) in stores.items()}
    return stores


def mac(safe, password, oid, hash_name):
    size = hashlib.new(hash_name).digest_size
    key = key_derivation.pkcs12_key(hash_name, password, b"saltsalt", 3, 3, size)
    digest = hmac.new(key, safe, hash_name).digest()
    algorithm = tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), tlv.element(tlv.NULL))
    info = tlv.element(tlv.SEQUENCE, algorithm, octets(digest))
    return tlv.element(tlv.SEQUENCE, info, octets(b"saltsalt"), tlv.encode_integer(3))


def pbmac1(safe, key_length):
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"saltsalt", 2048, 32)
    sha = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.2.9"), tlv.element(tlv.NULL))
    size = b"" if key_length is None else tlv.encode_integer(key_length)
    parameters = tlv.element(tlv.SEQUENCE, octets(b"saltsalt"), tlv.encode_integer(2048), size, sha)
    pbkdf2 = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.5.12"), parameters)
    algorithm = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_oid("1.2.840.113549.1.5.14"),
        tlv.element(tlv.SEQUENCE, pbkdf2, sha),
    )
    info = tlv.element(tlv.SEQUENCE, algorithm, octets(hmac.new(key, safe, "sha256").digest()))
    return tlv.element(tlv.SEQUENCE, info, octets(b"x"), tlv.encode_integer(1))


def ber(pfx):
    """A PFX in BER: lengths indefinite, the AuthenticatedSafe in segments, what is in it too."""
    version, info, *mac_data = tlv.read(pfx).children()
    oid, content = info.children()
    octet_string = content.children()[0].octets()
    inner = segments(octet_string)
    wrapped = open_ended(0x30, oid.raw, open_ended(0xA0, inner))
    return open_ended(0x30, version.raw, wrapped, *(indefinite(node.raw) for node in mac_data))


def open_ended(tag, *content):
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"


def segments(data, size=100):
    return open_ended(0x24, *(octets(data[at : at + size]) for at in range(0, len(data), size)))


def every_store():
    """All of them: by name, what Java is to load."""
    stores = {f"JKS {name}": Handmade(data, "JKS") for name, data in jks_stores().items()}
    stores |= {f"JCEKS {name}": Handmade(data, "JCEKS") for name, data in jceks_stores().items()}
    stores |= {f"PKCS12 {name}": Handmade(data, "PKCS12") for name, data in p12_stores().items()}
    for name, (data, password) in mac_stores().items():
        stores[f"PKCS12 {name}"] = Handmade(data, "PKCS12", password)
    return stores


def packed(blobs):
    """Byte arrays in one file, as Lister reads them."""
    return b"".join(struct.pack(">I", len(blob)) + blob for blob in blobs)
