"""Certificates that strict verification refuses: one departure each, and several at random.

R > I > L        the server sends L, I; the store holds R, I, or L
"""

from datetime import timedelta
from random import Random

from tests.conformance.policy import der
from tests.conformance.policy.cases import Case
from tests.conformance.policy.certs import (
    ABSENT,
    DIGITAL_SIGNATURE,
    HOST,
    KEY_CERT_SIGN,
    LATER,
    NOW,
    PAST,
    Key,
    Made,
    issue,
)

_KEY_ID = der.octets(b"\x01" * 20)
BASIC = "2.5.29.19"
LAX_BASIC = ((BASIC, False, der.sequence(der.boolean(True))),)
LAX_PATH_LENGTH = ((BASIC, False, der.sequence(der.boolean(True), der.integer(3))),)
NO_NAMES = (("2.5.29.17", False, der.sequence()),)
CRITICAL_KEY_ID = (("2.5.29.14", True, _KEY_ID),)
CRITICAL_AUTHORITY = (("2.5.29.35", True, der.sequence(der.tlv(0x80, b"\x01" * 20))),)

CA_DEPARTURES = {
    "as it should be": {},
    "BasicConstraints not critical": {"ca": ABSENT, "names": (), "usage": (5, 6), "more": LAX_BASIC},
    "BasicConstraints not critical, with a path length": {
        "ca": ABSENT, "names": (), "usage": (5, 6), "more": LAX_PATH_LENGTH,
    },
    "no BasicConstraints": {"ca": ABSENT, "names": (), "usage": (KEY_CERT_SIGN,)},
    "CA:FALSE": {"ca": False, "names": (), "usage": ABSENT},
    "no keyUsage": {"usage": ABSENT},
    "no keyUsage, with a path length": {"usage": ABSENT, "path_length": 2},
    "no subjectKeyIdentifier": {"key_id": ABSENT},
    "no authorityKeyIdentifier": {"authority": ABSENT},
    "authorityKeyIdentifier without keyIdentifier": {"authority": ("serial", "R", 1)},
    "a critical subjectKeyIdentifier": {"key_id": ABSENT, "more": CRITICAL_KEY_ID},
    "a critical authorityKeyIdentifier": {"authority": ABSENT, "more": CRITICAL_AUTHORITY},
    "a subjectAltName without names": {"more": NO_NAMES},
    "version 1": {"version": 1},
}  # fmt: skip
SERVER_DEPARTURES = {
    "as it should be": {},
    "no authorityKeyIdentifier": {"authority": ABSENT},
    "no subjectKeyIdentifier": {"key_id": ABSENT},
    "a path length": {"path_length": 0},
    "keyCertSign": {"usage": (DIGITAL_SIGNATURE, KEY_CERT_SIGN)},
    "keyCertSign, no BasicConstraints": {
        "ca": ABSENT, "usage": (DIGITAL_SIGNATURE, KEY_CERT_SIGN), "names": (HOST,),
    },
    "no BasicConstraints": {"ca": ABSENT, "names": (HOST,)},
    "a CA": {"ca": True, "usage": (DIGITAL_SIGNATURE, KEY_CERT_SIGN)},
    "a CA without keyUsage": {"ca": True, "usage": ABSENT},
    "a subjectAltName without names": {"names": (), "more": NO_NAMES},
}  # fmt: skip


def _named(ca, fields):
    """The authorityKeyIdentifier of what `ca` signs, also where it does not bear its own."""
    return {"authority": ca.key.id} if fields == CA_DEPARTURES["no subjectKeyIdentifier"] else {}


def _case(name, root, middle, leaf, held):
    r = issue("R", **root)
    i = issue("I", r, **{**_named(r, root), **middle})
    one = issue("L", i, **{**_named(i, middle), "ca": False, **leaf})
    return Case(name, tuple({"R": r, "I": i, "L": one}[which] for which in held), (one, i))


def _built(name, signer=None, *, subject=None, issuer=None, version=3, two=False, critical=False):
    """A root, or a server's certificate under `signer`, as `issue` makes none."""
    key = Key(name)
    by = signer.key if signer else key
    subject = der.common_name(name) if subject is None else subject
    issuer = (der.common_name(signer.name) if signer else subject) if issuer is None else issuer
    wanted = (
        ((BASIC, True, der.sequence(der.boolean(True))), ("2.5.29.15", True, der.bits(b"\x06", 1)))
        if signer is None
        else (("2.5.29.17", critical, der.sequence(der.tlv(0x82, HOST.encode()))),)
    )
    key_id = (
        ("2.5.29.14", False, der.octets(key.id))
        if signer is None
        else ("2.5.29.35", False, der.sequence(der.tlv(0x80, by.id)))
    )
    parts = [
        der.sequence(der.oid(oid), der.boolean(True) if flag else b"", der.octets(value))
        for oid, flag, value in (*wanted, key_id)
    ]
    marker = der.tlv(0xA0, der.integer(version - 1)) if version > 1 else b""
    span = der.sequence(*(der.utc_time(NOW + timedelta(days=days)) for days in (PAST, LATER)))
    extensions = der.tlv(0xA3, der.sequence(*parts))

    def tbs(algorithm):
        return der.sequence(
            marker, der.integer(7), algorithm, issuer, span, subject, key.spki, extensions
        )

    algorithm, signature = by.sign(tbs, "sha256")
    outside = der.sequence(der.oid("1.2.840.10045.4.3.3")) if two else algorithm
    made = der.sequence(tbs(algorithm), outside, der.bits(signature))
    return Made(name, key, made, 7, name, key.id)


def _built_cases():
    r, empty = _built("R"), der.sequence()
    nameless = _built("R", subject=empty)
    for name, root, leaf in (
        ("as it should be", r, _built("L", r)),
        ("R has an empty subject", nameless, _built("L", nameless, issuer=empty)),
        ("L has an empty subject", r, _built("L", r, subject=empty)),
        (
            "L has an empty subject, a critical name",
            r,
            _built("L", r, subject=empty, critical=True),
        ),
        ("L has two signature algorithms", r, _built("L", r, two=True)),
        ("R has two signature algorithms", _built("R", two=True), _built("L", r)),
        ("L has version 2", r, _built("L", r, version=2)),
        ("L has version 1 with extensions", r, _built("L", r, version=1)),
        ("R has version 2", _built("R", version=2), _built("L", r)),
    ):
        yield Case(f"built: {name}", (root,), (leaf,))


def strict_cases(seeds=()):
    """Each departure alone with R, with I and with L in the store; then a drawn one a seed."""
    for what, fields in CA_DEPARTURES.items():
        for held in ("R", "I", "RI"):
            yield _case(f"{held} in the store; R has {what}", fields, {}, {}, held)
            yield _case(f"{held} in the store; I has {what}", {}, fields, {}, held)
    for what, fields in SERVER_DEPARTURES.items():
        for held in ("R", "I", "L"):
            yield _case(f"{held} in the store; L has {what}", {}, {}, fields, held)
    yield from _built_cases()
    for seed in seeds:
        random = Random(seed)
        parts = [
            random.choice(list(some.items()))
            for some in (CA_DEPARTURES, CA_DEPARTURES, SERVER_DEPARTURES)
        ]
        held = random.choice(("R", "I", "L", "RI", "IR"))
        named = ", ".join(what for what, _ in parts)
        yield _case(f"seed {seed}: {held} in the store; {named}", *(one for _, one in parts), held)
