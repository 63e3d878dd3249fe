"""Read unpin.toml, or [tool.unpin] of pyproject.toml; an unknown key is an error."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from unpin.files.reading import read_file
from unpin.judge.rules import RULES_BY_IDENT
from unpin.model.errors import PolicyError, UnknownNameError, UsageError
from unpin.model.finding import Severity
from unpin.model.store_policy import Exemption, ListedCertificate
from unpin.pki.clients import choose_clients
from unpin.policy.project_policy import PathExemption, PolicyScope, ProjectPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from unpin.catalogue.model import Catalogue

    Table = dict[str, Any]  # the TOML edge: values of several types

POLICY_NAME: Final = "unpin.toml"
_PYPROJECT: Final = "pyproject.toml"
_TABLE: Final = "unpin"

_MOST_BYTES: Final = 1_048_576
_MOST_FOLDERS: Final = 100
"""The most folders above the call that are looked into."""

_SCOPE: Final = ("profile", "clients", "expires-within", "severity")
_TOP: Final = (
    *_SCOPE, "fail-on", "only-listed", "required", "allowed", "forbidden", "exception", "path",
)  # fmt: skip
_LISTED: Final = ("certificate", "comment")
_EXCEPTION: Final = ("rule", "certificate", "path", "owner", "reason", "until")
_DAYS: Final = re.compile(r"\d{1,6}d?", re.ASCII)
_BACKSLASH: Final = re.compile(r"(?<!\[)\\")
"""A backslash that is not in brackets, in which a pattern has one of a name."""
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


def find_policy(folder: Path) -> Path | None:
    """The nearest policy file in `folder` or above; None without one.

    Raises PolicyError for a file of a user who has nothing to do with the call, since a policy
    accepts findings; UnreadableFileError.
    """
    for place in [folder, *folder.parents][:_MOST_FOLDERS]:
        path = place / POLICY_NAME
        # Also a link to nowhere: a policy that cannot be read is not a policy that is missing.
        if os.path.lexists(path) or _has_table(path := place / _PYPROJECT):
            _check_owner(path, folder)
            return path
    return None


def _has_table(project: Path) -> bool:
    """Whether a pyproject.toml has the table of a policy. Raises PolicyError if that is unclear."""
    if not project.is_file():
        return False
    data = _bytes(project)
    if b"unpin" not in data:
        return False
    tools = _document(project, data).get("tool")
    return isinstance(tools, dict) and _TABLE in tools


def _check_owner(path: Path, folder: Path) -> None:
    """Refuse what belongs neither to this user, nor to root, nor to the owner of `folder`."""
    if not hasattr(os, "geteuid"):
        return
    known = {0, os.geteuid(), folder.stat().st_uid}
    owners = {path.lstat().st_uid}
    with suppress(OSError):
        owners.add(path.stat().st_uid)
    if owners - known:
        raise PolicyError(
            f"{path}: the policy of another user is not taken unasked",
            f"--policy {path} takes it, --policy none leaves it out",
        )


def read_policy(path: Path, catalogue: Catalogue) -> ProjectPolicy:
    """The policy in a file. Raises PolicyError, which names the key, and UnreadableFileError."""
    document = _document(path, _bytes(path))
    if path.name == _PYPROJECT:
        for key in ("tool", _TABLE):
            found = document.get(key)
            if not isinstance(found, dict):
                raise PolicyError(f"{path}: has no table [tool.{_TABLE}]")
            document = found
    return _Reader(str(path), catalogue).policy(document, path.parent)


def _document(path: Path, data: bytes) -> Table:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyError(f"{path}: {error}") from error


def _bytes(path: Path) -> bytes:
    data = read_file(path, str(path))
    if len(data) > _MOST_BYTES:
        raise PolicyError(f"{path}: larger than 1 MiB, the most that a policy may have")
    return data


class _Reader:
    """Turns the tables of a document into a policy; errors name the file and the key."""

    def __init__(self, source: str, catalogue: Catalogue) -> None:
        self._source = source
        self._catalogue = catalogue

    def policy(self, document: Table, folder: Path) -> ProjectPolicy:
        self._only(document, _TOP, "")
        scopes = [self._scope(document, None, "")]
        exemptions = []
        for number, table in self._tables(document, "path"):
            where = f"path[{number}]."
            self._only(table, (*_SCOPE, "match"), where)
            scopes.append(self._scope(table, self._pattern(table, "match", where), where))
        for number, table in self._tables(document, "exception"):
            exemptions.append(self._exemption(table, f"exception[{number}]."))
        only_listed = document.get("only-listed", False)
        if not isinstance(only_listed, bool):
            self._refuse("only-listed", "is not true or false")
        return ProjectPolicy(
            self._source,
            folder,
            tuple(scopes),
            self._severity(document["fail-on"], "fail-on") if "fail-on" in document else None,
            self._listed(document, "required"),
            self._listed(document, "allowed"),
            self._listed(document, "forbidden"),
            only_listed,
            tuple(exemptions),
        )

    def _scope(self, table: Table, match: str | None, where: str) -> PolicyScope:
        within: timedelta | None = None
        if "expires-within" in table:
            days = str(table["expires-within"])
            if not _DAYS.fullmatch(days):
                self._refuse(f"{where}expires-within", 'is not a number of days, such as "30d"')
            within = timedelta(days=int(days.removesuffix("d")))
        profile = self._text(table, "profile", where) if "profile" in table else None
        if profile is not None and profile != "none":
            try:
                self._catalogue.profile(profile)
            except UnknownNameError as error:
                self._refuse(f"{where}profile", error.message)
        clients: str | None = None
        if "clients" in table:
            given = table["clients"]
            clients = ",".join(map(str, given)) if isinstance(given, list) else str(given)
            try:
                choose_clients(clients)
            except UsageError as error:
                self._refuse(f"{where}clients", error.message)
        severities = {}
        said = table.get("severity", {})
        if not isinstance(said, dict):
            self._refuse(f"{where}severity", "is not a table of rules")
        for ident, value in said.items():
            self._rule(ident, f"{where}severity.{ident}")
            severities[ident] = self._severity(value, f"{where}severity.{ident}")
        return PolicyScope(match, profile, clients, within, severities)

    def _exemption(self, table: Table, where: str) -> PathExemption:
        self._only(table, _EXCEPTION, where)
        rule, owner, reason = (self._text(table, key, where) for key in ("rule", "owner", "reason"))
        self._rule(rule, f"{where}rule")
        until = table.get("until")
        if isinstance(until, str):
            try:
                until = date.fromisoformat(until)
            except ValueError:
                until = None
        if isinstance(until, datetime):
            with suppress(OverflowError):
                until = until if until.tzinfo is None else until.astimezone(UTC)
            until = until.date()
        if not isinstance(until, date):
            self._refuse(f"{where}until", "is not a date, such as 2027-01-31: an exception ends")
        sha256 = None
        if "certificate" in table:
            sha256 = self._certificate(table, where)[0]
        match = self._pattern(table, "path", where) if "path" in table else None
        return PathExemption(match, Exemption(rule, sha256, owner, reason, until))

    def _listed(self, document: Table, kind: str) -> tuple[ListedCertificate, ...]:
        found = []
        for number, table in self._tables(document, kind):
            where = f"{kind}[{number}]."
            self._only(table, _LISTED, where)
            sha256, name = self._certificate(table, where)
            found.append(ListedCertificate(sha256, name, str(table.get("comment", ""))))
        return tuple(found)

    def _certificate(self, table: Table, where: str) -> tuple[str, str]:
        """The SHA-256 and the name of a certificate: its SHA-256, or a name of the catalogue."""
        given = self._text(table, "certificate", where)
        plain = given.replace(":", "")
        if _SHA256.fullmatch(plain):
            known = self._catalogue.by_sha256.get(plain.lower())
            comment = str(table.get("comment", ""))
            name = (
                known.name if known is not None else comment or f"SHA-256 {plain[:16].lower()}..."
            )
            return plain.lower(), name
        try:
            certificate = self._catalogue.certificate(given)
        except UnknownNameError as error:
            self._refuse(f"{where}certificate", f"is no SHA-256, and {error.message}")
        return certificate.sha256, certificate.name

    def _tables(self, document: Table, key: str) -> Iterator[tuple[int, Table]]:
        tables = document.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._refuse(key, f"is not a list of tables: [[{key}]]")
        yield from enumerate(tables, 1)

    def _text(self, table: Table, key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self._refuse(f"{where}{key}", "is missing, or no text")
        return value

    def _pattern(self, table: Table, key: str, where: str) -> str:
        """A pattern of paths; one that can fit nothing is refused."""
        match = self._text(table, key, where)
        parts = re.split("[!#]", match)[0].split("/")
        if _BACKSLASH.search(match):
            self._refuse(f"{where}{key}", "has a backslash", "paths have / on every system")
        if not {".", ".."}.isdisjoint(parts) or "" in parts[1:]:
            hint = f"paths begin in the folder of the policy, such as {match.lstrip('./') or '*'}"
            self._refuse(f"{where}{key}", "fits no path: none has . or .. or // in it", hint)
        return match

    def _severity(self, value: object, where: str) -> Severity:
        try:
            return Severity(str(value))
        except ValueError:
            self._refuse(where, f"is not one of {', '.join(Severity)}")

    def _rule(self, ident: str, where: str) -> None:
        if ident not in RULES_BY_IDENT:
            self._refuse(where, f"{ident!r} is no rule", _like(ident, RULES_BY_IDENT))

    def _only(self, table: Table, known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in known:
                self._refuse(f"{where}{key}", "is no key of a policy", _like(key, known))

    def _refuse(self, key: str, why: str, hint: str | None = None) -> NoReturn:
        raise PolicyError(f"{self._source}: {key}: {why}", hint)


def _like(word: str, known: Iterable[str]) -> str | None:
    import difflib

    names = sorted(known)
    close = difflib.get_close_matches(word, names, 1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(names)}"[:300]
