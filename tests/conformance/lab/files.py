"""The laboratory's files: stores and chains as PEM, written once and shared by all clients."""

import ssl
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tests.conformance.lab.certificates import SPECS, draw
from tests.conformance.lab.scenes import CHAINS
from unpin.model.certificate import Certificate
from unpin.pki.certificate_view import CertificateView


class Files:
    """One drawn PKI and its files in `folder`, which every user can read.

    The keys are readable by all as well: PostgreSQL gets copies with the rights that it wants.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drawn = draw()
        self._stores: dict[tuple[str, ...], Path] = {}

    @cached_property
    def views(self) -> dict[str, CertificateView]:
        """The certificates as unpin sees them, from their bytes."""
        return {name: CertificateView.of(Certificate(der)) for name, der in self.drawn.der.items()}

    def store(self, names: tuple[str, ...]) -> Path:
        """The PEM bundle of the certificates `names`, in that order."""
        if names not in self._stores:
            path = self.folder / f"store-{len(self._stores)}.pem"
            path.write_bytes(self.pem(names))
            self._stores[names] = path
        return self._stores[names]

    def chain(self, chain: str) -> Path:
        """What a server presents as `chain`, the server certificate first."""
        return self._written(f"chain-{chain}.pem", self.pem(CHAINS[chain]))

    def server(self, chain: str) -> Path:
        """The server certificate alone."""
        return self._written(f"server-{chain}.pem", self.pem(CHAINS[chain][:1]))

    def above(self, chain: str) -> Path:
        """What is presented above it; may be empty."""
        return self._written(f"above-{chain}.pem", self.pem(CHAINS[chain][1:]))

    def key(self, chain: str) -> Path:
        """The private key of the server that presents `chain`."""
        key = SPECS[CHAINS[chain][0]].key
        return self._written(f"key-{key}.pem", self.drawn.keys[key])

    def pem(self, names: Iterable[str]) -> bytes:
        return "".join(ssl.DER_cert_to_PEM_cert(self.drawn.der[name]) for name in names).encode()

    def _written(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(data)
        return path
