"""Each kind of change: the smallest pair of stores that shows it, and its nearest harmless one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.pki import NOW, Authority, pem
from tests.rotation import rotation
from tests.unit.stores import jks_writer as jks

from unpin.comparison.differences import compare
from unpin.model.encoding_faults import EncodingFault, FaultKind
from unpin.model.entries import Attribute, KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.formats import Format
from unpin.model.store import Protection, Store
from unpin.stores.opening import open_bytes

R = rotation()
A, B = R["old-root"], R["other-root"]
DAY = 86_400_000


def entry(alias, certificate, **more):
    return TrustedEntry(alias, certificate, b"", **more)


def key(alias, *chain, sealed=b"sealed", **more):
    return KeyEntry(alias, KeyKind.PRIVATE, chain, b"raw", sealed=sealed, **more)


def store(*entries, format=Format.JKS, **more):
    return Store("test", format, entries, **more)


def differences(before, after):
    """(change, position before, position after, the fields that differ)."""
    found = compare(before, after)
    lines = [
        (str(one.change), one.before, one.after, [detail.field for detail in one.details])
        for one in found.differences
    ]
    return lines + [("store", detail.field, detail.before, detail.after) for detail in found.store]


def test_added_and_removed():
    one, two = store(entry("a", A)), store(entry("a", A), entry("b", B))
    assert differences(one, two) == [("added", None, 1, [])]
    assert differences(two, one) == [("removed", 1, None, [])]


def test_an_alias_makes_no_pair_of_two_certificates():
    assert differences(store(entry("a", A)), store(entry("a", B))) == [
        ("added", None, 0, []),
        ("removed", 0, None, []),
    ]


def test_renamed():
    found = compare(store(entry("a", A)), store(entry("b", A)))
    (one,) = found.differences
    assert (str(one.change), [(d.field, d.before, d.after) for d in one.details]) == (
        "renamed",
        [("alias", "a", "b")],
    )


def test_order_of_unrelated_entries_is_no_difference():
    assert (
        differences(store(entry("a", A), entry("b", B)), store(entry("b", B), entry("a", A))) == []
    )


def test_renewed_is_the_same_name_key_and_issuer():
    parent = Authority("Parent")
    old = Authority("CA", parent, ends=NOW)
    new = Authority("CA", parent, ends=NOW + timedelta(days=365), key=old.key)
    assert differences(store(entry("a", old.certificate)), store(entry("a", new.certificate))) == [
        ("renewed", 0, 0, ["sha256", "serial", "not_after"])
    ]
    assert differences(store(entry("a", old.certificate)), store(entry("b", new.certificate))) == [
        ("renewed", 0, 0, ["alias", "sha256", "serial", "not_after"])
    ]


def test_twin_is_the_same_name_and_key_from_another_issuer():
    assert differences(store(entry("a", R["new-root-x"])), store(entry("a", R["new-root"]))) == [
        ("twin", 0, 0, ["sha256", "issuer", "serial"])
    ]


def test_the_same_name_with_another_key_is_no_renewal():
    assert [change for change, *_ in differences(
        store(entry("a", R["old-root"])), store(entry("a", R["old-root-impostor"]))
    )] == ["added", "removed"]  # fmt: skip


def test_a_twin_under_its_own_alias_is_paired_before_others():
    before = store(entry("x", R["new-root-x"]), entry("s", R["old-root"]))
    after = store(entry("y", R["new-root"]), entry("x", R["new-root-x-ended"]))
    assert [one[:3] for one in differences(before, after)] == [
        ("added", None, 0),
        ("removed", 1, None),
        ("renewed", 0, 1),
    ]


def test_creation_date():
    before, after = store(entry("a", A, created_ms=0)), store(entry("a", A, created_ms=DAY))
    (one,) = compare(before, after).differences
    assert [(str(one.change), d.field, d.before, d.after) for d in one.details] == [
        ("changed", "created", "1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z")
    ]


def test_a_date_beyond_python_is_milliseconds():
    (one,) = compare(
        store(entry("a", A, created_ms=0)), store(entry("a", A, created_ms=1 << 62))
    ).differences
    assert one.details[0].after == f"{1 << 62} ms"


def test_duplicates_are_counted():
    two = store(entry("a", A), entry("b", A))
    assert differences(two, store(entry("b", A))) == [("removed", 0, None, [])]
    assert differences(two, store(entry("b", A), entry("a", A))) == []


def test_attributes_of_pkcs12():
    usage = Attribute("2.16.840.1.113894.746875.1.1", b"\x31\x00")
    before = store(entry("a", A, attributes=(usage,)), format=Format.PKCS12)
    after = store(entry("a", A, trusted=False), format=Format.PKCS12)
    (one,) = compare(before, after).differences
    assert [(str(one.change), d.field, d.before, d.after) for d in one.details] == [
        ("changed", "attribute trusted-key-usage", "3100", None),
        (
            "changed",
            "visible_to_java",
            "yes",
            "no: it lacks the trusted-key-usage attribute, so Java does not list it",
        ),
    ]


def test_friendly_name_is_the_alias_and_the_local_key_id_a_date():
    def keyed(alias, moment):
        name = Attribute("1.2.840.113549.1.9.20", alias.encode())
        identifier = Attribute("1.2.840.113549.1.9.21", b"%d" % moment)
        return store(
            key(alias, A, created_ms=moment, attributes=(name, identifier)), format=Format.PKCS12
        )

    assert differences(keyed("a", 1), keyed("b", 2)) == [("renamed", 0, 0, ["alias", "created"])]


def test_a_store_that_java_does_not_see_into_differs_across_java_formats():
    before = store(entry("a", A))
    after = store(entry("a", A, trusted=False), format=Format.PKCS12)
    assert differences(before, after) == [("changed", 0, 0, ["visible_to_java"])]


def test_keys_by_certificates_and_sealed_bytes():
    assert differences(store(key("a", A)), store(key("a", A))) == []
    assert differences(store(key("a", A)), store(key("a", A, sealed=b"other"))) == [
        ("changed", 0, 0, ["sealed_key"])
    ]
    assert differences(store(key("a", A)), store(key("b", A))) == [("renamed", 0, 0, ["alias"])]
    assert differences(store(key("a", A)), store(key("a", A, B))) == [
        ("changed", 0, 0, ["chain_sha256"])
    ]
    assert differences(
        store(key("a", R["new-root-x"])), store(key("a", R["new-root-x-ended"], sealed=b"other"))
    ) == [("renewed", 0, 0, ["sha256", "serial", "not_after", "sealed_key"])]


def test_a_key_that_was_replaced_under_its_alias():
    (one,) = compare(store(key("a", A)), store(key("a", B, sealed=b"other"))).differences
    assert str(one.change) == "changed"
    assert [detail.field for detail in one.details][:2] == ["sha256", "subject"]


def test_a_key_without_sealed_bytes_is_compared_whole():
    bare = KeyEntry("a", KeyKind.SECRET, (), b"one")
    assert differences(store(bare), store(replace(bare, raw=b"two"))) == [
        ("changed", 0, 0, ["sealed_key"])
    ]


def test_unreadable_entries_by_raw_bytes():
    one, two = UnreadableEntry("a", b"1", "broken"), UnreadableEntry("a", b"2", "broken")
    nameless = UnreadableEntry("", b"3", "broken")
    assert differences(store(one, nameless), store(nameless, one)) == []
    assert differences(store(one), store(two)) == [("changed", 0, 0, ["raw"])]
    assert differences(store(one), store(nameless)) == [
        ("added", None, 0, []),
        ("removed", 0, None, []),
    ]


def test_a_certificate_that_cannot_be_parsed_is_its_bytes():
    from unpin.model.certificate import Certificate

    one, two = Certificate(b"\x30\x00"), Certificate(b"\x30\x01\x00")
    assert differences(store(entry("a", one)), store(entry("a", one))) == []
    assert [change for change, *_ in differences(
        store(entry("a", one)), store(entry("a", two))
    )] == ["added", "removed"]  # fmt: skip


def test_swapped_twins_in_a_pem_file():
    own, crossed = entry("", R["new-root"], line=1), entry("", R["new-root-x"], line=9)
    before, after = store(own, crossed, format=Format.PEM), store(crossed, own, format=Format.PEM)
    (one,) = compare(before, after).differences
    assert [(str(one.change), d.field, d.before, d.after) for d in one.details] == [
        ("moved", "order", "itself, Old Root", "Old Root, itself")
    ]
    for_java = entry("own", R["new-root"]), entry("crossed", R["new-root-x"])
    assert compare(store(*for_java), store(*reversed(for_java))).same


def test_protection_and_encoding_of_one_format():
    before = store(
        entry("a", A),
        format=Format.PKCS12,
        protection=Protection(mac="SHA-1, 1 iteration", encryption=("RC2-40",)),
    )
    after = store(entry("a", A), format=Format.PKCS12, protection=Protection())
    assert differences(before, after) == [
        ("store", "mac", "SHA-1, 1 iteration", None),
        ("store", "encryption", "RC2-40", None),
    ]
    marked = store(entry("a", A), faults=(EncodingFault(FaultKind.UTF_8_BOM, line=1),))
    moved = store(entry("a", A), faults=(EncodingFault(FaultKind.UTF_8_BOM, line=2),))
    assert differences(store(entry("a", A)), marked) == [
        ("store", "encoding_fault", None, "utf-8-bom")
    ]
    assert differences(marked, moved) == []


@pytest.mark.parametrize("password", ["changeit", "other"])
def test_which_password_opened_a_store_is_no_difference(password):
    data = jks.store(jks.trusted("a", A.der), password=password)
    from unpin.stores.opening import Password

    opened = open_bytes(data, source="a", password=Password(password, "a test"))
    assert compare(opened, open_bytes(jks.store(jks.trusted("a", A.der)), source="b")).same


def test_across_formats_only_what_both_hold_is_compared():
    """JKS with aliases and dates against the same certificates as PEM in another order."""
    data = jks.store(
        jks.trusted("a", A.der), jks.trusted("b", B.der), jks.key("k", R["server"].der)
    )
    before = open_bytes(data, source="a")
    without_key = open_bytes(
        jks.store(jks.trusted("a", A.der), jks.trusted("b", B.der)), source="a"
    )
    after = open_bytes(pem(B, A), source="b")
    assert differences(without_key, after) == []
    assert differences(before, after) == [("removed", 2, None, [])]
    assert compare(without_key, after).uncompared == ("aliases", "creation dates", "protection")
    assert compare(without_key, without_key).uncompared == ()


def test_names_of_files_are_no_aliases():
    folder = store(entry("", A, file="a.pem"), format=Format.FOLDER)
    assert compare(folder, store(entry("x", A))).uncompared == ("names", "protection")
    assert differences(folder, store(entry("x", A))) == []
    renamed = store(entry("", A, file="b.pem"), format=Format.FOLDER)
    assert differences(folder, renamed) == [("renamed", 0, 0, ["alias"])]


def test_keys_across_formats():
    in_jks, in_p12 = store(key("k", A)), store(key("k", A, sealed=b"p"), format=Format.PKCS12)
    assert differences(in_jks, in_p12) == []
    assert compare(in_jks, in_p12).uncompared == ("encrypted keys", "protection")
    in_pem = store(key("", sealed=b"pem"), format=Format.PEM)
    assert differences(in_jks, in_pem) == []
    assert compare(in_jks, in_pem).uncompared == ("aliases", "keys and their chains", "protection")


def test_a_long_attribute_is_its_digest():
    long = Attribute("1.2.3", bytes(33))
    before = store(entry("a", A, attributes=(long,)), format=Format.PKCS12)
    (one,) = compare(before, store(entry("a", A), format=Format.PKCS12)).differences
    digest = "7f9c9e31ac8256ca2f258583df262dbc7d6f68f2a03043d5c99a4ae5a7396ce9"
    assert one.details[0].before == f"33 bytes, SHA-256 {digest}"
