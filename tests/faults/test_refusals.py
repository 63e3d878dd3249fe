"""What the operating system refuses: one clear line, the old store whole, nothing left."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults import operations
from tests.faults.mounted import NEEDS_ROOT
from tests.faults.stage import ROOT

NOBODY = 65534
WHOLE = {"code": 3, "new": False, "same mode": True, "harm": [], "left": [], "backups": 0}
WRITTEN = WHOLE | {"code": 0, "new": True}


def mounted(case, operation, folder):
    """What a writer left on a file system made for it, and the first line that it said."""
    alone = case in NEEDS_ROOT
    unshare = ["unshare", "-m" if alone else "-rm"]
    probe = [*unshare, "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        if alone and os.geteuid() != 0:
            pytest.skip("NOT RUN: only root mounts this here")
        subprocess.run(probe, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("NOT RUN: no mount namespace for us here")
    command = [*unshare, sys.executable, "-m", "tests.faults.mounted", case, operation, str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if alone and not run.stdout:
        pytest.skip(f"NOT RUN: this system makes no file system for the case {case}")
    said = [line for line in run.stderr.splitlines() if not line.startswith("unpin: note: ")]
    if run.stdout and (answer := json.loads(run.stdout)):
        assert all(line.startswith("  hint: ") for line in said[1:])
        first = re.sub(r"error: /\S*/", "error: ", said[0]) if said else ""
        return answer, first
    return None, run.stderr


FULL = os.environ.get("UNPIN_FAULTS") == "full"
WRITERS = [*operations.OPERATIONS, *operations.COMMANDS] if FULL else ["replace"]
"""Each is a process of its own for each case, which loads all of unpin."""
IN_PLACE = [one for one in WRITERS if one in {"replace", "undo", "unpin fix", "unpin undo"}]
GROWING = [one for one in WRITERS if "undo" not in one]


def each(case, writers, reason):
    return [(case, operation, reason) for operation in writers]


@pytest.mark.parametrize(
    ("case", "operation", "reason"),
    [
        *each("read_only", WRITERS, "read-only file system"),
        *each("full", GROWING, "no space left on device"),
        *each("mounted_by_itself", IN_PLACE, "device or resource busy"),
        *each("immutable", IN_PLACE, "operation not permitted"),
        *each("quota", ["replace", "create"] if FULL else ["replace"], "disk quota exceeded"),
    ],
)
def test_a_file_system_that_refuses(case, operation, reason, tmp_path):
    places = operations.NEW_FILES | operations.REPLACED
    said = f"unpin: error: {places.get(operation, 'link.jks')}: not written: {reason}"
    assert mounted(case, operation, tmp_path) == (WHOLE, said)


BACKUPS = {"replace": 1, "unpin fix": 1}
"""How many more there are; of an undo one goes, and the replaced file comes."""
ODD = ["overlay", "linked_overlay", "bound_folder", "without_attributes"]


@pytest.mark.parametrize("operation", WRITERS)
@pytest.mark.parametrize("case", ODD if FULL else ODD[1:2])
def test_an_odd_file_system_that_works(case, operation, tmp_path):
    """A store of a lower layer, with another name there, of a bind mount, without attributes."""
    backups = BACKUPS.get(operation, 0)
    assert mounted(case, operation, tmp_path) == (WRITTEN | {"backups": backups}, "")


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
