"""The first versions of Java that open a PKCS12 store, as its algorithms decide."""

from collections.abc import Iterator, Sequence
from typing import Final

from unpin.stores.crypto.encryption_schemes import EncryptionScheme, Pbes2Scheme
from unpin.stores.pkcs12.mac import ClassicMac, MacData
from unpin.stores.pkcs12.pfx import Contents

_PBES2: Final = "8u301, 11"
"""JDK-8202837: older versions expect the parameters of PBES2 in an encoding of their own."""
_SHA_2: Final = "8u301, 11.0.12"
"""JDK-8267701: older versions lack the MACs over SHA-2.

Measured with 11.0.5, 11.0.10 and 11.0.13.
"""
_SHA_512_TRUNCATED: Final = "21"
"""Measured: 17 refuses PBES2 over HMAC-SHA-512/224 and HMAC-SHA-512/256, and 21 reads it."""
_ORDER: Final = ("", _PBES2, _SHA_2, _SHA_512_TRUNCATED)


def java_since(mac: MacData | None, contents: Sequence[Contents]) -> str:
    """The first versions that open the store with its password; "" if all do, or none does."""
    schemes = [item.scheme for item in contents if item.scheme is not None]
    if mac is not None and not mac.java_knows:
        return ""
    if not all(scheme.java_reads for scheme in schemes):
        return ""
    return max((_of_mac(mac), *map(_of_scheme, schemes)), key=_ORDER.index)


def newer_algorithms(mac: MacData | None, contents: Sequence[Contents]) -> Iterator[str]:
    """The names of the algorithms that older versions do not know, for people."""
    if mac is not None and _of_mac(mac):
        yield mac.name
    for item in contents:
        if item.scheme is not None and _of_scheme(item.scheme):
            yield item.scheme.label


def _of_mac(mac: MacData | None) -> str:
    return _SHA_2 if isinstance(mac, ClassicMac) and mac.hash_name not in {"md5", "sha1"} else ""


def _of_scheme(scheme: EncryptionScheme) -> str:
    if not isinstance(scheme, Pbes2Scheme) or scheme.wrapped:
        return ""
    if scheme.kdf.hash_name.startswith("sha512_"):
        return _SHA_512_TRUNCATED
    # NOTE: where the length of the key is missing, as OpenSSL writes it, JDK 11 before 11.0.12
    # takes HMAC-SHA-1 whatever the file says, and then says "keystore password was incorrect".
    alone = scheme.kdf.key_length is None and scheme.kdf.hash_name != "sha1"
    return _SHA_2 if alone else _PBES2
