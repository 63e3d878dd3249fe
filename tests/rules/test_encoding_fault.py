"""encoding-fault: an error for the clients that it hits."""

from tests.pki import pem
from tests.rules.stores import ROOT, found, only, store
from tests.unit.stores import certs
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.finding import RemedyKind, Severity
from unpin.model.formats import Format
from unpin.reports.audit_wording import remedy_text
from unpin.stores.opening import open_bytes

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


def test_cure_of_a_request_beside_the_certificates():
    """[Some Root]; [a certificate signing request]."""
    request = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"
    bundle = open_bytes(pem(ROOT.certificate) + request, source="test")
    finding = only("encoding-fault", bundle, clients="java")

    assert finding.remedy.kind is RemedyKind.REPLACE_REQUEST
    assert finding.remedy.command[2] == "--skip-unreadable"


def test_cure_of_a_private_key_beside_the_certificates():
    """[Some Root]; [a private key]."""
    bundle = open_bytes(pem(ROOT.certificate) + certs.private_key(), source="test")
    finding = only("encoding-fault", bundle, clients="java")

    assert finding.remedy.kind is RemedyKind.SEPARATE_KEYS
    assert "--keys" not in finding.remedy.command
