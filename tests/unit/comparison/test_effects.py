"""What a difference does to clients, and when the mere order of entries decides."""

from tests.pki import NOW
from tests.rotation import rotation

from unpin.comparison.differences import compare
from unpin.comparison.effects import effects
from unpin.model.entries import TrustedEntry
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import choose_clients

R = rotation()


def store(*names):
    return Store("test", Format.PEM, tuple(TrustedEntry("", R[name], b"") for name in names))


def said(before, after):
    found = effects(
        compare(before, after),
        clients=choose_clients("java,openssl"),
        catalogue=R.catalogue,
        profile=R.catalogue.profile(),
        now=NOW,
    )
    return [(one.client.ident, str(one.before), str(one.after), one.by_order) for one in found]


def test_before_and_after():
    assert said(store("old-root"), store("old-ca-1", "old-ca-2")) == [
        ("java", "survives", "fails after the rotation", False),
        ("openssl", "survives", "fails today and after", False),
    ]


def test_a_cross_signed_copy_before_its_self_signed_twin_defeats_openssl():
    """openssl/openssl issue 29681; Java does not care."""
    assert said(store("new-root", "new-root-x"), store("new-root-x", "new-root")) == [
        ("java", "fails today", "fails today", False),
        ("openssl", "fails today", "fails today and after", True),
    ]


def test_an_order_that_changes_no_verdict():
    assert not any(
        by_order
        for *_, by_order in said(store("old-root", "unrelated"), store("unrelated", "old-root"))
    )


def test_the_order_counts_beside_what_was_added():
    """A root comes in front, and the twins behind it are swapped."""
    assert [
        by_order
        for *_, by_order in said(
            store("new-root", "new-root-x"), store("unrelated", "new-root-x", "new-root")
        )
    ] == [False, True]
