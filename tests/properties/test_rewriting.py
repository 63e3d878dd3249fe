"""What a rewrite does not touch is the same bytes, in every format and for every odd alias."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.unit.stores import bcfks_writer, bks_writer, certs, jks_writer
from tests.unit.stores.test_pkcs7_encoder import bundle

from unpin.asn1 import tlv
from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, TrustedEntry, UnreadableEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.stores import der, pkcs7
from unpin.stores.bouncycastle import bcfks, bks
from unpin.stores.encoders import check_written, encode, rename
from unpin.stores.java import jks
from unpin.stores.pem import decoder as pem

NAMES = tuple(f"Root {letter}" for letter in "ABCDEF")
DERS = tuple(certs.der(name) for name in NAMES)
NEW = Certificate(certs.der("New Root"))
ODD = (
    "",
    " ",
    "nul\0inside",
    "\u0131stanbul İSTANBUL",
    "emoji 😀",
    "\ud800 alone",
    "\udc00\ud800",
    "\ufeffbom",
    "line\nend\t",
)
"""Besides the longest ones, which have a test of their own."""
whole = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
halves = st.text(st.characters(), max_size=20)
java_aliases = st.sampled_from(ODD) | halves
utf8_aliases = st.sampled_from([one for one in ODD if "\ud800" not in one]) | whole
dates = st.integers(-(1 << 63), (1 << 63) - 1)
chains = st.lists(st.sampled_from(DERS), max_size=3)
NOT_MODIFIED_UTF8 = b"\xf0\x9f\x98\x80"


def java_entries(writer, *more):
    """Raw entries as `writer` makes them, one with an alias that Java cannot read."""
    ders = st.sampled_from(DERS)
    return st.lists(
        st.one_of(
            st.builds(lambda a, d, t: writer.trusted(a, d, date=t), java_aliases, ders, dates),
            st.builds(lambda d: writer.trusted(NOT_MODIFIED_UTF8, d), ders),
            *more,
        ),
        max_size=30,
    )


keys = st.builds(lambda a, chain, t: jks_writer.key(a, *chain, date=t), java_aliases, chains, dates)
secrets = st.builds(
    lambda a, t: jks_writer.secret(a, jks_writer.sealed_object(), date=t), java_aliases, dates
)
sealed = st.builds(
    lambda make, a, chain, t: make(a, *chain, date=t),
    st.sampled_from([bks_writer.sealed, bks_writer.protected]),
    java_aliases,
    chains,
    dates,
)
plain = st.builds(lambda a: bks_writer.plain(a, bytes(16)), java_aliases)
objects = st.lists(
    st.one_of(
        st.builds(bcfks_writer.trusted, utf8_aliases, st.sampled_from(DERS)),
        st.builds(
            lambda a, chain, kind: bcfks_writer.key(a, *chain, kind=kind),
            utf8_aliases,
            chains,
            st.sampled_from([1, 3]),
        ),
        st.builds(bcfks_writer.secret, utf8_aliases),
        st.just(bcfks_writer.trusted(b"\xff not UTF-8", DERS[0])),
    ),
    max_size=30,
)


@st.composite
def changes(draw, aliases):
    """How to change a list of entries: which stay, in which order, with what between them."""
    shuffled = draw(st.booleans())
    seed = draw(st.randoms(use_true_random=False))
    added = draw(st.lists(st.tuples(aliases, st.integers(0, 30)), max_size=3))
    kept = draw(st.lists(st.booleans(), min_size=30, max_size=30))

    def change(store):
        entries = [entry for entry, stays in zip(store.entries, kept, strict=False) if stays]
        if shuffled:
            seed.shuffle(entries)
        for alias, place in added:
            entries.insert(
                min(place, len(entries)), TrustedEntry(alias, NEW, b"", 1_700_000_000_000)
            )
        return replace(store, entries=tuple(entries))

    return change


def check(codec, store, change, made):
    """Write and read again: the slices of what stayed, in order; what is new as `made` makes it."""
    changed = change(store)
    data = encode(changed, password="changeit")
    again = codec.decode(data, source=store.source, password="changeit")
    check_written(changed, again)
    expected = tuple(entry.raw or made(entry.alias, NEW.der) for entry in changed.entries)
    assert tuple(entry.raw for entry in again.entries) == expected
    assert again.protection == store.protection
    assert encode(again, password="changeit") == data
    return data, expected


@examples(40)
@given(java_entries(jks_writer, keys), changes(java_aliases), st.binary(max_size=3))
def test_jks(entries, change, tail):
    store = jks.decode(jks_writer.store(*entries) + tail, source="s", password="changeit")
    data, raws = check(jks, store, change, made_by(jks_writer))
    assert data == jks_writer.store(*raws) + tail


@examples(40)
@given(java_entries(jks_writer, keys, secrets), changes(java_aliases))
def test_jceks(entries, change):
    magic = jks_writer.JCEKS
    store = jks.decode(jks_writer.store(*entries, magic=magic), source="s", password="changeit")
    data, raws = check(jks, store, change, made_by(jks_writer))
    assert data == jks_writer.store(*raws, magic=magic)


@examples(40)
@given(java_entries(bks_writer, sealed, plain), changes(java_aliases), st.sampled_from([1, 2]))
def test_bks(entries, change, version):
    before = bks_writer.store(*entries, version=version, iterations=3)
    store = bks.decode(before, source="s", password="changeit")
    data, raws = check(bks, store, change, made_by(bks_writer))
    salt = data[8:28]
    assert data == bks_writer.store(*raws, version=version, iterations=3, salt=salt)
    assert (salt == bks_writer.SALT) == (data == before)


@examples(40)
@given(objects, changes(utf8_aliases))
def test_bcfks(entries, change):
    before = bcfks_writer.simple(*entries, kdf=bcfks_writer.Pbkdf2(2))
    store = bcfks.decode(before, source="s", password="changeit")

    def made(alias, certificate):
        moment = bcfks_writer.time("20231114221320Z")
        name = tlv.element(tlv.UTF8_STRING, alias.encode("utf-8"))
        return bcfks_writer.seq(
            bcfks_writer.number(0), name, moment, moment, bcfks_writer.octets(certificate)
        )

    data, raws = check(bcfks, store, change, made)
    again = bcfks.decode(data, source="s", password="changeit")
    assert again.container.data == bcfks_writer.content(*raws)
    assert (bcfks_writer.SALT in data) == (data == before)


def made_by(writer):
    return lambda alias, certificate: writer.trusted(alias, certificate, date=1_700_000_000_000)


@examples(60)
@given(st.sampled_from(["jks", "bks", "bcfks"]), st.data())
def test_a_renamed_entry_differs_in_its_alias_alone(kind, data):
    writer, codec = {
        "jks": (jks_writer, jks),
        "bks": (bks_writer, bks),
        "bcfks": (bcfks_writer, bcfks),
    }[kind]
    aliases = utf8_aliases if kind == "bcfks" else java_aliases
    old, new = data.draw(aliases), data.draw(aliases)
    make = {
        "jks": lambda alias: jks_writer.key(alias, *DERS[:2], date=-7),
        "bks": lambda alias: bks_writer.sealed(alias, *DERS[:2], date=-7),
        "bcfks": lambda alias: bcfks_writer.key(alias, *DERS[:2]),
    }[kind]
    write = bcfks_writer.simple if kind == "bcfks" else writer.store
    entry = codec.decode(write(make(old)), source="s", password="changeit").entries[0]
    renamed = rename(entry, new, Format[kind.upper()])
    assert renamed == replace(entry, alias=new, raw=make(new))


def test_aliases_of_65535_bytes_and_of_one_more():
    for encoded in ("x" * 65_535, "\0" * 32_767 + "x", "é" * 32_767 + "x"):
        for writer, codec in ((jks_writer, jks), (bks_writer, bks)):
            data = writer.store(writer.trusted(encoded, DERS[0]), writer.trusted("b", DERS[1]))
            store = codec.decode(data, source="s", password="changeit")
            kept = encode(replace(store, entries=store.entries[:1]), password="changeit")
            again = codec.decode(kept, source="s", password="changeit")
            assert again.entries == store.entries[:1]
            with pytest.raises(CannotWriteError, match="65536 bytes in modified UTF-8"):
                rename(store.entries[1], encoded + "y", store.format)
    data = bcfks_writer.simple(bcfks_writer.trusted("x" * 65_536, DERS[0]), *RAW_OBJECTS)
    store = bcfks.decode(data, source="s", password="changeit")
    kept = encode(replace(store, entries=store.entries[:1]), password="changeit")
    assert bcfks.decode(kept, source="s", password="changeit").entries == store.entries[:1]


RAW_OBJECTS = (bcfks_writer.trusted("b", DERS[1]), bcfks_writer.secret("c"))

slots = st.sampled_from([*DERS, b"\x30\x80" + tlv.read(DERS[0]).content + b"\0\0"])


@examples(40)
@given(st.lists(slots | st.just(tlv.element(0xA2, b"\x05\x00")), max_size=8), changes(st.just("")))
def test_pkcs7(held, change):
    store = pkcs7.decode(bundle(*held), source="s", password=None)
    changed = change(store)
    expected = [entry.raw or NEW.der for entry in changed.entries]
    if held == sorted(held):
        expected.sort()
    if not expected and held:
        with pytest.raises(CannotWriteError):
            encode(changed, password=None)
        return
    data = encode(changed, password=None)
    assert data == bundle(*expected)
    check_written(changed, pkcs7.decode(data, source="s", password=None))


@examples(40)
@given(st.lists(slots, min_size=1, max_size=8), changes(st.just("")), st.binary(max_size=2))
def test_der(held, change, tail):
    store = der.decode(b"".join(held) + tail, source="s", password=None)
    changed = change(store)
    entries = changed.entries
    if not entries or (len(entries) > 1 and len(store.entries) == 1):
        with pytest.raises(CannotWriteError):
            encode(changed, password=None)
        return
    data = encode(changed, password=None)
    assert data == b"".join(entry.raw or NEW.der for entry in entries) + tail
    check_written(changed, der.decode(data, source="s", password=None))


@st.composite
def bundles(draw):
    """A tidy bundle: header, sections and comments, each with a word of its own; its line end."""
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    gap = draw(st.sampled_from([b"", b"\n"]))
    parts = [(b"# header\n\n" if draw(st.booleans()) else b"", b"")]
    for number in range(draw(st.integers(1, 6))):
        section = b"# section %d\n\n" % number if draw(st.booleans()) else b""
        own = b"# own %d\n" % number if draw(st.booleans()) else b""
        parts.append((gap * (number > 0) + section, own + certs.pem(draw(st.sampled_from(NAMES)))))
    tail = b"# tail\n" if draw(st.booleans()) else b""
    return [(loose.replace(b"\n", end), own.replace(b"\n", end)) for loose, own in parts], tail


@examples(100)
@given(bundles(), st.lists(st.booleans(), min_size=6, max_size=6))
def test_pem_keeps_every_word_that_is_not_about_what_goes(drawn, kept):
    parts, tail = drawn
    data = b"".join(loose + own for loose, own in parts) + tail
    store = pem.decode(data, source="s", password=None)
    entries = tuple(e for e, stays in zip(store.entries, kept, strict=False) if stays)
    if not entries:
        return
    written = encode(replace(store, entries=entries), password=None)
    assert [line for line in written.splitlines(True) if line.strip()] == [
        line for line in text_of(parts, kept, tail).splitlines(True) if line.strip()
    ]


def text_of(parts, kept, tail):
    """The same file without the blocks that go."""
    header, *rest = parts
    blocks = (loose + own * stays for (loose, own), stays in zip(rest, kept, strict=False))
    return header[0] + b"".join(blocks) + tail


def block(name, label=b"CERTIFICATE"):
    return certs.pem(name).replace(b"CERTIFICATE", label)


def wrapped(*names, **options):
    body = base64.encodebytes(bundle(*map(certs.der, names), **options))
    return b"-----BEGIN PKCS7-----\n" + body + b"-----END PKCS7-----\n"


fragments = st.sampled_from(
    [
        *map(block, NAMES[:3]),
        block(NAMES[0]).rstrip(b"\n"),
        block(NAMES[1]).replace(b"\n", b"\r\n"),
        block(NAMES[1]).replace(b"\n", b"\r"),
        block(NAMES[2], b"TRUSTED CERTIFICATE"),
        block(NAMES[2]).replace(b"\n", b"\\n"),
        b"  " + block(NAMES[2]).replace(b"\n", b"\n  "),
        certs.private_key(),
        certs.revocation_list(),
        wrapped(*NAMES[:2]),
        wrapped(lists=b""),
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nMII!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN\n",
        b"# comment\n",
        b"# -----BEGIN CERTIFICATE-----\n",
        b"Bag Attributes\n    friendlyName: x\n",
        b"subject=CN = x\n",
        b"text without an end",
        b"0",
        b"-",
        b"\n",
        b"\r\n",
        b"\r",
        b" \t",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        block(NAMES[1]).decode("ascii").encode("utf-16-le"),
        certs.der(NAMES[0]),
    ]
)


def stands_behind(entry):
    """Whether it stands for what is no block, and stays at the end."""
    reasons = ("DER after the text", "a block in another encoding")
    return isinstance(entry, UnreadableEntry) and entry.reason.startswith(reasons)


def words(entry):
    match entry:
        case TrustedEntry(certificate=certificate):
            return certificate
        case KeyEntry(sealed=sealed):
            return sealed
    return entry.reason


@examples(150)
@given(
    st.lists(fragments, max_size=9).map(b"".join),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"]),
    changes(st.just("")),
)
def test_pem_is_read_again_as_it_was_meant_or_refused(data, codec, change):
    """However mangled the file is: what is written holds what should be in it, in that order."""
    if codec != "utf-8" and data.isascii():
        data = data.decode("ascii").encode(codec)
    store = pem.decode(data, source="s", password=None)
    assert not store.entries or encode(store, password=None) == data
    changed = change(store)
    try:
        written = encode(changed, password=None)
    except CannotWriteError as error:
        kinds = {one.kind for one in store.faults}
        pairs_up = kinds & {"broken-block", "stray-end"} or (codec == "utf-8" and "utf-16" in kinds)
        assert pairs_up or "pkcs7" in kinds or "read otherwise" not in error.message
        return
    again = pem.decode(written, source="s", password=None)
    expected = sorted(changed.entries, key=stands_behind)
    assert list(map(words, again.entries)) == list(map(words, expected))
    assert encode(again, password=None) == written
