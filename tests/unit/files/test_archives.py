"""Hostile and broken archives: every bound is reported where it cuts, nothing else is raised."""

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib

import pytest
from tests import images

from unpin.files.archives import bounds, walk, zip_archive
from unpin.files.archives.recognition import BLOCK, ArchiveKind, archive_kind
from unpin.files.archives.walk import Search, walk_archive
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableArchiveError

STORE = b"STORE" * 200


def found(data, name="a", account=None):
    """The names of the stores, the errors, and the search."""
    search = Search(
        account or bounds.Account(name),
        lambda content: content.startswith(b"STORE"),
        lambda place: place.endswith(".jks"),
    )
    kind = archive_kind(data[:BLOCK], name)
    items = list(walk_archive(kind, io.BytesIO(data), name, search))
    errors = [item for item in items if isinstance(item, UnpinError)]
    assert all(error.source and error.message.startswith(error.source) for error in errors)
    return [item.name for item in items if item not in errors], errors, search


def messages(data, name="a", account=None):
    return [error.message for error in found(data, name, account)[1]]


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("compress", "kind"),
    [
        (gzip.compress, ArchiveKind.GZIP),
        (bz2.compress, ArchiveKind.BZIP2),
        (lzma.compress, ArchiveKind.XZ),
    ],
)
def test_compressed_tars_in_several_streams(compress, kind):
    tar = images.layer({"a": STORE, "text": b"x", "b.jks": b"y"})
    data = compress(tar[:1000]) + compress(tar[1000:])
    assert archive_kind(data[:BLOCK], "") is kind
    names, errors, search = found(data)
    assert (names, errors) == (["a!/a", "a!/b.jks"], [])
    assert (search.passed_over, search.first_passed_over) == (1, ["a!/text"])


def test_a_compressed_file_that_is_no_archive_is_passed_over():
    assert found(gzip.compress(STORE))[2].passed_over == 1


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_that_breaks_off_or_is_broken(compress):
    data = compress(images.layer({"a": STORE, "b": bytes(range(256)) * 40}))
    (said,) = messages(data[: len(data) - 30])
    assert said.endswith("breaks off")
    broken = bytearray(data)
    broken[len(data) // 2] ^= 0xFF
    assert len(messages(bytes(broken))) <= 1


def test_a_tar_that_breaks_off_or_is_broken():
    tar = images.layer({"a": STORE, "b": STORE})
    names, errors, _ = found(tar[:2200])
    assert names == ["a!/a"]
    assert errors[0].message in {
        "a!/b: breaks off",
        "a: the tar archive is broken: truncated header",
    }
    (said,) = messages(tar[:1536] + b"garbage " * 64 + tar[2048:])
    assert said.startswith("a: the tar archive is broken: ")
    assert found(tar[:3584])[:2] == (["a!/a", "a!/b"], [])  # a single block of zeros
    for end, names in ((1536, ["a!/a"]), (3072, ["a!/a", "a!/b"])):
        said = "a: the tar archive is broken: no block of zeros ends it, so that members may be missing"
        assert found(tar[:end])[0] == names
        assert messages(tar[:end]) == [said]


def test_a_number_that_is_none_or_too_large_is_said_in_words():
    tar = bytearray(images.layer({"a": STORE}))
    tar[124:136] = b"\x80\0\0\0\x7f" + b"\xff" * 7
    tar[148:156] = b"%06o\0 " % (sum(tar[:148]) + sum(tar[156:512]) + 8 * 0x20)
    assert "a: the tar archive is broken: a number in a header is none, or too large" in messages(
        tar
    )


def test_headers_that_nest_too_deep_and_headers_that_are_too_large():
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 0
    (said,) = messages(info.tobuf(tarfile.GNU_FORMAT) * 5000)
    assert said == "a: the tar archive is broken: a header nests too deep"
    info.type, info.size = tarfile.XHDTYPE, 1 << 33
    (said,) = messages(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(100)))
    assert "a header of " in said


def test_paths_lead_nowhere_but_are_shown():
    members = {"../../etc/x": STORE, "/abs/y": STORE, "./z": STORE, "dev": "->/etc/passwd"}
    tar = images.layer(members)
    assert found(tar)[0] == ["a!/../../etc/x", "a!/abs/y", "a!/z"]
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for kind in (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("dev.jks")
            info.type = kind
            archive.addfile(info)
    assert found(stream.getvalue())[:2] == ([], [])
    assert found(zipped([("../x", STORE), ("/y", STORE), ("C:\\z", STORE)]))[0] == [
        "a!/../x", "a!/y", "a!/C:\\z",
    ]  # fmt: skip


def test_a_link_is_no_second_store():
    assert found(images.layer({"a": STORE, "b": "=>a", "c": "->a"}))[0] == ["a!/a"]


def test_too_many_archives_within_archives():
    data = zipped([("store", STORE)])
    for _ in range(bounds.MAX_NESTING):
        data = zipped([("z", data)], zipfile.ZIP_STORED)
    names, (error,), _ = found(data)
    assert names == []
    assert (
        error.message == "a" + "!/z" * 8 + ": more than 8 archives within archives; not looked into"
    )
    assert error.hint == "unpack it, and give the folder"


def test_data_that_decompress_to_too_much(monkeypatch):
    monkeypatch.setattr("unpin.files.archives.streams.FREE_BYTES", 8 << 20)
    monkeypatch.setattr(zip_archive, "FREE_BYTES", 8 << 20)
    tar = images.layer({"a": STORE, "zeros": bytes(32 << 20), "b": STORE})
    names, (error,), _ = found(gzip.compress(tar))
    assert names == ["a!/a"]
    assert isinstance(error, LimitExceededError)
    assert error.message.startswith("a: its data decompress to more than 250 times their size")
    names, (error,), _ = found(zipped([("zeros", bytes(32 << 20)), ("b", STORE)]))
    assert names == ["a!/b"]
    assert error.message == "a!/zeros: would decompress to more than 250 times its size"


def test_bounds_of_the_whole_archive(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_MEMBERS", 3)
    inner = zipped([("x", STORE), ("y", STORE)])
    assert messages(zipped([("1", inner), ("2", inner)])) == [
        "a: more than 3 members; the rest is not read"
    ]
    monkeypatch.setattr(bounds, "MAX_MEMBERS", 100)
    monkeypatch.setattr(bounds, "MAX_UNPACKED_BYTES", 1 << 20)
    data = zipped([(str(number), b"STORE" + bytes(200_000)) for number in range(9)])
    assert messages(data) == ["a: more than 1 MiB in it; the rest is not read"]
    monkeypatch.setattr(bounds, "MAX_HELD_BYTES", 1 << 20)
    monkeypatch.setattr(bounds, "MAX_UNPACKED_BYTES", 1 << 30)
    held = gzip.compress(images.layer({"z": zipped([("x", bytes(3 << 20))], zipfile.ZIP_STORED)}))
    (said,) = messages(held)
    assert said.startswith("a: more than 1 MiB of archives within it")
    monkeypatch.setattr(bounds, "MAX_SECONDS", -1.0)
    assert messages(zipped([("x", STORE)])) == [
        "a: not read within -1 seconds; the rest is not read"
    ]


def test_a_file_that_is_too_large_counts_only_if_it_should_be_a_store(monkeypatch):
    monkeypatch.setattr(walk, "MAX_FILE_BYTES", 1000)
    names, (error,), search = found(zipped([("x", bytes(2000)), ("y.jks", bytes(2000))]))
    assert (names, search.passed_over) == ([], 1)
    assert error.message.startswith("a!/y.jks: larger than ")


def test_a_file_that_begins_as_a_store_counts_however_large_it_is(monkeypatch):
    monkeypatch.setattr(walk, "MAX_FILE_BYTES", len(STORE))
    monkeypatch.setattr(walk, "BEGINNING", 600)
    for data in (zipped([("x", STORE * 9)]), images.layer({"x": STORE * 9})):
        names, (error,), search = found(data)
        assert (names, search.passed_over) == ([], 0)
        assert error.message.startswith("a!/x: larger than ")


def test_a_directory_that_is_too_large(monkeypatch):
    data = zipped([(str(number), b"") for number in range(20)])
    monkeypatch.setattr(zip_archive, "MAX_ZIP_MEMBERS", 19)
    assert messages(data)[0].startswith("a: more than 19 members, or a directory of more")
    monkeypatch.setattr(zip_archive, "MAX_ZIP_DIRECTORY_BYTES", 100)
    assert messages(data)[0].startswith("a: more than 19 members, or a directory of more")


def test_encrypted_members_and_unknown_methods_are_named():
    data = bytearray(zipped([("secret.jks", STORE), ("b", STORE)], zipfile.ZIP_STORED))
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    names, (error,), _ = found(bytes(data))
    assert names == ["a!/b"]
    assert error.message == "a: 1 member is encrypted, and not read: secret.jks"
    struct.pack_into("<HH", data, at + 8, 0, 9)
    (said,) = messages(bytes(data))
    assert (
        said == "a: 1 member is compressed by a method that unpin lacks, and not read: secret.jks"
    )


def test_a_broken_member_is_an_error_and_the_others_are_read():
    data = bytearray(zipped([("x", STORE * 9), ("b", STORE)], zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    names, _, _ = found(bytes(data))
    assert "a!/b" in names
    deflated = bytearray(zipped([("x", bytes(range(256)) * 8), ("b", STORE)]))
    deflated[60] ^= 0xFF
    names, (error,), _ = found(bytes(deflated))
    assert names == ["a!/b"]
    assert error.message.startswith("a!/x: is broken: ")


@pytest.mark.parametrize("cut", [30, 100, 150])
def test_a_zip_that_breaks_off(cut):
    data = zipped([("x", STORE), ("b", STORE)])
    (said,) = messages(data[:cut])
    assert said.startswith("a: the ZIP archive is broken: ")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_a_name_that_is_there_twice_the_last_is_judged_as_java_reads_it():
    """tests/referees/test_archives.py asks java.util.zip.ZipFile."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x", STORE + b"first")
        archive.writestr("x", STORE + b"last")
        archive.writestr("text", b"1")
        archive.writestr("text", b"2")
    search = Search(bounds.Account("a"), lambda data: data.startswith(b"STORE"), lambda name: False)
    items = list(walk_archive(ArchiveKind.ZIP, io.BytesIO(stream.getvalue()), "a", search))
    error, store = items
    assert isinstance(error, UnreadableArchiveError)
    assert error.message == (
        "a!/x: is in the archive more than once; the last, which Java reads, is judged"
    )
    assert store.data.endswith(b"last")


def test_members_that_overlap_are_read_as_far_as_the_archive_has_room():
    """1.5 MB took three minutes: 30,000 entries of the directory name the same MB."""
    data = zipped([("a", STORE + bytes(100_000))])
    end = data.rindex(b"PK\5\6")
    (start,) = struct.unpack_from("<I", data, end + 16)
    entry, count = data[start:end], 1000
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(entry) * count, start, 0)
    said = messages(data[:start] + entry * count + tail)[0]
    assert said.startswith("a: its members overlap, as those of a bomb do: ")
    assert int(re.search(r"(\d+) of 1000 are read", said)[1]) < count / 2
    assert messages(zipped([(f"n{number}", b"") for number in range(500)])) == []


def test_many_errors_are_counted():
    tar = images.layer({f"{number:02}.zip": b"PK\x03\x04 broken" for number in range(50)})
    said = messages(tar)
    assert len(said) == bounds.MAX_ERRORS + 1
    assert said[-1] == "a: 30 more errors in it"


def test_no_bytes_make_it_raise_anything_else():
    """Every byte of small archives is changed in turn."""
    tar = images.layer({"a": STORE[:50], "b": "=>a", ".wh.c": b""})[:3072]
    seeds = [tar[:1600], zipped([("x", STORE), ("y.jks", b"y")]), gzip.compress(tar, mtime=0)]
    for seed in seeds:
        for at in range(0, len(seed), 3):
            changed = bytearray(seed)
            changed[at] = (changed[at] + 129) % 256
            kind = archive_kind(bytes(changed[:BLOCK]), "a.zip")
            if kind is not None:
                found(bytes(changed))


def test_zlib_is_not_read_beyond_the_last_stream():
    assert found(gzip.compress(images.layer({"a": STORE})) + bytes(1000))[:2] == (["a!/a"], [])
    assert zlib.crc32(b"") == 0
