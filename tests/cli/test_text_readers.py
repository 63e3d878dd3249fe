"""Several processes read texts as one does, also where one of them dies."""

import os
import signal

import pytest

from unpin.cli import text_readers
from unpin.cli.text_readers import TextReaders
from unpin.operations.reference_look import text_references

TEXTS = [
    (f"{number}.sh", b"java -Djavax.net.ssl.trustStore=/srv/%d.jks -jar app.jar\n" % number)
    for number in range(20)
]


@pytest.fixture(autouse=True)
def always(monkeypatch):
    monkeypatch.setattr(text_readers, "_WORTH_IT", 0)


@pytest.fixture
def read_here(monkeypatch):
    """The names of the texts that this process reads itself."""
    names = []

    def read(name, data):
        names.append(name)
        return text_references(name, data)

    monkeypatch.setattr(text_readers, "text_references", read)
    return names


def test_the_results_come_in_the_order_of_the_texts(read_here):
    alone = [text_references(name, data) for name, data in TEXTS]
    assert list(TextReaders(3)(TEXTS)) == alone
    assert read_here == []
    assert [found.references[0].store for found in alone] == [f"/srv/{n}.jks" for n in range(20)]
    assert list(TextReaders(1)(TEXTS)) == alone
    assert read_here == [name for name, _ in TEXTS]


def test_few_texts_are_read_here(read_here, monkeypatch):
    monkeypatch.setattr(text_readers, "_WORTH_IT", sum(len(data) for _, data in TEXTS))
    assert len(list(TextReaders(3)(TEXTS))) == len(read_here) == len(TEXTS)


def test_what_is_no_text_gives_none():
    first, second = TextReaders(2)([("a.sh", b"\x7fELF\0\0"), *TEXTS[:1]])
    assert first is None
    assert second is not None


def read_or_die(text):
    if text[0] == "7.sh":
        os.kill(os.getpid(), signal.SIGKILL)
    return text_references(*text)


def test_texts_are_read_here_where_a_process_dies(monkeypatch):
    monkeypatch.setattr(text_readers, "_read", read_or_die)
    alone = [text_references(name, data) for name, data in TEXTS]
    assert list(TextReaders(2)(TEXTS)) == alone


def test_one_process_reads_where_none_can_be_copied(read_here, monkeypatch):
    monkeypatch.setattr("unpin.cli.processes.can_copy", lambda: False)
    assert len(list(TextReaders(2)(TEXTS))) == len(read_here) == len(TEXTS)
