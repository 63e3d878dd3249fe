"""What a reader finds in the bytes of a new store is held against what was meant, entry by entry."""

from dataclasses import replace

import pytest
from tests.pki import Authority
from tests.unit.stores import certs
from tests.unit.stores import jks_writer as w

from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import check_written
from unpin.stores.java import jks

DER = certs.der("Old Root")
READ = jks.decode(
    w.store(w.trusted("one", DER), w.key("key", DER), w.trusted("two", DER)),
    source="s.jks",
    password="changeit",
)
NEW = TrustedEntry("new", Certificate(certs.der("New Root")), b"", 5)


def jks_of(*entries):
    return jks.decode(w.store(*entries), source="s.jks", password="changeit")


def test_what_was_written_as_planned_is_right():
    planned = replace(READ, entries=(READ.entries[1], NEW))
    check_written(planned, jks_of(w.key("key", DER), w.trusted("new", NEW.certificate.der, date=5)))


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (w.key("key", DER),),
        (w.trusted("new", NEW.certificate.der, date=5), w.key("key", DER)),
        (w.key("Key", DER), w.trusted("new", NEW.certificate.der, date=5)),
        (w.key("key", DER, date=99), w.trusted("new", NEW.certificate.der, date=5)),
        (w.key("key", DER), w.trusted("new", DER, date=5)),
        (w.key("key", DER), w.trusted("other", NEW.certificate.der, date=5)),
        (w.key("key", DER), w.trusted("new", NEW.certificate.der, date=5), w.trusted("two", DER)),
    ],
    ids=["empty", "new missing", "order", "alias", "date", "certificate", "new alias", "more"],
)
def test_any_other_entry_is_refused(entries):
    planned = replace(READ, entries=(READ.entries[1], NEW))
    with pytest.raises(CannotWriteError, match="would not be written as planned"):
        check_written(planned, jks_of(*entries))


ROOT = Authority("Root")
ISSUING = Authority("Issuing", ROOT)
A, B = ROOT.certificate, ISSUING.certificate
C = Authority("db.example.org", ISSUING, ca=False).certificate


def store(*entries, kind=Format.PKCS12):
    return Store("out", kind, entries)


def trusted(alias, certificate, **kwargs):
    return TrustedEntry(alias, certificate, b"raw of " + alias.encode(), **kwargs)


def key(alias, *chain, sealed=b"sealed"):
    return KeyEntry(alias, KeyKind.PRIVATE, chain, b"raw of " + alias.encode(), sealed=sealed)


@pytest.mark.parametrize(
    "found",
    [
        (trusted("one", A),),
        (trusted("one", A), key("k", C, B), trusted("more", B)),
        (trusted("one", A), key("k", C)),
        (trusted("one", A), key("k", C, B, sealed=b"another")),
        (trusted("uno", A), key("k", C, B)),
        (trusted("one", A, trusted=False), key("k", C, B)),
        (trusted("one", B), key("k", C, B)),
    ],
)
def test_an_output_that_reads_back_otherwise_is_not_written(found):
    meant = store(trusted("one", A), key("k", C, B))
    check_written(meant, replace(meant, entries=meant.entries[::-1]))
    with pytest.raises(CannotWriteError, match="would not be written as planned"):
        check_written(meant, store(*found))


def test_java_may_lengthen_the_chain_of_a_pkcs12_key():
    meant = store(key("k", C, B), trusted("r", A))
    longer = store(key("k", C, B, A), trusted("r", A))
    check_written(meant, longer)
    for kind, changed in (
        (Format.JKS, longer),
        (Format.PKCS12, store(key("k", C), trusted("r", A))),
    ):
        with pytest.raises(CannotWriteError, match="would not be written as planned"):
            check_written(replace(meant, format=kind), replace(changed, format=kind))
