"""Encrypt and decrypt with the ciphers of PKCS12 files, and name the unsupported algorithms."""

from typing import TYPE_CHECKING, Final, cast

from unpin.asn1 import object_identifiers as oids

if TYPE_CHECKING:
    from Cryptodome.Cipher._mode_cbc import CbcMode
    from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm

BLOCK_SIZES: Final = {"AES": 16, "Camellia": 16, "3DES": 8, "DES": 8, "CAST5": 8, "RC2": 8}
"""The block size of each cipher of `decrypt` and `encrypt`, and so the size of its IV, in bytes."""

CBC: Final = {
    oids.AES128_CBC: ("AES", 16),
    oids.AES192_CBC: ("AES", 24),
    oids.AES256_CBC: ("AES", 32),
    oids.CAMELLIA128_CBC: ("Camellia", 16),
    oids.CAMELLIA192_CBC: ("Camellia", 24),
    oids.CAMELLIA256_CBC: ("Camellia", 32),
    oids.DES_EDE3_CBC: ("3DES", 24),
    oids.DES_CBC: ("DES", 8),
    oids.CAST5_CBC: ("CAST5", 16),
}
"""PBES2's ciphers in CBC mode, and their key size in bytes. RC2 is missing: it has parameters."""

_UNSUPPORTED: Final = {
    oids.PBE_WITH_MD2_AND_DES_CBC: "PBE MD2 DES",
    oids.PBE_WITH_MD2_AND_RC2_CBC: "PBE MD2 RC2-64",
    oids.RC4: "RC4",
    oids.GOST_28147_89: "GOST 28147-89",
    oids.GOST_R3412_2015_MAGMA_CTR_ACPKM: "GOST Magma",
    oids.GOST_R3412_2015_KUZNYECHIK_CTR_ACPKM: "GOST Kuznyechik",
    oids.GOST_R3411_94: "GOST R 34.11-94",
    oids.GOST_R3411_2012_256: "GOST R 34.11-2012, 256 bits",
    oids.GOST_R3411_2012_512: "GOST R 34.11-2012, 512 bits",
    oids.HMAC_GOST_R3411_94: "HMAC GOST R 34.11-94",
    oids.HMAC_GOST_R3411_2012_256: "HMAC GOST R 34.11-2012, 256 bits",
    oids.HMAC_GOST_R3411_2012_512: "HMAC GOST R 34.11-2012, 512 bits",
    oids.SM4_CBC: "SM4-CBC",
    oids.SM3: "SM3",
    oids.SEED_CBC: "SEED-CBC",
    oids.ARIA128_CBC: "ARIA-128-CBC",
    oids.ARIA192_CBC: "ARIA-192-CBC",
    oids.ARIA256_CBC: "ARIA-256-CBC",
    oids.IDEA_CBC: "IDEA-CBC",
    oids.BLOWFISH_CBC: "Blowfish-CBC",
    oids.SCRYPT: "scrypt",
    oids.DES_ECB: "DES-ECB",
    oids.DES_OFB: "DES-OFB",
    oids.DES_CFB: "DES-CFB",
    oids.DES_EDE: "DES-EDE",
    **{
        f"{oids.AES_ARC}.{arc + mode}": f"AES-{bits}-{name}"
        for arc, bits in ((0, 128), (20, 192), (40, 256))
        for mode, name in ((1, "ECB"), (3, "OFB"), (4, "CFB"), (6, "GCM"), (7, "CCM"))
    },
}


class DecryptionError(ValueError):
    """The ciphertext does not decrypt: most likely the password is wrong."""


def called(oid: str) -> str:
    """The name and the OID of an unsupported algorithm; only the OID if its name is not known."""
    name = _UNSUPPORTED.get(oid)
    return oid if name is None else f"{name} ({oid})"


def usable(cipher: str) -> bool:
    """Whether cryptography's OpenSSL has `cipher`; some builds have no Camellia."""
    if cipher != "Camellia":
        return True
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        _by_cryptography(cipher, bytes(16), bytes(16), bytes(16), seal=False)
    except UnsupportedAlgorithm:
        return False
    return True


def decrypt(cipher: str, key: bytes, iv: bytes, data: bytes, effective_bits: int = 0) -> bytes:
    """Decrypt in CBC mode and remove the PKCS7 padding. Raises DecryptionError.

    `effective_bits` is the effective key length of RC2 (RFC 2268); other ciphers ignore it.
    """
    size = BLOCK_SIZES[cipher]
    if not data or len(data) % size:
        raise DecryptionError(f"ciphertext of {len(data)} bytes is not a whole number of blocks")
    plain = _run(cipher, key, iv, data, effective_bits, seal=False)
    count = plain[-1]
    if not 1 <= count <= size or plain[-count:] != bytes((count,)) * count:
        raise DecryptionError("the padding is wrong")
    return plain[:-count]


def encrypt(cipher: str, key: bytes, iv: bytes, data: bytes, effective_bits: int = 0) -> bytes:
    """Add PKCS7 padding and encrypt in CBC mode; `decrypt` is the inverse."""
    size = BLOCK_SIZES[cipher]
    count = size - len(data) % size
    return _run(cipher, key, iv, data + bytes((count,)) * count, effective_bits, seal=True)


def rc4(key: bytes, data: bytes) -> bytes:
    """Decrypt or encrypt with RC4. RC4 has no padding, so a wrong key gives no error."""
    from Cryptodome.Cipher import ARC4

    return bytes(ARC4.new(key).decrypt(data))


def _run(
    cipher: str, key: bytes, iv: bytes, data: bytes, effective_bits: int, *, seal: bool
) -> bytes:
    if cipher not in ("RC2", "CAST5", "DES"):
        return _by_cryptography(cipher, key, iv, data, seal=seal)
    made = _by_cryptodome(cipher, key, iv, effective_bits)
    return made.encrypt(data) if seal else made.decrypt(data)


def _by_cryptodome(cipher: str, key: bytes, iv: bytes, effective_bits: int) -> "CbcMode":
    from Cryptodome.Cipher import ARC2, CAST, DES

    match cipher:
        case "RC2":
            # NOTE: cryptography's RC2 has no effective key of 40 bits, which JDKs before 2021
            # wrote. Cryptodome's type stub lacks effective_keylen.
            options = {"effective_keylen": effective_bits}
            made = ARC2.new(key, ARC2.MODE_CBC, iv, **options)  # type: ignore[arg-type]  # noqa: S304
        case "CAST5":
            made = CAST.new(key, CAST.MODE_CBC, iv)
        case _:
            made = DES.new(key, DES.MODE_CBC, iv)  # noqa: S304
    return cast("CbcMode", made)


def _by_cryptography(cipher: str, key: bytes, iv: bytes, data: bytes, *, seal: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    made = Cipher(_algorithm(cipher, key), modes.CBC(iv))
    context = made.encryptor() if seal else made.decryptor()
    return context.update(data) + context.finalize()


def _algorithm(cipher: str, key: bytes) -> "BlockCipherAlgorithm":
    from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
    from cryptography.hazmat.primitives.ciphers import algorithms

    match cipher:
        case "AES":
            return algorithms.AES(key)
        case "3DES":
            return decrepit.TripleDES(key)
        case _:
            # NOTE: cryptography 46 has Camellia in `algorithms`; 49 has it only in `decrepit`.
            camellia = getattr(decrepit, "Camellia", None) or algorithms.Camellia
            return camellia(key)
