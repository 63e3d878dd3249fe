"""JKS and JCEKS: what is not changed is written byte for byte, and Java's digest is right."""

from dataclasses import replace

import pytest
from tests.pki import Authority
from tests.unit.stores import jks_writer as w

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.stores.encoders import encode, rename
from unpin.stores.formats import EncodeOptions
from unpin.stores.java import jks

ROOT = Authority("Root")
OTHER = Authority("Other")
A = ROOT.certificate.der


def read(data, password="changeit"):
    return jks.decode(data, source="s.jks", password=password)


@pytest.mark.parametrize("magic", [w.JKS, w.JCEKS])
@pytest.mark.parametrize("version", [1, 2])
def test_unchanged_store_is_the_same_bytes(magic, version):
    kind = "X.509" if version > 1 else None
    entries = (w.trusted("Röot\0", A, kind=kind), w.key("k", A, kind=kind))
    data = w.store(*entries, magic=magic, version=version) + b"rest"
    assert encode(read(data), password="changeit") == data


def test_removed_added_and_renamed_entries():
    raw = [w.trusted("one", A, date=-5), w.key("server", A, date=7), w.trusted("three", A)]
    store = read(w.store(*raw))
    first, second, _ = store.entries
    changed = replace(
        store,
        entries=(
            rename(second, "sérver", store.format),
            first,
            TrustedEntry("new", OTHER.certificate, b"", 1_700_000_000_123),
        ),
    )
    assert encode(changed, password="changeit") == w.store(
        w.key("sérver", A, date=7),
        raw[0],
        w.trusted("new", OTHER.certificate.der, date=1_700_000_000_123),
    )


def test_unchecked_digest_is_not_written_unless_told():
    store = read(w.store(w.trusted("one", A)), None)
    with pytest.raises(CannotWriteError, match=r"^s\.jks: its integrity was not checked"):
        encode(store, password="changeit")
    written = encode(store, password="secret", options=EncodeOptions(unverified=True))
    assert read(written, "secret").entries == store.entries


def test_no_password_no_digest():
    store = read(w.store(w.trusted("one", A)))
    with pytest.raises(CannotWriteError, match=r"protected by a password, and none was given"):
        encode(store, password=None)


def test_a_key_of_another_format_is_refused():
    store = read(w.store())
    with pytest.raises(CannotWriteError, match="a private key of another format"):
        encode(replace(store, entries=(KeyEntry("k", KeyKind.PRIVATE, (), b""),)), password="x")


def test_an_alias_too_long_is_refused():
    store = read(w.store())
    entry = TrustedEntry("x" * 65_536, ROOT.certificate, b"")
    with pytest.raises(CannotWriteError, match="65536 bytes in modified UTF-8"):
        encode(replace(store, entries=(entry,)), password="x")
