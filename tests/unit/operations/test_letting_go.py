"""The bytes of a file are let go and taken up again; those that could not be are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unpin.model.errors import UnreadableFileError
from unpin.operations.letting_go import let_go, likeness, taken_up
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
