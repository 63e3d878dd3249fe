"""From a first guess that is wrong to the call that is right."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_OPTIONS: Final = (
    (
        ("--dry-run", "-n", "--plan", "--preview"),
        "unpin fix and unpin audit write nothing; only fix --write does",
    ),
    (
        ("-storepass", "--storepass", "--pass", "-p", "--store-password"),
        "--password-file FILE gives the password of a store, or the variable UNPIN_PASSWORD",
    ),
    (
        ("-keystore", "--keystore", "--truststore"),
        "unpin takes the store as an argument: {command} FILE",
    ),
    (("-storetype", "--storetype", "--type"), "unpin recognises the format of a store itself"),
    (("--json", "-j"), "--format json"),
    (("--yes", "-y"), "unpin asks no questions; unpin fix --write writes"),
    (("-o", "--output"), "-o FILE belongs to unpin fix and unpin convert; a shell writes > FILE"),
    (
        ("--url", "--server", "--connect"),
        "unpin probe HOST:PORT asks a server; --store FILE names the store",
    ),
)  # fmt: skip

_COMMANDS: Final = {
    "audit": ("check", "scan", "verify", "validate", "lint", "test"),
    "rehearse": ("simulate", "try"),
    "list": ("show", "dump", "ls", "print", "view"),
    "fix": ("repair", "replace", "update", "write", "import", "add", "delete", "remove"),
    "convert": ("merge", "export", "copy", "pem"),
    "explain": ("why", "describe", "error"),
    "catalogue": ("catalog", "profiles", "roots", "chains"),
    "probe": ("connect", "s_client", "scan-host"),
    "server": ("database", "sessions", "pg_stat_ssl", "psql", "mysql", "processlist"),
    "diff": ("compare",),
    "doctor": ("diagnose", "connection", "config", "dsn"),
}

_SERVER: Final = r"(?!\d+$)[\w.-]*\w:\d{1,5}"
"""host:port."""
_ADDRESS: Final = r"(?i)(jdbc:)?[a-z][a-z0-9+.-]*://.*"


def hint_for_call(arguments: Sequence[str]) -> str | None:
    """What to call instead of `arguments`, which typer refused; None where nothing is known."""
    command = arguments[0] if arguments else ""
    for right, guesses in _COMMANDS.items():
        if command in guesses:
            return f"did you mean unpin {right}?"
    for guesses, advice in _OPTIONS:
        if any(argument.split("=")[0] in guesses for argument in arguments[1:]):
            return advice.format(command=f"unpin {command}")
    if command == "explain":
        return "a message that begins with - goes behind --: unpin explain -- MESSAGE"
    return None


def hint_for_missing_file(path: str) -> str | None:
    """What to call if `path` is no file, but a server or an address; None for a file name."""
    if re.fullmatch(_SERVER, path):
        return f"this is a server: unpin probe {shlex.quote(path)}, with --store FILE"
    if re.fullmatch(_ADDRESS, path):
        return "this is an address, not a file: unpin doctor ADDRESS says which store is read"
    return None


_UNPACKING: Final = {
    b"\x1f\x8b": "gzip -dc",
    b"BZh": "bzip2 -dc",
    b"\xfd7zXZ": "xz -dc",
    b"\x28\xb5\x2f\xfd": "zstd -dc",
}
"""The first bytes of a packed file, and the command that prints what is in it."""


def hint_for_file(path: Path) -> str:
    """How to read the file `path`, which is no error message: a log, packed or not, or a store."""
    from unpin.files.reading import read_file
    from unpin.model.errors import UnpinError
    from unpin.stores.formats import decoder_of

    name = shlex.quote(str(path))
    try:
        data = read_file(path, name)
    except UnpinError:
        data = b""
    for magic, command in _UNPACKING.items():
        if data.startswith(magic):
            return f"it is packed; to read the log in it: {command} {name} | unpin explain -"
    as_log = f"to read it: unpin explain - < {name}"
    if decoder_of(data) is not None:
        return f"it holds certificates: unpin audit {name} judges them; {as_log}"
    return as_log


def hint_for_output(path: str, inputs: Sequence[str]) -> str:
    """The call of convert that writes `path`, which the user put behind the inputs."""
    return f"to write it: unpin convert {shlex.join(inputs)} -o {shlex.quote(path)}"
