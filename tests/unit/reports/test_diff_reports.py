"""Cells and sentences of `unpin diff` that its transcripts do not show."""

from datetime import timedelta

import pytest
from tests.pki import NOW
from tests.rotation import rotation

from unpin.comparison.coverage import cover
from unpin.comparison.differences import compare
from unpin.comparison.effects import effects
from unpin.judge.context import AuditContext
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry, UnreadableKind
from unpin.model.formats import Format
from unpin.model.store import Protection, Store
from unpin.pki.clients import choose_clients
from unpin.reports.blocks import Lines, Toned
from unpin.reports.coverage import CoverageReport
from unpin.reports.difference import DifferenceReport
from unpin.reports.names import some_clients
from unpin.wording import listed

R = rotation()


def store(*names, source="test", format=Format.PEM, **more):
    entries = tuple(
        TrustedEntry("", R[name], b"", line=line) for line, name in enumerate(names, start=1)
    )
    return Store(source, format, entries, **more)


def judged(a_store):
    return AuditContext(a_store, R.catalogue, None, (), NOW, timedelta()).entries


def covered(a_store, clients="java,openssl"):
    found = cover(
        a_store,
        clients=choose_clients(clients),
        catalogue=R.catalogue,
        profile=R.catalogue.profile(),
        now=NOW,
    )
    return CoverageReport(found, judged(a_store))


def compared(before, after, clients="java,openssl"):
    comparison = compare(before, after)
    found = effects(
        comparison,
        clients=choose_clients(clients),
        catalogue=R.catalogue,
        profile=R.catalogue.profile(),
        now=NOW,
    )
    return DifferenceReport(comparison, judged(before), judged(after), found)


def _plain(cell):
    match cell:
        case Toned():
            return cell.text
        case Lines():
            return "; ".join(cell.texts)
    return cell


def plain(rows):
    """The texts of the cells, without their tones."""
    return [[_plain(cell) for cell in row] for row in rows]


def test_a_ca_below_those_of_the_profile_is_said_to_block():
    """Old Root > New Root > [New CA 2], which is in no chain of the profile    [Old Root]"""
    report = covered(store("new-ca-2", "old-root"))
    assert plain(report.extra_cells())[0][-1] == "blocks OpenSSL on servers below it"
    assert report.answer().startswith("not covered; blocking: line 1; ")


def test_cells_of_a_pin_that_carries_some():
    assert plain(covered(store("old-ca-1", "new-root-x")).cells()) == [
        ["Old Root", "root", "MISSING", "yes", "1 of 2"],
        ["Other Root", "root", "no", "no", "no"],
        ["Old Ca 1", "pin (current)", "line 1", "1 of 2", "no"],
        ["Old Ca 2", "current CA", "no", "no", "no"],
        ["New Ca", "new CA", "no", "no", "no"],
        ["New Root X", "bridge", "line 2", "no", "1 of 2"],
        ["New Root", "new root", "twin: line 2", "no", "no"],
    ]


def test_cells_of_twins():
    assert plain(covered(store("old-root-ended", "old-ca-1-other")).cells())[:3] == [
        ["Old Root", "root", "MISSING (twin: line 1)", "yes", "yes"],
        ["Other Root", "root", "no", "no", "no"],
        ["Old Ca 1", "pin (current)", "twin: line 2", "blocks OpenSSL", "no"],
    ]


def test_many_copies_are_counted():
    assert plain(covered(store(*["old-root"] * 5)).cells())[0][2] == (
        "line 1, line 2, line 3 and 2 more"
    )


def test_extras_are_in_order_of_what_they_do():
    entries = (
        *store("unrelated", "private-ca", "old-ca-1-other", "old-ca-1", "old-root").entries,
        KeyEntry("me", KeyKind.PRIVATE, (), b""),
        UnreadableEntry(
            "what", b"", "an unknown block", kind=UnreadableKind.OTHER_LABEL
        ),  # hurts nobody
        TrustedEntry("twin", R["old-root-ended"], b""),
    )
    found = covered(Store("test", Format.PEM, entries))
    assert plain(found.extra_cells()) == [
        ["line 3", "pin (intermediate), twin of Old Ca 1", "Old CA 1", "2036-11-21",
         "blocks OpenSSL"],
        ["line 2", "pin (intermediate)", "Private CA", "2036-11-21", "none on these chains"],
        ["twin", "root, twin of Old Root", "Old Root", "2026-10-25", "none on these chains"],
        ["me", "private key", "", "", "none on these chains"],
        ["what", "unreadable", "", "", "none on these chains"],
    ]  # fmt: skip
    assert found.extra_roots == 1


def test_remarks_name_clients_and_what_java_does_not_see():
    hidden = TrustedEntry("a", R["old-root"], b"", trusted=False)
    found = covered(Store("test", Format.PKCS12, (hidden,)))
    assert list(found.remarks()) == [
        "Java does not see a: it lacks the trusted-key-usage attribute, so Java does not list it",
        "Other Root is not in the store; it is for clients elsewhere",
        "New Root (new root) is needed only if a server does not send the bridge",
    ]


RISK = (
    "servers that do not send the documented full chain are a risk; the self-signed root of the "
    "new chain in the store removes it"
)


@pytest.mark.parametrize(
    ("names", "answer"),
    [
        (("old-root",), f"covered; Java and OpenSSL survive the rotation; {RISK}"),
        (
            ("old-root", "new-root", "old-ca-1"),
            "covered; 1 unneeded pin; Java and OpenSSL survive the rotation",
        ),
        (
            ("old-root", "old-ca-1-ended"),
            (
                "not covered; blocking: line 2; Java survives the rotation; OpenSSL fails today, "
                "because a certificate on the path has expired"
            ),
        ),
        (
            ("old-ca-1",),
            (
                "not covered; missing: Old Root; Java fails after the rotation, because nothing in the "
                "store signed the chain (missing: Old Root); OpenSSL fails today and after, because "
                "the client takes a certificate of the store whose issuer is missing (Old Root)"
            ),
        ),
    ],
)
def test_answer_of_a_coverage(names, answer):
    assert covered(store(*names)).answer() == answer


def test_the_order_of_entries_alone():
    """No row in a table of differences, but an answer and a reason."""
    found = compared(
        store("new-root", "new-root-x", source="a", format=Format.FOLDER),
        store("new-root-x", "new-root", source="b", format=Format.FOLDER),
    )
    assert (found.cells(), found.same) == ([], False)
    assert list(found.remarks()) == [
        "the order of entries decides for OpenSSL: fails today with a, fails today and after with b"
    ]
    assert found.answer() == (
        "different: the order of entries; Java: fails today and after with both; "
        "OpenSSL: fails today with a, fails today and after with b"
    )


def test_remarks_of_a_comparison():
    broken = Store("a", Format.JKS, (UnreadableEntry("x", b"", "broken"),))
    sealed = Store("b", Format.PKCS12, (), Protection(needs_password=True))
    assert list(compared(broken, sealed, "java").remarks()) == [
        "1 entry of a cannot be read; unpin compares the raw bytes",
        "Java without the password sees no certificate of b",
        "not compared, because JKS and PKCS12 store it differently: protection",
    ]


def test_cells_of_keys_unreadable_entries_and_the_store():
    key = KeyEntry("me", KeyKind.PRIVATE, (R["server"],), b"", sealed=b"1")
    other = KeyEntry("me", KeyKind.PRIVATE, (R["server"],), b"", sealed=b"2")
    broken = UnreadableEntry("x", b"", "cut short")
    before = Store("a", Format.JKS, (key,), Protection(mac="weak"))
    after = Store("b", Format.JKS, (other, broken), Protection(mac="strong"))
    assert plain(compared(before, after, "java").cells()) == [
        ["added", "x", "unreadable", "cut short"],
        ["changed", "me", "db.example.org, private key",
         "the encrypted key differs (a different key, or the same key encrypted again)"],
        ["store", "", "", "MAC weak -> strong"],
    ]  # fmt: skip


def test_clients_are_named_or_counted():
    assert some_clients(("java",), 1) == "Java"
    assert some_clients(("java", "go"), 3) == "Java and Go"
    assert some_clients(("java", "go"), 2) == "every client"
    assert some_clients(("java", "go", "openssl", "nss"), 9) == "4 of 9 clients"
    assert listed([]) == ""
