"""Make certificates field by field: whatever a CA should not issue, and a verifier must judge."""

import base64
import functools
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests import fixed_keys
from tests.conformance.policy import der
from tests.conformance.policy.pss import RSASSA_PSS, Pss

HOST = "server.test"
NOW = datetime.now(UTC).replace(microsecond=0)
PAST, FUTURE, LATER = -800, 30, 4000
"""Days from now: notBefore as usual, notBefore of what is not valid yet, notAfter as usual."""

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
NETSCAPE_SGC = "2.16.840.1.113730.4.1"
MICROSOFT_SGC = "1.3.6.1.4.1.311.10.3.3"
ANY_PURPOSE = "2.5.29.37.0"

DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_CERT_SIGN, CRL_SIGN = 0, 2, 5, 6

AUTO, ABSENT = "auto", "absent"

_CURVES = {
    "p192": ec.SECP192R1,
    "p224": ec.SECP224R1,
    "p256": ec.SECP256R1,
    "p384": ec.SECP384R1,
    "p521": ec.SECP521R1,
    "k256": ec.SECP256K1,
    "brainpool256": ec.BrainpoolP256R1,
}
_RSA_SIGNATURES = {
    "md5": "1.2.840.113549.1.1.4",
    "sha1": "1.2.840.113549.1.1.5",
    "sha224": "1.2.840.113549.1.1.14",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_ECDSA_SIGNATURES = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_DIGEST_INFO = {
    "md5": bytes.fromhex("3020300c06082a864886f70d020505000410"),
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha224": bytes.fromhex("302d300d06096086480165030402040500041c"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


@fixed_keys.once
def _generated(label, kind):
    """The key called `label`: always the same within one run, on P-256 in all runs."""
    if kind == "p256":
        return fixed_keys.private_key(label)
    if kind in _CURVES:
        return ec.generate_private_key(_CURVES[kind]())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "dsa":
        return dsa.generate_private_key(2048)
    return _rsa(int(kind[3:7]))


def _rsa(bits):
    """Cryptography generates no RSA key under 1024 bits; Cryptodome's primes make one."""
    if bits >= 1024:
        return rsa.generate_private_key(65537, bits)
    from Cryptodome.Util.number import getPrime

    while True:
        p, q = getPrime(bits - bits // 2), getPrime(bits // 2)
        if (p * q).bit_length() == bits and p != q and (p - 1) % 65537 and (q - 1) % 65537:
            return _SmallRsa(p * q, pow(65537, -1, (p - 1) * (q - 1)))


@dataclass(frozen=True)
class _SmallRsa:
    n: int
    d: int


@dataclass(frozen=True)
class Key:
    """A key by its label and kind: a curve, "ed25519", "dsa", or "rsa" with its bits.

    "pss2048" is an RSA key for RSASSA-PSS alone, `only` the parameters that it names (RFC 4055
    1.2): None for any.
    """

    label: str
    kind: str = "p256"
    only: Pss | None = None

    @property
    def private(self):
        return _generated(self.label, self.kind)

    @functools.cached_property
    def spki(self):
        private = self.private
        if isinstance(private, _SmallRsa):
            key = der.sequence(der.integer(private.n), der.integer(65537))
            algorithm = der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
            return der.sequence(algorithm, der.bits(key))
        if self.kind.startswith("pss"):
            public = private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
            return der.sequence(self._pss_algorithm, der.bits(public))
        return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def _pss_algorithm(self):
        return self.only.algorithm if self.only else der.sequence(RSASSA_PSS)

    @functools.cached_property
    def id(self):
        return hashlib.sha1(self.spki).digest()

    @functools.cached_property
    def pem(self):
        if self.kind.startswith("pss"):
            pkcs1 = self.private.private_bytes(
                Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
            )
            made = der.sequence(der.integer(0), self._pss_algorithm, der.octets(pkcs1))
            text = base64.encodebytes(made).decode()
            return f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n"
        return self.private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()

    @property
    def usual_digest(self):
        return self.only or Pss() if self.kind.startswith("pss") else "sha256"

    def sign(self, tbs, digest):
        """The signature over what `tbs(algorithm)` builds, with its AlgorithmIdentifier."""
        private = self.private
        if isinstance(digest, Pss):
            return digest.algorithm, digest.sign(tbs(digest.algorithm), private)
        if digest == "pss":
            return self.sign(tbs, Pss())
        if self.kind in _CURVES:
            algorithm = der.sequence(der.oid(_ECDSA_SIGNATURES[digest]))
            return algorithm, private.sign(
                tbs(algorithm), ec.ECDSA(getattr(hashes, digest.upper())())
            )
        if self.kind == "ed25519":
            algorithm = der.sequence(der.oid("1.3.101.112"))
            return algorithm, private.sign(tbs(algorithm))
        if self.kind == "dsa":
            algorithm = der.sequence(der.oid("2.16.840.1.101.3.4.3.2"))
            return algorithm, private.sign(tbs(algorithm), hashes.SHA256())
        algorithm = der.sequence(der.oid(_RSA_SIGNATURES[digest]), b"\x05\x00")
        info = _DIGEST_INFO[digest] + hashlib.new(digest, tbs(algorithm)).digest()
        if isinstance(private, _SmallRsa):
            n, d = private.n, private.d
        else:
            numbers = private.private_numbers()
            n, d = numbers.public_numbers.n, numbers.d
        size = (n.bit_length() + 7) // 8
        padded = b"\x00\x01" + b"\xff" * (size - 3 - len(info)) + b"\x00" + info
        return algorithm, pow(int.from_bytes(padded, "big"), d, n).to_bytes(size, "big")


@dataclass(frozen=True)
class Made:
    """A certificate that was made: who it names, whose key it certifies, and its DER."""

    name: str
    key: Key
    der: bytes
    serial: int
    issuer: str
    key_id: bytes | None


def issue(
    name,
    by=None,
    *,
    key=None,
    version=3,
    begins=PAST,
    ends=LATER,
    serial=None,
    ca=True,
    path_length=None,
    usage=AUTO,
    eku=ABSENT,
    eku_critical=False,
    key_id=AUTO,
    authority=AUTO,
    names=(HOST,),
    constraints=None,
    constraints_critical=True,
    more=(),
    digest=None,
    issuer_name=None,
    name_tag=0x0C,
    issuer_tag=0x0C,
    validity=None,
    tail=b"",
):
    """Issue a certificate for `name`, signed by the Made `by` (by itself where None).

    `ca` is True, False or ABSENT (no BasicConstraints); `usage` a tuple of bit numbers, AUTO or
    ABSENT; `eku` a tuple of OIDs or ABSENT; `key_id` and `authority` AUTO, ABSENT or bytes,
    `authority` also ("serial", issuer's issuer, serial) with or without a key id before it.
    `names` are the DNS names of a certificate with ca not True. `constraints` is the DER of
    NameConstraints, `more` triples of OID, criticality and value. Version 1 has no extensions.
    """
    key = key or Key(name)
    signer = by.key if by else key
    issuer = issuer_name or (by.name if by else name)
    serial = serial if serial is not None else _serial(name, issuer, key, begins, ends)
    own_id = key.id if key_id is AUTO else None if key_id is ABSENT else key_id
    basic = None if ca is ABSENT else _basic(ca, path_length)
    if usage is AUTO:
        usage = (KEY_CERT_SIGN, CRL_SIGN) if ca is True else (DIGITAL_SIGNATURE,)
    if authority is AUTO:
        authority = (by.key_id if by else None) or ABSENT
    alternative = der.sequence(*(_general(one) for one in names)) if names else None
    wanted = (
        ("2.5.29.19", True, basic),
        ("2.5.29.15", True, None if usage is ABSENT else _usage(usage)),
        ("2.5.29.37", eku_critical, None if eku is ABSENT else _oids(eku)),
        ("2.5.29.14", False, own_id and der.octets(own_id)),
        ("2.5.29.35", False, None if authority is ABSENT else _authority(authority)),
        ("2.5.29.17", False, None if ca is True else alternative),
        ("2.5.29.30", constraints_critical, constraints),
        *more,
    )
    parts = [_extension(*one) for one in wanted if one[2] is not None]
    span = validity or der.sequence(_time(begins), _time(ends))
    subject = der.common_name(name, name_tag)
    extensions = der.tlv(0xA3, der.sequence(*parts)) if version == 3 and parts else b""
    marker = der.tlv(0xA0, der.integer(version - 1)) if version > 1 else b""

    def tbs(algorithm):
        return der.sequence(
            marker,
            der.integer(serial),
            algorithm,
            der.common_name(issuer, issuer_tag),
            span,
            subject,
            key.spki,
            extensions,
        )

    algorithm, signature = signer.sign(tbs, digest or signer.usual_digest)
    made = der.sequence(tbs(algorithm), algorithm, der.bits(signature)) + tail
    return Made(name, key, made, serial, issuer, None if version < 3 else own_id)


def _extension(oid, critical, value):
    flag = der.boolean(True) if critical else b""
    return der.sequence(der.oid(oid), flag, der.octets(value))


def _basic(ca, path_length):
    length = b"" if path_length is None else der.integer(path_length)
    return der.sequence(der.boolean(True) if ca else b"", length)


def _usage(bits):
    mask = sum(0x80 >> bit for bit in bits)
    return der.bits(bytes([mask]), 7 - max(bits)) if bits else der.bits(b"")


def _oids(dotted):
    return der.sequence(*(der.oid(one) for one in dotted))


def permitted(*names):
    return der.sequence(der.tlv(0xA0, *(der.sequence(_general(one)) for one in names)))


def excluded(*names):
    return der.sequence(der.tlv(0xA1, *(der.sequence(_general(one)) for one in names)))


def _general(name):
    """A GeneralName: a str is a DNS name, bytes an IP address, a tuple (tag, content)."""
    if isinstance(name, str):
        return der.tlv(0x82, name.encode())
    if isinstance(name, bytes):
        return der.tlv(0x87, name)
    return der.tlv(name[0], name[1])


def directory(text):
    """A GeneralName of a directory name with one CN."""
    return (0xA4, der.common_name(text))


def _authority(value):
    key_id = b""
    if isinstance(value, bytes):
        return der.sequence(der.tlv(0x80, value))
    if isinstance(value[0], bytes):
        key_id, value = der.tlv(0x80, value[0]), value[1:]
    _, name, serial = value
    names = der.tlv(0xA1, der.tlv(0xA4, der.common_name(name)))
    return der.sequence(key_id, names, der.tlv(0x82, der.integer(serial)[2:]))


def _time(days):
    moment = NOW + timedelta(days=days)
    return der.utc_time(moment) if moment.year < 2050 else der.generalized_time(moment)


def _serial(*parts):
    text = "|".join(repr(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1 | 1
