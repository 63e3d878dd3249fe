"""Walking a folder: each file once, and whatever cannot be looked at is an error in its place."""

import os

from unpin.files import tree
from unpin.files.tree import FileBelow, HashedDirectory, walk
from unpin.model.errors import LimitExceededError, UnpinError


def names(folder):
    return [
        one.message
        if isinstance(one, UnpinError)
        else f"{one.name}{'/' * isinstance(one, HashedDirectory)}"
        for one in walk(folder, "f")
    ]


def test_every_file_below_by_name_each_once(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("z", "b/y", "b/c/x", "a"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "link").symlink_to("a")
    assert names(tmp_path) == ["f/a", "f/b/c/x", "f/b/y", "f/z"]


def test_links_that_lead_nowhere_or_back(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to("..")
    (tmp_path / "gone").symlink_to("nothing")
    (tmp_path / "self").symlink_to("self")
    found = names(tmp_path)
    assert found[0] == "f/gone: a link that leads nowhere"
    assert found[1].startswith("f/self: too many levels")
    assert found[2:] == ["f/sub/up: a link that leads back to a folder above it"]


def test_a_hashed_directory_is_one_store_and_its_folders_are_walked(tmp_path):
    (tmp_path / "java").mkdir()
    (tmp_path / "java" / "cacerts").write_bytes(b"")
    (tmp_path / "01234567.0").write_bytes(b"")
    (tmp_path / "ca.pem").write_bytes(b"")
    assert names(tmp_path) == ["f/", "f/java/cacerts"]


def test_more_files_than_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "MAX_TREE_FILES", 2)
    for name in "abcd":
        (tmp_path / name).write_bytes(b"")
    found = list(walk(tmp_path, "f"))
    assert [isinstance(one, FileBelow) for one in found] == [True, True, False]
    assert isinstance(found[2], LimitExceededError)


def test_folders_too_deep(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "MAX_FOLDER_DEPTH", 2)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    assert names(tmp_path) == ["f/a/b: more than 2 folders within folders"]


def test_a_folder_that_may_not_be_listed(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ["f/closed: permission denied"]
