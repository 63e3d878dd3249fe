"""Rehearse stores of 144 entries: every family, every chain, every shape.

Run as `python -m bench.rehearse`; the goal is under 10 ms a store. Verdicts are remembered: most
stores of one company hold the same certificates of the chains. The others have their own copies of
what the catalogue knows, or share no certificate at all; a copy differs in its signature only.
"""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.measuring import stores

from unpin.catalogue.handshakes import SHAPES, handshakes_of
from unpin.catalogue.load import load_builtin
from unpin.operations.opening import open_path
from unpin.pki.clients import CLIENTS
from unpin.rehearsal.rehearser import Rehearser

COUNT = 1000
FEWER = 200


def main() -> None:
    catalogue = load_builtin()
    known = {one.certificate for one in catalogue.certificates if one.certificate}
    kinds = {
        "one certificate differs": (COUNT, lambda number, _: number == 0),
        "the chains' certificates differ": (FEWER, lambda _, one: one in known),
        "every certificate differs": (FEWER, lambda *_: True),
    }
    handshakes = handshakes_of(catalogue, catalogue.profile().chains, SHAPES)
    clients = tuple(client for client in CLIENTS if client.model is not None)
    now = datetime.now(UTC)
    print(f"{len(clients)} families, {len(handshakes)} chains and shapes")
    for what, (count, differs) in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            read = [open_path(str(path)) for path in stores(Path(folder), count, differs)]
        seconds = []
        accepted = 0
        for store in read:
            start = time.perf_counter()
            rehearsal = Rehearser(store, catalogue, now).rehearse(clients, handshakes)
            seconds.append(time.perf_counter() - start)
            accepted += sum(
                one.verdict.accepted is True
                for scenario in rehearsal.scenarios
                for one in scenario.attempts
            )
        print(
            f"{what}: {1000 * min(seconds):.1f} ms a store, median "
            f"{1000 * statistics.median(seconds):.1f} ms ({count} stores, {accepted} accepted)"
        )


if __name__ == "__main__":
    main()
