"""Write JKS and JCEKS stores in memory, odd ones included, independently of the codec's code."""

import hashlib
import struct

JKS = b"\xfe\xed\xfe\xed"
JCEKS = b"\xce\xce\xce\xce"
WHITENER = b"Mighty Aphrodite"


def utf(text: str) -> bytes:
    """DataOutputStream.writeUTF, one UTF-16 unit at a time."""
    units = text.encode("utf-16-be", "surrogatepass")
    out = b""
    for (unit,) in struct.iter_unpack(">H", units):
        if unit == 0:
            out += b"\xc0\x80"
        else:
            out += chr(unit).encode("utf-8", "surrogatepass")
    return struct.pack(">H", len(out)) + out


def blob(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def head(tag: int, alias: str | bytes, date: int) -> bytes:
    name = utf(alias) if isinstance(alias, str) else struct.pack(">H", len(alias)) + alias
    return struct.pack(">I", tag) + name + struct.pack(">q", date)


def slot(der: bytes, kind: str | None = "X.509") -> bytes:
    """Write a certificate slot; `kind` is None in version 1."""
    return (b"" if kind is None else utf(kind)) + blob(der)


def trusted(
    alias: str | bytes, der: bytes, *, date: int = 1_700_000_000_000, kind: str | None = "X.509"
) -> bytes:
    return head(2, alias, date) + slot(der, kind)


def key(alias: str, *chain: bytes, date: int = 1, kind: str | None = "X.509") -> bytes:
    return (
        head(1, alias, date)
        + blob(b"never decrypted")
        + struct.pack(">I", len(chain))
        + b"".join(slot(der, kind) for der in chain)
    )


def secret(alias: str, sealed: bytes, *, date: int = 1) -> bytes:
    return head(3, alias, date) + sealed


def store(
    *entries: bytes,
    magic: bytes = JKS,
    version: int = 2,
    password: str = "changeit",
    count: int | None = None,
) -> bytes:
    body = magic + struct.pack(">II", version, len(entries) if count is None else count)
    body += b"".join(entries)
    return body + digest(body, password)


def digest(body: bytes, password: str) -> bytes:
    secret_bytes = password.encode("utf-16-be", "surrogatepass")
    return hashlib.sha1(secret_bytes + WHITENER + body).digest()


def class_description(
    name: str,
    fields: bytes = b"",
    *,
    flags: int = 2,
    parent: bytes = b"\x70",
    count: int = 0,
    uid: int = 0,
) -> bytes:
    """Write a TC_CLASSDESC of `count` fields without annotation; `uid` is its serialVersionUID."""
    return (
        b"\x72"
        + utf(name)
        + struct.pack(">q", uid)
        + bytes((flags,))
        + struct.pack(">H", count)
        + fields
        + b"\x78"
        + parent
    )


def byte_array_field(name: str) -> bytes:
    return b"[" + utf(name) + b"\x74" + utf("[B")


def string_field(name: str) -> bytes:
    return b"L" + utf(name) + b"\x74" + utf("Ljava/lang/String;")


def sealed_object(
    ciphertext: bytes = b"\x00" * 24,
    *,
    name: str = "com.sun.crypto.provider.SealedObjectForKeyProtector",
    uid: int = -3650226485480866989,
) -> bytes:
    """Write com.sun.crypto.provider.SealedObjectForKeyProtector as the JDK lays it out."""
    array_class = class_description("[B", uid=-5984413125824719648)
    parent = class_description(
        "javax.crypto.SealedObject",
        byte_array_field("encodedParams")
        + b"[" + utf("encryptedContent") + reference(2)
        + b"L" + utf("paramsAlg") + b"\x74" + utf("Ljava/lang/String;")
        + b"L" + utf("sealAlg") + reference(3),
        count=4,
        uid=4482838265551344752,
    )  # fmt: skip
    own = class_description(name, parent=parent, uid=uid)
    # Handles: 0 own class, 1 parent, 2 and 3 field types, 4 the object, 5 the class of arrays.
    return (
        b"\xac\xed\x00\x05\x73" + own
        + b"\x75" + array_class + blob(b"\x30\x03\x02\x01\x01")
        + b"\x75" + reference(5) + blob(ciphertext)
        + b"\x74" + utf("PBE") + b"\x74" + utf("PBEWithMD5AndTripleDES")
    )  # fmt: skip


def reference(number: int) -> bytes:
    return b"\x71" + struct.pack(">I", 0x7E0000 + number)
