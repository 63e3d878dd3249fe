"""Draw small PKIs for tests: names like Azure's, keys of our own.

Docstrings of tests draw chains so: `A > B` where A signs B, `[A]` where A is in the store.
"""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests import fixed_keys
from unpin.model.certificate import Certificate

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def usage(*, cert_sign):
    """The KeyUsage of a CA, or of a server."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=cert_sign,
        crl_sign=cert_sign,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """A name and a key that can sign; `certificate` is its own certificate."""

    def __init__(
        self,
        name,
        issuer=None,
        *,
        ca=True,
        begins=datetime(2020, 1, 1, tzinfo=UTC),
        ends=NOW + timedelta(days=3650),
        key=None,
        extensions=(),
    ):
        if "=" in name:
            self.name = x509.Name.from_rfc4514_string(name)
        else:
            self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = key or fixed_keys.private_key(name, depth=2)
        signer = issuer or self
        public = self.key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(public)
            .serial_number(fixed_keys.number(f"serial of {name}", 152, depth=2))
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
                critical=False,
            )
        )
        if not any(isinstance(extension, x509.KeyUsage) for extension in extensions):
            builder = builder.add_extension(usage(cert_sign=ca), critical=True)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        signed = fixed_keys.signed(builder, signer.key, hashes.SHA256())
        der = signed.public_bytes(Encoding.DER)
        self.certificate = Certificate(der)


def pem(*certificates):
    """A bundle of the certificates, in order."""
    import base64

    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n"
        + base64.encodebytes(certificate.der)
        + b"-----END CERTIFICATE-----\n"
        for certificate in certificates
    )
