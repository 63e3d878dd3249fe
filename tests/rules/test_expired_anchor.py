"""expired-anchor: who refuses it and who goes on."""

from datetime import date, timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import MIDDLE, ROOT, found, only, store
from unpin.jdk import distrusted_cas

RULE = "expired-anchor"


def test_root_is_a_note_that_names_the_clients():
    """[Old Root, expired]."""
    old = Authority("Old Root", ends=NOW - timedelta(days=1))
    assert found(store(old.certificate)) == {
        (RULE, "note"),
        ("no-valid-anchor", "error"),
    }
    finding = only(RULE, store(old.certificate), clients="java,openssl,rustls,go")
    assert finding.message == (
        "Old Root expired on 2026-11-23: Java and rustls keep trusting it, OpenSSL and Go refuse "
        "every path through it"
    )


def test_pin_is_a_warning():
    """[Some Root] > [Old Issuing CA, expired]."""
    pin = Authority("Old Issuing CA", ROOT, ends=NOW - timedelta(days=1))
    assert (RULE, "warning") in found(store(ROOT.certificate, pin.certificate))


def test_distrust_is_called_distrust_with_its_day(monkeypatch):
    """[Old Root, expired], which the JDK distrusts."""
    old = Authority("Old Root", ends=NOW - timedelta(days=1))
    monkeypatch.setitem(distrusted_cas._LAST_DAYS, old.certificate.sha256, date(2024, 11, 11))
    finding = only(RULE, store(old.certificate), clients="java,rustls,go")
    assert finding.message == (
        "Old Root expired on 2026-11-23: rustls keeps trusting it, Go refuses every path through it, "
        "Java distrusts it for server certificates that were issued after 2024-11-11"
    )


def test_an_outcome_that_is_not_known_is_not_called_refusal():
    """[Some Root, db.example.org, expired]."""
    server = Authority("db.example.org", MIDDLE, ca=False, ends=NOW - timedelta(days=1))
    message = only(RULE, store(server.certificate), clients="java,nss").message
    assert message.endswith(": Java keeps trusting it, whether NSS accepts it is not known")


def test_last_second_is_not_over():
    """[Last Root, in its last second]."""
    last = Authority("Last Root", ends=NOW + timedelta(seconds=1))
    assert RULE not in {rule for rule, _ in found(store(last.certificate))}
