"""Write a store on a file system made for it, inside a mount namespace of this process alone.

`unshare -rm python -m tests.faults.mounted CASE OPERATION FOLDER` prints one JSON object. The cases
of NEEDS_ROOT are for root, by `unshare -m`: another user may mount no disk image.
"""

import ctypes
import fcntl
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

from tests.faults import operations

NOBODY = 65534


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


def linked_overlay(base):
    """The store has another name in the lower layer, which the copy upwards does not follow."""
    folder = overlay(base)
    (base / "lower" / "other.jks").hardlink_to(base / "lower" / "scene" / "s.jks")
    return folder


def bound_folder(base):
    """As `docker run -v folder:/folder`, and the store by that path."""
    operations.scene(base / "scene")
    (base / "bound").mkdir()
    mount("--bind", base / "scene", base / "bound")
    return base / "bound"


def disk_image(base, *options):
    """An ext4 of its own at /mnt, where every user can reach it."""
    image = base / "image"
    image.write_bytes(b"")
    os.truncate(image, 16 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", *options, image], check=True)
    mount("-o", "loop", image, "/mnt")
    return Path("/mnt")


def quota(base):
    """The user has not a block left."""
    root = disk_image(base, "-O", "quota", "-E", "quotatype=usrquota")
    folder = operations.scene(root / "scene")
    for one in (folder, *folder.iterdir()):
        os.chown(one, NOBODY, NOBODY, follow_symlinks=False)
    os.sync()
    mounts = Path("/proc/mounts").read_text().splitlines()
    (device,) = (line.split()[0] for line in mounts if line.split()[1] == "/mnt")
    used = sum(one.lstat().st_blocks for one in (folder, *folder.iterdir())) // 2
    limits = struct.pack("=QQQQQQQQI4x", used, used, 0, 0, 0, 0, 0, 0, 1)  # struct if_dqblk
    libc = ctypes.CDLL(None, use_errno=True)
    set_quota = ctypes.c_int(0x800008 << 8 & 0xFFFFFFFF)  # QCMD(Q_SETQUOTA, USRQUOTA)
    if libc.quotactl(set_quota, device.encode(), NOBODY, limits):
        raise OSError(ctypes.get_errno(), "quotactl")
    return folder


def immutable(base):
    """As `chattr +i` makes it."""
    folder = operations.scene(disk_image(base) / "scene")
    set_flags(folder / "s.jks", 0x10)
    return folder


def set_flags(path, flags):
    with path.open("rb") as file:
        fcntl.ioctl(file, 0x40086602, struct.pack("l", flags))  # FS_IOC_SETFLAGS


def without_attributes(base):
    """A file system without extended attributes and access control lists."""
    mount("-t", "ramfs", "none", base)
    return operations.scene(base / "scene")


NEEDS_ROOT = {"quota", "immutable", "without_attributes"}
USERS = {"quota": NOBODY}
"""Who performs the operation; root has no quota."""


def performed(case, operation, folder):
    """The exit code of the operation by the user of the case."""
    if case not in USERS:
        return operations.perform(operation, folder)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 98
    try:
        os.setgroups([])
        os.setgid(USERS[case])
        os.setuid(USERS[case])
        code = operations.perform(operation, folder)
    finally:
        os._exit(code)


if __name__ == "__main__":
    case, operation, base = sys.argv[1:]
    meant = operations.results(operation)
    scene = globals()[case](Path(base))
    mode = (scene / "s.jks").stat().st_mode
    code = performed(case, operation, scene)
    name = operations.NEW_FILES.get(operation, operations.REPLACED.get(operation, "s.jks"))
    new = scene / name
    answer = {
        "code": code,
        "new": new.exists() and new.read_bytes() == meant[name],
        "same mode": "undo" in operation or (scene / "s.jks").stat().st_mode == mode,
        "harm": operations.harm(operation, scene),
        "left": operations.temporaries(scene),
        "backups": len(operations.kept(scene)) - 1,
    }
    if case == "immutable":
        set_flags(scene / "s.jks", 0)  # or nobody can remove it
    print(json.dumps(answer))
