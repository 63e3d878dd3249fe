"""The first look finds each of its words, wherever it stands, and no language called "ca"."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.operations.reference_look import text_references
from unpin.references import first_look
from unpin.references.first_look import may_name_store

WORDS = [word for words in first_look._WORDS.values() for word in words]
OTHERS = (
    b"cafile", b"ca_file", b"ca-file", b"ca.location", b"ca_bundle", b"capath", b"cainfo",
    b"rootca", b"tls_ca", b"-cacert", b"ca: fs", b"ca: read", b"ca: [", b'"ca": "/x"', b"'ca' => 1",
    b'["ca"]', b"'ca' = x", b"a.pem", b"a.jks", b"a.p12", b"a.pfx", b"a.crt", b"a.cer",
)  # fmt: skip


CONFIGURATIONS = sorted((Path(__file__).parents[1] / "doctor").glob("*.toml"))


@pytest.mark.parametrize("word", [*WORDS, *OTHERS], ids=repr)
def test_each_word_is_found(word):
    for text in (word, b"x " + word, b"ca cert ssl trust secret\n" + word.upper() + b"\n"):
        assert may_name_store(text), text


@pytest.mark.parametrize(
    "text",
    [
        b'{ "ca", "Catalan" },',
        b"the letters 'ca' in Spanish",
        b"certain truth, secretly configured",
        b"forest.cer-tain",
    ],
)
def test_other_texts_are_passed_over(text):
    assert not may_name_store(text)


def test_a_quoted_ca_counts_beside_a_word_of_tls():
    assert may_name_store(b"options.put('ca', path); // for tls")
    assert may_name_store(b'{ "ca", "Catalan" }, {"ca": path}')


PIECES = [*WORDS, *first_look._WORDS, b"ca", b'"ca"', b"'ca'", b"tls", b"server", b" ", b"\n", b"/"]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join))
def test_a_text_is_looked_at_where_a_word_is_in_it_and_nowhere_else(text):
    named = any(word in text for word in WORDS)
    of_others = any(pattern.search(text) for pattern in (first_look._FILE, first_look._CA))
    assert may_name_store(text) >= named
    assert named or of_others or not may_name_store(text)


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.stem)
def test_no_configuration_of_doctor_is_passed_over_that_refers_to_something(file):
    referring = 0
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
        data = case["input"].encode()
        found = text_references(case["file"], data)
        if found is not None and (found.references or found.puts or found.entries or found.uses):
            referring += 1
            assert may_name_store(data), case["file"]
    assert referring
