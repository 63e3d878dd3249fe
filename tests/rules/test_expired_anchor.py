"""expired-anchor: who refuses it and who goes on."""

from datetime import timedelta

from tests.pki import NOW, Authority
from tests.rules.stores import ROOT, found, only, store

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


def test_last_second_is_not_over():
    """[Last Root, in its last second]."""
    last = Authority("Last Root", ends=NOW + timedelta(seconds=1))
    assert RULE not in {rule for rule, _ in found(store(last.certificate))}
