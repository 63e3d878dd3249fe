"""Java's view of names in a handshake; tests/referees/test_java_names.py holds it against the JVMs."""

from dataclasses import replace

import pytest
from tests.pki import NOW, Authority
from tests.referees.test_java_names import attribute, handshakes, name, signed

from unpin.asn1 import tlv
from unpin.jdk.names import java_name
from unpin.pki.acceptance import verdict_on
from unpin.pki.certificate_view import CertificateView
from unpin.pki.clients import PKIX
from unpin.pki.java_names import java_named

ROOT = Authority("Some Root")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (attribute("A  b"), attribute("a B", tlv.PRINTABLE_STRING), True),
        (attribute("a\tb"), attribute("a b"), False),
        (attribute("a"), attribute("a", tlv.TELETEX_STRING), False),
        (attribute("Be\u0301"), attribute("B\u00c9"), True),
        (attribute("\uff21"), attribute("a"), True),
        (attribute("1", oid="2.5.4.5"), attribute("1", tlv.PRINTABLE_STRING, "2.5.4.5"), False),
    ],
)
def test_java_folds_printable_and_utf8_strings_of_rfc_2253_alone(one, other, same):
    assert (java_name(name([one])) == java_name(name([other]))) is same


def test_the_order_within_an_rdn_does_not_count():
    one, two = attribute("a"), attribute("b", oid="2.5.4.10")
    assert java_name(name([one, two])) == java_name(name([two, one]))
    assert java_name(name([one], [two])) != java_name(name([two], [one]))


def test_a_latin_1_letter_in_a_printable_string_is_another_one_since_jdk_25():
    broken = tlv.element(tlv.PRINTABLE_STRING, b"B\xe9")
    der = name([tlv.element(tlv.SEQUENCE, tlv.encode_oid("2.5.4.3"), broken)])
    assert java_name(der) != java_name(der, latin=True) == java_name(name([attribute("B\u00e9")]))


def test_names_that_java_compares_alike_stay_as_they_are():
    views = [CertificateView.of(ROOT.certificate)]
    assert java_named(views, views) == (views, views, False, False, {})


def test_a_path_shows_the_certificates_under_their_own_names():
    for anchor, sent in handshakes():
        views = [CertificateView.of(one) for one in sent]
        verdict = verdict_on(PKIX, [CertificateView.of(anchor)], views, NOW)
        assert {view.subject for view in verdict.path} <= {
            one.fields.subject.canonical for one in (anchor, *sent)
        }


def test_a_certificate_of_which_only_facts_are_known_goes_by_the_spelling_that_was_sent():
    key = ROOT.key
    teletex, utf8 = (name([attribute("a", tag)]) for tag in (tlv.TELETEX_STRING, tlv.UTF8_STRING))
    anchor = CertificateView.of(signed(utf8, utf8, key=key, by=key, ca=True))
    server = CertificateView.of(signed(name([attribute("s")]), teletex, key=key, by=key))
    facts = replace(anchor, id="facts", certificate=None, featured=None)
    named = java_named([anchor, facts], [server])
    assert named.store[1].subject == named.chain[0].issuer != named.store[0].subject
