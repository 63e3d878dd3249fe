"""Load a catalogue from its TOML text and PEM files, and the folder of downloaded certificates."""

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from unpin.asn1.textual_encoding import certificate_blocks
from unpin.catalogue.model import (
    Catalogue,
    CatalogueCertificate,
    ChainFacts,
    KnownCertificate,
    Phase,
    Profile,
    ProfileRoot,
)
from unpin.catalogue.tables import TomlTable
from unpin.catalogue.verify import check_structure
from unpin.model.certificate import Certificate
from unpin.model.errors import CatalogueError
from unpin.model.finding import Severity

MAX_CATALOGUE_BYTES: Final = 4 * 1024 * 1024
"""The largest file that is read; Azure's catalogue has 80 KB."""

MAX_TEXT: Final = 512 * 1024
"""The longest TOML text, in characters; tomllib takes some seconds for a text of that length."""

MAX_KEY_PARTS: Final = 16
"""The most parts of a dotted key; tomllib takes time with the square of their number."""

MAX_PEM_BYTES: Final = 16 * 1024 * 1024
"""The most bytes that are read of the PEM files of a catalogue."""

_TIMES: Final[Mapping[str, Callable[[str], date]]] = {
    "date_seen": date.fromisoformat,
    "date": date.fromisoformat,
    "not_before": datetime.fromisoformat,
    "not_after": datetime.fromisoformat,
}
"""The keys whose values are no texts in TOML."""

_LONG_KEY: Final = r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){16}"""

ROLES: Final = ("root", "cross-signed", "intermediate")

_CERTIFICATE_KEYS: Final = (
    "slug", "name", "role", "chain", "subject", "issuer", "serial", "sha256", "sha1",
    "spki_sha256", "ski", "aki", "not_before", "not_after", "key", "signature_algorithm", "ca",
    "path_length", "issued_by", "source", "url", "origin", "shipped", "retired",
    "leaving",
)  # fmt: skip

_CHAIN_KEYS: Final = (
    "name", "title", "served", "issuing", "bridge", "bridge_self_signed", "root", "source",
    "not_after",
)  # fmt: skip


def load_builtin(downloads: Path | None = None) -> Catalogue:
    """The built-in catalogue, with the certificates in the folder `downloads`.

    None means data_dir().
    """
    return with_downloads(_builtin(), data_dir() if downloads is None else downloads)


@cache
def _builtin() -> Catalogue:
    # NOTE: not importlib.resources, which takes longer to load than the whole catalogue's files.
    folder = Path(__file__).parent

    def read(slug: str) -> bytes:
        return (folder / "certificates" / f"{slug}.pem").read_bytes()

    return _catalogue(
        TomlTable("built-in catalogue", json_document((folder / "azure.json").read_text("utf-8"))),
        read,
    )


def json_document(text: str) -> dict[str, object]:
    """The tables of a catalogue that json_text wrote, as tomllib gives them.

    NOTE: tomllib takes longer for Azure's than an audit of a store for its certificates.
    """

    def with_times(values: dict[str, object]) -> dict[str, object]:
        for key, read in _TIMES.items():
            if key in values:
                values[key] = read(str(values[key]))
        return values

    document: dict[str, object] = json.loads(text, object_hook=with_times)
    return document


def json_text(toml: str) -> str:
    """The same catalogue as JSON, which is read ten times as fast (azure.json)."""
    import tomllib

    return json.dumps(tomllib.loads(toml), default=lambda when: when.isoformat(), indent=0) + "\n"


def load_path(path: Path, downloads: Path | None = None) -> Catalogue:
    """The catalogue in the TOML file `path`, with the PEM files in `certificates` beside it.

    `downloads` is as in load_builtin. Raises CatalogueError if a file cannot be read or the
    catalogue is malformed.
    """
    name = str(path)
    try:
        text = _read(path, name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{name}: not UTF-8 at byte {error.start}") from error

    left = MAX_PEM_BYTES

    def read(slug: str) -> bytes:
        nonlocal left
        file = path.parent / "certificates" / f"{slug}.pem"
        data = _read(file, str(file))
        left -= len(data)
        if left < 0:
            raise CatalogueError(
                f"{name}: its PEM files come to more than {MAX_PEM_BYTES // 1024 // 1024} MiB"
            )
        return data

    return with_downloads(_load(text, read, name), data_dir() if downloads is None else downloads)


def load(text: str, pems: Mapping[str, bytes], *, source: str = "catalogue") -> Catalogue:
    """The catalogue in the TOML `text`; `pems` are the PEM files of shipped certificates by slug.

    `source` is its name in messages. Raises CatalogueError for malformed TOML, an unknown key, a
    reference to a name that does not exist, or a certificate that does not match its SHA-256.
    `verify.verify` checks the rest.
    """

    def read(slug: str) -> bytes:
        if slug not in pems:
            raise CatalogueError(f"{source}: certificate {slug}: its PEM file is missing")
        return pems[slug]

    return _load(text, read, source)


def with_downloads(catalogue: Catalogue, folder: Path) -> Catalogue:
    """`catalogue` with the certificates in the files <slug>.pem of `folder`.

    A certificate that does not match its SHA-256 is ignored: the folder belongs to the user, not to
    the catalogue.
    """
    # NOTE: Path.is_dir and is_file raise PermissionError, as in the home folder of another user.
    if not os.path.isdir(folder):  # noqa: PTH112
        return catalogue
    records = []
    for record in catalogue.certificates:
        file = folder / f"{record.slug}.pem"
        if record.certificate is None and os.path.isfile(file):  # noqa: PTH113
            try:
                blocks = certificate_blocks(_read(file, str(file)))
            except CatalogueError:
                blocks = ()
            matches = [c for c in map(Certificate, blocks) if c.sha256 == record.sha256]
            records.append(replace(record, certificate=matches[0]) if matches else record)
        else:
            records.append(record)
    return replace(catalogue, certificates=tuple(records))


def _read(path: Path, name: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "is a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise CatalogueError(f"{name}: {what}")
        with path.open("rb") as stream:
            data = stream.read(MAX_CATALOGUE_BYTES + 1)
    except FileNotFoundError as error:
        raise CatalogueError(f"{name}: no such file") from error
    except OSError as error:
        raise CatalogueError(f"{name}: {(error.strerror or str(error)).lower()}") from error
    if len(data) > MAX_CATALOGUE_BYTES:
        raise CatalogueError(f"{name}: larger than {MAX_CATALOGUE_BYTES // 1024 // 1024} MiB")
    return data


def _bounded(text: str, source: str) -> str:
    """The text itself. Raises CatalogueError for a text that takes tomllib long."""
    if len(text) > MAX_TEXT:
        raise CatalogueError(f"{source}: longer than {MAX_TEXT // 1024} KiB")
    if (found := re.search(_LONG_KEY, text)) is not None:
        line = 1 + text.count("\n", 0, found.start())
        raise CatalogueError(f"{source}: line {line}: a key of more than {MAX_KEY_PARTS} parts")
    return text


def _load(text: str, read: Callable[[str], bytes], source: str) -> Catalogue:
    import tomllib

    try:
        top = TomlTable(source, tomllib.loads(_bounded(text, source)))
    except (ValueError, RecursionError) as error:
        # NOTE: a number of more than 4,300 digits is a plain ValueError.
        raise CatalogueError(f"{source}: not TOML: {error}".rstrip(".")) from error
    return _catalogue(top, read)


def _catalogue(top: TomlTable, read: Callable[[str], bytes]) -> Catalogue:
    top.only(("catalogue", "certificate", "known", "chain", "profile"))
    head = top.table("catalogue")
    head.only(("name", "title", "date_seen", "sources", "default_profile"))
    catalogue = Catalogue(
        name=head.word("name"),
        title=head.text("title"),
        date_seen=head.day("date_seen"),
        sources=head.texts("sources"),
        default_profile=head.word("default_profile"),
        certificates=tuple(
            _certificate(table, read) for table in top.tables("certificate", "certificate")
        ),
        known=tuple(map(_known, top.tables("known", "known"))),
        chains=tuple(map(_chain, top.tables("chain", "chain"))),
        profiles=tuple(map(_profile, top.tables("profile", "profile"))),
    )
    check_structure(catalogue, top.where)
    return catalogue


def _certificate(table: TomlTable, read: Callable[[str], bytes]) -> CatalogueCertificate:
    table.only(_CERTIFICATE_KEYS)
    slug, sha256 = table.word("slug"), table.digest("sha256", 32)
    shipped, origin = table.flag("shipped"), table.optional_text("origin")
    if shipped and origin is None:
        raise table.wrong("'origin' must say where the shipped bytes come from")
    return CatalogueCertificate(
        slug=slug,
        name=table.text("name"),
        role=table.one_of("role", ROLES),
        chains=table.texts("chain"),
        subject=table.text("subject"),
        issuer=table.text("issuer"),
        serial=table.hexadecimal("serial"),
        sha256=sha256,
        sha1=table.digest("sha1", 20),
        spki_sha256=table.digest("spki_sha256", 32),
        key_id=table.octets("ski"),
        authority_key_id=table.octets("aki"),
        not_before=table.moment("not_before"),
        not_after=table.moment("not_after"),
        key=table.text("key"),
        signature_algorithm=table.text("signature_algorithm"),
        ca=table.flag("ca"),
        path_length=table.optional_count("path_length"),
        issued_by=table.texts("issued_by"),
        source=table.text("source"),
        url=table.address("url"),
        origin=origin,
        retired=table.optional_text("retired"),
        leaving=table.optional_text("leaving"),
        certificate=_shipped(table, read(slug), sha256) if shipped else None,
    )


def _shipped(table: TomlTable, data: bytes, sha256: str) -> Certificate:
    held = certificate_blocks(data)
    if len(held) != 1:
        raise table.wrong(f"its PEM file holds {len(held)} certificates, exactly 1 expected")
    certificate = Certificate(held[0])
    if certificate.sha256 != sha256:
        raise table.wrong(f"its PEM file has the SHA-256 {certificate.sha256}, not {sha256}")
    return certificate


def _known(table: TomlTable) -> KnownCertificate:
    table.only(("name", "sha1", "serial", "url", "sha256_probable", "source"))
    probable = table.optional_text("sha256_probable")
    return KnownCertificate(
        name=table.text("name"),
        sha1=table.digest("sha1", 20),
        serial=table.hexadecimal("serial") if table.optional_text("serial") else None,
        url=table.address("url"),
        sha256_probable=None if probable is None else table.digest("sha256_probable", 32),
        source=table.text("source"),
    )


def _chain(table: TomlTable) -> ChainFacts:
    table.only(_CHAIN_KEYS)
    return ChainFacts(
        name=table.word("name"),
        title=table.text("title"),
        issuing=table.texts("issuing"),
        bridge=table.optional_word("bridge"),
        bridge_self_signed=table.optional_word("bridge_self_signed"),
        root=table.word("root"),
        source=table.text("source"),
        not_after=table.moment("not_after"),
        served=Phase(table.one_of("served", tuple(Phase))) if table.has("served") else Phase.BOTH,
    )


def _profile(table: TomlTable) -> Profile:
    table.only(("name", "title", "source", "date", "chains", "roots"))
    roots = []
    for root in table.tables("roots", "root"):
        root.only(("slug", "otherwise", "who"))
        otherwise = Severity(root.one_of("otherwise", ("warning", "note")))
        roots.append(ProfileRoot(root.word("slug"), otherwise, root.text("who")))
    return Profile(
        name=table.word("name"),
        title=table.text("title"),
        source=table.text("source"),
        date=table.day("date"),
        chains=table.texts("chains"),
        roots=tuple(roots),
    )


NOWHERE: Final = Path("/nonexistent")
"""The home folder of users that have none, as in Debian's password database."""


def home() -> Path:
    """The user's home folder; NOWHERE in a container without HOME and without a user name."""
    try:
        return Path.home()
    except RuntimeError:
        return NOWHERE


def data_dir() -> Path:
    """The folder of downloaded certificates; it may not exist.

    $XDG_DATA_HOME (XDG Base Directory Specification: ignored unless absolute), else
    ~/.local/share; %APPDATA% on Windows.
    """
    base = os.environ.get("APPDATA" if sys.platform == "win32" else "XDG_DATA_HOME", "")
    folder = Path(base) if os.path.isabs(base) else home() / ".local" / "share"  # noqa: PTH117
    return folder / "unpin" / "certificates"
