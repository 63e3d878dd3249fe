"""The functions of the library: what the commands do, on stores in memory; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, overload

from unpin.catalogue.load import load_builtin
from unpin.pki.clients import choose_clients, default_clients
from unpin.stores.opening import Opened, Password

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from unpin.catalogue.handshakes import Handshake
    from unpin.catalogue.model import Catalogue
    from unpin.comparison.coverage import Coverage
    from unpin.comparison.differences import Comparison
    from unpin.comparison.effects import Effect
    from unpin.judge.run import Audit
    from unpin.model.store import Store
    from unpin.operations.repair import Repair
    from unpin.pki.clients.rules import ClientRules
    from unpin.rehearsal.scenarios import Rehearsal
    from unpin.rewrite.conversion_plan import Remark

Clients: TypeAlias = "str | Sequence[ClientRules]"
"""Client families: their idents, comma-separated ("java,openssl"), or their rules; empty for the
families that read such a store."""

_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoreDifference:
    """What differs between two stores, and what that does to each client family."""

    comparison: Comparison
    effects: tuple[Effect, ...]

    @property
    def same(self) -> bool:
        """True where nothing differs."""
        return self.comparison.same


@dataclass(frozen=True, slots=True)
class Conversion:
    """The bytes of a converted store, the store that a reader finds in them, and the losses."""

    data: bytes
    store: Store
    remarks: tuple[Remark, ...]


def open_store(path: str | PathLike[str], password: str | None = None) -> Store:
    """Read the trust store at `path`: a file, a folder, or "-" for standard input.

    Without `password`, "changeit", the empty password and none are tried. Raises `UnpinError`,
    whose message names the file.

    >>> store = open_store("fixtures/pinned.pem")
    >>> store.format, len(store.entries)
    (<Format.PEM: 'PEM'>, 1)
    """
    from unpin.operations.opening import open_path

    given = None if password is None else Password(password, "the given password")
    return open_path(str(path), given)


def audit(
    store: Store,
    *,
    profile: str | None = "azure-postgresql",
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
    expires_within: timedelta | None = None,
) -> Audit:
    """Find pinned certificates and the clients that they will break.

    `profile` None leaves out what only a profile can say. `catalogue` None is Azure's. `now`
    (aware UTC) is the clock's if None; `expires_within` is 30 days if None. Raises
    UnknownNameError where the catalogue has no such profile, UsageError for an unknown client.

    >>> found = audit(open_store("fixtures/pinned.pem"), clients="java")
    >>> sorted({finding.rule for finding in found.findings})[:2]
    ['missing-root', 'pinned-intermediate']
    """
    from unpin.judge.run import audit as run

    facts = catalogue or load_builtin()
    return run(
        store,
        catalogue=facts,
        profile=None if profile is None else facts.profile(profile),
        clients=_named(clients),
        now=_moment(now),
        expires_within=_MONTH if expires_within is None else expires_within,
    )


def rehearse(
    store: Store,
    *,
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    handshakes: Sequence[Handshake] | None = None,
    now: datetime | None = None,
) -> Rehearsal:
    """Ask every client whether it connects with this store, today and after the rotation.

    `handshakes` None are those of the profile's chains in every shape. Each attempt of the
    rehearsal has a `Verdict`.

    >>> rehearsal = rehearse(open_store("fixtures/pinned.pem"), clients="java")
    >>> {str(rehearsal.outcome(client)) for client in rehearsal.clients}
    {'fails today and after'}
    """
    from unpin.catalogue.handshakes import SHAPES, handshakes_of
    from unpin.rehearsal.rehearser import Rehearser

    facts = catalogue or load_builtin()
    if handshakes is None:
        handshakes = handshakes_of(facts, facts.profile(profile).chains, SHAPES)
    return Rehearser(store, facts, _moment(now)).rehearse(
        _named(clients) or default_clients(store), handshakes
    )


@overload
def diff(
    store: Store,
    other: None = None,
    *,
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
) -> Coverage: ...


@overload
def diff(
    store: Store,
    other: Store,
    *,
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
) -> StoreDifference: ...


def diff(
    store: Store,
    other: Store | None = None,
    *,
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
) -> Coverage | StoreDifference:
    """Compare a store with the chains of a profile, or two stores, whatever their formats.

    >>> store = open_store("fixtures/pinned.pem")
    >>> diff(store).covered
    False
    >>> diff(store, store).same
    True
    """
    facts = catalogue or load_builtin()
    wanted = facts.profile(profile)
    if other is None:
        from unpin.comparison.coverage import cover

        families = _named(clients) or default_clients(store)
        return cover(store, clients=families, catalogue=facts, profile=wanted, now=_moment(now))
    from unpin.comparison.differences import compare
    from unpin.comparison.effects import effects

    both = dict.fromkeys((*default_clients(store), *default_clients(other)))
    comparison = compare(store, other)
    return StoreDifference(
        comparison,
        effects(
            comparison,
            clients=_named(clients) or tuple(both),
            catalogue=facts,
            profile=wanted,
            now=_moment(now),
        ),
    )


def plan_fix(
    store: Store,
    *,
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
) -> Repair:
    """Put the profile's roots in the place of the pins, in memory.

    The result has the plan, the new bytes (`data`; None where nothing is to change, or `refusal`
    says why not), and the rehearsals before and after.

    >>> fix = plan_fix(open_store("fixtures/pinned.pem"))
    >>> len(fix.plan.remove), [record.slug for record in fix.plan.add][:1]
    (1, ['digicert-global-root-g2'])
    """
    from unpin.operations.repair import RepairOptions, repair

    facts = catalogue or load_builtin()
    moment = _moment(now)
    options = RepairOptions(
        facts,
        facts.profile(profile),
        moment,
        int(moment.timestamp() * 1000),
        clients=_named(clients),
    )
    return repair(Opened(store, store.password), options)


def convert(*stores: Store, to: str, password: str | None = None, keys: bool = False) -> Conversion:
    """Write one or several stores as one of the format `to` ("pem", "pkcs12", "jks", ...).

    Equal certificates become one entry. `password` protects the result; without it the password
    of an input does, or changeit. Private keys come along with `keys`. Raises UsageError for an
    unknown format, CannotWriteError for what the format does not hold.

    >>> converted = convert(open_store("fixtures/pinned.pem"), to="jks")
    >>> converted.store.format, len(converted.store.trusted)
    (<Format.JKS: 'JKS'>, 1)
    """
    from unpin.model.errors import UsageError
    from unpin.model.formats import Format
    from unpin.operations.conversion import ConvertedFile
    from unpin.operations.conversion_protection import choose_protection
    from unpin.rewrite.conversion_plan import ConversionPlan
    from unpin.rewrite.merge import merge
    from unpin.stores.pem.keys import with_chains
    from unpin.stores.pem.mixed_encodings import recovered

    target = next((one for one in Format if one.lower() == to.lower()), None)
    if target is None:
        known = ", ".join(one.lower() for one in Format)
        raise UsageError(f"no format is called {to!r}", f"formats: {known}")
    inputs = [Opened(recovered(one), one.password) for one in stores]
    inputs = list(with_chains(inputs)) if keys else inputs
    chosen = None if password is None else Password(password, "the given password")
    protection = choose_protection(
        target, inputs, given=None, chosen=chosen, scheme=None, keys=keys
    )
    created = int(datetime.now(UTC).timestamp() * 1000)
    merged = merge([one.store for one in inputs], ConversionPlan(target, keys=keys, now_ms=created))
    passwords = {id(one.store): one.password for one in inputs}
    made = ConvertedFile(merged.entries, target, protection, f"converted {target}", passwords)
    store = replace(made.written, password=protection.password)
    return Conversion(made.data, store, (*merged.remarks, *made.remarks, *made.losses()))


def _named(clients: Clients) -> tuple[ClientRules, ...]:
    if isinstance(clients, str):
        return choose_clients(clients) if clients else ()
    return tuple(clients)


def _moment(now: datetime | None) -> datetime:
    return datetime.now(UTC) if now is None else now
