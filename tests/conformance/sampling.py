"""Which handshakes a client tries: all that it has time for, the same ones every time."""

import os
import random

from tests.conformance.clients.client import Client, Handshake
from tests.conformance.lab.scenes import CHAINS, DESIGNED, drawn_stores

FULL = os.environ.get("UNPIN_CONFORMANCE") == "full"
DRAWN = 200
SEED = 20261125
SAMPLED = 120
EVERYDAY_CHAINS = ("old", "old-ms", "new-xsign", "new-short")
"""Chains with a PostgreSQL server in the everyday run: each takes a while to start."""


def handshakes(client: Client) -> list[Handshake]:
    """The designed stores and the drawn ones, or as much of them as `client` can afford."""
    chains = EVERYDAY_CHAINS if client.postgres and not FULL else tuple(CHAINS)
    designed = [Handshake(store, chain) for store in DESIGNED for chain in chains]
    drawn = [Handshake(store, chain) for store in drawn_stores(DRAWN, SEED) for chain in chains]
    drawing = random.Random(client.ident)
    if FULL:
        return designed + (drawn if client.mass else drawing.sample(drawn, SAMPLED))
    half = client.everyday // 2
    return drawing.sample(designed, half) + drawing.sample(drawn, half)
