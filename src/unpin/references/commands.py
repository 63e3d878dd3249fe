"""Commands of scripts and images that put certificates into stores, or stores into places."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from unpin.configurations.lines import has_any, line_at
from unpin.configurations.model import Document, Syntax
from unpin.configurations.scripts.within import mounts_of_commands
from unpin.references.file_references import UNKNOWN_SOURCE, Put, is_unknown
from unpin.references.first_look import is_page
from unpin.references.imports import import_references
from unpin.references.matches import is_comment, matches_in
from unpin.references.model import NO_READER, Reference, ReferenceRole, format_of
from unpin.references.places import client_place, is_client_folder
from unpin.references.store_names import store_name
from unpin.references.tasks import tasks_of

_MOST_COMMANDS: Final = 500
_MOST_WRITTEN: Final = 5000
_REST: Final = r"(?P<rest>(?:[^\n\\]|\\\r?\n|\\.){3,1000})"
_COPY: Final = re.compile(
    r"(?m)^[ \t]{0,40}(?P<dash>-[ \t]{1,8})?(?P<run>RUN[ \t]{1,8})?(?:sudo[ \t]{1,8}(?:-\w[ \t])?)?"
    rf"(?P<command>COPY|ADD|cp|install|mv|docker cp|kubectl cp)[ \t]+{_REST}"
)
_CHAINED: Final = re.compile(
    r"(?:&&|;|\|\||\bthen\b|\bdo\b|\{)[ \t]*(?:\\\r?\n[ \t]*)?(?:sudo[ \t]{1,8})?"
    r"(?P<command>cp|install|mv)[ \t]+(?P<rest>[^\n;&|]{3,1000})"
)
_COPIES: Final = ("COPY", "ADD", "cp ", "cp\t", "install ", "install\t", "mv ", "mv\t")
_OF_KEY: Final = re.compile(
    r"(?m)^[ \t]{0,40}(?:-[ \t]{1,8})?(?:run|script|shell|command|bash|cmd|ansible\.builtin\.\w+)"
    r":[ \t]{1,8}"
    rf"[\"']?(?:sudo[ \t]{{1,8}})?(?P<command>cp|install|mv)[ \t]+{_REST}"
)
"""A command behind a key of YAML: `- run: cp ca.crt /usr/local/share/ca-certificates/`."""

_WRITTEN: Final = re.compile(
    r"(?:(?<![<>&0-9-])>{1,2}[ \t]{0,4}|\btee[ \t]+(?:-a[ \t]+|--append[ \t]+)?|(?<=\s)-out[ \t]+"
    r"|(?<![\w-])ln[ \t]+-\w+[ \t]+(?P<source>[^\s;&|]{1,400})[ \t]+)"
    r"(?P<place>[\"']?(?:/|\$)[^\s\"'`;&|)]{3,400})"
)
"""A file that a command writes, or a link that it makes."""

_WRITES: Final = (">", "tee", "-out", "ln")
_OPTION_WITH_VALUE: Final = re.compile(r"(?<!\S)-(?:[mog]|-mode|-owner|-group)[ \t=]+\S+")
_INTO: Final = re.compile(r"(?<!\S)(?:-t|--target-directory)[ \t=]+(?P<folder>\S+)")
_DOWNLOAD: Final = re.compile(
    r"(?<![\w-])(?P<command>curl|wget)(?=\s)(?:[^\n;&|]|\\\r?\n){0,1000}?"
    r"(?:\s-[a-zA-Z]{0,8}[oO]\s{0,4}|\s--output(?:-document)?[ =]|[ \t]>{1,2}[ \t]{0,4})"
    r"(?P<place>\"[^\"\n]{1,400}\"|'[^'\n]{1,400}'|[^\s;&|]{1,400})"
    r"(?:(?:[^\n;&|]|\\\r?\n){0,1000})"
)
_DOWNLOADERS: Final = ("curl", "wget")
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
_TASKS: Final = frozenset({"copy", "template", "get_url"})
_FILE_KEY: Final = re.compile(r"(?:.*\.)?(?:write_files|files)\[\d+\]\.path\Z")
"""A file that cloud-init or Butane writes."""

_RESOURCES: Final = ("cookbook_file", "remote_file", "template", "file")
_RESOURCE: Final = re.compile(
    r"\b(?P<key>cookbook_file|remote_file|template|file)\s{0,4}\{?\s{0,20}[\"'](?P<place>/[^\"'\n]{3,400})[\"']"
    r"\s{0,4}(?:do\b|:)(?=(?P<body>(?:[^\n]{0,400}\n){0,12}))"
)
"""A file that Puppet or Chef writes."""

_SOURCE: Final = re.compile(r"\bsource\b\s{0,20}(?:=>)?\s{0,4}[\"'](?P<value>[^\"'\n]{1,400})[\"']")
_WORD: Final = re.compile(r"(?:[^\s\"']|\"[^\"\n]*\"|'[^'\n]*'|[\"'])+")
_VOLUME_KEY: Final = re.compile(r"(?:.*\.)?volumes\[\d+\]\Z")


def command_references(document: Document, puts: Iterable[Put]) -> Iterator[Reference]:
    """Imports into stores, and files that are put where clients look; `puts` are `puts_in`."""
    yield from import_references(document)
    yield from _put(document, puts)


def puts_in(document: Document) -> Iterator[Put]:
    """What COPY, ADD, cp, install, downloads, tasks and volumes put where."""
    if not is_page(document.name):
        yield from _by_commands(document)
    for mount, line in mounts_of_commands(document):
        yield Put(mount.source, mount.path, line, "docker run")
    yield from _copied_by_tasks(document)
    yield from _by_resources(document)
    for each in document.settings:
        if _VOLUME_KEY.match(each.key) and each.value.count(":") in {1, 2}:
            source, _, rest = each.value.partition(":")
            yield Put(source, rest.partition(":")[0], each.line, each.key)
        elif _FILE_KEY.match(each.key) and client_place(each.value) is not None:
            yield Put(UNKNOWN_SOURCE, each.value, each.line, each.key)


def _by_commands(document: Document) -> Iterator[Put]:
    if document.syntax not in {Syntax.YAML, Syntax.ASSIGNMENTS, Syntax.TEXT}:
        return
    copying = (_COPY, _CHAINED, *(() if document.is_plain else (_OF_KEY,)))
    for pattern in copying if has_any(document.text, _COPIES) else ():
        for match in matches_in(document, pattern, _MOST_COMMANDS):
            yield from _copied(match["rest"], line_at(match, "command"), match["command"])
    loads = has_any(document.text, _DOWNLOADERS)
    for match in matches_in(document, _DOWNLOAD, _MOST_COMMANDS) if loads else ():
        place = match["place"].strip("\"'")
        url = re.search(r"https?://[^\s\"'\\]{1,1000}", match[0])
        source = url[0] if url is not None else UNKNOWN_SOURCE
        if url is not None or client_place(place) is not None:
            yield Put(source, place, line_at(match, "place"), match["command"])
    for match in matches_in(document, _WRITTEN, _MOST_WRITTEN, _WRITES):
        place = match["place"].strip("\"'")
        if client_place(place) is not None and not is_comment(match, ("#", "//", "REM")):
            source = match["source"] or UNKNOWN_SOURCE
            key = match[0].split()[0].strip() if match["source"] else "write"
            yield Put(source.strip("\"'"), place, line_at(match, "place"), key)


def _copied_by_tasks(document: Document) -> Iterator[Put]:
    """What tasks of Ansible copy."""
    for task, arguments in tasks_of(document, _TASKS):
        place = arguments.get("dest")
        source = arguments.get("src") or arguments.get("url") or arguments.get("content")
        if place is None or source is None:
            continue
        key = f"{task}.dest"
        if source is arguments.get("content"):
            yield Put(UNKNOWN_SOURCE, place.value, place.line, key)
        else:
            yield from _copied(f"'{source.value}' '{place.value}'", place.line, key)


def _by_resources(document: Document) -> Iterator[Put]:
    """What Puppet and Chef write."""
    if not document.is_plain:
        return
    for match in matches_in(document, _RESOURCE, _MOST_COMMANDS, _RESOURCES):
        if client_place(match["place"]) is None or is_comment(match):
            continue
        source = _SOURCE.search(match["body"])
        text = UNKNOWN_SOURCE if source is None else source["value"]
        if text.startswith("puppet:///"):
            text = text.rpartition("/")[2]
        yield Put(text, match["place"], line_at(match, "place"), match["key"])


def _copied(rest: str, line: int, key: str) -> Iterator[Put]:
    """The files of a command; with several, or a "/" at the end, the last word is a folder."""
    given = rest
    rest = re.sub(r"\\\r?\n", " ", rest).strip().rstrip("\\").strip()
    if rest.startswith("["):
        words = re.findall(r"\"([^\"\n]{1,500})\"", rest)
    else:
        rest = re.split(r"&&|;|\||\s#", rest)[0]
        into = _INTO.search(rest)
        rest = _OPTION_WITH_VALUE.sub(
            "", rest if into is None else f"{_INTO.sub('', rest)} {into['folder']}/"
        )
        words = [word.strip("\"'") for word in _WORD.findall(rest)]
        words = [word for word in words if word and not word.startswith("-")]
    if len(words) < 2:
        return
    *sources, place = words
    of_stage = key == "COPY" and "--from=" in given
    folder = (
        place.endswith("/") or len(sources) > 1 or place in {".", "./"} or is_client_folder(place)
    )
    for source in sources:
        inside = "" if source.endswith(("/", "/.")) else posixpath.basename(source)
        if "." not in inside and folder and client_place(posixpath.join(place, "")) is not None:
            inside = ""  # a folder, or a name that only the run time knows
        # What another stage of the image holds is no file here.
        taken = posixpath.join(UNKNOWN_SOURCE, source.lstrip("/")) if of_stage else source
        yield Put(taken, posixpath.join(place, inside) if folder else place, line, key)


def _put(document: Document, puts: Iterable[Put]) -> Iterator[Reference]:
    """The stores that are put where a client looks by itself."""
    for put in puts:
        found = client_place(put.place)
        if found is None:
            continue
        yield Reference(
            document.name, put.line, put.key, put.place, format_of(put.place, default=found.format),
            (found.reader,), found.role, found.families,
            source="" if is_unknown(put.source) else store_name(put.source),
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
