import os
import tempfile
from pathlib import Path

import pytest

from tests.faults.injecting import Injector
from tests.faults.stage import Stage


@pytest.fixture(scope="session")
def stage():
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def full():
    """Every fault there is, by UNPIN_FAULTS=full; a fixed selection of seconds otherwise."""
    return os.environ.get("UNPIN_FAULTS") == "full"


@pytest.fixture
def injector(stage, full, tmp_path):
    """In memory on an ordinary day: what a killed process leaves is the same, without the disk."""
    memory = Path("/dev/shm")
    if full or not os.access(memory, os.W_OK):
        yield Injector(stage, tmp_path)
    else:
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            yield Injector(stage, Path(folder))
