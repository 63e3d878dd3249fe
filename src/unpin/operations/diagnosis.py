"""Diagnose a connection: what its driver does, what that means, and the verdict on its store."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from unpin.catalogue.handshakes import SHAPES, handshakes_of
from unpin.catalogue.model import Catalogue, Profile
from unpin.catalogue.profile_choice import is_for_catalogue
from unpin.configurations.model import ClientConnection
from unpin.configurations.placeholders import open_names
from unpin.configurations.platforms.mounted_files import OF_HOST
from unpin.connections.drivers import Driver
from unpin.connections.model import (
    Circumstances,
    TlsBehaviour,
    Verifies,
)
from unpin.connections.open_options import decided_by_open_options
from unpin.files.reading import read_file
from unpin.model.store import Store
from unpin.model.values import frozen
from unpin.operations.azure_hosts import profile_of_host, refuses_plaintext
from unpin.operations.client_files import ClientFiles
from unpin.operations.client_stores import NO_JAVA_STORE, JudgedStore, StoreReader
from unpin.pki.clients import client_named
from unpin.pki.work import judged_in_full
from unpin.rehearsal.rehearser import Rehearser
from unpin.rehearsal.scenarios import FAILING, Rehearsal, RotationOutcome


class ConnectionClass(StrEnum):
    """What the rotation does to a connection."""

    AFFECTED = "AFFECTED"
    AFFECTED_SILENTLY = "AFFECTED SILENTLY"
    """It falls back to plaintext."""
    BROKEN = "BROKEN CONFIG"
    NOT_VERIFIED = "NOT VERIFIED"
    """It connects to anybody."""
    UNKNOWN = "NOT KNOWN"
    NOT_AFFECTED = "NOT AFFECTED"


HARMFUL: Final = frozenset(
    {ConnectionClass.AFFECTED, ConnectionClass.AFFECTED_SILENTLY, ConnectionClass.BROKEN}
)
"""The classes for which the exit code is 1."""

MAX_SERVICE_FILE: Final = 1024 * 1024
"""The most bytes of pg_service.conf."""

_OF_SOCKET: Final = "a socket of the same machine, where no driver uses TLS"


@frozen
class Diagnosis:
    """The answer for a connection and a driver.

    `outcome` is None if no store was rehearsed. `kind` is None where it is no outgoing connection,
    or where the store is not for the catalogue. `unresolved` are names of placeholders that stay
    open. `profile` is the profile of the rehearsal, `roots` the one whose roots the client needs.
    """

    connection: ClientConnection
    driver: Driver
    behaviour: TlsBehaviour
    kind: ConnectionClass | None
    why: str
    stores: tuple[JudgedStore, ...] = ()
    rehearsal: Rehearsal | None = None
    outcome: RotationOutcome | None = None
    profile: str | None = None
    unresolved: tuple[str, ...] = ()
    roots: str = ""

    @property
    def store_title(self) -> str | None:
        """The stores that the client reads, as it names them; None if it reads none."""
        return " + ".join(each.read.title for each in self.stores) or None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said beside the reason."""
        own = [each.remark for each in self.stores if each.remark]
        return tuple(dict.fromkeys((*self.connection.notes, *self.behaviour.notes, *own)))


@frozen
class Diagnostician:
    """Diagnoses connections at the moment `now` (aware UTC), with the files of a client.

    `profile` is that of the user; None for that of the host, or the default. `secret` gives the
    bytes of "Secret NAME/KEY" and "ConfigMap NAME/KEY", None if it has none.
    """

    catalogue: Catalogue
    now: datetime
    files: ClientFiles
    home: str
    profile: Profile | None = None
    version: tuple[int, ...] | None = None
    windows: bool = False
    secret: Callable[[str], bytes | None] = lambda _: None

    def diagnose(self, connection: ClientConnection, driver: Driver) -> Diagnosis:
        """The diagnosis. Raises LimitExceededError."""
        connection = self._with_service(connection)
        if (connection.host or "").startswith("/") and connection.scope is None:
            connection = replace(connection, scope=_OF_SOCKET)
        if connection.invalid is not None:
            behaviour = TlsBehaviour(
                Verifies.NOTHING, connection.invalid, broken=connection.invalid
            )
        else:
            circumstances = self._circumstances(connection)
            (behaviour,) = decided_by_open_options(driver.rule, circumstances)
        if connection.scope is not None:
            return self._of_no_connection(connection, driver, behaviour)
        unresolved = tuple(dict.fromkeys(_unresolved(connection, behaviour)))
        reader = StoreReader(self.catalogue, self.files, self.secret)
        stores = tuple(reader.judged(read, connection) for read in behaviour.stores)
        found = Diagnosis(
            connection, driver, behaviour, None, behaviour.why, stores, unresolved=unresolved,
            roots=self._profile(connection, driver).name,
        )  # fmt: skip
        return _doubted(self._classified(found))

    def _with_service(self, connection: ClientConnection) -> ClientConnection:
        """The connection with the settings of its section of pg_service.conf."""
        from unpin.configurations.services import named_service, service_files, with_service

        service = named_service(connection)
        if service is None:
            return connection
        home = connection.user_home or self.home
        for named in service_files(connection, home):
            path = self.files.path(named)
            if path is not None:
                text = read_file(path, str(path), MAX_SERVICE_FILE).decode("utf-8", "replace")
                found = with_service(connection, service, text)
                if found is not None:
                    return found
        return replace(connection, invalid=f'definition of service "{service}" not found')

    def _circumstances(self, connection: ClientConnection) -> Circumstances:
        def exists(path: str) -> bool:
            source = connection.mounted_at(path)
            if source is not None and source.startswith(OF_HOST):
                return self.files.exists(source.removeprefix(OF_HOST))
            # An operator gives a Secret to its client.
            mounted = source is not None or path.startswith("Secret ")
            elsewhere = bool(open_names(path)) or self.files.is_foreign(path)
            return mounted or elsewhere or self.files.exists(path)

        home = connection.user_home or self.home
        return Circumstances(connection, home, exists, self.version, self.windows)

    def _of_no_connection(
        self, connection: ClientConnection, driver: Driver, behaviour: TlsBehaviour
    ) -> Diagnosis:
        from unpin.configurations.products import SERVER_SIDE

        scope = connection.scope or ""
        if scope == SERVER_SIDE:
            behaviour = replace(behaviour, verifies=Verifies.CLIENTS)
        elif scope == _OF_SOCKET:
            behaviour = replace(behaviour, verifies=Verifies.NOTHING, stores=())
        stores = tuple(JudgedStore(read) for read in behaviour.stores)
        return Diagnosis(connection, driver, replace(behaviour, broken=None), None, scope, stores)

    def _classified(self, found: Diagnosis) -> Diagnosis:
        """The diagnosis with its class, and the verdict on the store if that decides."""
        behaviour, host = found.behaviour, found.connection.host
        keys = [name for each in found.connection.parameters for name in open_names(each.key)]
        if keys:
            why = f"{', '.join(keys)} may hold parameters, which the configuration does not say"
            unread = replace(behaviour, verifies=Verifies.UNKNOWN, broken=None)
            return replace(found, kind=ConnectionClass.UNKNOWN, why=why, behaviour=unread)
        decides = open_names(behaviour.broken or behaviour.why)
        if decides and (behaviour.broken or behaviour.verifies is Verifies.NOTHING):
            names = ", ".join(decides)
            why = f"{behaviour.why}: {names} decides, which the configuration does not say"
            open_ = replace(behaviour, verifies=Verifies.UNKNOWN, broken=None)
            return replace(found, kind=ConnectionClass.UNKNOWN, why=why, behaviour=open_)
        if behaviour.broken is not None:
            return replace(found, kind=ConnectionClass.BROKEN)
        if behaviour.is_plaintext:
            if refuses_plaintext(host):
                why = f"{behaviour.why}, and Azure refuses plaintext"
                return replace(found, kind=ConnectionClass.BROKEN, why=why)
            return replace(found, kind=ConnectionClass.NOT_VERIFIED)
        if behaviour.verifies in {Verifies.NOTHING, Verifies.NAME_ONLY}:
            return replace(found, kind=ConnectionClass.NOT_VERIFIED)
        if behaviour.verifies is Verifies.UNKNOWN:
            kind = ConnectionClass.NOT_VERIFIED if behaviour.seems_off else ConnectionClass.UNKNOWN
            return replace(found, kind=kind)
        for each in found.stores:
            if each.problem is not None:
                if NO_JAVA_STORE in each.problem:
                    found = replace(found, behaviour=replace(behaviour, verifies=Verifies.NOTHING))
                return replace(found, kind=ConnectionClass.BROKEN, why=each.problem)
        if behaviour.verifies is Verifies.EXACT:
            return replace(found, kind=ConnectionClass.AFFECTED)
        return self._rehearsed(found)

    def _rehearsed(self, found: Diagnosis) -> Diagnosis:
        read = [each.store for each in found.stores if each.store is not None]
        unknown = [each.unknown for each in found.stores if each.unknown is not None]
        if not read:
            return replace(found, kind=ConnectionClass.UNKNOWN, why=f"{found.why}; {unknown[0]}")
        store = _united(read)
        profile = self._profile(found.connection, found.driver)
        named = self.profile is not None or profile_of_host(found.connection.host) is not None
        if not unknown and not named and not is_for_catalogue(store, self.catalogue):
            why = (
                f"{found.why}; the store has nothing of {self.catalogue.name}: --profile names one"
            )
            return replace(found, why=why)
        clients = [client_named(ident) for ident in found.driver.families]
        handshakes = handshakes_of(self.catalogue, profile.chains, SHAPES)
        with judged_in_full(store):
            rehearsal = Rehearser(store, self.catalogue, self.now).rehearse(clients, handshakes)
        outcome = _worst(rehearsal)
        kind, said = _class_of(outcome, found.behaviour.verifies)
        if unknown:
            # A store that unpin could not read may hold what the others lack, or what breaks them.
            kind, said = ConnectionClass.UNKNOWN, unknown[0]
        return replace(
            found, kind=kind, why=f"{found.why}; {said}" if said else found.why,
            rehearsal=rehearsal, outcome=outcome, profile=profile.name,
        )  # fmt: skip

    def _profile(self, connection: ClientConnection, driver: Driver) -> Profile:
        if self.profile is not None:
            return self.profile
        name = profile_of_host(connection.host)
        if name is None and "mysql" in driver.ident:
            name = "azure-mysql"
        known = {each.name: each for each in self.catalogue.profiles}
        return known.get(name or "") or self.catalogue.profile()


_BY_DEFAULT: Final = frozenset({ConnectionClass.NOT_VERIFIED, ConnectionClass.NOT_AFFECTED})


def _doubted(found: Diagnosis) -> Diagnosis:
    """The diagnosis, if no other setting of the program may change it."""
    others = found.connection.others
    if not others or found.kind not in _BY_DEFAULT:
        return found
    said = ", ".join(others)
    why = f"{found.why}; but {said} may be for this connection, which unpin does not know"
    behaviour = replace(found.behaviour, verifies=Verifies.UNKNOWN)
    return replace(found, kind=ConnectionClass.UNKNOWN, why=why, behaviour=behaviour)


def _class_of(outcome: RotationOutcome, verifies: Verifies) -> tuple[ConnectionClass, str]:
    if outcome in FAILING:
        if verifies is Verifies.TRIES:
            return ConnectionClass.AFFECTED_SILENTLY, f"with this store the chain {outcome}"
        return ConnectionClass.AFFECTED, f"with this store the client {outcome}"
    if outcome is RotationOutcome.UNKNOWN:
        return ConnectionClass.UNKNOWN, "the verdict on the store is not known"
    return ConnectionClass.NOT_AFFECTED, ""


def _worst(rehearsal: Rehearsal) -> RotationOutcome:
    """The outcome of the families together: one that fails counts."""
    outcomes = [rehearsal.outcome(client) for client in rehearsal.clients]
    for outcome in outcomes:
        if outcome in FAILING:
            return outcome
    if RotationOutcome.UNKNOWN in outcomes:
        return RotationOutcome.UNKNOWN
    return RotationOutcome.SURVIVES


def _united(stores: Sequence[Store]) -> Store:
    """A store with the entries of all: a chain may end in any of them."""
    if len(stores) == 1:
        return stores[0]
    entries = tuple(entry for store in stores for entry in store.entries)
    return Store(" + ".join(store.source for store in stores), stores[-1].format, entries)


def _unresolved(connection: ClientConnection, behaviour: TlsBehaviour) -> list[str]:
    values = [each.value for each in connection.parameters if not each.is_secret]
    values += [each.path for each in behaviour.stores if each.path]
    return [name for value in values for name in open_names(value)]
