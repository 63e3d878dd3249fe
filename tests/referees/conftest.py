import pytest

from tests.referees import jvm


@pytest.fixture(scope="session")
def classes(tmp_path_factory):
    """The compiled programs, once for each process of the test run."""
    return jvm.compiled(tmp_path_factory.mktemp("classes"))


@pytest.fixture(scope="session", params=(17, 25), ids="JDK {}".format)
def java(request):
    return jvm.java_of(request.param)
