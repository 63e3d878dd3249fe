"""What a file is that is no store, in plain words."""

import gzip
import io
import json
import lzma
import sqlite3
import subprocess
import tarfile
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

from unpin.stores.foreign.kinds import ForeignKind
from unpin.stores.foreign.recognition import recognise


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a", "b")
    return out.getvalue()


def tar(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as file:
        file.addfile(tarfile.TarInfo("trust.jks"))
    return out.getvalue()


def database(tmp_path, table: str) -> bytes:
    path = tmp_path / "db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE {table} (id PRIMARY KEY UNIQUE ON CONFLICT ABORT, a0)")
    connection.close()
    return path.read_bytes()


def stash(password: bytes) -> bytes:
    return bytes(octet ^ 0xF5 for octet in password.ljust(129, b"\0"))


ENCRYPTED = certs.key().private_bytes(
    Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
)
EC = certs.key().private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = certs.key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SSH = certs.key().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize 1234\n" % (b"0" * 64)
SECRET = b"apiVersion: v1\ndata:\n  password: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: x\n"
SAML = (
    b'<?xml version="1.0"?>\n<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">'
    b"<ds:X509Certificate>MIIB</ds:X509Certificate></EntityDescriptor>"
)
CERTDATA = b"# comment\nBEGINDATA\n\nCKA_CLASS CK_OBJECT_CLASS CKO_NSS_TRUST\n"
# The public key packet (RFC 9580 4.2.1, 5.5.2) of an RSA key, in the old form of its length.
OPENPGP = bytes.fromhex("99010d04") + bytes.fromhex("5f5e100001") + bytes(260)

KINDS = {
    ForeignKind.EMPTY: [b""],
    ForeignKind.ZEROS: [b"\0" * 20],
    ForeignKind.BLANKS: [b" \n"],
    ForeignKind.HTML: [
        b"\n\n\n<!DOCTYPE html><html>",
        b"<!-- a comment -->\n<html lang=en>",
        b"<?xml version='1.0'?>\n<html>",
    ],
    ForeignKind.GIT_LFS: [LFS],
    ForeignKind.GIT_ANNEX: [b"/annex/objects/SHA256E-s1--abc.jks\n"],
    ForeignKind.GIT_CRYPT: [b"\0GITCRYPT\0" + bytes(range(80))],
    ForeignKind.GIT_SYMLINK: [b"../certs/ca-bundle.pem"],
    ForeignKind.ANSIBLE_VAULT: [b"$ANSIBLE_VAULT;1.1;AES256\n363034\n"],
    ForeignKind.AGE: [b"age-encryption.org/v1\n-> X25519 abc\n"],
    ForeignKind.SHORTCUT: [bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(60)],
    ForeignKind.ZIP: [archive()],
    ForeignKind.TAR: [tar()],
    ForeignKind.TAR_GZIP: [tar("w:gz")],
    ForeignKind.GZIP: [gzip.compress(b"x")],
    ForeignKind.XZ: [lzma.compress(b"x")],
    ForeignKind.DEBIAN_PACKAGE: [b"!<arch>\ndebian-binary   1"],
    ForeignKind.AR: [b"!<arch>\nx.o/            1"],
    ForeignKind.BERKELEY_DB: [
        bytes.fromhex("0006156100000002") + bytes(50),
        bytes.fromhex("6115060002000000") + bytes(50),
    ],
    ForeignKind.NSS_MODULES: [b"library=\nname=NSS Internal PKCS #11 Module\n"],
    ForeignKind.ORACLE_WALLET: [bytes.fromhex("a1f84e3600000006000000210605") + bytes(60)],
    ForeignKind.IBM_STASH: [stash(b"hunter2")],
    ForeignKind.WINDOWS_STORE: [b"\0\0\0\0CERT" + certs.der()],
    ForeignKind.MACOS_KEYCHAIN: [b"kych\0\x01\0\0" + bytes(16)],
    ForeignKind.KEEPASS: [bytes.fromhex("03d9a29a65fb4bb5")],
    ForeignKind.CERTDATA: [CERTDATA],
    ForeignKind.KUBERNETES: [b"apiVersion: v1\nkind: Pod\n", b'{"apiVersion": "v1", "kind": "X"}'],
    ForeignKind.KUBERNETES_SECRET: [SECRET, b'{"apiVersion": "v1", "kind": "Secret"}'],
    ForeignKind.KUBERNETES_CONFIG_MAP: [b"---\nkind: ConfigMap\napiVersion: v1\ndata: {a: b}\n"],
    ForeignKind.JWKS: [b'{"keys": [{"kty": "RSA", "n": "AQAB"}]}'],
    ForeignKind.AWS_ACM: [
        json.dumps({"Certificate": {"CertificateArn": "arn:aws:acm:x"}}, indent=4).encode(),
        b'{"CertificateArn": "arn:aws:acm:x"}',
    ],
    ForeignKind.AZURE_KEY_VAULT: [b'{"cer": "MIIB", "kid": "https://x", "sid": "https://y"}'],
    ForeignKind.SAML_METADATA: [SAML],
    ForeignKind.BASE64: [b"MIIBszCCAVmgAwIBAgIBATAK\n"],
    ForeignKind.HEXADECIMAL: [certs.der().hex().encode(), b"\\x" + certs.der().hex().encode()],
    ForeignKind.PRINTED_CERTIFICATE: [b"Certificate:\n    Data:\n        Version: 3 (0x2)\n"],
    ForeignKind.KEYTOOL_LISTING: [b"Keystore type: PKCS12\nKeystore provider: SUN\n"],
    ForeignKind.PRIVATE_KEY: [certs.private_key(Encoding.DER), ENCRYPTED, EC],
    ForeignKind.PUBLIC_KEY: [PUBLIC],
    ForeignKind.PVK: [bytes.fromhex("1ef1b5b000000000") + bytes(60)],
    ForeignKind.REQUEST: [certs.request()],
    ForeignKind.REVOCATION_LIST: [certs.revocation_list(Encoding.DER)],
    ForeignKind.SSH_PUBLIC_KEY: [
        SSH,
        b"example.org ssh-rsa AAAAB3\n",
        b"---- BEGIN SSH2 PUBLIC KEY ----\n",
    ],
    ForeignKind.PUTTY_KEY: [b"PuTTY-User-Key-File-3: ssh-ed25519\n"],
    ForeignKind.PGP: [OPENPGP, b"\0\0\0 \x01\x01\0\0KBXf" + bytes(20)],
    ForeignKind.JAVA_OBJECT: [bytes.fromhex("aced0005") + b"sr"],
    ForeignKind.PASSWORD: [b"hunter2\n", b"changeit"],
    ForeignKind.JSON: [b'{"a": [1]}'],
    ForeignKind.XML: [b"<?xml version='1.0'?><a><body>x</body></a>"],
    ForeignKind.DER: [b"\x30\x03\x02\x01\x05"],
    ForeignKind.UTF_16: ["hello".encode("utf-16")],
    ForeignKind.TEXT: [
        b"hello world\n",
        "é".encode() * 5000,
        b"password: x\nkind: of blue\n",
        b"library: x\n",
        b"[section]\nkey = value\n",
    ],
    ForeignKind.BINARY: [
        b"\x8f\x01\x99\xfe" * 8,
        b"\x99\x01\x0d\x02" + bytes(260),
        bytes(octet ^ 0xF5 for octet in bytes(129)),
    ],
}


@pytest.mark.parametrize(
    ("kind", "number"),
    # Numbers for the data: some of it is random, and pytest-xdist compares the collected ids.
    [(kind, number) for kind, samples in KINDS.items() for number in range(len(samples))],
)
def test_kind(kind: ForeignKind, number: int) -> None:
    assert recognise(KINDS[kind][number]).kind is kind


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("nssPublic", ForeignKind.NSS_CERTIFICATES),
        ("nssPrivate", ForeignKind.NSS_KEYS),
        ("bookmarks", ForeignKind.SQLITE),
    ],
)
def test_databases_of_nss_by_their_table(tmp_path, table: str, kind: ForeignKind) -> None:
    assert recognise(database(tmp_path, table)).kind is kind


def test_an_ibm_database_is_known_by_its_name_alone() -> None:
    data = b"\x8f\x01\x99\xfe" * 8
    assert recognise(data, "/etc/key.KDB").kind is ForeignKind.IBM_DATABASE
    assert recognise(b"hello world\n", "key.kdb").kind is ForeignKind.TEXT


def test_details_of_keys() -> None:
    assert [recognise(key).what for key in KINDS[ForeignKind.PRIVATE_KEY]] == [
        "a private key (PKCS8 DER)",
        "an encrypted private key (PKCS8 DER)",
        "an EC private key (DER)",
    ]


@pytest.mark.parametrize("kind", ForeignKind)
def test_words_of_every_kind(kind: ForeignKind) -> None:
    """They stand after "not a trust store: " and after "hint: "."""
    assert kind.what[0].islower() or kind.what.startswith(("OpenPGP", "DER", "SAML", "Mozilla"))
    assert not kind.what.endswith(".")
    assert not kind.next_step.endswith(".")
    assert "{" not in kind.next_step.replace("{file}", "").replace("{.", "")


@pytest.mark.parametrize(
    ("kind", "sample", "printed"),
    [
        (ForeignKind.HEXADECIMAL, 0, certs.der()),
        (ForeignKind.GZIP, 0, b"x"),
        (ForeignKind.XZ, 0, b"x"),
    ],
)
def test_the_command_of_the_hint_does_what_it_says(
    tmp_path, kind: ForeignKind, sample: int, printed: bytes
) -> None:
    (tmp_path / "a file").write_bytes(KINDS[kind][sample])
    command = recognise(KINDS[kind][sample]).hint("a file")
    command = command.partition(": ")[2] or command
    for end in (" decodes it", " decompresses it", " lists the files"):
        command = command.removesuffix(end)
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, timeout=30, check=True, cwd=tmp_path
    )
    written = [path for path in tmp_path.iterdir() if path.name != "a file"]
    assert (done.stdout or written[0].read_bytes()) == printed


def test_standard_input_has_no_name_to_paste() -> None:
    assert recognise(gzip.compress(b"x")).hint("standard input").startswith("gzip -dc FILE > ")


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"0", b"[", b"<", b"\x1f\x8b", b"\x99", b"\xc6", certs.request()]),
)
def test_never_raises(data: bytes, begin: bytes) -> None:
    assert recognise(begin + data).what
