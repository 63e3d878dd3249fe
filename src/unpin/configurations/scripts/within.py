"""Find the scripts and commands that are values: steps of workflows, `command` of containers."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from unpin.configurations.assignments import assignments
from unpin.configurations.model import Document, Setting
from unpin.configurations.scripts.container_runs import ContainerMount, container_runs

MAX_SCRIPTS: Final = 200
"""The most scripts of a document that are read as such."""

_KEYS: Final = frozenset(
    {"run", "script", "before_script", "after_script", "before_install", "install", "command",
     "commands", "args", "entrypoint", "cmd", "cmds", "shell", "bash", "sh", "pwsh", "powershell",
     "inlinescript", "source", "runcmd", "bootcmd", "test", "exec", "postcreatecommand",
     "poststartcommand", "oncreatecommand", "updatecontentcommand", "startcommand", "userdata",
     "user_data", "ansible.builtin.shell", "ansible.builtin.command", "release_command",
     "build_command", "start_command", "deploy", "predeploy"}
)  # fmt: skip
"""The last parts of keys whose values are commands."""

_ARGUMENTS: Final = frozenset({"command", "args", "entrypoint", "cmd", "test", "exec"})
"""Keys whose list has a word of one command in each item."""

_ONE_SHELL: Final = {"before_script": "script", "before_install": "script", "args": "command",
                     "entrypoint": "command"}  # fmt: skip
"""Keys that belong to one command with another key beside them."""

_ORDER: Final = ("before_install", "before_script", "entrypoint", "command", "script", "args")
_FILE: Final = re.compile(r"\.(?:sh|bash|zsh|ps1)\Z")
_SCRIPT: Final = re.compile(
    r"#!|(?:.*\n)*?[ \t]*(?:[A-Z_]\w*=\S*[ \t]+)*(?:sudo[ \t]+|exec[ \t]+)?"
    r"(?:export[ \t]+\w+=|java[ \t]+-"
    r"|(?:psql|pg_dump|pg_restore|mysql|mysqldump|mariadb|mongosh?|redis-cli)[ \t]+-"
    r"|(?:docker|podman)[ \t]+run[ \t])"
)
_TELLING: Final = re.compile(
    r"(?i)postgres|mysql|mariadb|jdbc:|sqlserver|ssl|\bPG[A-Z]|psql|\bpg_|docker|podman|kubectl|trust"
    r"|--tls|--cacert|rediss:|amqps:|mongodb|hostaddr=|server=|_ENV\b"
)
"""What a script has that may describe a connection."""

_SHELL: Final = re.compile(r"(?:.*/)?(?:ba|da|a|z|k)?sh\Z|CMD-SHELL\Z")
_INDEX: Final = re.compile(r"(?:\[\d+\])+\Z")
_WRITES: Final = re.compile(r">>[ \t]{0,4}[\"']?\$\{?(?:GITHUB_ENV|BASH_ENV)\b")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w{0,80}\Z")


@dataclass(slots=True)
class Script:
    """A script that is a value: the path of what it belongs to, and its text.

    `lines` are the lines of the document from which its lines come.
    """

    owner: str
    part: int
    text: str = ""
    lines: list[int] = field(default_factory=list)

    def line(self, number: int) -> int:
        """The line of the document that is a line (from 1) of the script."""
        return self.lines[min(number, len(self.lines)) - 1]

    def add(self, text: str, line: int, end: str = "\n") -> None:
        """Put a text behind; `line` is that of its first line."""
        self.text += text + end
        self.lines += range(line, line + text.count("\n") + 1) if end == "\n" else [line]


def scripts_in(document: Document) -> tuple[list[Script], list[Setting]]:
    """The scripts of a document that may describe connections, and the settings that are none."""
    if document.is_plain:
        return [], list(document.settings)
    items: dict[tuple[int, str], list[Setting]] = {}
    for each in document.settings:
        base = _INDEX.sub("", each.key)
        if "//" not in each.key and each.value and _is_script(base, each.value):
            items.setdefault((each.part, base), []).append(each)
    shells: dict[tuple[int, str, str], list[tuple[str, list[Setting]]]] = {}
    for (part, base), found in items.items():
        if not any(_TELLING.search(each.value) for each in found):
            continue
        owner, _, name = base.rpartition(".")
        group = _ONE_SHELL.get(name, name)
        shells.setdefault((part, owner, group), []).append((name, found))
    scripts: list[Script] = []
    taken: set[tuple[int, str]] = set()
    for (part, owner, _), parts in shells.items():
        parts.sort(key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else 0)
        scripts.append(_script(part, owner, parts))
        taken |= {(part, each.key) for _, found in parts for each in found}
    kept = [
        each for each in document.settings if (each.part, each.key.partition("//")[0]) not in taken
    ]
    return scripts, kept


def written_variables(script: Script) -> Iterator[Setting]:
    """The variables that a step gives to the later steps of its job, by a file of the platform."""
    if _WRITES.search(script.text) is None:
        return
    for each in assignments(script.text):
        if _VARIABLE.match(each.key):
            yield replace(each, line=script.line(each.line), origin="a step before")


def mounts_of_commands(document: Document) -> Iterator[tuple[ContainerMount, int]]:
    """What the commands of a document mount into containers, with the line of the command.

    Raises LimitExceededError behind a bound.
    """
    if document.is_plain:
        for run in container_runs(document):
            yield from ((mount, run.lines.start) for mount in run.mounts)
        return
    for script in scripts_in(document)[0][:MAX_SCRIPTS]:
        for run in container_runs(replace(document, text=script.text)):
            yield from ((mount, script.line(run.lines.start)) for mount in run.mounts)


def _is_script(base: str, value: str) -> bool:
    name = base.rpartition(".")[2].lower()
    if name in _KEYS or _FILE.search(base) is not None:
        return True
    return len(value) < 100_000 and _SCRIPT.match(value) is not None


def _script(part: int, owner: str, parts: list[tuple[str, list[Setting]]]) -> Script:
    script = Script(owner, part)
    words: list[Setting] = []
    for name, found in parts:
        lists = [each for each in found if each.key.endswith("]")]
        items = lists or found
        if lists and name in _ARGUMENTS and not re.search(r"\s\S", lists[0].value):
            words += items
        elif words and name in _ARGUMENTS:
            words += items  # what follows the words of an entrypoint
        else:
            for each in items:
                script.add(each.value.rstrip("\n"), each.line)
    if words:
        _add_words(script, words)
    return script


def _add_words(script: Script, words: list[Setting]) -> None:
    """One command of these words; of `sh -c SCRIPT` the script."""
    shell = next((n for n, each in enumerate(words) if _SHELL.match(each.value)), None)
    if shell is not None:
        rest = words[shell + 1 :]
        options = [n for n, each in enumerate(rest) if each.value[:1] != "-"][:1]
        if options:
            text = rest[options[0]]
            script.add(text.value.rstrip("\n"), text.line)
            return
    for number, each in enumerate(words):
        last = number + 1 == len(words)
        special = re.search(r"[\s'\"\\;&|()<>`]", each.value)
        quoted = shlex.quote(each.value) if special else each.value
        if last:
            script.add(quoted, each.line)
        elif words[number + 1].line == each.line:
            script.text += f"{quoted} "
        else:
            script.add(f"{quoted} \\", each.line)
