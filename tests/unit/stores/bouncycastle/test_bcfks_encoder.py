"""BCFKS: objects are written byte for byte, encrypted and guarded as they were."""

from dataclasses import replace

import pytest
from tests.pki import Authority
from tests.referees import bouncy
from tests.unit.stores import bcfks_writer as w

from unpin.asn1 import tlv
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError, LimitExceededError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.bouncycastle import bcfks
from unpin.stores.encoders import encode, rename
from unpin.stores.formats import EncodeOptions

ROOT = Authority("Root")
OTHER = Authority("Other")
A, B = ROOT.certificate.der, OTHER.certificate.der
DATE = 1_704_164_645_500
"""2024-01-02 03:04:05.5 UTC"""
FIXTURES = [one for one in bouncy.KEPT if one.startswith("bcfks") and "signed" not in one]


def read(data, password="changeit"):
    return bcfks.decode(data, source="s.bcfks", password=password)


def sizes(data):
    """The encrypted part and the MAC, with every random or derived value by its size only."""

    def blanked(node):
        if node.constructed:
            return tlv.element(node.tag, *map(blanked, node))
        return bytes(len(node.raw)) if node.tag == tlv.OCTET_STRING else node.raw

    return blanked(tlv.read(data))


@pytest.mark.parametrize("name", FIXTURES)
def test_unchanged_store_of_bouncycastle_is_the_same_bytes(name):
    data = (bouncy.FIXTURES / name).read_bytes()
    assert encode(read(data), password="changeit") == data


RAW = [w.trusted("one", A), w.key("server", B, A), w.secret("s", kind=4), w.trusted("four", A)]


@pytest.mark.parametrize("mac", [w.SHA512, w.SHA3_512])
@pytest.mark.parametrize("cipher", [w.CCM, w.KWP, None])
@pytest.mark.parametrize("kdf", [w.Pbkdf2(prf=w.SHA3_512), w.Scrypt(2, 3)])
def test_removed_added_and_renamed_entries(mac, cipher, kdf):
    def sealed(*entries):
        content = w.content(*entries, mac=mac)
        inner = content if cipher is None else w.encrypted(content, kdf=kdf, cipher=cipher)
        return w.store(inner, mac=mac, kdf=kdf, size=40) + b"tail"

    store = read(sealed(*RAW))
    first, second, third, _ = store.entries
    new = TrustedEntry("näw", OTHER.certificate, b"", DATE)
    entries = (third, rename(second, "sérver😀", store.format), first, new)
    data = encode(replace(store, entries=entries), password="changeit")
    added = w.entry(0, "näw", B, modified="20240102030405.5Z")
    added = added.replace(w.time("20200101000000Z"), w.time("20240102030405.5Z"))
    expected = (RAW[2], w.key("sérver😀", B, A), RAW[0], seq_fixed(added))
    again = read(data)
    assert tuple(entry.raw for entry in again.entries) == expected
    assert again.container.data == w.content(*expected, mac=mac)
    assert again.protection == store.protection
    assert data[-4:] == b"tail"
    assert w.SALT not in data
    if cipher is not None:
        assert sizes(data) == sizes(sealed(*expected))
        assert len(again.container.algorithm) == len(store.container.algorithm)
        assert again.container.algorithm != store.container.algorithm


def seq_fixed(entry):
    """The entry with the length that its parts have."""
    start = 2 if entry[1] < 0x80 else 2 + (entry[1] & 0x7F)
    return tlv.element(tlv.SEQUENCE, entry[start:])


def test_time_of_the_last_change():
    store = read(w.simple(*RAW))
    options = EncodeOptions(now_ms=DATE + 1_500)
    data = encode(replace(store, entries=store.entries[1:]), password="changeit", options=options)
    fields = tlv.read(read(data).container.data).children()
    assert [one.content for one in fields[2:4]] == [w.TIME.encode(), b"20240102030407Z"]
    unchanged = encode(store, password="changeit", options=options)
    assert unchanged == w.simple(*RAW)


def test_new_file():
    entry = TrustedEntry("new", OTHER.certificate, b"")
    store = Store("new.bcfks", Format.BCFKS, (entry,))
    data = encode(store, password="secret", options=EncodeOptions(now_ms=DATE - 500))
    again = read(data, "secret")
    added = w.entry(0, "new", B, modified=w.TIME).replace(w.time("20200101000000Z"), w.time(w.TIME))
    assert again.container.data == w.content(added)
    assert again.protection.mac == "HmacSHA512, PBKDF2 HmacSHA512, 51200 iterations"
    assert again.protection.encryption == ("AES-256-CCM, PBKDF2 HmacSHA512, 51200 iterations",)
    assert bytes(32) not in data


def test_another_password_for_the_same_entries():
    store = read(w.simple(*RAW))
    data = encode(store, password="")
    assert read(data, "").entries == store.entries


def test_unchecked_mac_is_not_written_unless_told():
    clear = w.store(w.content(*RAW))
    store = read(clear, None)
    with pytest.raises(CannotWriteError, match=r"^s\.bcfks: its integrity was not checked"):
        encode(store, password="changeit")
    unverified = EncodeOptions(unverified=True)
    assert encode(store, password="changeit", options=unverified) == clear
    assert read(encode(store, password="x", options=unverified), "x").entries == store.entries


def test_the_bounds_on_derivations_hold_for_unverified_stores():
    data = w.store(w.content(), kdf=w.Pbkdf2(10_000_000), derived_by=w.UNUSED)
    with pytest.raises(LimitExceededError, match="iteration count of 10000000"):
        encode(read(data, None), password="x", options=EncodeOptions(unverified=True))


def test_what_does_not_fit_is_refused():
    store = read(w.simple(*RAW))

    def refused(entry, match):
        with pytest.raises(CannotWriteError, match=match):
            encode(replace(store, entries=(entry,)), password="changeit")

    refused(KeyEntry("k", KeyKind.PRIVATE, (), b""), r"^s\.bcfks: k: a private key of another")
    refused(TrustedEntry("\ud800", OTHER.certificate, b""), "half a character")
    refused(TrustedEntry("a", OTHER.certificate, b"", 1 << 60), r"^s\.bcfks: a: a date beyond")
    with pytest.raises(CannotWriteError, match="half a character"):
        rename(store.entries[0], "\ud800", Format.BCFKS)
    with pytest.raises(CannotWriteError, match="BCFKS is protected by a password"):
        encode(store, password=None)


def test_more_than_the_nonce_allows_is_refused():
    algorithm = w.encryption(w.FAST, parameters=w.ccm_parameters(bytes(13)))
    clear = w.content(*RAW)
    store = read(w.store(w.encrypted(clear, algorithm=algorithm, nonce=bytes(13))))
    many = store.entries * 100
    with pytest.raises(CannotWriteError, match="more than its nonce allows"):
        encode(replace(store, entries=many), password="changeit")


def test_a_new_entry_is_renamed_before_it_is_written():
    entry = TrustedEntry("a", OTHER.certificate, b"")
    assert rename(entry, "b", Format.BCFKS) == replace(entry, alias="b")
    broken = bcfks.UnreadableEntry("x", w.seq(w.number(0)), "broken")
    with pytest.raises(CannotWriteError, match="x: broken, so it cannot be renamed"):
        rename(broken, "y", Format.BCFKS)
