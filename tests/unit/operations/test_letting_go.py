"""The bytes of a file are let go and taken up again; those that could not be are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.files.reading import BEGINNING, MAX_FILE_BYTES
from unpin.model.errors import LimitExceededError, UnreadableFileError
from unpin.operations.letting_go import let_go, let_go_unread, likeness, taken_up
from unpin.operations.opening import HeldFile, StorePath


def test_a_file_is_read_again(tmp_path):
    file = tmp_path / "a.pem"
    file.write_bytes(b"some bytes")
    place = StorePath(f"{file}#key", content=HeldFile(b"some bytes", str(file), None, "key"))
    gone = let_go(place)
    assert gone.content.data == b""
    assert let_go(gone) is gone
    assert taken_up(gone) == place
    file.write_bytes(b"other bytes")
    assert taken_up(gone).content.data == b"other bytes"
    file.unlink()
    with pytest.raises(UnreadableFileError, match=r"a\.pem: no such file or directory"):
        taken_up(gone)


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("-", HeldFile(b"x", "standard input")),
        ("/dev/stdin", HeldFile(b"x", "/dev/stdin")),
        ("/proc/self/fd/3", HeldFile(b"x", "/proc/self/fd/3")),
        ("a.jar!/b", HeldFile(b"x", "a.jar!/b", "a.jar")),
        ("folder", None),
    ],
)
def test_what_cannot_be_read_again_is_kept(path, held):
    place = StorePath(path, content=held)
    assert let_go(place) is place
    assert taken_up(place) is place


@given(st.binary(max_size=2000), st.data())
def test_the_likeness_tells_bytes_apart_that_differ_at_many_places(data, draw):
    assert likeness(data) == likeness(bytes(bytearray(data)))
    assert likeness(data) != likeness(data + b"x")
    if len(data) > 600:
        at = draw.draw(st.integers(0, len(data) - 600))
        other = data[:at] + bytes(octet ^ 0xFF for octet in data[at : at + 600]) + data[at + 600 :]
        assert likeness(data) != likeness(other)


def _key_store(path, size, end=b"the digest of twenty"):
    with path.open("wb") as file:
        file.write(b"\xfe\xed\xfe\xed")
        file.truncate(size - len(end))
        file.seek(0, 2)
        file.write(end)
    return path.read_bytes() if size <= MAX_FILE_BYTES else b""


def test_a_key_store_that_is_not_read_is_as_one_that_was_let_go(tmp_path):
    file = tmp_path / "a.jks"
    data = _key_store(file, 100_000)
    held = let_go_unread(str(file), str(file), data[:BEGINNING])
    assert held == let_go(StorePath(str(file), content=HeldFile(data, str(file)))).content
    assert taken_up(StorePath(str(file), content=held)).content.data == data
    other = _key_store(tmp_path / "b.jks", 100_000, b"the digest of others")
    assert likeness(other) != held.likeness


def test_what_is_no_key_store_of_java_has_to_be_read(tmp_path):
    file = tmp_path / "a.p12"
    file.write_bytes(b"0" * 100_000)
    assert let_go_unread(str(file), str(file), file.read_bytes()) is None


@pytest.mark.parametrize(
    ("size", "error"), [(MAX_FILE_BYTES + 1, LimitExceededError), (None, UnreadableFileError)]
)
def test_the_error_of_a_key_store_is_that_of_reading_it(tmp_path, size, error):
    file = tmp_path / "a.jks"
    if size:
        _key_store(file, size)
    with pytest.raises(error, match=r"a\.jks"):
        let_go_unread(str(file), str(file), b"\xfe\xed\xfe\xed")
