"""What is remembered of a handshake, and what a verdict does not depend on."""

from dataclasses import replace
from datetime import timedelta

from tests.pki import NOW, Authority, usage

from unpin.catalogue.handshakes import Handshake, server_under
from unpin.catalogue.load import load_builtin
from unpin.catalogue.model import Phase
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.acceptance import server_authentication, verdict_on
from unpin.pki.certificate_view import CertificateView, key_signed
from unpin.pki.clients import CLIENTS
from unpin.rehearsal.rehearser import Rehearser

JAVA = next(client for client in CLIENTS if client.ident == "java")
GO = next(client for client in CLIENTS if client.ident == "go")


def handshake(name, *views):
    return Handshake(Phase.BOTH, name, name, "as sent", views)


def test_links_of_one_id_are_told_apart():
    """[Root] > CA > server, with CA as it is and as a fact that has ended: one id, two verdicts."""
    root = Authority("Root")
    ca = CertificateView.of(Authority("CA", root).certificate)
    ended = replace(ca, not_after=NOW - timedelta(days=1), certificate=None)
    assert ended == ca
    store, server = [CertificateView.of(root.certificate)], server_under(ca, "CA")
    verdicts = [verdict_on(GO, store, (server, view), NOW) for view in (ca, ended, ca)]
    assert [(one.accepted, one.reason) for one in verdicts] == [
        (True, "accepted"),
        (False, "expired"),
        (True, "accepted"),
    ]


def test_the_same_links_are_one_handshake_and_a_verdict_of_it_one_verdict():
    """[Root] > server."""
    root = CertificateView.of(Authority("Root").certificate)
    server = server_under(root, "Root")
    first = server_authentication([root], [server])
    assert server_authentication((root,), (server,)) is first
    assert first.verdict(GO, NOW) is first.verdict(GO, NOW)
    assert first.verdict(GO, NOW).accepted is True
    refused = first.verdict(replace(GO, model=None), NOW)
    assert (refused.accepted, refused.reason) == (None, "not-modelled")


def test_other_chains_of_the_rehearsal_change_no_verdict():
    """[Root] > CA > server, sent out of order; [Strange Root, which may not sign] > another server."""
    root, other = Authority("Root"), Authority("Other Root")
    strange = Authority("Strange Root", extensions=(usage(cert_sign=False),))
    ca = CertificateView.of(Authority("CA", root).certificate)
    mixed = handshake("mixed", server_under(ca, "CA"), CertificateView.of(other.certificate), ca)
    beside = handshake(
        "beside", server_under(CertificateView.of(strange.certificate), "Strange Root")
    )
    entries = tuple(TrustedEntry(one, a.certificate, b"") for one, a in
                    {"root": root, "strange": strange}.items())  # fmt: skip
    store = Store("test", Format.JKS, entries)

    def verdicts(*handshakes):
        scenarios = Rehearser(store, load_builtin(), NOW).rehearse((JAVA,), handshakes).scenarios
        return {one.chain: one.attempts[0].verdict for one in scenarios}

    alone = verdicts(mixed)["mixed"]
    assert (alone.accepted, alone.reason) == (True, "accepted")
    assert verdicts(mixed, beside)["mixed"] == alone


def test_a_signature_is_looked_at_where_both_certificates_are_at_hand():
    """CA, the namesake > Child: CA by its facts seems to have issued it, CA itself has not."""
    ca, namesake = Authority("CA"), Authority("CA")
    child = replace(
        CertificateView.of(Authority("Child", namesake).certificate), authority_key_id=None
    )
    whole = CertificateView.of(ca.certificate)
    facts = replace(whole, certificate=None)
    assert facts == whole
    assert [key_signed(parent, child) for parent in (facts, whole, facts)] == [True, False, True]
