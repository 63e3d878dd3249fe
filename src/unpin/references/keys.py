"""Find the stores that keys of products and variables of the environment name."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from unpin.configurations.frameworks.environment_names import property_name
from unpin.configurations.jvm_options import bare_key
from unpin.configurations.lines import line_at
from unpin.configurations.model import Document, Setting, at_most
from unpin.references.directives import directive_references
from unpin.references.key_table import KEYS, VARIABLES, Asks, StoreKey
from unpin.references.matches import is_comment
from unpin.references.model import Reference, ReferenceRole, format_of
from unpin.references.store_names import is_program, store_name

_Types: TypeAlias = dict[str, tuple[int, str]]
"""The declared types of stores by the key in lower case, with the place among the settings."""


def key_references(document: Document) -> Iterator[Reference]:
    """The stores that keys of products and variables of the environment name."""
    types = _types_in(document)
    for each in document.settings:
        yield from _of_setting(document, types, each)
    yield from _of_lines(document, types)
    if document.is_plain:
        yield from directive_references(document)


def _of_setting(document: Document, types: _Types, setting: Setting) -> Iterator[Reference]:
    key = _OF_PROFILE.sub("", setting.key.rpartition("//")[2])
    name = _environment_name(key, setting)
    if name is not None:
        of_framework = property_name(name[0])
        known = KEYS.of(of_framework, document.name) if of_framework is not None else None
        known = known or VARIABLES.of(name[0], document.name)
        if known is not None:
            variable = Setting(key, name[1], setting.line)
            yield from _named(document, types, known, variable, name[0])
            return
    known = KEYS.of(key, document.name)
    if known is not None:
        yield from _named(document, types, known, setting, key)


_OF_PROFILE: Final = re.compile(r"\A%[\w,]{1,60}\.")
"""What stands before a key of Quarkus that counts in a profile."""


def _environment_name(key: str, setting: Setting) -> tuple[str, str] | None:
    """The name and value of a variable: KEY=value, KEY: value, or an item "KEY=value" of a list."""
    pair = re.match(r"([A-Za-z_]\w{0,80})=(\S{1,500})\Z", setting.value)
    if key.endswith("]") and pair is not None:
        return pair[1], pair[2]
    name = bare_key(key)
    return (name, setting.value) if name.isupper() or name.lower() == "npm_config_cafile" else None


_STORE_FILE: Final = re.compile(r"(?i)\.(?:pem|crt|cer|cert|der|p7b|jks|p12|pfx|bundle)\Z")
_FILE_CALL: Final = re.compile(
    r"(?:file|filebase64)\(\s{0,4}\"(?P<path>[^\"\n]{1,400})\"\s{0,4}\)\Z"
)
_PATH: Final = re.compile(r"[^\s\"'<>|*?]{2,500}(?: [^\s\"'<>|*?]{1,200}){0,4}")


def _is_asked(known: StoreKey, store: str, document: Document) -> bool:
    """Whether a value is what the key asks for; of a program a word alone is a name of its own."""
    if not _PATH.fullmatch(store) or store.startswith(("http://", "https://")):
        return False
    if store.lower() in _WORDS or _CONSTANT.fullmatch(store):
        return False
    is_store = _STORE_FILE.search(store) is not None
    if known.asks is Asks.STORE:
        return is_store
    is_path = is_store or "/" in store or "\\" in store
    return is_path or (known.asks is Asks.TEXT and not is_program(document.name))


_WORDS: Final = frozenset({"true", "false", "null", "none", "nil", "undefined"})
_CONSTANT: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""The name of a variable or constant; a path has a folder or an extension."""

_ANOTHER: Final = re.compile(r"\s[A-Z][A-Z0-9_]{2,60}=")
"""A further variable on the line: ENV A=b C=d."""


def _named(
    document: Document, types: _Types, known: StoreKey, setting: Setting, key: str
) -> Iterator[Reference]:
    """A reference for each of the paths that a value lists."""
    if "-----BEGIN" in setting.value or "\n" in setting.value:
        return
    called = _FILE_CALL.match(setting.value.strip())
    value = setting.value if called is None else called["path"]
    for part in value.strip().lstrip("<").strip("[]").split(","):
        store = store_name(part)
        if not _is_asked(known, store, document) or _ANOTHER.search(store):
            continue
        declared = _declared(types, setting)
        variable = key if key.isupper() else ""
        role, families = known.role, known.families if known.role is ReferenceRole.TRUST else ()
        yield Reference(
            document.name, setting.line, key.rpartition("@")[2].rpartition("/")[2], store,
            format_of(store, declared, known.format),
            (known.reader,), role, families, variable, if_missing=known.if_missing,
        )  # fmt: skip


def _types_in(document: Document) -> _Types:
    """The first value of each key that may declare the type of a store, with its place."""
    found: dict[str, tuple[int, str]] = {}
    for at, each in enumerate(document.settings):
        key = each.key.lower()
        if key.endswith("type"):
            found.setdefault(key, (at, each.value))
    return found


def _declared(types: _Types, setting: Setting) -> str:
    """The type of the store, which a key beside its own declares; "" if none does."""
    stem = re.sub(r"(?i)[.\-_]?(?:path|file|location)\Z", "", setting.key).lower()
    wanted = (f"{stem}{end}" for end in ("type", ".type", "-type", "_type"))
    _, found = min((types[each] for each in wanted if each in types), default=(0, ""))
    return found.upper() if found.isalnum() else ""


_LINE_VARIABLE: Final = re.compile(
    r"(?<![\w.$])(?:export[ \t]+|ENV[ \t]+|set[ \t]+|setx[ \t]+|\$env:|-e[ \t]+|--env[ \t]+)?"
    r"(?P<key>[A-Z][A-Z_]{4,60})[ \t]?(?:=[ \t]?|[ \t](?=/))"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|[^\s;&|\"',)]{1,500})"
)
_IN_VARIABLES: Final = re.compile(
    r"_CERT|CA_|_CA|CACERT|TRUST_STORE|CAFILE|CAINFO|TRUSTSTORE|ROOTCERT|SSL_ROOTS|CAPATH|SSL_VERIFY"
)
"""What a name has that is a variable of the table."""
_MOST_VARIABLES: Final = 2000


_PAIRS: Final = (
    re.compile(
        r"[\"']?name[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?P<key>[A-Z][A-Z0-9_]{3,60})[\"']?"
        r"\s{0,8}[,\n]\s{0,80}"
        r"[\"']?value[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?P<value>(?:\$\{[^{}\s]{1,80}\}|[^\s\"',}\]]){2,500})"
    ),
    re.compile(
        r"(?<!:)(?<!: )[\"'](?P<key>[A-Z][A-Z0-9_]{3,60})[\"']\s{0,4}(?:\]\s{0,4}=|,)\s{0,4}"
        r"[\"'](?P<value>[^\"'\n]{2,500})[\"']"
    ),
)
"""An item of a manifest or template; and a variable that a program sets."""


_PROPERTY: Final = re.compile(
    r"(?<![\w.\"'])(?P<key>[A-Z][A-Z0-9_]{3,60})\s{0,4}:\s{0,4}[\"'](?P<value>[^\"'\n]{2,500})[\"']"
)
"""A property of an object: env: {NODE_EXTRA_CA_CERTS: '/ca.pem'}."""


def _of_lines(document: Document, types: _Types) -> Iterator[Reference]:
    """Variables on the lines of a script, a Dockerfile or a unit, and in items of lists."""
    if _IN_VARIABLES.search(document.text) is None:
        return
    for pattern in _PAIRS:
        yield from _variables_by(document, types, pattern)
    if is_program(document.name):
        yield from _variables_by(document, types, _PROPERTY)
    if document.is_plain:
        yield from _variables_by(document, types, _LINE_VARIABLE)


def _variables_by(
    document: Document, types: _Types, pattern: re.Pattern[str]
) -> Iterator[Reference]:
    named = (m for m in pattern.finditer(document.text) if _IN_VARIABLES.search(m["key"]))
    for match in at_most(named, _MOST_VARIABLES, "variables of stores", document):
        known = VARIABLES.of(match["key"], document.name)
        if known is not None and not is_comment(match, ("#", "//", ";", "REM ", "rem ")):
            value = match["value"].strip("\"'")
            setting = Setting(match["key"], value, line_at(match, "value"))
            yield from _named(document, types, known, setting, match["key"])
