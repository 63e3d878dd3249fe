"""Rehearse 1,000 stores of 144 entries: every family, every chain, every shape.

Run as `python -m bench.rehearse`; the goal is under 10 ms a store. Verdicts are remembered, and
nearly all of these stores hold the same certificates of the chains, as stores of one company do.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.measuring import stores

from unpin.catalogue.load import load_builtin
from unpin.catalogue.presented import SHAPES, acts_of
from unpin.pki.clients import CLIENTS
from unpin.rehearsal.run import rehearse_store
from unpin.stores.opening import open_path

COUNT = 1000


def main() -> None:
    catalogue = load_builtin()
    acts = acts_of(catalogue, catalogue.profile().chains, SHAPES)
    clients = tuple(client for client in CLIENTS if client.model is not None)
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        read = [open_path(str(path)) for path in stores(Path(folder), COUNT)]
    start = time.perf_counter()
    tried = accepted = 0
    for store in read:
        rehearsal = rehearse_store(store, clients=clients, acts=acts, now=now)
        tried += rehearsal.tried
        accepted += sum(
            one.verdict.accepted is True for scene in rehearsal.scenes for one in scene.tries
        )
    seconds = time.perf_counter() - start
    print(
        f"{COUNT} stores, {len(clients)} families, {len(acts)} chains and shapes: "
        f"{1000 * seconds / COUNT:.1f} ms a store, {tried} paths tried, {accepted} accepted"
    )


if __name__ == "__main__":
    main()
