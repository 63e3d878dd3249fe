"""Everything that clients meet: the files and the servers of one laboratory."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.conformance.lab.files import Files
from tests.conformance.lab.postgres import Clusters
from tests.conformance.lab.tls import tls_servers


@dataclass
class Bench:
    """One laboratory; servers are started when they are first asked for."""

    files: Files
    stack: ExitStack

    @cached_property
    def _tls(self) -> dict[str, int]:
        return self.stack.enter_context(tls_servers(self.files))

    @cached_property
    def _clusters(self) -> Clusters:
        return Clusters(self.files, self.stack)

    def tls(self, chain: str) -> int:
        """The port where the plain TLS server presents `chain`."""
        return self._tls[chain]

    def postgres(self, chain: str) -> int:
        """The port where a PostgreSQL server presents `chain`."""
        return self._clusters.port(chain)


@contextmanager
def laboratory() -> Iterator[Bench]:
    """Draw a PKI; afterwards stop every server and remove every file."""
    folder = Path(tempfile.mkdtemp(prefix="unpin-lab-"))
    try:
        folder.chmod(0o755)  # the servers' user must get through
        with ExitStack() as stack:
            yield Bench(Files(folder), stack)
    finally:
        shutil.rmtree(folder)
