"""Commands, tasks and plugins that import certificates into stores: keytool and its like."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from unpin.configurations.lines import line_at, line_of
from unpin.configurations.model import Document, Syntax
from unpin.references.first_look import is_page
from unpin.references.matches import COMMENTS, is_comment, line_before, matches_in
from unpin.references.model import (
    JAVA_FORMATS,
    OPERATING_SYSTEM,
    Reference,
    ReferenceRole,
    format_of,
)
from unpin.references.store_names import joined, store_name
from unpin.references.tasks import tasks_of

_MOST_COMMANDS: Final = 500
_LONGEST_COMMAND: Final = 8000
_MOST_CONTINUED: Final = 50
"""The most lines of a command before a keytool in it."""

_KEYTOOL: Final = re.compile(r"(?<![\w-])keytool(?:\.exe)?[\"']?,?(?=\s)")
_END: Final = re.compile(r"(?<![\w-])keytool(?=\s)|&&|\|\||[;|]|(?<!\\)\n|\Z")
_IMPORT: Final = re.compile(r"(?<!\S)-(?:importcert|import|importkeystore)(?!\S)")
_LIST: Final = re.compile(
    r"[\"']keytool(?:\.exe)?[\"'](?:\s{0,40},\s{0,40}[^,\[\]\n]{1,200}){2,40}"
)
"""The words of a command in a list: ["keytool", "-importcert", ...]."""

_CD: Final = re.compile(
    r"(?<![\w-])(?:cd|WORKDIR|pushd)[ \t]+(?P<folder>\"[^\"\n]+\"|'[^'\n]+'|[^\s;&|]+)"
)
_OPTION: Final = (
    r"(?<!\S)-{name}[ \t]+(?:\\\r?\n[ \t]*)?(?P<value>\"[^\"\n]+\"|'[^'\n]+'|[^\s;&|]+)"
)
_FILE: Final = re.compile(_OPTION.format(name="(?:file|srckeystore)"))
_KEYSTORE: Final = re.compile(_OPTION.format(name="(?:keystore|destkeystore)"))
_TYPE: Final = re.compile(_OPTION.format(name="(?:storetype|deststoretype)"))
_CACERTS: Final = re.compile(r"(?<!\S)-cacerts(?!\S)")
_FORMATTED: Final = re.compile(r"%(?:\d\$)?[sd]|\{\d?\}|<[\w ]+>")
_JAVA_STORE: Final = "$JAVA_HOME/lib/security/cacerts"
_USER_STORE: Final = "~/.keystore"
"""The store of keytool without -keystore."""

_WORD: Final = r"\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s\"'`;&|,)]{1,400}"
_SYSTEM_STORES: Final = (
    (
        re.compile(
            rf"\bImport-Certificate\b(?=[^\n]{{0,400}}?-CertStoreLocation\s{{1,8}}[\"']?"
            rf"(?P<store>Cert:\\\w{{1,40}}\\(?:Root|CA|AuthRoot)\b))"
            rf"[^\n]{{0,400}}?-FilePath\s{{1,8}}(?P<source>{_WORD})"
        ),
        "Import-Certificate",
        "Windows",
    ),
    (
        re.compile(
            rf"\bcertutil(?:\.exe)?\b[^\n;|&]{{0,100}}?\s-addstore\s{{1,8}}(?:-\w{{1,20}}\s{{1,8}})*"
            rf"[\"']?(?P<store>Root|CA|AuthRoot)[\"']?\s{{1,8}}(?P<source>{_WORD})",
            re.IGNORECASE,
        ),
        "certutil -addstore",
        "Windows",
    ),
    (
        re.compile(
            rf"\bsecurity\s{{1,8}}add-trusted-cert\b(?=(?:[^\n;|&]{{0,300}}?\s-k\s{{1,8}}"
            rf"(?P<store>{_WORD}))?)(?:\s{{1,8}}(?:-[kpreis]\s{{1,8}}(?:{_WORD})|-\w{{1,10}}))*"
            rf"\s{{1,8}}(?P<source>{_WORD})"
        ),
        "security add-trusted-cert",
        "macOS",
    ),
    (
        re.compile(
            rf"(?<![\w-])trust\s{{1,8}}anchor\s{{1,8}}(?:--store\s{{1,8}}|-v\s{{1,8}})*"
            rf"(?P<store>)(?P<source>(?!-)(?=[^\s]{{0,300}}(?:[/$]|\.(?:pem|crt|cer|der)\b))(?:{_WORD}))"
        ),
        "trust anchor",
        OPERATING_SYSTEM,
    ),
    (
        re.compile(
            rf"\bcertutil\b(?=[^\n;|&]{{0,400}}?\s-d\s{{1,8}}(?P<store>{_WORD}))"
            rf"(?=[^\n;|&]{{0,400}}?\s-t\s{{1,8}}[\"']?[pwu]?[CT])(?=[^\n;|&]{{0,400}}?\s-A\b)"
            rf"[^\n;|&]{{0,400}}?\s-i\s{{1,8}}(?P<source>{_WORD})"
        ),
        "certutil -A",
        "NSS",
    ),
)
"""Commands that put a certificate among the roots of a system or of NSS.

Every word of what they are called stands in them, in any case.
"""

_KEYCHAIN: Final = "the keychain"
_SYSTEM_STORE: Final = "the store of the system"
_JAVA_CERT: Final = frozenset({"java_cert"})
_RESOURCES: Final = (
    (
        re.compile(
            r"\bjava_ks\s{0,4}\{\s{0,20}[\"'](?P<title>[^\"'\n]{1,300})[\"']\s{0,4}:\s{0,20}\n"
            r"(?P<body>(?:[^\n]{0,400}\n){0,30}?)[ \t]{0,20}\}"
        ),
        "java_ks",
        re.compile(r"\btarget\s{0,20}=>\s{0,4}(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}')"),
        re.compile(r"\bcertificate\s{0,20}=>\s{0,4}(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}')"),
    ),
    (
        re.compile(
            r"\bjava_certificate\s{1,4}[\"'](?P<title>[^\"'\n]{1,300})[\"']\s{1,4}do[ \t]{0,8}\n"
            r"(?P<body>(?:[^\n]{0,400}\n){0,30}?)[ \t]{0,20}end\b"
        ),
        "java_certificate",
        re.compile(r"\bkeystore_path\s{1,8}(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}')"),
        re.compile(r"\bcert_file\s{1,8}(?P<value>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}')"),
    ),
)
"""Resources of Puppet and Chef: the resource, its keystore, and the certificate."""

_NO_IMPORT: Final = re.compile(
    r"\bprivate_key\b|=>\s{0,4}[\"']?absent\b|action\s{1,4}:(?:remove|delete)"
)
_PLUGIN: Final = "keytool-maven-plugin"
_GOAL: Final = re.compile(r"<goal>\s{0,20}(?:keytool:)?importCertificate\s{0,20}</goal>")
_MAVEN_STORE: Final = re.compile(r"<keystore>\s{0,40}(?P<value>[^<>\s]{1,400})\s{0,40}</keystore>")
_MAVEN_FILE: Final = re.compile(r"<file>\s{0,40}(?P<value>[^<>\s]{1,400})\s{0,40}</file>")


def import_references(document: Document) -> Iterator[Reference]:
    """The stores into which commands, tasks and plugins write certificates."""
    if is_page(document.name):
        return
    yield from _by_keytool(document)
    yield from _by_tasks(document)
    yield from _by_resources(document)
    yield from _by_maven(document)
    lower = document.text.lower()
    for pattern, key, reader in _SYSTEM_STORES:
        if all(word in lower for word in key.lower().split()):
            yield from _into_system(document, pattern, key, reader)


def _into_java(
    document: Document, line: int, key: str, store: str, kind: str, source: str
) -> Reference:
    return Reference(
        document.name, line, key, store_name(store), format_of(store, kind, JAVA_FORMATS), ("JVM",),
        ReferenceRole.IMPORT, ("java",), source=store_name(source),
    )  # fmt: skip


def _by_keytool(document: Document) -> Iterator[Reference]:
    if "keytool" not in document.text:
        return
    text = _LIST.sub(_as_words, document.text)
    for match in _commands(document, text):
        end = _END.search(text, match.end(), match.end() + _LONGEST_COMMAND)
        command = text[match.start() : end.start() if end else match.end() + _LONGEST_COMMAND]
        said = _IMPORT.search(command)
        if said is None:
            continue
        folder = _folder(text, match.start())
        keystore = _KEYSTORE.search(command)
        if _CACERTS.search(command):
            store = _JAVA_STORE
        elif keystore is not None:
            store = joined(folder, keystore["value"].strip("\"'"))
        else:
            store = _USER_STORE
        if _FORMATTED.search(store):
            continue  # the help of keytool itself, and the like
        kind, taken = _TYPE.search(command), _FILE.search(command)
        yield _into_java(
            document, line_of(document.text, match.start() + said.start()), said[0], store,
            kind["value"].strip("\"'") if kind else "",
            "" if taken is None else joined(folder, taken["value"].strip("\"'")),
        )  # fmt: skip


def _commands(document: Document, text: str) -> Iterator[re.Match[str]]:
    found = matches_in(replace(document, text=text), _KEYTOOL, _MOST_COMMANDS)
    return (match for match in found if not is_comment(match, ("#", "//", "*")))


def _as_words(words: re.Match[str]) -> str:
    """A list of words as the command that it is, with as many characters."""
    return re.sub(r"[\"',\n]", " ", words[0])


def _folder(text: str, at: int) -> str:
    """The folder of the last cd of the same command line; "" if there is none."""
    begin = at
    for _ in range(_MOST_CONTINUED):
        line = text.rfind("\n", 0, max(0, begin - 1)) + 1
        begin = line
        if not line or not text[: line - 1].rstrip("\r").endswith("\\"):
            break
    found = [*_CD.finditer(text, begin, at)]
    return found[-1]["folder"].strip("\"'") if found else ""


def _by_tasks(document: Document) -> Iterator[Reference]:
    """java_cert of Ansible."""
    for _, arguments in tasks_of(document, _JAVA_CERT):
        store, state = arguments.get("keystore_path"), arguments.get("state")
        if store is None or (state is not None and state.value == "absent"):
            continue
        source = arguments.get("cert_path") or arguments.get("pkcs12_path")
        kind = arguments.get("keystore_type")
        yield _into_java(
            document, store.line, "java_cert", store.value, kind.value if kind else "",
            source.value if source else "",
        )  # fmt: skip


def _by_resources(document: Document) -> Iterator[Reference]:
    """java_ks of Puppet, java_certificate of Chef."""
    if not document.is_plain:
        return
    for pattern, key, keystore, certificate in _RESOURCES:
        if key not in document.text:
            continue
        for match in matches_in(document, pattern, _MOST_COMMANDS):
            store = keystore.search(match["body"])
            _, _, titled = match["title"].partition(":")
            if _NO_IMPORT.search(match["body"]) is not None or (store is None and not titled):
                continue
            taken = certificate.search(match["body"])
            line = line_at(match, "title")
            if store is not None:
                line = line_of(match.string, match.start("body") + store.start("value"))
            yield _into_java(
                document, line, key, titled if store is None else store["value"].strip("\"'"), "",
                "" if taken is None else taken["value"],
            )  # fmt: skip


def _by_maven(document: Document) -> Iterator[Reference]:
    """keytool-maven-plugin with the goal importCertificate."""
    if document.syntax is not Syntax.XML or _PLUGIN not in document.text:
        return
    text = document.text
    for goal in matches_in(document, _GOAL, _MOST_COMMANDS):
        begin = max(
            text.rfind("<execution>", 0, goal.start()), text.rfind("<plugin>", 0, goal.start())
        )
        end = text.find("</execution>", goal.end())
        plugin = text.rfind("<plugin>", 0, goal.start()), text.find("</plugin>", goal.end())
        if _PLUGIN not in text[plugin[0] : plugin[1]]:
            continue
        store = _MAVEN_STORE.search(text, begin, end) or _MAVEN_STORE.search(text, *plugin)
        taken = _MAVEN_FILE.search(text, begin, end) or _MAVEN_FILE.search(text, *plugin)
        if store is not None:
            yield _into_java(
                document, line_at(store, "value"), "keystore", store["value"], "",
                "" if taken is None else taken["value"],
            )  # fmt: skip


def _into_system(
    document: Document, pattern: re.Pattern[str], key: str, reader: str
) -> Iterator[Reference]:
    for match in matches_in(document, pattern, _MOST_COMMANDS):
        if line_before(match).lstrip().lower().startswith((*COMMENTS, "rem ")):
            continue
        named = (match["store"] or "").strip("\"'").removeprefix("sql:").removeprefix("dbm:")
        if reader == "Windows" and "\\" not in named:
            owner = "CurrentUser" if "-user" in match[0].lower() else "LocalMachine"
            named = rf"Cert:\{owner}\{named.title() if len(named) > 2 else named.upper()}"
        store = named or (_KEYCHAIN if reader == "macOS" else _SYSTEM_STORE)
        kind = reader if reader == "NSS" else "OS"
        yield Reference(
            document.name, line_at(match), key, store, kind, (reader,),
            ReferenceRole.IMPORT, source=store_name(match["source"].replace("\\", "/")),
        )  # fmt: skip
