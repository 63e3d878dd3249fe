"""What an outcome is explained with."""

from datetime import date

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.pki import NOW, Authority

from unpin.catalogue.handshakes import Handshake
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.jdk import distrusted_cas
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import CLIENTS
from unpin.rehearsal.explanation import explanation
from unpin.rehearsal.rehearser import Rehearser

CLIENTS_ONLY = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])


def explained(ident, root, *sent):
    store = Store("test", Format.PEM, (TrustedEntry("", root.certificate, b""),))
    views = tuple(CertificateView.of(one.certificate) for one in sent)
    handshake = Handshake(
        Phase.BOTH, "seen", sent[1].certificate.label, "as sent", views, seen=True
    )
    client = next(client for client in CLIENTS if client.ident == ident)
    rehearsal = Rehearser(store, load_builtin(), NOW).rehearse((client,), (handshake,))
    return explanation(rehearsal, rehearsal.scenarios[0])


def test_the_oddity_that_was_not_measured_is_named():
    """[Root] > Issuing (for clients only) > the server."""
    root = Authority("Root")
    issuing = Authority("Issuing", root, extensions=(CLIENTS_ONLY,))
    server = Authority("db.example.org", issuing, ca=False)
    assert explained("nss", root, server, issuing) == (
        "the client's treatment of Issuing was not measured: extended key usage without serverAuth"
    )


def test_distrust_has_its_day(monkeypatch):
    """[Root], which the JDK distrusts for newer servers > Issuing > the server."""
    root = Authority("Root")
    issuing = Authority("Issuing", root)
    server = Authority("db.example.org", issuing, ca=False)
    monkeypatch.setitem(distrusted_cas._LAST_DAYS, root.certificate.sha256, date(2019, 4, 16))
    assert explained("java", root, server, issuing) == (
        'prints "TLS Server certificate issued after 2019-04-16": Java distrusts Root for newer '
        "certificates"
    )
