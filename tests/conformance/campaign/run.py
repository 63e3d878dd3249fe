"""A campaign: thousands of drawn scenes, every client of this machine, each handshake compared.

    python -m tests.conformance.campaign.run [--scenes 3000] [--seed 0] [--client IDENT ...]

Prints a row a client: handshakes, those that unpin says connect and that fail, those that it says
fail and that connect, those that it leaves open, and how often it foresaw the words of a refusal.
"""

import argparse
import sys
import time
from collections import defaultdict

from tests.conformance.campaign.bench import serving
from tests.conformance.campaign.compare import Tally, at_hand, hold, predictions
from tests.conformance.campaign.draws import scene

AT_ONCE = 250
"""Scenes that are served at the same time: each has a port."""


def campaign(clients, seeds, *, progress=None):
    """The Tally of each client over the scenes of `seeds`, and what unpin could not read."""
    tallies, unread = defaultdict(Tally), {}
    for begin in range(0, len(seeds), AT_ONCE):
        scenes = [scene(seed) for seed in seeds[begin : begin + AT_ONCE]]
        predicted, refused = predictions(scenes)
        unread |= refused
        with serving(scenes) as bench:
            for client in clients:
                begun = time.monotonic()
                hold(client, bench, scenes, predicted, tallies[client.ident])
                if progress:
                    progress(f"{begin} {client.ident} {time.monotonic() - begun:.1f} s")
    return tallies, unread


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0, help="the first of the scenes' seeds")
    parser.add_argument("--client", action="append", default=[])
    parser.add_argument("--wrong", type=int, default=10, help="how many wrong verdicts to print")
    options = parser.parse_args()
    clients, missing = at_hand()
    clients = [client for client in clients if not options.client or client.ident in options.client]
    for ident, told in missing.items():
        print(f"not run: {ident}: {told}", file=sys.stderr)
    tallies, unread = campaign(
        clients,
        range(options.seed, options.seed + options.scenes),
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    print("client | handshakes | connected | FS | FF | unknown | refused | in foreseen words")
    for ident, tally in tallies.items():
        print(
            f"{ident} | {tally.compared} | {tally.connected} | {tally.false_success} | "
            f"{tally.false_failure} | {tally.unknown} | {tally.refused_by_chain} | "
            f"{tally.foreseen_words}"
        )
    print(f"refused by unpin: {len(unread)}")
    for seed, error in unread.items():
        print(f"  {seed}: {error}")
    for ident, tally in tallies.items():
        for row in tally.wrong[: options.wrong]:
            print(ident, *row, sep=" | ")
        for reason, count in tally.open_because.most_common(12):
            print(ident, "unknown", count, reason, sep=" | ")
        for words, count in tally.other_words.most_common(12):
            print(ident, "words", count, *words, sep=" | ")
    count = sum(tally.compared for tally in tallies.values())
    wrong = sum(len(tally.wrong) for tally in tallies.values())
    print(f"{count} handshakes, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
