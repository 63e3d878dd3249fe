"""Name constraints: what is kept, what is broken, and what libraries read apart."""

import pytest
from tests.conformance.policy import der
from tests.conformance.policy.certs import HOST, directory, excluded, issue, permitted

from unpin.model.certificate import Certificate
from unpin.pki.path_validation.name_constraints import (
    Ruling,
    certificate_names,
    evaluate,
    parse_name_constraints,
)

TEN = bytes([10, 0, 0, 0, 255, 0, 0, 0])
TEN_ONE = bytes([10, 1, 2, 3])
ROWS = [
    (permitted("test"), (HOST,), Ruling.SATISFIED),
    (permitted(".test"), (HOST,), Ruling.SATISFIED),
    (permitted("TEST"), (HOST,), Ruling.SATISFIED),
    (permitted(HOST), (HOST,), Ruling.SATISFIED),
    (permitted("." + HOST), (HOST,), Ruling.VIOLATED),
    (permitted("est"), (HOST,), Ruling.VIOLATED),
    (permitted("test"), (HOST, "a.example"), Ruling.VIOLATED),
    (excluded("test"), (HOST,), Ruling.VIOLATED),
    (excluded("est"), (HOST,), Ruling.SATISFIED),
    (permitted(TEN), (HOST,), Ruling.SATISFIED),
    (permitted(TEN), (HOST, TEN_ONE), Ruling.SATISFIED),
    (excluded(TEN), (HOST, TEN_ONE), Ruling.VIOLATED),
    (permitted(TEN), (HOST, bytes(16)), Ruling.VIOLATED),
    (permitted(directory("L")), (HOST,), Ruling.SATISFIED),
    (permitted(directory("M")), (HOST,), Ruling.VIOLATED),
    (permitted("test"), ("*.test",), Ruling.UNSURE),
    (permitted("test"), (), Ruling.UNSURE),
    (permitted(""), (HOST,), Ruling.UNSURE),
    (permitted((0x81, b"test")), (HOST, (0x81, b"a@test")), Ruling.UNSURE),
    (permitted((0x88, b"\x2a")), (HOST,), Ruling.UNSURE),
    (der.sequence(), (HOST,), Ruling.UNSURE),
    (b"\x30\x05\xa0", (HOST,), Ruling.UNSURE),
]


@pytest.mark.parametrize(("value", "names", "ruling"), ROWS)
def test_ruling(value, names, ruling):
    certificate = Certificate(issue("L", ca=False, names=names).der)
    constraints = parse_name_constraints(value)

    assert constraints is not None
    assert evaluate(constraints, certificate_names(certificate.fields)) is ruling


def test_no_extension_no_constraints():
    assert parse_name_constraints(None) is None
