"""BCFKS: what is read equals what was written, and nothing hostile gets through."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.examples import examples
from tests.referees import bouncy
from tests.unit.stores import bcfks_writer as w
from tests.unit.stores.samples import LEAF, ROOT, SMALL, A, B, mutated

from unpin.asn1 import tlv
from unpin.jdk.key_store_view import hidden_from_java
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    PasswordRequiredError,
    UnpinError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity, Protection
from unpin.stores import der
from unpin.stores.bouncycastle import bcfks, bcfks_protection
from unpin.stores.opening import open_bytes
from unpin.stores.pkcs12 import decoder as pkcs12

MOMENT = 1_704_164_645_000
"""2024-01-02 03:04:05 UTC in milliseconds, as bcfks_writer.TIME."""


def read(data, password="changeit"):
    return bcfks.decode(data, source="s.bcfks", password=password)


@pytest.mark.parametrize("name", [one for one in bouncy.KEPT if one.startswith("bcfks")])
def test_fixture_is_read_as_bouncycastle_lists_it(name):
    data = (bouncy.FIXTURES / name).read_bytes()
    if name == "bcfks-signed.bcfks":
        with pytest.raises(UnsupportedStoreError, match=rf"^{name}: a BCFKS store signed with a"):
            open_bytes(data, source=name)
        return
    listing = (bouncy.FIXTURES / "listing.tsv").read_text(encoding="ascii")
    store = open_bytes(data, source=name)
    assert bouncy.ours(store) == bouncy.theirs(listing)[name]
    assert (store.format, store.protection.integrity) == (Format.BCFKS, Integrity.VERIFIED)


def test_entries_in_file_order_with_raw_slices():
    raw = [
        w.trusted("root", A),
        w.key("server", B, A),
        w.key("protected", B, kind=3),
        w.secret("secret"),
        w.secret("protected secret", kind=4),
        w.trusted("leaf", B),
    ]
    assert read(w.simple(*raw)).entries == (
        TrustedEntry("root", ROOT.certificate, raw[0], MOMENT),
        KeyEntry(
            "server", KeyKind.PRIVATE, (LEAF.certificate, ROOT.certificate), raw[1], MOMENT
        ),
        KeyEntry("protected", KeyKind.PRIVATE, (LEAF.certificate,), raw[2], MOMENT),
        KeyEntry("secret", KeyKind.SECRET, (), raw[3], MOMENT),
        KeyEntry("protected secret", KeyKind.SECRET, (), raw[4], MOMENT),
        TrustedEntry("leaf", LEAF.certificate, raw[5], MOMENT),
    )  # fmt: skip


def test_protection():
    data = w.simple(w.trusted("a", A))
    assert read(data).protection == Protection(
        Integrity.VERIFIED,
        "HmacSHA512, PBKDF2 HmacSHA512, 1000 iterations",
        ("AES-256-CCM, PBKDF2 HmacSHA512, 1000 iterations",),
        needs_password=True,
    )


def test_container_keeps_what_is_around_the_entries():
    data = w.content(w.trusted("a", A))
    whole = w.store(w.encrypted(data))
    store = read(whole + b"tail")
    integrity = tlv.read(whole).children()[1].raw
    assert store.notes == ("4 bytes after the store",)
    assert store.container == bcfks.BcfksContainer(data, w.encryption(w.FAST), integrity, b"tail")


@pytest.mark.parametrize("mac", [w.SHA512, w.SHA3_512, w.SHA256])
@pytest.mark.parametrize("cipher", [w.CCM, w.KWP])
@pytest.mark.parametrize("kdf", [w.Pbkdf2(), w.Pbkdf2(prf=w.SHA3_512), w.Scrypt(), w.Scrypt(2, 3)])
def test_every_algorithm(mac, cipher, kdf):
    data = w.encrypted(w.content(w.trusted("a", A), mac=mac), kdf=kdf, cipher=cipher)
    store = read(w.store(data, mac=mac, kdf=kdf))
    assert [e.certificate.der for e in store.trusted] == [A]


def test_scrypt_is_described():
    protection = read(w.simple(kdf=w.Scrypt(512, 3))).protection
    assert protection.mac == "HmacSHA512, scrypt N=512 r=3"
    assert protection.encryption == ("AES-256-CCM, scrypt N=512 r=3",)
    assert protection.weaknesses == ()


def test_few_iterations_are_weak():
    assert read(w.simple(kdf=w.Pbkdf2(999))).protection.weaknesses == (
        (
            "The MAC derives its key in fewer than 1,000 iterations (HmacSHA512, PBKDF2 "
            "HmacSHA512, 999 iterations), so the password is quickly guessed."
        ),
        (
            "The encryption derives its key in fewer than 1,000 iterations (AES-256-CCM, PBKDF2 "
            "HmacSHA512, 999 iterations), so the password is quickly guessed."
        ),
    )


@pytest.mark.parametrize("password", ["", "changeit", "pässwörd", "\N{GRINNING FACE}"])
def test_passwords(password):
    data = w.simple(w.trusted("a", A), password=password)
    store = read(data, password)
    assert len(store.entries) == 1
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.protection.needs_password is (password != "")
    for wrong in (password + "x", "\udc80"):
        with pytest.raises(WrongPasswordError, match=r"^s\.bcfks: wrong password"):
            read(data, wrong)
    with pytest.raises(PasswordRequiredError, match=r"^s\.bcfks: the whole store is encrypted"):
        read(data, None)


def test_store_in_clear():
    data = w.store(w.content(w.trusted("a", A)))
    assert open_bytes(data, source="s").protection.password == "the default password changeit"
    store = read(data, None)
    assert store.protection.integrity is Integrity.NOT_CHECKED
    assert store.protection.needs_password
    assert store.protection.encryption == ()
    empty = w.store(w.content(w.trusted("a", A)), password="")
    assert not read(empty, None).protection.needs_password
    dear = w.store(w.content(), kdf=w.Scrypt(1 << 20, 512), derived_by=w.FAST)
    assert read(dear, None).protection.needs_password
    assert read(data).protection.integrity is Integrity.VERIFIED
    with pytest.raises(WrongPasswordError):
        read(data, "")


@pytest.mark.parametrize("alias", ["", "nul\0nul", "\N{GRINNING FACE}", "Ünïcode 漢字", "MiXeD"])
def test_aliases_are_kept_as_spelled(alias):
    store = read(w.simple(w.trusted(alias, A), w.key(alias, B)))
    assert [entry.alias for entry in store.entries] == [alias, alias]


def test_only_equal_aliases_hide_each_other():
    store = read(w.simple(w.trusted("dup", A), w.trusted("DUP", A), w.trusted("dup", B)))
    assert hidden_from_java(store) == {0: "another entry has the alias 'dup'; Java keeps the last"}


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("20240102030405Z", MOMENT),
        ("20240102030405.1Z", MOMENT + 100),
        ("20240102030405.123456789Z", MOMENT + 123),
        ("19691231235959.5Z", -500),
        ("00010101000000Z", -62_135_596_800_000),
        ("20240230000000Z", None),
        ("20240102030405", None),
        ("", None),
        (b"\xff" * 15, None),
        ("00000101000000Z", None),
    ],
)
def test_dates(text, milliseconds):
    (entry,) = read(w.simple(w.trusted("a", A, modified=text))).entries
    assert entry.created_ms == milliseconds


@pytest.mark.parametrize(
    ("raw", "alias", "reason"),
    [
        (
            w.trusted(b"\xed\xa0\xbd", A),
            "\ufffd" * 3,
            "alias: not UTF-8; BouncyCastle refuses the whole store",
        ),
        (w.trusted("a", b""), "a", "truncated at byte 0"),
        (w.trusted("a", SMALL + b"x"), "a", "1 bytes after the certificate"),
        (w.trusted("a", b"\x31\0"), "a", "certificate expected at byte 0, found tag 0x31"),
        (w.entry(5, "a", b""), "a", "entry of unknown type 05"),
        (w.entry(1 << 70000, "a", b""), "a", "entry of unknown type 0100000000000000"),
        (w.entry(1, "a", w.seq()), "a", "private key has 0 elements, 2 expected"),
        (w.key("a", b"\x31\0"), "a", "certificate expected at byte 36, found tag 0x31"),
        (w.seq(w.number(0)), "", "entry has 1 elements, 5 expected"),
        (
            w.entry(2, "a", b"", more=w.octets(b"")),
            "a",
            "comment expected at byte 103, found tag 0x04",
        ),
        (w.trusted("a", A, more=w.text(b"\xff")), "a", "comment: not UTF-8"),
        (b"\x31\0", "", "entry expected at byte 59, found tag 0x31"),
    ],
)
def test_what_is_no_entry_is_unreadable(raw, alias, reason):
    store = read(w.simple(raw, w.trusted("good", A)))
    assert store.entries[0] == UnreadableEntry(alias, raw, reason)
    assert isinstance(store.entries[1], TrustedEntry)


SIGNED = w.seq(w.encrypted(w.content()), tlv.element(0xA0, w.seq()))
UNSUPPORTED = {
    "signed": (SIGNED, "a BCFKS store signed with a key"),
    "PRF SHA-256": (
        w.simple(kdf=w.Pbkdf2(prf=w.SHA256)),
        "unpin does not support pseudo-random function 1.2.840.113549.2.9",
    ),
    "PRF by default": (
        w.simple(kdf=w.Pbkdf2(prf=None)),
        "unpin does not support PBKDF2 with HmacSHA1, which BouncyCastle refuses too",
    ),
    "cipher": (
        w.store(w.encrypted(w.content(), algorithm=w.encryption(w.FAST, "1.2.3", b""))),
        "unpin does not support cipher 1.2.3",
    ),
    "no PBES2": (
        w.store(w.encrypted(w.content(), algorithm=w.seq(w.oid("1.2.3"), w.seq()))),
        "unpin does not support cipher 1.2.3",
    ),
    "long PBKDF2 key": (w.store(w.encrypted(w.content()), size=513), "unpin does not support a"),
    "long scrypt key": (
        w.store(w.encrypted(w.content()), kdf=w.Scrypt(), size=513),
        "unpin does not support a scrypt key of more than 512 bytes",
    ),
}


@pytest.mark.parametrize(("data", "message"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_unsupported(data, message):
    with pytest.raises(UnsupportedStoreError) as caught:
        read(data)
    assert caught.value.message.startswith(f"s.bcfks: {message}")


def _with_cipher(*parameters):
    return w.store(
        w.encrypted(w.content(), algorithm=w.encryption(w.FAST, w.CCM, w.seq(*parameters)))
    )


MALFORMED = {
    "version 2": w.store(w.encrypted(w.content(version=2))),
    "version of 70000 bits": w.store(w.encrypted(w.content(version=1 << 70000))),
    "another MAC inside": w.store(w.encrypted(w.content(mac=w.SHA256))),
    "no key length": w.store(w.encrypted(w.content()), size=None),
    "AES-128": w.store(w.encrypted(w.content(), algorithm=w.encryption(w.Pbkdf2(length=16)))),
    "short nonce": _with_cipher(w.octets(bytes(6))),
    "long nonce": _with_cipher(w.octets(bytes(14))),
    "odd tag": _with_cipher(w.octets(bytes(12)), w.number(9)),
    "huge tag": _with_cipher(w.octets(bytes(12)), w.number(1 << 90)),
    "no nonce": _with_cipher(),
    "another nonce": _with_cipher(w.octets(b"123456789012"), w.number(8)),
    "cost no power of two": w.store(w.content(), kdf=w.Scrypt(3), derived_by=w.UNUSED),
    "cost 1": w.store(w.content(), kdf=w.Scrypt(1), derived_by=w.UNUSED),
    "cost 0": w.store(w.content(), kdf=w.Scrypt(0), derived_by=w.UNUSED),
    "block size 0": w.store(w.content(), kdf=w.Scrypt(2, 0), derived_by=w.UNUSED),
    "no iterations": w.store(w.content(), kdf=w.Pbkdf2(0), derived_by=w.UNUSED),
    "bytes after the contents": w.store(w.encrypted(w.content() + b"x")),
    "no contents": w.store(w.encrypted(b"")),
    "entries in a SET": w.store(w.encrypted(w.content(entries_tag=tlv.SET))),
    "comment of another type": w.store(w.encrypted(w.content(more=w.octets(b"x")))),
    "comment not in UTF-8": w.store(w.encrypted(w.content(more=w.text(b"\xff")))),
    "third element of the store": w.store(w.encrypted(w.content()), more=w.octets(b"")),
    "third element of the encrypted data": w.store(
        w.seq(w.encryption(w.FAST), w.octets(bytes(40)), w.octets(b""))
    ),
    "shorter than its tag": w.store(w.seq(w.encryption(w.FAST), w.octets(b"1234"))),
    "key wrap of nothing": w.store(w.seq(w.encryption(w.FAST, w.KWP), w.octets(b""))),
    "key wrap of an odd length": w.store(w.seq(w.encryption(w.FAST, w.KWP), w.octets(b"x" * 17))),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed(data):
    assert bcfks.claims(data)
    with pytest.raises(MalformedStoreError, match=r"^s\.bcfks: "):
        read(data)


BOMBS = {
    "PBKDF2": w.Pbkdf2(5_000_001),
    "PBKDF2 of 31 bits": w.Pbkdf2(1 << 31),
    "PBKDF2 of 63 bits": w.Pbkdf2((1 << 63) - 1),
    "PBKDF2 of 70000 bits": w.Pbkdf2(1 << 70000),
    "scrypt of 31 bits": w.Scrypt(1 << 31, 2),
    "scrypt of memory": w.Scrypt(1 << 18, 9),
    "scrypt of blocks": w.Scrypt(2, (1 << 31) - 1),
    "scrypt of work": w.Scrypt(1 << 17, 16),
    "scrypt of 70000 bits": w.Scrypt(1 << 70000, 1 << 7000),
}


@pytest.mark.parametrize("kdf", BOMBS.values(), ids=BOMBS)
def test_costly_derivations_are_refused_before_they_begin(kdf):
    inside = w.seq(w.encryption(kdf), w.octets(b"x" * 40))
    for data in (
        w.store(w.encrypted(w.content()), kdf=kdf, derived_by=w.UNUSED),
        w.store(inside),
    ):
        with pytest.raises(LimitExceededError, match=r"^s\.bcfks: "):
            read(data)


def test_several_derivations_count_together(monkeypatch):
    kdf = w.Scrypt(4, 2)
    monkeypatch.setattr(bcfks_protection, "MAX_SCRYPT_WORK", 32)
    assert read(w.simple(kdf=kdf)).entries == ()
    monkeypatch.setattr(bcfks_protection, "MAX_SCRYPT_WORK", 31)
    with pytest.raises(
        LimitExceededError, match=r"^s\.bcfks: scrypt with N\*r\*p of 32, the limit is 31"
    ):
        read(w.simple(kdf=kdf))


def test_too_many_encrypted_bytes():
    assert bcfks_protection.MAX_ENCRYPTED_BYTES == 1 << 24
    data = w.store(w.seq(w.encryption(w.FAST), w.octets(bytes((1 << 24) + 1))))
    with pytest.raises(LimitExceededError, match=r"^s\.bcfks: 16777217 encrypted bytes"):
        read(data)


def test_more_bytes_than_the_nonce_of_ccm_allows():
    """With a nonce of 13 bytes the length has two; OpenSSL would fail in the middle."""
    parameters = w.ccm_parameters(bytes(13))
    inside = w.seq(w.encryption(w.FAST, w.CCM, parameters), w.octets(bytes(65536 + 8)))
    with pytest.raises(MalformedStoreError, match="more bytes than its nonce allows"):
        read(w.store(inside))


def test_too_many_entries(monkeypatch):
    monkeypatch.setattr(bcfks, "MAX_ENTRIES", 2)
    assert len(read(w.simple(*[w.trusted("a", SMALL)] * 2)).entries) == 2
    with pytest.raises(LimitExceededError, match=r"^s\.bcfks: more than 2 entries"):
        read(w.simple(*[w.trusted("a", SMALL)] * 3))


def test_too_many_certificates_in_chains(monkeypatch):
    monkeypatch.setattr(bcfks, "MAX_CHAIN_CERTIFICATES", 3)
    assert len(read(w.simple(w.key("a", SMALL, SMALL), w.key("b", SMALL))).entries) == 2
    with pytest.raises(LimitExceededError, match=r"^s\.bcfks: more than 3 certificates"):
        read(w.simple(w.key("a", SMALL, SMALL), w.key("b", SMALL, SMALL)))


def test_deep_nesting_is_refused():
    node = b""
    for _ in range(10_000):
        node = w.seq(node)
    store = read(w.simple(node, w.trusted("a", A)))
    assert [type(entry) for entry in store.entries] == [UnreadableEntry, TrustedEntry]
    endless = b"\x30\x80" * 10_000
    for data in (w.store(endless), w.seq(w.encrypted(w.content()), endless), endless):
        with pytest.raises(MalformedStoreError, match=r"^s\.bcfks: "):
            read(data)


WHOLE = w.simple(w.trusted("a", SMALL), w.key("k", SMALL, SMALL), w.secret("s"))
CLEAR = w.store(w.content(w.trusted("a", SMALL), w.key("k", SMALL, SMALL), w.secret("s")))


@pytest.mark.parametrize("data", [WHOLE, CLEAR], ids=["encrypted", "clear"])
def test_truncation_at_every_byte_is_refused(data):
    assert len(read(data).entries) == 3
    for end in range(len(data)):
        with pytest.raises(UnpinError, match=r"^s\.bcfks: "):
            read(data[:end])


def test_truncated_encrypted_stores_are_still_claimed():
    assert [end for end in range(40, len(WHOLE)) if not bcfks.claims(WHOLE[:end])] == []


def test_one_changed_byte_contradicts_the_password():
    data = bytearray(WHOLE)
    data[-200] ^= 1
    with pytest.raises(WrongPasswordError):
        read(bytes(data))


def test_claims_nothing_else():
    version_1 = w.seq(w.seq(w.number(1), w.seq(w.oid("1.2.3")), w.seq(), b"\x18\0"), w.seq())
    for data in (b"", b"0", A, version_1, w.seq(w.seq(w.oid(w.PBES2))), w.seq(w.seq()), w.seq()):
        assert not bcfks.claims(data)
    for data in (WHOLE, CLEAR):
        assert not any(codec.claims(data) for codec in (der, pkcs12))


ENTRIES = CLEAR.index(w.trusted("a", SMALL)) - 2
"""Where the length of the entries stands in CLEAR: 81 d7."""


@pytest.mark.parametrize(
    ("position", "value", "left", "note"),
    [
        (ENTRIES, 0, 0, "3 elements after the entries: BouncyCastle ignores them"),
        (ENTRIES + 1, 0, 0, "3 elements after the entries: BouncyCastle ignores them"),
        (ENTRIES + 1, 49, 1, "2 elements after the entries: BouncyCastle ignores them"),
    ],
)
def test_entries_behind_the_end_of_the_list_are_said(position, value, left, note):
    """Without a password nothing contradicts a length that ends the list too early."""
    data = bytearray(CLEAR)
    data[position] = value
    store = read(bytes(data), None)
    assert (len(store.entries), store.notes) == (left, (note,))
    assert store.protection.integrity is Integrity.NOT_CHECKED


def test_an_entry_inside_another_is_said():
    swallowing = w.trusted("a", SMALL, more=w.octets(b"") + w.trusted("b", SMALL))
    store = read(w.simple(swallowing, w.trusted("c", SMALL)))
    assert [entry.alias for entry in store.entries] == ["a", "c"]
    assert store.notes == (
        "1 entry with elements after the data (first: 'a'): BouncyCastle ignores them",
    )


@given(
    st.sampled_from([WHOLE, CLEAR]),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=4),
    st.sampled_from([None, "changeit"]),
)
@example(CLEAR, [(ENTRIES, 0)], None)
@examples(300)
def test_mutated_bytes_are_refused_or_lose_nothing_in_silence(seed, changes, password):
    try:
        store = read(mutated(seed, changes), password)
    except UnpinError as error:
        assert error.message.startswith("s.bcfks: ")
    else:
        unreadable = any(isinstance(entry, UnreadableEntry) for entry in store.entries)
        assert len(store.entries) == 3 or unreadable or store.notes


@examples(300)
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=6))
def test_only_unpin_errors_leave_on_mutated_contents_under_a_right_mac(changes):
    whole = w.content(w.trusted("a", SMALL), w.key("k", SMALL, SMALL), w.secret("s"))
    content = mutated(whole, changes)
    try:
        read(w.store(w.encrypted(content, kdf=w.UNUSED), kdf=w.UNUSED))
    except UnpinError as error:
        assert error.message.startswith("s.bcfks: ")
