"""Draw the seventeen certificates of the laboratory: Azure's names, keys of our own.

R_old > I_cur > leaf_old               R_new (self-signed) > I_new > leaf_new
R_old > R_new_x (R_new's name and key)  R_ms2017 > I_cur_ms (I_cur's name and key)
R_old > I_cur04, R_ms2017_x             R_legacy: nothing    R_old_fake: R_old's name alone
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests import fixed_keys
from tests.pki import usage

EXPIRED_FOR = timedelta(days=20)


@dataclass(frozen=True)
class Spec:
    """One certificate: whose name and key it has, and whose signed it."""

    subject: str
    issuer: str
    key: str
    signer: str
    kind: str
    expired: bool = False


def _spec(subject, issuer, kind, *, key=None, signer=None, expired=False):
    return Spec(subject, issuer, key or subject, signer or issuer, kind, expired)


SPECS = {
    "R_old": _spec("R_old", "R_old", "root"),
    "R_old_expired": _spec("R_old", "R_old", "root", expired=True),
    "R_old_fake": _spec("R_old", "R_old", "root", key="fake", signer="fake"),
    "R_legacy": _spec("R_legacy", "R_legacy", "root"),
    "R_ms2017": _spec("R_ms2017", "R_ms2017", "root"),
    "R_ms2017_x": _spec("R_ms2017", "R_old", "bridge"),
    "R_new": _spec("R_new", "R_new", "root"),
    "R_new_x": _spec("R_new", "R_old", "bridge"),
    "R_new_x_expired": _spec("R_new", "R_old", "bridge", expired=True),
    "I_cur": _spec("I_cur", "R_old", "issuing"),
    "I_cur_ms": _spec("I_cur", "R_ms2017", "issuing"),
    "I_cur_expired": _spec("I_cur", "R_old", "issuing", expired=True),
    "I_cur04": _spec("I_cur04", "R_old", "issuing"),
    "I_new": _spec("I_new", "R_new", "issuing"),
    "leaf_old": _spec("server", "I_cur", "server", key="leaf_old"),
    "leaf_old_expired": _spec("server", "I_cur", "server", key="leaf_old", expired=True),
    "leaf_new": _spec("server", "I_new", "server", key="leaf_new"),
}

DIGICERT = {"O": "DigiCert Inc", "OU": "www.digicert.com"}
MICROSOFT = {"O": "Microsoft Corporation"}
NAMES = {
    "R_old": DIGICERT | {"CN": "DigiCert Global Root G2"},
    "R_legacy": DIGICERT | {"CN": "DigiCert Global Root CA"},
    "R_ms2017": MICROSOFT | {"CN": "Microsoft RSA Root Certificate Authority 2017"},
    "R_new": MICROSOFT | {"CN": "Microsoft TLS RSA Root G2"},
    "I_cur": MICROSOFT | {"CN": "Microsoft Azure RSA TLS Issuing CA 03"},
    "I_cur04": MICROSOFT | {"CN": "Microsoft Azure RSA TLS Issuing CA 04"},
    "I_new": MICROSOFT | {"CN": "Microsoft TLS G2 RSA CA OCSP 02"},
    "server": MICROSOFT | {"CN": "localhost"},
}
_ATTRIBUTES = {
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": NameOID.COMMON_NAME,
}


@dataclass(frozen=True)
class Drawn:
    """The certificates' DER by the names of SPECS, and the private keys as PEM by key name."""

    der: dict[str, bytes]
    keys: dict[str, bytes]


def draw(now: datetime | None = None) -> Drawn:
    """Draw every certificate of SPECS. The expired ones ended EXPIRED_FOR before `now`."""
    now = now or datetime.now(UTC)
    with fixed_keys.scope("laboratory"):
        keys = {name: fixed_keys.private_key(name) for name in _key_names()}
        der = {name: _certificate(spec, keys, now) for name, spec in SPECS.items()}
    private = {
        name: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for name, key in keys.items()
    }
    return Drawn(der, private)


def _key_names():
    return sorted({spec.key for spec in SPECS.values()})


def _name(name):
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "US")]
    parts += [x509.NameAttribute(_ATTRIBUTES[kind], text) for kind, text in NAMES[name].items()]
    return x509.Name(parts)


def _certificate(spec, keys, now):
    public, signer = keys[spec.key].public_key(), keys[spec.signer]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(spec.subject))
        .issuer_name(_name(spec.issuer))
        .public_key(public)
        .serial_number(fixed_keys.number(f"serial of {spec.subject}", 152))
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(now - EXPIRED_FOR if spec.expired else now + timedelta(days=3650))
    )
    for extension, critical in _extensions(spec, public, signer):
        builder = builder.add_extension(extension, critical=critical)
    return fixed_keys.signed(builder, signer, hashes.SHA256()).public_bytes(Encoding.DER)


def _extensions(spec, public, signer):
    """As the real ones have them: no authority key id in a root, path length 0 in issuing CAs."""
    yield x509.SubjectKeyIdentifier.from_public_key(public), False
    if spec.kind != "root":
        yield x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        policy = x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.2"), None)
        yield x509.CertificatePolicies([policy]), False
        yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False
    if spec.kind == "server":
        yield x509.BasicConstraints(ca=False, path_length=None), True
        host = x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))
        yield x509.SubjectAlternativeName(host), False
    else:
        length = 0 if spec.kind == "issuing" else None
        yield x509.BasicConstraints(ca=True, path_length=length), True
    yield usage(cert_sign=spec.kind != "server"), True
