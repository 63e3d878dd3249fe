"""Names and constraints as Bun 1.4.5 was measured to judge them (9,000 random pairs)."""

import pytest
from tests.conformance.policy import der
from tests.conformance.policy.certs import HOST, directory, excluded, issue, permitted

from unpin.model.certificate import Certificate
from unpin.pki.path_validation.boringssl_names import names_a_host, outside
from unpin.pki.path_validation.name_constraints import certificate_names, parse_name_constraints

TEN = bytes([10, 0, 0, 0, 255, 0, 0, 0])
LIMITED = der.sequence(der.tlv(0xA0, der.sequence(der.tlv(0x82, b"test"), der.tlv(0x80, b"\x00"))))


def mail(text):
    return (0x81, text.encode())


def uri(text):
    return (0x86, text.encode())


ROWS = [
    (permitted("test"), (HOST,), False),
    (permitted(".test"), ("SERVER.TEST",), False),
    (permitted("." + HOST), (HOST,), True),
    (permitted("est"), (HOST,), True),
    (permitted(""), (HOST,), False),
    (excluded(""), (HOST,), True),
    (permitted("test."), (HOST,), False),
    (permitted("test"), ("*.test",), False),
    (excluded("a.test"), ("*.test",), True),
    (permitted("test"), (HOST, "a.example"), True),
    # Constraints on addresses are not understood, and do not count without an address.
    (permitted(TEN), (HOST,), False),
    (permitted(TEN), (HOST, bytes([10, 1, 2, 3])), True),
    (permitted(directory("l")), (HOST,), False),
    (permitted(directory("M")), (HOST,), True),
    (excluded(directory("L")), (HOST,), True),
    (permitted(mail("test")), (HOST,), False),
    (permitted(mail("test")), (mail("a@TEST"),), False),
    (permitted(mail("A@test")), (mail("a@test"),), True),
    (permitted(mail(".test")), (mail("a@b.test"),), False),
    (excluded(mail("b.test")), (mail("no address"),), True),
    (excluded(mail("@test")), (mail("a@other"),), True),
    (permitted(uri("server.test")), (uri("https://server.test:80/x"),), False),
    (permitted(uri(".test")), (uri("https://server.test/x"),), False),
    (excluded(uri("other")), (uri("urn:x"),), True),
    (excluded(uri("https://other")), (uri("https://server.test"),), True),
    (LIMITED, (HOST,), True),
    (LIMITED, (mail("a@test"),), False),
    (permitted((0x88, b"\x2a")), (HOST,), False),
    (der.sequence(), (HOST,), False),
]


@pytest.mark.parametrize(("value", "names", "refused"), ROWS)
def test_names_against_constraints(value, names, refused):
    certificate = Certificate(issue("L", ca=False, names=names).der)
    constraints = parse_name_constraints(value)

    assert constraints is not None
    assert outside(constraints, certificate_names(certificate.fields)) is refused


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("L", True),
        ("db.example.org.", True),
        ("*.example.org", True),
        ("a_b", True),
        ("a b", False),
        ("-a.test", False),
        ("w*.test", False),
        ("a..b", False),
        ("*.", False),
    ],
)
def test_a_common_name_that_looks_like_a_host(name, host):
    assert names_a_host(der.common_name(name)) is host
