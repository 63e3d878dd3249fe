"""Pins in code: digests, serial numbers and names by which a program knows a certificate."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import PurePath
from typing import Final

from unpin.catalogue.model import CatalogueCertificate
from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, at_most, until_limit
from unpin.model.errors import LimitExceededError, UnpinError
from unpin.references.matches import line_before, matches_in
from unpin.references.model import NO_READER, Reference, ReferenceRole
from unpin.references.pin_constants import PinConstants
from unpin.references.pin_settings import setting_pins
from unpin.references.pin_table import PinTable, is_in_use, reason_of_retirement, titles_of
from unpin.wording import listed

_MOST_PINS: Final = 1000
_MOST_DIGESTS: Final = 50_000
_MOST_ARRAYS: Final = 2000
_MOST_LITERALS: Final = 200
_LONGEST_LINE: Final = 20_000
_MOST_CUT: Final = 5
_HEX: Final = re.compile(
    r"(?<![0-9A-Za-z+/=_-])(?:0x)?(?P<hex>[0-9A-Fa-f]{32}(?:[0-9A-Fa-f]{8}(?:[0-9A-Fa-f]{24})?)?"
    r"|[0-9A-Fa-f]{2}(?:[:\- ][0-9A-Fa-f]{2}){15}(?:(?:[:\- ][0-9A-Fa-f]{2}){4}"
    r"(?:(?:[:\- ][0-9A-Fa-f]{2}){12})?)?)(?![0-9A-Za-z+/=_])"
)
"""32 digits of a serial number, 40 of a SHA-1, 64 of a SHA-256; colons, blanks or none between."""

_BYTES: Final = re.compile(r"(?:0x[0-9A-Fa-f]{2}\s{0,40},?\s{0,40}){16,64}")
"""A digest as the initialiser of an array of bytes."""

_SPKI: Final = re.compile(
    r"(?P<prefix>sha256/|sha256//|pin-sha256=\\?[\"'])(?P<pin>[A-Za-z0-9+/]{43}=)"
)
_BARE_SPKI: Final = re.compile(r"(?<![A-Za-z0-9+/])(?P<pin>[A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])")
_PINNING: Final = re.compile(
    r"(?i)\b\w{0,40}pin(?:s|ner|ning|set)?\b|\bpinned|kTSKPublicKeyHashes|publicKeyHash"
    r"|pin[ _-]?digest"
)
_KINDS: Final = {40: "sha1", 64: "sha256"}
_NAMES_A_PIN: Final = re.compile(
    r"(?i)(?:pin|pinned|pins|server|issuer|root|trusted|ca)[_-]?(?:ssl|tls|public|cert(?:ificate)?)?"
    r"[_-]?(?:thumb_?print|finger_?print|cert_?hash|sha-?1|sha-?256)s?[\"']?\s{0,4}"
    r"[:=(,\[{]{1,3}[^=\n]{0,20}\Z"
)
"""What stands before a digest that a program pins, whatever it is the digest of."""

_LIST_OF_PINS: Final = re.compile(
    r"(?i)(?:\w{0,20}_?)?(?:allowed|trusted|pinned|expected|accepted|valid|known|server|issuer|root|ca)_?"
    r"(?:\w{0,20}_?)?(?:thumb_?print|finger_?print|cert_?hash(?:e|))s?|pinned_?(?:cert\w{0,12}|hash(?:es)?)"
)
"""The name of a list of digests that a program or setting pins."""

_PINNERS: Final = (
    (re.compile(r"CertificatePinner"), "OkHttp"),
    (re.compile(r"kTSK|TrustKit"), "TrustKit"),
    (re.compile(r"<pin\b|pin-set|network-security-config"), "Android"),
    (re.compile(r"--pinnedpubkey|CURLOPT_PINNEDPUBLICKEY"), "curl"),
    (re.compile(r"(?i)public-key-pins"), "HPKP"),
)
_LANGUAGES: Final = {
    "ps1": "PowerShell", "psm1": "PowerShell", "cs": ".NET", "vb": ".NET", "fs": ".NET",
    "java": "Java", "kt": "Java", "kts": "Java", "scala": "Java", "groovy": "Java", "py": "Python",
    "go": "Go", "rs": "Rust", "js": "Node", "ts": "Node", "mjs": "Node", "cjs": "Node",
    "jsx": "Node", "tsx": "Node", "php": "PHP", "rb": "Ruby", "c": "C", "h": "C", "cc": "C++",
    "cpp": "C++", "hpp": "C++", "ino": "C++", "swift": "Swift", "m": "Objective-C", "sh": "shell",
    "bash": "shell", "ex": "Elixir", "exs": "Elixir", "erl": "Erlang", "dart": "Dart", "pl": "Perl",
    "lua": "Lua",
}  # fmt: skip
_PROSE: Final = frozenset({"md", "rst", "txt", "adoc", "html", "htm", "log", "csv", "tsv"})
_LITERAL: Final = re.compile(
    r"\"(?P<double>(?:[^\"\\\n]|\\.){4,400})\"|'(?P<single>(?:[^'\\\n]|\\.){4,400})'"
    r"|`(?P<back>[^`\n]{4,400})`"
    r"|(?<![\w)\]<])/(?P<regex>(?:[^/\\\n]|\\.){4,400})/(?=[gimsuy]{0,4}[\s.,;)\]])"
)
_COMPARES: Final = re.compile(
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
_COMMENT: Final = ("#", "//", "*", "/*", "-- ", "<!--", ";")


def pin_references(document: Document, table: PinTable) -> Iterator[Reference]:
    """The pins in the text, in the order of their lines.

    Raises LimitExceededError behind them, if a bound cut them.
    """
    lines = document.text.split("\n")
    errors: list[UnpinError] = []
    pins = at_most(_pins(document, table, lines, errors), _MOST_PINS, "pins", document)
    found = sorted(until_limit(pins, errors), key=lambda each: each.line)
    pinned = {each.line for each in found if each.role is ReferenceRole.HASH_PIN}
    for each in found:
        if each.role is not ReferenceRole.MENTION or each.line not in pinned:
            yield each
    if errors:
        raise errors[0]


def _pins(
    document: Document, table: PinTable, lines: list[str], errors: list[UnpinError]
) -> Iterator[Reference]:
    if _extension(document) not in _PROSE | _LANGUAGES.keys():
        yield from setting_pins(document, table)
    for reader in (_hashes, _keys, _names):
        yield from until_limit(reader(document, table, lines), errors)


def _hashes(document: Document, table: PinTable, lines: list[str]) -> Iterator[Reference]:
    text = document.text
    constants = PinConstants(text, _COMPARES) if _LIST_OF_PINS.search(text) else None
    written_in_hex = ((m, m["hex"]) for m in matches_in(document, _HEX, _MOST_DIGESTS))
    written_as_bytes = (
        (m, "".join(re.findall(r"0x([0-9A-Fa-f]{2})", m[0])))
        for m in matches_in(document, _BYTES, _MOST_ARRAYS)
    )
    for match, written in chain(written_in_hex, written_as_bytes if "0x" in text else ()):
        digest = re.sub(r"[^0-9a-f]", "", written.lower())
        known = table.digests.get(digest)
        if known is None:
            begin = match.start() - len(line_before(match))
            kind = _KINDS.get(len(digest))
            if kind is None:
                continue
            named = _NAMES_A_PIN.search(text, max(begin, match.start() - 80), match.start())
            if named is None and not _in_list_of_pins(constants, match.start()):
                continue
            known = kind, ()
        kind, records = known
        yield _pin(document, lines, line_at(match), match.start(), written, kind, records)


def _in_list_of_pins(constants: PinConstants | None, at: int) -> bool:
    """Whether a digest stands in a list or setting whose name says that it pins certificates."""
    return constants is not None and any(map(_LIST_OF_PINS.fullmatch, constants.names_at(at)))


def _keys(document: Document, table: PinTable, lines: list[str]) -> Iterator[Reference]:
    seen: set[int] = set()
    for match in matches_in(document, _SPKI, _MOST_PINS):
        seen.add(match.start("pin"))
        prefix = match["prefix"] if match["prefix"].startswith("sha256/") else ""
        line = line_at(match, "pin")
        records = table.spki.get(match["pin"], ())
        if not records and not _PINNING.search(_around(lines, line)):
            continue
        yield _pin(
            document, lines, line, match.start(), prefix + match["pin"], "spki-sha256", records
        )
    of_android = "<pin" in document.text
    for match in matches_in(document, _BARE_SPKI, _MOST_DIGESTS):
        if match.start("pin") in seen:
            continue
        records = table.spki.get(match["pin"], ())
        if not records and not of_android:
            continue
        line = line_at(match, "pin")
        android = re.search(r"<pin\b", lines[line - 1]) is not None
        if records or android:
            yield _pin(document, lines, line, match.start(), match["pin"], "spki-sha256", records)


def _around(lines: list[str], line: int) -> str:
    """The line, and the two before it."""
    return "\n".join(each[:2000] for each in lines[max(0, line - 3) : line])


def _pin(
    document: Document,
    lines: list[str],
    line: int,
    at: int,
    written: str,
    kind: str,
    records: tuple[CatalogueCertificate, ...],
) -> Reference:
    begin = document.text.rfind("\n", 0, at) + 1
    before = document.text[max(begin, at - 300) : at]
    reader = _reader(document, _around(lines, line))
    breaks = bool(records) and not any(map(is_in_use, records))
    note = (
        reason_of_retirement(records)
        if records
        else "the catalogue has no such key: whether the rotation breaks it is not known"
    )
    prose = _extension(document) in _PROSE or lines[line - 1].lstrip().startswith(_COMMENT)
    # A list of CAs that are refused pins none of them.
    prose = prose or _DISTRUSTS.search(document.text, max(0, at - 3000), at) is not None
    return Reference(
        document.name, line, _key_before(before, _around(lines, line)), written, kind, (reader,),
        ReferenceRole.MENTION if prose else ReferenceRole.HASH_PIN, note=note,
        pinned=titles_of(records),
        breaks=breaks and not prose,
    )  # fmt: skip


def _names(document: Document, table: PinTable, lines: list[str]) -> Iterator[Reference]:
    extension = _extension(document)
    constants = PinConstants(document.text, _COMPARES)
    at_line = 0
    cut: list[int] = []
    for number, line in enumerate(lines, 1):
        begin, at_line = at_line, at_line + len(line) + 1
        if table.names.search(line) is None:
            continue
        literals = [*islice(_LITERAL.finditer(line), _MOST_LITERALS + 1)]
        if len(line) > _LONGEST_LINE or len(literals) > _MOST_LITERALS:
            cut.append(number)
        if len(line) > _LONGEST_LINE:
            continue
        comment = line.lstrip().startswith(_COMMENT) and not line.startswith("#define")
        said = False
        for match in literals[:_MOST_LITERALS]:
            literal = next(text for text in match.groups() if text is not None)
            if table.names.search(literal) is None:
                continue
            said = True
            records = table.named(literal)
            rest = line[: match.start()] + line[match.end() :]
            code = extension in _LANGUAGES and not comment
            pins = code and (
                _COMPARES.search(rest) is not None
                or match["regex"] is not None
                or constants.is_compared(begin + match.start(), lines)
            )
            breaks = pins and not any(map(is_in_use, records))
            yield Reference(
                document.name, number, _key_before(line[: match.start() + 1], line), literal,
                "name",
                (_reader(document, line),),
                ReferenceRole.NAME_PIN if pins else ReferenceRole.MENTION,
                pinned=titles_of(records), breaks=breaks, note=reason_of_retirement(records),
            )  # fmt: skip
        spoken = None if said else table.whole_names.search(line)
        if spoken is not None:
            yield Reference(
                document.name, number, "text", spoken[0], "name", (NO_READER,),
                ReferenceRole.MENTION, pinned=titles_of(table.named(spoken[0])),
            )  # fmt: skip
    if cut:
        numbers = listed([str(number) for number in cut[:_MOST_CUT]])
        raise LimitExceededError(
            f"{document.name}: lines that name CAs and were not looked at in full: {numbers}",
            "part the lines",
        )


def _key_before(before: str, around: str) -> str:
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


def _reader(document: Document, around: str) -> str:
    for pattern, name in _PINNERS:
        if pattern.search(around):
            return name
    return _LANGUAGES.get(_extension(document), NO_READER)


def _extension(document: Document) -> str:
    return PurePath(document.name).suffix.lstrip(".").lower()
