"""PEM: what is not changed stays, comments and line ends included; what comes fits in."""

import base64
from dataclasses import replace

import pytest
from tests.pki import Authority
from tests.unit.stores import certs

from unpin.model.certificate import Certificate
from unpin.model.entries import KeyEntry, KeyKind, TrustedEntry
from unpin.model.errors import CannotWriteError
from unpin.model.formats import Format
from unpin.model.store import Store
from unpin.stores.encoders import encode, rename
from unpin.stores.pem import decoder as pem
from unpin.stores.pem.explanatory_text import comment

A, B, C = (certs.pem(name) for name in ("Root A", "Root B", "Root C"))
NEW = Certificate(certs.der("New Root"))


def header(certificate: Certificate, name: str) -> bytes:
    digest = certificate.sha256.upper()
    pairs = ":".join(digest[at : at + 2] for at in range(0, 64, 2))
    return f"# {name}\n# SHA-256 {pairs}\n".encode("ascii")


FRESH = header(NEW, "New Root") + certs.pem("New Root")


def read(data: bytes) -> Store:
    return pem.decode(data, source="ca.pem", password=None)


def new(certificate: Certificate = NEW) -> TrustedEntry:
    return TrustedEntry("new", certificate, b"")


def written(store: Store, *entries: object) -> bytes:
    return encode(replace(store, entries=entries), password=None)


def without(data: bytes, *gone: int) -> bytes:
    store = read(data)
    return written(store, *(e for at, e in enumerate(store.entries) if at not in gone))


def test_a_new_bundle_has_comments_and_a_final_newline() -> None:
    store = Store("new", Format.PEM, (new(), new(Certificate(certs.der("Root A")))))
    root = Certificate(certs.der("Root A"))
    assert encode(store, password=None) == FRESH + b"\n" + header(root, "Root A") + A


def test_the_comment_directly_above_goes_with_its_block_and_other_text_stays() -> None:
    licence, one, two, three = b"# (c) me\n\n", b"# one\n# more\n", b"# two\n", b"# three\n"
    data = licence + one + A + b"\n# Section\n\n" + two + B + b"\n" + three + C + b"\n# end\n"
    assert (
        without(data, 0) == licence + b"# Section\n\n" + two + B + b"\n" + three + C + b"\n# end\n"
    )
    assert without(data, 1) == licence + one + A + b"\n# Section\n\n" + three + C + b"\n# end\n"
    assert without(data, 2) == licence + one + A + b"\n# Section\n\n" + two + B + b"\n# end\n"
    assert without(data, 0, 1) == licence + b"# Section\n\n" + three + C + b"\n# end\n"
    assert without(data, 1, 2) == licence + one + A + b"\n# Section\n\n# end\n"


def test_no_empty_lines_pile_up() -> None:
    assert without(A + b"\n" + B + b"\n" + C, 1) == A + b"\n" + C
    assert without(A + b"\n" + B + b"\n" + C, 0) == B + b"\n" + C
    assert without(A + b"\n" + B + b"\n" + C, 2) == A + b"\n" + B
    assert without(A + b"\n" + B + b"\n" + C, 1, 2) == A
    assert without(A + B + C, 1) == A + C


BAG = b"Bag Attributes\n    friendlyName: x\n    localKeyID: 01 \n"


@pytest.mark.parametrize(
    "own",
    [
        BAG + b"subject=CN = Root B\nissuer=CN = Root B\n",
        BAG + b"subject=CN = Root B\n\nissuer=CN = Root B\n\n",
        BAG + b"\n",
        b"subject=CN = Root B\n\nissuer=CN = Root B\n\n",
        b"Alias name: b\nCreation date: Nov 25, 2026\nEntry type: trustedCertEntry\n\n",
        b"Root B\n======\n",
    ],
)
def test_descriptions_that_tools_write_belong_to_the_block(own: bytes) -> None:
    data = b"# mine\n\n" + A + b"# about something else\n\n" + own + B + C
    assert without(data, 1) == b"# mine\n\n" + A + b"# about something else\n\n" + C


def test_new_blocks_come_first_but_after_the_header_of_the_file() -> None:
    data = b"\xef\xbb\xbf# licence\n\n# group\n\n# one\n" + A + b"\n" + B
    store = read(data)
    head = b"\xef\xbb\xbf# licence\n\n# group\n\n"
    assert written(store, new(), *store.entries) == head + FRESH + b"\n# one\n" + A + b"\n" + B
    assert written(store, new(), store.entries[1]) == head + FRESH + b"\n" + B
    assert written(store, new()) == head + FRESH
    # but what was said before another block stays before that
    store = read(b"# licence\n\n# pin\n" + A + b"\n# ours\n\n# two\n" + B + b"\n# end\n")
    rest = b"\n# ours\n\n# two\n" + B + b"\n# end\n"
    assert written(store, new(), store.entries[1]) == b"# licence\n\n" + FRESH + rest
    assert written(store, new()) == b"# licence\n\n" + FRESH + b"\n# ours\n\n# end\n"


def test_new_blocks_keep_the_spacing_of_the_file() -> None:
    store = read(A + B)
    first, second = store.entries
    assert written(store, new(), first, second) == FRESH + A + B
    assert written(store, first, new(), second) == A + FRESH + B
    assert written(store, first, second, new()) == A + B + FRESH
    assert written(store, second, first) == B + A
    store = read(A + b"\n" + B)
    first, second = store.entries
    assert written(store, first, new(), second) == A + b"\n" + FRESH + b"\n" + B
    assert written(store, first, second, new()) == A + b"\n" + B + b"\n" + FRESH
    only = read(A)
    assert written(only, *only.entries, new()) == A + b"\n" + FRESH


def test_a_missing_final_newline_is_put_in_between() -> None:
    store = read(A.rstrip(b"\n"))
    assert written(store, *store.entries, new()) == A + b"\n" + FRESH
    assert written(store, new(), *store.entries) == FRESH + b"\n" + A.rstrip(b"\n")


def test_text_behind_the_end_marker_stays_with_its_block() -> None:
    data = A.rstrip(b"\n") + b" tail\n" + B
    assert without(data, 0) == B
    assert without(data, 1) == A.rstrip(b"\n") + b" tail\n"
    store = read(B + A.rstrip(b"\n") + b"- tail")
    assert written(store, *store.entries, new()) == B + A.rstrip(b"\n") + b"- tail\n" + FRESH


def test_glued_blocks_stay_glued_unless_they_are_parted() -> None:
    store = read(A.rstrip() + B.rstrip() + C)
    first, second, third = store.entries
    assert written(store, first, second) == A.rstrip() + B.rstrip()
    assert written(store, first, third) == A + C
    assert written(store, first, new(), second) == A + FRESH + B.rstrip()


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_of_the_file(end: bytes) -> None:
    data = (b"# one\n" + A + b"\n# two\n" + B).replace(b"\n", end)
    store = read(data)
    expected = (b"# one\n" + A + b"\n" + FRESH).replace(b"\n", end)
    assert written(store, store.entries[0], new()) == expected


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_gets_utf_16(codec: str, mark: str) -> None:
    def text(data: bytes) -> str:
        return data.decode("ascii").replace("\n", "\r\n")

    odd = "# Größe 😀\r\n"
    store = read((mark + odd + text(A) + "# two\r\n" + text(B)).encode(codec))
    expected = (mark + odd + text(A) + text(FRESH)).encode(codec)
    assert written(store, store.entries[0], new()) == expected


def test_utf_16_keeps_its_odd_last_byte_and_lone_surrogates() -> None:
    half = b"\x23\x00\x00\xd8"
    data = (
        b"\xff\xfe" + half + (b"\n" + A + b"\n" + B).decode("ascii").encode("utf-16-le") + b"\x0a"
    )
    store = read(data)
    assert encode(store, password=None) == data
    expected = B + b"\n" + FRESH
    kept = written(store, store.entries[1], new())
    assert kept == b"\xff\xfe" + expected.decode("ascii").encode("utf-16-le") + b"\x0a"


ODD = [
    b"",
    b"\xef\xbb\xbfone\r\n" + A.replace(b"\n", b"\r\n") + b"two\n-----END X-----\n" + B + b"tail",
    b"ca: |\n" + b"".join(b"    " + line for line in A.splitlines(True)),
    b"CA=" + A.replace(b"\n", b"\\n"),
    A.replace(b"\n", b"") + b"\n\n\n",
    A + certs.der("Root B"),
    A + B.decode("ascii").encode("utf-16"),
    A.decode("ascii").encode("utf-16") + B,
    A + A + A,
    A + b"-----BEGIN CERTIFICATE-----\nMII",
]


@pytest.mark.parametrize("data", ODD)
def test_an_unchanged_bundle_is_the_same_bytes(data: bytes) -> None:
    store = read(data or A)
    assert encode(store, password=None) == (data or A)


def test_equal_blocks_are_told_apart_by_line_and_by_order() -> None:
    data = b"# 1\n" + A + A + b"\n# 3\n" + A + b"\n" + A
    store = read(data)
    entries = store.entries
    assert entries[1].raw != entries[3].raw
    assert without(b"\n" + A + b"\n" + A + b"\n# 3\n" + A, 0) == b"\n" + A + b"\n# 3\n" + A
    assert without(A + A + b"#\n" + A, 1) == A + b"#\n" + A
    nameless = [replace(entry, line=None) for entry in (entries[1], entries[2])]
    assert written(store, *nameless) == A + b"\n# 3\n" + A


def test_other_blocks_keys_and_broken_ones_stay() -> None:
    key = certs.private_key()
    broken = b"-----BEGIN CERTIFICATE-----\nMIIB!\n-----END CERTIFICATE-----\n"
    trusted = A.replace(b" CERT", b" TRUSTED CERT")
    listed = certs.revocation_list()
    data = key + b"\n" + listed + broken + b"# no\n" + B + trusted
    store = read(data)
    assert len(store.entries) == 5
    assert without(data, 3) == key + b"\n" + listed + broken + trusted


def test_what_stands_after_the_text_is_written_once() -> None:
    for tail in (certs.der("Root B"), C.decode("ascii").encode("utf-16")):
        store = read(A + b"\n" + B + tail)
        first, _, rest = store.entries
        assert written(store, first, rest) == A + tail
        with pytest.raises(CannotWriteError, match=r"^ca\.pem: .*: not taken out$"):
            written(store, first)
    # what is added comes before it
    store = read(A + B + certs.der("Root B"))
    assert written(store, *store.entries, new()) == A + B + FRESH + certs.der("Root B")


def test_der_is_not_left_where_nobody_reads_it() -> None:
    tail = certs.der("Root C")
    store = read(A + b"\n# text\n\n" + B + tail)
    with pytest.raises(
        CannotWriteError, match=r"^ca\.pem: DER after the text; Java alone reads it"
    ):
        written(store, store.entries[0], store.entries[2])
    store = read(A + tail)
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        written(store, store.entries[1])


def wrapped(*names: str, lists: bool = False) -> bytes:
    from unpin.asn1 import tlv

    body = tlv.element(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.element(tlv.SET),
        tlv.element(tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.1")),
        tlv.element(0xA0, *map(certs.der, names)),
        tlv.element(0xA1, certs.revocation_list(certs.serialization.Encoding.DER))
        if lists
        else b"",
        tlv.element(tlv.SET),
    )
    info = tlv.element(
        tlv.SEQUENCE, tlv.encode_oid("1.2.840.113549.1.7.2"), tlv.element(0xA0, body)
    )
    return b"-----BEGIN PKCS7-----\n" + base64.encodebytes(info) + b"-----END PKCS7-----\n"


def test_a_pkcs7_block_stays_whole_or_gives_way_to_what_is_left_of_it() -> None:
    data = b"# head\n\n# ours\n" + wrapped("Root A", "Root B", "Root C") + b"\n# tail\n"
    store = read(data)
    assert encode(store, password=None) == data
    rest = b"".join(
        b"\n" + header(Certificate(certs.der(name)), name) + block
        for name, block in (("Root A", A), ("Root C", C))
    )
    assert without(data, 1) == b"# head\n\n# ours\n" + rest + b"\n# tail\n"


def test_pkcs7_with_more_than_certificates_is_not_cut() -> None:
    store = read(wrapped("Root A", "Root B", lists=True))
    with pytest.raises(CannotWriteError, match=r"^ca\.pem: line 1: the PKCS7 holds more"):
        written(store, store.entries[0])


def test_nothing_is_added_beside_pkcs7_for_java_would_not_see_it() -> None:
    store = read(wrapped("Root A"))
    with pytest.raises(CannotWriteError, match=r"^ca\.pem: line 1: Java ignores or refuses"):
        written(store, *store.entries, new())


@pytest.mark.parametrize("data", ODD[2:4])
def test_blocks_inside_another_language_are_not_changed(data: bytes) -> None:
    store = read(data)
    with pytest.raises(CannotWriteError, match="a part of some other text"):
        written(store, *store.entries, new())


def test_nothing_follows_a_block_without_end() -> None:
    data = A + b"-----BEGIN CERTIFICATE-----\nMII"
    store = read(data)
    first, last = store.entries
    assert written(store, new(), last) == FRESH + b"-----BEGIN CERTIFICATE-----\nMII"
    with pytest.raises(CannotWriteError, match=r"^ca\.pem: line \d+: the block has no END line"):
        written(store, first, last, new())


def test_a_bundle_that_holds_nothing_is_the_same_bytes() -> None:
    data = b"# empty\n" + wrapped()
    store = read(data)
    assert (store.entries, encode(store, password=None)) == ((), data)


def test_nothing_left_is_refused() -> None:
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        written(read(A))
    with pytest.raises(CannotWriteError, match="no certificate is left"):
        encode(Store("new", Format.PEM, ()), password=None)


def test_a_key_of_another_bundle_is_copied_and_one_of_another_format_refused() -> None:
    key = read(b"# a key\r\n" + certs.private_key().replace(b"\n", b"\r\n")).entries[0]
    fresh = Store("new", Format.PEM, (key, new()))
    assert encode(fresh, password=None) == certs.private_key() + b"\n" + FRESH
    other = KeyEntry("k", KeyKind.PRIVATE, (), b"\x02\x00")
    with pytest.raises(CannotWriteError, match=r"^new: k: a private key of another format cannot"):
        encode(Store("new", Format.PEM, (other,)), password=None)


def test_there_are_no_aliases_to_change() -> None:
    with pytest.raises(CannotWriteError, match="has no aliases"):
        rename(read(BAG + A).entries[0], "y", Format.PEM)
    assert rename(new(), "y", Format.PEM).alias == "y"


HOSTILE = {
    "a\n-----BEGIN CERTIFICATE-----\r\nMII": "a --BEGIN CERTIFICATE-- MII",
    "\uff0d\uff0d\uff0d\uff0d\uff0dEND X\uff0d\uff0d\uff0d": "--END X--",
    "İstanbul ıŞ": "Istanbul \\u0131S",
    "ß\u2028b\0c\ud800😀": "\\xdf\\u2028b c\\ud800\\U0001f600",
    "x" * 500: "x" * 117 + "...",
    " ": "",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_subject_is_one_plain_line(text: str) -> None:
    assert comment(text) == HOSTILE[text]


def test_a_hostile_subject_names_no_alias_and_opens_no_block() -> None:
    name = "CN=Bag Attributes\\0A friendlyName: evil\\0A-----BEGIN CERTIFICATE-----"
    hostile = Authority(name).certificate
    data = encode(Store("new", Format.PEM, (new(hostile), new())), password=None)
    store = read(data)
    assert [(e.alias, e.certificate) for e in store.trusted] == [("", hostile), ("", NEW)]
    assert store.faults == ()
