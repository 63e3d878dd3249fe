"""Several processes read texts as one does, also where one of them dies."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys

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


def test_texts_are_read_here_where_a_process_dies(monkeypatch):
    alone = [text_references(name, data) for name, data in TEXTS]
    here = os.getpid()

    def read_or_die(name, data):
        if name == "7.sh" and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return text_references(name, data)

    monkeypatch.setattr(text_readers, "text_references", read_or_die)
    assert list(TextReaders(2)(TEXTS)) == alone


@pytest.mark.parametrize("room", [0, 1])
def test_texts_are_read_here_where_there_is_no_room_for_each_process(room, read_here, monkeypatch):
    fork, forked = os.fork, []

    def fork_while_there_is_room():
        if len(forked) == room:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        forked.append(None)
        return fork()

    monkeypatch.setattr(os, "fork", fork_while_there_is_room)
    assert len(list(TextReaders(3)(TEXTS))) == len(read_here) == len(TEXTS)
    assert multiprocessing.active_children() == []


ENDED = """
import os, signal
from tests.cli.test_text_readers import TEXTS
from unpin.cli import text_readers

text_readers._WORTH_IT = 0
texts = TEXTS * 100  # what they refer to is more than there is room for on the way
next(iter(text_readers.TextReaders(3)(texts)))
print("read", flush=True)
os.kill(os.getpid(), signal.{signal})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_processes_end_with_the_one_that_asks(number):
    code = ENDED.format(signal=number.name)
    # This waits for all that have the standard output.
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (-number, b"read\n")


def test_one_process_reads_where_none_can_be_copied(read_here, monkeypatch):
    monkeypatch.setattr("unpin.cli.processes.can_copy", lambda: False)
    assert len(list(TextReaders(2)(TEXTS))) == len(read_here) == len(TEXTS)
