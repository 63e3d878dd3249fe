"""Roots that no public CA should have issued, each odd in one thing: bystanders of a handshake.

Each is self-signed, valid today and nobody's issuer. What is put beside the root that a handshake
needs decides nothing there, but a client may refuse the whole file for it.
"""

import functools
from datetime import timedelta

from tests.conformance.policy import der
from tests.conformance.policy.certs import LATER, NOW, PAST, Key

KEY_ID = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
ALTERNATIVE = "2.5.29.17"
BASIC = "2.5.29.19"
CONSTRAINTS = "2.5.29.30"
POLICIES = "2.5.29.32"
AUTHORITY_ID = "2.5.29.35"
PURPOSES = "2.5.29.37"
CRL_POINTS = "2.5.29.31"

UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
CA = der.sequence(der.boolean(True))
CERT_SIGN = der.bits(b"\x06", 1)
GARBAGE = b"\x30\x03\x02"
"""The head of a SEQUENCE that ends too early."""


def extension(oid, value, critical=b""):
    return der.sequence(der.oid(oid), critical, der.octets(value))


def extensions(replaced=None, more=()):
    """The DER of the usual extensions, some with another value (None leaves it out)."""
    usual = {BASIC: CA, KEY_USAGE: CERT_SIGN, KEY_ID: der.octets(b"k" * 20)} | (replaced or {})
    critical = {BASIC: der.boolean(True), KEY_USAGE: der.boolean(True)}
    made = [
        extension(oid, value, critical.get(oid, b""))
        for oid, value in usual.items()
        if value is not None
    ]
    return der.tlv(0xA3, der.sequence(*made, *more))


def long_form(element):
    """The element with a length of four octets, whatever it needs."""
    header = 2 + (element[1] & 0x7F if element[1] & 0x80 else 0)
    content = element[header:]
    return element[:1] + b"\x84" + len(content).to_bytes(4, "big") + content


def indefinite(element):
    """The constructed element in BER's indefinite form (X.690 8.1.3.6)."""
    header = 2 + (element[1] & 0x7F if element[1] & 0x80 else 0)
    return element[:1] + b"\x80" + element[header:] + b"\x00\x00"


def names(*attributes):
    return der.sequence(
        *(der.tlv(0x31, der.sequence(der.oid(oid), value)) for oid, value in attributes)
    )


def common_name(name):
    return names(("2.5.4.10", der.tlv(0x0C, b"Bystander")), ("2.5.4.3", der.tlv(0x0C, name)))


def moment(days, form="%y%m%d%H%M%SZ", tag=UTC_TIME):
    return der.tlv(tag, (NOW + timedelta(days=days)).strftime(form).encode())


def validity(begins=None, ends=None):
    return der.sequence(begins or moment(PAST), ends or moment(LATER))


def root(
    name,
    *,
    marker=None,
    serial=b"\x02\x02\x11\x22",
    span=None,
    subject=None,
    spki=None,
    after_key=b"",
    own=None,
    tail=b"",
    key=None,
    inner=None,
    outer=None,
    digest="sha256",
):
    """A self-signed root; every part can be given as DER."""
    key = key or Key(f"odd {name}")
    subject = common_name(name.encode()) if subject is None else subject
    marker = der.tlv(0xA0, der.integer(2)) if marker is None else marker
    own = extensions() if own is None else own

    def tbs(algorithm):
        return der.sequence(
            marker, serial, inner or algorithm, subject, span or validity(), subject,
            spki or key.spki, after_key, own,
        )  # fmt: skip

    algorithm, signature = key.sign(tbs, digest)
    return der.sequence(tbs(algorithm), outer or algorithm, der.bits(signature)) + tail


ECDSA_SHA256 = "1.2.840.10045.4.3.2"
P256 = (
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
"""p, a, b, the base point's x and y, n (FIPS 186-4 D.1.2.3)."""


def _explicit_curve(name):
    """A key on P-256 that spells its curve out (RFC 3279 2.3.5)."""
    p, a, b, x, y, n = P256
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(p))
    curve = der.sequence(*(der.octets(one.to_bytes(32, "big")) for one in (a, b)))
    base = der.octets(b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))
    parameters = der.sequence(der.integer(1), field, curve, base, der.integer(n), der.integer(1))
    algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), parameters)
    return der.sequence(algorithm, der.bits(Key(f"odd {name}").spki[-65:]))


@functools.cache
def draw():
    """The DER of every odd root by what is odd in it; the first is not."""
    made = {}

    def odd(name, **parts):
        made[name] = root(name, **parts)

    null = der.sequence(der.oid(ECDSA_SHA256), b"\x05\x00")
    odd("nothing")
    odd("serial: negative", serial=b"\x02\x02\xee\x22")
    odd("serial: zero", serial=b"\x02\x01\x00")
    odd("serial: 30 octets", serial=der.integer(1 << 238))
    odd("serial: not minimal", serial=b"\x02\x04\x00\x00\x11\x22")
    odd("serial: empty", serial=b"\x02\x00")
    odd(
        "path length: negative",
        own=extensions({BASIC: der.sequence(der.boolean(True), der.integer(-1))}),
    )
    odd(
        "path length: of 9 octets",
        own=extensions({BASIC: der.sequence(der.boolean(True), der.integer(1 << 64))}),
    )
    odd("path length: with CA:FALSE", own=extensions({BASIC: der.sequence(der.integer(1))}))
    for what, oid in (
        ("BasicConstraints", BASIC),
        ("KeyUsage", KEY_USAGE),
        ("SubjectKeyIdentifier", KEY_ID),
        ("AuthorityKeyIdentifier", AUTHORITY_ID),
        ("ExtendedKeyUsage", PURPOSES),
        ("SubjectAltName", ALTERNATIVE),
        ("NameConstraints", CONSTRAINTS),
        ("CertificatePolicies", POLICIES),
        ("CRLDistributionPoints", CRL_POINTS),
    ):
        odd(f"unreadable: {what}", own=extensions({oid: GARBAGE}))
    odd(
        "unreadable: critical ExtendedKeyUsage",
        own=extensions(more=[extension(PURPOSES, GARBAGE, der.boolean(True))]),
    )
    odd("unreadable: the extensions", own=der.tlv(0xA3, der.sequence(GARBAGE)))
    odd("unreadable: public key", spki=der.sequence(der.sequence(der.oid("1.2.840.113549.1.1.1"),
        b"\x05\x00"), der.bits(b"\x30\x03\x02")))  # fmt: skip
    policies = extension(POLICIES, der.sequence(der.sequence(der.oid("2.5.29.32.0"))))
    odd("extension: twice", own=extensions(more=[policies] * 2))
    odd("extension: BasicConstraints twice", own=extensions(more=[extension(BASIC, CA)]))
    odd("extension: none", own=der.tlv(0xA3, der.sequence()))
    odd("extension: unknown and critical",
        own=extensions(more=[extension("1.2.3.4", b"\x05\x00", der.boolean(True))]))  # fmt: skip
    odd("extension: critical FALSE written", own=extensions(
        {KEY_ID: None}, [extension(KEY_ID, der.octets(b"k" * 20), der.boolean(False))]))  # fmt: skip
    odd("extension: critical TRUE as 01", own=extensions(
        {BASIC: None}, [extension(BASIC, CA, b"\x01\x01\x01")]))  # fmt: skip
    odd("extension: cA TRUE as 01", own=extensions({BASIC: der.sequence(b"\x01\x01\x01")}))
    odd("extension: KeyUsage with zero bits at its end", own=extensions(
        {KEY_USAGE: der.bits(b"\x06", 0)}))  # fmt: skip
    odd("extension: KeyUsage of no bit", own=extensions({KEY_USAGE: der.bits(b"")}))
    odd("extension: address of 5 octets", own=extensions(
        {ALTERNATIVE: der.sequence(der.tlv(0x87, b"12345"))}))  # fmt: skip
    odd("extension: DNS name not ASCII", own=extensions(
        {ALTERNATIVE: der.sequence(der.tlv(0x82, "bücher.test".encode()))}))  # fmt: skip
    odd("extension: trailing byte in BasicConstraints", own=extensions({BASIC: CA + b"\x00"}))
    odd("trailing: one zero", tail=b"\x00")
    odd("trailing: two octets", tail=b"\x05\x00")
    odd("trailing: a line's end", tail=b"\n")
    odd("length: long form, of the extensions", own=long_form(extensions()))
    odd("length: long form, of the names",
        subject=long_form(common_name(b"length: long form, of the names")))  # fmt: skip
    made["length: long form, of all"] = long_form(root("length: long form, of all"))
    odd("length: indefinite, of the extensions", own=indefinite(extensions()))
    made["length: indefinite, of all"] = indefinite(root("length: indefinite, of all"))
    odd("version: 1 with extensions", marker=b"")
    odd("version: 1 written", marker=der.tlv(0xA0, der.integer(0)), own=b"")
    odd("version: 1 without extensions", marker=b"", own=b"")
    odd("version: 2 with extensions", marker=der.tlv(0xA0, der.integer(1)))
    odd("version: 2 without extensions", marker=der.tlv(0xA0, der.integer(1)), own=b"")
    odd("version: 3 without extensions", own=b"")
    odd("version: 4", marker=der.tlv(0xA0, der.integer(3)))
    odd("version: -1", marker=der.tlv(0xA0, der.integer(-2)))
    odd("unique identifiers", after_key=der.tlv(0x81, b"\x00ab") + der.tlv(0x82, b"\x00ab"))
    odd("time: UTCTime without seconds", span=validity(moment(PAST, "%y%m%d%H%MZ")))
    odd("time: UTCTime with an offset", span=validity(moment(PAST, "%y%m%d%H%M%S+0100")))
    odd("time: UTCTime without Z", span=validity(moment(PAST, "%y%m%d%H%M%S")))
    general = GENERALIZED_TIME
    odd("time: GeneralizedTime before 2050",
        span=validity(moment(PAST, "%Y%m%d%H%M%SZ", general)))  # fmt: skip
    odd("time: GeneralizedTime without seconds",
        span=validity(moment(PAST, "%Y%m%d%H%MZ", general)))  # fmt: skip
    odd("time: GeneralizedTime with a fraction",
        span=validity(moment(PAST, "%Y%m%d%H%M%S.5Z", general)))  # fmt: skip
    odd("time: GeneralizedTime with an offset",
        span=validity(moment(PAST, "%Y%m%d%H%M%S+0100", general)))  # fmt: skip
    odd("time: GeneralizedTime without Z", span=validity(moment(PAST, "%Y%m%d%H%M%S", general)))
    odd("time: 30 February", span=validity(der.tlv(UTC_TIME, b"190230000000Z")))
    odd("time: second 60", span=validity(der.tlv(UTC_TIME, b"190220000060Z")))
    odd("time: no digits", span=validity(der.tlv(UTC_TIME, b"yymmddhhmmssZ")))
    odd("time: year 9999", span=validity(None, der.tlv(general, b"99991231235959Z")))
    odd("time: ends before it begins", span=validity(moment(-10), moment(-20)))
    odd("name: empty", subject=der.sequence())
    odd("name: PrintableString with @ and *", subject=names(("2.5.4.3", der.tlv(0x13, b"a@b*_&"))))
    odd("name: PrintableString not ASCII", subject=names(("2.5.4.3", der.tlv(0x13, b"B\xfccher"))))
    odd("name: UTF8String not UTF-8", subject=names(("2.5.4.3", der.tlv(0x0C, b"B\xfccher"))))
    odd("name: IA5String not ASCII", subject=names(("2.5.4.3", der.tlv(0x16, b"B\xfccher"))))
    odd("name: TeletexString", subject=names(("2.5.4.3", der.tlv(0x14, b"B\xfccher"))))
    odd("name: BMPString", subject=names(("2.5.4.3", der.tlv(0x1E, "Bücher".encode("utf-16-be")))))
    odd("name: BMPString of odd length", subject=names(("2.5.4.3", der.tlv(0x1E, b"\x00B\x00"))))
    odd("name: country of three letters", subject=names(
        ("2.5.4.6", der.tlv(0x13, b"DEU")), ("2.5.4.3", der.tlv(0x13, b"three letters"))))  # fmt: skip
    odd("name: empty CN", subject=names(("2.5.4.3", der.tlv(0x0C, b""))))
    odd("name: an INTEGER for a CN", subject=names(("2.5.4.3", der.integer(5))))
    odd("algorithm: NULL after ECDSA", inner=null, outer=null)
    odd("algorithm: differs within and without", inner=null)
    odd("algorithm: unknown signature", inner=der.sequence(der.oid("1.2.3.4")),
        outer=der.sequence(der.oid("1.2.3.4")))  # fmt: skip
    odd("algorithm: unknown key", spki=der.sequence(
        der.sequence(der.oid("1.2.3.4.5")), der.bits(b"key")))  # fmt: skip
    odd("algorithm: explicit curve", spki=_explicit_curve("algorithm: explicit curve"))
    odd("algorithm: unknown curve", spki=der.sequence(
        der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.3.4")),
        der.bits(b"\x04" + b"\x01" * 64)))  # fmt: skip
    odd("algorithm: point not on the curve", spki=der.sequence(
        der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7")),
        der.bits(b"\x04" + b"\x01" * 64)))  # fmt: skip
    odd("algorithm: RSA 512", key=Key("odd 512", "rsa512"))
    odd("algorithm: RSA 16384", spki=der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00"),
        der.bits(der.sequence(der.integer((1 << 16383) + 1), der.integer(65537)))))  # fmt: skip
    odd("algorithm: RSA exponent 1", spki=der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00"),
        der.bits(der.sequence(der.integer((1 << 2047) + 1), der.integer(1)))))  # fmt: skip
    odd("algorithm: negative RSA modulus", spki=der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00"),
        der.bits(der.sequence(der.integer(-(1 << 2046)), der.integer(65537)))))  # fmt: skip
    odd("algorithm: RSA without NULL", spki=der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.1.1")),
        der.bits(der.sequence(der.integer((1 << 2047) + 1), der.integer(65537)))))  # fmt: skip
    odd("algorithm: MD5", key=Key("odd md5", "rsa2048"), digest="md5")
    odd("algorithm: brainpool", key=Key("odd brainpool", "brainpool256"))
    odd("algorithm: DSA", key=Key("odd dsa", "dsa"))
    return made
