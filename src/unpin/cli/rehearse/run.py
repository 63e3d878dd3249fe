"""`unpin rehearse`: will the clients of this store connect, today and after the rotation?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from unpin.catalogue.handshakes import SHAPES, handshakes_of
from unpin.catalogue.profile_choice import choose_profile, named_profile, profile_options
from unpin.cli.dates import parse_moment
from unpin.cli.options import check_reads, chosen_clients, load_catalogue, run_facts
from unpin.cli.output import print_results
from unpin.cli.stores import Reading
from unpin.model.errors import NothingToAuditError, UsageError
from unpin.model.values import frozen
from unpin.operations.opening import open_path, read_path, split_value
from unpin.pki.clients import default_clients
from unpin.pki.work import judged_in_full
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING, RotationOutcome
from unpin.reports.rehearsal import FixedRehearsal, RehearsalReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from unpin.catalogue.handshakes import Handshake
    from unpin.catalogue.model import Catalogue, Profile
    from unpin.model.certificate import Certificate
    from unpin.model.store import Store
    from unpin.pki.clients.rules import ClientRules
    from unpin.pki.path_validation.bearer_names import DialledName
    from unpin.reports.formats import OutputFormat
    from unpin.reports.servers.host_name import HostNameReport
    from unpin.reports.servers.seen_chain import SeenChainReport
    from unpin.stores.opening import Password


@frozen
class RehearseOptions:
    """The options of the command, as given."""

    profile: str | None
    clients: str | None
    chains: str | None
    shapes: str | None
    chain_file: str | None
    leaf: str | None
    host: str | None
    at: str | None
    all_shapes: bool
    fixed: bool
    paths: bool
    fail_on_unknown: bool
    catalogue: Path | None
    exclude: Sequence[str]
    output: OutputFormat
    width: int | None
    files: tuple[str, ...] = ()

    @property
    def names_handshakes(self) -> bool:
        """Whether the user said what servers send, beside the profile."""
        return any((self.chains, self.chain_file, self.leaf))


def run(paths: Sequence[str], password: Password | None, options: RehearseOptions) -> int:
    """Rehearse every store; return the exit code: 3 overrides 1 (docs/exit-codes.md)."""
    now = parse_moment(options.at)
    chosen = chosen_clients(options.clients)
    catalogue = load_catalogue(options.catalogue)
    named_profile(catalogue, options.profile)  # an unknown name is an error before all else
    handshakes, server, seen = _handshakes(options, catalogue)
    dialled = _dialled(options.host, server)
    reading = Reading(paths, password, exclude=options.exclude)
    outcomes: set[RotationOutcome] = set()
    set_aside: list[bool] = []
    names: list[HostNameReport] = []
    gave_up: list[str] = []
    blocked: list[str] = []

    def rehearsed(store: Store) -> RehearsalReport:
        check_reads(options.clients, store)
        with judged_in_full(store):
            return _rehearse(store, chosen, catalogue, options, handshakes, now)

    def results() -> Iterator[RehearsalReport]:
        for plain in reading.each(rehearsed):
            report = replace(plain, seen=seen, name=_name(dialled, server, plain))
            set_aside.append(report.set_aside is not None)
            outcomes.update(() if report.set_aside else report.outcomes)
            names.extend(() if report.name is None else (report.name,))
            gave_up.extend([report.rehearsal.store.source] if report.gave_up else [])
            blocked.extend([report.rehearsal.store.source] if report.is_blocked else [])
            yield report

    print_results(
        RehearsalReport,
        results(),
        options.output,
        width=options.width,
        files=options.files,
        errors=reading.errors,
        about=run_facts(catalogue, now) | reading.facts(),
    )
    decides = bool(chosen) or options.fail_on_unknown
    if reading.errors or gave_up or (decides and RotationOutcome.UNKNOWN in outcomes):
        return 3
    if set_aside and all(set_aside):
        return NothingToAuditError.exit_code
    if outcomes & FAILING or blocked or any(name.is_wrong for name in names):
        return 1
    return 3 if decides and any(name.is_unknown for name in names) else 0


def _rehearse(
    store: Store,
    chosen: Sequence[ClientRules],
    catalogue: Catalogue,
    options: RehearseOptions,
    handshakes: Sequence[Handshake],
    now: datetime,
) -> RehearsalReport:
    """Rehearse the store; also rehearse the fixed store if requested, or if a client fails."""
    clients = chosen or default_clients(store)
    rehearser = Rehearser(store, catalogue, now)
    choice = choose_profile(store, catalogue, options.profile)
    if choice.set_aside is not None and not options.names_handshakes:
        return RehearsalReport(rehearser.rehearse(clients, ()), set_aside=choice.set_aside.name)
    report = RehearsalReport(
        rehearser.rehearse(clients, handshakes),
        _blocking(rehearser, clients, choice.binding, options),
        all_shapes=options.all_shapes,
        shows_fixed=options.fixed,
        paths=options.paths,
    )
    if not options.fixed and report.outcomes.isdisjoint(FAILING):
        return report
    from unpin.rewrite.plan import make_plan, planned

    plan = make_plan(rehearser, choice.binding, clients=chosen)
    then = Rehearser(planned(store, plan), catalogue, now)
    fixed = FixedRehearsal(
        None if choice.binding is None else choice.binding.name,
        plan,
        then.rehearse(clients, handshakes),
        _blocking(then, clients, choice.binding, options),
        (
            *(() if options.catalogue is None else ("--catalogue", str(options.catalogue))),
            *(() if choice.binding is None else profile_options(store, catalogue, choice.binding)),
        ),
    )
    return replace(report, fixed=fixed)


def _blocking(
    rehearser: Rehearser,
    clients: Sequence[ClientRules],
    profile: Profile | None,
    options: RehearseOptions,
) -> dict[int, tuple[str, ...]]:
    """The clients that fail on other servers because of an entry; {} for chains that are named."""
    if profile is None or options.names_handshakes:
        return {}
    from unpin.comparison.blocked_below import blocked_below

    return blocked_below(rehearser, clients, profile)


def _handshakes(
    options: RehearseOptions, catalogue: Catalogue
) -> tuple[list[Handshake], Certificate | None, SeenChainReport | None]:
    """The handshakes, the real server certificate in them, and the report on --chain-file."""
    shapes = SHAPES if options.shapes is None else _words(options.shapes)
    if unknown := [shape for shape in shapes if shape not in SHAPES]:
        raise UsageError(f"no shape is called {unknown[0]!r}", f"shapes: {', '.join(SHAPES)}")
    names = _chain_names(options, catalogue)
    handshakes: list[Handshake] = []
    server: Certificate | None = None
    seen: SeenChainReport | None = None
    if options.chain_file is not None:
        seen = _seen(options.chain_file, catalogue)
        handshakes.append(seen.chain.handshake)
        server = seen.chain.server
    if options.leaf is not None:
        from unpin.rehearsal.seen_chain import server_certificate, with_leaf

        server = server_certificate(open_path(options.leaf))
        handshakes += with_leaf(server, catalogue, names, shapes, options.leaf)
    elif options.chain_file is None or options.chains is not None:
        handshakes += handshakes_of(catalogue, names, shapes)
    return handshakes, server, seen


def _chain_names(options: RehearseOptions, catalogue: Catalogue) -> Sequence[str]:
    """The chains of --chain, or those of the profile. Raises UsageError without either."""
    if options.chains is not None:
        return _words(options.chains)
    if (profile := named_profile(catalogue, options.profile)) is not None:
        return profile.chains
    if options.chain_file is not None:
        return ()
    raise UsageError(
        "--profile none leaves no chain to rehearse",
        "--chain-file FILE rehearses the chain that a server sends, --chain NAME another",
    )


def _seen(path: str, catalogue: Catalogue) -> SeenChainReport:
    """The chain in a file, and the connection that s_client describes around it."""
    from unpin.rehearsal.seen_chain import observed_connection, seen_chain
    from unpin.reports.servers.seen_chain import SeenChainReport
    from unpin.stores.opening import open_bytes

    file, value = split_value(path)
    name, data = read_path(file)
    store = open_bytes(data, source=name, value=value)
    return SeenChainReport(seen_chain(store, catalogue), observed_connection(data))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _dialled(host: str | None, server: Certificate | None) -> DialledName | None:
    """The name of --host; None without it."""
    if host is None:
        return None
    if server is None:
        raise UsageError(
            "--host needs the server certificate", "give --chain-file FILE or --leaf FILE"
        )
    from unpin.pki.path_validation.bearer_names import DialledName

    return DialledName.of(host)


def _name(
    dialled: DialledName | None, server: Certificate | None, report: RehearsalReport
) -> HostNameReport | None:
    """The clients' verdicts on the name in the server certificate; None without name or server."""
    if dialled is None or server is None:
        return None
    from unpin.pki.path_validation.bearer_names import BearerNames
    from unpin.pki.path_validation.host_names import name_verdicts
    from unpin.reports.servers.host_name import HostNameReport

    families = [(client.ident, client.title) for client in report.rehearsal.clients]
    verdicts = name_verdicts(server, dialled, families)
    return HostNameReport(dialled.given, BearerNames.of(server), verdicts)
