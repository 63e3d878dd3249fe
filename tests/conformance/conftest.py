"""One laboratory a test process."""

import pytest

from tests.conformance.lab.bench import laboratory


@pytest.fixture(scope="session")
def bench():
    with laboratory() as one:
        yield one
