"""Measure which stores with OpenSSL's trust settings clients accept; write measured.json.

    python -m tests.conformance.trust_settings.record [CLIENT ...]

It asks the clients of tests/conformance/clients that are named or, by default, those of CLIENTS.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.conformance.clients import CLIENTS
from tests.conformance.clients.client import Handshake
from tests.conformance.lab import tls_program
from tests.conformance.lab.bench import Bench
from tests.conformance.trust_settings.stores import CHAINS, bundle, cases, draw

FILE = Path(__file__).with_name("measured.json")
ASKED = (
    "openssl-s_client",
    "openssl-s_client-partial",
    "psql",
    "node-tls",
    "python-ssl",
    "curl",
    "node-tls-partial",
    "python-ssl-partial",
    "python-ssl-strict",
)


class Files:
    """Stores, chains and keys, as lab/files.py has them of another PKI."""

    def __init__(self, folder):
        self.folder = folder
        self.drawn = draw()
        self._stores = {}

    def store(self, names):
        if names not in self._stores:
            path = self.folder / f"store-{len(self._stores)}.pem"
            path.write_bytes(bundle(self.drawn, names))
            self._stores[names] = path
        return self._stores[names]

    def chain(self, chain):
        names = [(one, "") for one in CHAINS[chain]]
        return self._written(f"chain-{chain}.pem", bundle(self.drawn, names))

    def key(self, chain):
        key = self.drawn[CHAINS[chain][0]].key
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._written(f"key-{chain}.pem", text)

    def _written(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


class TrustBench(Bench):
    """The servers of these chains."""

    @cached_property
    def _tls(self):
        spec = {one: [str(self.files.chain(one)), str(self.files.key(one))] for one in CHAINS}
        process = self.stack.enter_context(
            subprocess.Popen(
                [sys.executable, tls_program.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self.stack.callback(process.stdin.close)
        process.stdin.write(json.dumps(spec) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())


@contextmanager
def laboratory():
    """Draw the PKI; afterwards stop every server and remove every file."""
    folder = Path(tempfile.mkdtemp(prefix="unpin-trust-"))
    try:
        folder.chmod(0o755)
        with ExitStack() as stack:
            yield TrustBench(Files(folder), stack)
    finally:
        shutil.rmtree(folder)


def ask(client, bench, several):
    """Of each case whether the client connected: a text of + and -."""
    answers = client.attempt(bench, [Handshake(store, chain) for store, chain in several])
    return "".join("+" if one.connected else "-" for one in answers)


def main(names):
    found = json.loads(FILE.read_text()) if FILE.exists() else {}
    with laboratory() as bench:
        for client in CLIENTS:
            if client.ident in (names or ASKED):
                row = ask(client, bench, list(cases()))
                found[client.ident] = {
                    "family": client.family,
                    "version": client.version(),
                    "connected": row,
                }
                print(client.ident, row.count("+"), len(row), flush=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
