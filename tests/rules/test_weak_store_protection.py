"""weak-store-protection: what the file itself states."""

from tests.rules.stores import ROOT, found, store
from unpin.model.formats import Format
from unpin.model.store import Protection


def test_weak():
    """[Some Root], in a PKCS12 with RC2-40."""
    weak = Protection(weaknesses=("the certificates are encrypted with RC2-40",))
    assert found(store(ROOT.certificate, format=Format.PKCS12, protection=weak)) == {
        ("weak-store-protection", "note")
    }


def test_strong():
    """[Some Root], in a PKCS12."""
    assert found(store(ROOT.certificate, format=Format.PKCS12)) == set()
