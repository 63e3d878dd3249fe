"""What the operating system refuses: one clear line, the old store whole, nothing left."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults import operations
from tests.faults.stage import ROOT

UNSHARE = ["unshare", "-rm"]
NOBODY = 65534
WHOLE = {"code": 3, "new": False, "same mode": True, "harm": [], "left": [], "backups": 0}


def mounted(case, folder):
    try:
        subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("NOT RUN: no mount namespace for us here")
    command = [*UNSHARE, sys.executable, "-m", "tests.faults.mounted", case, str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return json.loads(run.stdout or "null"), run.stderr


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("read_only", "read-only file system"),
        ("full", "no space left on device"),
        ("mounted_by_itself", "device or resource busy"),
    ],
)
def test_file_system(case, reason, tmp_path):
    said = f"unpin: error: link.jks: not written: {reason}\n"
    assert mounted(case, tmp_path) == (WHOLE, said)


def test_a_store_of_a_lower_layer(tmp_path):
    assert mounted("overlay", tmp_path) == (WHOLE | {"code": 0, "new": True, "backups": 1}, "")


@pytest.fixture
def open_folder():
    """A folder that others can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def written(stage, folder, **command):
    """The exit code and the error line of a writer in a process of its own."""
    error = folder.with_name(f"{folder.name}.stderr")
    error.touch()
    error.chmod(0o666)
    child = stage.ask(fork="replace", folder=str(folder), error=str(error), **command)
    os.kill(child, signal.SIGUSR1)
    code = stage.ask(wait=child)
    assert (operations.harm("replace", folder), operations.temporaries(folder)) == ([], [])
    return code, error.read_text().removeprefix("unpin: error: link.jks: ").rstrip()


def test_limit_of_file_size(stage, tmp_path):
    folder = operations.scene(tmp_path / "scene")
    assert written(stage, folder, limit=500) == (3, "not written: file too large")


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root becomes another user")
class TestOtherUser:
    def test_folder_that_is_not_ours(self, stage, open_folder):
        folder = operations.scene(open_folder / "scene")
        os.chown(folder / "s.jks", NOBODY, NOBODY)
        result = written(stage, folder, user=NOBODY)
        assert result == (3, "not written: permission denied")

    def test_file_that_is_not_ours(self, stage, open_folder):
        folder = operations.scene(open_folder / "scene")
        folder.chmod(0o777)
        (folder / "s.jks").chmod(0o644)
        result = written(stage, folder, user=NOBODY)
        assert result == (3, "its owner and group (0:0) cannot be kept")

    def test_group_that_is_not_ours(self, stage, open_folder):
        folder = operations.scene(open_folder / "scene")
        folder.chmod(0o777)
        os.chown(folder / "s.jks", NOBODY, 0)
        result = written(stage, folder, user=NOBODY)
        assert result == (3, f"its owner and group ({NOBODY}:0) cannot be kept")

    def test_file_that_we_may_not_read(self, stage, open_folder):
        folder = operations.scene(open_folder / "scene")
        assert written(stage, folder, user=NOBODY) == (3, "permission denied")

    def test_ours(self, stage, open_folder):
        folder = operations.scene(open_folder / "scene")
        folder.chmod(0o777)
        (folder / "s.jks").chmod(0o400)
        os.chown(folder / "s.jks", NOBODY, NOBODY)
        assert written(stage, folder, user=NOBODY) == (0, "")
        status = (folder / "s.jks").stat()
        assert (status.st_uid, status.st_mode & 0o777) == (NOBODY, 0o400)
