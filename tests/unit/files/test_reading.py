"""Reading a file: never longer than it takes."""

import os
import stat

import pytest

from unpin.files.reading import opened, read_file
from unpin.model.errors import UnreadableFileError


def in_pieces(path, name):
    with opened(path, name) as stream:
        return stream.read(100)


@pytest.mark.parametrize("read", [read_file, in_pieces])
def test_a_file_that_lets_its_reader_wait_is_an_error(tmp_path, monkeypatch, read):
    """As /proc/kmsg does, which says that it is a regular file."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(stat, "S_ISREG", lambda _: True)
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        with pytest.raises(UnreadableFileError, match="pipe: not a regular file: it has to be"):
            read(tmp_path / "pipe", "pipe")
    finally:
        os.close(writer)
