"""Signatures are verified with the key itself: old algorithms are no reason for a wrong answer."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from fuzz.bombs import long_exponents, roots, rsa_public_key
from tests.pki import NOW

from unpin.asn1 import tlv
from unpin.catalogue.handshakes import server_under
from unpin.model.certificate import Certificate
from unpin.model.public_key import read_public_key
from unpin.pki import work
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView, is_self_signed
from unpin.pki.certificate_view import is_issuer as link_issued
from unpin.pki.clients import choose_clients
from unpin.pki.signatures import Signed, verify_issuer, verify_self_signed, verify_signature
from unpin.pki.work import WorkLimitError, bounded_work

BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_START = datetime(2024, 1, 1, tzinfo=UTC)


def make(subject, key, issuer, issuer_key, *, digest=None, rsa_padding=None):
    if digest is None and not isinstance(
        issuer_key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
    ):
        digest = hashes.SHA256()
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])  # noqa: E731
    built = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(_START)
        .not_valid_after(_START + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(issuer_key, digest, rsa_padding=rsa_padding)
    )
    return Certificate(built.public_bytes(Encoding.DER))


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.skipif(not BUNDLE.exists(), reason="no Debian CA bundle on this machine")
def test_every_root_of_debian_is_self_signed():
    """SHA-1 signatures, serial number 0 and all; warnings are errors here."""
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----(.+?)-----END", BUNDLE.read_text(), re.DOTALL)
    roots = [Certificate(base64.b64decode(block)) for block in blocks]

    assert len(roots) > 100
    assert [root.label for root in roots if verify_self_signed(root) is not Signed.YES] == []
    assert all(
        is_self_signed(CertificateView.of(root)) and CertificateView.of(root).ca for root in roots
    )


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP521R1()),
        dsa.generate_private_key(1024),
        ed25519.Ed25519PrivateKey.generate(),
        ed448.Ed448PrivateKey.generate(),
    ],
    ids=lambda key: type(key).__name__,
)
def test_every_kind_of_key(key):
    assert verify_self_signed(make("a", key, "a", key)) is Signed.YES


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_rsa_pss(rsa_key, digest):
    scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)

    certificate = make("a", rsa_key, "a", rsa_key, digest=digest, rsa_padding=scheme)

    assert verify_self_signed(certificate) is Signed.YES


def test_same_name_with_another_key_is_no_issuer(rsa_key):
    """Two certificates of the name r, with a key each; the first > c."""
    other = rsa.generate_private_key(65537, 2048)
    root, namesake = make("r", rsa_key, "r", rsa_key), make("r", other, "r", other)
    child = make("c", other, "r", rsa_key)

    assert verify_issuer(root, child) is Signed.YES
    assert verify_issuer(namesake, child) is Signed.NO
    assert verify_issuer(child, root) is Signed.NO
    assert link_issued(CertificateView.of(root), CertificateView.of(child))
    assert not link_issued(CertificateView.of(namesake), CertificateView.of(child))


def test_a_key_of_another_kind_did_not_sign(rsa_key):
    """An r with an RSA key > c; asked about an r with a P-256 key."""
    child = make("c", rsa_key, "r", rsa_key)
    curve = make("r", ec.generate_private_key(ec.SECP256R1()), "r", rsa_key)

    assert verify_signature(child, curve.fields.public_key.der) is Signed.NO


@pytest.mark.parametrize("key", [b"", b"\x30\x00", b"\xff" * 40])
def test_an_unloadable_key_is_unchecked(rsa_key, key):
    assert verify_signature(make("c", rsa_key, "r", rsa_key), key) is Signed.UNCHECKED


def test_an_unknown_algorithm_is_unchecked(rsa_key):
    """sha256WithRSAEncryption (...1.1.11) renamed md2WithRSAEncryption (...1.1.2) in the DER."""
    certificate = make("a", rsa_key, "a", rsa_key)
    oid = bytes.fromhex("2a864886f70d01010b")
    aged = Certificate(certificate.der.replace(oid, oid[:-1] + b"\x02"))

    assert verify_self_signed(aged) is Signed.UNCHECKED
    assert is_self_signed(CertificateView.of(aged))


def test_a_tampered_certificate_is_not_signed(rsa_key):
    certificate = make("tampered", rsa_key, "issuer", rsa_key)
    changed = Certificate(certificate.der.replace(b"tampered", b"Tempered"))

    assert verify_signature(changed, certificate.fields.public_key.der) is Signed.NO


def test_what_is_no_certificate_is_unchecked(rsa_key):
    assert verify_self_signed(Certificate(b"\x30\x03\x02\x01\x00")) is Signed.UNCHECKED


@pytest.mark.parametrize(
    ("bits", "exponent_bits", "bounded"),
    [(2048, 17, True), (2048, 64, True), (2048, 65, False), (3072, 3071, False)],
)
def test_a_long_exponent_is_not_used(bits, exponent_bits, bounded):
    key = read_public_key(tlv.read(rsa_public_key(1 << bits - 1 | 1, 1 << exponent_bits - 1 | 1)))
    assert (key.bits, key.exponent_bits, key.is_bounded) == (bits, exponent_bits, bounded)


def test_a_long_modulus_is_not_used():
    assert read_public_key(tlv.read(rsa_public_key(1 << 16_383 | 1, 65537))).is_bounded
    assert not read_public_key(tlv.read(rsa_public_key(1 << 16_384 | 1, 65537))).is_bounded


def test_what_a_long_exponent_signed_is_left_open():
    """No verdict on a path whose key unpin does not use: a client may."""
    (twin,) = map(Certificate, long_exponents(1))
    assert verify_self_signed(twin) is Signed.UNCHECKED
    root = CertificateView.of(twin)
    server = server_under(root, "twin")
    for client in choose_clients("openssl,go,java,rustls,gnutls"):
        assert verdict_on(client, [root], [server], NOW).accepted is None


def test_verification_is_counted(monkeypatch):
    (root,) = map(Certificate, roots(1))
    monkeypatch.setattr(work, "_BASE", 100)
    monkeypatch.setattr(work, "_EACH_ENTRY", 0)
    with bounded_work(1) as allowance, pytest.raises(WorkLimitError):
        verify_self_signed(root)
    assert allowance.is_done
    assert verify_self_signed(root) is Signed.YES
