"""Find what references lead to: a store, another file, or nothing."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from unpin.configurations.model import mounted_place
from unpin.configurations.placeholders import open_names
from unpin.configurations.platforms.entries import ANY_KEY
from unpin.configurations.platforms.mounted_files import OF_HOST
from unpin.files.reading import BEGINNING, is_folder, read_beginning
from unpin.model.errors import UnpinError
from unpin.operations.client_files import ClientFiles
from unpin.operations.entry_index import EntryIndex, EntryMaker, is_values_file
from unpin.operations.inventory import Leads, LinkedReference, file_of
from unpin.operations.put_index import PutIndex, nearness
from unpin.operations.reference_look import image_of
from unpin.references.file_references import Put, is_unknown
from unpin.references.model import PINS, Reference, ReferenceRole
from unpin.references.store_names import store_name
from unpin.stores.opening import may_be_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from unpin.operations.reference_look import Seen
    from unpin.references.entry_uses import ContainerFacts

_IMAGE_PLACE: Final = re.compile(r"![\w+.]+:[0-9a-f]{16,128}!/")
_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\\w")
_OF_PLATFORM: Final = re.compile(r"(?:Secret|ConfigMap) [^/]{1,300}/")
_NO_PATH: Final = frozenset({"system", "probe", "NONE", "PROBE"})
_CHART_VALUE: Final = re.compile(r"\s*\$\{Values\.(?P<key>[\w.]{1,200})\}\s*\Z")
"""What is left of {{ .Values.ca }} in a template."""

_RAW: Final = "@raw/"
"""Begins the name of a resource of Android that is a file."""

_NOT_FOUND: Final = frozenset({Leads.MISSING, Leads.NOT_HERE})
_BEGIN: Final = "-----BEGIN "
_IN_CLASSES: Final = ("", "BOOT-INF/classes/", "WEB-INF/classes/", "src/main/resources/")


class LinkTarget(Protocol):
    """A store to which references may lead: its place, its file, and the archive around it."""

    @property
    def source(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def archive(self) -> str | None: ...
    @property
    def format(self) -> str: ...


class Linker:
    """Finds what references lead to.

    `given` are the folders and files of the call, `root` is the file system of the clients (--root)
    and None for what is given and this machine.
    """

    def __init__(
        self,
        seen: Sequence[Seen],
        stores: Sequence[LinkTarget],
        given: Sequence[str],
        members: Mapping[str, set[str]],
        root: Path | None = None,
    ) -> None:
        self._members = members
        self._root = root
        self._given = [Path(each) for each in given if is_folder(Path(each))]
        self._by_file: dict[str, list[LinkTarget]] = {}
        self._by_name: dict[str, list[LinkTarget]] = {}
        self._real: dict[str, str] = {}
        self._in_folder: dict[str, list[str]] = {}
        for store in stores:
            self._by_file.setdefault(store.file, []).append(store)
            self._by_name.setdefault(posixpath.basename(store.file), []).append(store)
            if store.archive is None:
                real = os.path.realpath(store.file)
                self._real[real] = store.file
                self._in_folder.setdefault(posixpath.dirname(real), []).append(store.source)
        names = [*(each.name for each in seen), *self._by_file]
        self._images = {
            image_of(name.rpartition("!/")[0]) for name in names if _IMAGE_PLACE.search(name)
        }
        self._puts = PutIndex(seen)
        self._containers = [
            (each, container)
            for each in seen
            for container in each.found.containers
            if container.mounted
        ]
        self.entries = EntryIndex(seen)
        self._sources = {store.source for store in stores}
        self.named: set[tuple[str, tuple[int, str], str]] = set()
        """The stores that paths in containers lead to: by file, container and place."""
        self._is_system = [folder for folder in self._given if _is_file_system(folder)]

    def linked(self, each: Seen, reference: Reference) -> LinkedReference:
        """The reference with what it leads to."""
        reference = replace(reference, file=each.name)
        if reference.role is ReferenceRole.MENTION and reference.format not in _DIGESTS:
            found = self._by_name.get(reference.store, ())
            places = tuple(store.source for store in found)
            return LinkedReference(reference, Leads.HERE if places else Leads.NO_FILE, places)
        if reference.role in PINS or reference.format in _DIGESTS or reference.store in _NO_PATH:
            return LinkedReference(reference, Leads.NO_FILE)
        path = reference.known_as or reference.store
        ways = list(self._mounted(each, reference, path))
        if reference.source:
            sources = list(self._mounted(each, reference, reference.source))
            ways = [way for way in sources if way.leads is Leads.HERE] or ways
        if ways:
            return _together(ways)
        if reference.format == "OS":
            linked = LinkedReference(reference, Leads.NO_FILE)
        else:
            linked = self._of_path(each, reference, path)
        if linked.leads is Leads.MISSING and path[:1] != "/" and not _OF_PLATFORM.match(path):
            linked = self._of_image_folder(each, reference, path) or linked
        if linked.leads is not Leads.HERE and reference.source:
            source = self._of_path(each, reference, reference.source)
            if source.leads is Leads.HERE:
                return replace(source, by=f"{each.name}:{reference.line}")
        if linked.leads in _NOT_FOUND and path[:1] == "/" and not each.found.containers:
            return self._in_other_containers(each, reference, path) or linked
        return linked

    def _of_path(self, each: Seen, reference: Reference, path: str) -> LinkedReference:
        if _OF_PLATFORM.match(path):
            return self.of_entry(reference, path, each.found.namespace_at(reference.line))
        if path.startswith(_RAW):
            return self._of_android(each, reference, path)
        if path.startswith(("~", "$")) or open_names(path):
            return LinkedReference(reference, Leads.OPEN)
        if _WINDOWS.match(path) and os.name != "nt":
            return LinkedReference(reference, Leads.ELSEWHERE)
        if each.archive is not None:
            return self._in_archive(each, reference, path)
        return self._on_disk(each, reference, path)

    def _mounted(self, each: Seen, reference: Reference, path: str) -> Iterator[LinkedReference]:
        """What it leads to in the containers that have the line, or take the entry around it."""
        if not path.startswith("/"):
            return
        own = each.found.container_at(reference.line)
        takers = self.entries.takers_at(each, reference.line)
        inside = [own] if own is not None else () if takers else each.found.containers
        for seen, container in (*((each, found) for found in inside), *takers):
            place = mounted_place(container.mounted, path)
            if place is not None:
                way = self._in_container(seen, container, reference, place, path[len(place) :])
                self.named |= {(seen.name, container.place, store) for store in way.places}
                yield way

    def _in_other_containers(
        self, each: Seen, reference: Reference, path: str
    ) -> LinkedReference | None:
        """What a path of a script or program leads to in the containers of other files.

        It is not said which of them it runs in: those of the nearest files count.
        """
        near: dict[int, list[LinkedReference]] = {}
        for seen, container in self._containers:
            place = mounted_place(container.mounted, path)
            if place is not None:
                way = self._in_container(seen, container, reference, place, path[len(place) :])
                if way.leads not in _NOT_FOUND:
                    near.setdefault(nearness(each.name, seen.name), []).append(way)
        return _together(near[max(near)]) if near else None

    def _of_image_folder(
        self, each: Seen, reference: Reference, path: str
    ) -> LinkedReference | None:
        """What a relative path of a container leads to: the image says where it begins.

        A mounted folder whose last name begins the path is taken for the one that is meant.
        """
        own = each.found.container_at(reference.line)
        takers = self.entries.takers_at(each, reference.line)
        inside = [(each, own)] if own is not None else takers
        first, _, rest = path.partition("/")
        for seen, container in inside:
            for place in container.mounted:
                if place[-1:] == "/" and rest and posixpath.basename(place[:-1]) == first:
                    return self._in_container(seen, container, reference, place, rest)
        of_image = inside or is_values_file(each.name)
        return LinkedReference(reference, Leads.ELSEWHERE) if of_image else None

    def _in_container(
        self, each: Seen, container: ContainerFacts, reference: Reference, place: str, rest: str
    ) -> LinkedReference:
        """What a mounted place of a container leads to; `rest` is the path in a mounted folder."""
        words, line = container.mounted[place], container.lines.get(place, container.first)
        if words.startswith(OF_HOST):
            source = words.removeprefix(OF_HOST)
            return self._of_put(reference, each, source + rest, Put(source, place, line))
        by = f"{each.name}:{line}"
        if not _OF_PLATFORM.match(words + rest):
            return LinkedReference(reference, Leads.ELSEWHERE, by=by)
        space = each.found.namespace_at(container.first)
        return replace(self.of_entry(reference, words + rest, space), by=by)

    def is_store(self, place: str) -> bool:
        """Whether a place is a store, or a value of a file whose values were not told apart."""
        return place in self._sources or file_of(place) in self._sources

    def of_entry(self, reference: Reference, path: str, namespace: str) -> LinkedReference:
        """The reference to "Secret NAME/KEY", with what makes the entry."""
        owner, _, key = path.partition("/")
        makers = self.entries.makers(owner, key, namespace)
        if not makers:
            inside = [
                self._of_path(maker.seen, reference, maker.entry.file + key)
                for maker in self.entries.makers(owner, ANY_KEY, namespace)
                if key and maker.entry.file.endswith("/")
            ]
            if any(way.leads is Leads.HERE for way in inside):
                return _together(inside)
            known = self.entries.has_all_keys(owner, namespace)
            return LinkedReference(reference, Leads.MISSING if known else Leads.ELSEWHERE)
        ways = [self._made_by(reference, maker) for maker in makers]
        return _together(ways)

    def _made_by(self, reference: Reference, maker: EntryMaker) -> LinkedReference:
        """What makes an entry: a value of a file, or another file."""
        each, entry = maker.seen, maker.entry
        if entry.file:
            return self._of_path(each, reference, entry.file)
        if not entry.place:
            return LinkedReference(reference, Leads.ELSEWHERE)
        stores = self._by_file.get(each.name, ())
        value = f"{each.name}#{entry.place}"
        names = (value, f"{value}:{entry.first}")
        known = [store for store in stores if store.source.startswith(names)]
        exact = [s for s in known if s.source in names or s.source.startswith(f"{value}.")]
        if exact:
            places = tuple(store.source for store in exact)
            return LinkedReference(reference, Leads.HERE, places, found=exact[0].format)
        if any(store.source == each.name for store in stores):  # its values were not told apart
            return LinkedReference(reference, Leads.HERE, names)
        problem = ""
        if entry.text is not None and _BEGIN not in entry.text:
            if not entry.text.strip() or open_names(entry.text):
                return self._of_chart(each, reference, entry.text)
            problem = "a text without a certificate"
        return LinkedReference(reference, Leads.HERE, (value,), problem=problem)

    def _of_chart(self, each: Seen, reference: Reference, text: str) -> LinkedReference:
        """What a template fills in: a value of the chart, or what only the run time knows."""
        match = _CHART_VALUE.match(text)
        chart, _, _ = each.name.rpartition("/templates/")
        if match is None or not chart:
            return LinkedReference(reference, Leads.OPEN)
        wanted = re.compile(
            rf"{re.escape(chart)}/values[\w.-]{{0,60}}\.ya?ml#{re.escape(match['key'])}(?::\d+)?\Z"
        )
        places = tuple(sorted(filter(wanted.match, self._sources)))
        return LinkedReference(reference, Leads.HERE if places else Leads.OPEN, places)

    def _on_disk(self, each: Seen, reference: Reference, path: str) -> LinkedReference:
        folder = Path(each.name).parent
        files = ClientFiles(folder, {}, folder, self._root)
        if path.startswith("/") and self._root is None:
            for given in self._given:
                below = given / path.lstrip("/")
                if below.exists():
                    return self._here(reference, below)
        put = self._puts.at(path, each.name)
        if put is not None:
            return self._of_put(reference, *put)
        found = files.path(path)
        if found is not None:
            return self._here(reference, found)
        if path.startswith("/"):
            known = self._root is not None or bool(self._is_system) or self._is_below(path)
            return LinkedReference(reference, Leads.MISSING if known else Leads.NOT_HERE)
        same = self._by_suffix(path)
        if same:
            return LinkedReference(reference, Leads.HERE, same)
        return LinkedReference(reference, Leads.MISSING)

    def _is_below(self, path: str) -> bool:
        """Whether a path leads into a folder that was looked into."""
        return any(Path(path).is_relative_to(given.absolute()) for given in self._given)

    def _here(self, reference: Reference, path: Path) -> LinkedReference:
        real = os.path.realpath(path)
        file = self._real.get(real, str(path))
        stores = self._by_file.get(file, ())
        if stores:
            places = tuple(store.source for store in stores)
            return LinkedReference(reference, Leads.HERE, places, found=stores[0].format)
        if (inside := self._in_folder.get(real)) is not None:  # a folder of certificates
            return LinkedReference(reference, Leads.HERE, tuple(inside))
        found, problem = _what_is_at(path)
        return LinkedReference(reference, Leads.HERE, (file,), found=found, problem=problem)

    def _of_put(self, reference: Reference, each: Seen, source: str, put: Put) -> LinkedReference:
        by = f"{each.name}:{put.line}"
        if each.archive is not None and not source.startswith(("/", "http")):
            inside = self._in_archive(each, reference, posixpath.normpath(source))
            if inside.leads is Leads.HERE:
                return replace(inside, by=by)
        unknown = is_unknown(source) or source.startswith(("http:", "https:"))
        if each.archive is not None or unknown or open_names(source):
            return LinkedReference(reference, Leads.ELSEWHERE, by=by)
        folder = Path(each.name).parent
        files = ClientFiles(folder, {}, folder, self._root)
        path = files.path(store_name(source))
        if path is None and (named := self._by_pattern(each, source)):
            return LinkedReference(reference, Leads.HERE, named, by=by)
        if path is None:
            # A folder that is here has it not; another one may be anywhere.
            around = files.path(store_name(put.source))
            is_own = put.source.startswith(".") and folder == Path(reference.file).parent
            is_here = is_own and around is not None and around.is_dir()
            return LinkedReference(reference, Leads.MISSING if is_here else Leads.ELSEWHERE, by=by)
        return replace(self._here(reference, path), by=by)

    def _by_suffix(self, path: str) -> tuple[str, ...]:
        """The stores whose place ends with a relative path."""
        wanted = "/" + re.sub(r"\A(?:classpath:)?/*(?:\.\./)*", "", path)
        named = self._by_name.get(posixpath.basename(wanted), ())
        return tuple(store.source for store in named if f"/{store.file}".endswith(wanted))

    def _by_pattern(self, each: Seen, source: str) -> tuple[str, ...]:
        """The stores that a pattern such as certs/*.crt names, in the nearest folder with some."""
        if "*" not in source:
            return ()
        folder = posixpath.dirname(each.name)
        while True:
            wanted = posixpath.normpath(posixpath.join(folder, store_name(source)))
            files = [
                file
                for file in self._by_file
                if fnmatchcase(posixpath.normpath(file), wanted)
                and posixpath.normpath(file).count("/") == wanted.count("/")
            ]
            if files or not posixpath.basename(folder):
                return tuple(store.source for file in files for store in self._by_file[file])
            folder = posixpath.dirname(folder)

    def _of_android(self, each: Seen, reference: Reference, path: str) -> LinkedReference:
        """The file of a resource: its name has any extension, in res/raw beside res/xml."""
        folder = posixpath.join(posixpath.dirname(posixpath.dirname(each.name)), "raw")
        wanted = posixpath.join(folder, path.removeprefix(_RAW))
        files = [file for file in self._by_file if file.rpartition(".")[0] == wanted]
        places = tuple(store.source for file in files for store in self._by_file[file])
        return LinkedReference(reference, Leads.HERE if places else Leads.MISSING, places)

    def _in_archive(self, each: Seen, reference: Reference, path: str) -> LinkedReference:
        around, _, inner = each.name.rpartition("!/")
        members = self._members.get(image_of(around), set())
        folder = posixpath.dirname(inner)
        if path.startswith("/"):
            candidates = [path.lstrip("/")]
        elif path.startswith("classpath:"):
            rest = path.removeprefix("classpath:").lstrip("/")
            candidates = [f"{place}{rest}" for place in _IN_CLASSES]
        else:
            candidates = []
            while True:
                candidates.append(posixpath.normpath(posixpath.join(folder, path)))
                if not folder:
                    break
                folder = posixpath.dirname(folder)
        for name in candidates:
            if name in members:
                ends = f"!/{name}"
                found = [file for file in self._by_file if file.endswith(ends)
                         and image_of(file.rpartition("!/")[0]) == image_of(around)]  # fmt: skip
                places = tuple(s.source for file in found for s in self._by_file[file])
                return LinkedReference(reference, Leads.HERE, places or (f"{around}!/{name}",))
        image = image_of(around) in self._images
        if path.startswith("/") and not image:
            return LinkedReference(reference, Leads.NOT_HERE)
        return LinkedReference(reference, Leads.MISSING)


_DIGESTS: Final = frozenset({"sha1", "sha256", "spki-sha256", "serial", "name"})


def _together(ways: Sequence[LinkedReference]) -> LinkedReference:
    """What a reference leads to in several containers: every place that was found."""
    here = [way for way in ways if way.leads is Leads.HERE]
    if not here:
        return ways[0]
    places = tuple(dict.fromkeys(place for way in here for place in way.places))
    return replace(here[0], places=places)


def _what_is_at(path: Path) -> tuple[str, str]:
    """The kind of a file that is no store of the inventory, and a sentence if it can be none."""
    from unpin.stores.foreign.kinds import ForeignKind
    from unpin.stores.foreign.recognition import recognise

    if not path.is_file():
        return "", ""
    try:
        data = read_beginning(str(path), str(path))
    except UnpinError:
        return "", ""
    if len(data) == BEGINNING or may_be_store(data):
        return "", ""
    foreign = recognise(data, str(path))
    if foreign.kind is ForeignKind.BINARY:
        return "", ""
    return str(foreign.kind), foreign.kind.what


def _is_file_system(folder: Path) -> bool:
    """Whether a folder is the root of a file system."""
    return (folder / "etc").is_dir() and (folder / "usr").is_dir()
