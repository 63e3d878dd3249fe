"""A certificate is there once, and keeps what was found out; a broken frame is never a crash."""

import copy
import gc
import pickle
from weakref import ref

import pytest
from tests.unit.stores import certs

from unpin.asn1 import tlv
from unpin.model import certificate
from unpin.model.answers import kept, kept_for
from unpin.model.certificate import Certificate
from unpin.model.recent import Recent


def test_equal_der_gives_the_same_certificate():
    first = Certificate(certs.der())
    assert Certificate(bytes(bytearray(certs.der()))) is first
    assert copy.deepcopy(first) is pickle.loads(pickle.dumps(first)) is first
    assert Certificate(certs.der() + b"\0") != first


def test_what_is_found_out_is_asked_once_and_goes_with_the_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate._RECENT.clear()
    monkeypatch.setattr(Recent, "most", 0)
    asked = []

    @kept
    def length(given):
        asked.append("length")
        return len(given.der)

    @kept_for
    def plus(given, number):
        asked.append(number)
        return len(given.der) + number

    der = tlv.element(tlv.SEQUENCE, b"only here")
    one, gone = Certificate(der), ref(Certificate(der))
    assert (length(one), length(Certificate(der)), plus(one, 1), plus(one, 2)) == (11, 11, 12, 13)
    assert (plus(one, 1), asked) == (12, ["length", 1, 2])
    del one
    gc.collect()
    assert gone() is None
    assert (length(Certificate(der)), asked) == (11, ["length", 1, 2, "length"])


@pytest.mark.parametrize(("size", "stays"), [(4096, True), (4097, False)])
def test_the_last_certificates_stay_unless_they_are_long(size, stays):
    """A folder of stores with the same roots judges them once; large ones would fill the memory."""
    made = ref(Certificate(size.to_bytes(4, "big") + bytes(size - 4)))
    gc.collect()
    assert (made() is not None) is stays


def test_an_empty_version_is_a_problem():
    """Found by fuzz/run.py: StopIteration left the parser, and the whole store was lost."""
    tbs, *rest = tlv.read(certs.der()).children()
    fields = [node.raw for node in tbs]
    assert fields[0] == b"\xa0\x03\x02\x01\x02"
    fields[0] = b"\xa0\x00"
    body = tlv.element(tlv.SEQUENCE, *fields)
    der = tlv.element(tlv.SEQUENCE, body, *(node.raw for node in rest))
    assert Certificate(der).problem == "empty version"
