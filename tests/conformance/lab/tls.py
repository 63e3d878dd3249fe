"""Start and stop the plain TLS servers: one process, one port a chain."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.lab.files import Files
from tests.conformance.lab.scenes import CHAINS


@contextmanager
def tls_servers(files: Files) -> Iterator[dict[str, int]]:
    """The port at which each chain of CHAINS is presented.

    The process ends with its standard input: also when this one is killed.
    """
    program = Path(__file__).with_name("tls_program.py")
    spec = {chain: [str(files.chain(chain)), str(files.key(chain))] for chain in CHAINS}
    with subprocess.Popen(
        [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            process.stdin.write(json.dumps(spec) + "\n")
            process.stdin.flush()
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
