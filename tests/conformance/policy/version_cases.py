"""The cases of server certificates of versions 1 and 2, as `openssl x509 -req` makes them.

R > I > server.test      the server sends server.test, I; the store holds R, or what the case says
"""

from functools import cache

from tests.conformance.policy.cases import Case
from tests.conformance.policy.certs import CLIENT_AUTH, HOST, Key, excluded, issue, permitted

_EXPIRED = {"ends": -10}


@cache
def version_cases():
    return tuple(case for version in (1, 2) for case in _cases(version))


def _cases(version):
    def server(by=None, name=HOST, **fields):
        return issue(name, by, version=version, **fields)

    def case(name, store, *chain):
        return Case(f"version {version}: {name}", tuple(store), chain)

    root, of_this_version = issue("R"), issue("R", version=version)
    middle = issue("I", root)
    below, alone, late = server(middle), server(), server(**_EXPIRED)
    yield case("below an intermediate", [root], below, middle)
    yield case("below the root", [root], server(root))
    yield case("of an RSA key", [root], server(middle, key=Key("RSA", "rsa2048")), middle)
    yield case("intermediate pinned", [middle], below, middle)
    yield case("pinned", [below], below, middle)
    yield case("pinned, and the root", [below, root], below, middle)
    yield case("self-signed", [alone], alone)
    yield case("self-signed, not in the store", [root], alone)
    yield case("expired", [root], server(middle, **_EXPIRED), middle)
    yield case("self-signed, expired", [late], late)
    yield case("the root as well", [of_this_version], server(of_this_version))
    yield case("the root alone", [of_this_version], issue("L", of_this_version, ca=False))
    for what, fields in (
        ("excludes the name", {"constraints": excluded(HOST)}),
        ("permits another name", {"constraints": permitted("other.test")}),
        ("permits the name", {"constraints": permitted(HOST)}),
        ("is for clients", {"eku": (CLIENT_AUTH,)}),
        ("has path length 0", {"path_length": 0}),
    ):
        limited = issue("I", root, **fields)
        yield case(f"the intermediate {what}", [root], server(limited), limited)
