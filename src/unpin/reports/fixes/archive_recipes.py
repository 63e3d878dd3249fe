"""How a store gets into an archive or an image, which unpin does not change: it is built again."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from unpin.operations.opening import STANDARD_INPUT_NAME
from unpin.reports.names import archived_place

if TYPE_CHECKING:
    from unpin.model.store import Store

_JARS: Final = (".jar", ".war", ".ear", ".rar", ".sar")
_ZIPS: Final = (".zip",)
_PLAIN: Final = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
"""A name that a Dockerfile takes as it is."""


class Rebuilding(NamedTuple):
    """The commands that make the new store, and what to do with it in words."""

    commands: tuple[str, ...]
    then: str


def rebuilding(store: Store, command: tuple[str, ...]) -> Rebuilding:
    """How the new store gets into the archive of `store`; `command` plans its fix.

    `command` is the call up to the name of the store.
    """
    is_stream = store.archive == STANDARD_INPUT_NAME
    archive = "ARCHIVE" if is_stream else store.archive or ""
    place = archived_place(store).removeprefix(f"{archive}!")
    if store.embedding is not None:
        place = place.rpartition("#")[0]
    within, _, file = (part.lstrip("/") for part in place.rpartition("!"))
    name = PurePosixPath(file).name or "store"
    makes = f"{shlex.join(command)} {shlex.quote(archived_place(store))} -o"
    if store.embedding is not None:
        return Rebuilding(
            (f"{makes} new",),
            f"put the new value into the file that {archive} has as {file}, and build it again",
        )
    if within.partition("!")[0].startswith("sha256:") and "!" not in within:
        return Rebuilding(
            (f"{makes} {_word(name)}",),
            f"build the image again with it; its Dockerfile needs {_copy(name, f'/{file}')}",
        )
    if within:
        inner = " in ".join(reversed(within.split("!/")))
        return Rebuilding(
            (f"{makes} {_word(name)}",),
            f"build {inner} again with it in the place of {file}, and {archive} with that",
        )
    if _is_simple(file):
        folder, path = PurePosixPath("new", file).parent.as_posix(), shlex.quote(file)
        new = (f"mkdir -p {shlex.quote(folder)}", f"{makes} {shlex.quote(f'new/{file}')}")
        if archive.lower().endswith(_JARS):
            return Rebuilding(
                (*new, f"jar uf {shlex.quote(archive)} -C new {path}"),
                f"better: fix it in what {archive} is built from, and build that again",
            )
        if archive.lower().endswith(_ZIPS):
            here = shlex.quote(archive if archive.startswith("/") else f"../{archive}")
            return Rebuilding(
                (*new, f"(cd new && zip {here} {path})"),
                f"better: fix it in what {archive} is built from, and build that again",
            )
    return Rebuilding(
        (f"{makes} {_word(name)}",),
        f"build {archive} again with it in the place of {file}",
    )


def rebuilding_hint(store: Store) -> str:
    """The same in a line."""
    first = rebuilding(store, ("unpin", "fix"))
    making = next(each for each in first.commands if each.startswith("unpin "))
    return f"{making} makes the new store; build the archive again with it"


def _is_simple(path: str) -> bool:
    """Whether the path can be made below a folder, and given to a program as it is."""
    parts = path.split("/")
    return all(part not in {"", ".", ".."} and part[:1] not in {"-", "@"} for part in parts)


def _word(name: str) -> str:
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _copy(name: str, path: str) -> str:
    if _PLAIN.fullmatch(name) and _PLAIN.fullmatch(path):
        return f"COPY {name} {path}"
    return f"COPY {json.dumps([name, path])}"
