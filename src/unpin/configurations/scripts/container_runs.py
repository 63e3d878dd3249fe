"""Find the containers that commands start, with their variables and mounts: docker run -e A=b."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from unpin.configurations.lines import line_of, matches_from
from unpin.configurations.model import Document, Setting, at_most
from unpin.configurations.scripts.shell_words import Word, words_from
from unpin.model.values import frozen

MAX_CONTAINERS: Final = 100
"""The most containers of a document whose variables are looked at."""

_COMMAND: Final = re.compile(
    r"(?<![\w.\-])(?P<program>docker|podman|nerdctl|docker-compose|kubectl|oc)"
    r"(?:[ \t]+(?:container|compose|-\S{1,60})){0,4}[ \t]+(?P<verb>run|create|exec)(?=[ \t\\])"
)
_PROGRAMS: Final = ("docker", "podman", "nerdctl", "kubectl", "oc")
_FLAGS: Final = frozenset(
    {"--detach", "--interactive", "--tty", "--rm", "--init", "--privileged", "--read-only",
     "--publish-all", "--no-healthcheck", "--quiet", "--oom-kill-disable", "--sig-proxy",
     "--replace", "--no-deps", "--stdin", "--service-ports", "--use-aliases", "--no-TTY",
     "--build", "--remove-orphans", "--env-host", "--no-hosts", "--systemd", "--restart-never",
     "--command"}
)  # fmt: skip
"""Long options without a value."""

_SHORT_FLAGS: Final = re.compile(r"-[ditPqT]+\Z")
_ATTACHED: Final = re.compile(r"-(?P<option>[evpwuhlmc])(?P<value>.+)\Z", re.DOTALL)
_LONG: Final = {"e": "--env", "v": "--volume"}
_HERE: Final = re.compile(
    r"(?i)\A(?:\$\(pwd\)|\$\{?PWD\}?|\$\$\(pwd\)|\$\$PWD|\$\(CURDIR\)|\$\(PWD\)|%cd%|`pwd`"
    r"|\$\{\{\s*github\.workspace\s*\}\}|\$\{github\.workspace\}|\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|WORKSPACE)\}?)(?=/|\\|\Z)"
)
"""The folder in which the command runs."""

_HOLDS_OPTIONS: Final = re.compile(
    r"(?i)\$[({]?\w{0,40}(?:opt|arg|env|flag|vol|mount|param)\w{0,40}[)}]?\Z"
)
_OPEN: Final = "$"
"""Stands for a variable that holds options."""

_NAME: Final = re.compile(r"[A-Za-z_]\w{0,80}\Z")


class ContainerMount(NamedTuple):
    """A folder or file of the host, or a volume, at a path in a container."""

    source: str
    path: str


@frozen
class ContainerRun:
    """A container that a command starts: `lines` are those of the command.

    `passed` are the variables that it takes from the shell, `files` those with its variables.
    `image_at` is where the image stands in the text, and `open_options` are variables that hold
    more options.
    """

    place: str
    lines: range
    variables: tuple[Setting, ...]
    passed: tuple[Setting, ...]
    files: tuple[Setting, ...]
    mounts: tuple[ContainerMount, ...]
    image_at: int
    open_options: tuple[Setting, ...]


def container_runs(document: Document) -> Iterator[ContainerRun]:
    """The containers that the commands of a text start, in their order.

    Raises LimitExceededError behind the first MAX_CONTAINERS.
    """
    text = document.text
    for match in at_most(
        matches_from(_COMMAND, text, _PROGRAMS), MAX_CONTAINERS, "containers", document
    ):
        words = words_from(text, match.end("verb"))
        if match["program"] in {"kubectl", "oc"}:
            words = _without_name(words)
        first = line_of(text, match.start())
        end = words[-1].at + len(words[-1].text) if words else match.end()
        lines = range(first, line_of(text, min(end, len(text))) + 1)
        yield _run(text, words, lines, match["verb"])


def _without_name(words: list[Word]) -> list[Word]:
    """The words of kubectl without the name of the pod, which stands before the options."""
    return words[1:] if words and not words[0].text.startswith("-") else words


def _run(text: str, words: list[Word], lines: range, verb: str) -> ContainerRun:
    variables: list[Setting] = []
    passed: list[Setting] = []
    files: list[Setting] = []
    mounts: list[ContainerMount] = []
    image, image_at = "", -1
    open_options: list[Setting] = []
    for option, word in _options(words):
        line = line_of(text, word.at)
        if option in {"--env", "-e"}:
            name, sign, value = word.text.partition("=")
            if _NAME.match(name):
                (variables if sign else passed).append(Setting(name, value, line))
        elif option == "--env-file":
            files.append(Setting(option, word.text, line))
        elif option in {"--volume", "-v", "--mount"}:
            mounts += _mounts(option, word.text)
        elif option == _OPEN:
            open_options.append(Setting(word.text, "", line))
        elif not option:
            image, image_at = word.text, word.at
    named = f"{verb} of {image}" if image else verb
    return ContainerRun(
        f"container ({named}, line {lines.start})", lines, tuple(variables), tuple(passed),
        tuple(files), tuple(mounts), image_at, tuple(open_options),
    )  # fmt: skip


def _options(words: list[Word]) -> Iterator[tuple[str, Word]]:
    """The options with the words that are their values, and "" with the image."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        text = word.text
        if text in _FLAGS or _SHORT_FLAGS.match(text):
            continue
        if text.startswith("--"):
            option, sign, value = text.partition("=")
            if sign:
                yield option, Word(value, word.at)
            elif at < len(words):
                yield option, words[at]
                at += 1
        elif (match := _ATTACHED.match(text)) is not None:
            option = _LONG.get(match["option"], text[:2])
            yield option, Word(match["value"].removeprefix("="), word.at)
        elif text.startswith("-") and at < len(words):
            yield _LONG.get(text[1:], text), words[at]
            at += 1
        elif _HOLDS_OPTIONS.match(text):
            yield _OPEN, word
        else:
            yield "", word
            return


def _mounts(option: str, text: str) -> Iterator[ContainerMount]:
    if option == "--mount":
        pairs = dict(part.partition("=")[::2] for part in text.split(","))
        source = pairs.get("source") or pairs.get("src") or ""
        path = pairs.get("target") or pairs.get("dst") or pairs.get("destination") or ""
    else:
        parts = re.split(r":(?![\\/]{2})", text)
        if len(parts) > 2 and len(parts[0]) == 1:  # a drive of Windows
            parts = [f"{parts[0]}:{parts[1]}", *parts[2:]]
        source, path = (parts[0], parts[1]) if len(parts) > 1 else ("", "")
    if source and path.startswith("/"):
        yield ContainerMount(_HERE.sub(".", source), path.rstrip("/") or "/")
