"""Name constraints: what is kept, what is broken, and what libraries read apart."""

import pytest
from tests.conformance.policy import der
from tests.conformance.policy.certs import HOST, directory, excluded, issue, permitted

from unpin.model.certificate import Certificate
from unpin.pki.path_validation.name_constraints import Ruling, constraints_of, hold, names_of

TEN = bytes([10, 0, 0, 0, 255, 0, 0, 0])
TEN_ONE = bytes([10, 1, 2, 3])
ROWS = [
    (permitted("test"), (HOST,), Ruling.KEPT),
    (permitted(".test"), (HOST,), Ruling.KEPT),
    (permitted("TEST"), (HOST,), Ruling.KEPT),
    (permitted(HOST), (HOST,), Ruling.KEPT),
    (permitted("." + HOST), (HOST,), Ruling.BROKEN),
    (permitted("est"), (HOST,), Ruling.BROKEN),
    (permitted("test"), (HOST, "a.example"), Ruling.BROKEN),
    (excluded("test"), (HOST,), Ruling.BROKEN),
    (excluded("est"), (HOST,), Ruling.KEPT),
    (permitted(TEN), (HOST,), Ruling.KEPT),
    (permitted(TEN), (HOST, TEN_ONE), Ruling.KEPT),
    (excluded(TEN), (HOST, TEN_ONE), Ruling.BROKEN),
    (permitted(TEN), (HOST, bytes(16)), Ruling.BROKEN),
    (permitted(directory("L")), (HOST,), Ruling.KEPT),
    (permitted(directory("M")), (HOST,), Ruling.BROKEN),
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
    constraints = constraints_of(value)

    assert constraints is not None
    assert hold(constraints, names_of(certificate.fields)) is ruling


def test_no_extension_no_constraints():
    assert constraints_of(None) is None
