"""The cases of names: string types and values of names and of alternative names, in each position."""

from functools import cache

from tests.conformance.policy import der
from tests.conformance.policy.cases import SAN, Case
from tests.conformance.policy.certs import HOST, Key, issue

_STRINGS = (
    ("UTF8String", 0x0C, b"name"),
    ("UTF8String, empty", 0x0C, b""),
    ("UTF8String with NUL", 0x0C, b"na\x00me"),
    ("PrintableString", 0x13, b"Name's (+,-./:=?) 1"),
    ("PrintableString with *&", 0x13, b"*&"),
    ("PrintableString with @", 0x13, b"a@b"),
    ("PrintableString with _", 0x13, b"a_b"),
    ("PrintableString in Latin-1", 0x13, b"n\xe4me"),
    ("TeletexString", 0x14, b"name"),
    ("TeletexString in Latin-1", 0x14, b"n\xe4me"),
    ("IA5String", 0x16, b"a@b_c"),
    ("IA5String in Latin-1", 0x16, b"n\xe4me"),
    ("NumericString", 0x12, b"12 34"),
    ("NumericString of letters", 0x12, b"name"),
    ("BMPString", 0x1E, "name".encode("utf-16-be")),
    ("UniversalString", 0x1C, "name".encode("utf-32-be")),
    ("BIT STRING", 0x03, b"\x00name"),
    ("SEQUENCE", 0x30, b"\x0c\x01n"),
)
"""NOTE: what OpenSSL reads, for the server that presents the chain is OpenSSL's."""
_ALTERNATIVES = (
    ("empty DNS name", (0x82, b"")),
    ("DNS name with a blank", (0x82, b"a b")),
    ("DNS name in Latin-1", (0x82, b"n\xe4me")),
    ("DNS name with NUL", (0x82, b"a\x00b")),
    ("IP address of 5 octets", (0x87, b"\x7f\x00\x00\x01\x00")),
    ("IP address of no octets", (0x87, b"")),
    ("URI", (0x86, b"spiffe://a.test/b")),
    ("URI with _ in its host", (0x86, b"http://a_b.test/")),
    ("URI with a blank in its host", (0x86, b"http://a b/")),
    ("URI with a half bracket", (0x86, b"http://[::1/")),
    ("URI in Latin-1", (0x86, b"http://n\xe4me/")),
    ("URI with a port that is none", (0x86, b"http://a:b/")),
    ("relative URI", (0x86, b"a/b")),
    ("e-mail address", (0x81, b"a@b.test")),
    ("e-mail address in Latin-1", (0x81, b"n\xe4me@b.test")),
    ("e-mail address without @", (0x81, b"name")),
    ("registered ID", (0x88, b"\x2a\x03")),
    ("registered ID that is none", (0x88, b"")),
    ("other name", (0xA0, der.oid("1.2.3") + der.tlv(0xA0, b"\x0c\x01n"))),
    ("other name that is none", (0xA0, b"\x05\x00")),
    ("directory name", (0xA4, der.common_name("n"))),
    ("empty directory name", (0xA4, der.sequence())),
    ("directory name in UniversalString", (0xA4, der.common_name(b"\x00\x00\x00n", 0x1C))),
    ("X.400 address", (0xA3, der.sequence())),
    ("name of an unknown tag", (0x89, b"n")),
)
_UNSENT = ("registered ID that is none", "other name that is none", "name of an unknown tag")
"""With which OpenSSL's server does not take its own certificate."""


@cache
def name_cases():
    """R > I > L, of which one bears the odd name."""
    cases = []
    r = issue("R")
    i = issue("I", r)
    leaf = issue("L", i, ca=False)
    for name, tag, value in _STRINGS:
        odd_r = issue(value, key=Key("R"), name_tag=tag, issuer_tag=tag)
        under = issue("I", odd_r, issuer_tag=tag)
        odd_i = issue(value, r, key=Key("I"), name_tag=tag)
        below = issue("L", odd_i, ca=False, issuer_tag=tag)
        cases += [
            Case(f"root: {name}", (odd_r,), (leaf_of(under), under)),
            Case(f"intermediate: {name}", (r,), (below, odd_i)),
            Case(f"pinned: {name}", (odd_i,), (below, odd_i)),
            Case(
                f"server: {name}",
                (r,),
                (issue(value, i, ca=False, key=Key("L"), name_tag=tag), i),
            ),
        ]
    for name, value in _ALTERNATIVES:
        own = ((SAN, False, der.sequence(der.tlv(*value))),)
        odd_r = issue("R", more=own)
        odd_i = issue("I", r, more=own)
        cases += [
            Case(f"root: alternative {name}", (odd_r,), (leaf, i)),
            Case(f"intermediate: alternative {name}", (r,), (leaf, odd_i)),
        ]
        if name not in _UNSENT:
            odd = issue("L", i, ca=False, names=(HOST, value))
            cases.append(Case(f"server: alternative {name}", (r,), (odd, i)))
    return cases


def leaf_of(issuer):
    return issue("L", issuer, ca=False)
