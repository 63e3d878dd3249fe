"""invisible-to-java: in the file, and not for Java."""

from tests.pki import Authority
from tests.rules.stores import ROOT, found
from unpin.model.entries import TrustedEntry
from unpin.model.store import Format, Protection, Store

RULE = "invisible-to-java"
VISIBLE = TrustedEntry("a", ROOT.certificate, b"")
HIDDEN = TrustedEntry("b", Authority("Other").certificate, b"", trusted=False)


def test_some_are_hidden():
    assert found(Store("test", Format.PKCS12, (VISIBLE, HIDDEN))) == {(RULE, "warning")}


def test_all_are_hidden():
    assert found(Store("test", Format.PKCS12, (HIDDEN,))) == {(RULE, "error")}


def test_none_is_hidden():
    assert found(Store("test", Format.PKCS12, (VISIBLE,))) == set()


def test_encrypted_certificates_need_the_password():
    locked = Protection(needs_password=True)
    assert found(Store("test", Format.PKCS12, (VISIBLE,), locked)) == {(RULE, "note")}
