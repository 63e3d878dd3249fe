"""The second reader of JKS, JCEKS, BKS and UBER: what it reads otherwise is said, entry by entry.

The tests have pyjks for the module `jks`; tests/referees/test_purejks.py runs its fork purejks.
"""

import sys

import pytest
from tests.referees.test_pyjks import PASSWORDS, STORES
from tests.unit.stores import bks_writer, jks_writer
from tests.unit.stores.samples import A, B

from unpin.model.errors import UsageError
from unpin.stores import second_reader
from unpin.stores.opening import Password, open_bytes
from unpin.stores.second_reader import ReadingDifference, read_again


def again(data, password="changeit"):
    store = open_bytes(data, source="s", password=Password(password, "the test's"))
    return read_again(store, data)


@pytest.mark.parametrize("name", STORES)
def test_the_same_stores_are_read_alike(name):
    second = again(STORES[name], PASSWORDS.get(name, "changeit"))
    assert (second.agrees, second.error, second.differences) == (True, None, ())
    store = open_bytes(STORES[name], source="s", password=None)
    assert read_again(store, STORES[name]).entries == len(store.entries)


def test_bks_is_read_alike():
    data = bks_writer.store(bks_writer.trusted("root", A), bks_writer.sealed("server", B, A))
    assert again(data).agrees


def test_each_field_that_differs_is_named(monkeypatch):
    data = jks_writer.store(jks_writer.trusted("a", A, date=-1), jks_writer.trusted("b", B))
    assert again(data).differences == (
        ReadingDifference("a", "date", "-1", str((1 << 64) - 1)),  # pyjks reads it unsigned
    )
    read = second_reader._row_of
    swapped = second_reader._Row("secret key", "-1", "")
    monkeypatch.setattr(second_reader, "_row_of", lambda e: swapped if e.alias == "a" else read(e))
    store = open_bytes(data, source="s")
    assert [(one.alias, one.field) for one in read_again(store, data).differences] == [
        ("a", "kind"),
        ("a", "certificates"),
    ]
    other = jks_writer.store(jks_writer.trusted("a", A, date=-1), jks_writer.trusted("c", B))
    assert [(one.alias, one.field, one.unpin) for one in read_again(store, other).differences][
        -2:
    ] == [("b", "alias", "b"), ("c", "alias", None)]


def test_what_it_cannot_read_is_said():
    second = again(jks_writer.store(jks_writer.trusted("\N{GRINNING FACE}", A)))
    assert not second.agrees
    assert second.error.startswith("BadKeystoreFormatException: ")


def test_other_formats_are_not_read_again():
    store = open_bytes(A, source="s")
    assert read_again(store, A) is None


def test_without_the_extra_the_call_is_wrong(monkeypatch):
    monkeypatch.setitem(sys.modules, "jks", None)
    with pytest.raises(UsageError, match="needs the extra second-reader") as caught:
        second_reader.check_installed()
    assert caught.value.hint == "pip install 'unpin[second-reader]'"
