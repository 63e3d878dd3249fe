"""What `unpin convert` writes is what Java and openssl read: certificates, names, dates, keys.

Root > Issuing > db.example.org, whose key is in the stores; Pin is trusted beside them
"""

import subprocess
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests import programs
from tests.cli.inside import unpin
from tests.pki import Authority, pem
from tests.referees import jvm
from tests.referees.rows import theirs
from unpin.stores.opening import open_bytes

pytestmark = pytest.mark.referee

ROOT = Authority("Some Root")
ISSUING = Authority("Issuing", ROOT)
SERVER = Authority("db.example.org", ISSUING, ca=False)
PIN = Authority("Größe & Söhne CA")
CHAIN = tuple(one.certificate.sha256 for one in (SERVER, ISSUING, ROOT))
TRUSTED, KEY = "trusted certificate", "private key"
DATE = 1_700_000_000_000
NEW = "another one"


class Conversion(NamedTuple):
    """A file, the options that make it, the password it then has, and what Java is to list."""

    name: str
    args: tuple[str, ...]
    password: str | None
    rows: Mapping[str, object]


def rows(*, key, dated=True, key_dated=True):
    found = {"grosse-sohne-ca": (TRUSTED, (PIN.certificate.sha256,), DATE if dated else None)}
    if key:
        found["db-example-org"] = (KEY, CHAIN, DATE if key_dated else None)
    return found


PEM_INPUTS = ("pin.pem", "key.pem", "--keys")
CONVERSIONS = (
    Conversion("certificates.jks", ("pin.pem",), "changeit", rows(key=False)),
    Conversion("certificates.p12", ("pin.pem",), "changeit", rows(key=False, dated=False)),
    Conversion("clear.p12", ("pin.pem", "--password-less"), None, rows(key=False, dated=False)),
    Conversion(
        "old.p12", ("pin.pem", "--scheme", "jdk8"), "changeit", rows(key=False, dated=False)
    ),
    Conversion("key.jks", PEM_INPUTS, "changeit", rows(key=True)),
    Conversion("key.jceks", PEM_INPUTS, "changeit", rows(key=True)),
    Conversion("key.p12", PEM_INPUTS, "changeit", rows(key=True, dated=False)),
    Conversion(
        "key-old.p12", (*PEM_INPUTS, "--scheme", "jdk8"), "changeit", rows(key=True, dated=False)
    ),
    Conversion(
        "renewed.p12",
        ("key.jks", "--keys", "--password-file-out", "new"),
        NEW,
        rows(key=True, dated=False),
    ),
    Conversion("from-jceks.jks", ("key.jceks", "--keys"), "changeit", rows(key=True)),
    Conversion("from-p12.jceks", ("key.p12", "--keys"), "changeit", rows(key=True)),
    Conversion("copy.p12", ("key-old.p12", "--keys"), "changeit", rows(key=True, dated=False)),
    Conversion(
        "modern.p12",
        ("key-old.p12", "--keys", "--scheme", "modern"),
        "changeit",
        rows(key=True, dated=False),
    ),
)
"""Each may read what those before it wrote."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Everything written once, for all JVMs."""
    here = tmp_path_factory.mktemp("converted")
    key = SERVER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (here / "key.pem").write_bytes(
        key + pem(SERVER.certificate, ISSUING.certificate, ROOT.certificate)
    )
    (here / "pin.pem").write_bytes(pem(PIN.certificate))
    (here / "new").write_text(NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        for one in CONVERSIONS:
            ran = unpin("convert", *one.args, "-o", one.name, SOURCE_DATE_EPOCH=str(DATE // 1000))
            assert ran.returncode == 0, (one.name, ran.stderr)
    return here


def test_java_lists_what_was_meant(java, classes, folder):
    kinds = {".jks": "JKS", ".jceks": "JCEKS", ".p12": "PKCS12"}
    jobs = [
        (kinds[(folder / one.name).suffix], one.password, folder / one.name) for one in CONVERSIONS
    ]
    answers = jvm.listed(java, classes, jobs)
    found = {one.name: theirs(answer) for one, answer in zip(CONVERSIONS, answers, strict=True)}
    assert found == {one.name: one.rows for one in CONVERSIONS}


def test_a_password_less_store_has_its_anchors_whatever_password_is_given(java, classes, folder):
    path = folder / "clear.p12"
    jobs = [("anchors PKCS12", password, path) for password in (None, "", "changeit", "other")]
    expected = {"anchors": [PIN.certificate.sha256]}
    assert jvm.listed(java, classes, jobs) == [expected] * len(jobs)


@pytest.mark.parametrize(
    ("name", "password"),
    [(one.name, one.password) for one in CONVERSIONS if "db-example-org" in one.rows],
)
def test_java_opens_the_key_and_openssl_finds_it_to_be_the_same(name, password, folder, tmp_path):
    """Keytool takes the key out of the store with the store's password, and puts it into another."""
    moved = tmp_path / "moved.p12"
    subprocess.run(
        [
            programs.program("keytool"), "-importkeystore", "-noprompt",
            "-srckeystore", folder / name, "-srcstorepass", password,
            "-destkeystore", moved, "-deststoretype", "PKCS12", "-deststorepass", "changeit",
            "-srcalias", "db-example-org",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )  # fmt: skip
    opened = subprocess.run(
        ["openssl", "pkcs12", "-in", moved, "-passin", "pass:changeit", "-nocerts", "-nodes"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    as_der = ["openssl", "pkey", "-outform", "DER"]
    found = subprocess.run(as_der, input=opened.stdout, check=True, capture_output=True)
    (tmp_path / "own.pem").write_bytes(
        SERVER.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    own = subprocess.run([*as_der, "-in", tmp_path / "own.pem"], check=True, capture_output=True)
    assert found.stdout == own.stdout


@pytest.mark.parametrize("name", ["certificates.p12", "clear.p12", "key.p12", "renewed.p12"])
def test_openssl_reads_the_pkcs12(name, folder):
    password = {one.name: one.password for one in CONVERSIONS}[name]
    command = ["openssl", "pkcs12", "-in", folder / name, "-nokeys", "-passin"]
    unguarded = ["-nomacver"] if password is None else []
    ran = subprocess.run(
        [*command, f"pass:{password or ''}", *unguarded], capture_output=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    count = 1 if "key" not in name and name != "renewed.p12" else 4
    assert ran.stdout.count(b"BEGIN CERTIFICATE") == count


@pytest.mark.parametrize("source", ["key.jks", "key.jceks", "key.p12", "key.pem"])
def test_openssl_and_keytool_read_the_pem(source, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    bundle, with_key = tmp_path / "bundle.pem", tmp_path / "key.pem"
    assert unpin("convert", source, "--chains", "-o", bundle).returncode == 0
    listed = subprocess.run(
        [programs.program("keytool"), "-printcert", "-file", bundle],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout.decode("utf-8", "replace")
    entries = open_bytes(bundle.read_bytes(), source="bundle").entries
    assert len(entries) >= 3
    digests = [one.certificate.sha256.upper() for one in entries]
    listed = listed.replace(":", "")
    assert [digest in listed for digest in digests] == [True] * len(digests)
    assert unpin("convert", source, "--keys", "-o", with_key).returncode == 0
    ran = subprocess.run(
        ["openssl", "pkey", "-in", with_key, "-passin", "pass:changeit", "-pubout", "-outform", "DER"],
        capture_output=True,
        timeout=60,
    )  # fmt: skip
    assert ran.stdout == SERVER.certificate.fields.public_key.der, ran.stderr


def test_openssls_own_encrypted_keys_go_over_untouched(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    secret = SERVER.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"changeit")
    )
    (tmp_path / "a.pem").write_bytes(secret + pem(SERVER.certificate))
    ran = unpin("convert", "a.pem", "--keys", "--password", "changeit", "-o", "b.p12")
    assert b"as encrypted as it was" in ran.stderr
    opened = subprocess.run(
        ["openssl", "pkcs12", "-in", "b.p12", "-passin", "pass:changeit", "-nocerts", "-nodes"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    assert b"BEGIN PRIVATE KEY" in opened


def test_what_openssl_is_told_to_reject_is_left_out(tmp_path):
    (tmp_path / "a.pem").write_bytes(pem(PIN.certificate))
    blocks = [
        subprocess.run(
            ["openssl", "x509", "-in", tmp_path / "a.pem", "-trustout", *options],
            check=True,
            capture_output=True,
            timeout=60,
        ).stdout
        for options in (("-addreject", "serverAuth"), ("-addreject", "emailProtection"))
    ]
    (tmp_path / "distrusted.pem").write_bytes(blocks[0])
    (tmp_path / "trusted.pem").write_bytes(blocks[1])
    ran = unpin("convert", tmp_path / "distrusted.pem")
    assert (ran.returncode, ran.stdout) == (3, b"")
    ran = unpin("convert", tmp_path / "trusted.pem")
    assert (ran.returncode, ran.stdout.count(b"BEGIN CERTIFICATE")) == (0, 1)
