"""From a first guess that is wrong to the call that is right."""

import re
import shlex
from collections.abc import Sequence
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
    "server": ("database", "sessions", "pg_stat_ssl", "psql"),
    "diff": ("compare",),
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
    return None


def hint_for_missing_file(path: str) -> str | None:
    """What to call if `path` is no file, but a server or an address; None for a file name."""
    if re.fullmatch(_SERVER, path):
        return f"this is a server: unpin probe {shlex.quote(path)}, with --store FILE"
    if re.fullmatch(_ADDRESS, path):
        return "this is an address, not a file: name the trust store that its client reads"
    return None


def hint_for_output(path: str, inputs: Sequence[str]) -> str:
    """The call of convert that writes `path`, which the user put behind the inputs."""
    return f"to write it: unpin convert {shlex.join(inputs)} -o {shlex.quote(path)}"
