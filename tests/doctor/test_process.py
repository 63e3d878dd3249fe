"""`unpin doctor --pid`, of processes that run; and of the environment."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.cli.inside import unpin
from tests.doctor.client_machine import bundle
from unpin.machine.processes import running_process
from unpin.model.errors import UnreadableFileError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


@contextmanager
def sleeping(*arguments, **environment):
    """The number of a process with these arguments and this environment."""
    program = "import sys; sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **environment},
    )
    try:
        process.stdout.read(1)
        yield process.pid
    finally:
        process.communicate(b"")


def test_the_environment_of_a_process_counts(tmp_path):
    (tmp_path / "old.pem").write_bytes(bundle("old"))
    with sleeping(
        PGHOST="db1.postgres.database.azure.com", PGSSLMODE="verify-full",
        PGSSLROOTCERT=str(tmp_path / "old.pem"), PGPASSWORD="hunter2",
    ) as pid:  # fmt: skip
        ran = unpin("doctor", "--pid", pid, "--client", "libpq")
    assert ran.returncode == 1
    assert b"AFFECTED: libpq: sslmode=verify-full (PGSSLMODE)" in ran.stdout
    assert b"hunter2" not in ran.stdout + ran.stderr


def test_the_command_line_of_a_process_counts(tmp_path):
    with sleeping("-Djavax.net.ssl.trustStore=/no/such.jks") as pid:
        ran = unpin("doctor", "--pid", pid)
    assert ran.returncode == 1
    assert b"/no/such.jks does not exist: Java silently uses cacerts instead" in ran.stdout


def test_a_process_that_is_not_there_is_an_error():
    with pytest.raises(UnreadableFileError, match="there is no such process"):
        running_process(2**30)


def test_the_environment_of_the_shell_counts():
    ran = unpin("doctor", "--environment", "--client", "libpq", PGSSLMODE="verify-all", PGHOST="h")
    assert ran.returncode == 1
    assert b'invalid sslmode value: "verify-all"' in ran.stdout
