"""Names of many spellings: unpin calls them equal, and connects, exactly where Java does."""

import itertools
import random
from collections import defaultdict

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests import fixed_keys
from tests.pki import NOW
from tests.referees import jvm
from tests.referees import odd_certificates as odd
from unpin.asn1 import tlv
from unpin.jdk.names import java_name
from unpin.model.certificate import Certificate
from unpin.model.names import Name
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import PKIX, SUNX509

pytestmark = pytest.mark.referee

COMMON_NAME, SERIAL, EMAIL, USER = (
    "2.5.4.3",
    "2.5.4.5",
    "1.2.840.113549.1.9.1",
    "0.9.2342.19200300.100.1.1",
)
STRINGS = {
    tlv.UTF8_STRING: "utf-8",
    tlv.PRINTABLE_STRING: "ascii",
    tlv.TELETEX_STRING: "latin-1",
    tlv.IA5_STRING: "ascii",
    tlv.BMP_STRING: "utf-16-be",
    tlv.UNIVERSAL_STRING: "utf-32-be",
}
TEXTS = (
    "Some CA", "some ca", "SOME  CA", " Some CA", "Some CA ", "Some\tCA", "Some CA\t", "\tSome CA",
    "Some\u00a0CA", "Some\u3000CA", "B\u00e9", "Be\u0301", "B\u00c9", "\uff33ome CA", "stra\u00dfe",
    "STRASSE", "\u0130", "i", "I\u0307", "\u03a3\u03a3", "\u03c3\u03c2", "\ufb01", "fi", "#x", "\\#x", "a,b",
    "a+b", "a=b", "", "A", "\u212b", "\u00c5", "a\0b", "x\ny", "x y", "\U0001d400",
)  # fmt: skip


def attribute(text, tag=tlv.UTF8_STRING, oid=COMMON_NAME):
    value = tlv.element(tag, text.encode(STRINGS[tag]))
    return tlv.element(tlv.SEQUENCE, tlv.encode_oid(oid), value)


def name(*rdns):
    return tlv.element(tlv.SEQUENCE, *(tlv.element(tlv.SET, *rdn) for rdn in rdns))


def spelled():
    """Every text in every string type, of attributes that Java folds and does not fold."""
    for text, tag in itertools.product(TEXTS, STRINGS):
        try:
            text.encode(STRINGS[tag])
        except UnicodeEncodeError:
            continue
        yield name([attribute(text, tag)])
        if tag in (tlv.UTF8_STRING, tlv.PRINTABLE_STRING):
            yield from (name([attribute(text, tag, oid)]) for oid in (SERIAL, EMAIL, USER))


def arranged():
    """The same attributes in other orders, and in other RDNs."""
    one, two, three = attribute("a"), attribute("b", oid=SERIAL), attribute("c", oid=USER)
    yield from (name(rdn) for rdn in itertools.permutations((one, two, three)))
    yield from (name([one], [two]), name([two], [one]), name([one, one]), name([one]))
    yield from (name(), name([]), name([], [one]), name([one], []))


NAMES = [*spelled(), *arranged()]


def pairs(number):
    """The pairs that are equal by RFC 5280 7.1, and drawn ones."""
    source = random.Random(4518)
    alike = defaultdict(list)
    for one in NAMES:
        alike[Name(one).canonical].append(one)
    equal = [pair for group in alike.values() for pair in itertools.combinations(group, 2)]
    return [*source.sample(equal, number), *(source.sample(NAMES, 2) for _ in range(number))]


def test_names_are_equal_where_java_says_so(any_java, classes):
    chosen = pairs(1000)
    answers = jvm.judged(any_java, classes, [("names", *pair) for pair in chosen])
    equal = [answer == "equal" for answer in answers]
    assert [java_name(one) == java_name(other) for one, other in chosen] == equal
    assert all(
        Name(one) == Name(other) for (one, other), same in zip(chosen, equal, strict=True) if same
    )
    assert 100 < sum(equal) < 500


def signed(subject, issuer, *, key, by, ca=False):
    """A certificate under names of any spelling, with nothing but BasicConstraints."""
    basic = tlv.element(tlv.SEQUENCE, odd.CRITICAL if ca else b"")
    der = odd.assembled(
        issuer=tlv.read(issuer).content,
        subject=tlv.read(subject).content,
        spki=key.public_key().public_bytes(odd.Encoding.DER, odd.PublicFormat.SubjectPublicKeyInfo),
        rest=odd.extensions(odd.extension(odd.BASIC_CONSTRAINTS, basic, odd.CRITICAL)),
    )
    body = tlv.read(der)
    tbs, algorithm, _ = body
    signature = by.sign(tbs.raw, ec.ECDSA(hashes.SHA256()))
    bits = tlv.element(tlv.BIT_STRING, b"\0", signature)
    return Certificate(tlv.element(tlv.SEQUENCE, tbs.raw, algorithm.raw, bits))


def handshakes(spellings=None):
    """A server and its CA under two spellings; the CA in the store, or its root, which was sent."""
    top, middle, own = (fixed_keys.private_key(one) for one in ("top", "middle", "own"))
    server = name([attribute("db.example.org")])
    for one, other in spellings or pairs(60)[:90]:
        if not tlv.read(one).content or not tlv.read(other).content:
            continue
        anchor = signed(one, one, key=top, by=top, ca=True)
        yield anchor, [signed(server, other, key=own, by=top)]
        between = name([attribute("between")])
        sent = [signed(server, between, key=own, by=middle)]
        yield anchor, [*sent, signed(between, other, key=middle, by=top, ca=True)]


def test_java_connects_where_unpin_says_so(any_java, classes):
    asked = list(handshakes())
    for how, rules in (("PKIX", PKIX), ("SunX509", SUNX509)):
        jobs = [(how, [anchor.der], [one.der for one in sent]) for anchor, sent in asked]
        wrong, taken, unknown = [], 0, 0
        for (anchor, sent), answer in zip(asked, jvm.judged(any_java, classes, jobs), strict=True):
            views = [CertificateView.of(one) for one in sent]
            verdict = verdict_on(rules, [CertificateView.of(anchor)], views, NOW)
            taken += verdict.accepted is True
            unknown += verdict.accepted is None
            if verdict.accepted is not None and verdict.accepted != (answer == "ok"):
                wrong.append((str(anchor.fields.subject), str(sent[-1].fields.issuer), answer))
        assert not wrong
        assert 10 < taken < len(jobs) / 2
        assert unknown < len(jobs) / 2, unknown
