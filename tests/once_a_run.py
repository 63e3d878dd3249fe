"""What all processes of a test run share, made by the first of them that needs it.

pytest-xdist has a session in each process: a fixture of the session is made in each of them.
"""

import fcntl
import os
import shutil

import pytest

DONE = "made"


@pytest.fixture(scope="session")
def once_a_run(tmp_path_factory):
    """Return a function that takes a name and `make`, and gives a folder for which `make` was called.

    `make(folder)` is called once in the whole run; the other processes wait for it. What it makes
    lies in the folder alone.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def folder_of(name, make):
        folder = base / f"once-{name}"
        with (base / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / DONE).exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                (folder / DONE).touch()
        return folder

    return folder_of
