"""`unpin probe`: ask servers side by side, then judge their chains one after the other."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unpin.asn1.textual_encoding import block
from unpin.catalogue.handshakes import SHAPES, handshakes_of
from unpin.cli.dates import parse_moment
from unpin.cli.options import chosen_clients, load_catalogue, run_facts
from unpin.cli.output import Progress, print_results, say, say_error, say_note, terminal
from unpin.cli.probe.judges import ProbeQuestion, StoreJudge, store_judges
from unpin.cli.stores import check_names, check_standard_input
from unpin.files.reading import written_text
from unpin.model.errors import (
    LimitExceededError,
    NoChainError,
    NothingToAuditError,
    OutputExistsError,
    UnpinError,
    UsageError,
)
from unpin.model.values import frozen
from unpin.network.cipher_suites import accepted_suites, kinds_not_offered
from unpin.network.protocol_detection import first_session
from unpin.network.samples import SampledChains, sampled_chains
from unpin.network.server_address import Protocol, ServerAddress, parse_server, split_address
from unpin.network.side_by_side import side_by_side
from unpin.network.tls import TlsSession, VersionAnswer, version_answers
from unpin.operations.opening import read_path
from unpin.pki.path_validation.bearer_names import BearerNames, DialledName
from unpin.pki.path_validation.host_names import name_verdicts
from unpin.pki.work import WorkLimitError, bounded_work
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.rehearsal.sent_chain import SentChain, sent_chain
from unpin.reports.servers.host_name import HostNameReport
from unpin.reports.servers.probe import ProbeReport
from unpin.reports.servers.probe_overview import ServerVerdict, probe_overview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from unpin.catalogue.handshakes import Handshake
    from unpin.catalogue.model import Catalogue
    from unpin.cli.probe.options import ProbeOptions
    from unpin.network.cipher_suites import AcceptedSuites
    from unpin.network.tls import TlsVersion
    from unpin.stores.opening import Password

MAX_SERVERS: Final = 1000
"""The most servers of a run."""

_AT_A_TIME: Final = 4
"""The most connections at a time."""

_MOST_PAGES: Final = 3
"""Servers that have a page each; more have a row each."""

_MAX_LIST: Final = 1_048_576
"""The most bytes of --hosts-from."""


@frozen
class _Asked:
    """A server and its answers; `sampled` is None without --samples."""

    server: ServerAddress
    session: TlsSession
    versions: tuple[VersionAnswer, ...]
    suites: tuple[AcceptedSuites, ...]
    not_offered: tuple[str, ...]
    sampled: SampledChains | None


def run(names: Sequence[str], password: Password | None, options: ProbeOptions) -> int:
    """Ask every server; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    now = parse_moment(options.at)
    chosen = chosen_clients(options.clients)
    catalogue = load_catalogue(options.catalogue)
    later = _later(catalogue, options.profile)
    servers = _servers(names, options)
    reached_at = None if options.connect_to is None else split_address(options.connect_to)
    host = None if options.host is None else DialledName.of(options.host)
    if options.save is not None and len(servers) > 1:
        raise UsageError(f"--save writes the chain of one server, not of {len(servers)}")
    if options.save is not None and not options.force and os.path.lexists(options.save):
        raise OutputExistsError(f"{options.save}: already exists", "--force replaces it")
    errors: list[UnpinError] = []
    judges = store_judges(options, password, ProbeQuestion(chosen, catalogue, now), servers, errors)
    codes: set[int] = set()

    def results() -> Iterator[ProbeReport]:
        for server, asked in _ask(servers, reached_at, options):
            try:
                if isinstance(asked, NoChainError):
                    raise NoChainError(f"{server.title}: {asked.message}", asked.hint)
                for each in asked.sampled.failures if asked.sampled else ():
                    error = NoChainError(f"{server.title}: {each.message}", each.hint)
                    error.source = server.title
                    errors.append(error)
                    say_error(error)
                reports = [
                    _judged(seen, judges, catalogue, later, host, options, named=bool(chosen))
                    for seen in _each_chain(asked)
                ]
                if options.save is not None:
                    _save(options.save, reports[0].sent, force=options.force)
            except UnpinError as error:
                error.source = server.title
                errors.append(error.kept())
                say_error(error)
                continue
            for report in reports:
                codes.add(_code(report, decides=bool(chosen)))
                yield report

    many = len(servers) > _MOST_PAGES and options.output.is_for_people and not options.verbose
    print_results(
        ProbeReport,
        results(),
        options.output,
        width=options.width,
        files=options.files,
        errors=errors,
        about=run_facts(catalogue, now),
        page=_overview(options, errors) if many else None,
    )
    if errors or 3 in codes:
        return 3
    if 1 not in codes and not judges:
        raise NothingToAuditError(
            "no store was rehearsed", "--store FILE names the store that the client reads"
        )
    return max(codes, default=0)


def _overview(
    options: ProbeOptions, errors: Sequence[UnpinError]
) -> Callable[[Iterable[ProbeReport]], None]:
    """What prints a row for each server, once all have answered."""

    def shown(reports: Iterable[ProbeReport]) -> None:
        from unpin.reports.formats import render_page

        verdicts = [ServerVerdict.of(report) for report in reports]
        if verdicts or any(error.source is not None for error in errors):
            blocks = probe_overview(verdicts, errors)
            say(render_page(options.output, blocks, terminal(options.width)))

    return shown


def _later(catalogue: Catalogue, profile: str | None) -> list[Handshake]:
    """The handshakes after the rotation of --profile; none without. Raises UnknownNameError."""
    if profile is None:
        return []
    chains = [catalogue.chain(name) for name in catalogue.profile(profile).chains]
    return handshakes_of(
        catalogue, [chain.name for chain in chains if chain.served.is_after], SHAPES
    )


def _servers(names: Sequence[str], options: ProbeOptions) -> list[ServerAddress]:
    """The servers of the call. Raises UsageError for none, too many, and what is no server."""
    check_names(names)
    check_names(options.stores)
    check_standard_input([*options.stores, *filter(None, [options.hosts_from])])
    listed = [] if options.hosts_from is None else _listed(options.hosts_from, options.starttls)
    every = [*(parse_server(name, options.starttls) for name in names), *listed]
    if not every:
        raise UsageError("no server is named", "unpin probe HOST:PORT, or --hosts-from FILE")
    if len(every) > MAX_SERVERS:
        raise UsageError(f"{len(every)} servers are named, at most {MAX_SERVERS} are asked")
    return every


def _listed(path: str, protocol: Protocol) -> list[ServerAddress]:
    """The servers of a file: one a line; # begins a comment. Raises UsageError."""
    name, data = read_path(path)
    if len(data) > _MAX_LIST:
        raise LimitExceededError(f"{name}: larger than 1 MiB, the most a list of servers may have")
    servers: list[ServerAddress] = []
    for number, line in enumerate(written_text(data).splitlines(), 1):
        if server := line.partition("#")[0].strip():
            try:
                servers.append(parse_server(server, protocol))
            except UsageError as error:
                raise UsageError(f"{name}:{number}: {error.message}", error.hint) from error
    return servers


def _ask(
    servers: Sequence[ServerAddress],
    reached_at: tuple[str, int | None] | None,
    options: ProbeOptions,
) -> Iterator[tuple[ServerAddress, _Asked | NoChainError]]:
    """The answer of each server, in the order of `servers`."""

    def ask(server: ServerAddress) -> _Asked | NoChainError:
        where = (server.host, server.port)
        if reached_at is not None:
            where = (reached_at[0], reached_at[1] or server.port)
        try:
            spoken, session = first_session(server, where, options.timeout)
            versions: tuple[VersionAnswer, ...] = ()
            suites: tuple[AcceptedSuites, ...] = ()
            if options.versions:
                versions = version_answers(spoken, where, options.timeout, session)
            if options.suites:
                suites = _suites(spoken, where, options.timeout, versions, alone=len(servers) == 1)
            sampled = None
            if options.samples > 1:
                sampled = sampled_chains(spoken, where, options.timeout, options.samples, session)
        except NoChainError as error:
            return error
        not_offered = kinds_not_offered() if suites else ()
        return _Asked(spoken, session, versions, suites, not_offered, sampled)

    progress = Progress(len(servers), "servers asked")
    for server, answer in zip(
        servers, side_by_side(ask, servers, _AT_A_TIME, progress.show), strict=True
    ):
        progress.clear()
        yield server, answer
    progress.clear()


def _suites(
    server: ServerAddress,
    where: tuple[str, int],
    timeout: float,
    versions: Sequence[VersionAnswer],
    *,
    alone: bool,
) -> tuple[AcceptedSuites, ...]:
    """The suites of each accepted version; the versions side by side for a server `alone`."""

    def ask(version: TlsVersion) -> AcceptedSuites:
        return accepted_suites(server, where, timeout, version)

    accepted = [each.version for each in versions if each.accepted]
    return tuple(side_by_side(ask, accepted, _AT_A_TIME if alone else 1))


def _each_chain(asked: _Asked) -> Iterator[_Asked]:
    """What was asked, for each chain that the server sent; the first has the TLS versions, too."""
    if asked.sampled is None:
        yield asked
        return
    for position, sampled in enumerate(asked.sampled.chains):
        one_chain = replace(asked.sampled, chains=(sampled,), failures=())
        seen = replace(asked, session=sampled.session, sampled=one_chain)
        yield seen if position == 0 else replace(seen, versions=(), suites=(), not_offered=())


def _judged(
    asked: _Asked,
    judges: Sequence[StoreJudge],
    catalogue: Catalogue,
    later: Sequence[Handshake],
    host: DialledName | None,
    options: ProbeOptions,
    *,
    named: bool,
) -> ProbeReport:
    """The report on a server. Raises NoChainError, LimitExceededError."""
    server = asked.server
    try:
        with bounded_work(0):
            sent = sent_chain(asked.session.chain, server.title, catalogue)
    except WorkLimitError as error:
        raise NoChainError(f"{server.title}: gave up on the chain: too much to verify") from error
    if later:
        sent = sent.served_today()
    judges = [each for each in judges if each.host in {None, server.host.lower()}]
    rehearsals = [judge.rehearsal([sent.handshake, *later]) for judge in judges]
    families = dict.fromkeys(
        (client.ident, client.title) for judge in judges for client in judge.clients
    )
    name = None
    if families:
        dialled = host or DialledName.of(server.host)
        verdicts = name_verdicts(sent.server, dialled, families)
        name = HostNameReport(dialled.given, BearerNames.of(sent.server), verdicts)
    return ProbeReport(
        server, asked.session, asked.versions, asked.suites, sent, name, rehearsals, catalogue,
        sampled=asked.sampled, not_offered=asked.not_offered, named=named,
        of_machine=not (options.stores or options.configurations),
    )  # fmt: skip


def _code(report: ProbeReport, *, decides: bool) -> int:
    if report.gave_up or (decides and RotationOutcome.UNKNOWN in report.outcomes):
        return 3
    name = report.name
    if report.outcomes & FAILING or (name is not None and name.is_wrong):
        return 1
    if report.session.unusual or report.outcomes == {RotationOutcome.UNKNOWN}:
        return 3
    return 3 if decides and name is not None and name.is_unknown else 0


def _save(path: Path, sent: SentChain, *, force: bool) -> None:
    """Write the chain as it was sent. Raises OutputExistsError without `force`; NotWrittenError."""
    text = "".join(block("CERTIFICATE", each.certificate.der) for each in sent.certificates)
    from unpin.files.replacement import create

    create(path, str(path), text.encode("ascii"), force=force)
    say_note(f"the chain is in {path}: unpin rehearse --chain-file {path} STORE")
