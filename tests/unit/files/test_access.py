"""Only users who may read every source of a new file may read it."""

import os
import stat
import struct

import pytest

from unpin.files.access import Modes, Readers
from unpin.files.replacement import create


def readers(*paths):
    return Readers.of(map(str, paths), standard_input="-")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def a_file(path, mode):
    path.write_bytes(b"source")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("source", "new"),
    [
        (0o600, 0o600),
        (0o640, 0o640),
        (0o644, 0o644),
        (0o604, 0o604),
        (0o400, 0o600),
        (0o666, 0o644),
    ],
)
def test_a_new_file_is_no_wider_than_its_source(tmp_path, source, new):
    old = a_file(tmp_path / "old", source)
    modes = create(tmp_path / "new", "new", b"new", readers=readers(old))
    assert (mode(tmp_path / "new"), modes) == (new, Modes(None, new))


def test_a_replaced_file_is_no_wider_than_the_source_nor_than_it_was(tmp_path):
    old = a_file(tmp_path / "old", 0o640)
    for there, then in ((0o644, 0o640), (0o600, 0o600), (0o660, 0o640), (0o755, 0o740)):
        new = a_file(tmp_path / "new", there)
        modes = create(new, "new", b"new", readers=readers(old), force=True)
        assert (mode(new), modes) == (then, Modes(there, then))


def test_of_several_sources_the_narrowest_counts(tmp_path):
    one, other = a_file(tmp_path / "one", 0o644), a_file(tmp_path / "other", 0o604)
    create(tmp_path / "new", "new", b"new", readers=readers(one, other))
    assert mode(tmp_path / "new") == 0o604
    both = readers(one) & readers(a_file(tmp_path / "third", 0o600))
    create(tmp_path / "newer", "newer", b"new", readers=both)
    assert mode(tmp_path / "newer") == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root gives a file to another group")
def test_the_group_of_the_new_file_is_not_that_of_the_source(tmp_path):
    """Who is in the new file's group is one of the others to the source."""
    old = a_file(tmp_path / "old", 0o640)
    os.chown(old, -1, 12345)
    create(tmp_path / "new", "new", b"new", readers=readers(old))
    assert mode(tmp_path / "new") == 0o600
    old.chmod(0o604)
    create(tmp_path / "newer", "newer", b"new", readers=readers(old))
    assert mode(tmp_path / "newer") == 0o644


def access_list(*rights):
    """The kernel's form: tag, permissions and id of each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in rights)


NOBODY, NO_ID = 65534, 0xFFFFFFFF
FOR_NOBODY = access_list(
    (1, 6, NO_ID), (2, 4, NOBODY), (4, 0, NO_ID), (16, 4, NO_ID), (32, 0, NO_ID)
)
"""The owner reads and writes, the user nobody reads, the group does not: mode 640."""


def with_list(path, value, name="system.posix_acl_access"):
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"NOT RUN: no access control lists here: {error}")
    return path


def test_the_group_of_a_source_with_an_access_control_list_reads_nothing(tmp_path):
    """The bits of the group are the mask of the list, here for the user nobody."""
    old = with_list(a_file(tmp_path / "old", 0o600), FOR_NOBODY)
    assert mode(old) == 0o640
    create(tmp_path / "new", "new", b"new", readers=readers(old))
    assert mode(tmp_path / "new") == 0o600


@pytest.mark.parametrize(("source", "then"), [(0o600, 0o600), (0o604, 0o600), (0o644, 0o640)])
def test_a_list_of_the_replaced_file_opens_nothing(tmp_path, source, then):
    """It stays where the source is for its readers as well; else it goes, with what it granted."""
    old = a_file(tmp_path / "old", source)
    new = with_list(a_file(tmp_path / "new", 0o600), FOR_NOBODY)
    create(new, "new", b"new", readers=readers(old), force=True)
    assert mode(new) == then
    assert ("system.posix_acl_access" in os.listxattr(new)) is (source == 0o644)


def test_a_replaced_file_is_at_no_moment_wider(tmp_path, monkeypatch):
    old, new = a_file(tmp_path / "old", 0o600), a_file(tmp_path / "new", 0o644)
    given = []
    change = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda *args: given.append(args[1]) or change(*args))
    create(new, "new", b"new", readers=readers(old), force=True)
    create(tmp_path / "newer", "newer", b"new", readers=readers(old))
    assert given == [0o600]


def test_a_folder_that_gives_its_group(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    folder.chmod(0o2755)
    old = a_file(tmp_path / "old", 0o640)
    create(folder / "new", "new", b"new", readers=readers(old))
    assert mode(folder / "new") == 0o640


def test_a_default_list_of_the_folder_opens_nothing(tmp_path):
    wide = access_list((1, 7, NO_ID), (2, 7, NOBODY), (4, 7, NO_ID), (16, 7, NO_ID), (32, 7, NO_ID))
    with_list(tmp_path, wide, "system.posix_acl_default")
    create(tmp_path / "new", "new", b"new", mode=0o600)
    assert mode(tmp_path / "new") == 0o600


def test_a_source_that_is_gone_limits_to_the_owner_and_a_pipe_to_nothing(tmp_path):
    assert readers(tmp_path / "gone").limited(0o644, 0) == 0o600
    assert readers("-").limited(0o644, 0) == 0o644


@pytest.mark.parametrize(
    ("modes", "holds_key", "note"),
    [
        (Modes(None, 0o600), True, ""),
        (Modes(0o600, 0o600), True, ""),
        (Modes(0o644, 0o644), False, ""),
        (Modes(0o640, 0o640), True, "it holds a private key, and other users can read the file, as before"),
        (
            Modes(0o644, 0o600),
            True,
            "its mode changed from 644 to 600: other users may not read the files that it is made from",
        ),
    ],
)  # fmt: skip
def test_what_is_said(modes, holds_key, note):
    assert modes.note(holds_key=holds_key) == note
