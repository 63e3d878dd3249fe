"""Keys, serial numbers and salts for tests: the same ones in every run.

Random keys would make certificates of other bytes and lengths in each run, and with them other
mutants, other orders and other examples. A key here follows from its name, the module that asks,
how often that module asked for the name before, and the scope: the test, the fixture, or the cached
function that is running. So neither the tests beside it nor the order of tests changes it.
"""

import sys
from collections import Counter
from contextlib import contextmanager
from functools import cache, wraps
from hashlib import sha256
from random import Random
from typing import ClassVar
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec

_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class _Scope:
    name: ClassVar[str] = ""
    asked: ClassVar[Counter[tuple[str, str, int]]] = Counter()


@contextmanager
def scope(name):
    """Draw inside as if nothing had been drawn before."""
    before = _Scope.name, _Scope.asked
    _Scope.name, _Scope.asked = name, Counter()
    try:
        yield
    finally:
        _Scope.name, _Scope.asked = before


def once(function):
    """Cache a function of no or of hashable arguments that draws keys, in a scope of its own."""

    @cache
    @wraps(function)
    def cached(*arguments):
        with scope(f"{function.__module__}.{function.__qualname__}{arguments}"):
            return function(*arguments)

    return cached


def number(name, bits, *, depth=1):
    """Draw a number of at most `bits` bits (256 at the most), above 0, for the calling module."""
    asked = sys._getframe(depth).f_globals["__name__"], name, bits
    _Scope.asked[asked] += 1
    drawn = sha256(repr((_Scope.name, asked, _Scope.asked[asked])).encode()).digest()
    return (int.from_bytes(drawn) >> (256 - bits)) or 1


def private_key(name, *, depth=1):
    """Draw a P-256 key for the calling module, or for that of a caller `depth` frames above."""
    drawn = number(f"key of {name}", 256, depth=depth + 1)
    return ec.derive_private_key(drawn % (_ORDER_OF_P256 - 1) + 1, ec.SECP256R1())


def salts(seed):
    """Draw every salt, nonce and IV inside from `seed`."""
    return mock.patch("os.urandom", Random(seed).randbytes)


def signed(builder, key, digest, **options):
    """Sign with RFC 6979's nonce where the key is elliptic: the same signature in every run."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        options["ecdsa_deterministic"] = True
    return builder.sign(key, digest, **options)
