"""A certificate whose frame is broken is a problem, never a crash."""

from tests.unit.stores import certs

from unpin.asn1 import tlv
from unpin.model.certificate import Certificate


def test_an_empty_version_is_a_problem():
    """Found by fuzz/run.py: StopIteration left the parser, and the whole store was lost."""
    tbs, *rest = tlv.read(certs.der()).children()
    fields = [node.raw for node in tbs]
    assert fields[0] == b"\xa0\x03\x02\x01\x02"
    fields[0] = b"\xa0\x00"
    body = tlv.element(tlv.SEQUENCE, *fields)
    der = tlv.element(tlv.SEQUENCE, body, *(node.raw for node in rest))
    assert Certificate(der).problem == "empty version"
