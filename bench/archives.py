"""Archives against gzip -dc, and a tree against find and reading it.

Run as `python -m bench.archives [ARCHIVE.tar.gz [TREE]]`; without an archive, two of 1 GB are made
of the /usr of this machine, with and without the archives in it: unpin looks into those, and gzip
-dc does not. Without a tree, one of 200,000 files is made. Everything is measured in one
run: the ratios are what counts, of wall time and of processor time.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measuring import CACERTS, UNPIN

RUNS = 2
FILES = 200_000
ARCHIVES = ("zip", "jar", "jmod", "whl", "gz", "xz", "zst", "tar", "tgz")


def measured(command):
    """Wall seconds, processor seconds and peak MiB of the fastest of RUNS."""
    best = None
    for _ in range(RUNS):
        before = os.times()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        wall = os.times().elapsed - before.elapsed
        found = (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        best = found if best is None else min(best, found)
    return best


def show(name, found, of):
    wall, processor, memory = found
    print(
        f"{name:28} {wall:7.2f} s {wall / of[0]:5.2f}x  processor {processor:7.2f} s "
        f"{processor / of[1]:5.2f}x  {memory:5.0f} MiB"
    )


def archive(path):
    plain = measured(["gzip", "-dc", path])
    show(f"gzip -dc {path.name}", plain, plain)
    show("unpin list, every member", measured([*UNPIN, "list", "--format", "jsonl", path]), plain)
    show("unpin audit, every member", measured([*UNPIN, "audit", path]), plain)


def tree(folder):
    find = measured(["find", folder, "-type", "f"])
    read = measured(["find", folder, "-type", "f", "-exec", "cat", "{}", "+"])
    allowed = (find[0] * 2 + read[0], find[1] * 2 + read[1], 0)
    print(f"find {find[0]:.2f} s, find and cat {read[0]:.2f} s (processor {read[1]:.2f} s)")
    show("unpin audit of the tree", measured([*UNPIN, "audit", folder]), allowed)


def make_archive(folder, name, left_out=()):
    path = folder / f"{name}.tar"
    patterns = [f"--exclude=*.{ending}" for ending in left_out]
    made = subprocess.Popen(
        ["tar", "-cf", "-", *patterns, "-C", "/", "usr/lib", "usr/bin", "usr/share", "etc"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with path.open("wb") as file:
        subprocess.run(["head", "-c", "1G"], stdin=made.stdout, stdout=file, check=True)
    made.kill()
    made.wait()
    subprocess.run(["gzip", path], check=True)
    return folder / f"{name}.tar.gz"


def make_tree(folder):
    text = Path(os.__file__).read_bytes()
    for number in range(FILES):
        place = folder / f"{number // 10_000}" / f"{number // 200 % 50}"
        if number % 200 == 0:
            place.mkdir(parents=True)
            if number % 10_000 == 0:
                (place / "cacerts").write_bytes(CACERTS.read_bytes())
        (place / f"{number}.py").write_bytes(text[number % 9_000 :][: 2_000 + number * 37 % 4_000])
    return folder


if __name__ == "__main__":
    given = [Path(path) for path in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as scratch:
        if given:
            archive(given[0])
        else:
            archive(make_archive(Path(scratch), "usr"))
            archive(make_archive(Path(scratch), "without_archives", ARCHIVES))
    with tempfile.TemporaryDirectory() as scratch:
        tree(given[1] if len(given) > 1 else make_tree(Path(scratch)))
