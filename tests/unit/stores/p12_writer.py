"""Write PKCS12 stores in memory, odd ones included, independently of the codec's code."""

import hmac

from unpin.asn1 import tlv
from unpin.stores.crypto import key_derivation

DATA = "1.2.840.113549.1.7.1"
ENCRYPTED = "1.2.840.113549.1.7.6"
BAG = "1.2.840.113549.1.12.10.1."
FRIENDLY = "1.2.840.113549.1.9.20"
LOCAL_KEY_ID = "1.2.840.113549.1.9.21"
TRUSTED = "2.16.840.1.113894.746875.1.1"
SHA1 = "1.3.14.3.2.26"


def attribute(oid: str, value: bytes) -> bytes:
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), tlv.element(tlv.SET, value))


def attributes(
    alias: str | None = None, key_id: bytes | None = None, *, trusted: bool = False
) -> bytes:
    found = []
    if alias is not None:
        found.append(attribute(FRIENDLY, tlv.element(tlv.BMP_STRING, alias.encode("utf-16-be"))))
    if key_id is not None:
        found.append(attribute(LOCAL_KEY_ID, tlv.element(tlv.OCTET_STRING, key_id)))
    if trusted:
        found.append(attribute(TRUSTED, tlv.encode_oid("2.5.29.37.0")))
    return tlv.element(tlv.SET, *found) if found else b""


def bag(kind: int, value: bytes, attrs: bytes = b"") -> bytes:
    return tlv.element(
        tlv.SEQUENCE, tlv.encode_oid(f"{BAG}{kind}"), tlv.element(0xA0, value), attrs
    )


def cert_bag(certificate: bytes, attrs: bytes = b"") -> bytes:
    octets = tlv.element(0xA0, tlv.element(tlv.OCTET_STRING, certificate))
    value = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.9.22.1"), octets)
    return bag(3, value, attrs)


def key_bag(attrs: bytes = b"") -> bytes:
    return bag(2, tlv.element(tlv.SEQUENCE, tlv.element(tlv.NULL)), attrs)


def plain(*bags: bytes) -> bytes:
    contents = tlv.element(tlv.OCTET_STRING, tlv.element(tlv.SEQUENCE, *bags))
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(DATA), tlv.element(0xA0, contents))


def encrypted(algorithm: bytes, ciphertext: bytes) -> bytes:
    info = tlv.element(tlv.SEQUENCE, tlv.encode_oid(DATA), algorithm, tlv.element(0x80, ciphertext))
    value = tlv.element(tlv.SEQUENCE, tlv.encode_integer(0), info)
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(ENCRYPTED), tlv.element(0xA0, value))


def pbe_algorithm(oid: str, iterations: int) -> bytes:
    salt = tlv.element(tlv.OCTET_STRING, b"saltsalt")
    parameters = tlv.element(tlv.SEQUENCE, salt, tlv.encode_integer(iterations))
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), parameters)


def mac_data(safe: bytes, password: bytes, iterations: int, digest: bytes | None = None) -> bytes:
    if digest is None:
        key = key_derivation.pkcs12_key("sha1", password, b"saltsalt", iterations, 3, 20)
        digest = hmac.new(key, safe, "sha1").digest()
    algorithm = tlv.element(tlv.SEQUENCE, tlv.encode_oid(SHA1), tlv.element(tlv.NULL))
    info = tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.OCTET_STRING, digest))
    salt = tlv.element(tlv.OCTET_STRING, b"saltsalt")
    return tlv.element(tlv.SEQUENCE, info, salt, tlv.encode_integer(iterations))


def safe_of(*contents: bytes) -> bytes:
    return tlv.element(tlv.SEQUENCE, *contents)


def pfx(safe: bytes, mac: bytes = b"", content_type: str = DATA) -> bytes:
    octets = tlv.element(0xA0, tlv.element(tlv.OCTET_STRING, safe))
    info = tlv.element(tlv.SEQUENCE, tlv.encode_oid(content_type), octets)
    return tlv.element(tlv.SEQUENCE, tlv.encode_integer(3), info, mac)
