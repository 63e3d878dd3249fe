"""The cases of RSASSA-PSS: hash, mask and salt of each signature, how they are written, the keys."""

from functools import cache
from itertools import product

from tests.conformance.policy.cases import Case
from tests.conformance.policy.certs import Key, issue
from tests.conformance.policy.pss import Pss

_HASHES = ("sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256", "sha3_256")
_RSA = {name: Key(f"pss {name}", "rsa2048") for name in "RIL"}


def variants():
    """(name, Pss) of every signature that is tried."""
    yield "md5", Pss("md5")
    for name in _HASHES:
        yield name, Pss(name)
        if name != "sha1":
            yield f"{name}, salt 20", Pss(name, salt=20)
            yield f"{name}, mask sha1", Pss(name, "sha1")
            yield f"{name}, mask sha1, salt 20", Pss(name, "sha1", 20)
    yield "sha1, mask sha256", Pss("sha1", "sha256")
    yield "sha256, mask sha384", Pss("sha256", "sha384")
    yield "sha384, mask sha256", Pss("sha384", "sha256")
    for salt in (0, 31, 33, 48, 64, 222):
        yield f"sha256, salt {salt}", Pss(salt=salt)
    for written in ("no null", "no null in mgf", "trailer"):
        yield f"sha256, {written}", Pss(written=written)
    for written in ("defaults", "absent", "null"):
        yield f"sha1, {written}", Pss("sha1", written=written)


@cache
def pss_cases():
    """R > I > L, of which one is signed in the odd way, or has a key for RSASSA-PSS alone."""
    cases = []
    r, i = issue("R", key=_RSA["R"]), issue("I", issue("R", key=_RSA["R"]), key=_RSA["I"])
    leaf = issue("L", i, ca=False)
    for name, pss in variants():
        odd_leaf = issue("L", i, ca=False, digest=pss)
        odd_i = issue("I", r, key=_RSA["I"], digest=pss)
        odd_r = issue("R", key=_RSA["R"], digest=pss)
        cases += [
            Case(f"server: {name}", (r,), (odd_leaf, i)),
            Case(f"intermediate: {name}", (r,), (leaf, odd_i)),
            Case(f"root: {name}", (odd_r,), (leaf, i)),
            Case(f"pinned: {name}", (odd_i,), (leaf, i)),
        ]
    kinds = [
        ("any", None),
        ("sha1", Pss("sha1")),
        ("sha256", Pss()),
        ("sha256 from salt 20", Pss(salt=20)),
        ("sha384", Pss("sha384")),
    ]
    for (name, only), at in product(kinds, "RIL"):
        key = Key(f"pss {at}", "pss2048", only)
        keys = {**_RSA, "L": None, at: key}
        r = issue("R", key=keys["R"])
        i = issue("I", r, key=keys["I"])
        one = issue("L", i, ca=False, key=keys["L"])
        cases.append(Case(f"key for PSS, {name}: {at}", (r,), (one, i)))
        if at == "I":
            cases.append(Case(f"key for PSS, {name}: {at} pinned", (i,), (one, i)))
    for name, signed in (("sha384", Pss("sha384")), ("sha256 salt 20", Pss(salt=20))):
        key = Key("pss R", "pss2048", Pss())
        r = issue("R", key=key)
        i = issue("I", r, digest=signed)
        cases.append(
            Case(f"key for PSS, sha256: R signs {name}", (r,), (issue("L", i, ca=False), i))
        )
    r = issue("R", key=Key("pss R", "pss2048"))
    i = issue("I", r, digest="sha256")
    cases.append(Case("key for PSS, any: R signs PKCS #1", (r,), (issue("L", i, ca=False), i)))
    return cases
