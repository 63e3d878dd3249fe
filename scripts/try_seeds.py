"""Run tests/properties with many seeds: `UNPIN_SEEDS=200 python -m scripts.try_seeds`.

Each seed is a run of its own, as many at a time as there are cores. The last line says how many
seeds failed; the exit code is 1 where one did. Other tests: give their paths as arguments.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

PROPERTIES = ("tests/properties",)


def run(seed: int, paths: tuple[str, ...]) -> tuple[int, str]:
    """The seed and what pytest said where it failed, "" otherwise."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ran = subprocess.run(
        [*command, f"--hypothesis-seed={seed}", *paths],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return seed, ran.stdout + ran.stderr if ran.returncode else ""


def main() -> int:
    """Run the seeds and print what failed; 1 where one did."""
    count = int(os.environ.get("UNPIN_SEEDS", "20"))
    paths = tuple(sys.argv[1:]) or PROPERTIES
    started = time.monotonic()
    failed = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for running in as_completed([pool.submit(run, seed, paths) for seed in range(count)]):
            seed, said = running.result()
            if not said:
                continue
            failed.append(seed)
            tests = sorted(set(re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)))
            print(said, file=sys.stderr)
            print(f"seed {seed} failed: {', '.join(tests) or 'see above'}", flush=True)
            again = " ".join(tests or paths)
            print(f"  repeat: python -m pytest --hypothesis-seed={seed} {again}", flush=True)
    seconds = time.monotonic() - started
    print(f"{count} seeds in {seconds:.0f} s, {len(failed)} failed", *sorted(failed)[:20])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
