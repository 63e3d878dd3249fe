"""encoding-fault: an error for the clients that it hits."""

from tests.rules.stores import ROOT, found, store
from unpin.model.encoding_faults import EncodingFault, FaultKind

FAULT = EncodingFault(FaultKind.UTF_8_BOM)
MARKED = store(ROOT.certificate, faults=(FAULT,))


def test_client_that_refuses_it():
    """[Some Root], after a byte order mark."""
    assert found(MARKED, clients="go") == {("encoding-fault", "error")}


def test_client_that_reads_it():
    """[Some Root], after a byte order mark."""
    assert found(MARKED, clients="openssl") == {("encoding-fault", "note")}


def test_plain_file():
    """[Some Root]."""
    assert found(store(ROOT.certificate), clients="go") == set()
