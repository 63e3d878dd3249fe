"""The integrity value of a PKCS12 store: the MAC of RFC 7292 and PBMAC1 of RFC 9579."""

import hmac
import os
from typing import Final, TypeAlias

from unpin.asn1 import object_identifiers as oids
from unpin.asn1 import tlv
from unpin.asn1.algorithms import HASHES
from unpin.asn1.fields import algorithm_identifier, field_at, fields_of, octet_string, spliced
from unpin.model.values import frozen
from unpin.stores.crypto.algorithm_identifiers import ITERATIONS, SALT_SIZE
from unpin.stores.crypto.ciphers import called
from unpin.stores.crypto.key_derivation import (
    MAC_MATERIAL,
    Passphrase,
    Pbkdf2,
    UnsupportedAlgorithmError,
    Work,
    block_count,
    digest_size,
    hash_label,
    hmac_hash,
    iteration_count,
    parse_pbkdf2,
    pkcs12_key,
    supported,
)

_JDK8_ITERATIONS: Final = 100_000
"""The JDK's count for HmacPBESHA1 before 8u301, 11.0.12 and 17."""


@frozen
class ClassicMac:
    """MacData (RFC 7292 4): HMAC under a key from the KDF of appendix B."""

    hash_name: str
    salt: bytes
    iterations: int
    expected: bytes

    @property
    def name(self) -> str:
        return f"HmacPBE{hash_label(self.hash_name)}"

    @property
    def description(self) -> str:
        return f"{self.name}, {self.iterations} iterations"

    @property
    def java_knows(self) -> bool:
        return self.hash_name != "md5"

    @property
    def work(self) -> Work:
        return Work(self.iterations, 1)

    def verify(self, passphrase: Passphrase, data: bytes) -> bool:
        """Whether `data` has this MAC under `passphrase`, compared in constant time."""
        return hmac.compare_digest(self.compute(passphrase, data), self.expected)

    def compute(self, passphrase: Passphrase, data: bytes) -> bytes:
        """The MAC of `data` with this salt and count."""
        key = pkcs12_key(
            self.hash_name,
            passphrase.bmp,
            self.salt,
            self.iterations,
            MAC_MATERIAL,
            digest_size(self.hash_name),
        )
        return hmac.new(key, data, self.hash_name).digest()


@frozen
class Pbmac1:
    """PBMAC1 (RFC 8018 7.1) in a MacData (RFC 9579), whose own salt and count are unused."""

    kdf: Pbkdf2
    hash_name: str
    key_length: int
    expected: bytes

    @property
    def iterations(self) -> int:
        return self.kdf.iterations

    @property
    def name(self) -> str:
        return f"PBMAC1 Hmac{hash_label(self.hash_name)}"

    @property
    def description(self) -> str:
        return f"{self.name}, {self.iterations} iterations"

    @property
    def java_knows(self) -> bool:
        return False

    @property
    def work(self) -> Work:
        return Work(self.iterations, block_count(self.kdf.hash_name, self.key_length))

    def verify(self, passphrase: Passphrase, data: bytes) -> bool:
        """Whether `data` has this MAC under `passphrase`, compared in constant time."""
        return hmac.compare_digest(self.compute(passphrase, data), self.expected)

    def compute(self, passphrase: Passphrase, data: bytes) -> bytes:
        """The MAC of `data` with this salt and count."""
        key = self.kdf.derive(passphrase.utf8, self.key_length)
        return hmac.new(key, data, self.hash_name).digest()


MacData: TypeAlias = ClassicMac | Pbmac1
"""`java_knows` says whether the PKCS12KeyStore of JDK 25 supports the algorithm. If it does not, it
refuses the store once a password is given.
"""


def parse_mac(node: tlv.Node) -> MacData:
    """Read a MacData. Raises tlv.TlvError; UnsupportedAlgorithmError for an unknown digest."""
    fields = fields_of(node, "MacData", 2)
    digest_info = fields_of(fields[0], "DigestInfo", 2)
    algorithm = algorithm_identifier(digest_info[0], "MAC algorithm")
    expected = octet_string(digest_info[1], "MAC")
    oid = algorithm.oid
    if oid == oids.PBMAC1:
        parameters = algorithm.required("PBMAC1")
        kdf_node, scheme = fields_of(parameters, "PBMAC1-params", 2)[:2]
        kdf, hash_name = parse_pbkdf2(kdf_node), hmac_hash(scheme)
        if kdf.key_length is None:
            # NOTE: RFC 9579 section 5 requires keyLength: a guess would accept forgeries.
            raise tlv.TlvError("PBMAC1 without the length of its key")
        return Pbmac1(kdf, hash_name, kdf.key_length, expected)
    if oid not in HASHES:
        raise UnsupportedAlgorithmError(f"MAC algorithm {called(oid)}")
    iterations = iteration_count(fields[2]) if len(fields) > 2 else 1
    salt = octet_string(fields[1], "MAC salt")
    return ClassicMac(supported(HASHES[oid]), salt, iterations, expected)


def modern_mac(iterations: int = ITERATIONS) -> bytes:
    """A MacData for HmacPBESHA256 before its digest is computed (`sealed_mac`)."""
    return _mac(oids.SHA256, 32, iterations)


def jdk8_mac() -> bytes:
    """A MacData for HmacPBESHA1 before its digest is computed (`sealed_mac`)."""
    return _mac(oids.SHA1, 20, _JDK8_ITERATIONS)


def sealed_mac(mac: bytes, passphrase: Passphrase, data: bytes) -> bytes:
    """The MacData with a new salt of the same size, and the MAC of `data`.

    Raises tlv.TlvError, and UnsupportedAlgorithmError for a MAC that unpin does not support.
    """
    salt = (0, 0, 1, 0, 1, 0) if isinstance(parse_mac(tlv.read(mac)), Pbmac1) else (1,)
    size = len(octet_string(field_at(tlv.read(mac), salt), "MAC salt"))
    mac = spliced(tlv.read(mac), salt, _random(size))
    value = parse_mac(tlv.read(mac)).compute(passphrase, data)
    return spliced(tlv.read(mac), (0, 1), tlv.element(tlv.OCTET_STRING, value))


def _mac(digest: str, size: int, iterations: int) -> bytes:
    algorithm = tlv.element(tlv.SEQUENCE, tlv.encode_oid(digest), tlv.element(tlv.NULL))
    info = tlv.element(tlv.SEQUENCE, algorithm, tlv.element(tlv.OCTET_STRING, bytes(size)))
    return tlv.element(tlv.SEQUENCE, info, _random(SALT_SIZE), tlv.encode_integer(iterations))


def _random(size: int) -> bytes:
    return tlv.element(tlv.OCTET_STRING, os.urandom(size))
