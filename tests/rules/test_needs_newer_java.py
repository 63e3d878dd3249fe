"""needs-newer-java: a note that says from which version on Java opens the store."""

from tests.rules.stores import ROOT, found, only, store
from unpin.model.finding import RemedyKind
from unpin.model.formats import Format
from unpin.model.store import Protection
from unpin.reports.audit_wording import remedy_text

MODERN = store(
    ROOT.certificate,
    format=Format.PKCS12,
    protection=Protection(java_since="8u301, 11.0.12", newer_algorithms=("HmacPBESHA256",)),
)


def test_store_of_today():
    """[Some Root], in a PKCS12 with HmacPBESHA256."""
    finding = only("needs-newer-java", MODERN)
    assert finding.message == (
        "only Java 8u301, 11.0.12 or later opens this store: older versions do not know "
        "HmacPBESHA256"
    )
    assert finding.remedy.kind is RemedyKind.WRITE_FOR_OLD_JAVA
    assert finding.remedy.command == ("unpin", "convert", "--scheme", "jdk8", "-o", "new.p12")
    assert remedy_text(finding.remedy) == "update an older Java, or write a copy for it"


def test_store_for_every_version():
    """[Some Root], in a PKCS12 with SHA-1 and 3DES."""
    assert found(store(ROOT.certificate, format=Format.PKCS12)) == set()


def test_client_that_reads_it_otherwise():
    """[Some Root], in a PKCS12 with HmacPBESHA256: .NET does not care."""
    assert found(MODERN, clients="dotnet") == set()
