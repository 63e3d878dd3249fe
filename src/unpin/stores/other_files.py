"""Name the kind of a file that is not a trust store."""

import json
from collections.abc import Sequence
from typing import Final

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv

_MAGIC: Final = (
    (b"PK\x03\x04", "a ZIP archive or jar"),
    (b"PK\x05\x06", "an empty ZIP archive or jar"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\x7fELF", "a program (ELF)"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\x00", "an SQLite database (NSS keeps its certificates in one)"),
    (b"\xca\xfe\xba\xbe", "a Java class file"),
    (b"MZ", "a Windows program"),
)
_HTML: Final = (b"<!doctype html", b"<html", b"<head", b"<body")
_TEXTS: Final = (
    (b"<", "an XML document"),
    (b"ssh-", "an SSH public key"),
    (b"MII", "base64 without its BEGIN and END lines"),
)
_HEAD: Final = 4096
_JSON_LIMIT: Final = 1_000_000
_MAX_FIELDS: Final = 8
_REQUEST: Final = [tlv.INTEGER, tlv.SEQUENCE, tlv.SEQUENCE]
"""The first tags of a CertificationRequestInfo (RFC 2986 4.1); its attributes may be missing."""


def describe(data: bytes) -> str:
    """Name the kind of file: "an HTML page", "a private key (DER)". Never raises."""
    if not data:
        return "the file is empty"
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    if not data.strip(b"\0"):
        return "nothing but zero bytes"
    if data[0] == tlv.SEQUENCE:
        what_der = _describe_der(data)
        if what_der is not None:
            return what_der
    return _describe_text(data) or "binary data of no known kind"


def _describe_text(data: bytes) -> str | None:
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "plain text in UTF-16 without certificates"
    if not _is_text(head, cut=len(data) > _HEAD):
        return None
    text = head.lstrip()
    if not text:
        return "nothing but blanks"
    start = text[:1024].lower()
    if start.startswith(_HTML) or b"<html" in start:
        return "an HTML page, perhaps a login or error page saved instead of the file"
    if text[:1] in {b"{", b"["} and _is_json(data):
        return "a JSON document"
    return next(
        (what for begin, what in _TEXTS if text.startswith(begin)),
        "plain text without certificates",
    )


def _is_text(head: bytes, *, cut: bool) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # NOTE: the cut at _HEAD may split a character, which begins in the last 3 bytes then.
        if not cut or error.start < len(head) - 3:
            return False
    return all(octet >= 0x20 or octet in b"\t\n\r\f\x1b" for octet in head)


def _is_json(data: bytes) -> bool:
    if len(data) > _JSON_LIMIT:
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _describe_der(data: bytes) -> str | None:
    try:
        outer = tlv.read(data)
        fields = _first(outer)
    except tlv.TlvError:
        return None
    tags = [field.tag for field in fields]
    try:
        if tags[:1] == [tlv.OID]:
            oid = fields[0].oid()
            if oid.startswith(f"{oids.PKCS7_ARC}."):
                return f"a PKCS7 message without certificates in clear (content type {oid})"
        return _key(tags) or _signed(fields, tags) or "DER data that is no certificate"
    except tlv.TlvError:
        return "DER data that is no certificate"


def _key(tags: Sequence[int]) -> str | None:
    """A private or public key: RFC 5208 5 and 6, RFC 8017 A.1, RFC 5915 3, RFC 5280 4.1."""
    if tags[:3] == [tlv.INTEGER, tlv.SEQUENCE, tlv.OCTET_STRING]:
        return "a private key (PKCS8 DER)"
    if tags[:2] == [tlv.INTEGER, tlv.OCTET_STRING]:
        return "an EC private key (DER)"
    if len(tags) >= 6 and set(tags) == {tlv.INTEGER}:
        return "a private key (PKCS1 DER)"
    if tags == [tlv.INTEGER, tlv.INTEGER]:
        return "an RSA public key (DER)"
    if tags == [tlv.SEQUENCE, tlv.OCTET_STRING]:
        return "an encrypted private key (PKCS8 DER)"
    if tags == [tlv.SEQUENCE, tlv.BIT_STRING]:
        return "a public key (DER)"
    return None


def _signed(fields: Sequence[tlv.Node], tags: Sequence[int]) -> str | None:
    """A request (RFC 2986 4.1) or a revocation list (RFC 5280 5.1)."""
    if tags != [tlv.SEQUENCE, tlv.SEQUENCE, tlv.BIT_STRING]:
        return None
    inner = [field.tag for field in _first(fields[0])]
    if inner[:3] == _REQUEST and inner[3:4] in ([], [tlv.CONTEXT_0]):
        return "a certificate signing request (DER)"
    version = 1 if inner[:1] == [tlv.INTEGER] else 0
    if inner[version + 2 : version + 3] in ([tlv.UTC_TIME], [tlv.GENERALIZED_TIME]):
        return "a certificate revocation list (DER)"
    return None


def _first(node: tlv.Node) -> list[tlv.Node]:
    """At most `_MAX_FIELDS` + 1 elements of a SEQUENCE."""
    fields: list[tlv.Node] = []
    for child in node.expect(tlv.SEQUENCE, "SEQUENCE"):
        fields.append(child)
        if len(fields) > _MAX_FIELDS:
            break
    return fields
