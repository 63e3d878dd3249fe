"""Inject every fault there is and print the counts: python -m tests.faults.run [--keytool]."""

import sys
import tempfile
import time
from pathlib import Path

from tests.faults import campaign, operations
from tests.faults.injecting import Injector
from tests.faults.stage import Stage
from unpin.operations.opening import open_path


def unpin():
    tallies = {}
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Stage() as stage:
        injector = Injector(stage, Path(folder))
        campaign.kills(injector, tallies, full=True)
        campaign.command_kills(injector, tallies, full=True)
        campaign.interruptions(injector, tallies, full=True)
        campaign.errors(injector, tallies, full=True)
        store = operations.scene(Path(folder) / "crowd") / "s.jks"
        began = time.monotonic()
        codes = stage.ask(crowd=200, store=str(store), backup=True)
        took = time.monotonic() - began
        there = len(open_path(str(store)).entries) - 1
    for what, tally in tallies.items():
        print(f"{what}: {tally}")
    faults = sum(tally.faults for tally in tallies.values())
    lost = [one for tally in tallies.values() for one in tally.lost]
    print(f"200 writers at once: {200 - there} updates lost, {took:.1f} s")
    print(f"together: {faults} faults injected, {len(lost)} stores lost", *lost, sep="\n  ")
    print(f"in {time.monotonic() - start:.0f} s")
    return bool(lost) or there != 200 or any(codes)


if __name__ == "__main__":
    if "--keytool" in sys.argv:
        from tests.faults.keytool import campaign as keytool

        sys.exit(keytool())
    sys.exit(unpin())
