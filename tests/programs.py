"""The other programs that tests compare unpin with: where they are, and what installs them.

A program that is not here fails the test where `CI` is set, and skips it elsewhere, with its name
and the command that installs it. A test that fails after asking programs says which (conftest.py).
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import ClassVar, NoReturn

import pytest

JDK = "openjdk-17-jdk-headless"
PACKAGES = {
    "bash": "bash",
    "jq": "jq",
    "certtool": "gnutls-bin",
    "chromium": "chromium",
    "curl": "curl",
    "git": "git",
    "groovy": "groovy",
    "gzip": "gzip",
    "jar": JDK,
    "gnutls-cli": "gnutls-bin",
    "go": "golang-go",
    "java": JDK,
    "javac": JDK,
    "keytool": JDK,
    "mariadb": "mariadb-client",
    "node": "nodejs",
    "openssl": "openssl",
    "patch": "patch",
    "postgres": "postgresql",
    "psql": "postgresql-client",
    "shellcheck": "shellcheck",
    "strace": "strace",
    "tar": "tar",
    "zip": "zip",
    "zstd": "zstd",
}
"""Debian's package of each program."""

OF_NPM = {"bun": "npm install -g bun", "deno": "npm install -g deno"}

_VERSION = {"go": "version", "openssl": "version", "java": "-version"}
"""How a program is asked for its version where it is not --version."""


class Asked:
    """The programs that the running test file asked, with their versions."""

    file: ClassVar[str] = ""
    said: ClassVar[dict[str, list[str]]] = {}

    @classmethod
    def lines(cls):
        return cls.said.get(cls.file, [])


def note(line):
    """Say that the running test compares with the program that `line` describes."""
    lines = Asked.said.setdefault(Asked.file, [])
    if line not in lines:
        lines.append(line)


def lacking(what, install):
    """Say that something is not here, and what installs it."""
    return f"{what} (to install: {install})"


def not_run(told) -> NoReturn:
    """Fail in CI, skip elsewhere: a program that is not here proves nothing."""
    __tracebackhide__ = True
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"NOT RUN: {told}")
    raise AssertionError(told)


def debian(package):
    return f"apt-get install {package}"


def absent(*names):
    """Say which of the programs is not in the PATH, or None."""
    for name in names:
        if shutil.which(name) is None:
            return lacking(f"no {name} in the PATH", OF_NPM.get(name) or debian(PACKAGES[name]))
    return None


def program(name):
    """The path of a program in the PATH."""
    __tracebackhide__ = True
    if told := absent(name):
        not_run(told)
    path = shutil.which(name)
    note(described(path))
    return path


@cache
def described(path):
    """A program's name, version and path; of keytool, which knows none, that of its JDK."""
    path = Path(path).resolve()
    asked = path.with_name("java") if path.name == "keytool" else path
    ran = subprocess.run(
        [asked, _VERSION.get(asked.name, "--version")], capture_output=True, text=True, timeout=60
    )
    said = (ran.stdout or ran.stderr).strip().splitlines()
    return f"{path.name}: {said[0] if said else 'no version'} ({path})"


def run(path, *arguments, **options):
    """Run a program; where it fails, say which one, with what, and what it said."""
    options = {"capture_output": True, "timeout": 120} | options
    ran = subprocess.run([path, *map(str, arguments)], **options)
    if ran.returncode:
        raise AssertionError(
            f"{described(path)} failed with exit code {ran.returncode}: "
            f"{' '.join(map(str, arguments))}\n{ran.stdout}\n{ran.stderr}"
        )
    return ran
