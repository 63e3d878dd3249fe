"""Two spellings of an issuer's name: whether OpenSSL takes them for one."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.name import _ASN1Type as Asn1
from cryptography.x509.oid import NameOID
from tests.pki import pem

from unpin.model.certificate import Certificate
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import client_named

BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
UTF8, PRINTABLE, IA5 = Asn1.UTF8String, Asn1.PrintableString, Asn1.IA5String
T61, BMP = Asn1.T61String, Asn1.BMPString

SPELLINGS = {
    "the same": (("Some Root", UTF8), ("Some Root", UTF8)),
    "case": (("Some Root", UTF8), ("SOME ROOT", UTF8)),
    "blanks": (("Some Root", UTF8), ("  Some   Root ", UTF8)),
    "a tab": (("Some Root", UTF8), ("Some\tRoot", UTF8)),
    "printable": (("Some Root", UTF8), ("some root", PRINTABLE)),
    "IA5": (("Some Root", UTF8), ("some root", IA5)),
    "BMP": (("Some Root", UTF8), ("some root", BMP)),
    "letters beyond ASCII, the same": (("Ærlig", UTF8), ("Ærlig", UTF8)),
    "letters beyond ASCII, another case": (("ÆRLIG", UTF8), ("ærlig", UTF8)),
    "sharp s": (("Straße", UTF8), ("STRASSE", UTF8)),
    "no-break space": (("Some Root", UTF8), ("Some\u00a0Root", UTF8)),
    "letters beyond ASCII in BMP": (("Ærlig", UTF8), ("Ærlig", BMP)),
}


def name(text, kind):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, kind)])


def certificate(subject, issuer, key, signer, *, ca):
    return Certificate(
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
        .public_bytes(serialization_der())
    )


def serialization_der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


@pytest.mark.referee
@pytest.mark.parametrize("case", SPELLINGS)
def test_as_openssl_compares(tmp_path, case):
    """Root > server, which spells the root's name in another way."""
    assert shutil.which("openssl"), "openssl is missing: apt-get install openssl"
    own, spelled = SPELLINGS[case]
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate(name(*own), name(*own), key, key, ca=True)
    server = certificate(name("db.example.org", UTF8), name(*spelled), other, key, ca=False)
    (tmp_path / "root.pem").write_bytes(pem(root))
    (tmp_path / "server.pem").write_bytes(pem(server))
    command = ["openssl", "verify", "-CAfile", tmp_path / "root.pem", tmp_path / "server.pem"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    views = [CertificateView.of(one) for one in (root, server)]
    found = verdict_on(client_named("openssl"), views[:1], views[1:], datetime.now(UTC))
    assert found.accepted is (ran.returncode == 0), ran.stderr
