"""`unpin doctor`: what the rotation does to the connections of a configuration, and why."""

from __future__ import annotations

import shlex
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Final

from unpin.configurations.model import ARGUMENT
from unpin.connections.model import Verifies
from unpin.model.values import frozen
from unpin.operations.diagnosis import HARMFUL, ConnectionClass, Diagnosis
from unpin.pki.client_programs import PROGRAMS
from unpin.reports.blocks import Answer, Command, Headline, Notes, Table, Title, Tone, Toned
from unpin.reports.names import format_title
from unpin.wording import counted, few, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from unpin.configurations.model import ClientConnection
    from unpin.operations.client_stores import JudgedStore
    from unpin.reports.blocks import Block
    from unpin.reports.html.pictures import Picture
    from unpin.reports.pipeline.result import PipelineResult
    from unpin.reports.reporter import Row

_TONES: Final = {
    ConnectionClass.AFFECTED: Tone.BAD,
    ConnectionClass.AFFECTED_SILENTLY: Tone.BAD,
    ConnectionClass.BROKEN: Tone.BAD,
    ConnectionClass.NOT_VERIFIED: Tone.DOUBTFUL,
    ConnectionClass.UNKNOWN: Tone.DOUBTFUL,
    ConnectionClass.NOT_AFFECTED: Tone.GOOD,
}
_NO_CLASS: Final = Toned("NO CONNECTION", Tone.NEUTRAL)
_NOT_FOR_PROFILE: Final = Toned("NOT FOR PROFILE", Tone.NEUTRAL)
_DEPENDS: Final = Toned("DEPENDS ON THE CLIENT", Tone.DOUBTFUL)
_VERIFIES: Final = {
    Verifies.NOTHING: "nothing",
    Verifies.NAME_ONLY: "the name, not the chain",
    Verifies.CHAIN: "the chain, not the name",
    Verifies.FULL: "chain and name",
    Verifies.TRIES: "the chain; then it falls back to plaintext",
    Verifies.EXACT: "that it is this very certificate",
    Verifies.CLIENTS: "certificates of clients",
    Verifies.UNKNOWN: "not known",
}
_COLUMNS: Final = ("client", "class", "verifies", "store", "why")


@frozen
class DoctorReport:
    """The diagnoses of an input; those of one connection follow each other.

    `together` says what several connections need in common; "" for one connection. `is_alone` says
    that no input of the call describes a connection, which is then an error, and no text.
    """

    source: str
    diagnoses: tuple[Diagnosis, ...]
    together: str = ""
    is_alone: bool = False

    title: ClassVar[str] = "unpin doctor"
    json_key: ClassVar[str] = "inputs"
    csv_columns: ClassVar[tuple[str, ...]] = (
        "source", "line", "connection", "host", "driver", "class", "verifies", "store", "rule",
        "why", "remarks", "command",
    )  # fmt: skip

    def text(self) -> Iterator[Block]:
        """For each connection: the class, why, the store with its rule, and what to do next."""
        return iter(()) if self.is_alone else self.markdown()

    def markdown(self) -> Iterator[Block]:
        """The same, of any input."""
        if not self.diagnoses:
            yield Title((f"{self.source}: no connection is described",))
        for connection, found in self._connections():
            yield Title((_title(connection),))
            groups = _groups(found)
            if len(groups) == 1:
                yield from _answer(found)
            else:
                kinds = {each.kind for each in found}
                verdict = _verdict(found[0]) if len(kinds) == 1 else _DEPENDS
                yield Headline(verdict, "--client names the one that reads this")
                yield Table(_COLUMNS, [_cells(group) for group in groups])
                yield Notes(tuple(dict.fromkeys(r for each in found for r in each.remarks)))
        if self.together:
            yield Answer(self.together)

    def json_fields(self) -> Row:
        """The input with its connections; each has an answer for each driver."""
        return {
            "source": self.source,
            "together": self.together or None,
            "connections": [
                {**_connection_row(connection), "answers": [_answer_row(each) for each in found]}
                for connection, found in self._connections()
            ],
        }

    def json_lines(self) -> Iterator[Row]:
        """A line for each answer."""
        for each in self.diagnoses:
            yield {
                "type": "diagnosis",
                "source": self.source,
                **_connection_row(each.connection),
                **_answer_row(each),
            }

    def csv_rows(self) -> Iterator[Row]:
        """A row for each answer."""
        for each in self.diagnoses:
            row = _answer_row(each)
            yield {
                "source": self.source,
                "line": each.connection.line or "",
                "connection": each.connection.title,
                "host": each.connection.host or "",
                "driver": each.driver.ident,
                "class": row["class"] or "",
                "verifies": row["verifies"],
                "store": row["store"] or "",
                "rule": "; ".join(store["rule"] for store in row["stores"]),
                "why": each.why,
                "remarks": "; ".join(each.remarks),
                "command": row["command"] or "",
            }

    def pictures(self) -> Iterator[Picture]:
        """The drawings of a web page."""
        return iter(())

    def pipeline_results(self) -> Iterator[PipelineResult]:
        """The verdict and the findings."""
        from unpin.reports.pipeline.of_connections import of_doctor

        return of_doctor(self)

    def _connections(self) -> Iterator[tuple[ClientConnection, list[Diagnosis]]]:
        for _, group in groupby(self.diagnoses, key=lambda each: id(each.connection)):
            found = list(group)
            yield found[0].connection, found


def together(diagnoses: Sequence[Diagnosis]) -> str:
    """What several connections need in common; "" for fewer than two that verify."""
    verifying = [each for each in diagnoses if each.rehearsal is not None]
    if len({id(each.connection) for each in verifying}) < 2:
        return ""
    failing = [each for each in verifying if each.kind in HARMFUL]
    stores = few(list(dict.fromkeys(each.store_title or "" for each in failing)))
    said = (
        f"{len({id(each.connection) for each in verifying})} connections together: while servers"
        " change one after the other, each store has to accept the chain before and the chain after"
        " the rotation"
    )
    if failing:
        return f"{said}; these do not: {stores}"
    return f"{said}; all of them do"


def next_command(found: Diagnosis) -> str | None:
    """The command that goes on from here; None if nothing is to be done."""
    paths = [each.path for each in found.stores if each.path is not None]
    families = found.driver.families or (found.driver.ident,)
    client = found.driver.ident if found.driver.ident in PROGRAMS else families[0]
    roots = f"unpin catalogue export --profile {found.roots} > roots.pem"
    match found.kind:
        case ConnectionClass.AFFECTED | ConnectionClass.AFFECTED_SILENTLY:
            if found.behaviour.verifies is Verifies.EXACT:
                return roots
            if not paths:
                return roots
            return f"unpin fix --client {client} {shlex.quote(paths[-1])}"
        case ConnectionClass.NOT_AFFECTED:
            if not paths:
                return None
            return f"unpin rehearse --client {client} {shlex.quote(paths[-1])}"
        case ConnectionClass.NOT_VERIFIED:
            return roots
        case ConnectionClass.BROKEN:
            if paths:
                return f"unpin audit {shlex.quote(paths[-1])}"
            # Else a word or an option is wrong, which `why` names: roots do not cure that.
            missing = any(each.is_missing for each in found.stores)
            return roots if found.behaviour.is_plaintext or missing else None
        case ConnectionClass.UNKNOWN:
            return f"unpin audit {shlex.quote(paths[-1])}" if paths else None
        case None:
            return f"unpin audit {shlex.quote(paths[-1])}" if paths else None


def _title(connection: ClientConnection) -> str:
    if connection.file == ARGUMENT:
        return connection.title
    line = f":{connection.line}" if connection.line else ""
    return f"{connection.file}{line}: {connection.title}"


def _groups(found: Sequence[Diagnosis]) -> list[list[Diagnosis]]:
    """The diagnoses that give the same answer together."""
    groups: dict[tuple[object, ...], list[Diagnosis]] = {}
    for each in found:
        key = (each.kind, each.behaviour.verifies, each.store_title)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _verdict(found: Diagnosis) -> Toned:
    if found.kind is not None:
        return Toned(str(found.kind), _TONES[found.kind])
    return _NOT_FOR_PROFILE if found.connection.scope is None else _NO_CLASS


def _verified(found: Diagnosis) -> str:
    """What the client verifies; one that does not connect is none that connects to anybody."""
    verifies = found.behaviour.verifies
    if found.kind is ConnectionClass.BROKEN and verifies is Verifies.NOTHING:
        return "nothing, for it does not connect"
    return _VERIFIES[verifies]


def _answer(found: Sequence[Diagnosis]) -> Iterator[Block]:
    """The answer of one driver, or of several that agree."""
    first = found[0]
    who = listed(each.driver.title for each in found)
    yield Headline(_verdict(first), f"{who}: {first.why}")
    lines = [f"verifies: {_verified(first)}"]
    lines += [line for each in first.stores for line in _store_lines(each)]
    if not first.stores and first.kind is not None:
        lines.append("store: none is read")
    lines += [f"note: {remark}" for remark in dict.fromkeys(r for d in found for r in d.remarks)]
    if first.unresolved:
        names = few(list(first.unresolved), 5)
        lines.append(f"not resolved: {names}, which the configuration does not say")
    yield Notes(tuple(lines))
    command = next_command(first)
    if command is not None:
        yield Command(command)


def _store_lines(judged: JudgedStore) -> Iterator[str]:
    """The store, and the rule by which it is read."""
    read = judged.read
    said = f"store: {read.title}"
    if judged.path is not None and judged.path != read.title:
        said += f" ({judged.path})"
    if judged.store is not None:
        entries = counted(len(judged.store.entries), "entry", "entries")
        said += f", {format_title(judged.store)}, {entries}"
    if judged.unknown is not None and judged.unknown.startswith(f"{read.title} "):
        said += f", which {judged.unknown.removeprefix(f'{read.title} ')}"
    elif judged.unknown is not None:
        said += f"; {judged.unknown}"
    yield said
    if read.rule:
        yield f"by: {read.rule}"


def _cells(group: Sequence[Diagnosis]) -> list[str | Toned]:
    first = group[0]
    return [
        listed(each.driver.title for each in group),
        _verdict(first),
        _verified(first),
        first.store_title or "none",
        first.why,
    ]


def _connection_row(connection: ClientConnection) -> Row:
    return {
        "line": connection.line or None,
        "connection": connection.title,
        "form": str(connection.form),
        "host": connection.host,
    }


def _answer_row(found: Diagnosis) -> Row:
    outcomes = {}
    if found.rehearsal is not None:
        outcomes = {
            client.ident: str(found.rehearsal.outcome(client)) for client in found.rehearsal.clients
        }
    return {
        "driver": found.driver.ident,
        "class": None if found.kind is None else str(found.kind),
        "verifies": str(found.behaviour.verifies),
        "store": found.store_title,
        "why": found.why,
        "stores": [_store_fields(each) for each in found.stores],
        "profile": found.profile,
        "outcomes": outcomes,
        "remarks": list(found.remarks),
        "unresolved": list(found.unresolved),
        "command": next_command(found),
    }


def _store_fields(judged: JudgedStore) -> Row:
    store = judged.store
    return {
        "place": str(judged.read.place),
        "store": judged.read.title,
        "path": judged.path,
        "rule": judged.read.rule,
        "format": None if store is None else str(store.format),
        "entries": None if store is None else len(store.entries),
        "problem": judged.problem or judged.unknown,
    }
