"""Small bombs end with an answer, and texts are read in a small multiple of their size.

Every day some of them, and small ones; all with UNPIN_BOMBS=full (`make bombs`).
"""

import os
import sys
import tracemalloc
from contextlib import suppress

import pytest

import unpin
from fuzz import bombs, text_bombs
from tests.pki import NOW
from unpin.model.errors import LimitExceededError
from unpin.model.finding import AuditStatus
from unpin.stores.opening import open_bytes

FULL = os.environ.get("UNPIN_BOMBS") == "full"
COUNT = 30 if FULL else 4
TWICE = 600 if FULL else 300
SIZE = 6_000 if FULL else 1_500
TEXTS = [
    "base64-lines",
    "base64-short-lines-in-a-block",
    "base64-one-line-in-a-block",
    "empty-lines-in-a-block",
    "carriage-returns",
    "dash-lines",
    "end-markers",
    "attribute-lines",
    "colons-in-a-block",
    "blank-lines-in-utf-16",
]
EACH_BLOCK = 2_000
"""Bytes of an entry, of which the text may have one for each ten bytes."""


CASES = [
    (name, suffix)
    for name in (*bombs.STORES, *bombs.CERTIFICATES, *bombs.ONE_FORMAT)
    for suffix in bombs.suffixes(name)[: None if FULL else 1]
]
"""Every store in one format, or in all of them."""


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_a_small_one_is_judged(name, suffix, tmp_path):
    path = tmp_path / f"store{suffix}"
    bombs.write(name, 3 if name == "long-aliases" else COUNT, path)
    store = unpin.open_store(path)
    audit = unpin.audit(store, profile="azure-postgresql", clients="java", now=NOW)
    assert audit.status is not AuditStatus.READY
    assert "gave-up" not in {finding.rule for finding in audit.findings}


@pytest.mark.skipif(not FULL, reason="NOT RUN: UNPIN_BOMBS=full runs it")
@pytest.mark.parametrize("name", ["namesakes", "azure-cycles", "unnamed-cycles", "long-exponents"])
def test_a_large_one_does_not_pass(name, tmp_path):
    path = tmp_path / "store.jks"
    bombs.write(name, 500, path)
    store = unpin.open_store(path)
    try:
        found = unpin.audit(store, profile="azure-postgresql", clients="java", now=NOW)
    except LimitExceededError as error:
        assert "gave up" in error.message
    else:
        assert {("gave-up", "error")} <= {(f.rule, f.severity) for f in found.findings}


def calls(name, suffix, count, folder):
    """The calls of functions that an audit of so many entries makes."""
    path = folder / f"{count}{suffix}"
    bombs.write(name, count, path)
    number = 0

    def counted(_frame, _event, _argument):
        nonlocal number
        number += 1

    store = unpin.open_store(path)
    sys.setprofile(counted)
    try:
        with suppress(LimitExceededError):
            unpin.audit(store, profile="azure-postgresql", clients="java", now=NOW)
    finally:
        sys.setprofile(None)
    return number


@pytest.mark.parametrize("suffix", [".jks", ".pem"])
@pytest.mark.parametrize("name", list(bombs.STORES) if FULL else ["same", "same-pin", "servers"])
def test_twice_as_many_entries_take_twice_the_work(name, suffix, tmp_path):
    """Until unpin gives up, which takes no more."""
    calls(name, suffix, 10, tmp_path)  # loads modules
    few = calls(name, suffix, TWICE, tmp_path)
    assert calls(name, suffix, 2 * TWICE, tmp_path) < 2.4 * few


def peak_and_blocks(data: bytes) -> tuple[int, int]:
    tracemalloc.start()
    try:
        store = open_bytes(data, source="text")
    except unpin.UnpinError:
        return tracemalloc.get_traced_memory()[1], 0
    else:
        return tracemalloc.get_traced_memory()[1], len(store.entries)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", text_bombs.TEXTS if FULL else TEXTS)
def test_a_text_takes_a_small_multiple_of_its_size(name):
    small, large = (text_bombs.TEXTS[name](size) for size in (SIZE, 8 * SIZE))
    peak_and_blocks(small)  # fills the caches and compiles the patterns, which belong to no text
    (before, few), (after, many) = peak_and_blocks(small), peak_and_blocks(large)
    grown = after - before - EACH_BLOCK * (many - few)
    assert grown <= 8 * (len(large) - len(small)) + 100_000
