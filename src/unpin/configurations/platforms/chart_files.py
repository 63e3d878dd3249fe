"""Find the files of a Helm chart that its templates put into Secrets and ConfigMaps: .Files.Get."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.placeholders import open_names
from unpin.configurations.platforms.entries import ANY_KEY, PlatformEntry

_GET: Final = re.compile(r"\.Files\.Get[ \t]+[\"`](?P<path>[^\"`\n]{1,300})[\"`]")
_GLOB: Final = re.compile(
    r"\.Files\.Glob[ \t]+[\"`](?P<path>[^\"`\n*?{\[]{0,300})(?P<name>[^\"`\n]*)"
)
_TEMPLATES: Final = "/templates/"


def with_chart_files(
    name: str, text: str, entries: Iterable[PlatformEntry]
) -> Iterator[PlatformEntry]:
    """The entries of a template with the files that they are made of; `text` is not filled in.

    What `.Files.Glob` puts into an object is an entry of any key, whose file ends with "/".
    """
    _, mark, below = f"/{name}".rpartition(_TEMPLATES)
    if not mark or ".Files." not in text:
        yield from entries
        return
    up = "../" * (below.count("/") + 1)
    lines = text.split("\n")
    owners: dict[int, dict[tuple[str, str], PlatformEntry]] = {}
    for each in entries:
        yield _made_of_file(each, lines, up)
        part = _part(lines, each.first)
        owners.setdefault(part, {}).setdefault((each.owner, each.namespace), each)
    for number, line in enumerate(lines, 1):
        match = _GLOB.search(line)
        if match is None:
            continue
        folder = match["path"].rpartition("/")[0]
        for first in owners.get(_part(lines, number), {}).values():
            yield PlatformEntry(
                first.owner, ANY_KEY, number, number, None, f"{up}{folder}/", first.namespace
            )


def _made_of_file(entry: PlatformEntry, lines: list[str], up: str) -> PlatformEntry:
    """The entry, if its value is that of a file, with the file."""
    if entry.text is not None and entry.text.strip() and not open_names(entry.text):
        return entry
    match = _GET.search("\n".join(lines[entry.first - 1 : entry.last]))
    if match is None:
        return entry
    return replace(entry, text=None, file=f"{up}{match['path']}", place="")


def _part(lines: list[str], number: int) -> int:
    """The number of the YAML document of a line."""
    return sum(line.startswith("---") for line in lines[:number])
