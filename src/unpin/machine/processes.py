"""Look at a running process: its command line, environment, folder and program (proc(5))."""

import os
from dataclasses import field
from pathlib import Path
from typing import Final

from unpin.model.errors import UnreadableFileError
from unpin.model.values import frozen

_MOST: Final = 4 * 1024 * 1024
"""The most bytes of a command line or an environment."""

PROC: Final = Path("/proc")


@frozen
class RunningProcess:
    """A process. `root` is the folder of its file system, None for that of this machine."""

    pid: int
    arguments: tuple[str, ...] = field(repr=False)
    environment: dict[str, str] = field(repr=False)
    folder: Path | None
    program: str
    root: Path | None


def running_process(pid: int, proc: Path = PROC) -> RunningProcess:
    """The process of this number. Raises UnreadableFileError: none, not permitted, no Linux."""
    own = proc / str(pid)
    if not own.is_dir():
        raise UnreadableFileError(
            f"process {pid}: there is no such process", "doctor reads processes of Linux, in /proc"
        )
    arguments = _parts(own / "cmdline", pid)
    environment = dict(part.split("=", 1) for part in _parts(own / "environ", pid) if "=" in part)
    program = _link(own / "exe") or (arguments[0] if arguments else "")
    folder = _link(own / "cwd")
    root = None if _same(own / "root", Path("/")) else own / "root"
    if root is not None and folder is not None:
        folder = str(root / folder.lstrip("/"))
    return RunningProcess(
        pid, arguments, environment, None if folder is None else Path(folder), program, root
    )


def _parts(path: Path, pid: int) -> tuple[str, ...]:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST)
    except OSError as error:
        said = (error.strerror or "not readable").lower()
        raise UnreadableFileError(f"process {pid}: {path.name}: {said}") from error
    return tuple(part.decode("utf-8", "replace") for part in data.split(b"\0") if part)


def _link(path: Path) -> str | None:
    try:
        return os.readlink(path)  # noqa: PTH115  (a path that no longer exists is still its name)
    except OSError:
        return None


def _same(path: Path, other: Path) -> bool:
    try:
        return os.path.samestat(path.stat(), other.stat())
    except OSError:
        return True
