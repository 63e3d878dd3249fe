"""Read the arguments of Ansible's tasks: `copy: {src: a, dest: b}`, and `copy: src=a dest=b`."""

import re
from collections.abc import Iterator
from typing import Final

from unpin.configurations.model import Document, Setting

_INLINE: Final = re.compile(
    r"(?P<key>[a-z_]{2,30})=(?P<value>\"[^\"]{0,500}\"|'[^']{0,500}'|\S{1,500})"
)


def tasks_of(
    document: Document, modules: frozenset[str]
) -> Iterator[tuple[str, dict[str, Setting]]]:
    """The tasks of these modules, each with the key that shows it and its arguments by name."""
    found: dict[tuple[int, str], dict[str, Setting]] = {}
    for each in document.settings:
        if "//" in each.key:
            continue
        around, _, name = each.key.rpartition(".")
        if around.rpartition(".")[2] in modules:
            found.setdefault((each.part, around), {})[name] = each
        elif name in modules:
            inline = {
                match["key"]: match["value"].strip("\"'") for match in _INLINE.finditer(each.value)
            }
            for key, value in inline.items():
                setting = Setting(each.key, value, each.line, part=each.part)
                found.setdefault((each.part, each.key), {})[key] = setting
    for (_, task), arguments in found.items():
        yield task, arguments
