"""Every kind of remedy and every status has words of its own."""

from dataclasses import replace

import pytest

import unpin
from unpin.model.finding import AuditStatus, CertificateReference, Remedy, RemedyKind
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.reports.audit_wording import remedy_text, verdict_text

CERTIFICATES = (CertificateReference("Some Root", "ab12"), CertificateReference("Other Root"))
COMMAND = ("unpin", "rehearse", "--paths")
EMPTY = unpin.audit(Store("test", Format.PEM, ()), profile=None)


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
            "see unpin rehearse --paths; a store that holds only Some Root and Other Root works",
        ),
    ],
)
def test_a_remedy_names_its_certificates(kind, text):
    assert remedy_text(Remedy(kind, CERTIFICATES, (), COMMAND)) == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (AuditStatus.NOTHING_TRUSTED, "nothing trusted in this store (0 entries; no findings)"),
        (
            AuditStatus.PINNED,
            "pinned: 2 of 0 entries will break or already break clients (no findings)",
        ),
        (AuditStatus.NEEDS_WORK, "needs work (0 entries; no findings)"),
        (AuditStatus.NO_PINS, "no pins (0 entries; no findings)"),
        (AuditStatus.READY, "ready for the rotation (0 entries; no findings)"),
    ],
)
def test_the_verdict_says_the_status(status, text):
    assert verdict_text(replace(EMPTY, status=status, breaking=(0, 1))) == text
