"""JKS and JCEKS: what is read equals what was written, and nothing hostile gets through."""

import struct
import tracemalloc
from datetime import UTC, datetime

import jks as pyjks
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import programs
from tests.examples import examples
from tests.unit.stores import jks_writer as w
from tests.unit.stores.samples import LEAF, ROOT, SMALL, A, B, mutated

from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry, UnreadableEntry
from unpin.model.errors import (
    LimitExceededError,
    MalformedStoreError,
    UnpinError,
    UnsupportedStoreError,
    WrongPasswordError,
)
from unpin.model.formats import Format
from unpin.model.store import Integrity
from unpin.stores.java import jks


def read(data, password="changeit"):
    return jks.decode(data, source="s.jks", password=password)


def test_claims_by_magic_number_only():
    assert jks.claims(w.store())
    assert jks.claims(w.store(magic=w.JCEKS))
    assert not jks.claims(b"")
    assert not jks.claims(b"\xfe\xed\xfe")
    assert not jks.claims(b"\xca\xfe\xba\xbe\x00\x00\x00\x34")


def test_entries_in_file_order_with_raw_slices():
    raw = [w.trusted("root", A), w.key("server", B, A, date=5), w.trusted("leaf", B, date=-1)]
    store = read(w.store(*raw))
    assert store.format is Format.JKS
    assert store.variant == "version 2"
    assert store.entries == (
        TrustedEntry("root", ROOT.certificate, raw[0], 1_700_000_000_000),
        KeyEntry(
            "server",
            KeyKind.PRIVATE,
            (LEAF.certificate, ROOT.certificate),
            raw[1],
            5,
            sealed=b"never decrypted",
        ),
        TrustedEntry("leaf", LEAF.certificate, raw[2], -1),
    )
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.protection.mac == "SHA-1 digest keyed by the password"
    assert store.protection.password is None
    assert not store.protection.needs_password
    assert store.notes == ()


def test_empty_store_and_key_without_chain():
    assert read(w.store()).entries == ()
    (entry,) = read(w.store(w.key("k"))).entries
    assert isinstance(entry, KeyEntry)
    assert entry.chain == ()


@pytest.mark.parametrize("magic", [w.JKS, w.JCEKS])
def test_version_1_has_no_certificate_types(magic):
    entries = (w.trusted("a", A, kind=None), w.key("k", B, A, kind=None))
    store = read(w.store(*entries, magic=magic, version=1))
    assert store.variant == "version 1"
    assert [c.der for c in store.certificates()] == [A, B, A]


@pytest.mark.parametrize("version", [0, 3, 0xFFFFFFFF])
def test_other_versions_are_unsupported(version):
    with pytest.raises(UnsupportedStoreError, match=rf"^s\.jks: JKS version {version}; "):
        read(w.store(version=version))


@pytest.mark.parametrize(
    "alias",
    [
        "",
        "nul\0nul",
        "\N{GRINNING FACE}",
        "\u0131",
        "\u017f",
        "Ünïcode 漢字",
        "\ud83d",
        "MiXeD",
        "a\nb",
    ],
)
def test_aliases_are_kept_as_spelled(alias):
    store = read(w.store(w.trusted(alias, A), w.key(alias, B)))
    assert [entry.alias for entry in store.entries] == [alias, alias]


def test_duplicate_aliases_are_two_entries():
    store = read(w.store(w.trusted("dup", A), w.trusted("dup", B), w.trusted("DUP", A)))
    assert [e.alias for e in store.trusted] == ["dup", "dup", "DUP"]
    assert [e.certificate.der for e in store.trusted] == [A, B, A]


def test_alias_that_java_cannot_decode_is_unreadable_and_the_rest_is_read():
    bad = w.trusted("\N{GRINNING FACE}".encode(), A)
    store = read(w.store(bad, w.trusted("good", B)))
    assert store.entries[0] == UnreadableEntry(
        "\N{GRINNING FACE}",
        bad,
        "alias: malformed modified UTF-8 at byte 0; Java refuses the whole store",
        refusal="alias: malformed modified UTF-8 at byte 0",
    )
    assert store.entries[1].alias == "good"


@pytest.mark.parametrize(
    ("milliseconds", "created"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1000, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (-6_795_360_000_000, datetime(1754, 8, 31, tzinfo=UTC)),
        (-(1 << 63), None),
        ((1 << 63) - 1, None),
    ],
)
def test_dates_are_signed(milliseconds, created):
    (entry,) = read(w.store(w.trusted("a", A, date=milliseconds))).trusted
    assert entry.created_ms == milliseconds
    assert entry.created == created


@pytest.mark.parametrize("kind", ["X.509", "x.509", "X509"])
def test_names_of_x509(kind):
    assert len(read(w.store(w.trusted("a", A, kind=kind))).trusted) == 1


def test_other_certificate_types_are_unreadable():
    raw = w.trusted("a", A, kind="PGP")
    store = read(w.store(raw, w.key("k", A, B, kind="SDSI"), w.trusted("c", B)))
    assert store.entries[0] == UnreadableEntry(
        "a",
        raw,
        "certificate of type 'PGP', not X.509; Java refuses the whole store",
        refusal="certificate of type 'PGP', not X.509",
    )
    assert isinstance(store.entries[1], UnreadableEntry)
    assert store.entries[1].reason == (
        "certificate 1 of its chain: certificate of type 'SDSI', not X.509; "
        "Java refuses the whole store"
    )
    assert store.entries[2].alias == "c"


@pytest.mark.parametrize("der", [b"", b"0", b"hello", A[:-1], b"\x31\x00", b"\x30\x84\xff\xff"])
def test_certificate_slots_without_a_sequence_are_unreadable(der):
    store = read(w.store(w.trusted("bad", der), w.trusted("good", A)))
    assert isinstance(store.entries[0], UnreadableEntry)
    assert store.entries[0].reason
    assert isinstance(store.entries[1], TrustedEntry)


def test_jceks_secret_key():
    sealed = w.sealed_object()
    raw = w.secret("s", sealed, date=9)
    store = read(w.store(w.trusted("a", A), raw, w.trusted("b", B), magic=w.JCEKS))
    assert store.format is Format.JCEKS
    assert store.entries[1] == KeyEntry("s", KeyKind.SECRET, (), raw, 9, sealed=sealed)
    assert [e.alias for e in store.trusted] == ["a", "b"]


@pytest.mark.parametrize(("magic", "tag"), [(w.JKS, 0), (w.JKS, 3), (w.JKS, 4), (w.JCEKS, 7)])
def test_unknown_tag_is_malformed(magic, tag):
    data = w.store(w.trusted("a", A), w.head(tag, "x", 0) + w.sealed_object(), magic=magic)
    with pytest.raises(MalformedStoreError, match=rf"^s\.jks: entry 2: unknown tag {tag}"):
        read(data)


@pytest.mark.parametrize("password", ["", "changeit", "pässwörd", "\N{GRINNING FACE}", "\udc80"])
def test_passwords(password):
    data = w.store(w.trusted("a", A), password=password)
    assert read(data, password).protection.integrity is Integrity.VERIFIED
    assert read(data, None).protection.integrity is Integrity.NOT_CHECKED
    assert read(data, None).entries == read(data, password).entries
    with pytest.raises(WrongPasswordError, match=r"^s\.jks: "):
        read(data, password + "x")


def test_one_changed_byte_contradicts_the_password():
    data = bytearray(w.store(w.trusted("a", A)))
    data[100] ^= 1
    with pytest.raises(WrongPasswordError):
        read(bytes(data))


def test_trailing_bytes_are_noted():
    store = read(w.store(w.trusted("a", A)) + b"\n\n\n")
    assert store.notes == ("3 bytes follow the end of the store",)
    assert store.protection.integrity is Integrity.VERIFIED
    assert store.container == jks.JksContainer(2, w.store(w.trusted("a", A))[-20:], b"\n\n\n")


@pytest.mark.parametrize("password", [None, "changeit"])
def test_truncation_at_every_byte_is_refused(password):
    """But for the digest: without a password Java does not look for it."""
    data = w.store(
        w.trusted("a", SMALL), w.key("k", SMALL, SMALL), w.secret("s", w.sealed_object()),
        w.trusted("b", SMALL), magic=w.JCEKS,
    )  # fmt: skip
    whole = read(data, password)
    assert len(whole.entries) == 4
    for end in range(len(data)):
        if password is None and end >= len(data) - 20:
            store = read(data[:end], None)
            assert store.entries == whole.entries
            assert store.protection.integrity is Integrity.NOT_CHECKED
            assert store.notes == (
                "its digest is cut off; Java reads it only if no password is given",
            )
            continue
        with pytest.raises(UnpinError, match=r"^s\.jks: "):
            read(data[:end], password)


@pytest.mark.parametrize("count", [2, 1000, 0xFFFFFFFF])
def test_entry_count_beyond_the_bytes(count):
    with pytest.raises(MalformedStoreError):
        read(w.store(w.trusted("a", SMALL), count=count), None)


@pytest.mark.parametrize(
    "entry",
    [
        w.head(2, "a", 0) + w.utf("X.509") + b"\xff\xff\xff\xff" + A,
        w.head(2, "a", 0) + b"\xff\xff" + A,
        w.head(1, "a", 0) + b"\xff\xff\xff\xff" + A,
        w.head(1, "a", 0) + w.blob(b"key") + b"\xff\xff\xff\xff" + A,
        b"\x00\x00\x00\x02\xff\xff" + A,
        w.head(3, "a", 0) + b"\xac\xed\x00\x05\x7c" + b"\xff" * 8 + A,
        w.head(3, "a", 0) + b"\xac\xed\x00\x05\x75" + w.class_description("[J") + b"\xff" * 4 + A,
        w.head(3, "a", 0) + b"\xac\xed\x00\x05\x75" + w.class_description("[LA;") + b"\xff" * 4 + A,
    ],
)
def test_length_bombs_cost_nothing(entry):
    """The bytes announced (up to 2^64) are compared with those that are there, never allocated."""
    tracemalloc.start()
    with pytest.raises(MalformedStoreError, match=r"^s\.jks: entry 1: "):
        read(w.store(entry, magic=w.JCEKS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_too_many_entries(monkeypatch):
    monkeypatch.setattr(jks, "MAX_ENTRIES", 2)
    assert len(read(w.store(*[w.trusted("a", SMALL)] * 2)).entries) == 2
    with pytest.raises(LimitExceededError, match=r"^s\.jks: 3 entries"):
        read(w.store(*[w.trusted("a", SMALL)] * 3))


def test_too_many_certificates_in_chains(monkeypatch):
    monkeypatch.setattr(jks, "MAX_CHAIN_CERTIFICATES", 3)
    with pytest.raises(LimitExceededError, match=r"^s\.jks: more than 3 certificates"):
        read(w.store(w.key("a", SMALL, SMALL), w.key("b", SMALL, SMALL)))


SEEDS = (
    w.store(w.trusted("é", SMALL), w.key("k", SMALL, SMALL)),
    w.store(w.secret("s", w.sealed_object()), w.trusted("b", SMALL), magic=w.JCEKS),
    w.store(w.trusted("a", SMALL, kind=None), magic=w.JCEKS, version=1),
)


@examples(400)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    st.binary(max_size=8),
    st.sampled_from([None, "changeit"]),
)
def test_only_unpin_errors_leave_on_mutated_bytes(seed, changes, tail, password):
    data = mutated(seed, changes) + tail
    try:
        store = read(data, password)
    except UnpinError as error:
        assert error.message.startswith("s.jks: ")
    else:
        assert b"".join(entry.raw for entry in store.entries) in data


@examples(200)
@given(st.sampled_from([w.JKS, w.JCEKS]), st.binary(max_size=200))
def test_only_unpin_errors_leave_on_random_bytes(magic, rest):
    try:
        read(magic + rest, None)
    except UnpinError as error:
        assert error.message.startswith("s.jks: ")


def test_pyjks_agrees_on_aliases_and_der():
    data = w.store(
        w.trusted("root", A), w.trusted("Ünïcode 漢字", B), w.key("server", B, A), w.trusted("", A)
    )
    theirs = pyjks.KeyStore.loads(data, "changeit", try_decrypt_keys=False)
    ours = read(data)
    assert {e.alias: e.certificate.der for e in ours.trusted} == {
        alias: entry.cert for alias, entry in theirs.certs.items()
    }
    assert {e.alias: [c.der for c in e.chain] for e in ours.keys} == {
        alias: [der for _, der in entry.cert_chain] for alias, entry in theirs.private_keys.items()
    }


def test_pyjks_agrees_on_a_secret_key():
    data = w.store(w.secret("s", w.sealed_object()), w.trusted("a", A), magic=w.JCEKS)
    theirs = pyjks.KeyStore.loads(data, "changeit", try_decrypt_keys=False)
    assert set(theirs.entries) == {entry.alias for entry in read(data).entries}
    assert list(theirs.secret_keys) == ["s"]


@pytest.fixture
def keytool(tmp_path):
    program = programs.program("keytool")

    def run(*arguments):
        given = (*arguments, "-storepass", "changeit")
        return programs.run(program, *given, text=True, cwd=tmp_path).stdout

    return run


@pytest.mark.referee
@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
def test_store_made_by_keytool(keytool, tmp_path, kind):
    (tmp_path / "root.der").write_bytes(A)
    place = ["-keystore", "s.jks", "-storetype", kind]
    keytool("-importcert", "-noprompt", "-alias", "Root", "-file", "root.der", *place)
    keytool("-genkeypair", "-alias", "pair", "-keyalg", "EC", "-dname", "CN=x", *place)
    if kind == "JCEKS":
        keytool("-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256", *place)
    store = read((tmp_path / "s.jks").read_bytes())
    assert store.format.value == kind
    assert store.protection.integrity is Integrity.VERIFIED
    assert [(e.alias, e.certificate.der) for e in store.trusted] == [("root", A)]
    assert {(e.alias, e.kind, len(e.chain)) for e in store.keys} == {
        ("pair", KeyKind.PRIVATE, 1),
        *([("secret", KeyKind.SECRET, 0)] if kind == "JCEKS" else []),
    }
    now = datetime.now(UTC)
    assert all(abs((now - e.created).total_seconds()) < 600 for e in store.trusted)


@pytest.mark.referee
def test_keytool_reads_what_the_test_writer_writes(keytool, tmp_path):
    (tmp_path / "s.jks").write_bytes(
        w.store(w.trusted("root", A, kind=None), w.trusted("", B, kind=None), version=1)
    )
    listing = keytool("-list", "-keystore", "s.jks", "-storetype", "JKS")
    assert "contains 2 entries" in listing


def test_header_is_all_that_is_needed_to_refuse():
    with pytest.raises(MalformedStoreError, match=r"^s\.jks: JKS store truncated after 4 bytes"):
        read(w.JKS)
    with pytest.raises(MalformedStoreError, match=r"^s\.jks: neither"):
        read(b"PK\x03\x04" + struct.pack(">II", 2, 0))


@pytest.mark.parametrize(
    ("magic", "end"), [(w.JKS, "key"), (w.JCEKS, "key, and keytool -list fails")]
)
def test_what_java_calls_a_private_key_without_certificates(magic, end):
    (note,) = read(w.store(w.key("k"), w.trusted("a", A), magic=magic)).notes
    assert (
        note
        == f"1 private key without a certificate (first: 'k'): Java calls such a key a secret {end}"
    )
    assert read(w.store(w.key("k", A), magic=magic)).notes == ()
