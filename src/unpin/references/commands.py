"""Commands of scripts and images that put certificates into stores, or stores into places."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from unpin.configurations.lines import line_at, line_of
from unpin.configurations.model import Document
from unpin.configurations.scripts.within import mounts_of_commands
from unpin.references.file_references import Put
from unpin.references.first_look import is_page
from unpin.references.matches import is_comment, matches_in
from unpin.references.model import JAVA_FORMATS, NO_READER, Reference, ReferenceRole, format_of
from unpin.references.places import client_place
from unpin.references.store_names import joined, store_name

_MOST_COMMANDS: Final = 500
_LONGEST_COMMAND: Final = 8000
_MOST_CONTINUED: Final = 50
"""The most lines of a command before a keytool in it."""
_KEYTOOL: Final = re.compile(r"(?<![\w-])keytool(?:\.exe)?[\"']?(?=\s)")
_END: Final = re.compile(r"(?<![\w-])keytool(?=\s)|&&|\|\||[;|]|(?<!\\)\n|\Z")
_IMPORT: Final = re.compile(r"(?<!\S)-(?:importcert|import|importkeystore)(?!\S)")
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

_COPY: Final = re.compile(
    r"(?m)^[ \t]{0,40}(?P<dash>-[ \t]{1,8})?(?P<run>RUN[ \t]{1,8})?(?:sudo[ \t]{1,8})?"
    r"(?P<command>COPY|ADD|cp|install|mv|docker cp|kubectl cp)[ \t]+(?P<rest>[^\n]{3,1000})"
)
_CHAINED: Final = re.compile(
    r"(?:&&|;)[ \t]*(?:sudo[ \t]{1,8})?(?P<command>cp|install|mv)[ \t]+(?P<rest>[^\n;&|]{3,1000})"
)
_DOWNLOAD: Final = re.compile(
    r"(?<![\w-])(?P<command>curl|wget)\s(?:[^\n;&|]|\\\r?\n){0,1000}?"
    r"(?:\s-[a-zA-Z]{0,8}[oO]\s{0,4}|\s--output(?:-document)?[ =]|[ \t]>{1,2}[ \t]{0,4})"
    r"(?P<place>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s;&|]{1,400})"
    r"(?:(?:[^\n;&|]|\\\r?\n){0,1000})"
)
_URL: Final = re.compile(
    r"(?i)https?://(?P<host>[a-z0-9.\-]{3,200})/(?:[^\s\"'`<>)\]]{0,300}/)?"
    r"(?P<name>[\w.%+\-]{1,200}\.(?:pem|crt|cer|der|p7b|jks|p12))(?![\w.])"
)
_CA_HOSTS: Final = re.compile(
    r"(?i)(?:^|\.)(?:digicert\.com|microsoft\.com|azure\.(?:com|net)|amazonaws\.com|amazontrust\.com"
    r"|letsencrypt\.org|globalsign\.(?:com|net)|pki\.goog|entrust\.net|geotrust\.com|curl\.se"
    r"|haxx\.se|sectigo\.com|usertrust\.com|identrust\.com|windows\.net|omniroot\.com|lencr\.org)\Z"
)
_UNVERIFIED: Final = re.compile(
    r"(?:\bcurl\b[^\n]{0,300}?\s(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?!\S))|--no-check-certificate"
    r"|-SkipCertificateCheck|verify\s?=\s?False|http\.sslVerify=false"
)
_MOUNT_KEY: Final = re.compile(r"(?:.*[.\]])?(?:mountPath|target)\Z")
_TASK: Final = re.compile(r"(?P<task>(?:.*\.)?(?:copy|template|get_url))\.(?P<part>src|dest)\Z")
_VOLUME_KEY: Final = re.compile(r"(?:.*\.)?volumes\[\d+\]\Z")


def command_references(document: Document, puts: Iterable[Put]) -> Iterator[Reference]:
    """Imports by keytool, and files that are put where clients look; `puts` are `puts_in`."""
    yield from _imports(document)
    yield from _put(document, puts)


def _imports(document: Document) -> Iterator[Reference]:
    text = document.text
    if "keytool" not in text:
        return
    for match in matches_in(document, _KEYTOOL, _MOST_COMMANDS):
        if is_comment(match, ("#", "//", "*")) or is_page(document.name):
            continue
        end = _END.search(text, match.end(), match.end() + _LONGEST_COMMAND)
        command = text[match.start() : end.start() if end else match.end() + _LONGEST_COMMAND]
        said = _IMPORT.search(command)
        if said is None:
            continue
        line = line_of(text, match.start() + said.start())
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
        kind = _TYPE.search(command)
        taken = _FILE.search(command)
        source = "" if taken is None else joined(folder, taken["value"].strip("\"'"))
        yield Reference(
            document.name, line, said[0], store_name(store),
            format_of(store, kind["value"].strip("\"'") if kind else "", JAVA_FORMATS),
            ("JVM",), ReferenceRole.IMPORT, ("java",), source=store_name(source),
        )  # fmt: skip


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


def puts_in(document: Document) -> Iterator[Put]:
    """What COPY, ADD, cp, install and volumes put where."""
    if document.is_plain and not is_page(document.name):
        for pattern in (_COPY, _CHAINED):
            for match in matches_in(document, pattern, _MOST_COMMANDS):
                yield from _copied(match["rest"], line_at(match, "command"), match["command"])
        for match in matches_in(document, _DOWNLOAD, _MOST_COMMANDS):
            url = re.search(r"https?://[^\s\"'\\]{1,1000}", match[0])
            if url is not None:
                place = match["place"].strip("\"'")
                yield Put(url[0], place, line_at(match, "place"), match["command"])
    for mount, line in mounts_of_commands(document):
        yield Put(mount.source, mount.path, line, "docker run")
    yield from _copied_by_tasks(document)
    for each in document.settings:
        if _VOLUME_KEY.match(each.key) and each.value.count(":") in {1, 2}:
            source, _, rest = each.value.partition(":")
            yield Put(source, rest.partition(":")[0], each.line, each.key)


def _copied_by_tasks(document: Document) -> Iterator[Put]:
    """What tasks of Ansible copy."""
    sources: dict[tuple[int, str], str] = {}
    for each in document.settings:
        if (match := _TASK.match(each.key)) is None:
            continue
        if match["part"] == "src":
            sources[each.part, match["task"]] = each.value
        elif (source := sources.get((each.part, match["task"]))) is not None:
            yield from _copied(f"{source} {each.value}", each.line, f"{match['task']}.dest")


def _copied(rest: str, line: int, key: str) -> Iterator[Put]:
    """The files of a command; with several, or a "/" at the end, the last word is a folder."""
    rest = rest.strip().rstrip("\\").strip()
    if rest.startswith("["):
        words = re.findall(r"\"([^\"\n]{1,500})\"", rest)
    else:
        words = [word.strip("\"'") for word in re.split(r"\s+", re.split(r"&&|;|\|", rest)[0])]
        words = [word for word in words if word and not word.startswith("-")]
    if len(words) < 2:
        return
    *sources, place = words
    folder = place.endswith("/") or len(sources) > 1 or place in {".", "./"}
    for source in sources:
        at = posixpath.join(place, posixpath.basename(source)) if folder else place
        yield Put(source, at, line, key)


def _put(document: Document, puts: Iterable[Put]) -> Iterator[Reference]:
    """The stores that are put where a client looks by itself."""
    for put in puts:
        found = client_place(put.place)
        if found is None:
            continue
        yield Reference(
            document.name, put.line, put.key, put.place, format_of(put.place, default=found.format),
            (found.reader,), found.role, found.families, source=store_name(put.source),
            note=found.why,
        )  # fmt: skip
    for each in document.settings:
        if _MOUNT_KEY.match(each.key) and (found := client_place(each.value)) is not None:
            yield Reference(
                document.name, each.line, each.key.rpartition("//")[2], each.value,
                format_of(each.value, default=found.format), (found.reader,), found.role,
                found.families, note=found.why,
            )  # fmt: skip


def downloads_in(document: Document) -> Iterator[Reference]:
    """The certificates that a text downloads, or tells to download, from a CA or a vendor."""
    text = document.text
    for match in matches_in(document, _URL, _MOST_COMMANDS):
        if not _CA_HOSTS.search(match["host"]):
            continue
        line = line_at(match)
        begin = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        around = text[
            max(begin, match.start() - 1000) : min(
                len(text) if end < 0 else end, match.end() + 1000
            )
        ]
        unverified = _UNVERIFIED.search(around) is not None and not is_page(document.name)
        name = match["name"].replace("%20", " ")
        yield Reference(
            document.name, line, match["host"].lower(), name, format_of(name), (NO_READER,),
            ReferenceRole.MENTION, unverified_download=unverified,
        )  # fmt: skip
