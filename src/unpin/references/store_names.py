"""Spell the path of a store as reports show it: without quotes and "file:", made plain."""

import posixpath
import re
from typing import Final

from unpin.configurations.model import Setting

_FILE_URL: Final = re.compile(r"file:(?://(?=/))?")
_TERRAFORM: Final = re.compile(r"\$\{path\.(?:module|root|cwd)\}/?")
_OWN_FOLDER: Final = re.compile(
    r"(?:\$\{(?:basedir|project\.basedir|rootDir|projectDir)\}|\$(?:rootDir|projectDir))/"
)
"""The folder of the build file, in Maven and Gradle."""

_PROGRAM: Final = re.compile(
    r"\.(?:pyi?|ipynb|[jt]sx?|[mc][jt]s|go|rs|rb|php|java|kts?|scala|groovy|cs|vb|fs|c|cc|cpp|hpp?|swift"
    r"|dart|exs?|erl|pl|pm|lua|mm?)\Z",
    re.IGNORECASE,
)

LONGEST_PATH: Final = 1000
"""The most characters of a path that is listed."""


def store_name(written: str) -> str:
    """The path as it is written, without quotes and "file:", and without "./" before it."""
    text = written.strip().strip("\"'`")
    text = _FILE_URL.sub("", text, count=1) if text.startswith("file:") else text
    text = _OWN_FOLDER.sub("", _TERRAFORM.sub("", text))
    if re.match(r"[A-Za-z]:\\\\", text) is not None:
        text = text.replace("\\\\", "\\")  # a folder of Windows in a string of a program
    while text.startswith("./"):
        text = text[2:].lstrip("/")
    return text[:LONGEST_PATH]


def is_program(name: str) -> bool:
    """Whether a file is a program by its name: a word in it may be a variable, and no path."""
    return _PROGRAM.search(name) is not None


def joined(folder: str, path: str) -> str:
    """A relative path in a folder; another path as it is."""
    if not folder or path.startswith(("/", "$", "~", "%")) or re.match(r"[A-Za-z]:[\\/]", path):
        return path
    return posixpath.join(folder, store_name(path))


def shown_key(setting: Setting) -> str:
    """The key as reports show it: without a section, and of XML the attribute alone."""
    key = setting.key.rpartition("//")[2].rpartition("/")[2]
    return key.rpartition("@")[2]
