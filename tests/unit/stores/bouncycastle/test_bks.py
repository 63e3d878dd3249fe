"""BKS: what is read equals what was written, and nothing hostile gets through."""

import struct

import jks as pyjks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.referees import bouncy
from tests.unit.stores import bks_writer as w
from tests.unit.stores import jks_writer
from tests.unit.stores.samples import LEAF, ROOT, SMALL, A, B, mutated

from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    UnpinError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection
from unpin.stores.bouncycastle import bks
from unpin.stores.bouncycastle import bks_entries as bksentries
from unpin.stores.opening import open_bytes


def read(data, password="changeit"):
    return bks.decode(data, source="s.bks", password=password)


@pytest.mark.parametrize("name", ["bks-1.bks", "bks-2.bks"])
def test_fixture_is_read_as_bouncycastle_lists_it(name):
    listing = (bouncy.FIXTURES / "listing.tsv").read_text(encoding="ascii")
    store = read((bouncy.FIXTURES / name).read_bytes())
    assert bouncy.ours(store) == bouncy.theirs(listing)[name]
    assert store.protection.integrity is Integrity.VERIFIED


@pytest.mark.parametrize("version", [1, 2])
def test_pyjks_agrees(version):
    entries = [
        w.trusted("Root", A),
        w.trusted("", B),
        w.sealed("server", B, A),
        w.protected("protected", B),
        w.plain("plain", b"key"),
    ]
    data = w.store(*entries, version=version)
    theirs = pyjks.bks.BksKeyStore.loads(data, "changeit", try_decrypt_keys=False).entries
    assert {entry.alias: chain(entry) for entry in read(data).entries} == {
        alias: [entry.cert]
        if isinstance(entry, pyjks.TrustedCertEntry)
        else [one.cert for one in entry.cert_chain]
        for alias, entry in theirs.items()
    }


def chain(entry):
    trusted = isinstance(entry, TrustedEntry)
    return [one.der for one in ((entry.certificate,) if trusted else entry.chain)]


def test_entries_in_file_order_with_raw_slices():
    raw = [
        w.trusted("root", A),
        w.sealed("server", B, A, date=5),
        w.sealed("secret", date=6),
        w.protected("protected", B, date=7),
        w.protected("bytes", date=8),
        w.plain("plain", b"key"),
        w.plain("private", b"key", B, kind=0),
        w.trusted("leaf", B, date=-1),
    ]
    store = read(w.store(*raw))
    assert store.format is Format.BKS
    assert store.entries == (
        TrustedEntry("root", ROOT.certificate, raw[0], w.DATE),
        KeyEntry("server", KeyKind.PRIVATE, (LEAF.certificate, ROOT.certificate), raw[1], 5),
        KeyEntry("secret", KeyKind.SECRET, (), raw[2], 6),
        KeyEntry("protected", KeyKind.PRIVATE, (LEAF.certificate,), raw[3], 7),
        KeyEntry("bytes", KeyKind.SECRET, (), raw[4], 8),
        KeyEntry("plain", KeyKind.SECRET, (), raw[5], w.DATE),
        KeyEntry("private", KeyKind.PRIVATE, (LEAF.certificate,), raw[6], w.DATE),
        TrustedEntry("leaf", LEAF.certificate, raw[7], -1),
    )


def test_protection_of_version_2():
    store = read(w.store(w.trusted("a", A)))
    assert store.variant == "version 2"
    assert store.protection == Protection(Integrity.VERIFIED, "HmacPBESHA1, 1024 iterations")
    assert store.notes == ()


def test_version_1_is_weak():
    store = read(w.store(w.trusted("a", A), version=1))
    assert store.variant == "version 1"
    assert store.protection == Protection(
        Integrity.VERIFIED,
        "HmacPBESHA1 with a key of 16 bits, 1024 iterations",
        weaknesses=(
            (
                "BKS version 1 is protected by a MAC key of 16 bits: anyone can try all keys and "
                "change the store unnoticed."
            ),
        ),
    )


def test_few_iterations_are_weak():
    assert read(w.store(w.trusted("a", A), iterations=1)).protection.weaknesses == (
        (
            "The MAC derives its key in fewer than 1,000 iterations (1), so the password is quickly "
            "guessed."
        ),
    )


@pytest.mark.parametrize(
    "alias", ["", "nul\0nul", "\N{GRINNING FACE}", "Ünïcode 漢字", "\ud83d", "MiXeD", "a\nb"]
)
def test_aliases_are_kept_as_spelled(alias):
    store = read(w.store(w.trusted(alias, A), w.sealed(alias, B)))
    assert [entry.alias for entry in store.entries] == [alias, alias]


def test_only_equal_aliases_hide_each_other():
    store = read(w.store(w.trusted("dup", A), w.trusted("DUP", A), w.trusted("dup", B)))
    assert hidden_from_java(store) == {0: "another entry has the alias 'dup'; Java keeps the last"}


def test_alias_that_java_cannot_decode_is_unreadable_and_the_rest_is_read():
    bad = w.trusted("\N{GRINNING FACE}".encode(), A)
    store = read(w.store(bad, w.trusted("good", B)))
    assert store.entries[0] == UnreadableEntry(
        "\N{GRINNING FACE}",
        bad,
        "alias: malformed modified UTF-8 at byte 0; Java refuses the whole store",
    )
    assert store.entries[1].alias == "good"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (w.trusted("a", A, kind="PGP"), "certificate of type 'PGP', not X.509"),
        (w.trusted("a", b"hello"), "element at byte 0 claims 101 bytes, 3 remain"),
        (w.trusted("a", b"\x31\0"), "certificate expected at byte 0, found tag 0x31"),
        (w.plain("a", b"", kind=1), "a key of type 1, neither private nor secret"),
        (w.sealed("a", A, b""), "certificate 2 of its chain: truncated at byte 0"),
    ],
)
def test_what_is_no_certificate_or_key_is_unreadable(raw, reason):
    store = read(w.store(raw, w.trusted("good", A)))
    assert store.entries[0] == UnreadableEntry("a", raw, reason)
    assert isinstance(store.entries[1], TrustedEntry)


@pytest.mark.parametrize("kind", [5, 255])
def test_unknown_type_is_malformed(kind):
    data = w.store(w.trusted("a", A), w.head(kind, "x", 0) + w.blob(b""))
    with pytest.raises(MalformedStoreError, match=rf"^s\.bks: entry 2: unknown type {kind}, "):
        read(data)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("password", ["changeit", "pässwörd", "\N{GRINNING FACE}", "\udc80"])
def test_passwords(version, password):
    if password == "\udc80":
        mac = w.store(w.trusted("a", A), version=version, password="x")[-20:]
        data = w.store(w.trusted("a", A), version=version, mac=mac)
    else:
        data = w.store(w.trusted("a", A), version=version, password=password)
        assert read(data, password).protection.integrity is Integrity.VERIFIED
    with pytest.raises(WrongPasswordError, match=r"^s\.bks: "):
        read(data, password + "x")


@pytest.mark.parametrize("password", [None, ""])
def test_no_password_and_the_empty_one_check_nothing(password):
    """BouncyCastle skips the check for an empty password, so it proves nothing here either."""
    for written_with in ("changeit", ""):
        store = read(w.store(w.trusted("a", A), password=written_with), password)
        assert store.protection.integrity is Integrity.NOT_CHECKED
        assert len(store.entries) == 1


def test_unknown_password_is_reported_as_none():
    store = open_bytes(w.store(w.trusted("a", A), password="s3cret"), source="s.bks")
    assert store.protection.integrity is Integrity.NOT_CHECKED
    assert store.protection.password == "no password"


def test_one_changed_byte_contradicts_the_password():
    data = bytearray(w.store(w.trusted("a", A)))
    data[100] ^= 1
    with pytest.raises(WrongPasswordError):
        read(bytes(data))


def test_trailing_bytes_are_noted():
    data = w.store(w.trusted("a", A))
    store = read(data + b"\n\n\n")
    assert store.notes == ("3 bytes follow the end of the store",)
    assert store.container == bks.BksContainer(
        bks.BksHeader(2, w.SALT, 1024), data[-20:], b"\n\n\n"
    )


WHOLE = w.store(
    w.trusted("a", SMALL), w.sealed("k", SMALL, SMALL), w.plain("p", b"12"),
    w.protected("b", SMALL), w.trusted("c", SMALL),
)  # fmt: skip


@pytest.mark.parametrize("password", [None, "changeit"])
def test_truncation_at_every_byte_is_refused(password):
    assert len(read(WHOLE, password).entries) == 5
    for end in range(len(WHOLE)):
        with pytest.raises(UnpinError, match=r"^s\.bks: "):
            read(WHOLE[:end], password)


def test_truncated_stores_are_still_claimed():
    start = len(w.header())
    unclaimed = [end for end in range(8, len(WHOLE)) if not bks.claims(WHOLE[:end])]
    assert unclaimed == []
    assert not bks.claims(WHOLE[:7])
    assert bks.claims(WHOLE[:start])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\2",
        b"\0\0\0\2\0\0\0\x14"[:7],
        b"\0\0\0\3" + w.store(w.trusted("a", A))[4:],
        b"\0\0\0\0" + w.store(w.trusted("a", A))[4:],
        w.header(salt=b"1234567") + w.trusted("a", A) + bytes(21),
        w.header(salt=bytes(1025)) + w.trusted("a", A) + bytes(21),
        w.header() + bytes(16),
        w.header() + bytes(32),
        w.header() + b"\5" + w.trusted("a", A)[1:] + bytes(21),
        w.header() + w.head(1, "a", 1 << 60) + w.slot(A) + bytes(21),
        w.header() + w.head(1, "a", 1, count=1 << 24) + bytes(21),
        w.header() + b"\1\xff\xff" + bytes((0xFF, 0x80)) * 300,
        b"\0\0\0\1" * 200,
        b"\0\0\0\1\x67\x42\0\x1e" + bytes(200),
        bytes(4096),
        jks_writer.store(jks_writer.trusted("a", A)),
    ],
)
def test_other_binary_data_is_not_claimed(data):
    assert not bks.claims(data)


@pytest.mark.parametrize(
    "data",
    [
        w.store(),
        w.store() + b"tail",
        w.store(w.trusted("", A)),
        w.store(w.trusted("x", A, date=-1), salt=b"12345678"),
        w.store(w.sealed("k", A), version=1),
        w.store(w.trusted("\N{GRINNING FACE}".encode(), A)),
    ],
)
def test_stores_are_claimed(data):
    assert bks.claims(data)
    assert open_bytes(data, source="s").format is Format.BKS


BOMBS = {
    "certificate": w.head(1, "a", 0) + w.utf("X.509") + b"\xff\xff\xff\xff" + A,
    "type": w.head(1, "a", 0) + b"\xff\xff" + A,
    "sealed key": w.head(4, "a", 0) + b"\xff\xff\xff\xff" + A,
    "chain": w.head(4, "a", 0, count=0xFFFFFFFF) + A,
    "chain of 2^24": w.head(4, "a", 0, count=1 << 24) + A,
    "alias": b"\1\xff\xff" + A,
    "key format": w.head(2, "a", 0) + b"\0\xff\xff" + A,
    "key algorithm": w.head(2, "a", 0) + b"\0" + w.utf("RAW") + b"\xff\xff" + A,
    "plain key": w.head(2, "a", 0) + b"\0" + w.utf("RAW") + w.utf("AES") + b"\xff\xff\xff\xff" + A,
}


@pytest.mark.parametrize("entry", BOMBS.values(), ids=BOMBS)
def test_length_bombs_are_refused(entry):
    with pytest.raises(MalformedStoreError, match=r"^s\.bks: entry 1: "):
        read(w.store(entry))


@pytest.mark.parametrize("iterations", [(1 << 20) + 1, 1 << 31, 0xFFFFFFFF])
def test_iteration_bombs_are_refused_before_the_first_iteration(iterations):
    data = w.store(w.trusted("a", A), iterations=iterations, mac=bytes(20))
    with pytest.raises(LimitExceededError, match=rf"^s\.bks: iteration count of {iterations}, "):
        read(data)
    assert len(read(data, None).entries) == 1


def test_too_many_entries(monkeypatch):
    monkeypatch.setattr(bksentries, "MAX_ENTRIES", 2)
    assert len(read(w.store(*[w.trusted("a", SMALL)] * 2)).entries) == 2
    with pytest.raises(LimitExceededError, match=r"^s\.bks: more than 2 entries"):
        read(w.store(*[w.trusted("a", SMALL)] * 3))


def test_too_many_certificates_in_chains(monkeypatch):
    monkeypatch.setattr(bksentries, "MAX_CHAIN_CERTIFICATES", 3)
    with pytest.raises(LimitExceededError, match=r"^s\.bks: more than 3 certificates"):
        read(w.store(w.sealed("a", SMALL, SMALL), w.sealed("b", SMALL, SMALL)))


@examples(300)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    st.binary(max_size=8),
    st.sampled_from([None, "changeit"]),
)
def test_only_unpin_errors_leave_on_mutated_bytes(changes, tail, password):
    data = mutated(WHOLE, changes) + tail
    if data[28:30] != b"\0\0":
        password = None  # the iteration count: allowed, but not worth the time here
    try:
        store = read(data, password)
    except UnpinError as error:
        assert error.message.startswith("s.bks: ")
    else:
        assert b"".join(entry.raw for entry in store.entries) in data


@examples(200)
@given(st.sampled_from([1, 2]), st.binary(max_size=200))
def test_only_unpin_errors_leave_on_random_bytes(version, rest):
    try:
        read(struct.pack(">I", version) + rest, None)
    except UnpinError as error:
        assert error.message.startswith("s.bks: ")
