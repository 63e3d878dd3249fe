"""Options of commands and calls of programs that name a store, whatever connection they make."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Syntax, at_most
from unpin.configurations.placeholders import open_names
from unpin.configurations.programs.call_arguments import assigned_names, value_of
from unpin.references.call_table import CALLS, OPTION_OF_ANYBODY
from unpin.references.matches import COMMENTS, line_before
from unpin.references.model import Reference, ReferenceRole, format_of
from unpin.references.store_names import is_program, store_name

_MOST_CALLS: Final = 500
MAX_CALL_TEXT: Final = 1024 * 1024
"""The most characters of a text in which calls are looked for."""

_LIST: Final = re.compile(r"\[[ \t]{0,8}[\"'][^\[\]\n]{1,2000}\]")
_HAS_OPTION: Final = re.compile(r"[\"']--?[A-Za-z]")
"""What a list has that is a command: CMD ["curl", "--cacert", "/ca.pem"]."""

_FILE_NAME: Final = re.compile(r"[\w.\-/\\$~%{}@+ :]{2,400}")
_ATTRIBUTE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_RESOURCES: Final = frozenset({"getResourceAsStream", "ClassPathResource"})
"""Calls whose path is that of a resource."""

_IS_CERTIFICATE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|cert|der|p7b)\Z")
_WRITES: Final = re.compile(r"\bacme\.sh\b|--fullchain-?(?:file|path)\b")
"""What a command has that writes the file of the option."""

_RUNS: Final = re.compile(
    r"\b(?:subprocess|run|Popen|check_(?:call|output)|exec\w*|spawn\w*|system|Command|shell|sh)\b"
)
_IS_STORE: Final = re.compile(r"(?i)/|\\|\A\$|\.(?:pem|crt|cer|cert|ca|bundle)\Z")
"""What a value has that is a store, where the key has other meanings: "ca" is a language, too."""


def call_references(document: Document) -> Iterator[Reference]:
    """The stores of calls and options, in the order of the table."""
    if document.syntax is Syntax.XML:
        return
    text = _LIST.sub(_as_command, document.text[:MAX_CALL_TEXT])
    extension = PurePath(document.name).suffix.lstrip(".").lower()
    names: dict[str, str] | None = None
    for call in CALLS:
        if (call.only and extension not in call.only) or not any(w in text for w in call.needs):
            continue
        for match in at_most(
            call.pattern.finditer(text), _MOST_CALLS, "places of a kind", document
        ):
            group = "word" if "word" in call.pattern.groupindex else "value"
            if line_before(match, group).lstrip().startswith((*COMMENTS, "$ ")):
                continue
            if call.key == OPTION_OF_ANYBODY and not _is_given(document, match):
                continue
            value = match[group].strip()
            if group == "value" and not _is_quoted(value):
                names = assigned_names(text) if names is None else names
                expression, value = value, value_of(value, names)
                if value == expression and _ATTRIBUTE.fullmatch(value):
                    continue  # self.ca_file is no file of that name
            store = store_name(value)
            if call.key == "file" and not _IS_CERTIFICATE.search(store):
                continue
            if call.key == "X509Certificate2" and store.lower().endswith((".pfx", ".p12")):
                continue  # a certificate of the client's own, with its key
            if not _names_a_file(store) or (call.key == "ca" and not _IS_STORE.search(store)):
                continue
            line = line_at(match, group)
            families = call.families if call.role is ReferenceRole.TRUST else ()
            key = match["key"] if "key" in match.re.groupindex else call.key
            resource = key in _RESOURCES and not store.startswith("classpath:")
            yield Reference(
                document.name, line, key, store, format_of(store, default=call.format),
                (call.reader,), call.role, families, if_missing=call.if_missing,
                known_as=f"classpath:{store}" if resource else "",
            )  # fmt: skip


def _is_given(document: Document, match: re.Match[str]) -> bool:
    """Whether the option is given to a command that reads its file; a program may describe it."""
    end = match.string.find("\n", match.end())
    line = line_before(match) + match.string[match.start() : end if end >= 0 else None]
    if _WRITES.search(line) is not None:
        return False
    as_list = document.text[match.start() : match.end()] != match[0]
    return as_list or not is_program(document.name) or _RUNS.search(line) is not None


def _as_command(words: re.Match[str]) -> str:
    """A list of words as the command that it is, with as many characters."""
    return re.sub(r"[\"',]", " ", words[0]) if _HAS_OPTION.search(words[0]) else words[0]


def _is_quoted(value: str) -> bool:
    return value[:1] in {'"', "'"} and value[-1:] == value[:1]


def _names_a_file(store: str) -> bool:
    """Whether it may be a path, or a variable that only the run time knows."""
    if not _FILE_NAME.fullmatch(store) or store.startswith(("http:", "https:")):
        return False
    if store.startswith("$"):
        return re.fullmatch(r"\$[A-Z][A-Z0-9_]{2,60}", store) is not None or "/" in store
    return "/" in store or "\\" in store or "." in store.strip(".") or bool(open_names(store))
