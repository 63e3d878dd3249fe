import os

import pytest

from tests.faults.injecting import Injector
from tests.faults.stage import Stage


@pytest.fixture(scope="session")
def stage():
    with Stage() as stage:
        yield stage


@pytest.fixture
def injector(stage, tmp_path):
    return Injector(stage, tmp_path)


@pytest.fixture(scope="session")
def full():
    """Every fault there is, by UNPIN_FAULTS=full; a fixed selection of seconds otherwise."""
    return os.environ.get("UNPIN_FAULTS") == "full"
