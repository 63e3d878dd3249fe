"""What unpin reads of JKS and JCEKS stores is what pyjks reads of them, wherever pyjks can."""

import jks
import pytest

from tests.pki import Authority
from tests.unit.stores import jks_writer as writer
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.stores.opening import Password, open_bytes

pytestmark = pytest.mark.referee

ROOT = Authority("root")
A, B = ROOT.certificate.der, Authority("leaf", ROOT, ca=False).certificate.der

STORES = {
    "nothing": writer.store(),
    "nothing, JCEKS": writer.store(magic=writer.JCEKS),
    "many": writer.store(*[writer.trusted(f"number {i}", (A, B)[i % 2]) for i in range(300)]),
    "keys": writer.store(
        writer.key("k", B, A), writer.key("no chain"), writer.trusted("a", A), writer.key("l", B)
    ),
    "secret": writer.store(
        writer.trusted("a", A),
        writer.secret("s", writer.sealed_object()),
        writer.key("k", B, A),
        magic=writer.JCEKS,
    ),
    "aliases": writer.store(
        *[
            writer.trusted(alias, A)
            for alias in ("", " ", "MyAlias", "myalias", "ümläut", "日本語", "İ", "a" * 65_535)
        ]
    ),
    "dates": writer.store(*[writer.trusted(str(d), A, date=d) for d in (0, 1, 1 << 46)]),
    "trailing bytes": writer.store(writer.trusted("a", A)) + b"tail",
    "X509": writer.store(writer.trusted("a", A, kind="X509")),
    "password": writer.store(writer.trusted("a", A), password="pässwörd 😀"),
    "empty password": writer.store(writer.trusted("a", A), password=""),
}
PASSWORDS = {"password": "pässwörd 😀", "empty password": ""}


def rows(store):
    """The entries of unpin's Store as pyjks' are put by `theirs`."""
    found = {}
    for entry in store.entries:
        if isinstance(entry, TrustedEntry):
            found[entry.alias] = "trusted", entry.created_ms, (entry.certificate.der,)
        else:
            assert isinstance(entry, KeyEntry)
            kind = "secret" if entry.kind is KeyKind.SECRET else "private"
            chain = tuple(one.der for one in entry.chain)
            found[entry.alias] = kind, entry.created_ms, chain
    return found


def theirs(data, password):
    """The entries that pyjks reads, by alias.

    NOTE: with try_decrypt_keys, pyjks 20.0.0 fails on keys that JDK 25 wrote.
    """
    found = {}
    for alias, entry in jks.KeyStore.loads(data, password, try_decrypt_keys=False).entries.items():
        if isinstance(entry, jks.TrustedCertEntry):
            found[alias] = "trusted", entry.timestamp, (entry.cert,)
        elif isinstance(entry, jks.PrivateKeyEntry):
            chain = tuple(der for _, der in entry.cert_chain)
            found[alias] = "private", entry.timestamp, chain
        else:
            found[alias] = "secret", entry.timestamp, ()
    return found


@pytest.mark.parametrize("name", STORES)
def test_entries(name):
    password = PASSWORDS.get(name, "changeit")
    store = open_bytes(STORES[name], source=name, password=Password(password, "the test's"))
    assert rows(store) == theirs(STORES[name], password)


@pytest.mark.parametrize("name", STORES)
def test_entries_without_password(name):
    store = open_bytes(STORES[name], source=name, password=None)
    assert rows(store) == theirs(STORES[name], None)


REFUSED = {
    "version 1": (
        writer.store(writer.trusted("a", A, kind=None), version=1),
        jks.util.UnsupportedKeystoreVersionException,
    ),
    "alias twice": (
        writer.store(writer.trusted("a", A), writer.trusted("a", B)),
        jks.util.DuplicateAliasException,
    ),
    "emoji": (writer.store(writer.trusted("😀", A)), jks.util.BadKeystoreFormatException),
    "NUL": (writer.store(writer.trusted("a\0b", A)), jks.util.BadKeystoreFormatException),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_pyjks_cannot_read(name):
    """Each of these Java reads, and so does unpin: pyjks is no referee there."""
    data, error = REFUSED[name]
    with pytest.raises(error):
        theirs(data, "changeit")
    assert open_bytes(data, source=name).unreadable == ()


def test_date_before_1970_is_unsigned_in_pyjks():
    data = writer.store(writer.trusted("a", A, date=-1))
    (ours,) = open_bytes(data, source="dates").trusted
    assert (ours.created_ms, theirs(data, "changeit")["a"][1]) == (-1, (1 << 64) - 1)
