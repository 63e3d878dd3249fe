"""Write a store on a file system made for it, inside a mount namespace of this process alone.

`unshare -rm python -m tests.faults.mounted CASE FOLDER` prints one JSON object.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.faults import operations


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def read_only(base):
    mount("-t", "tmpfs", "none", base)
    folder = operations.scene(base / "scene")
    mount("-o", "remount,bind,ro", base)
    return folder


def full(base):
    mount("-t", "tmpfs", "-o", "size=128k", "none", base)
    folder = operations.scene(base / "scene")
    with (base / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            return folder


def mounted_by_itself(base):
    """As `docker run -v store.jks:/store.jks` and a Kubernetes subPath do."""
    folder = operations.scene(base / "scene")
    (base / "elsewhere.jks").write_bytes(operations.BEFORE)
    mount("--bind", base / "elsewhere.jks", folder / "s.jks")
    return folder


def overlay(base):
    """A store in a lower layer, on another file system than the upper one: an image's."""
    lower, upper, merged = base / "lower", base / "upper", base / "merged"
    for one in (lower, upper, merged):
        one.mkdir()
    mount("-t", "tmpfs", "none", lower)
    mount("-t", "tmpfs", "none", upper)
    operations.scene(lower / "scene")
    (upper / "upper").mkdir()
    (upper / "work").mkdir()
    layers = f"lowerdir={lower},upperdir={upper / 'upper'},workdir={upper / 'work'}"
    mount("-t", "overlay", "overlay", "-o", layers, merged)
    return merged / "scene"


if __name__ == "__main__":
    scene = globals()[sys.argv[1]](Path(sys.argv[2]))
    mode = (scene / "s.jks").stat().st_mode
    answer = {
        "code": operations.perform("replace", scene),
        "new": (scene / "s.jks").read_bytes() == operations.AFTER,
        "same mode": (scene / "s.jks").stat().st_mode == mode,
        "harm": operations.harm("replace", scene),
        "left": operations.temporaries(scene),
        "backups": len(operations.kept(scene)) - 1,
    }
    print(json.dumps(answer))
