"""What a file is that is no store, in plain words."""

import gzip
import io
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.stores import certs

from unpin.stores.other_files import describe


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a", "b")
    return out.getvalue()


ENCRYPTED = certs.key().private_bytes(
    Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
)
EC = certs.key().private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = certs.key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\0" * 20, "nothing but zero bytes"),
        (b" \n", "nothing but blanks"),
        (b"\n<!DOCTYPE html><html>", "an HTML page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
        (archive(), "a ZIP archive or jar"),
        (gzip.compress(b"x"), "a gzip file"),
        (b'{"a": [1]}', "a JSON document"),
        (b"hello world\n", "plain text without certificates"),
        ("é".encode() * 5000, "plain text without certificates"),
        ("hello".encode("utf-16"), "plain text in UTF-16"),
        (b"MIIBszCCAVmgAwIBAgIBATAK\n", "base64 without its BEGIN and END lines"),
        (b"ssh-rsa AAAA me", "an SSH public key"),
        (certs.private_key(Encoding.DER), "a private key (PKCS8 DER)"),
        (ENCRYPTED, "an encrypted private key (PKCS8 DER)"),
        (EC, "an EC private key (DER)"),
        (PUBLIC, "a public key (DER)"),
        (certs.request(), "a certificate signing request (DER)"),
        (certs.revocation_list(Encoding.DER), "a certificate revocation list (DER)"),
        (b"\x30\x03\x02\x01\x05", "DER data that is no certificate"),
        (b"\x8f\x01\x99\xfe" * 8, "binary data of no known kind"),
    ],
    # Fixed names: some of the data is random, and pytest-xdist compares the collected ids.
    ids=range(21),
)
def test_description(data: bytes, words: str) -> None:
    assert describe(data).startswith(words)


@given(st.binary(max_size=200), st.sampled_from([b"", b"0", b"[", b"<", certs.request()]))
def test_never_raises(data: bytes, begin: bytes) -> None:
    assert describe(begin + data)
