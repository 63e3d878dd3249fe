"""Files of certificates as people have them: PEM, DER and PKCS7, whole and mangled, by name."""

import base64

from tests.referees.odd_certificates import certificates, indefinite, octets, signed
from unpin.asn1 import tlv

A, B = signed("a"), signed("b")


def block(der, label="CERTIFICATE", newline="\n", width=64):
    text = base64.b64encode(der).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return newline.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def signed_data(*certificates, lists=(), content=b""):
    """A degenerate SignedData (RFC 2315 9.1) of certificates and revocation lists."""
    info = tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.1"), content)
    crls = tlv.element(0xA1, *lists) if lists else b""
    value = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.element(tlv.SET),
        info,
        tlv.element(0xA0, *certificates) if certificates else b"",
        crls,
        tlv.element(tlv.SET),
    )
    wrapped = tlv.element(0xA0, value)
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.2"), wrapped)


def pem_files():
    a, b = block(A), block(B)
    key = block(tlv.element(tlv.SEQUENCE, tlv.encode_integer(0)), "PRIVATE KEY")
    files = {f"one block: {name}": block(der) for name, der in certificates().items() if der}
    return files | {
        "one": a,
        "two": a + b,
        "no newline at the end": (a + b)[:-1],
        "CRLF": a.replace(b"\n", b"\r\n"),
        "CR": a.replace(b"\n", b"\r"),
        "text before, between and after": b"text\n" + a + b"more: text\n" + b + b"the end\n",
        "text with dashes": b"a - b -- c --- d\n" + a,
        "comments": b"# -- comment\n" + a + b"# another\n" + b,
        "blank lines": b"\n\n" + a + b"\n\n" + b,
        "blank lines within": a.replace(b"-----\nMII", b"-----\n\nMII"),
        "trailing blanks": a.replace(b"\n", b"  \n"),
        "tabs within": a.replace(b"\nMII", b"\n\tMII"),
        "commented out": a + b.replace(b"\n", b"\n# ").replace(b"-----BEGIN", b"# -----BEGIN"),
        "indented": a.replace(b"\n", b"\n  ").replace(b"-----BEGIN", b"  -----BEGIN"),
        "one long line": block(A, width=10_000),
        "short lines": block(A, width=4),
        "everything on one line": a.replace(b"\n", b""),
        "blanks for line ends": a.replace(b"\n", b" "),
        "literal newlines": a.replace(b"\n", b"\\n"),
        "glued": a[:-1] + b,
        "text before the marker": b"certificate: " + a,
        "BOM": b"\xef\xbb\xbf" + a,
        "UTF-16LE": b"\xff\xfe" + a.decode().encode("utf-16-le"),
        "UTF-16BE": b"\xfe\xff" + a.decode().encode("utf-16-be"),
        "TRUSTED CERTIFICATE": block(A, "TRUSTED CERTIFICATE"),
        "TRUSTED CERTIFICATE with settings": block(A + b"\x30\x00", "TRUSTED CERTIFICATE"),
        "X509 CERTIFICATE": block(A, "X509 CERTIFICATE"),
        "PKCS7": block(signed_data(A, B), "PKCS7"),
        "PKCS7 then a certificate": block(signed_data(A), "PKCS7") + b,
        "a certificate then PKCS7": b + block(signed_data(A), "PKCS7"),
        "PKCS #7 SIGNED DATA": block(signed_data(A, B), "PKCS #7 SIGNED DATA"),
        "CMS": block(signed_data(A, B), "CMS"),
        "PKCS7 labelled CERTIFICATE": block(signed_data(A, B)),
        "key before": key + a,
        "key after": a + key,
        "key alone": key,
        "CRL after": a + block(tlv.element(tlv.SEQUENCE), "X509 CRL"),
        "broken base64 between": a + block(A).replace(b"MII", b"M!I") + b,
        "broken DER between": a + block(b"\x30\x05abc") + b,
        "cut off": a + b[:-30],
        "no END": a + b"-----BEGIN CERTIFICATE-----\nMIIB\n",
        "END without BEGIN": a + b"-----END CERTIFICATE-----\n" + b,
        "labels differ": a.replace(b"END CERTIFICATE", b"END TRUSTED CERTIFICATE"),
        "four dashes": a.replace(b"-----END", b"----END"),
        "empty block": a + b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "placeholder": b"-----BEGIN CERTIFICATE-----\n<your certificate>\n-----END CERTIFICATE-----\n",
        "headers": a.replace(b"-----\nMII", b"-----\nProc-Type: 4,X\n\nMII"),
        "bytes after the certificate": block(A + b"tail"),
        "two certificates in a block": block(A + B),
        "DER after": a + A,
        "padding missing": block(A + b"").replace(b"=", b""),
        "bag attributes": b"Bag Attributes\n    friendlyName: x\nsubject=CN = a\n\n" + a,
        "nothing but text": b"nothing here\n-----BEGIN\n",
    }


def der_files():
    files = {f"alone: {name}": der for name, der in certificates().items() if name != "PEM"}
    return files | {
        "two": A + B,
        "zeros after": A + bytes(4),
        "newline after": A + b"\n",
        "text after": A + b"text",
        "PEM after": A + block(B),
        "junk that begins like a SEQUENCE": A + b"\x30\x05abc",
        "blank before": b"\n" + A,
    }


def pkcs7_files():
    data = signed_data(A, B)
    odd = certificates()
    files = {
        f"with: {name}": signed_data(A, der) for name, der in odd.items() if der[:1] == b"\x30"
    }
    return files | {
        "two": data,
        "none": signed_data(),
        "BER": indefinite(data),
        "bytes after": data + b"tail",
        "a certificate after": data + A,
        "another kind of certificate": signed_data(A, b"\xa2" + A[1:]),
        "broken revocation list": signed_data(A, lists=[tlv.element(tlv.SEQUENCE)]),
        "content": signed_data(A, content=tlv.element(0xA0, octets(b"text"))),
    }


def every_file():
    files = {f"PEM {name}": data for name, data in pem_files().items()}
    files |= {f"DER {name}": data for name, data in der_files().items()}
    return files | {f"PKCS7 {name}": data for name, data in pkcs7_files().items()}
