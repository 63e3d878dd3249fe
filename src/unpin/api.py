"""The public functions of the library: the commands, on stores in memory; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, overload

from unpin.catalogue.load import load_builtin
from unpin.model.values import frozen
from unpin.pki.clients import choose_clients, default_clients
from unpin.stores.opening import Password

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
"""Client families, as comma-separated idents ("java,openssl") or as their rules.

Empty means the families that read such a store.
"""

_MONTH = timedelta(days=30)


@frozen
class StoreDifference:
    """The differences between two stores, and their effect on each client family."""

    comparison: Comparison
    effects: tuple[Effect, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.comparison.same


@frozen
class Conversion:
    """A converted store: its bytes, the store as read back from them, and remarks on losses."""

    data: bytes
    store: Store
    remarks: tuple[Remark, ...]


def open_store(path: str | PathLike[str], password: str | None = None) -> Store:
    """Read the trust store at `path`: a file, a hashed directory, or "-" for standard input.

    Without `password`, "changeit", the empty password and no password are tried. Raises
    `UnpinError`; its message names the file.

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
    profile: str | None = None,
    catalogue: Catalogue | None = None,
    clients: Clients = (),
    now: datetime | None = None,
    expires_within: timedelta | None = None,
) -> Audit:
    """Find pinned certificates and the clients that they will break.

    `profile` is the name of a profile, "none" for no profile; None means the default profile, if
    the store is for it (`unpin.catalogue.profile_choice`).
    `catalogue` None means Azure's catalogue, `now` (aware UTC) None the current time,
    `expires_within` None 30 days. Raises UnknownNameError for an unknown profile, UsageError for an
    unknown client.

    >>> found = audit(open_store("fixtures/pinned.pem"), clients="java")
    >>> sorted({finding.rule for finding in found.findings})[:2]
    ['missing-root', 'pinned-intermediate']
    """
    from unpin.catalogue.profile_choice import choose_profile
    from unpin.judge.run import audit as run

    facts = catalogue or load_builtin()
    choice = choose_profile(store, facts, profile)
    return run(
        store,
        catalogue=facts,
        profile=choice.binding,
        set_aside=choice.set_aside,
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
    """Rehearse which clients connect with this store, today and after the rotation.

    `handshakes` None means the chains of the profile in every shape, `profile` None the default
    profile of the catalogue; the other parameters are as in `audit`. Each attempt of the result
    has a `Verdict`. Other servers are not rehearsed: `audit` finds a CA in the store that blocks
    those below it. Raises UnknownNameError for an unknown profile, UsageError for an unknown
    client.

    >>> rehearsal = rehearse(open_store("fixtures/pinned.pem"), clients="java")
    >>> {str(rehearsal.outcome(client)) for client in rehearsal.clients}
    {'fails today and after'}
    """
    from unpin.catalogue.handshakes import SHAPES, handshakes_of
    from unpin.pki.work import bounded_work
    from unpin.rehearsal.rehearser import Rehearser

    facts = catalogue or load_builtin()
    if handshakes is None:
        handshakes = handshakes_of(facts, facts.profile(profile).chains, SHAPES)
    rehearser = Rehearser(store, facts, _moment(now))
    with bounded_work(len(store.entries)):
        return rehearser.rehearse(_named(clients) or default_clients(store), handshakes)


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
    """Compare a store with the chains of a profile, or with another store in any format.

    The other parameters, and the errors raised, are as in `rehearse`.

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
    """Replace the pins of a store with the roots of a profile, in memory.

    The result has the plan, the new bytes (`data`: None if there is nothing to change or `refusal`
    says why the plan is not carried out), the rehearsals before and after, and the audit after. The
    other parameters, and the errors raised, are as in `rehearse`.

    >>> fix = plan_fix(open_store("fixtures/pinned.pem"))
    >>> len(fix.plan.remove), [record.slug for record in fix.plan.add][:1]
    (1, ['digicert-global-root-g2'])
    """
    from unpin.catalogue.profile_choice import choose_profile
    from unpin.operations.repair import RepairOptions, repair

    facts = catalogue or load_builtin()
    moment = _moment(now)
    choice = choose_profile(store, facts, profile)
    options = RepairOptions(
        facts,
        choice.binding,
        moment,
        int(moment.timestamp() * 1000),
        clients=_named(clients),
        set_aside=choice.set_aside,
    )
    return repair(store, options)


def convert(*stores: Store, to: str, password: str | None = None, keys: bool = False) -> Conversion:
    """Merge stores into a new store of the format `to` ("pem", "pkcs12", "jks", ...).

    Equal certificates become a single entry. `password` protects the result; without it, the
    password of an input does, or changeit. `keys` copies the keys too. Raises UsageError for an
    unknown format, CannotWriteError for an entry that the format cannot hold.

    >>> converted = convert(open_store("fixtures/pinned.pem"), to="jks")
    >>> converted.store.format, len(converted.store.trusted)
    (<Format.JKS: 'JKS'>, 1)
    """
    from unpin.model.errors import UsageError
    from unpin.model.formats import Format
    from unpin.operations.conversion import ConvertedFile
    from unpin.operations.conversion_protection import choose_protection
    from unpin.rewrite.conversion_plan import ConversionPlan
    from unpin.rewrite.conversion_warnings import conversion_warnings
    from unpin.rewrite.merge import merge
    from unpin.stores.pem.keys import with_key_chains
    from unpin.stores.pem.mixed_encodings import recovered

    target = next((kind for kind in Format if kind.lower() == to.lower()), None)
    if target is None:
        known = ", ".join(kind.lower() for kind in Format)
        raise UsageError(f"unknown format {to!r}", f"formats: {known}")
    inputs = [recovered(store) for store in stores]
    inputs = with_key_chains(inputs) if keys else inputs
    chosen = None if password is None else Password(password, "the given password")
    protection = choose_protection(
        target, inputs, given=None, chosen=chosen, scheme=None, keys=keys
    )
    created = int(datetime.now(UTC).timestamp() * 1000)
    plan = ConversionPlan(target, keys=keys, now_ms=created)
    merged = merge(inputs, plan)
    file = ConvertedFile(merged.entries, target, protection, f"converted {target}")
    written = replace(file.written, password=protection.password)
    warnings = conversion_warnings(merged.entries, created)
    remarks = (*merged.remarks, *warnings, *file.remarks, *file.losses())
    return Conversion(file.data, written, remarks)


def _named(clients: Clients) -> tuple[ClientRules, ...]:
    if isinstance(clients, str):
        return choose_clients(clients) if clients else ()
    return tuple(clients)


def _moment(now: datetime | None) -> datetime:
    return datetime.now(UTC) if now is None else now
