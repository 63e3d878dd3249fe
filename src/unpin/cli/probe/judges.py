"""The stores of a call of `unpin probe`, and what judges a chain with each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from unpin.cli.options import check_reads
from unpin.cli.output import say_error, say_note
from unpin.cli.stores import Reading
from unpin.model.errors import BrokenConnectionError
from unpin.model.values import frozen
from unpin.pki.clients import default_clients
from unpin.pki.work import judged_in_full
from unpin.rehearsal.rehearser import Rehearser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from unpin.catalogue.handshakes import Handshake
    from unpin.catalogue.model import Catalogue
    from unpin.cli.probe.options import ProbeOptions
    from unpin.model.errors import UnpinError
    from unpin.model.store import Store
    from unpin.network.server_address import ServerAddress
    from unpin.pki.clients.rules import ClientRules
    from unpin.rehearsal.scenarios import Rehearsal
    from unpin.stores.opening import Password


@frozen
class StoreJudge:
    """A store, its clients and rehearser; `host` is the one server that it is read for, or None."""

    store: Store
    clients: Sequence[ClientRules]
    rehearser: Rehearser
    host: str | None = None

    def rehearsal(self, handshakes: Sequence[Handshake]) -> Rehearsal:
        """The verdicts of the clients. Raises LimitExceededError."""
        with judged_in_full(self.store):
            return self.rehearser.rehearse(self.clients, handshakes)


@frozen
class ProbeQuestion:
    """Which clients were named (none: those that read the store), which catalogue, and when."""

    clients: Sequence[ClientRules]
    catalogue: Catalogue
    now: datetime

    def judge(
        self, store: Store, clients: Sequence[ClientRules], host: str | None = None
    ) -> StoreJudge:
        """What judges `store` for `clients`."""
        return StoreJudge(store, clients, Rehearser(store, self.catalogue, self.now), host)


def store_judges(
    options: ProbeOptions,
    password: Password | None,
    asked: ProbeQuestion,
    servers: Sequence[ServerAddress],
    errors: list[UnpinError],
) -> list[StoreJudge]:
    """The stores of the call, of this machine, or of configurations; what is wrong to `errors`."""
    judges = [
        asked.judge(store, asked.clients or default_clients(store))
        for store in _stores(password, options, errors)
    ]
    return [*judges, *_configured(options, asked, servers, errors)]


def _stores(
    password: Password | None, options: ProbeOptions, errors: list[UnpinError]
) -> list[Store]:
    """The stores of --store, or of this machine; those that cannot be read go to `errors`."""

    def checked(store: Store) -> Store:
        check_reads(options.clients, store)
        return store

    paths = options.stores or (() if options.configurations else _of_this_machine())
    return list(Reading(paths, password, errors).each(checked))


def _configured(
    options: ProbeOptions,
    asked: ProbeQuestion,
    servers: Sequence[ServerAddress],
    errors: list[UnpinError],
) -> Iterator[StoreJudge]:
    """The stores that configurations name for the servers; errors of configurations are said."""
    if not options.configurations:
        return
    from unpin.cli.probe.configuration_stores import configured_stores

    before = len(errors)
    hosts = {server.host.lower() for server in servers}
    found = list(
        configured_stores(options.configurations, hosts, asked.catalogue, asked.now, errors)
    )
    for error in errors[before:]:
        say_error(error)
    named = {each.host for each in found}
    for server in servers:
        if server.host.lower() not in named and not options.stores:
            unnamed = BrokenConnectionError(
                f"{server.title}: no configuration names a store for this host"
            )
            unnamed.source = server.title
            errors.append(unnamed)
            say_error(unnamed)
    seen = set()
    for each in found:
        wanted = asked.clients
        clients = tuple(client for client in each.clients if not wanted or client in wanted)
        key = (each.host, each.store.source, tuple(client.ident for client in clients))
        if clients and key not in seen:
            seen.add(key)
            yield asked.judge(each.store, clients, each.host)


def _of_this_machine() -> tuple[str, ...]:
    """The stores of this machine that some client reads."""
    from unpin.catalogue.load import home
    from unpin.machine.find import distinct, find

    found = distinct(find(os.environ, home=home()))
    for store in found:
        if store.shadow is not None:
            say_note(f"{store.path} is left out: Java reads {store.shadow} instead")
    return tuple(store.path for store in found if store.shadow is None)
