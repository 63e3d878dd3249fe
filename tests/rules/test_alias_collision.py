"""alias-collision: Java keeps one of two."""

from tests.pki import Authority
from tests.rules.stores import ROOT, found
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store

RULE = ("alias-collision", "warning")


def pair(first, second, format):
    other = Authority("Other").certificate
    return Store(
        "test",
        format,
        (TrustedEntry(first, ROOT.certificate, b""), TrustedEntry(second, other, b"")),
    )


def test_aliases_that_differ_in_case():
    """[Some Root] as Same; [Other] as same. In a PKCS12."""
    assert RULE in found(pair("Same", "same", Format.PKCS12))


def test_distinct_aliases():
    """[Some Root] as one; [Other] as two. In a PKCS12."""
    assert found(pair("one", "two", Format.PKCS12)) == set()


def test_no_aliases_outside_java():
    """[Some Root]; [Other]. In a PEM file, which has no aliases."""
    assert RULE not in found(pair("same", "same", Format.PEM))


def test_bouncycastle_tells_them_apart():
    """[Some Root] as Same; [Other] as same. In a BKS."""
    assert found(pair("Same", "same", Format.BKS)) == set()
