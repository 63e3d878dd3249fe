"""Certificates made for the tests of text stores, and the ways to write them."""

import datetime as dt
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests import fixed_keys

MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@fixed_keys.once
def key() -> ec.EllipticCurvePrivateKey:
    return fixed_keys.private_key("the only key")


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def der(common_name: str = "Root A") -> bytes:
    return _der(common_name)


@cache
def _der(common_name: str) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common_name))
        .issuer_name(name(common_name))
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(MOMENT)
        .not_valid_after(MOMENT + dt.timedelta(days=365))
    )
    return fixed_keys.signed(builder, key(), hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )


def loaded(common_name: str = "Root A") -> x509.Certificate:
    return x509.load_der_x509_certificate(der(common_name))


def pem(common_name: str = "Root A") -> bytes:
    return loaded(common_name).public_bytes(serialization.Encoding.PEM)


def private_key(encoding: serialization.Encoding = serialization.Encoding.PEM) -> bytes:
    return key().private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def revocation_list(encoding: serialization.Encoding = serialization.Encoding.PEM) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name("Root A"))
        .last_update(MOMENT)
        .next_update(MOMENT + dt.timedelta(days=7))
    )
    return fixed_keys.signed(builder, key(), hashes.SHA256()).public_bytes(encoding)


def request() -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(name("Root A"))
    return fixed_keys.signed(builder, key(), hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )
