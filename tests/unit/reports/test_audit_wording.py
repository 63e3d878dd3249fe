"""Every kind of remedy and every status has words of its own."""

from dataclasses import replace

import pytest
from tests.pki import Authority

import unpin
from unpin.judge.run import Pin
from unpin.model.entries import TrustedEntry
from unpin.model.finding import AuditStatus, CertificateReference, Remedy, RemedyKind
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.reports.audit_wording import remedy_text, verdict_text

CERTIFICATES = (CertificateReference("Some Root", "ab12"), CertificateReference("Other Root"))
COMMAND = ("unpin", "rehearse", "--paths")
CERTIFICATE = Authority("Some CA").certificate
ENTRIES = tuple(TrustedEntry(name, CERTIFICATE, b"") for name in ("one", "two", "three", "four"))
NOT_FOR_IT = "NOT-FOR-PROFILE: no pin and no error; no certificate of the catalogue is in the store"
AUDIT = unpin.audit(Store("test", Format.JKS, ENTRIES), profile="none")


def test_every_kind_of_remedy_has_words_of_its_own():
    texts = [remedy_text(Remedy(kind, CERTIFICATES, (), COMMAND)) for kind in RemedyKind]
    assert len(set(texts)) == len(RemedyKind)
    assert not [text for text in texts if text[0].isupper() or text.endswith(".")]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (RemedyKind.ADD_ROOTS, "add Some Root (SHA-256 ab12) and Other Root"),
        (
            RemedyKind.USE_ROOT_ALONE,
            "use a store that holds only Some Root and Other Root; see who connects then",
        ),
    ],
)
def test_a_remedy_names_its_certificates(kind, text):
    assert remedy_text(Remedy(kind, CERTIFICATES, (), COMMAND)) == text


@pytest.mark.parametrize(
    ("status", "profile", "text"),
    [
        (
            AuditStatus.UNREADABLE,
            None,
            "UNREADABLE: no trusted certificate of the store can be read",
        ),
        (AuditStatus.READY, None, "READY: no pin and no error; no profile was asked about"),
        (
            AuditStatus.READY,
            "azure",
            "READY: no pin and no error; clients of azure survive the rotation",
        ),
        (AuditStatus.UNKNOWN, None, "UNKNOWN: whether every client connects is not known"),
        (AuditStatus.NOT_FOR_PROFILE, None, NOT_FOR_IT),
    ],
)
def test_the_verdict_says_the_status(status, profile, text):
    assert verdict_text(replace(AUDIT, status=status, profile=profile)) == text


def pinned(*pins):
    return verdict_text(replace(AUDIT, status=AuditStatus.PINNED, pins=pins))


def test_a_pin_that_breaks_is_named():
    assert pinned(Pin(0, "Some CA", breaks=True), Pin(1, "Other CA", breaks=False)) == (
        "PINNED: 1 entry makes clients fail, now or when its CA changes: one (Some CA)"
    )


def test_a_harmless_pin_is_said_to_be_a_pin():
    assert pinned(Pin(1, "Other CA", breaks=False, roots=("Some Root",))) == (
        "PINNED: two (Other CA) (harmless for Java while Some Root stays)"
    )


def test_a_sentence_names_three_pins():
    assert pinned(*(Pin(index, "Some CA", breaks=True) for index in range(4))) == (
        "PINNED: 4 entries make clients fail, now or when their CA changes: one (Some CA), two "
        "(Some CA), three (Some CA) and 1 more"
    )
