"""What unpin reads of files that openssl wrote is what openssl and Java read of them.

root > issuing > leaf, whose key is in the PKCS12 files
"""

from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import programs
from tests.pki import Authority, pem
from tests.referees import jvm
from tests.referees.rows import REFUSED, theirs, unpins
from tests.unit.stores import certs
from unpin.model.entries import KeyEntry, TrustedEntry
from unpin.model.errors import PasswordRequiredError, UnsupportedStoreError, WrongPasswordError
from unpin.model.formats import Format
from unpin.model.store import Integrity
from unpin.stores.opening import Password, open_bytes

pytestmark = pytest.mark.referee

PASSWORD = "sesame"
ROOT = Authority("root")
ISSUING = Authority("issuing", ROOT)
LEAF = Authority("leaf", ISSUING, ca=False)
OTHER = Authority("O=Größe,CN=other")
CHAIN = (LEAF, ISSUING, ROOT)

CIPHERS = (
    "PBE-SHA1-3DES", "PBE-SHA1-2DES", "PBE-SHA1-RC2-40", "PBE-SHA1-RC2-128", "PBE-SHA1-RC4-40",
    "PBE-SHA1-RC4-128", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC", "RC2-CBC",
    "RC2-40-CBC", "RC2-64-CBC", "DES-CBC", "CAST5-CBC", "CAMELLIA-128-CBC", "CAMELLIA-192-CBC",
    "CAMELLIA-256-CBC", "PBE-MD5-DES", "PBE-SHA1-DES", "PBE-MD5-RC2-64", "PBE-SHA1-RC2-64", "NONE",
)  # fmt: skip
UNREAD = {
    "AES-256-CFB": "2.16.840.1.101.3.4.1.44",
    "AES-256-OFB": "2.16.840.1.101.3.4.1.43",
    "DES-CFB": "1.3.14.3.2.9",
    "ARIA-256-CBC": "1.2.410.200046.1.1.12",
    "BF-CBC": "1.3.6.1.4.1.3029.1.2",
    "SEED-CBC": "1.2.410.200004.1.4",
    "SM4-CBC": "1.2.156.10197.1.104.2",
}
"""What openssl encrypts with and unpin cannot read, with the OID that its error names."""

MACS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256")
UNCHECKED = ("md4", "ripemd160", "sha3-256", "sha3-512", "sm3", "whirlpool", "blake2b512")
"""MACs of openssl that unpin cannot check."""

WITH_KEY = ("-inkey", "leaf.key", "-in", "leaf.pem", "-certfile", "cas.pem", "-name", "The Leaf")
WITHOUT_KEY = ("-nokeys", "-in", "bundle.pem")


class Export(NamedTuple):
    """The options of one `openssl pkcs12 -export`, and the password it is given."""

    options: tuple[str, ...]
    password: str = PASSWORD


def exports():
    """Every export by name: what protects the file, and what is in it."""
    found = {f"certpbe {c}": Export((*WITH_KEY, "-certpbe", c)) for c in CIPHERS}
    found |= {f"keypbe {c}": Export((*WITH_KEY, "-keypbe", c)) for c in CIPHERS}
    found |= {f"no keys {c}": Export((*WITHOUT_KEY, "-certpbe", c)) for c in CIPHERS}
    found |= {f"no MAC {c}": Export((*WITHOUT_KEY, "-nomac", "-certpbe", c)) for c in CIPHERS[::3]}
    found |= {f"MAC {m}": Export((*WITH_KEY, "-macalg", m)) for m in MACS}
    found |= {
        f"{count} iterations": Export((*WITH_KEY, "-iter", str(count)))
        for count in (1, 2, 1023, 10_000, 600_000)
    }
    found |= {
        f"password {password!r}": Export(options, password)
        for password in ("", "x", "pässwörd", "пароль", "emoji 😀", "y" * 127)
        for options in [WITH_KEY]
    }
    return found | {
        "defaults": Export(WITH_KEY),
        "-noiter": Export((*WITH_KEY, "-noiter")),
        "-nomaciter": Export((*WITH_KEY, "-nomaciter")),
        "-descert": Export((*WITH_KEY, "-descert")),
        "one MAC iteration, empty password": Export((*WITHOUT_KEY, "-nomaciter"), ""),
        "nothing protected": Export((*WITHOUT_KEY, "-nomac", "-certpbe", "NONE")),
        "key alone": Export(("-nocerts", "-inkey", "leaf.key")),
        "key and its certificate": Export(("-inkey", "leaf.key", "-in", "leaf.pem")),
        "key, chain upside down": Export(
            ("-inkey", "leaf.key", "-in", "leaf.pem", "-certfile", "upside-down.pem")
        ),
        "key, an unrelated certificate": Export(
            ("-inkey", "leaf.key", "-in", "leaf.pem", "-certfile", "other.pem", "-name", "n")
        ),
        "names": Export(
            (*WITH_KEY, "-caname", "Größe", "-caname", "second", "-CSP", "A provider", "-keysig")
        ),
        "one twice": Export(("-nokeys", "-in", "twice.pem")),
    }


def openssl(folder, *arguments, given=b""):
    return programs.run(programs.program("openssl"), *arguments, cwd=folder, input=given).stdout


def export(folder, name, options, password=PASSWORD):
    path = folder / f"{name}.p12"
    given = ("-passout", f"pass:{password}", "-out", path)
    openssl(folder, "pkcs12", "-export", "-legacy", *options, *given)
    return path


def fingerprints(text):
    """SHA-256 of each certificate in PEM text, sorted, read by cryptography."""
    found = x509.load_pem_x509_certificates(text) if b"BEGIN CERTIFICATE" in text else []
    return sorted(one.fingerprint(hashes.SHA256()).hex() for one in found)


def ours(store):
    """The same of a Store."""
    return sorted(one.sha256 for one in store.certificates())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The inputs of openssl, and every export under its name."""
    folder = tmp_path_factory.mktemp("openssl")
    key = LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "leaf.key").write_bytes(key)
    for name, found in {
        "leaf": [LEAF],
        "cas": [ISSUING, ROOT],
        "upside-down": [ROOT, ISSUING],
        "bundle": [*CHAIN, OTHER],
        "other": [OTHER],
        "twice": [ROOT, ROOT],
    }.items():
        (folder / f"{name}.pem").write_bytes(pem(*(one.certificate for one in found)))
    (folder / "crl.pem").write_bytes(certs.revocation_list())
    for name, (options, password) in exports().items():
        export(folder, name, options, password)
    return folder


def opened(folder, name, password):
    data = (folder / f"{name}.p12").read_bytes()
    given = None if password is None else Password(password, "the test's")
    return open_bytes(data, source=name, password=given)


def test_exports_hold_what_openssl_finds_in_them(folder):
    found = {
        name: fingerprints(
            openssl(
                folder, "pkcs12", "-legacy", "-in", f"{name}.p12", "-nokeys", "-passin",
                f"pass:{password}",
            )
        )
        for name, (_, password) in exports().items()
    }  # fmt: skip
    assert found["no keys NONE"] == sorted(one.certificate.sha256 for one in (*CHAIN, OTHER))
    read = {name: opened(folder, name, one.password) for name, one in exports().items()}
    assert {name: ours(store) for name, store in read.items()} == found
    assert {name for name, store in read.items() if store.unreadable} == set()


def test_exports_are_to_java_what_unpin_says(folder, classes):
    jobs = [("PKCS12", one.password, folder / f"{name}.p12") for name, one in exports().items()]
    read = {name: opened(folder, name, one.password) for name, one in exports().items()}
    for java in jvm.runtimes():
        answers = dict(zip(read, jvm.listed(java, classes, jobs), strict=True))
        rows = {name: theirs(answer) for name, answer in answers.items()}
        assert {name: unpins(store) for name, store in read.items()} == rows, java
        refused = {name for name, row in rows.items() if row == REFUSED}
        assert "MAC md5" in refused
        assert "certpbe RC2-CBC" in refused


def test_wrong_password(folder):
    for name in exports().keys() - {"nothing protected"}:
        with pytest.raises(WrongPasswordError, match="wrong password"):
            opened(folder, name, "wrong")


IN_CLEAR = {
    "certpbe NONE": Integrity.NOT_CHECKED,
    "no keys NONE": Integrity.NOT_CHECKED,
    "key alone": Integrity.NOT_CHECKED,
    "nothing protected": Integrity.ABSENT,
}
"""The exports without an encrypted certificate, and what is known of their integrity value."""


def test_no_password(folder):
    """It is demanded where certificates are encrypted; elsewhere the MAC stays unchecked."""
    found = {}
    for name, one in exports().items():
        if one.password:
            try:
                found[name] = opened(folder, name, None).protection.integrity
            except PasswordRequiredError:
                found[name] = "required"
    assert found == {name: IN_CLEAR.get(name, "required") for name in found}


@pytest.mark.parametrize("cipher", UNREAD)
def test_unread_cipher_is_one_error_that_names_it(folder, cipher):
    export(folder, cipher, (*WITHOUT_KEY, "-certpbe", cipher))
    with pytest.raises(UnsupportedStoreError) as caught:
        opened(folder, cipher, PASSWORD)
    assert UNREAD[cipher] in caught.value.message


@pytest.mark.parametrize("digest", UNCHECKED)
def test_unread_mac_is_a_note_that_names_it(folder, digest):
    export(folder, digest, (*WITHOUT_KEY, "-macalg", digest))
    store = opened(folder, digest, PASSWORD)
    assert store.protection.integrity is Integrity.NOT_CHECKED
    assert any("the MAC is not checked: unpin does not support" in note for note in store.notes)
    assert len(ours(store)) == 4


SIGNED_DATA = {
    "bundle.p7": ("crl2pkcs7", "-nocrl", "-certfile", "bundle.pem"),
    "with CRL.p7": ("crl2pkcs7", "-in", "crl.pem", "-certfile", "bundle.pem"),
    "one twice.p7": ("crl2pkcs7", "-nocrl", "-certfile", "twice.pem"),
    "two files.p7": ("crl2pkcs7", "-nocrl", "-certfile", "bundle.pem", "-certfile", "twice.pem"),
    "CRL alone.p7": ("crl2pkcs7", "-in", "crl.pem"),
    "nothing.p7": ("crl2pkcs7", "-nocrl"),
    "signed.cms": (
        "cms", "-sign", "-signer", "leaf.pem", "-inkey", "leaf.key", "-certfile", "cas.pem",
        "-in", "crl.pem", "-nodetach",
    ),
    "signed stream.cms": (
        "cms", "-sign", "-signer", "leaf.pem", "-inkey", "leaf.key", "-certfile", "cas.pem",
        "-in", "crl.pem", "-nodetach", "-stream",
    ),
    "detached.cms": (
        "cms", "-sign", "-signer", "leaf.pem", "-inkey", "leaf.key", "-certfile", "cas.pem",
        "-in", "crl.pem",
    ),
    "no attributes.cms": (
        "cms", "-sign", "-signer", "leaf.pem", "-inkey", "leaf.key", "-noattr", "-in", "crl.pem",
    ),
}  # fmt: skip


def test_pkcs7_holds_what_openssl_prints(folder):
    found, read = {}, {}
    for name, command in SIGNED_DATA.items():
        for form in ("PEM", "DER"):
            file = folder / f"{form} {name}"
            openssl(folder, *command, "-outform", form, "-out", file)
            # NOTE: `openssl pkcs7` does not read the label CMS, only the DER behind it.
            given = openssl(folder, *command, "-outform", "DER")
            printed = openssl(folder, "pkcs7", "-print_certs", "-inform", "DER", given=given)
            found[file.name] = fingerprints(printed)
            store = open_bytes(file.read_bytes(), source=name)
            assert store.format is (Format.PEM if form == "PEM" else Format.PKCS7)
            read[file.name] = ours(store)
    assert found["DER signed.cms"] == sorted(one.certificate.sha256 for one in CHAIN)
    assert read == found


def test_certificate_files_hold_what_java_reads(folder, classes, tmp_path):
    """PEM, DER and PKCS7 as java.security.cert.CertificateFactory reads them, in order."""
    der = [one.certificate.der for one in CHAIN]
    texts = {
        "bundle": (folder / "bundle.pem").read_bytes(),
        "one": (folder / "leaf.pem").read_bytes(),
        "one twice": (folder / "twice.pem").read_bytes(),
        "CRLF": (folder / "bundle.pem").read_bytes().replace(b"\n", b"\r\n"),
        "explained": openssl(
            folder, "pkcs12", "-in", "names.p12", "-legacy", "-nokeys", "-passin",
            f"pass:{PASSWORD}",
        ),
        "text": openssl(folder, "x509", "-in", "leaf.pem", "-text"),
        "DER": der[0],
        "DER in a row": b"".join(der),
    }  # fmt: skip
    for name, command in SIGNED_DATA.items():
        if name.endswith(".p7"):
            texts[name] = openssl(folder, *command, "-outform", "DER")
            texts[f"PEM {name}"] = openssl(folder, *command, "-outform", "PEM")
    jobs = []
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
        jobs.append(("certificates", None, tmp_path / name))
    read = {
        name: [
            entry.certificate.sha256
            for entry in open_bytes(data, source=name).entries
            if isinstance(entry, TrustedEntry)
        ]
        for name, data in texts.items()
    }
    for java in jvm.runtimes():
        answers = jvm.listed(java, classes, jobs)
        assert read == {
            name: answer.get("certificates", answer.get("error"))
            for name, answer in zip(texts, answers, strict=True)
        }, java


def test_a_key_has_its_chain_whatever_the_order(folder):
    for name in ("defaults", "key, chain upside down"):
        (entry,) = opened(folder, name, PASSWORD).entries
        assert isinstance(entry, KeyEntry)
        assert [one.label for one in entry.chain] == ["leaf", "issuing", "root"]
