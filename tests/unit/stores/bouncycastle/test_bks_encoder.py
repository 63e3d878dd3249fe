"""BKS: what is not changed is written byte for byte, and the MAC is BouncyCastle's."""

from dataclasses import replace

import pytest
from tests.pki import Authority
from tests.referees import bouncy
from tests.unit.stores import bks_writer as w

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError, LimitExceededError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.bouncycastle import bks
from unpin.stores.encoders import encode, rename
from unpin.stores.formats import EncodeOptions

ROOT = Authority("Root")
OTHER = Authority("Other")
A = ROOT.certificate.der
DATE = 1_700_000_000_123


def read(data, password="changeit"):
    return bks.decode(data, source="s.bks", password=password)


def salt_of(data):
    return data[8:28]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("password", ["changeit", "pässwörd 😀"])
def test_unchanged_store_is_the_same_bytes(version, password):
    entries = (w.trusted("Röot\0", A), w.sealed("k", A, A), w.protected("p"))
    data = w.store(*entries, version=version, password=password, iterations=7) + b"rest"
    assert encode(read(data, password), password=password) == data


@pytest.mark.parametrize("name", ["bks-1.bks", "bks-2.bks"])
def test_unchanged_store_of_bouncycastle_is_the_same_bytes(name):
    data = (bouncy.FIXTURES / name).read_bytes()
    assert encode(read(data), password="changeit") == data


@pytest.mark.parametrize("version", [1, 2])
def test_removed_added_and_renamed_entries(version):
    raw = [w.trusted("one", A, date=-5), w.sealed("server", A, date=7), w.trusted("three", A)]
    store = read(w.store(*raw, version=version, iterations=99) + b"rest")
    first, second, _ = store.entries
    changed = replace(
        store,
        entries=(
            rename(second, "sérver\0", store.format),
            first,
            TrustedEntry("new", OTHER.certificate, b"", DATE),
        ),
    )
    data = encode(changed, password="changeit")
    assert salt_of(data) != w.SALT
    assert data == w.store(
        w.sealed("sérver\0", A, date=7),
        raw[0],
        w.trusted("new", OTHER.certificate.der, date=DATE),
        version=version,
        iterations=99,
        salt=salt_of(data),
    ) + b"rest"  # fmt: skip


def test_new_file():
    entry = TrustedEntry("new", OTHER.certificate, b"", DATE)
    data = encode(Store("new.bks", Format.BKS, (entry,)), password="secret")
    new = w.trusted("new", OTHER.certificate.der, date=DATE)
    expected = w.store(new, iterations=10_000, salt=salt_of(data), password="secret")
    assert data == expected


def test_another_password_for_the_same_entries():
    store = read(w.store(w.trusted("one", A)))
    data = encode(store, password="other")
    assert salt_of(data) != w.SALT
    assert read(data, "other").entries == store.entries


def test_unchecked_mac_is_not_written_unless_told():
    store = read(w.store(w.trusted("one", A)), "")
    with pytest.raises(CannotWriteError, match=r"^s\.bks: its integrity was not checked"):
        encode(store, password="")
    written = encode(store, password="secret", options=EncodeOptions(unverified=True))
    assert read(written, "secret").entries == store.entries


def test_the_bound_on_iterations_holds_for_unverified_stores():
    store = read(w.store(iterations=bks.MAX_ITERATIONS + 1, mac=bytes(20)), None)
    with pytest.raises(LimitExceededError, match=r"^s\.bks: iteration count"):
        encode(store, password="x", options=EncodeOptions(unverified=True))


def test_no_password_no_mac():
    with pytest.raises(CannotWriteError, match=r"BKS is protected by a password, and none was"):
        encode(read(w.store(w.trusted("one", A))), password=None)


def test_what_does_not_fit_is_refused():
    store = read(w.store())
    key = KeyEntry("k", KeyKind.SECRET, (), b"")
    with pytest.raises(CannotWriteError, match="k: a secret key of another format"):
        encode(replace(store, entries=(key,)), password="x")
    entry = TrustedEntry("x" * 65_536, ROOT.certificate, b"")
    with pytest.raises(CannotWriteError, match="65536 bytes in modified UTF-8"):
        encode(replace(store, entries=(entry,)), password="x")
    assert rename(entry, "y", Format.BKS) == replace(entry, alias="y")
