"""`unpin probe --config`: the stores that the clients of a configuration read for a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unpin.catalogue.load import home
from unpin.cli.doctor.inputs import entries_of, read_inputs
from unpin.cli.output import say_note
from unpin.configurations.model import masked
from unpin.connections.drivers import driver_named
from unpin.model.errors import BrokenConnectionError, UnpinError, UsageError
from unpin.model.values import frozen
from unpin.operations.client_files import ClientFiles
from unpin.operations.diagnosis import ConnectionClass, Diagnostician
from unpin.pki.clients import client_named

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from datetime import datetime

    from unpin.catalogue.model import Catalogue
    from unpin.cli.doctor.inputs import DoctorInput
    from unpin.configurations.model import ClientConnection
    from unpin.model.store import Store
    from unpin.operations.diagnosis import Diagnosis
    from unpin.pki.clients.rules import ClientRules


_ONE_HOST: Final = re.compile(r"[\w.:\-]+")
"""One host whose name is known, neither several nor a placeholder."""


@frozen
class ConfiguredStore:
    """A store that a client reads when it connects to `host`, and the families that verify."""

    host: str
    store: Store
    clients: tuple[ClientRules, ...]


def configured_stores(
    names: Sequence[str],
    hosts: Container[str],
    catalogue: Catalogue,
    now: datetime,
    errors: list[UnpinError],
) -> Iterator[ConfiguredStore]:
    """The stores of every connection that verifies; of the others, a note or an error says why not.

    A connection that several drivers may read has a store for each driver that verifies. Those to
    other hosts than `hosts` (in lower case) are passed over.
    """
    entries = entries_of(names)
    for name in names:
        try:
            for found in read_inputs(name, None, entries):
                if isinstance(found, UnpinError):
                    errors.append(found.kept())
                else:
                    yield from _stores_of(found, hosts, catalogue, now, errors)
        except UnpinError as error:
            error.source = masked(name)
            errors.append(error.kept())


def _stores_of(
    found: DoctorInput,
    hosts: Container[str],
    catalogue: Catalogue,
    now: datetime,
    errors: list[UnpinError],
) -> Iterator[ConfiguredStore]:
    own_home = found.home or str(home())
    files = ClientFiles(found.folder, found.environment, Path(own_home), found.root)
    diagnostician = Diagnostician(catalogue, now, files, own_home)
    for connection in found.connections:
        if connection.host is None or connection.scope is not None:
            continue
        host = connection.host.lower()
        if _ONE_HOST.fullmatch(host) and host not in hosts:
            continue
        for ident in connection.drivers:
            try:
                diagnosis = diagnostician.diagnose(connection, driver_named(ident))
            except UsageError:
                continue
            except UnpinError as error:
                error.source = found.name
                errors.append(error.kept())
                continue
            yield from _store_of(diagnosis, connection, errors)


def _store_of(
    diagnosis: Diagnosis, connection: ClientConnection, errors: list[UnpinError]
) -> Iterator[ConfiguredStore]:
    where = f"{connection.file}:{connection.line}: {diagnosis.driver.title}"
    known = [each for each in diagnosis.stores if each.store is not None]
    if diagnosis.kind is ConnectionClass.NOT_VERIFIED:
        say_note(f"{where} verifies nothing: it connects to anybody")
    elif diagnosis.kind is ConnectionClass.BROKEN or len(known) < len(diagnosis.stores):
        error = BrokenConnectionError(
            f"{where}: {diagnosis.why}", "unpin doctor says more about the configuration"
        )
        error.source = connection.file
        errors.append(error)
    elif known:
        store = known[0].store if diagnosis.rehearsal is None else diagnosis.rehearsal.store
        if store is not None:
            clients = tuple(client_named(each) for each in diagnosis.driver.families)
            yield ConfiguredStore((connection.host or "").lower(), store, clients)
