"""What unpin writes of PEM, DER and PKCS7 is what openssl and Java's CertificateFactory read.

root > issuing > leaf, whose key signs
"""

import hashlib
import re
import ssl
import subprocess
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import programs
from tests.pki import Authority, pem
from tests.referees import jvm
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import encode
from unpin.stores.opening import open_bytes

ROOT = Authority("root")
ISSUING = Authority("issuing", ROOT)
LEAF = Authority("leaf", ISSUING, ca=False)
NEW = Authority("C=DE,O=Größe 😀,CN=new -----BEGIN CERTIFICATE-----\\0AMIIB")
CHAIN = (LEAF, ISSUING, ROOT)

BLOCK = re.compile(
    r"^-----BEGIN CERTIFICATE-----$.*?^-----END CERTIFICATE-----$", re.MULTILINE | re.DOTALL
)

pytestmark = pytest.mark.referee


def openssl(folder, *arguments):
    command = [programs.program("openssl"), *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, (arguments, ran.stderr)
    return ran.stdout


def new():
    return TrustedEntry("new", NEW.certificate, b"")


def fresh(kind):
    entries = (new(), *(TrustedEntry("", one.certificate, b"") for one in CHAIN))
    return encode(Store("new", kind, entries[: 1 if kind is Format.DER else None]), password=None)


def changed(data, *, first):
    """The bundle without its second certificate, and with a new one at one of its ends."""
    store = open_bytes(data, source="s")
    kept = store.entries[:1] + store.entries[2:]
    entries = (new(), *kept) if first else (*kept, new())
    return encode(replace(store, entries=entries), password=None)


def write_inputs(folder):
    """chain.pem, leaf.pem with its key, and cas.pem; return the text of the first."""
    chain = pem(*(one.certificate for one in CHAIN))
    (folder / "chain.pem").write_bytes(chain)
    key = LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "leaf.pem").write_bytes(key + pem(LEAF.certificate))
    (folder / "cas.pem").write_bytes(pem(ISSUING.certificate, ROOT.certificate))
    return chain


def bundles(folder):
    """By name: a bundle as unpin wrote or changed it."""
    chain = write_inputs(folder)
    arguments = ("-in", "leaf.pem", "-certfile", "cas.pem", "-name", "x", "-passout", "pass:x")
    openssl(folder, "pkcs12", "-export", "-out", "x.p12", *arguments)
    bags = openssl(folder, "pkcs12", "-in", "x.p12", "-nokeys", "-passin", "pass:x")
    assert bags.count(b"Bag Attributes") == 3
    p7b = openssl(folder, "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", "DER")
    told = openssl(folder, "x509", "-in", "chain.pem", "-text") + chain
    texts = {
        "plain": chain,
        "CRLF": chain.replace(b"\n", b"\r\n"),
        "no final newline": chain.rstrip(b"\n"),
        "comments": b"# ours\n\n" + chain.replace(b"-----B", b"# one\n-----B") + b"\n# end\n",
        "bags": bags,
        "openssl x509 -text": told,
    }
    made = {
        f"{name}, {'first' if first else 'last'}": changed(data, first=first)
        for name, data in texts.items()
        for first in (True, False)
    }
    return made | {
        "fresh PEM": fresh(Format.PEM),
        "fresh DER": fresh(Format.DER),
        "fresh PKCS7": fresh(Format.PKCS7),
        "p7b": changed(p7b, first=False),
    }


def digests(text):
    """Of the certificates of what openssl printed."""
    return [
        hashlib.sha256(ssl.PEM_cert_to_DER_cert(block)).hexdigest()
        for block in BLOCK.findall(text.decode("utf-8"))
    ]


def by_openssl(folder, path, data):
    """The certificates that openssl finds."""
    if not data.startswith(b"\x30"):
        return digests(openssl(folder, "storeutl", "-certs", path))
    if open_bytes(data, source="s").format is Format.DER:
        return digests(openssl(folder, "x509", "-inform", "DER", "-in", path))
    return digests(openssl(folder, "pkcs7", "-inform", "DER", "-in", path, "-print_certs"))


def test_readers_find_the_certificates(java, classes, tmp_path):
    made = bundles(tmp_path)
    jobs = []
    assert made["bags, last"].count(b"Bag Attributes") == 2
    assert made["openssl x509 -text, first"].count(b"Issuer: CN = issuing") == 1
    for number, (name, data) in enumerate(made.items()):
        path = tmp_path / f"{number}.bundle"
        path.write_bytes(data)
        ours = [one.sha256 for one in open_bytes(data, source=name).certificates()]
        assert NEW.certificate.sha256 in ours
        assert by_openssl(tmp_path, path, data) == ours, name
        jobs.append(("certificates", None, path))
    for (name, data), answer in zip(made.items(), jvm.listed(java, classes, jobs), strict=True):
        ours = [one.sha256 for one in open_bytes(data, source=name).certificates()]
        assert answer == {"certificates": ours}, name


@pytest.mark.parametrize("form", ["-nodetach", "-stream"])
def test_a_signed_pkcs7_is_still_signed(java, classes, tmp_path, form):
    """By openssl, with a digest of the content; -stream makes it BER."""
    write_inputs(tmp_path)
    (tmp_path / "text").write_bytes(b"what is signed")
    options = ("-nodetach",) if form == "-nodetach" else ("-nodetach", "-stream")
    openssl(
        tmp_path, "smime", "-sign", "-in", "text", "-signer", "leaf.pem", "-certfile",
        "cas.pem", "-outform", "DER", "-out", "signed.p7m", *options,
    )  # fmt: skip
    data = (tmp_path / "signed.p7m").read_bytes()
    store = open_bytes(data, source="s")
    assert (store.variant == "BER") == (form == "-stream")
    leaf = next(one for one in store.trusted if one.certificate == LEAF.certificate)
    after = encode(replace(store, entries=(leaf, new())), password=None)
    path = tmp_path / "changed.p7m"
    path.write_bytes(after)
    verify = ("smime", "-verify", "-noverify", "-inform", "DER", "-in", path)
    assert openssl(tmp_path, *verify) == b"what is signed"
    ours = {one.sha256 for one in open_bytes(after, source="s").certificates()}
    assert ours == {LEAF.certificate.sha256, NEW.certificate.sha256}
    (answer,) = jvm.listed(java, classes, [("certificates", None, path)])
    assert set(answer["certificates"]) == ours
