"""Options of commands and calls of programs that name a store, whatever connection they make."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Syntax, at_most
from unpin.configurations.placeholders import open_names
from unpin.configurations.programs.call_arguments import assigned_names, value_of
from unpin.references.call_table import OPTION_OF_ANYBODY, StoreCall
from unpin.references.matches import COMMENTS, line_before
from unpin.references.model import Reference, ReferenceRole, format_of
from unpin.references.program_calls import CALLS
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
_READS_ANY: Final = frozenset({"file", "readFileSync", "ReadFile", "fs::read"})
"""Calls that read any certificate: what gets it says whether it is one of the program's own."""

_IS_OWN: Final = re.compile(
    r"(?i)(?<![a-z])(?:client|server|tls|ssl|own|leaf|user)?_?-?(?:cert(?:ificate)?|key|pfx|crt|private_?key)"
    r"(?:_?(?:file|pem|body|data|path))?\s{0,20}(?:[:=]|:=|,\s\w{1,10}\s:?=)\s{0,4}"
    r"(?:await\s|\[\s?)?(?:[\w.]{1,40}\.|std::|tokio::)?(?:file|filebase64|readFile(?:Sync)?)?\(?\s?[\"'`]?\Z"
)
"""What stands before the file of a certificate that the program shows."""

_STRINGS: Final = re.compile(
    r"\"[^\"\n]*\"(?:\s*,\s*(?:(?:ofType|withExtension):\s*)?\"[^\"\n]*\")+"
)
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
    names: dict[str, str] = {}
    for call in CALLS:
        if (call.only and extension not in call.only) or not any(w in text for w in call.needs):
            continue
        for match in at_most(
            call.pattern.finditer(text), _MOST_CALLS, "places of a kind", document
        ):
            group = "word" if "word" in call.pattern.groupindex else "value"
            before = line_before(match, group)
            if before.lstrip().startswith((*COMMENTS, "$ ")):
                continue
            if call.key == OPTION_OF_ANYBODY and not _is_given(document, match):
                continue
            if call.key in _READS_ANY and _IS_OWN.search(before) is not None:
                continue  # a certificate of the program's own
            if group == "value" and not names:
                names = {"": "", **assigned_names(text)}
            value = _file_of(match[group].strip(), names, is_word=group == "word")
            store = None if value is None else store_name(value)
            if store is not None and _is_store(call, store):
                yield _reference(document, call, match, group, store)


def _file_of(value: str, names: dict[str, str], *, is_word: bool) -> str | None:
    """The path that an argument is; None for an attribute: self.ca_file is no file of that name."""
    if _STRINGS.fullmatch(value):
        return _joined(value)
    if is_word or _is_quoted(value):
        return value
    found = value_of(value, names)
    is_name = _ATTRIBUTE.fullmatch(found) is not None
    return None if is_name and (found == value or not _IS_CERTIFICATE.search(found)) else found


def _is_store(call: StoreCall, store: str) -> bool:
    """Whether the argument of a call may be a store."""
    if call.key == "file" and not _IS_CERTIFICATE.search(store):
        return False
    if call.key == "X509Certificate2" and store.lower().endswith((".pfx", ".p12")):
        return False  # a certificate of the client's own, with its key
    return _names_a_file(store) and (call.key != "ca" or _IS_STORE.search(store) is not None)


def _reference(
    document: Document, call: StoreCall, match: re.Match[str], group: str, store: str
) -> Reference:
    families = call.families if call.role is ReferenceRole.TRUST else ()
    key = match["key"] if "key" in match.re.groupindex else call.key
    resource = key in _RESOURCES and not store.startswith("classpath:")
    return Reference(
        document.name, line_at(match, group), key, store, format_of(store, default=call.format),
        (call.reader,), call.role, families, if_missing=call.if_missing,
        known_as=f"classpath:{store}" if resource else "",
    )  # fmt: skip


def _joined(strings: str) -> str:
    """The path that "certs", "ca.pem" make, and the file that "ca", ofType: "cer" names."""
    parts = re.findall(r"\"([^\"\n]*)\"", strings)
    return (".".join if ":" in strings.replace(parts[0], "", 1) else "/".join)(parts)


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
