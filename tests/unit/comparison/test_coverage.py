"""Who needs what, in the smallest stores that tell the cases apart (see tests/rotation.py)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.pki import NOW
from tests.rotation import rotation

from unpin.comparison.coverage import cover
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import LimitExceededError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.pki.clients import choose_clients

R = rotation()


def store(*names, format=Format.PEM):
    entries = tuple(TrustedEntry(name, R[name], b"") for name in names)
    return Store("test", format, entries)


def coverage(a_store, clients="java,openssl"):
    return cover(
        a_store,
        clients=choose_clients(clients),
        catalogue=R.catalogue,
        profile=R.catalogue.profile(),
        now=NOW,
    )


def said(found):
    """What is not "absent and needed by nobody", a line a certificate."""
    lines = []
    for row in found.rows:
        parts = [f"at {list(row.entries)}"] if row.entries else []
        parts += [f"twins {list(row.twins)}"] if row.twins and not row.entries else []
        for word in ("missing", "needed", "blocking"):
            who = getattr(row, word)
            for when in ("today", "after", "otherwise"):
                if idents := getattr(who, when):
                    parts.append(f"{word} {when} {','.join(idents)}")
        if parts:
            lines.append(f"{row.record.slug}: {'; '.join(parts)}")
    return lines


def test_rows_are_the_roots_then_the_chains():
    assert [(row.record.slug, str(row.place), row.chains) for row in coverage(store()).rows] == [
        ("old-root", "root", ("current", "new")),
        ("other-root", "root", ()),
        ("old-ca-1", "issuing CA", ("current",)),
        ("old-ca-2", "issuing CA", ("current",)),
        ("new-ca", "issuing CA", ("new",)),
        ("new-root-x", "cross-signed bridge", ("new",)),
        ("new-root", "self-signed bridge", ("new",)),
    ]


@pytest.mark.parametrize(
    ("names", "covered", "expected"),
    [
        (
            (),
            False,
            [
                "old-root: missing today java,openssl; missing after java,openssl",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (
            ("old-root",),
            True,
            [
                "old-root: at [0]; needed today java,openssl; needed after java,openssl",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # Java connects today through the pin alone; OpenSSL never did.
            ("old-ca-1",),
            False,
            [
                "old-root: missing today java,openssl; missing after java,openssl",
                "old-ca-1: at [0]; needed today java",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # Pins beside the root: all may go, the root may not.
            ("old-ca-1", "old-ca-2", "old-root"),
            True,
            [
                "old-root: at [2]; needed today java,openssl; needed after java,openssl",
                "old-ca-1: at [0]",
                "old-ca-2: at [1]",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # Works only after the rotation.
            ("new-root",),
            False,
            [
                "old-root: missing today java,openssl",
                "new-root-x: twins [0]",
                "new-root: at [0]; needed after java,openssl; needed otherwise java,openssl",
            ],
        ),
        (  # The new root is for servers that do not send the bridge; the old one does the rest.
            ("old-root", "new-root"),
            True,
            [
                "old-root: at [0]; needed today java,openssl; needed after java,openssl",
                "new-root-x: twins [1]",
                "new-root: at [1]; needed otherwise java,openssl",
            ],
        ),
        (  # For Java an ended twin is as good as the root; OpenSSL misses the root itself.
            ("old-root-ended",),
            False,
            [
                "old-root: twins [0]; missing today openssl; missing after openssl; needed today java; needed after java",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # The cure is to remove the foreign twin, not to add the root above it.
            ("old-root", "old-ca-1-other"),
            False,
            [
                "old-root: at [0]; needed today java,openssl; needed after java,openssl",
                "old-ca-1: twins [1]; blocking today openssl",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # The copy stands before the root, so OpenSSL fails after as well.
            ("new-root-x", "new-root"),
            False,
            [
                "old-root: missing today java,openssl; missing after openssl",
                "new-root-x: at [0]",
                "new-root: at [1]; needed after java; needed otherwise java",
            ],
        ),
        (  # Of copies one is enough; the others can go.
            ("old-root", "old-root"),
            True,
            [
                "old-root: at [0, 1]; needed today java,openssl; needed after java,openssl",
                "new-root: missing otherwise java,openssl",
            ],
        ),
        (  # Neither twin's removal helps alone.
            ("old-root", "old-ca-1-ended", "old-ca-1-other"),
            False,
            [
                "old-root: at [0]; needed today java,openssl; needed after java,openssl",
                "old-ca-1: twins [1, 2]; blocking today openssl",
                "new-root: missing otherwise java,openssl",
            ],
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_needs(names, covered, expected):
    found = coverage(store(*names))
    assert (said(found), found.covered) == (expected, covered)


def test_what_is_beside_the_profile_is_extra():
    found = coverage(store("unrelated", "old-root", "private-ca", "server", "old-root-ended"))
    assert [extra.index for extra in found.extras] == [0, 2, 3, 4]
    assert not any(extra.needed or extra.blocking for extra in found.extras)


def test_an_extra_entry_can_block():
    """The foreign twin stands first, and OpenSSL never comes to the right one behind it."""
    found = coverage(store("old-ca-1-other", "old-ca-1", "old-root"))
    (extra,) = found.extras
    assert (extra.index, extra.blocking.today, extra.blocking.after) == (0, ("openssl",), ())
    assert found.blocking == (0,)
    assert coverage(store("old-ca-1", "old-ca-1-other", "old-root")).covered


def test_a_ca_below_those_of_the_profile_can_block():
    """OpenSSL takes [New CA 2] from the store, and New Root, which only the server has, no more.

    Old Root > New Root > New CA 2, which is in no chain of the profile
    """
    found = coverage(store("new-ca-2", "old-root"))
    (extra,) = found.extras
    assert (extra.blocking.documented, extra.blocking.otherwise) == ((), ("openssl",))
    assert (found.blocking, found.covered) == ((0,), False)
    assert coverage(store("new-ca-2", "old-root"), "java").covered
    assert coverage(store("private-ca-ended", "private-root", "old-root")).covered


def test_a_twin_with_a_row_of_its_own_blocks_nothing_in_another():
    """[New Root] by a hidden root stands before [New Root]: the latter stays."""
    found = coverage(store("new-ca", "new-root-hidden", "new-root"))
    rows = {row.record.slug: (row.twins, row.own) for row in found.rows if row.twins}
    assert rows == {"new-root-x": ((1, 2), (1,)), "new-root": ((1,), (2,))}
    assert found.blocking == (1,)


def test_every_copy_of_what_blocks_blocks():
    found = coverage(store("old-ca-1-ended", "old-root", "old-ca-1-ended"))
    assert found.blocking == (0, 2)


def test_many_namesakes_are_refused(monkeypatch):
    monkeypatch.setattr("unpin.comparison.store_variants.MAX_CANDIDATES", 2)
    with pytest.raises(LimitExceededError, match="test: 3 certificates have names of the chains"):
        coverage(store("old-root", "old-root-ended", "old-root-impostor", "old-root"))
    assert coverage(store("old-root", "old-root", "unrelated")).covered


def test_java_does_not_see_a_root_without_the_trust_attribute():
    entry = TrustedEntry("a", R["old-root"], b"", trusted=False)
    found = coverage(Store("test", Format.PKCS12, (entry,)), "java")
    assert said(found)[0] == "old-root: at [0]; missing today java; missing after java"


def test_the_certificate_of_a_key_is_an_anchor_of_java():
    entry = KeyEntry("me", KeyKind.PRIVATE, (R["old-root"],), b"")
    found = coverage(Store("test", Format.JKS, (entry,)), "java")
    assert found.covered
    assert said(found)[0] == "old-root: at [0]; needed today java; needed after java"


def test_a_client_without_rules_is_not_known():
    found = coverage(store("old-root"), "schannel")
    assert {str(outcome) for outcome in found.outcomes} == {"not known"}
    assert not found.covered
    assert not found.stuck


def test_a_root_that_ended_helps_who_does_not_read_dates():
    """The profile asks for a root that is over, known by its facts: Java takes it, OpenSSL not."""
    records = {one.slug: one for one in R.catalogue.certificates}
    ended = NOW - timedelta(days=1)
    records["old-root"] = replace(records["old-root"], not_after=ended, certificate=None)
    found = cover(
        store(),
        clients=choose_clients("java,openssl"),
        catalogue=replace(R.catalogue, certificates=tuple(records.values())),
        profile=R.catalogue.profile(),
        now=NOW,
    )
    assert said(found)[0] == "old-root: missing today java; missing after java"
    assert (found.stuck.today, found.stuck.after) == (("openssl",), ("openssl",))
