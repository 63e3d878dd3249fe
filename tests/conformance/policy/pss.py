"""Sign with RSASSA-PSS whatever its parameters are (RFC 8017 9.1.1, RFC 4055 3.1), and name them."""

import hashlib
from dataclasses import dataclass

from tests.conformance.policy import der

RSASSA_PSS = der.oid("1.2.840.113549.1.1.10")
_MGF1 = der.oid("1.2.840.113549.1.1.8")
_NULL = b"\x05\x00"
_OIDS = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sha512_224": "2.16.840.1.101.3.4.2.5",
    "sha512_256": "2.16.840.1.101.3.4.2.6",
    "sha3_256": "2.16.840.1.101.3.4.2.8",
}


@dataclass(frozen=True)
class Pss:
    """The parameters of one signature; `mask` and `salt` follow the digest where they are None.

    `written` is "plain", or departs from how OpenSSL writes them: "no null" (no NULL beside the
    hash), "no null in mgf", "trailer" (trailerField written out), "defaults" (SHA-1, 20 octets and
    MGF1 with SHA-1 written out), "absent" (no parameters at all), "null" (NULL for parameters).
    """

    digest: str = "sha256"
    mask: str | None = None
    salt: int | None = None
    written: str = "plain"

    @property
    def mask_digest(self):
        return self.mask or self.digest

    @property
    def salt_length(self):
        return _size(self.digest) if self.salt is None else self.salt

    @property
    def parameters(self):
        """The DER of RSASSA-PSS-params; empty where none are written."""
        if self.written in ("absent", "null"):
            return b"" if self.written == "absent" else _NULL
        whole = self.written == "defaults"
        own = der.sequence(der.oid(_OIDS[self.digest]), b"" if self.written == "no null" else _NULL)
        mask = der.sequence(
            der.oid(_OIDS[self.mask_digest]),
            b"" if self.written in ("no null", "no null in mgf") else _NULL,
        )
        parts = []
        if whole or self.digest != "sha1":
            parts.append(der.tlv(0xA0, own))
        if whole or self.mask_digest != "sha1":
            parts.append(der.tlv(0xA1, der.sequence(_MGF1, mask)))
        if whole or self.salt_length != 20:
            parts.append(der.tlv(0xA2, der.integer(self.salt_length)))
        if self.written == "trailer":
            parts.append(der.tlv(0xA3, der.integer(1)))
        return der.sequence(*parts)

    @property
    def algorithm(self):
        return der.sequence(RSASSA_PSS, self.parameters)

    def sign(self, message, private):
        """The signature of an RSA key, with a salt that follows from the message."""
        n = private.public_key().public_numbers().n
        bits = n.bit_length() - 1
        length, size = (bits + 7) // 8, _size(self.digest)
        salt = hashlib.shake_128(message).digest(self.salt_length)
        hashed = _hash(self.digest, bytes(8) + _hash(self.digest, message) + salt)
        block = bytes(length - len(salt) - size - 2) + b"\x01" + salt
        mask = _mgf1(self.mask_digest, hashed, len(block))
        masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
        masked[0] &= 0xFF >> (8 * length - bits)
        encoded = bytes(masked) + hashed + b"\xbc"
        made = _power(int.from_bytes(encoded, "big"), private.private_numbers())
        return made.to_bytes((n.bit_length() + 7) // 8, "big")


def _power(number, key):
    """`number` to the private exponent, by its residues (RFC 8017 5.1.2, 2 b)."""
    above, below = pow(number, key.dmp1, key.p), pow(number, key.dmq1, key.q)
    return below + key.q * ((above - below) * key.iqmp % key.p)


def _hash(name, data):
    return hashlib.new(name, data).digest()


def _size(name):
    return hashlib.new(name).digest_size


def _mgf1(name, seed, length):
    out = b""
    for counter in range(length // _size(name) + 1):
        out += _hash(name, seed + counter.to_bytes(4, "big"))
    return out[:length]
