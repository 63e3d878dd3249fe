"""The inputs of `unpin doctor`: files, texts of the call, processes, the environment, and -."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from unpin.configurations.document import (
    CONFIGURATION_NAME,
    MAX_CONFIGURATION,
    document_of,
    read_document,
)
from unpin.configurations.find import connections_in
from unpin.configurations.helm import Chart, chart_document
from unpin.configurations.model import (
    ARGUMENT,
    ClientConnection,
    Document,
    Form,
    Setting,
    Syntax,
    masked,
)
from unpin.configurations.platforms.secrets import secrets_in
from unpin.configurations.variable_references import Elsewhere, with_references
from unpin.files.reading import is_folder, read_file
from unpin.model.errors import LimitExceededError, UnpinError, UnreadableFileError
from unpin.model.values import frozen
from unpin.operations.opening import STANDARD_INPUT, read_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ENVIRONMENT_NAME: Final = "this environment"
_STRING: Final = re.compile(r"\w[\w+.:-]*://|jdbc:|r2dbc:|[\w .]+=.|\w+:[^@]*@tcp\(|(?:.*\s)?-D\w")
_RELEVANT: Final = re.compile(
    r"PG[A-Z]+|NODE_(?:EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)|SSL_CERT_(?:FILE|DIR)|JAVA_HOME|HOME"
    r"|APPDATA|\w*JAVA\w*OPT\w*|JDK_JAVA_OPTIONS|CATALINA_OPTS"
)
MAX_VARIABLES: Final = 1024 * 1024
"""The most bytes of a file of variables that a configuration names."""

_TEMPLATES: Final = "templates"
_VALUES: Final = ("values.yaml", "values.yml")
_CHART: Final = ("Chart.yaml", "Chart.yml")

NO_ENTRIES: Final[Mapping[str, bytes]] = MappingProxyType({})
_MANIFEST: Final = re.compile(rb"(?m)^kind:[ \t]*['\"]?(?:Secret|ConfigMap)\b")
_MOST_BELOW: Final = 2000
"""The most files of a folder that are looked at."""


@frozen
class DoctorInput:
    """An input with its connections, and what is known of the client's machine.

    `environment` are the variables that reach the client, as far as they are known. `root` is the
    file system of a process, None for that of the call. `text` is kept for the Secrets in it.
    """

    name: str
    connections: tuple[ClientConnection, ...]
    environment: Mapping[str, str]
    folder: Path | None
    text: str = ""
    root: Path | None = None
    home: str | None = None


def read_inputs(
    name: str, root: Path | None = None, entries: Mapping[str, bytes] = NO_ENTRIES
) -> Iterator[DoctorInput | UnpinError]:
    """The inputs of an argument: a file, the files of a folder, or a text. Raises UnpinError.

    A file of a folder that cannot be read gives an error in its place. `root` is the file system
    of the client; `entries` are those of the Secrets and ConfigMaps of other inputs.
    """
    path = Path(name)
    if name == STANDARD_INPUT:
        source, data = read_path(name)
        yield from _of_document(read_document(source, data), None, root, entries)
    elif is_folder(path):
        yield from _below(path, root, entries)
    elif os.path.lexists(path):
        document = _read(name, path)
        yield from _of_document(document, path.parent, root, entries)
    elif _STRING.match(name):
        yield of_text(name)
    else:
        raise UnreadableFileError(
            f"{masked(name)}: no such file or directory",
            "doctor takes files with settings, or a connection string in quotes",
        )


def entries_of(names: Iterable[str]) -> dict[str, bytes]:
    """The entries of the Secrets and ConfigMaps in these inputs, but for standard input.

    What cannot be read is passed over: reading it as an input says so.
    """
    found: dict[str, bytes] = {}
    for name in names:
        path = Path(name)
        if name == STANDARD_INPUT or not os.path.lexists(path):
            continue
        for file in _manifests(path):
            try:
                data = read_file(Path(file), file)
            except UnpinError:
                continue
            if len(data) <= MAX_CONFIGURATION and _MANIFEST.search(data):
                found |= secrets_in(data.decode("utf-8-sig", "replace"))
    return found


def _manifests(path: Path) -> Iterator[str]:
    from unpin.files.tree import FileBelow, walk

    if not is_folder(path):
        yield str(path)
        return
    found = (each for each in walk(path, str(path)) if isinstance(each, FileBelow))
    named = (each.name for each in found if each.name.endswith((".yaml", ".yml", ".json")))
    yield from islice(named, _MOST_BELOW)


def _below(
    folder: Path, root: Path | None, entries: Mapping[str, bytes]
) -> Iterator[DoctorInput | UnpinError]:
    """The files of a folder that describe a connection, and errors of those that cannot be read."""
    from unpin.files.tree import FileBelow, walk

    looked = 0
    for found in walk(folder, str(folder)):
        if isinstance(found, UnpinError):
            yield found
        if not isinstance(found, FileBelow) or not CONFIGURATION_NAME.search(found.name):
            continue
        looked += 1
        if looked > _MOST_BELOW:
            yield LimitExceededError(
                f"{folder}: more than {_MOST_BELOW} files that may be configurations; the others "
                "were not read",
                "name the folders of the services instead",
            )
            return
        path = Path(found.name)
        try:
            document = _read(found.name, path)
        except UnpinError as error:
            error.source = found.name
            yield error
            continue
        for read in _of_document(document, path.parent, root, entries):
            if isinstance(read, UnpinError) or read.connections or "kind: Secret" in read.text:
                yield read


def _of_document(
    document: Document, folder: Path | None, root: Path | None, entries: Mapping[str, bytes]
) -> Iterator[DoctorInput | UnpinError]:
    errors: list[UnpinError] = []
    own = secrets_in(document.text) if "kind:" in document.text else {}
    elsewhere = Elsewhere(_file_reader(folder, root), {**entries, **own})
    document = with_references(document, elsewhere)
    found = connections_in(document, errors, siblings=not _is_values(document.name))
    yield DoctorInput(document.name, found, _variables(document), folder, document.text)
    for error in errors:
        error.source = document.name
        yield error


def _read(name: str, path: Path) -> Document:
    """The document of a file; a template of a Helm chart is filled in. Raises UnpinError."""
    data = read_file(path, name)
    folder = _chart_of(path) if b"{{" in data and len(data) <= MAX_CONFIGURATION else None
    if folder is None:
        return read_document(name, data)
    read = _file_reader(folder, None)
    above = [f"../../{each}" for each in _VALUES] if folder.parent.name == "charts" else []
    values, about, parent = (
        next((text for each in names if (text := read(each)) is not None), None)
        for names in (_VALUES, _CHART, above)
    )
    return chart_document(name, data, Chart(values, about, parent))


def _chart_of(path: Path) -> Path | None:
    """The folder of the chart to which a template belongs; None if it is no template."""
    folder = next((each.parent for each in path.parents if each.name == _TEMPLATES), None)
    if folder is None or not any((folder / each).is_file() for each in _CHART):
        return None
    return folder


def _is_values(name: str) -> bool:
    """Whether a file has the values of a chart."""
    path = Path(name)
    return path.name in _VALUES and any((path.parent / each).is_file() for each in _CHART)


def _file_reader(folder: Path | None, root: Path | None) -> Callable[[str], str | None]:
    """Reads the files of variables that a configuration in `folder` names, up to 1 MiB."""

    def text_of(named: str) -> str | None:
        path = Path(named)
        if path.is_absolute():
            path = path if root is None else root / named.lstrip("/")
        elif folder is None:
            return None
        else:
            path = folder / path
        if "\0" in named or not os.path.lexists(path):
            return None
        try:
            return read_file(path, str(path), MAX_VARIABLES).decode("utf-8-sig", "replace")
        except UnpinError:
            return None

    return text_of


def _every_connection(document: Document) -> tuple[ClientConnection, ...]:
    """The connections. Raises LimitExceededError if a bound cut them."""
    errors: list[UnpinError] = []
    found = connections_in(document, errors)
    if errors:
        raise errors[0]
    return found


def _variables(document: Document) -> dict[str, str]:
    return {
        each.key.rpartition("/")[2]: each.value
        for each in document.settings
        if _RELEVANT.fullmatch(each.key.rpartition("/")[2])
    }


def of_text(text: str) -> DoctorInput:
    """A connection string of the call: the client would run here, with this environment."""
    document = document_of(ARGUMENT, text)
    own = _own_environment()
    combined = Document(ARGUMENT, text, document.syntax, (*document.settings, *_as_settings(own)))
    found = tuple(each for each in _every_connection(combined) if each.line)
    return DoctorInput(ARGUMENT, found, own, Path())


def of_environment() -> DoctorInput:
    """The environment of this shell."""
    variables = dict(os.environ)
    document = Document(ENVIRONMENT_NAME, "", Syntax.ASSIGNMENTS, _as_settings(variables))
    return DoctorInput(ENVIRONMENT_NAME, _every_connection(document), _own_environment(), Path())


def of_process(pid: int) -> DoctorInput:
    """A running process: its command line and its environment. Raises UnreadableFileError."""
    from unpin.machine.processes import running_process

    process = running_process(pid)
    name = f"process {pid}"
    settings = [Setting("command line", argument) for argument in process.arguments]
    settings += _as_settings(process.environment)
    program = Path(process.program).name
    document = Document(name, program, Syntax.ASSIGNMENTS, tuple(settings))
    found = list(_every_connection(document))
    environment = {k: v for k, v in process.environment.items() if _RELEVANT.fullmatch(k)}
    if program == "java":
        environment["JAVA_HOME"] = str(Path(process.program).parent.parent)
        if not found:
            found.append(ClientConnection("Java program", Form.ENVIRONMENT, ("jvm",), name, 0))
    home = process.environment.get("HOME")
    return DoctorInput(name, tuple(found), environment, process.folder, "", process.root, home)


def _as_settings(variables: Mapping[str, str]) -> tuple[Setting, ...]:
    return tuple(Setting(key, value, 0, "environment") for key, value in variables.items())


def _own_environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if _RELEVANT.fullmatch(key)}
    return kept | {"PATH": os.environ.get("PATH", "")}
