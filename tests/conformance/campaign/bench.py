"""A bench for clients (clients/client.py) whose stores and chains are the scenes of a campaign."""

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.conformance.host_names import servers as names
from tests.conformance.policy.pem import bundle
from tests.conformance.policy.servers import Servers, server_context


class Files:
    """The files of the scenes; a store and a chain are called by the number of their scene."""

    def __init__(self, folder, scenes):
        self.folder = folder
        self._scenes = {str(scene.seed): scene for scene in scenes}

    def store(self, name):
        return self._written(f"store-{name[0]}.pem", self._scenes[name[0]].store)

    def chain(self, name):
        return self._pem(f"chain-{name}.pem", self._scenes[name].chain)

    def server(self, name):
        return self._pem(f"server-{name}.pem", self._scenes[name].chain[:1])

    def above(self, name):
        return self._pem(f"above-{name}.pem", self._scenes[name].chain[1:])

    def _pem(self, name, chain):
        return self._written(name, bundle(made.der for made in chain).encode())

    def _written(self, name, data):
        path = self.folder / name
        if not path.exists():
            path.write_bytes(data)
        return path


class Bench:
    """The files and the ports; every port serves HTTPS as well as PostgreSQL's clients."""

    def __init__(self, files, ports):
        self.files = files
        self._ports = ports

    def tls(self, chain):
        return self._ports[chain]

    postgres = tls


@contextmanager
def serving(scenes):
    """A bench for `scenes`; afterwards every server is stopped and every file removed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="unpin-campaign-")))
        contexts = {}
        for scene in scenes:
            contexts[str(scene.seed)] = server_context(scene, folder)
            contexts[str(scene.seed)].num_tickets = 0  # who resumes a session compares no names
        servers = stack.enter_context(Servers(contexts.values(), shake=names.shake, backlog=64))
        yield Bench(Files(folder, scenes), dict(zip(contexts, servers.ports, strict=True)))
