"""Stores whose certificates carry OpenSSL's trust settings, and the chains that servers send."""

import base64
from datetime import timedelta
from itertools import permutations

from cryptography import x509
from tests.pki import NOW, Authority

from unpin.asn1 import tlv

HOST = "localhost"
_PURPOSES = {
    "server": bytes.fromhex("06082b06010505070301"),
    "client": bytes.fromhex("06082b06010505070302"),
    "mail": bytes.fromhex("06082b06010505070304"),
    "any": bytes.fromhex("0604551d2500"),
    "private": bytes.fromhex("06032a0304"),
}
SETTINGS = {
    "bare": None,
    "nothing": ((), ()),
    "alias": ((), (), b"\x0c\x01a"),
    **{f"trust {one}": ((one,), ()) for one in _PURPOSES},
    "trust client server": (("client", "server"), ()),
    "trust none": (None, ()),
    **{f"reject {one}": ((), (one,)) for one in _PURPOSES},
    "trust server reject server": (("server",), ("server",)),
    "trust server reject client": (("server",), ("client",)),
    "trust server reject any": (("server",), ("any",)),
    "trust any reject server": (("any",), ("server",)),
    "trust client reject mail": (("client",), ("mail",)),
}
"""By name: trusted purposes (None is an empty list of them), rejected purposes, and the rest."""
_FEW = ("trust server", "trust client", "reject server", "nothing")
CHAINS = {
    "leaf": ("leaf",),
    "issuing": ("leaf", "issuing"),
    "root": ("leaf", "issuing", "root"),
    "late": ("late",),
    "late-ended": ("late", "ended"),
}
"""The certificates that the server sends, by the name of the chain."""


def draw():
    """The certificates by name: leaf < issuing < root, an issuing CA that ended, and a stranger."""
    root = Authority("Trust Root")
    issuing = Authority("Trust Issuing", root)
    ended = Authority("Trust Ended", root, ends=NOW - timedelta(days=9))
    name = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    leaf = Authority("Trust Leaf", issuing, ca=False, extensions=(name,))
    late = Authority("Trust Late", ended, ca=False, extensions=(name,))
    other = Authority("Trust Stranger")
    return {
        "root": root,
        "issuing": issuing,
        "ended": ended,
        "leaf": leaf,
        "late": late,
        "stranger": other,
    }


def stores():
    """The stores: tuples of (certificate, settings), "" for a plain CERTIFICATE block."""
    for settings in SETTINGS:
        for one in ("root", "issuing", "leaf"):
            yield ((one, settings),)
        yield (("issuing", ""), ("root", settings))
        yield (("issuing", settings), ("root", ""))
    for settings in SETTINGS:
        for one in ("root", "issuing"):
            yield from permutations(((one, ""), (one, settings)))
        yield from permutations((("root", ""), ("issuing", settings)))
    for first, second in permutations(_FEW, 2):
        yield (("root", first), ("root", second))
        yield (("issuing", first), ("issuing", second))
        yield (("issuing", first), ("root", second))
    for settings in _FEW:
        yield (("stranger", settings), ("root", ""))
        yield (("leaf", settings), ("root", ""))
        yield (("leaf", settings), ("root", "trust client"))


def ended_stores():
    """Stores for the chain whose issuing CA has ended."""
    for settings in ("", *_FEW):
        yield (("ended", settings),)
        yield (("ended", settings), ("root", ""))


def cases():
    """(store, chain): each store with the chains of its PKI."""
    for store in dict.fromkeys(stores()):
        for chain in ("leaf", "issuing", "root"):
            yield store, chain
    for store in ended_stores():
        yield store, "late-ended"
        yield store, "late"


def auxiliary(settings):
    """The X509_CERT_AUX of the settings; b"" where there is none."""
    if SETTINGS[settings] is None:
        return b""
    trust, reject, *rest = SETTINGS[settings]
    fields = b""
    if trust or trust is None:
        fields += tlv.element(tlv.SEQUENCE, b"".join(map(_PURPOSES.get, trust or ())))
    if reject:
        fields += tlv.element(0xA0, b"".join(map(_PURPOSES.get, reject)))
    return tlv.element(tlv.SEQUENCE, fields + b"".join(rest))


def block(der, settings):
    """A block of a bundle, with the settings or, for "", plain."""
    label = b"TRUSTED CERTIFICATE" if settings else b"CERTIFICATE"
    body = der + (auxiliary(settings) if settings else b"")
    text = base64.encodebytes(body)
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, text, label)


def bundle(drawn, store):
    """The file of a store."""
    return b"".join(block(drawn[one].certificate.der, settings) for one, settings in store)
