"""What stands around a pin: its key, who reads it, and whether it is only spoken of."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import PurePath
from typing import Final

from unpin.catalogue.model import CatalogueCertificate
from unpin.configurations.model import Document
from unpin.references.first_look import is_page
from unpin.references.model import NO_READER, Reference, ReferenceRole
from unpin.references.pins.pin_constants import PinConstants
from unpin.references.pins.pin_table import UNKNOWN_KEY, is_in_use, reason_of_retirement, titles_of

_PINNERS: Final = (
    (re.compile(r"CertificatePinner"), "OkHttp"),
    (re.compile(r"k?TSK[A-Z]\w{2,40}|TrustKit"), "TrustKit"),
    (re.compile(r"NSPinned\w+|SPKI-SHA256-BASE64"), "iOS"),
    (re.compile(r"<pin\b|pin-set|network-security-config"), "Android"),
    (re.compile(r"--pinnedpubkey|CURLOPT_PINNEDPUBLICKEY"), "curl"),
    (re.compile(r"(?i)public-key-pins"), "HPKP"),
)
LANGUAGES: Final = {
    "ps1": "PowerShell", "psm1": "PowerShell", "cs": ".NET", "vb": ".NET", "fs": ".NET",
    "java": "Java", "kt": "Java", "kts": "Java", "scala": "Java", "groovy": "Java", "py": "Python",
    "go": "Go", "rs": "Rust", "js": "Node", "ts": "Node", "mjs": "Node", "cjs": "Node",
    "jsx": "Node", "tsx": "Node", "php": "PHP", "rb": "Ruby", "c": "C", "h": "C", "cc": "C++",
    "cpp": "C++", "hpp": "C++", "ino": "C++", "swift": "Swift", "m": "Objective-C",
    "mm": "Objective-C", "sh": "shell", "bash": "shell", "ex": "Elixir", "exs": "Elixir",
    "erl": "Erlang", "dart": "Dart", "pl": "Perl", "lua": "Lua",
}  # fmt: skip
"""The programs by the extensions of their files."""

PROSE: Final = frozenset({"md", "rst", "txt", "adoc", "html", "htm", "log", "csv", "tsv"})
COMPARES: Final = re.compile(
    r"[=!]==?|(?i:\.(?:contains|equals|equalsIgnoreCase|startsWith|endsWith|indexOf|includes|match"
    r"|matches|matchAll|test|search|find|IsMatch|HasPrefix|HasSuffix|has_prefix|starts_with"
    r"|ends_with"
    r"|is_match|eq|fullmatch|compile)\b)|(?i:\b(?:regex|regexp|pattern|MustCompile|MatchString"
    r"|re\.compile|str(?:n|case)?cmp|strstr|strpos|str_contains|preg_match|grep|awk|isIssuedBy)\b)"
    r"|\.(?:include|start_with|end_with|eql|match)\?"
    r"|-(?:c|i)?(?:match|like|eq|ne|contains|notmatch|notlike)\b|=~|\bcase\b|\bin\b"
)
_CALL: Final = re.compile(r"(?P<call>[A-Za-z_][\w.]{0,80})\s{0,4}\(\s{0,4}@?[\"'`/]?\Z")
_KEY: Final = re.compile(
    r"(?P<key>[A-Za-z_][\w.\-]{0,80})[\"']?\s{0,8}(?:=>|[:=]+|-\w{2,8}|=~)\s{0,8}"
    r"(?:@?[\"'`/]|new\s|\[|\{)?\s{0,4}[\"']?\Z"
)
_DISTRUSTS: Final = re.compile(r"(?i)distrust|untrusted|block(?:ed|list)|blacklist|revoked")
COMMENT: Final = ("#", "//", "*", "/*", "-- ", "<!--", ";")
_LINES_AROUND: Final = 6


@dataclass(slots=True)
class PinText:
    """A text in which pins are looked for, with its lines and its constants."""

    document: Document
    lines: list[str]
    constants: PinConstants = field(init=False)
    _ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.constants = PinConstants(self.document.text, COMPARES)

    @property
    def text(self) -> str:
        """The whole text."""
        return self.document.text

    @property
    def extension(self) -> str:
        """The extension of the file, in lower case."""
        return PurePath(self.document.name).suffix.lstrip(".").lower()

    @property
    def is_program(self) -> bool:
        """Whether it is a program by its name."""
        return self.extension in LANGUAGES

    def line_of(self, at: int) -> int:
        """The line, from 1, of a place: a text may have a base64 on each of its lines."""
        if not self._ends:
            self._ends = list(accumulate(len(line) + 1 for line in self.lines))
        return bisect_right(self._ends, at) + 1

    def around(self, line: int) -> str:
        """A line, and those before it."""
        first = max(0, line - _LINES_AROUND)
        return "\n".join(each[:2000] for each in self.lines[first:line])

    def before(self, at: int, most: int = 300) -> str:
        """What stands before a place on its line."""
        begin = self.text.rfind("\n", 0, at) + 1
        return self.text[max(begin, at - most) : at]

    def reader(self, around: str) -> str:
        """Who reads a pin, by what stands around it."""
        for pattern, name in _PINNERS:
            if pattern.search(around):
                return name
        return LANGUAGES.get(self.extension, NO_READER)

    def pin(
        self, at: int, written: str, kind: str, records: tuple[CatalogueCertificate, ...]
    ) -> Reference:
        """The pin at a place; a digest, key or serial number of these certificates."""
        line = self.line_of(at)
        around = self.around(line)
        breaks = bool(records) and not any(map(is_in_use, records))
        note = reason_of_retirement(records) if records else UNKNOWN_KEY
        prose = self.extension in PROSE or is_page(self.document.name)
        prose = prose or self.lines[line - 1].lstrip().startswith(COMMENT)
        # A list of CAs that are refused pins none of them.
        prose = prose or _DISTRUSTS.search(self.text, max(0, at - 3000), at) is not None
        return Reference(
            self.document.name, line, key_before(self.before(at), around), written, kind,
            (self.reader(around),),
            ReferenceRole.MENTION if prose else ReferenceRole.HASH_PIN, note=note,
            pinned=titles_of(records),
            breaks=breaks and not prose,
        )  # fmt: skip


def key_before(before: str, around: str) -> str:
    """The call or the key in which the value stands."""
    for pattern, name in _PINNERS:
        if (match := pattern.search(around)) is not None:
            return match[0].lstrip("<") if name != "OkHttp" else "CertificatePinner"
    before = before.rstrip("0x") if before.endswith("0x") else before
    for pattern, group in ((_CALL, "call"), (_KEY, "key")):
        if (match := pattern.search(before)) is not None:
            words = match[group].split(".")
            return ".".join(words[-2:])
    word = re.findall(r"[A-Za-z_][\w\-]{1,60}", before)
    return word[-1] if word else "literal"
