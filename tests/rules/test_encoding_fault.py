"""encoding-fault: an error for the clients that it hits."""

from tests.rules.stores import ROOT, found, only, store
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.finding import Severity
from unpin.model.formats import Format
from unpin.reports.audit_wording import remedy_text

FAULT = EncodingFault(FaultKind.UTF_8_BOM)
MARKED = store(ROOT.certificate, faults=(FAULT,))


def test_client_that_refuses_it():
    """[Some Root], after a byte order mark."""
    assert found(MARKED, clients="go") == {("encoding-fault", "error")}


def test_client_that_reads_it():
    """[Some Root], after a byte order mark."""
    assert found(MARKED, clients="openssl") == {("encoding-fault", "note")}


def test_a_ca_that_openssl_does_not_find():
    """[Some Root], and a bundle in the same hashed directory."""
    fault = EncodingFault(FaultKind.UNHASHED_CERTIFICATE, file="bundle.pem")
    beside = store(ROOT.certificate, format=Format.FOLDER, faults=(fault,))
    finding = only("encoding-fault", beside, clients="openssl")
    assert (finding.severity, finding.location.file) == (Severity.WARNING, "bundle.pem")
    assert finding.message.startswith(
        "bundle.pem: a file of a hashed directory has a CA certificate that stands in no file of "
    )
    assert "openssl rehash" in remedy_text(finding.remedy)
    assert found(beside, clients="go") == {("encoding-fault", "note")}


def test_plain_file():
    """[Some Root]."""
    assert found(store(ROOT.certificate), clients="go") == set()
