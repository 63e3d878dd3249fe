"""invisible-to-java: in the file, and not for Java."""

from tests.pki import Authority
from tests.rules.stores import ROOT, found, only
from unpin.model.entries import TrustedEntry, UnreadableEntry
from unpin.model.formats import Format
from unpin.model.store import Protection, Store

RULE = "invisible-to-java"
VISIBLE = TrustedEntry("a", ROOT.certificate, b"")
HIDDEN = TrustedEntry("b", Authority("Other").certificate, b"", trusted=False)


def test_some_are_hidden():
    """[Some Root]; [Other, hidden from Java]."""
    assert found(Store("test", Format.PKCS12, (VISIBLE, HIDDEN))) == {(RULE, "warning")}


def test_all_are_hidden():
    """[Other, hidden from Java]."""
    assert found(Store("test", Format.PKCS12, (HIDDEN,))) == {(RULE, "error")}


def test_none_is_hidden():
    """[Some Root]."""
    assert found(Store("test", Format.PKCS12, (VISIBLE,))) == set()


def test_encrypted_certificates_need_the_password():
    """[Some Root], encrypted."""
    locked = Protection(needs_password=True)
    assert found(Store("test", Format.PKCS12, (VISIBLE,), locked)) == {(RULE, "note")}


def test_bouncycastle_refuses_the_whole_store_without_its_password():
    """[Some Root], in stores whose password Java has to have."""
    for kind, end in (
        (Format.PKCS12, "sees no anchor in this store"),
        (Format.BCFKS, "refuses the whole store"),
        (Format.UBER, "refuses the whole store"),
    ):
        locked = Store("test", kind, (VISIBLE,), Protection(needs_password=True))
        assert only(RULE, locked).message.endswith(f"trustStorePassword {end}")


def test_one_entry_that_java_refuses_is_one_finding_about_the_whole_store():
    """[Some Root]; [Other, hidden from Java]; [an entry that Java cannot parse]."""
    broken = UnreadableEntry("c", b"", "truncated", refusal="truncated")
    refused = Store("test", Format.PKCS12, (VISIBLE, HIDDEN, broken))
    assert only(RULE, refused).message == "Java refuses the whole store: entry 'c': truncated"
    skipped = UnreadableEntry("c", b"", "CRL bag")
    assert "whole store" not in only(RULE, Store("test", Format.PKCS12, (HIDDEN, skipped))).message
